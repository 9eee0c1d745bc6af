provider "aws" {
  region = "us-east-1"
}
data "aws_caller_identity" "current" {}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = ["o-abcd123456"]
    }
  }
}
data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.logs.arn}/*"]
  }
}
resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-trail-logs"
}
resource "aws_iam_role" "audit" {
  name               = "audit"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_policy" "audit" {
  name   = "audit"
  policy = data.aws_iam_policy_document.read.json
}
resource "aws_iam_role_policy_attachment" "audit" {
  role       = aws_iam_role.audit.name
  policy_arn = aws_iam_policy.audit.arn
}
resource "aws_sns_topic" "t" {
  name = "t"
}
data "aws_iam_policy_document" "t" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.t.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
  statement {
    actions   = ["sns:Subscribe"]
    resources = [aws_sns_topic.t.arn]
    principals {
      type        = "AWS"
      identifiers = ["222222222222"]
    }
  }
}
resource "aws_sns_topic_policy" "t" {
  arn    = aws_sns_topic.t.arn
  policy = data.aws_iam_policy_document.t.json
}
resource "aws_s3_access_point" "ap" {
  bucket = aws_s3_bucket.logs.id
  name   = "team"
}
resource "aws_s3control_access_point_policy" "ap" {
  access_point_arn = aws_s3_access_point.ap.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "222222222222" }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_access_point.ap.arn}/object/*"
    }]
  })
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
      Condition = { StringEquals = { "s3:DataAccessPointAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}
resource "aws_kms_key" "k" {}
resource "aws_kms_grant" "g" {
  key_id            = aws_kms_key.k.key_id
  grantee_principal = "arn:aws:iam::222222222222:role/x"
  operations        = ["Decrypt"]
}
resource "aws_cloudwatch_log_group" "g" {
  name = "org"
}
resource "aws_cloudwatch_log_resource_policy" "p" {
  policy_name = "p"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "es.amazonaws.com" }
      Action    = ["logs:PutLogEvents", "logs:CreateLogStream"]
      Resource  = "${aws_cloudwatch_log_group.g.arn}:*"
    }]
  })
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
resource "aws_s3_bucket_notification" "n" {
  bucket = aws_s3_bucket.logs.id
  queue {
    queue_arn = aws_sqs_queue.q.arn
    events    = ["s3:ObjectCreated:*"]
  }
  topic {
    topic_arn = aws_sns_topic.t.arn
    events    = ["s3:ObjectRemoved:*"]
  }
}
resource "aws_cloudtrail" "org" {
  name                       = "org"
  s3_bucket_name             = aws_s3_bucket.logs.id
  sns_topic_name             = aws_sns_topic.t.name
  kms_key_id                 = aws_kms_key.k.arn
  is_organization_trail      = true
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"
  cloud_watch_logs_role_arn  = "arn:aws:iam::123456789012:role/x"
}
