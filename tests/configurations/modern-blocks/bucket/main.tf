terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.here]
    }
  }
}
variable "name" {}
variable "policy" {
  type     = string
  nullable = false
}
resource "aws_s3_bucket" "this" {
  provider = aws.here
  bucket   = var.name
  lifecycle {
    ignore_changes        = all
    create_before_destroy = true
  }
}
resource "aws_s3_bucket_policy" "this" {
  provider = aws.here
  bucket   = aws_s3_bucket.this.bucket
  policy   = var.policy
}
output "name" {
  value      = aws_s3_bucket.this.id
  depends_on = [aws_s3_bucket_policy.this]
  precondition {
    condition     = length(var.policy) < 20480
    error_message = "too long"
  }
}
