data "aws_region" "management" {
  provider = aws.management
}

data "aws_partition" "current" {
  provider = aws.management
}

data "aws_caller_identity" "management" {
  provider = aws.management
}

locals {
  # Accounts that list, read and decrypt.
  readers = var.management_account_reads ? setunion(var.reader_account_ids, [module.trusted_access.management_account_id]) : var.reader_account_ids

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
  turned_on_by                    = var.trusted_access_turned_on_by
  create_service_linked_role      = var.create_service_linked_role

  # What makes Terraform touch the trail makes it confirm trusted access again first.
  confirm_again_when_changed = jsonencode([
    var.trail_name, var.bucket_name, var.log_prefix, var.cloudwatch_logs, var.sns, var.insight_types, var.advanced_event_selectors
  ])
}

module "log_bucket" {
  source = "../log-bucket"
  count  = var.create_bucket ? 1 : 0

  providers = {
    aws = aws.log_archive
  }

  bucket_name           = var.bucket_name
  organization_id       = module.trusted_access.organization_id
  management_account_id = module.trusted_access.management_account_id
  trail_name            = var.trail_name
  trail_region          = local.trail_region
  log_prefix            = var.log_prefix
  owner_account_id      = var.log_archive_account_id
  reader_account_ids    = local.readers
  archive_role_arns     = var.archive_role_arns
  policy_documents      = var.bucket_policy_documents
  transitions           = var.transitions
  expiration_days       = var.expiration_days
  noncurrent_days       = var.noncurrent_days
  object_lock           = var.object_lock
  access_logs           = var.access_logs
  force_destroy         = var.force_destroy_bucket
  destroyed_before      = var.kms_key == null ? module.log_key[0].key_arn : null
  tags                  = var.tags
}

module "log_key" {
  source = "../log-key"
  count  = var.kms_key == null ? 1 : 0

  providers = {
    aws = aws.log_archive
  }

  management_account_id = module.trusted_access.management_account_id
  trail_name            = var.trail_name
  trail_region          = local.trail_region
  owner_account_id      = var.log_archive_account_id
  reader_account_ids    = local.readers
  policy_documents      = var.key_policy_documents
  tags                  = var.tags
}

# Before a bucket or a key of one's own could be brought along, these two had no count.
moved {
  from = module.log_bucket
  to   = module.log_bucket[0]
}

moved {
  from = module.log_key
  to   = module.log_key[0]
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
  s3_bucket_name = var.create_bucket ? module.log_bucket[0].bucket_name : var.bucket_name
  s3_key_prefix  = var.log_prefix == "" ? null : var.log_prefix
  kms_key_id     = var.kms_key == null ? module.log_key[0].key_arn : var.kms_key.arn

  cloud_watch_logs_group_arn = var.cloudwatch_logs == null ? null : "${var.cloudwatch_logs.log_group == null ? aws_cloudwatch_log_group.this[0].arn : trimsuffix(var.cloudwatch_logs.log_group.arn, ":*")}:*"
  cloud_watch_logs_role_arn  = var.cloudwatch_logs == null ? null : var.cloudwatch_logs.role == null ? aws_iam_role.cloudwatch_logs[0].arn : var.cloudwatch_logs.role.arn

  # The provider keeps the name of a topic of its own account and region, and the ARN of any other.
  sns_topic_name = var.sns == null ? null : var.sns.topic == null ? aws_sns_topic.this[0].name : startswith(var.sns.topic.arn, local.topics_at_home) ? trimprefix(var.sns.topic.arn, local.topics_at_home) : var.sns.topic.arn

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

  # Trusted access comes first, whichever way it is turned on, and the gate last; made last, the trail is destroyed first.
  depends_on = [module.trusted_access, aws_iam_role_policy.cloudwatch_logs, aws_sns_topic_policy.this, terraform_data.gate]
}
