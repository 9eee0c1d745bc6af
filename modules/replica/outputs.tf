output "bucket_name" {
  description = "The bucket that the copies go to."
  value       = aws_s3_bucket.this.bucket
  depends_on  = [aws_s3_bucket_policy.this]
}

output "key_arn" {
  description = "The key that the copies are encrypted with."
  value       = aws_kms_key.this.arn
}

output "role_arn" {
  description = "The role that S3 replicates with: where the log bucket has `archive_role_arns`, it has to be one of them."
  value       = aws_iam_role.this.arn
}
