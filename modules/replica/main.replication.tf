# "Setting up permissions for live replication" and "Replicating encrypted objects" of the S3 guide.

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  path                 = var.role_path
  permissions_boundary = var.role_permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  tags                 = var.tags
}

data "aws_iam_policy_document" "role" {
  statement {
    sid       = "LookAtTheSource"
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [local.source_arn]
  }

  statement {
    sid       = "ReadTheLogs"
    actions   = ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]
    resources = ["${local.source_arn}/*"]
  }

  # No s3:ReplicateDelete: what is deleted there stays here.
  statement {
    sid       = "WriteTheCopies"
    actions   = ["s3:ReplicateObject", "s3:ReplicateTags"]
    resources = ["${local.replica_arn}/*"]
  }

  statement {
    sid       = "DecryptTheLogs"
    actions   = ["kms:Decrypt"]
    resources = [var.source_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${data.aws_region.source.id}.amazonaws.com"]
    }
  }

  statement {
    sid       = "EncryptTheCopies"
    actions   = ["kms:Encrypt"]
    resources = [aws_kms_key.this.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${data.aws_region.replica.id}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "replicate-logs"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.role.json
}

resource "aws_s3_bucket_replication_configuration" "this" {
  bucket = var.source_bucket_name
  role   = aws_iam_role.this.arn

  rule {
    id     = "logs"
    status = "Enabled"

    filter {}

    delete_marker_replication {
      status = "Disabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket = aws_s3_bucket.this.arn

      encryption_configuration {
        replica_kms_key_id = aws_kms_key.this.arn
      }
    }
  }

  # S3 asks for versions on both sides, and nothing is copied before the copy is closed.
  depends_on = [aws_s3_bucket_versioning.this, aws_s3_bucket_policy.this, aws_iam_role_policy.this]
}
