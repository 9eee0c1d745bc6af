resource "aws_organizations_organization" "this" {
  feature_set = "ALL"

  aws_service_access_principals = [
    "config.amazonaws.com", # recorders
    "sso.amazonaws.com"     # people
  ]
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
  depends_on            = [aws_organizations_organization.this]
}
