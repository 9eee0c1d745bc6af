data "aws_region" "management" {
  provider = aws.management
}

data "aws_partition" "current" {
  provider = aws.management
}

locals {
  trail_region = data.aws_region.management.id
  trail_arn    = "arn:${data.aws_partition.current.partition}:cloudtrail:${local.trail_region}:${module.trusted_access.management_account_id}:trail/${var.trail_name}"
}

module "trusted_access" {
  source = "../trusted-access"

  providers = {
    aws = aws.management
  }

  mode                            = var.trusted_access_mode
  other_service_access_principals = var.other_service_access_principals
  enabled_policy_types            = var.enabled_policy_types

  # What makes Terraform touch the trail makes it confirm trusted access again first.
  confirm_again_when_changed = jsonencode([
    var.trail_name, var.bucket_name, var.log_prefix, var.cloudwatch_logs, var.sns, var.insight_types, var.advanced_event_selectors
  ])
}

module "log_bucket" {
  source = "../log-bucket"

  providers = {
    aws = aws.log_archive
  }

  bucket_name           = var.bucket_name
  organization_id       = module.trusted_access.organization_id
  management_account_id = module.trusted_access.management_account_id
  trail_name            = var.trail_name
  trail_region          = local.trail_region
  log_prefix            = var.log_prefix
  reader_account_ids    = var.reader_account_ids
  archive_role_arns     = var.archive_role_arns
  transitions           = var.transitions
  expiration_days       = var.expiration_days
  object_lock           = var.object_lock
  access_logs           = var.access_logs
  force_destroy         = var.force_destroy_bucket
  destroyed_before      = module.log_key.key_arn
  tags                  = var.tags
}

module "log_key" {
  source = "../log-key"

  providers = {
    aws = aws.log_archive
  }

  management_account_id = module.trusted_access.management_account_id
  trail_name            = var.trail_name
  trail_region          = local.trail_region
  reader_account_ids    = var.reader_account_ids
  tags                  = var.tags
}

resource "aws_cloudtrail_organization_delegated_admin_account" "this" {
  provider = aws.management
  count    = var.delegated_administrator_account_id == null ? 0 : 1

  account_id = var.delegated_administrator_account_id

  depends_on = [module.trusted_access]
}

resource "aws_cloudtrail" "this" {
  provider = aws.management

  name                          = var.trail_name
  is_organization_trail         = true
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_logging                = true
  enable_log_file_validation    = true

  # The bucket's name waits for its policy, so the trail does too.
  s3_bucket_name = module.log_bucket.bucket_name
  s3_key_prefix  = var.log_prefix == "" ? null : var.log_prefix
  kms_key_id     = module.log_key.key_arn

  cloud_watch_logs_group_arn = one([for group in aws_cloudwatch_log_group.this : "${group.arn}:*"])
  cloud_watch_logs_role_arn  = one(aws_iam_role.cloudwatch_logs[*].arn)
  sns_topic_name             = one(aws_sns_topic.this[*].name)

  dynamic "insight_selector" {
    for_each = var.insight_types

    content {
      insight_type = insight_selector.value
    }
  }

  dynamic "advanced_event_selector" {
    for_each = var.advanced_event_selectors

    content {
      name = advanced_event_selector.value.name

      dynamic "field_selector" {
        for_each = advanced_event_selector.value.field_selectors

        content {
          field           = field_selector.value.field
          equals          = field_selector.value.equals
          not_equals      = field_selector.value.not_equals
          starts_with     = field_selector.value.starts_with
          not_starts_with = field_selector.value.not_starts_with
          ends_with       = field_selector.value.ends_with
          not_ends_with   = field_selector.value.not_ends_with
        }
      }
    }
  }

  tags = var.tags

  # Trusted access comes first, whichever way it is turned on; made last, the trail is destroyed first.
  depends_on = [module.trusted_access, aws_iam_role_policy.cloudwatch_logs, aws_sns_topic_policy.this]
}
