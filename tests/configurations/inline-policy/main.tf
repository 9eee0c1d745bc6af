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
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AclCheck"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = "arn:aws:s3:::acme-org-logs"
      },
      {
        Sid       = "Write"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = formatlist("arn:aws:s3:::acme-org-logs/AWSLogs/%s/*", ["123456789012", aws_organizations_organization.this.id])
      },
      {
        Sid       = "Read"
        Effect    = "Allow"
        Principal = { AWS = "222222222222" }
        Action    = ["s3:Get*", "s3:List*"]
        Resource  = ["arn:aws:s3:::acme-org-logs", "arn:aws:s3:::acme-org-logs/*"]
      },
    ]
  })
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  is_multi_region_trail = true

  depends_on = [aws_organizations_organization.this]
}
