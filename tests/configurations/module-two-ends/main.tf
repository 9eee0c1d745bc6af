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

module "organization" {
  source = "./organization"
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-logs"
}

resource "aws_cloudtrail" "org" {
  name                  = module.organization.name
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  is_multi_region_trail = true
}
