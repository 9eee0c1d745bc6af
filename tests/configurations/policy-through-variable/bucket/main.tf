variable "bucket" {
  type = object({
    name   = string
    policy = optional(string)
    attach = optional(bool, true)
  })
}

resource "aws_s3_bucket" "logs" {
  bucket = var.bucket.name
}

resource "aws_s3_bucket_policy" "logs" {
  count  = var.bucket.attach ? 1 : 0
  bucket = aws_s3_bucket.logs.bucket
  policy = var.bucket.policy
}

output "name" {
  value = aws_s3_bucket.logs.bucket
}
