data "aws_partition" "current" {}

# Object lock isn't turned on here but by its own resource below: here, turning it on later would replace the bucket.
resource "aws_s3_bucket" "this" {
  bucket        = var.bucket_name
  force_destroy = var.force_destroy
  tags          = var.tags

  depends_on = [var.destroyed_before, data.aws_caller_identity.applied]

  # The logs: neither a destroy nor another name takes them away. The README says how to let go of the bucket.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

# The trail encrypts its files with the KMS key itself. A KMS key as the bucket's default would ask for a wider key policy
# (kms:Decrypt for CloudTrail, AWS's "Configure AWS KMS key policies for CloudTrail") and protect nothing more.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = length(var.transitions) > 0 || var.expiration_days != null ? 1 : 0

  bucket = aws_s3_bucket.this.id

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

    # In a bucket with versions, a log that expires is only hidden: this is what deletes it. The same goes for a log that
    # somebody overwrote or deleted.
    dynamic "noncurrent_version_expiration" {
      for_each = var.expiration_days[*]

      content {
        noncurrent_days = var.noncurrent_days
      }
    }
  }

  lifecycle {
    precondition {
      condition     = var.expiration_days == null || alltrue([for transition in var.transitions : transition.days < coalesce(var.expiration_days, 0)])
      error_message = "Each days of transitions is less than expiration_days: S3 refuses to move a log on the day that it expires, or later."
    }

    # "Lifecycle transition considerations" of the S3 guide.
    precondition {
      condition = alltrue(flatten([
        for first in var.transitions : [
          for second in var.transitions : contains(["STANDARD_IA", "ONEZONE_IA"], second.storage_class) || second.days >= first.days + 30 || second.days < first.days
          if contains(["STANDARD_IA", "ONEZONE_IA"], first.storage_class)
        ]
      ]))
      error_message = "A log that moves to STANDARD_IA or ONEZONE_IA stays there for 30 days before it moves on: make the later days of transitions at least 30 more."
    }
  }

  # S3 refuses rules for older versions of objects while versioning is still off.
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count = var.object_lock != null ? 1 : 0

  bucket = aws_s3_bucket.this.id

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

  bucket        = aws_s3_bucket.this.id
  target_bucket = var.access_logs.bucket_name
  target_prefix = var.access_logs.prefix
}
