# The organization is made beside the call, which confirms it and waits for it by depends_on: while planning, nothing of it is known.

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

resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
}

module "organization_trail" {
  source   = "../../modules/organization-trail"
  for_each = toset(["org"])

  trail_name          = each.key
  bucket_name         = "acme-org-trail-logs"
  trusted_access_mode = "confirm"
  transitions         = [{ days = 90, storage_class = "GLACIER_IR" }]

  providers = {
    aws.management  = aws
    aws.log_archive = aws
  }

  depends_on = [aws_organizations_organization.this]
}
