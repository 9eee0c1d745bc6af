output "trail_arn" {
  description = "The trail's ARN."
  value       = aws_cloudtrail.this.arn
}

output "trail_name" {
  description = "The trail's name."
  value       = aws_cloudtrail.this.name
}

output "trail_home_region" {
  description = "The region that the trail was made in, and has to be changed from."
  value       = aws_cloudtrail.this.home_region
}

output "organization_id" {
  description = "The organization's id (`o-...`)."
  value       = module.trusted_access.organization_id
}

output "organization_root_id" {
  description = "The id of the organization's root, which service control policies can be attached to."
  value       = module.trusted_access.root_id
}

output "management_account_id" {
  description = "The account that owns the organization and the trail."
  value       = module.trusted_access.management_account_id
}

output "log_archive_account_id" {
  description = "The account that owns the bucket and its key."
  value       = module.log_bucket.owner_account_id
}

output "bucket_name" {
  description = "The log bucket's name."
  value       = module.log_bucket.bucket_name
}

output "bucket_arn" {
  description = "The log bucket's ARN."
  value       = module.log_bucket.bucket_arn
}

output "bucket_policy" {
  description = "The log bucket's policy, as JSON."
  value       = module.log_bucket.policy
}

output "kms_key_arn" {
  description = "The key that the log files are encrypted with."
  value       = module.log_key.key_arn
}

output "cloudwatch_log_group_arn" {
  description = "The log group that takes the events, or `null`."
  value       = one(aws_cloudwatch_log_group.this[*].arn)
}

output "sns_topic_arn" {
  description = "The topic that hears about log files, or `null`."
  value       = one(aws_sns_topic.this[*].arn)
}
