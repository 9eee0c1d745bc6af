# The organization and its trail in the management account, the logs in an account of their own that only keeps them, and
# guardrails that hold in every member account.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7"
    }
  }
}

# The management account.
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "log_archive"
  region = "us-east-1"

  assume_role {
    role_arn = "arn:aws:iam::${var.log_archive_account_id}:role/OrganizationAccountAccessRole"
  }
}

variable "log_archive_account_id" {
  description = "The account that keeps the logs."
  type        = string
  default     = "222222222222"
  nullable    = false
}

variable "security_tooling_account_id" {
  description = "The account whose tools read the logs."
  type        = string
  default     = "444444444444"
  nullable    = false
}

module "organization_trail" {
  source = "../../modules/organization-trail"

  trail_name          = "org"
  bucket_name         = "acme-org-trail-logs"
  log_prefix          = "trail"
  trusted_access_mode = "manage"
  reader_account_ids  = [var.security_tooling_account_id]

  # Authoritative: whatever isn't listed is turned off.
  other_service_access_principals = ["config.amazonaws.com", "sso.amazonaws.com"]
  enabled_policy_types            = ["SERVICE_CONTROL_POLICY"]

  transitions     = [{ days = 90, storage_class = "GLACIER_IR" }]
  expiration_days = 2557
  object_lock     = { mode = "GOVERNANCE", days = 365 }

  tags = { owner = "platform" }

  providers = {
    aws.management  = aws
    aws.log_archive = aws.log_archive
  }
}

module "guardrails" {
  source = "../../modules/guardrails"

  targets                = { root = module.organization_trail.organization_root_id }
  trail_name             = "org"
  bucket_name            = "acme-org-trail-logs"
  management_account_id  = module.organization_trail.management_account_id
  log_archive_account_id = var.log_archive_account_id
  reader_account_ids     = [var.security_tooling_account_id]
  key                    = { arn = module.organization_trail.kms_key_arn }
}

output "trail_arn" {
  description = "The organization trail's ARN."
  value       = module.organization_trail.trail_arn
}
