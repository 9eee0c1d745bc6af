locals {
  bucket = "acme-org-trail-logs"
  base = [
    {
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = ["s3:GetBucketAcl", "s3:PutObject"]
      Resource  = ["arn:aws:s3:::${local.bucket}", "arn:aws:s3:::${local.bucket}/AWSLogs/*"]
    },
    {
      Sid       = "NobodyElse"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::${local.bucket}", "arn:aws:s3:::${local.bucket}/*"]
      Condition = {
        StringNotEqualsIfExists = { "aws:PrincipalAccount" = ["123456789012"] }
        BoolIfExists            = { "aws:PrincipalIsAWSService" = "false" }
      }
    },
  ]
  readers = [{
    Effect    = "Allow"
    Principal = "*"
    Action    = "s3:GetObject"
    Resource  = "arn:aws:s3:::${local.bucket}/*"
    Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-abcd123456" } } # everybody at home
  }]
}

resource "aws_s3_bucket" "logs" {
  bucket = local.bucket
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode(merge({ Version = "2012-10-17" }, { Statement = concat(local.base, local.readers) }))
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket_policy.logs.bucket
  is_organization_trail = true
}
