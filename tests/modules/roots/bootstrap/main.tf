# The account that keeps the logs is made by the same apply: until then its provider acts in the management account.

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

  assume_role {
    role_arn = "arn:aws:iam::${aws_organizations_account.log_archive.id}:role/OrganizationAccountAccessRole"
  }
}

variable "told" {
  description = "Whether the module is told the account."
  type        = bool
  default     = true
}

resource "aws_organizations_account" "log_archive" {
  name  = "log-archive"
  email = "log-archive@example.com"
}

module "organization_trail" {
  source = "../../modules/organization-trail"

  trail_name             = "org"
  bucket_name            = "acme-org-trail-logs"
  trusted_access_mode    = "confirm"
  log_archive_account_id = var.told ? aws_organizations_account.log_archive.id : null

  providers = {
    aws.management  = aws
    aws.log_archive = aws.log_archive
  }
}
