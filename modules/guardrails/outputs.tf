output "policy_id" {
  description = "The service control policy's id (`p-...`)."
  value       = aws_organizations_policy.this.id
}

output "policy_arn" {
  description = "The service control policy's ARN."
  value       = aws_organizations_policy.this.arn
}

output "policy" {
  description = "The service control policy, as JSON."
  value       = data.aws_iam_policy_document.this.json
}
