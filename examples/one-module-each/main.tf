# Each module by itself, around a trail of one's own: trusted access, key, bucket, alerts and guardrails. The trail takes the
# bucket's name and the organization from the modules' outputs, so it comes after what they stand for.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.77, < 7"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

locals {
  trail_name  = "org"
  bucket_name = "acme-org-trail-logs"
}

module "trusted_access" {
  source = "../../modules/trusted-access"

  mode                 = "manage"
  enabled_policy_types = ["SERVICE_CONTROL_POLICY"]
}

module "log_key" {
  source = "../../modules/log-key"

  management_account_id = module.trusted_access.management_account_id
  trail_name            = local.trail_name
  trail_region          = "us-east-1"
  reader_account_ids    = ["444444444444"]
}

module "log_bucket" {
  source = "../../modules/log-bucket"

  bucket_name           = local.bucket_name
  organization_id       = module.trusted_access.organization_id
  management_account_id = module.trusted_access.management_account_id
  trail_name            = local.trail_name
  trail_region          = "us-east-1"
  reader_account_ids    = ["444444444444"]
  destroyed_before      = module.log_key.key_arn
}

resource "aws_cloudtrail" "this" {
  name                          = local.trail_name
  is_organization_trail         = true
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true

  s3_bucket_name = module.log_bucket.bucket_name
  kms_key_id     = module.log_key.key_arn

  depends_on = [module.trusted_access]
}

module "alerts" {
  source = "../../modules/alerts"

  bucket_name     = local.bucket_name
  key             = { arn = module.log_key.key_arn }
  email_addresses = ["security@example.com"]
}

module "guardrails" {
  source = "../../modules/guardrails"

  targets                = { root = module.trusted_access.root_id }
  trail_name             = local.trail_name
  bucket_name            = local.bucket_name
  management_account_id  = module.trusted_access.management_account_id
  log_archive_account_id = module.trusted_access.management_account_id
  reader_account_ids     = ["444444444444"]
  key                    = { arn = module.log_key.key_arn }
}

output "alerts_topic_arn" {
  description = "The topic that hears when somebody changes the trail or what guards its logs."
  value       = module.alerts.topic_arn
}
