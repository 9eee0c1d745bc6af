output "bucket_name" {
  description = "The bucket's name. It waits until the bucket is ready for logs, its policy included: give it to the trail, and the trail comes after."
  value       = aws_s3_bucket.this.bucket
  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_object_lock_configuration.this,
  ]
}

output "bucket_arn" {
  description = "The bucket's ARN."
  value       = aws_s3_bucket.this.arn
}

output "log_prefix" {
  description = "The prefix that the policy lets CloudTrail write under; the trail's `s3_key_prefix`."
  value       = var.log_prefix
}

output "owner_account_id" {
  description = "The account that owns the bucket."
  value       = data.aws_caller_identity.owner.account_id
}

output "policy" {
  description = "The bucket policy, as JSON."
  value       = data.aws_iam_policy_document.this.json
}
