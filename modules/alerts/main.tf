data "aws_region" "current" {}

locals {
  patterns = {
    trail = {
      source = ["aws.cloudtrail"]
      names = [
        "DeleteTrail", "DeregisterOrganizationDelegatedAdmin", "PutEventSelectors", "PutInsightSelectors",
        "RegisterOrganizationDelegatedAdmin", "StopLogging", "UpdateTrail",
      ]
      detail = {}
    }

    organization = {
      source = ["aws.organizations"]
      names = [
        "DeletePolicy", "DeregisterDelegatedAdministrator", "DetachPolicy", "DisableAWSServiceAccess", "DisablePolicyType",
        "RegisterDelegatedAdministrator", "UpdatePolicy",
      ]
      detail = {}
    }

    bucket = {
      source = ["aws.s3"]
      names = [
        "DeleteBucket", "DeleteBucketEncryption", "DeleteBucketLifecycle", "DeleteBucketOwnershipControls", "DeleteBucketPolicy",
        "DeleteBucketPublicAccessBlock", "PutBucketAcl", "PutBucketEncryption", "PutBucketLifecycle", "PutBucketObjectLockConfiguration",
        "PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketReplication", "PutBucketVersioning",
        "PutObjectLockConfiguration",
      ]
      detail = { requestParameters = { bucketName = [coalesce(var.bucket_name, "-")] } }
    }

    key = {
      source = ["aws.kms"]
      names = [
        "CreateGrant", "DisableKey", "DisableKeyRotation", "PutKeyPolicy", "ReplicateKey", "ScheduleKeyDeletion", "UpdatePrimaryRegion",
      ]
      detail = { resources = { ARN = [var.key == null ? "-" : var.key.arn] } }
    }
  }

  watched = toset(concat(
    var.watch_trail ? ["trail"] : [],
    var.watch_organization ? ["organization"] : [],
    var.bucket_name != null ? ["bucket"] : [],
    var.key != null ? ["key"] : [],
  ))
}

# What CloudTrail logs of these calls, EventBridge sees in the account and the region that they were made in.
resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.watched

  name        = "${var.name}-${each.key}"
  description = "Changes of the organization trail's ${each.key}"
  tags        = var.tags

  event_pattern = jsonencode({
    source        = local.patterns[each.key].source
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail        = merge({ eventName = local.patterns[each.key].names }, local.patterns[each.key].detail)
  })
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.watched

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "topic"
  arn       = var.topic == null ? aws_sns_topic.this[0].arn : var.topic.arn

  # Not before the topic lets it through.
  depends_on = [aws_sns_topic_policy.this]
}

resource "aws_sns_topic" "this" {
  count = var.topic == null ? 1 : 0

  name              = var.name
  kms_master_key_id = var.topic_kms_key_id
  tags              = var.tags
}

# "Amazon SNS permissions" of the EventBridge guide.
data "aws_iam_policy_document" "topic" {
  count = var.topic == null ? 1 : 0

  statement {
    sid       = "EventBridgePublishes"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this[0].arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  count = var.topic == null ? 1 : 0

  arn    = aws_sns_topic.this[0].arn
  policy = data.aws_iam_policy_document.topic[0].json
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.email_addresses

  topic_arn = var.topic == null ? aws_sns_topic.this[0].arn : var.topic.arn
  protocol  = "email"
  endpoint  = each.value
}

# A rule for Organizations elsewhere never fires. It is a warning, since everything else still works.
check "organizations_events_arrive_here" {
  assert {
    condition     = !var.watch_organization || contains(["us-east-1", "us-gov-west-1", "cn-northwest-1"], data.aws_region.current.id)
    error_message = "Organizations' events arrive in us-east-1 only (us-gov-west-1 and cn-northwest-1 in their partitions), and these rules are in ${data.aws_region.current.id}: DisableAWSServiceAccess goes unnoticed. Call the module once more with a provider for that region and watch_trail = false."
  }
}
