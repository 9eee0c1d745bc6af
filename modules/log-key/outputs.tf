output "key_arn" {
  description = "The key's ARN: the trail's `kms_key_id`."
  value       = aws_kms_key.this.arn
}

output "alias_name" {
  description = "The key's alias, with `alias/`."
  value       = aws_kms_alias.this.name
}

output "policy" {
  description = "The key policy, as JSON."
  value       = data.aws_iam_policy_document.this.json
}
