resource "aws_organizations_organization" "this" {
  feature_set = "ALL"

  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
} # nothing else yet

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
  tags                  = { organization = aws_organizations_organization.this.id }
}
