locals {
  makes_topic    = var.sns == null ? false : var.sns.topic == null
  topics_at_home = "arn:${data.aws_partition.current.partition}:sns:${local.trail_region}:${data.aws_caller_identity.management.account_id}:"
}

resource "aws_sns_topic" "this" {
  provider = aws.management
  count    = local.makes_topic ? 1 : 0

  name              = coalesce(var.sns.topic_name, "${replace(var.trail_name, ".", "-")}-log-files")
  kms_master_key_id = var.sns.kms_key_id
  tags              = var.tags

  lifecycle {
    precondition {
      condition     = data.aws_caller_identity.management.account_id == module.trusted_access.management_account_id
      error_message = "The trail looks for the topic in the management account ${module.trusted_access.management_account_id}, and as delegated administrator this would be made in ${data.aws_caller_identity.management.account_id}. Make the topic there and hand over its ARN: sns = { topic = { arn = ... } }."
    }
  }
}

# AWS's "Amazon SNS topic policy for CloudTrail". CloudTrail looks at the policy when the trail is made.
data "aws_iam_policy_document" "sns" {
  provider = aws.management
  count    = local.makes_topic ? 1 : 0

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
  count    = local.makes_topic ? 1 : 0

  arn    = aws_sns_topic.this[0].arn
  policy = data.aws_iam_policy_document.sns[0].json
}
