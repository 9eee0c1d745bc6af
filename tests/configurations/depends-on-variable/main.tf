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

resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-logs"
}

module "trail" {
  source   = "./trail"
  bucket   = aws_s3_bucket.logs.id
  wait_for = [aws_organizations_organization.this.roots]
}
