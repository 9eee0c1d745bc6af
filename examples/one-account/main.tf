# Everything in one account: the organization, its trail, and the logs. The shortest way to an organization trail.

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

module "organization_trail" {
  source = "../../modules/organization-trail"

  trail_name          = "org"
  bucket_name         = "acme-org-trail-logs"
  trusted_access_mode = "manage"
  reader_account_ids  = ["444444444444"]

  providers = {
    aws.management  = aws
    aws.log_archive = aws
  }
}

output "trail_arn" {
  description = "The organization trail's ARN."
  value       = module.organization_trail.trail_arn
}
