mock_provider "aws" {}

variables {
  name            = "organization"
  organization_id = "o-exampleorg1"
}

run "the_whole_organization" {
  command = plan

  assert {
    condition     = aws_cloudtrail_event_data_store.this.organization_enabled && aws_cloudtrail_event_data_store.this.multi_region_enabled && aws_cloudtrail_event_data_store.this.termination_protection_enabled
    error_message = "Every account and region, and protected."
  }

  assert {
    condition     = aws_cloudtrail_event_data_store.this.retention_period == 366
    error_message = "A year is in the price."
  }
}

run "refused" {
  command = plan

  variables {
    name            = "a store"
    organization_id = "org"
    retention_days  = 3
  }

  expect_failures = [var.name, var.organization_id, var.retention_days]
}
