locals {
  /* services of the whole organization */
  services = ["config.amazonaws.com", "guardduty.amazonaws.com"]
}

resource "aws_organizations_organization" "this" {
  aws_service_access_principals = local.services
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
  depends_on            = [aws_organizations_organization.this]
}
