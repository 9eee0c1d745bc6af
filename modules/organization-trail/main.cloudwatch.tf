locals {
  makes_log_group = var.cloudwatch_logs != null ? var.cloudwatch_logs.log_group == null : false
  makes_log_role  = var.cloudwatch_logs != null ? var.cloudwatch_logs.role == null : false

  # IAM takes 64 characters, the trail has up to 128.
  log_role_prefix = length(var.trail_name) <= 34 ? var.trail_name : "${substr(var.trail_name, 0, 25)}-${substr(sha256(var.trail_name), 0, 8)}"
}

resource "aws_cloudwatch_log_group" "this" {
  provider = aws.management
  count    = local.makes_log_group ? 1 : 0

  name              = coalesce(var.cloudwatch_logs.log_group_name, "/aws/cloudtrail/${var.trail_name}")
  retention_in_days = var.cloudwatch_logs.retention_in_days
  kms_key_id        = var.cloudwatch_logs.kms_key_arn
  tags              = var.tags
}

# AWS's "Role policy document for CloudTrail to use CloudWatch Logs for monitoring", which also says why there is no
# aws:SourceArn here: CloudTrail doesn't send it when it assumes this role.
data "aws_iam_policy_document" "cloudwatch_logs_trust" {
  provider = aws.management

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "cloudwatch_logs" {
  provider = aws.management
  count    = local.makes_log_role ? 1 : 0

  name                 = coalesce(var.cloudwatch_logs.role_name, "${local.log_role_prefix}-cloudtrail-to-cloudwatch-logs")
  path                 = var.cloudwatch_logs.role_path
  permissions_boundary = var.cloudwatch_logs.role_permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.cloudwatch_logs_trust.json
  tags                 = var.tags
}

# The log streams are named after the account whose events they hold: the management account's after its id, all others
# after the organization's.
data "aws_iam_policy_document" "cloudwatch_logs" {
  provider = aws.management
  count    = local.makes_log_role ? 1 : 0

  statement {
    sid     = "CloudTrailWritesItsStreams"
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]

    resources = [
      "${var.cloudwatch_logs.log_group == null ? aws_cloudwatch_log_group.this[0].arn : trimsuffix(var.cloudwatch_logs.log_group.arn, ":*")}:log-stream:${module.trusted_access.management_account_id}_CloudTrail_${local.trail_region}*",
      "${var.cloudwatch_logs.log_group == null ? aws_cloudwatch_log_group.this[0].arn : trimsuffix(var.cloudwatch_logs.log_group.arn, ":*")}:log-stream:${module.trusted_access.organization_id}_*",
    ]
  }
}

resource "aws_iam_role_policy" "cloudwatch_logs" {
  provider = aws.management
  count    = local.makes_log_role ? 1 : 0

  name   = "write-cloudtrail-streams"
  role   = aws_iam_role.cloudwatch_logs[0].id
  policy = data.aws_iam_policy_document.cloudwatch_logs[0].json
}
