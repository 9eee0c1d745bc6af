variable "organization_id" {
  type    = string
  default = "o-abcd123456"
}

locals { bucket = "acme-org-trail-logs" }

resource "aws_s3_bucket" "logs" { bucket = local.bucket }

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "s3:GetBucketAcl", Resource = "arn:aws:s3:::${local.bucket}" },
      {
        Sid       = "Write"
        Effect    = "Allow"
        Principal = { Service = ["cloudtrail.amazonaws.com"] }
        Action    = ["s3:PutObject"]
        Resource  = ["arn:aws:s3:::${local.bucket}/audit/AWSLogs/123456789012/*"]
      }, # keep this one last
      {
        Sid       = "CloudTrailWritesForTheMembers"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "arn:aws:s3:::${local.bucket}/audit/AWSLogs/o-abcd123456/*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = "arn:aws:cloudtrail:*:123456789012:trail/org" }
          StringEquals = { "s3:x-amz-acl" = "bucket-owner-full-control" }
        }
      },
    ]
  })
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  s3_key_prefix         = "audit"
  is_organization_trail = true
  depends_on            = [aws_s3_bucket_policy.logs]
}
