locals {
  # Everything that may be done with the bucket.
  statements = [
    {
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = ["s3:GetBucketAcl", "s3:PutObject"]
      Resource  = ["arn:aws:s3:::acme-org-trail-logs", "arn:aws:s3:::acme-org-trail-logs/AWSLogs/123456789012/*"]
    }
  ]
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_s3_bucket" "logs" { bucket = "acme-org-trail-logs" }

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.bucket
  policy = local.policy
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket_policy.logs.bucket
  is_organization_trail = true
}
