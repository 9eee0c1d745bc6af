resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
}

output "id" {
  value = aws_organizations_organization.this.id
}

output "name" {
  value = "acme"
}
