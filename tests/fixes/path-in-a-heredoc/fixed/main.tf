resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-trail-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = <<-POLICY
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AWSCloudTrailAclCheck",
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": "s3:GetBucketAcl",
                "Resource": "${aws_s3_bucket.logs.arn}"
            },
            {
                "Sid": "AWSCloudTrailWrite",
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": "${aws_s3_bucket.logs.arn}/AWSLogs/123456789012/*",
                "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
            },
            {
              "Sid": "CloudTrailWritesForTheMembers",
              "Effect": "Allow",
              "Principal": {"Service": "cloudtrail.amazonaws.com"},
              "Action": "s3:PutObject",
              "Resource": "${aws_s3_bucket.logs.arn}/AWSLogs/o-abcd123456/*",
              "Condition": {
                "ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:123456789012:trail/org"},
                "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}
              }
            }
        ]
    }
  POLICY
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  depends_on            = [aws_s3_bucket_policy.logs]
}
