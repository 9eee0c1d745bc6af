provider "aws" {
  region = "us-east-1"
}

# Everything in this bucket names it by its own name: the plan says no-op of all of it.
resource "aws_s3_bucket" "literal" {
  bucket = "acme-literal"
}

resource "aws_s3_bucket_policy" "literal" {
  bucket = "acme-literal"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:GetBucketAcl"
      Resource  = "arn:aws:s3:::acme-literal"
    }]
  })
  depends_on = [aws_s3_bucket.literal]
}

resource "aws_s3_bucket_public_access_block" "literal" {
  bucket                  = "acme-literal"
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
  depends_on              = [aws_s3_bucket.literal]
}

resource "aws_s3_bucket_ownership_controls" "literal" {
  bucket = "acme-literal"
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
  depends_on = [aws_s3_bucket.literal]
}

resource "aws_s3_bucket_versioning" "literal" {
  bucket = "acme-literal"
  versioning_configuration {
    status = "Enabled"
  }
  depends_on = [aws_s3_bucket.literal]
}

resource "aws_s3_bucket_cors_configuration" "literal" {
  bucket = "acme-literal"
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["https://example.com"]
  }
  depends_on = [aws_s3_bucket.literal]
}

# The name is known, the ARN isn't: an update that comes out as it was.
resource "aws_s3_bucket" "referenced" {
  bucket = "acme-referenced"
}

resource "aws_s3_bucket_policy" "referenced" {
  bucket = aws_s3_bucket.referenced.bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:GetBucketAcl"
      Resource  = aws_s3_bucket.referenced.arn
    }]
  })
}

resource "aws_s3_bucket_public_access_block" "referenced" {
  bucket            = aws_s3_bucket.referenced.bucket
  block_public_acls = true
}

# The id isn't known: everything is replaced, too.
resource "aws_s3_bucket" "by_id" {
  bucket = "acme-by-id"
}

resource "aws_s3_bucket_policy" "by_id" {
  bucket = aws_s3_bucket.by_id.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:GetBucketAcl"
      Resource  = aws_s3_bucket.by_id.arn
    }]
  })
}

resource "aws_sns_topic" "literal" {
  name = "literal"
}

resource "aws_sns_topic_policy" "literal" {
  arn = "arn:aws:sns:us-east-1:123456789012:literal"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:us-east-1:123456789012:literal"
    }]
  })
  depends_on = [aws_sns_topic.literal]
}

resource "aws_sns_topic" "referenced" {
  name = "referenced"
}

resource "aws_sns_topic_policy" "referenced" {
  arn = aws_sns_topic.referenced.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.referenced.arn
    }]
  })
}

resource "aws_iam_role" "reader" {
  name                  = "reader"
  force_detach_policies = true
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "by_name" {
  name = "read"
  role = aws_iam_role.reader.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "by_id" {
  name = "list"
  role = aws_iam_role.reader.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "*" }]
  })
}

resource "aws_cloudwatch_log_group" "trail" {
  name = "trail"
}

resource "aws_cloudwatch_log_stream" "by_name" {
  name           = "stream"
  log_group_name = aws_cloudwatch_log_group.trail.name
}

resource "aws_cloudwatch_log_metric_filter" "by_name" {
  name           = "root"
  pattern        = "root"
  log_group_name = aws_cloudwatch_log_group.trail.name
  metric_transformation {
    name      = "root"
    namespace = "trail"
    value     = "1"
  }
}

resource "aws_kms_key" "logs" {
  deletion_window_in_days = 7
}

resource "aws_kms_alias" "logs" {
  name          = "alias/logs"
  target_key_id = aws_kms_key.logs.key_id
}
