data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "source" {}

data "aws_caller_identity" "replica" {
  provider = aws.replica
}

data "aws_region" "replica" {
  provider = aws.replica
}

locals {
  account     = data.aws_caller_identity.current.account_id
  source_arn  = "arn:${data.aws_partition.current.partition}:s3:::${var.source_bucket_name}"
  replica_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"
}

resource "aws_s3_bucket" "this" {
  provider = aws.replica

  bucket = var.bucket_name
  tags   = var.tags

  # A copy that is there for the day that the logs aren't. The README says how to let go of it.
  lifecycle {
    prevent_destroy = true

    precondition {
      condition     = data.aws_caller_identity.replica.account_id == local.account
      error_message = "Both providers act in the account that keeps the logs: aws acts in ${local.account}, aws.replica in ${data.aws_caller_identity.replica.account_id}."
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "this" {
  provider = aws.replica
  bucket   = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  provider = aws.replica
  bucket   = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  provider = aws.replica
  bucket   = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  provider = aws.replica
  bucket   = aws_s3_bucket.this.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

# Nobody outside of the account, whatever is allowed later. Within it, replication writes as a role of the account's own.
data "aws_iam_policy_document" "this" {
  statement {
    sid       = "NobodyElse"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.replica_arn, "${local.replica_arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringNotEqualsIfExists"
      variable = "aws:PrincipalAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "OnlyTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.replica_arn, "${local.replica_arn}/*"]

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
  provider = aws.replica

  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.this.json

  # S3 answers OperationAborted where these two are changed at the same time as the policy.
  depends_on = [aws_s3_bucket_public_access_block.this, aws_s3_bucket_ownership_controls.this]
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "OwnerAdministersThroughIam"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${local.account}:root"]
    }
  }
}

resource "aws_kms_key" "this" {
  provider = aws.replica

  description         = "Encrypts the copies of ${var.source_bucket_name}'s logs"
  policy              = data.aws_iam_policy_document.key.json
  enable_key_rotation = true
  tags                = var.tags

  lifecycle {
    prevent_destroy = true
  }
}
