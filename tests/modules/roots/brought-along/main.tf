# A bucket, a key, a log group and a topic of one's own, and the gate.

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

provider "aws" {
  alias  = "log_archive"
  region = "us-east-1"
}

variable "opened" {
  description = "Whether the whole organization may read: something that shows at apply."
  type        = bool
}

variable "command" {
  type    = string
  default = "orgtrail"
}

resource "terraform_data" "known_at_apply" {
  input = var.opened ? "Allow" : "Deny"
}

locals {
  trail_arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/org"
}

data "aws_organizations_organization" "this" {}

resource "aws_s3_bucket" "logs" {
  provider = aws.log_archive

  bucket        = "acme-own-logs"
  force_destroy = true
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["s3:GetBucketAcl"]
    resources = ["arn:aws:s3:::acme-own-logs"]

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
    actions   = ["s3:PutObject"]
    resources = [for whose in ["123456789012", data.aws_organizations_organization.this.id] : "arn:aws:s3:::acme-own-logs/AWSLogs/${whose}/*"]

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

  statement {
    effect    = terraform_data.known_at_apply.output
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::acme-own-logs/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [data.aws_organizations_organization.this.id]
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  provider = aws.log_archive

  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json
}

data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::222222222222:root"]
    }
  }

  statement {
    actions   = ["kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]

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
}

resource "aws_kms_key" "logs" {
  provider = aws.log_archive

  policy = data.aws_iam_policy_document.key.json
}

resource "aws_cloudwatch_log_group" "own" {
  name = "own"
}

resource "aws_sns_topic" "own" {
  name = "own"
}

data "aws_iam_policy_document" "topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.own.arn]

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
}

resource "aws_sns_topic_policy" "own" {
  arn    = aws_sns_topic.own.arn
  policy = data.aws_iam_policy_document.topic.json
}

module "organization_trail" {
  source = "../../modules/organization-trail"

  trail_name          = "org"
  bucket_name         = aws_s3_bucket_policy.logs.bucket
  create_bucket       = false
  kms_key             = { arn = aws_kms_key.logs.arn, policy = data.aws_iam_policy_document.key.json }
  cloudwatch_logs     = { log_group = { arn = aws_cloudwatch_log_group.own.arn } }
  sns                 = { topic = { arn = aws_sns_topic_policy.own.arn } }
  trusted_access_mode = "confirm"
  gate                = { command = var.command }

  providers = {
    aws.management  = aws
    aws.log_archive = aws.log_archive
  }
}
