# The organization lives here, and so does its trail.
resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["cloudtrail.amazonaws.com", "config.amazonaws.com"]
}

resource "aws_cloudtrail" "org" {
  name                          = "org" // short on purpose
  s3_bucket_name                = "acme-org-trail-logs"
  is_organization_trail         = true
  is_multi_region_trail         = true
  include_global_service_events = true
}
