# Made only where it is wanted, as modules do.
resource "aws_s3_bucket" "logs" {
  count  = 1
  bucket = "acme-org-trail-logs"
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.logs[0].arn]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs[0].id
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs[0].id
  is_organization_trail = true
  depends_on            = [aws_s3_bucket_policy.logs]
}
