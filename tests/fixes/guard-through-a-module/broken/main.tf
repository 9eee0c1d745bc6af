locals {
  buckets = {
    eu = "acme-org-trail-logs-eu"
    us = "acme-org-trail-logs-us"
  }
}

module "logs" {
  source   = "./bucket"
  for_each = local.buckets
  name     = each.value
}

resource "aws_cloudtrail" "org" {
  for_each              = local.buckets
  name                  = "org-${each.key}"
  s3_bucket_name        = module.logs[each.key].name
  is_organization_trail = true
}
