resource "aws_sns_topic" "this" {
  provider = aws.management
  count    = var.sns == null ? 0 : 1

  name              = coalesce(var.sns.topic_name, "${replace(var.trail_name, ".", "-")}-log-files")
  kms_master_key_id = var.sns.kms_key_id
  tags              = var.tags
}

# AWS's "Amazon SNS topic policy for CloudTrail". CloudTrail looks at the policy when the trail is made.
data "aws_iam_policy_document" "sns" {
  provider = aws.management
  count    = var.sns == null ? 0 : 1

  statement {
    sid       = "CloudTrailTellsAboutLogFiles"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this[0].arn]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  provider = aws.management
  count    = var.sns == null ? 0 : 1

  arn    = aws_sns_topic.this[0].arn
  policy = data.aws_iam_policy_document.sns[0].json
}
