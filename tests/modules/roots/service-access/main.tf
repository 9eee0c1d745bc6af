# Trusted access as a resource of its own, by the module for AWS provider 6, and a call that confirms it.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.62, < 7"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

module "service_access" {
  source = "../../../../modules/service-access"
}

module "organization_trail" {
  source = "../../../../modules/organization-trail"

  trail_name                  = "org"
  bucket_name                 = "acme-org-trail-logs"
  trusted_access_mode         = "confirm"
  trusted_access_turned_on_by = module.service_access.service_principal

  providers = {
    aws.management  = aws
    aws.log_archive = aws
  }
}
