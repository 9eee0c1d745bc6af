resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
}

resource "aws_s3_bucket" "logs" {
  count  = 1
  bucket = "acme-org-trail-logs"
}

data "aws_iam_policy_document" "logs" {
  count = 1

  dynamic "statement" {
    for_each = toset(["s3:GetObject", "s3:ListBucket"]) # for the data platform
    content {
      actions   = [statement.value]
      resources = [one(aws_s3_bucket.logs[*].arn), "${one(aws_s3_bucket.logs[*].arn)}/*"]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [aws_organizations_organization.this.id]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  count  = 1
  bucket = aws_s3_bucket.logs[count.index].id
  policy = data.aws_iam_policy_document.logs[count.index].json
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs[0].id
  is_organization_trail = true
  depends_on            = [aws_s3_bucket_policy.logs, aws_organizations_organization.this]
}
