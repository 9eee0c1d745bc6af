# Everything that the modules make, with what changes from apply to apply as variables.

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

provider "aws" {
  alias  = "log_archive"
  region = "us-east-1"
}

variable "trail_name" {
  type    = string
  default = "org"
}

variable "readers" {
  type    = set(string)
  default = ["444444444444"]
}

variable "management_account_reads" {
  type    = bool
  default = false
}

variable "object_lock" {
  type    = object({ mode = string, days = number })
  default = null
}

module "organization_trail" {
  source = "../../modules/organization-trail"

  trail_name               = var.trail_name
  bucket_name              = "acme-org-trail-logs"
  trusted_access_mode      = "manage"
  enabled_policy_types     = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
  reader_account_ids       = var.readers
  management_account_reads = var.management_account_reads
  object_lock              = var.object_lock
  cloudwatch_logs          = { role_path = "/platform/", role_permissions_boundary_arn = aws_iam_policy.boundary.arn }
  sns                      = {}

  providers = {
    aws.management  = aws
    aws.log_archive = aws.log_archive
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

module "guardrails" {
  source = "../../modules/guardrails"

  targets                = { root = module.organization_trail.organization_root_id }
  resource_targets       = { root = module.organization_trail.organization_root_id }
  trail_name             = var.trail_name
  bucket_name            = "acme-org-trail-logs"
  management_account_id  = module.organization_trail.management_account_id
  log_archive_account_id = module.organization_trail.log_archive_account_id
  reader_account_ids     = var.readers
  key                    = { arn = module.organization_trail.kms_key_arn }
}
