# Plans only: what has prevent_destroy couldn't be cleaned up after an apply. So mocks are known while planning.
mock_provider "aws" {
  alias           = "management"
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111111111111" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { id = "us-east-1", name = "us-east-1" }
  }

  mock_resource "aws_organizations_organization" {
    defaults = {
      id    = "o-exampleorg1"
      roots = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  mock_data "aws_organizations_organization" {
    defaults = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "111111111111"
      aws_service_access_principals = ["cloudtrail.amazonaws.com"]
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111111111111:log-group:/aws/cloudtrail/org" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/org-cloudtrail-to-cloudwatch-logs" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:111111111111:org-log-files" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

mock_provider "aws" {
  alias           = "log_archive"
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:222222222222:key/00000000-0000-0000-0000-000000000000" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  trail_name          = "org"
  bucket_name         = "acme-org-trail-logs"
  trusted_access_mode = "manage"
}

run "the_shortest_call_covers_the_organization" {
  command = plan

  providers = {
    aws.management  = aws.management
    aws.log_archive = aws.log_archive
  }

  assert {
    condition = alltrue([
      aws_cloudtrail.this.is_organization_trail,
      aws_cloudtrail.this.is_multi_region_trail,
      aws_cloudtrail.this.include_global_service_events,
      aws_cloudtrail.this.enable_logging,
      aws_cloudtrail.this.enable_log_file_validation,
    ])
    error_message = "The trail covers every account and region, and validates its files."
  }

  assert {
    condition     = aws_cloudtrail.this.kms_key_id == "arn:aws:kms:us-east-1:222222222222:key/00000000-0000-0000-0000-000000000000" && aws_cloudtrail.this.s3_bucket_name == "acme-org-trail-logs" && aws_cloudtrail.this.s3_key_prefix == null
    error_message = "The trail uses the bucket and the key of the log archive account."
  }

  assert {
    condition     = output.log_archive_account_id == "222222222222" && output.management_account_id == "111111111111" && output.organization_id == "o-exampleorg1" && output.organization_root_id == "r-abcd"
    error_message = "The accounts are the providers'."
  }

  assert {
    condition     = length(terraform_data.gate) == 0 && output.alert_topic_arns == {} && length(aws_cloudwatch_log_group.this) == 0 && length(aws_sns_topic.this) == 0 && length(aws_cloudtrail_organization_delegated_admin_account.this) == 0
    error_message = "What nobody asked for isn't made."
  }
}

run "everything_that_can_be_asked_for" {
  command = plan

  providers = {
    aws.management  = aws.management
    aws.log_archive = aws.log_archive
  }

  variables {
    trusted_access_mode                = "confirm"
    log_prefix                         = "audit"
    delegated_administrator_account_id = "333333333333"
    cloudwatch_logs                    = {}
    sns                                = {}
    alerts                             = {}
    gate                               = {}
    insight_types                      = ["ApiCallRateInsight"]
    advanced_event_selectors = [{
      name            = "Management events"
      field_selectors = [{ field = "eventCategory", equals = ["Management"] }]
    }]
  }

  assert {
    condition     = aws_cloudtrail.this.s3_key_prefix == "audit"
    error_message = "The trail writes under the prefix that the bucket policy allows."
  }

  assert {
    condition     = aws_cloudtrail.this.cloud_watch_logs_group_arn == "${aws_cloudwatch_log_group.this[0].arn}:*" && aws_cloudtrail.this.cloud_watch_logs_role_arn == aws_iam_role.cloudwatch_logs[0].arn
    error_message = "The trail feeds the log group."
  }

  assert {
    condition = one(data.aws_iam_policy_document.cloudwatch_logs[0].statement).resources == toset([
      "${aws_cloudwatch_log_group.this[0].arn}:log-stream:111111111111_CloudTrail_us-east-1*",
      "${aws_cloudwatch_log_group.this[0].arn}:log-stream:o-exampleorg1_*",
    ])
    error_message = "CloudTrail's role writes the management account's and the members' streams."
  }

  assert {
    condition     = aws_cloudtrail.this.sns_topic_name == "org-log-files" && one(one(data.aws_iam_policy_document.sns[0].statement).condition).values == tolist(["arn:aws:cloudtrail:us-east-1:111111111111:trail/org"])
    error_message = "The topic hears from this trail only."
  }

  assert {
    condition     = aws_cloudtrail_organization_delegated_admin_account.this[0].account_id == "333333333333"
    error_message = "The delegated administrator is registered."
  }

  assert {
    condition     = keys(output.alert_topic_arns) == ["log_archive", "management"] && length(terraform_data.gate) == 1
    error_message = "Alerts in both accounts, and a gate."
  }

  assert {
    condition     = length(aws_cloudtrail.this.insight_selector) == 1 && length(aws_cloudtrail.this.advanced_event_selector) == 1
    error_message = "The selectors are set."
  }
}

run "what_is_there_is_taken" {
  command = plan

  providers = {
    aws.management  = aws.management
    aws.log_archive = aws.log_archive
  }

  variables {
    create_bucket   = false
    kms_key         = { arn = "arn:aws:kms:us-east-1:222222222222:key/own" }
    cloudwatch_logs = { log_group = { arn = "arn:aws:logs:us-east-1:111111111111:log-group:own:*" }, role = { arn = "arn:aws:iam::111111111111:role/own" } }
    sns             = { topic = { arn = "arn:aws:sns:eu-central-1:333333333333:own" } }
  }

  assert {
    condition = (
      aws_cloudtrail.this.s3_bucket_name == "acme-org-trail-logs" &&
      aws_cloudtrail.this.kms_key_id == "arn:aws:kms:us-east-1:222222222222:key/own" &&
      aws_cloudtrail.this.cloud_watch_logs_group_arn == "arn:aws:logs:us-east-1:111111111111:log-group:own:*" &&
      aws_cloudtrail.this.cloud_watch_logs_role_arn == "arn:aws:iam::111111111111:role/own" &&
      aws_cloudtrail.this.sns_topic_name == "arn:aws:sns:eu-central-1:333333333333:own"
    )
    error_message = "The trail uses what was brought along."
  }

  assert {
    condition     = length(module.log_bucket) == 0 && length(module.log_key) == 0 && length(aws_cloudwatch_log_group.this) == 0 && length(aws_iam_role.cloudwatch_logs) == 0 && length(aws_sns_topic.this) == 0
    error_message = "What is brought along isn't made."
  }
}

run "a_topic_at_home_goes_by_its_name" {
  command = plan

  providers = {
    aws.management  = aws.management
    aws.log_archive = aws.log_archive
  }

  variables {
    sns = { topic = { arn = "arn:aws:sns:us-east-1:111111111111:own" } }
  }

  assert {
    condition     = aws_cloudtrail.this.sns_topic_name == "own"
    error_message = "The provider keeps the name of a topic of its own account and region."
  }
}

run "a_delegated_administrator_makes_no_topic" {
  command = plan

  providers = {
    aws.management  = aws.management
    aws.log_archive = aws.log_archive
  }

  override_data {
    target = module.trusted_access.data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "999999999999"
      aws_service_access_principals = ["cloudtrail.amazonaws.com"]
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  override_data {
    target = module.trusted_access.data.aws_organizations_delegated_administrators.cloudtrail
    values = {
      delegated_administrators = [{
        arn = "", delegation_enabled_date = "", email = "", id = "111111111111", joined_method = "", joined_timestamp = "", name = "", status = "ACTIVE"
      }]
    }
  }

  variables {
    trusted_access_mode = "confirm"
    sns                 = {}
  }

  expect_failures = [aws_sns_topic.this]
}

run "refused_too" {
  command = plan

  providers = {
    aws.management  = aws.management
    aws.log_archive = aws.log_archive
  }

  variables {
    log_archive_account_id = "22"
    kms_key                = { arn = "alias/own" }
    cloudwatch_logs        = { role_name = "a role", role_path = "platform", log_group_name = "a group" }
    sns                    = { topic_name = "a topic", topic = { arn = "own" } }
    noncurrent_days        = 0
    transitions            = [{ days = 7, storage_class = "STANDARD_IA" }]
  }

  expect_failures = [
    var.log_archive_account_id,
    var.kms_key,
    var.cloudwatch_logs,
    var.sns,
    var.noncurrent_days,
    var.transitions,
  ]
}

run "refused" {
  command = plan

  providers = {
    aws.management  = aws.management
    aws.log_archive = aws.log_archive
  }

  variables {
    trusted_access_mode                = "off"
    reader_account_ids                 = ["4444"]
    delegated_administrator_account_id = "3333"
    cloudwatch_logs                    = { retention_in_days = 2 }
    insight_types                      = ["Everything"]
    advanced_event_selectors           = [{ name = "none", field_selectors = [] }]
  }

  expect_failures = [
    var.trusted_access_mode,
    var.reader_account_ids,
    var.delegated_administrator_account_id,
    var.cloudwatch_logs,
    var.insight_types,
    var.advanced_event_selectors,
  ]
}
