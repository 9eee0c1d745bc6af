mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  # A mock doesn't render documents; the tests read their statements.
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  bucket_name         = "acme-org-trail-logs"
  organization_id     = "o-exampleorg1"
  account_ids         = ["333333333333", "111111111111"]
  regions             = ["us-east-1", "eu-central-1"]
  first_day           = "2026-01-01"
  results_bucket_name = "acme-org-trail-results"
}

run "partitions_are_worked_out" {
  command = plan

  variables {
    log_prefix = "audit"
  }

  assert {
    condition     = aws_glue_catalog_table.this.parameters["storage.location.template"] == "s3://acme-org-trail-logs/audit/AWSLogs/o-exampleorg1/$${account}/CloudTrail/$${region}/$${day}"
    error_message = "The folders of an organization trail."
  }

  assert {
    condition     = aws_glue_catalog_table.this.parameters["projection.account.values"] == "111111111111,333333333333" && aws_glue_catalog_table.this.parameters["projection.day.range"] == "2026/01/01,NOW"
    error_message = "The accounts and days that were named."
  }

  assert {
    condition     = join(" ", aws_glue_catalog_table.this.partition_keys[*].name) == "account region day"
    error_message = "What the template names is a partition key."
  }
}

run "results_are_closed" {
  command = plan

  assert {
    condition     = data.aws_iam_policy_document.results.statement[0].effect == "Deny" && one(data.aws_iam_policy_document.results.statement[0].condition).values == tolist(["222222222222"])
    error_message = "Results are a copy of the logs: nobody else gets in."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.results.restrict_public_buckets && aws_s3_bucket_lifecycle_configuration.results.rule[0].expiration[0].days == 30
    error_message = "Nor the public, nor for long."
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration
    error_message = "Nobody sends results elsewhere."
  }
}

run "refused" {
  command = plan

  variables {
    bucket_name          = "Logs"
    organization_id      = "org"
    account_ids          = []
    regions              = ["everywhere"]
    first_day            = "yesterday"
    results_bucket_name  = "Results"
    log_prefix           = "/audit/"
    database_name        = "Trail"
    workgroup_name       = "a group"
    bytes_scanned_cutoff = 1
    results_days         = 0
  }

  expect_failures = [
    var.bucket_name,
    var.organization_id,
    var.account_ids,
    var.regions,
    var.first_day,
    var.results_bucket_name,
    var.log_prefix,
    var.database_name,
    var.workgroup_name,
    var.bytes_scanned_cutoff,
    var.results_days,
  ]
}
