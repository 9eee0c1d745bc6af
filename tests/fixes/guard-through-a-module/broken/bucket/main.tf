variable "name" {
  type = string
}

locals {
  # Everybody in the company may read.
  policy = {
    Version = "2012-10-17"
    Statement = {
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:Get*"
      Resource  = "arn:aws:s3:::${var.name}/*"
      Condition = { StringLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/reader" } }
    }
  }
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode(local.policy)
}

output "name" {
  value = aws_s3_bucket_policy.this.bucket
}
