# EventBridge sees a call in the account that it was made in: the trail and the organization are watched in the management
# account, the bucket and its key where they are.

locals {
  # EventBridge takes 64 characters, the trail has up to 128, and a rule of the same name would be overwritten.
  alerts_prefix = length(var.trail_name) <= 24 ? replace(var.trail_name, ".", "-") : "${replace(substr(var.trail_name, 0, 15), ".", "-")}-${substr(sha256(var.trail_name), 0, 8)}"
}

module "alerts_management" {
  source = "../alerts"
  count  = var.alerts == null ? 0 : 1

  providers = {
    aws = aws.management
  }

  name               = "${local.alerts_prefix}-trail-alerts-management"
  watch_trail        = true
  watch_organization = true
  topic              = var.alerts.management_topic
  topic_kms_key_id   = var.alerts.management_topic_kms_key_id
  email_addresses    = var.alerts.email_addresses
  tags               = var.tags
}

module "alerts_log_archive" {
  source = "../alerts"
  count  = var.alerts == null ? 0 : 1

  providers = {
    aws = aws.log_archive
  }

  name               = "${local.alerts_prefix}-trail-alerts-log-archive"
  watch_trail        = false
  watch_organization = false
  bucket_name        = var.bucket_name
  key                = { arn = var.kms_key == null ? module.log_key[0].key_arn : var.kms_key.arn }
  topic              = var.alerts.log_archive_topic
  topic_kms_key_id   = var.alerts.log_archive_topic_kms_key_id
  email_addresses    = var.alerts.email_addresses
  tags               = var.tags
}
