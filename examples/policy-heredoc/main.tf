# The policy is a heredoc with the bucket's ARN and the organization's id in it.

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

resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-trail-logs"
}

locals {
  trail_name = "org"
  # A fixed ARN: the policy can't refer to the trail, which itself waits for the policy.
  trail_arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/${local.trail_name}"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "AclCheck",
          "Effect": "Allow",
          "Principal": {"Service": "cloudtrail.amazonaws.com"},
          "Action": "s3:GetBucketAcl",
          "Resource": "${aws_s3_bucket.logs.arn}",
          "Condition": {"StringEquals": {"aws:SourceArn": "${local.trail_arn}"}}
        },
        {
          "Sid": "Write",
          "Effect": "Allow",
          "Principal": {"Service": "cloudtrail.amazonaws.com"},
          "Action": "s3:PutObject",
          "Resource": [
            "${aws_s3_bucket.logs.arn}/AWSLogs/123456789012/*",
            "${aws_s3_bucket.logs.arn}/AWSLogs/${aws_organizations_organization.this.id}/*"
          ],
          "Condition": {"StringEquals": {
            "aws:SourceArn": "${local.trail_arn}",
            "s3:x-amz-acl": "bucket-owner-full-control"
          }}
        }
      ]
    }
  POLICY
}

resource "aws_cloudtrail" "org" {
  name                          = local.trail_name
  s3_bucket_name                = aws_s3_bucket.logs.id
  is_organization_trail         = true
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true

  depends_on = [aws_organizations_organization.this, aws_s3_bucket_policy.logs]
}
