# The security account keeps the logs and looks after CloudTrail for the organization: the management account registers it as
# delegated administrator once trusted access is confirmed. The trail stays the management account's own, as AWS has it.

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
  alias  = "security"
  region = "us-east-1"

  assume_role {
    role_arn = "arn:aws:iam::${var.security_account_id}:role/OrganizationAccountAccessRole"
  }
}

variable "security_account_id" {
  description = "The account that keeps the logs and administers CloudTrail."
  type        = string
  default     = "222222222222"
  nullable    = false
}

module "organization_trail" {
  source = "../../modules/organization-trail"

  trail_name                         = "org"
  bucket_name                        = "acme-org-trail-logs"
  trusted_access_mode                = "confirm"
  delegated_administrator_account_id = var.security_account_id

  # Of the security account's own roles, only these touch the logs.
  archive_role_arns = [
    "arn:aws:iam::${var.security_account_id}:role/Auditor",
    "arn:aws:iam::${var.security_account_id}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_LogReader_*",
  ]

  providers = {
    aws.management  = aws
    aws.log_archive = aws.security
  }
}

output "trail_arn" {
  description = "The organization trail's ARN."
  value       = module.organization_trail.trail_arn
}
