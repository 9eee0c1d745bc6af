# The stack of a trail and nothing else: another one holds the organization, a third one the bucket.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_cloudtrail" "org" {
  name                          = "org"
  s3_bucket_name                = "acme-org-trail-logs"
  is_organization_trail         = true
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
}
