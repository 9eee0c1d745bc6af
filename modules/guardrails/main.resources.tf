# A resource control policy says of resources what a service control policy says of principals: here, who may reach the logs
# and their key, whatever a bucket policy, a key policy or a grant says later. It doesn't bind the management account's own
# resources.
locals {
  guarded_accounts = setunion([var.management_account_id, var.log_archive_account_id], var.reader_account_ids)
}

data "aws_iam_policy_document" "resources" {
  statement {
    sid       = "KeepOutOfTheLogs"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.bucket_arn, "${local.bucket_arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringNotEqualsIfExists"
      variable = "aws:PrincipalAccount"
      values   = local.guarded_accounts
    }

    # CloudTrail, when it delivers.
    condition {
      test     = "BoolIfExists"
      variable = "aws:PrincipalIsAWSService"
      values   = ["false"]
    }
  }

  dynamic "statement" {
    for_each = var.key[*]

    content {
      sid       = "KeepOffTheKey"
      effect    = "Deny"
      actions   = ["kms:*"]
      resources = [statement.value.arn]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      condition {
        test     = "StringNotEqualsIfExists"
        variable = "aws:PrincipalAccount"
        values   = local.guarded_accounts
      }

      condition {
        test     = "BoolIfExists"
        variable = "aws:PrincipalIsAWSService"
        values   = ["false"]
      }
    }
  }
}

resource "aws_organizations_policy" "resources" {
  count = length(var.resource_targets) > 0 ? 1 : 0

  name        = var.resource_policy_name
  description = "Keeps everybody but the named accounts from the logs of the organization trail ${var.trail_name} and their key"
  type        = "RESOURCE_CONTROL_POLICY"
  content     = jsonencode(jsondecode(data.aws_iam_policy_document.resources.json))
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode(jsondecode(data.aws_iam_policy_document.resources.json))) <= 5120
      error_message = "The resource control policy is longer than the 5,120 characters that AWS takes: name fewer accounts in reader_account_ids."
    }
  }
}

resource "aws_organizations_policy_attachment" "resources" {
  for_each = var.resource_targets

  policy_id = aws_organizations_policy.resources[0].id
  target_id = each.value
}
