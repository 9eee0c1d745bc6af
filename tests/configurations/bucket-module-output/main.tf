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

resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
}

module "bucket" {
  source          = "./bucket"
  name            = "acme-org-logs"
  organization_id = aws_organizations_organization.this.id
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = module.bucket.name
  is_organization_trail = true
  is_multi_region_trail = true
}
