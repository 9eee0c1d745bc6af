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
  value       = local.log_archive_account_id
}

output "bucket_name" {
  description = "The log bucket's name."
  value       = var.create_bucket ? module.log_bucket[0].bucket_name : var.bucket_name
}

output "bucket_arn" {
  description = "The log bucket's ARN."
  value       = var.create_bucket ? module.log_bucket[0].bucket_arn : "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"
}

output "bucket_policy" {
  description = "The log bucket's policy, as JSON; `null` for a bucket of your own."
  value       = one(module.log_bucket[*].policy)
}

output "kms_key_arn" {
  description = "The key that the log files are encrypted with."
  value       = var.kms_key == null ? module.log_key[0].key_arn : var.kms_key.arn
}

output "cloudwatch_log_group_arn" {
  description = "The log group that takes the events, or `null`."
  value       = var.cloudwatch_logs == null ? null : var.cloudwatch_logs.log_group == null ? aws_cloudwatch_log_group.this[0].arn : trimsuffix(var.cloudwatch_logs.log_group.arn, ":*")
}

output "sns_topic_arn" {
  description = "The topic that hears about log files, or `null`."
  value       = var.sns == null ? null : var.sns.topic == null ? aws_sns_topic.this[0].arn : var.sns.topic.arn
}

output "gate" {
  description = "What the gate was opened on: the bucket, its policy, the key's policy and the trail, as JSON. `null` without a gate."
  value       = one(terraform_data.gate[*].output)
}

output "alert_topic_arns" {
  description = "The topics that the alerts go to, by account: `management`, `log_archive`. Empty without alerts."
  value = merge(
    { for alerts in module.alerts_management : "management" => alerts.topic_arn },
    { for alerts in module.alerts_log_archive : "log_archive" => alerts.topic_arn },
  )
}
