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
  aws_service_access_principals = ["cloudtrail.amazonaws.com", "sso.amazonaws.com"]
  feature_set                   = "ALL"
}

resource "aws_s3_bucket" "logs" {
  provider = aws.archive
  bucket   = "${var.namespace}-org-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  provider = aws.archive
  bucket   = aws_s3_bucket.logs.id
  policy   = <<-EOT
{
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
  }
 ]
}
EOT
}

variable "namespace" {
  default = "acme"
}

resource "aws_cloudtrail" "org" {
  name                       = "org"
  s3_bucket_name             = aws_s3_bucket_policy.logs.bucket
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
  depends_on                 = [aws_organizations_organization.this]
}
