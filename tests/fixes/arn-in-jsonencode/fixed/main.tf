provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "logs" { bucket = "acme-org-trail-logs" }

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [for action, path in { "s3:GetBucketAcl" = "", "s3:PutObject" = "/AWSLogs/*" } : {
    Effect    = "Allow"
    Principal = { Service = "cloudtrail.amazonaws.com" }
    Action    = action
    Resource  = "arn:aws:s3:::acme-org-trail-logs${path}"
    Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:us-east-1:123456789012:trail/org" } }
  }] })
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  depends_on            = [aws_s3_bucket_policy.logs]
}
