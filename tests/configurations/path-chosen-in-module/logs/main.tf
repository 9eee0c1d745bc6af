variable "bucket" {
  type = string
}

variable "organization_id" {
  type    = string
  default = ""
}

variable "accounts" {
  type    = list(string)
  default = []
}

data "aws_caller_identity" "this" {}

locals {
  accounts = length(var.accounts) > 0 ? var.accounts : [data.aws_caller_identity.this.account_id]
  own      = toset(formatlist("arn:aws:s3:::${var.bucket}/AWSLogs/%s/*", local.accounts))
  # An organization's id isn't empty, whatever AWS chooses.
  all = var.organization_id == "" ? local.own : setunion(local.own, ["arn:aws:s3:::${var.bucket}/AWSLogs/${var.organization_id}/*"])
}

resource "aws_s3_bucket" "this" {
  bucket = var.bucket
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_acl" "this" {
  bucket     = aws_s3_bucket.this.id
  acl        = "log-delivery-write"
  depends_on = [aws_s3_bucket_ownership_controls.this]
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Acl"
    actions   = ["s3:GetBucketAcl"]
    resources = ["arn:aws:s3:::${var.bucket}"]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
  statement {
    sid       = "Write"
    effect    = length(local.own) > 0 ? "Allow" : "Deny"
    actions   = ["s3:PutObject"]
    resources = local.all
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.this.json
}

output "bucket" {
  value = aws_s3_bucket.this.id
}
