# Names and ids are spelled out here instead of taken from resources, so that a plan shows the whole policy before anything
# exists: that is what a reviewer reads, and what orgtrail proves.
locals {
  bucket_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"
  trail_arn  = "arn:${data.aws_partition.current.partition}:cloudtrail:${var.trail_region}:${var.management_account_id}:trail/${var.trail_name}"
  logs_arn   = var.log_prefix == "" ? "${local.bucket_arn}/AWSLogs" : "${local.bucket_arn}/${var.log_prefix}/AWSLogs"

  # Accounts that the guard doesn't keep out. It opens nothing by itself: each still needs an Allow, here or at home.
  guarded_accounts = distinct(concat([local.owner_account_id, var.management_account_id], tolist(var.reader_account_ids)))
}

# The first three statements are AWS's own for an organization trail ("Amazon S3 bucket policy for CloudTrail").
data "aws_iam_policy_document" "this" {
  source_policy_documents = var.policy_documents

  statement {
    sid       = "CloudTrailChecksTheBucket"
    actions   = ["s3:GetBucketAcl"]
    resources = [local.bucket_arn]

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

  statement {
    sid       = "CloudTrailWritesForTheManagementAccount"
    actions   = ["s3:PutObject"]
    resources = ["${local.logs_arn}/${var.management_account_id}/*"]

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
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }

  statement {
    sid       = "CloudTrailWritesForTheMembers"
    actions   = ["s3:PutObject"]
    resources = ["${local.logs_arn}/${var.organization_id}/*"]

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
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }

  dynamic "statement" {
    for_each = length(var.reader_account_ids) > 0 ? [1] : []

    content {
      sid       = "ReadersList"
      actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
      resources = [local.bucket_arn]

      principals {
        type        = "AWS"
        identifiers = [for id in var.reader_account_ids : "arn:${data.aws_partition.current.partition}:iam::${id}:root"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.reader_account_ids) > 0 ? [1] : []

    content {
      sid       = "ReadersRead"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${local.logs_arn}/*"]

      principals {
        type        = "AWS"
        identifiers = [for id in var.reader_account_ids : "arn:${data.aws_partition.current.partition}:iam::${id}:root"]
      }
    }
  }

  # The guard: whatever Allow somebody adds later, no member account passes. CloudTrail does, because it calls as a service;
  # IfExists keeps anonymous requests out, which don't carry that key at all.
  statement {
    sid       = "NobodyElse"
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

    condition {
      test     = "BoolIfExists"
      variable = "aws:PrincipalIsAWSService"
      values   = ["false"]
    }
  }

  # Objects only: who looks after the bucket's settings (Terraform, for one) is never locked out of them.
  dynamic "statement" {
    for_each = length(var.archive_role_arns) > 0 ? [1] : []

    content {
      sid       = "OnlyNamedRolesOfThisAccount"
      effect    = "Deny"
      actions   = ["s3:*"]
      resources = ["${local.bucket_arn}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalAccount"
        values   = [local.owner_account_id]
      }

      condition {
        test     = "ArnNotLike"
        variable = "aws:PrincipalArn"
        values   = concat(["arn:${data.aws_partition.current.partition}:iam::${local.owner_account_id}:root"], tolist(var.archive_role_arns))
      }

      condition {
        test     = "BoolIfExists"
        variable = "aws:PrincipalIsAWSService"
        values   = ["false"]
      }
    }
  }

  statement {
    sid       = "OnlyTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.bucket_arn, "${local.bucket_arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.this.json

  # S3 answers OperationAborted where these two are changed at the same time as the policy.
  depends_on = [aws_s3_bucket_public_access_block.this, aws_s3_bucket_ownership_controls.this]

  lifecycle {
    precondition {
      condition     = length(jsonencode(jsondecode(data.aws_iam_policy_document.this.json))) <= 20480
      error_message = "The bucket policy is longer than the 20 KB that S3 takes: name fewer accounts in reader_account_ids (about 230 fit) or fewer statements in policy_documents."
    }
  }
}
