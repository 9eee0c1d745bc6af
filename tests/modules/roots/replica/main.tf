# The logs of a trail, and a copy of them in another region.

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
  alias  = "replica"
  region = "eu-west-1"
}

module "organization_trail" {
  source = "../../modules/organization-trail"

  trail_name          = "org"
  bucket_name         = "acme-org-trail-logs"
  trusted_access_mode = "manage"

  providers = {
    aws.management  = aws
    aws.log_archive = aws
  }
}

module "replica" {
  source = "../../modules/replica"

  source_bucket_name = module.organization_trail.bucket_name
  source_key_arn     = module.organization_trail.kms_key_arn
  bucket_name        = "acme-org-trail-logs-replica"

  providers = {
    aws         = aws
    aws.replica = aws.replica
  }
}
