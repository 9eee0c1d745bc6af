data "aws_caller_identity" "owner" {}

data "aws_partition" "current" {}

resource "aws_s3_bucket" "this" {
  bucket              = var.bucket_name
  force_destroy       = var.force_destroy
  object_lock_enabled = var.object_lock != null
  tags                = var.tags

  depends_on = [var.destroyed_before]
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.bucket

  versioning_configuration {
    status = "Enabled"
  }
}

# The trail encrypts its files with the KMS key itself. A KMS key as the bucket's default would ask for a wider key policy
# (kms:Decrypt for CloudTrail, AWS's "Configure AWS KMS key policies for CloudTrail") and protect nothing more.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = length(var.transitions) > 0 || var.expiration_days != null ? 1 : 0

  bucket = aws_s3_bucket.this.bucket

  rule {
    id     = "logs"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    dynamic "transition" {
      for_each = var.transitions

      content {
        days          = transition.value.days
        storage_class = transition.value.storage_class
      }
    }

    dynamic "expiration" {
      for_each = var.expiration_days[*]

      content {
        days = expiration.value
      }
    }

    # An older version exists only where somebody overwrote or deleted a log: it lives as long again.
    dynamic "noncurrent_version_expiration" {
      for_each = var.expiration_days[*]

      content {
        noncurrent_days = noncurrent_version_expiration.value
      }
    }
  }

  # S3 refuses rules for older versions of objects while versioning is still off.
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count = var.object_lock != null ? 1 : 0

  bucket = aws_s3_bucket.this.bucket

  rule {
    default_retention {
      mode = var.object_lock.mode
      days = var.object_lock.days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_logging" "this" {
  count = var.access_logs != null ? 1 : 0

  bucket        = aws_s3_bucket.this.bucket
  target_bucket = var.access_logs.bucket_name
  target_prefix = var.access_logs.prefix
}
