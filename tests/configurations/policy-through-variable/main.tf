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

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "AclCheck"
    actions   = ["s3:GetBucketAcl"]
    resources = [local.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
  statement {
    sid     = "Write"
    actions = ["s3:PutObject"]
    resources = [
      "${local.arn}/AWSLogs/123456789012/*",
      "${local.arn}/AWSLogs/${aws_organizations_organization.this.id}/*",
    ]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${local.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [aws_organizations_organization.this.id]
    }
  }
}

locals {
  name = "acme-org-logs"
  arn  = "arn:aws:s3:::${local.name}"
}

module "bucket" {
  source = "./bucket"
  bucket = { name = local.name, policy = data.aws_iam_policy_document.logs.json }
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = module.bucket.name
  is_organization_trail = true
  is_multi_region_trail = true

  depends_on = [aws_organizations_organization.this, module.bucket]
}
