resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
}

output "organization_id" {
  description = "The organization's id."
  value       = aws_organizations_organization.this.id
}
