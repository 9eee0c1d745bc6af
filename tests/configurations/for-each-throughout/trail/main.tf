terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.archive]
    }
  }
}

variable "bucket" {
  type = string
}

variable "writers" {
  type = list(string)
}

variable "whole_of" {
  type = string
}

resource "aws_s3_bucket" "logs" {
  for_each = toset([var.bucket])
  provider = aws.archive
  bucket   = each.value
}

locals {
  arns = { for name, bucket in aws_s3_bucket.logs : name => bucket.arn }
}

data "aws_iam_policy_document" "logs" {
  for_each = aws_s3_bucket.logs

  statement {
    sid       = "Acl"
    actions   = ["s3:GetBucketAcl"]
    resources = [each.value.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
  # Sids with ids that AWS will only choose: two blocks of one document never share one.
  dynamic "statement" {
    for_each = toset(concat(var.writers, [var.whole_of]))
    content {
      sid       = "Write${statement.key}"
      actions   = ["s3:PutObject"]
      resources = ["${local.arns[each.key]}/AWSLogs/${statement.value}/*"]
      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  for_each = data.aws_iam_policy_document.logs
  provider = aws.archive
  bucket   = aws_s3_bucket.logs[each.key].id
  policy   = each.value.json
}

resource "aws_cloudtrail" "org" {
  for_each              = aws_s3_bucket_policy.logs
  name                  = "org"
  s3_bucket_name        = each.value.bucket
  is_organization_trail = var.whole_of != null
  is_multi_region_trail = true
}
