data "aws_partition" "current" {}

locals {
  trail_arn = "arn:${data.aws_partition.current.partition}:cloudtrail:${var.trail_region}:${var.management_account_id}:trail/${var.trail_name}"
}

# AWS's statements for an organization trail ("Configure AWS KMS key policies for CloudTrail"). In a key policy, the resource
# "*" is this key.
data "aws_iam_policy_document" "this" {
  source_policy_documents = var.policy_documents

  # Without it, a mistake below would leave a key that nobody can change or delete any more.
  statement {
    sid       = "OwnerAdministersThroughIam"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${local.owner_account_id}:root"]
    }
  }

  statement {
    sid       = "CloudTrailEncrypts"
    actions   = ["kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }

    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:aws:cloudtrail:arn"
      values   = ["arn:${data.aws_partition.current.partition}:cloudtrail:*:${var.management_account_id}:trail/*"]
    }
  }

  statement {
    sid       = "CloudTrailLooksAtTheKey"
    actions   = ["kms:DescribeKey"]
    resources = ["*"]

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

  dynamic "statement" {
    for_each = length(var.reader_account_ids) > 0 ? [1] : []

    content {
      sid       = "ReadersDecryptLogs"
      actions   = ["kms:Decrypt"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = [for id in var.reader_account_ids : "arn:${data.aws_partition.current.partition}:iam::${id}:root"]
      }

      condition {
        test     = "StringLike"
        variable = "kms:EncryptionContext:aws:cloudtrail:arn"
        values   = ["arn:${data.aws_partition.current.partition}:cloudtrail:*:${var.management_account_id}:trail/*"]
      }
    }
  }
}

resource "aws_kms_key" "this" {
  description             = "Encrypts the log files of the organization trail ${var.trail_name}"
  policy                  = data.aws_iam_policy_document.this.json
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_window_in_days
  tags                    = var.tags

  depends_on = [data.aws_caller_identity.applied]

  lifecycle {
    # Without the key no log can be read again. The README says how to let go of it.
    prevent_destroy = true

    precondition {
      condition     = length(jsonencode(jsondecode(data.aws_iam_policy_document.this.json))) <= 32768
      error_message = "The key policy is longer than the 32 KB that KMS takes: name fewer accounts in reader_account_ids or fewer statements in policy_documents."
    }
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${coalesce(var.alias_name, "${replace(var.trail_name, ".", "-")}-logs")}"
  target_key_id = aws_kms_key.this.key_id
}
