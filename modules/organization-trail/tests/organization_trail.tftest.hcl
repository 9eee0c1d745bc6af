mock_provider "aws" {
  alias = "management"

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
  alias = "log_archive"

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
    condition     = length(aws_cloudwatch_log_group.this) == 0 && length(aws_sns_topic.this) == 0 && length(aws_cloudtrail_organization_delegated_admin_account.this) == 0
    error_message = "What nobody asked for isn't made."
  }
}

run "everything_that_can_be_asked_for" {
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
    condition     = length(aws_cloudtrail.this.insight_selector) == 1 && length(aws_cloudtrail.this.advanced_event_selector) == 1
    error_message = "The selectors are set."
  }
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
