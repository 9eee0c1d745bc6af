# The stack that the organization belongs to.

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

# Stands for what somebody made in the console, which no stack knows of.
resource "aws_s3_bucket" "by_hand" {
  bucket = "acme-org-trail-logs"
}

resource "aws_cloudtrail" "by_hand" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.by_hand.bucket
  s3_key_prefix         = "audit"
  is_organization_trail = true
  is_multi_region_trail = true

  depends_on = [aws_organizations_organization.this]
}
