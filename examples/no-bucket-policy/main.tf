# A bucket without any policy: no member can read it, and CloudTrail can't write to it.

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
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-trail-logs"
}

locals {
  trail_name = "org"
  # A fixed ARN: the policy can't refer to the trail, which itself waits for the policy.
  trail_arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/${local.trail_name}"
}

resource "aws_cloudtrail" "org" {
  name                          = local.trail_name
  s3_bucket_name                = aws_s3_bucket.logs.id
  is_organization_trail         = true
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true

  depends_on = [aws_organizations_organization.this]
}
