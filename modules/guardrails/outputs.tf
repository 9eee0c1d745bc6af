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
  value       = jsonencode(jsondecode(data.aws_iam_policy_document.this.json))
}

output "resource_policy_id" {
  description = "The resource control policy's id (`p-...`), or `null`."
  value       = one(aws_organizations_policy.resources[*].id)
}

output "resource_policy" {
  description = "The resource control policy, as JSON, attached or not."
  value       = jsonencode(jsondecode(data.aws_iam_policy_document.resources.json))
}
