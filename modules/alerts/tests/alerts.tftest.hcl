mock_provider "aws" {
  override_during = plan

  mock_data "aws_region" {
    defaults = { id = "us-east-1", name = "us-east-1" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:111111111111:organization-trail-alerts" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

run "trail_and_organization_by_default" {
  command = plan

  assert {
    condition     = keys(aws_cloudwatch_event_rule.this) == ["organization", "trail"]
    error_message = "What nobody named isn't watched."
  }

  assert {
    condition = alltrue([
      for name in ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"] :
      contains(jsondecode(aws_cloudwatch_event_rule.this["trail"].event_pattern).detail.eventName, name)
      ]) && alltrue([
      for name in ["DisableAWSServiceAccess", "DeregisterDelegatedAdministrator"] :
      contains(jsondecode(aws_cloudwatch_event_rule.this["organization"].event_pattern).detail.eventName, name)
    ])
    error_message = "A call that ends the trail goes unnoticed."
  }

  assert {
    condition     = alltrue([for target in aws_cloudwatch_event_target.this : target.arn == "arn:aws:sns:us-east-1:111111111111:organization-trail-alerts"])
    error_message = "Every rule tells the topic."
  }
}

run "bucket_and_key_where_they_live" {
  command = plan

  variables {
    watch_trail        = false
    watch_organization = false
    bucket_name        = "acme-org-trail-logs"
    key                = { arn = "arn:aws:kms:us-east-1:222222222222:key/1" }
    topic              = { arn = "arn:aws:sns:us-east-1:222222222222:security" }
    email_addresses    = ["security@example.com"]
  }

  assert {
    condition = (
      jsondecode(aws_cloudwatch_event_rule.this["bucket"].event_pattern).detail.requestParameters.bucketName == ["acme-org-trail-logs"] &&
      jsondecode(aws_cloudwatch_event_rule.this["key"].event_pattern).detail.resources.ARN == ["arn:aws:kms:us-east-1:222222222222:key/1"]
    )
    error_message = "Only this bucket and this key."
  }

  assert {
    condition     = length(aws_sns_topic.this) == 0 && output.topic_arn == "arn:aws:sns:us-east-1:222222222222:security"
    error_message = "The topic is the one that was brought along."
  }
}

run "another_region_hears_nothing_of_organizations" {
  command = plan

  override_data {
    target = data.aws_region.current
    values = { id = "eu-central-1", name = "eu-central-1" }
  }

  expect_failures = [check.organizations_events_arrive_here]
}

run "refused" {
  command = plan

  variables {
    name             = "a b"
    topic_kms_key_id = "alias/aws/sns"
    email_addresses  = ["security"]
  }

  expect_failures = [var.name, var.topic_kms_key_id, var.email_addresses]
}
