terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

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

resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  enabled_policy_types = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
  feature_set = "ALL"
}

resource "aws_s3_bucket" "logs" {
  provider = aws.archive
  bucket = "acme-org-logs"
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  provider = aws.archive
  bucket = aws_s3_bucket.logs.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "logs" {
  provider = aws.archive
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "logs" {
  provider = aws.archive
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
   "Version": "2012-10-17",
   "Statement": [
    {
     "Sid": "AclCheck",
     "Effect": "Allow",
     "Principal": {
      "Service": "cloudtrail.amazonaws.com"
     },
     "Action": "s3:GetBucketAcl",
     "Resource": "${aws_s3_bucket.logs.arn}",
     "Condition": {
      "StringEquals": {
       "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111111111111:trail/org"
      }
     }
    },
    {
     "Sid": "Write",
     "Effect": "Allow",
     "Principal": {
      "Service": "cloudtrail.amazonaws.com"
     },
     "Action": "s3:PutObject",
     "Resource": "${aws_s3_bucket.logs.arn}/AWSLogs/111111111111/*",
     "Condition": {
      "StringEquals": {
       "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111111111111:trail/org",
       "s3:x-amz-acl": "bucket-owner-full-control"
      }
     }
    },
    {
     "Sid": "OrganizationWrite",
     "Effect": "Allow",
     "Principal": {
      "Service": "cloudtrail.amazonaws.com"
     },
     "Action": "s3:PutObject",
     "Resource": "${aws_s3_bucket.logs.arn}/AWSLogs/${aws_organizations_organization.this.id}/*",
     "Condition": {
      "StringEquals": {
       "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111111111111:trail/org",
       "s3:x-amz-acl": "bucket-owner-full-control"
      }
     }
    },
    {
     "Sid": "TlsOnly",
     "Effect": "Deny",
     "Principal": "*",
     "Action": "s3:*",
     "Resource": [
      "${aws_s3_bucket.logs.arn}",
      "${aws_s3_bucket.logs.arn}/*"
     ],
     "Condition": {
      "Bool": {
       "aws:SecureTransport": "false"
      }
     }
    }
   ]
  })
}

resource "aws_s3_bucket_public_access_block" "logs" {
  provider = aws.archive
  bucket = aws_s3_bucket.logs.id
  block_public_acls = true
  block_public_policy = true
  ignore_public_acls = true
  restrict_public_buckets = true
}

resource "aws_cloudtrail" "org" {
  name = "org"
  s3_bucket_name = aws_s3_bucket.logs.id
  is_organization_trail = true
  is_multi_region_trail = true
  include_global_service_events = true
  enable_log_file_validation = true
  depends_on = [aws_organizations_organization.this, aws_s3_bucket_policy.logs, aws_iam_role_policy.trail]
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn = aws_iam_role.trail.arn
}

resource "aws_cloudwatch_log_group" "trail" {
  name = "trail"
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({
   "Version": "2012-10-17",
   "Statement": [
    {
     "Effect": "Allow",
     "Action": "s3:*",
     "Resource": "*"
    }
   ]
  })
}

resource "aws_iam_role" "trail" {
  name                 = "trail-logs"
  permissions_boundary = aws_iam_policy.boundary.arn
  assume_role_policy   = jsonencode({
   "Version": "2012-10-17",
   "Statement": [
    {
     "Effect": "Allow",
     "Principal": {
      "Service": "cloudtrail.amazonaws.com"
     },
     "Action": "sts:AssumeRole"
    }
   ]
  })
}

resource "aws_iam_role_policy" "trail" {
  role   = aws_iam_role.trail.name
  policy = jsonencode({
   "Version": "2012-10-17",
   "Statement": [
    {
     "Effect": "Allow",
     "Action": [
      "logs:CreateLogStream",
      "logs:PutLogEvents"
     ],
     "Resource": "arn:aws:logs:us-east-1:111111111111:log-group:trail:log-stream:*"
    }
   ]
  })
}
