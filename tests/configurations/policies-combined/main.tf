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

data "aws_caller_identity" "this" {}

locals {
  bucket = "acme-combined-logs"
  trail  = "arn:aws:cloudtrail:us-east-1:${data.aws_caller_identity.this.account_id}:trail/org"
}

resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
}

data "aws_iam_policy_document" "delivery" {
  dynamic "statement" {
    for_each = {
      "s3:GetBucketAcl" = [""]
      "s3:PutObject"    = [for owner in [data.aws_caller_identity.this.account_id, aws_organizations_organization.this.id] : "/AWSLogs/${owner}/*"]
    }
    content {
      sid       = replace(title(statement.key), ":", "")
      actions   = [statement.key]
      resources = formatlist("arn:aws:s3:::${local.bucket}%s", statement.value)
      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceArn"
        values   = [local.trail]
      }
    }
  }
}

module "bucket" {
  source = "./bucket"

  name   = local.bucket
  policy = data.aws_iam_policy_document.delivery.json
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = module.bucket.id
  is_organization_trail = true
  is_multi_region_trail = true
}
