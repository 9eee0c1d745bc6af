variable "name" {
  type = string
}

variable "policy" {
  type    = string
  default = null
}

variable "attach_policy" {
  type    = bool
  default = true
}

variable "insist_on_tls" {
  type    = bool
  default = true
}

locals {
  has_policy = var.insist_on_tls || var.attach_policy
}

resource "aws_s3_bucket" "this" {
  count  = 1
  bucket = var.name
}

data "aws_iam_policy_document" "tls" {
  count = var.insist_on_tls ? 1 : 0

  dynamic "statement" {
    for_each = {
      Plain    = { test = "Bool", key = "aws:SecureTransport", value = "false" }
      Outdated = { test = "NumericLessThan", key = "s3:TlsVersion", value = "1.2" }
    }
    content {
      sid       = "Deny${statement.key}"
      effect    = "Deny"
      actions   = ["s3:*"]
      resources = [aws_s3_bucket.this[0].arn, "${aws_s3_bucket.this[0].arn}/*"]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = statement.value.test
        variable = statement.value.key
        values   = [statement.value.value]
      }
    }
  }
}

data "aws_iam_policy_document" "all" {
  count = local.has_policy ? 1 : 0
  source_policy_documents = compact([
    var.insist_on_tls ? data.aws_iam_policy_document.tls[0].json : "",
    var.policy,
  ])
}

resource "aws_s3_bucket_policy" "this" {
  count  = length(data.aws_iam_policy_document.all)
  bucket = aws_s3_bucket.this[0].id
  policy = data.aws_iam_policy_document.all[0].json
}

# The trail that takes the bucket's name from here waits for the policy.
output "id" {
  value = try(aws_s3_bucket_policy.this[0].id, aws_s3_bucket.this[0].id, "")
}
