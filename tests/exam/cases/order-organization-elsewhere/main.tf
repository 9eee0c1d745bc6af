provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "archive"
  region = "us-east-1"
  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"
  }
}

data "aws_organizations_organization" "this" {}

resource "aws_s3_bucket" "logs" {
  provider = aws.archive
  bucket   = "${var.namespace}-org-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  provider = aws.archive
  bucket   = aws_s3_bucket.logs.id
  policy   = data.aws_iam_policy_document.logs.json
}

variable "namespace" {
  default = "acme"
}

data "aws_partition" "this" {}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "AclCheck"
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.logs.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }

  statement {
    sid       = "Write"
    actions   = ["s3:PutObject"]
    resources = [for owner in local.owners : "${aws_s3_bucket.logs.arn}/AWSLogs/${owner}/*"]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }

  dynamic "statement" {
    for_each = var.readers
    content {
      sid       = "Reader${statement.key}"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.logs.arn}/*"]
      principals {
        type        = "AWS"
        identifiers = [statement.value]
      }
    }
  }
}

variable "readers" {
  type    = list(string)
  default = []
}

locals {
  trail_arn = "arn:${data.aws_partition.this.partition}:cloudtrail:us-east-1:${data.aws_caller_identity.this.account_id}:trail/org"
  owners    = [data.aws_caller_identity.this.account_id, data.aws_organizations_organization.this.id]
}

data "aws_caller_identity" "this" {}

resource "aws_cloudtrail" "org" {
  name                       = "org"
  s3_bucket_name             = aws_s3_bucket_policy.logs.bucket
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
}
