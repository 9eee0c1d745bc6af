provider "aws" {
  region = "us-east-1"
}

resource "aws_kms_key" "logs" {
  policy = <<EOF
{"Version": "2012-10-17", "Statement": [
  {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"},
  {"Sid": "Trail", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
   "Action": ["kms:GenerateDataKey*", "kms:DescribeKey"], "Resource": "*",
   "Condition": {"StringEquals": {"aws:SourceArn": ["arn:aws:cloudtrail:us-east-1:123456789012:trail/org"]}}}
]}
EOF
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  kms_key_id            = aws_kms_key.logs.arn
  is_organization_trail = true
}
