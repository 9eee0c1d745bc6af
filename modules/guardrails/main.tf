data "aws_partition" "current" {}

locals {
  bucket_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"
  trail_arn  = "arn:${data.aws_partition.current.partition}:cloudtrail:*:${var.management_account_id}:trail/${var.trail_name}"
}

# A service control policy binds the users and roles of member accounts. It binds neither the management account, nor AWS
# services that call for themselves (CloudTrail when it delivers), nor service-linked roles. So what is denied here costs
# CloudTrail nothing as long as nobody is kept from *creating* its role: that is the one thing left out below.
data "aws_iam_policy_document" "this" {
  statement {
    sid    = "KeepCloudTrailsRole"
    effect = "Deny"

    actions = [
      "iam:AttachRolePolicy",
      "iam:DeleteRole",
      "iam:DeleteRolePermissionsBoundary",
      "iam:DeleteRolePolicy",
      "iam:DeleteServiceLinkedRole",
      "iam:DetachRolePolicy",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]

    resources = ["arn:${data.aws_partition.current.partition}:iam::*:role/aws-service-role/cloudtrail.amazonaws.com/*"]
  }

  statement {
    sid    = "KeepTheTrail"
    effect = "Deny"

    actions = [
      "cloudtrail:AddTags",
      "cloudtrail:DeleteTrail",
      "cloudtrail:PutEventSelectors",
      "cloudtrail:PutInsightSelectors",
      "cloudtrail:RemoveTags",
      "cloudtrail:StopLogging",
      "cloudtrail:UpdateTrail",
    ]

    resources = [local.trail_arn]

    dynamic "condition" {
      for_each = length(var.delegated_administrator_account_ids) > 0 ? [1] : []

      content {
        test     = "StringNotEquals"
        variable = "aws:PrincipalAccount"
        values   = var.delegated_administrator_account_ids
      }
    }
  }

  statement {
    sid       = "KeepOutOfTheLogs"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.bucket_arn, "${local.bucket_arn}/*"]

    condition {
      test     = "StringNotEquals"
      variable = "aws:PrincipalAccount"
      values   = setunion([var.log_archive_account_id], var.reader_account_ids)
    }
  }

  dynamic "statement" {
    for_each = var.key[*]

    content {
      sid       = "KeepOffTheKey"
      effect    = "Deny"
      actions   = ["kms:*"]
      resources = [statement.value.arn]

      condition {
        test     = "StringNotEquals"
        variable = "aws:PrincipalAccount"
        values   = setunion([var.log_archive_account_id], var.reader_account_ids)
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.archive_administrator_role_arns) > 0 ? [1] : []

    content {
      sid    = "KeepTheArchive"
      effect = "Deny"

      actions = [
        "s3:BypassGovernanceRetention",
        "s3:Create*",
        "s3:Delete*",
        "s3:InitiateReplication",
        "s3:ObjectOwnerOverrideToBucketOwner",
        "s3:Put*",
        "s3:Replicate*",
        "s3:Update*",
      ]

      # Access points have ARNs of their own, which don't say what bucket they lead to.
      resources = [
        local.bucket_arn,
        "${local.bucket_arn}/*",
        "arn:${data.aws_partition.current.partition}:s3:*:${var.log_archive_account_id}:accesspoint/*",
        "arn:${data.aws_partition.current.partition}:s3-object-lambda:*:${var.log_archive_account_id}:accesspoint/*",
      ]

      condition {
        test     = "ArnNotLike"
        variable = "aws:PrincipalArn"
        values   = var.archive_administrator_role_arns
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.archive_administrator_role_arns) > 0 ? var.key[*] : []

    content {
      sid    = "KeepTheKey"
      effect = "Deny"

      actions = [
        "kms:CreateGrant",
        "kms:DeleteImportedKeyMaterial",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ReplicateKey",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdatePrimaryRegion",
      ]

      resources = [statement.value.arn]

      condition {
        test     = "ArnNotLike"
        variable = "aws:PrincipalArn"
        values   = var.archive_administrator_role_arns
      }
    }
  }

  # An account that left would be free of all of this, and its events wouldn't come any more.
  dynamic "statement" {
    for_each = var.deny_leaving ? [1] : []

    content {
      sid       = "StayInTheOrganization"
      effect    = "Deny"
      actions   = ["organizations:LeaveOrganization"]
      resources = ["*"]
    }
  }
}

resource "aws_organizations_policy" "this" {
  name        = var.policy_name
  description = "Keeps member accounts from CloudTrail's role, the organization trail ${var.trail_name} and its logs"
  type        = "SERVICE_CONTROL_POLICY"

  # Organizations counts every character, and the document comes with spaces and line ends.
  content = jsonencode(jsondecode(data.aws_iam_policy_document.this.json))
  tags    = var.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode(jsondecode(data.aws_iam_policy_document.this.json))) <= 5120
      error_message = "The service control policy is longer than the 5,120 characters that AWS takes: name fewer accounts, or say several roles with one wildcard in archive_administrator_role_arns."
    }
  }
}

resource "aws_organizations_policy_attachment" "this" {
  for_each = var.targets

  policy_id = aws_organizations_policy.this.id
  target_id = each.value
}
