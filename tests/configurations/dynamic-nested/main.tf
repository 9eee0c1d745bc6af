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

variable "readers" {
  type = map(object({
    accounts   = list(string)
    conditions = optional(map(list(string)), {})
  }))
  default = {
    audit = { accounts = ["444444444444"], conditions = { "aws:SecureTransport" = ["true"] } }
  }
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "AclCheck"
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.logs.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
  statement {
    sid     = "Write"
    actions = ["s3:PutObject"]
    resources = [
      "${aws_s3_bucket.logs.arn}/AWSLogs/123456789012/*",
      "${aws_s3_bucket.logs.arn}/AWSLogs/${aws_organizations_organization.this.id}/*",
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
  dynamic "statement" {
    for_each = var.readers
    iterator = reader
    content {
      sid       = "Read${title(reader.key)}"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.logs.arn}/*"]
      dynamic "principals" {
        for_each = [for account in reader.value.accounts : "arn:aws:iam::${account}:root"]
        iterator = who
        content {
          type        = "AWS"
          identifiers = [who.value]
        }
      }
      dynamic "condition" {
        for_each = reader.value.conditions
        content {
          test     = "Bool"
          variable = condition.key
          values   = condition.value
        }
      }
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  is_multi_region_trail = true

  depends_on = [aws_organizations_organization.this, aws_s3_bucket_policy.logs]
}
