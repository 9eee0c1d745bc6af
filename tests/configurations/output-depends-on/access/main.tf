resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
}

output "trail_name" {
  value      = "org"
  depends_on = [aws_organizations_organization.this]
}
