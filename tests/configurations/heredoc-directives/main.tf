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
  type    = list(string)
  default = ["222222222222", "333333333333"]
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        %{~for reader in var.readers~}
        {
          "Sid": "Read${reader}",
          "Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::${reader}:root"},
          "Action": "s3:GetObject",
          "Resource": "${aws_s3_bucket.logs.arn}/*"
        },
        %{~endfor~}
        {
          "Sid": "AclCheck",
          "Effect": "Allow",
          "Principal": {"Service": "cloudtrail.amazonaws.com"},
          "Action": "s3:GetBucketAcl",
          "Resource": "${aws_s3_bucket.logs.arn}"
        },
        {
          "Sid": "Write",
          "Effect": "Allow",
          "Principal": {"Service": "cloudtrail.amazonaws.com"},
          "Action": "s3:PutObject",
          "Resource": [
            "${aws_s3_bucket.logs.arn}/AWSLogs/123456789012/*",
            "${aws_s3_bucket.logs.arn}/AWSLogs/${aws_organizations_organization.this.id}/*"
          ]
        }
      ]
    }
  EOT
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  is_multi_region_trail = true

  depends_on = [aws_organizations_organization.this, aws_s3_bucket_policy.logs]
}
