# As many readers as a number says.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "readers" {
  type = number
}

locals {
  readers = toset([for number in range(var.readers) : format("4%011d", number)])
}

module "guardrails" {
  source = "../../modules/guardrails"

  targets                         = { root = "r-abcd" }
  resource_targets                = { archive = "222222222222" }
  trail_name                      = "org"
  bucket_name                     = "acme-org-trail-logs"
  management_account_id           = "123456789012"
  log_archive_account_id          = "222222222222"
  reader_account_ids              = local.readers
  key                             = { arn = "arn:aws:kms:us-east-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  archive_administrator_role_arns = [for name in ["Terraform", "LogArchiveAdministrator", "BreakGlass"] : "arn:aws:iam::222222222222:role/${name}"]
}

module "log_bucket" {
  source = "../../modules/log-bucket"

  bucket_name           = "acme-org-trail-logs"
  organization_id       = "o-exampleorg1"
  management_account_id = "123456789012"
  trail_name            = "org"
  trail_region          = "us-east-1"
  reader_account_ids    = local.readers
}

output "sizes" {
  value = {
    service  = length(module.guardrails.policy)
    resource = length(module.guardrails.resource_policy)
    bucket   = length(jsonencode(jsondecode(module.log_bucket.policy)))
  }
}
