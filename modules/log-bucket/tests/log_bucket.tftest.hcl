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
  bucket_name           = "acme-org-trail-logs"
  organization_id       = "o-exampleorg1"
  management_account_id = "111111111111"
  trail_name            = "org"
  trail_region          = "us-east-1"
}

run "cloudtrail_writes_for_this_trail_only" {
  command = plan

  assert {
    condition = [for statement in data.aws_iam_policy_document.this.statement : statement.sid] == [
      "CloudTrailChecksTheBucket", "CloudTrailWritesForTheManagementAccount", "CloudTrailWritesForTheMembers", "NobodyElse", "OnlyTls"
    ]
    error_message = "A statement is missing, or there is one too many."
  }

  assert {
    condition = alltrue([for index in range(3) : contains([
      for condition in data.aws_iam_policy_document.this.statement[index].condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"
    ], "StringEquals aws:SourceArn arn:aws:cloudtrail:us-east-1:111111111111:trail/org")])
    error_message = "Each of CloudTrail's statements is tied to the trail's ARN."
  }

  assert {
    condition = (
      one(data.aws_iam_policy_document.this.statement[0].resources) == "arn:aws:s3:::acme-org-trail-logs" &&
      one(data.aws_iam_policy_document.this.statement[1].resources) == "arn:aws:s3:::acme-org-trail-logs/AWSLogs/111111111111/*" &&
      one(data.aws_iam_policy_document.this.statement[2].resources) == "arn:aws:s3:::acme-org-trail-logs/AWSLogs/o-exampleorg1/*"
    )
    error_message = "CloudTrail checks the bucket, and writes for the management account and for the organization."
  }
}

run "members_meet_a_deny" {
  command = plan

  variables {
    reader_account_ids = ["444444444444"]
  }

  assert {
    condition     = data.aws_iam_policy_document.this.statement[5].sid == "NobodyElse" && data.aws_iam_policy_document.this.statement[5].effect == "Deny"
    error_message = "The guard is missing."
  }

  assert {
    condition = { for condition in data.aws_iam_policy_document.this.statement[5].condition : "${condition.test} ${condition.variable}" => join(" ", condition.values) } == {
      "StringNotEqualsIfExists aws:PrincipalAccount" = "222222222222 111111111111 444444444444"
      "BoolIfExists aws:PrincipalIsAWSService"       = "false"
    }
    error_message = "The guard leaves a way for the owner, the management account, the readers and CloudTrail, and for nobody else."
  }

  assert {
    condition     = one(one(data.aws_iam_policy_document.this.statement[4].principals).identifiers) == "arn:aws:iam::444444444444:root"
    error_message = "The readers may read."
  }
}

run "owner_is_named_once_where_it_is_the_management_account" {
  command = plan

  variables {
    management_account_id = "222222222222"
  }

  assert {
    condition     = one([for condition in data.aws_iam_policy_document.this.statement[3].condition : condition.values if condition.variable == "aws:PrincipalAccount"]) == tolist(["222222222222"])
    error_message = "AWS drops the double, and every later plan would show a change."
  }
}

run "prefix_stands_before_awslogs" {
  command = plan

  variables {
    log_prefix         = "audit/trail"
    reader_account_ids = ["444444444444"]
  }

  assert {
    condition     = one(data.aws_iam_policy_document.this.statement[2].resources) == "arn:aws:s3:::acme-org-trail-logs/audit/trail/AWSLogs/o-exampleorg1/*"
    error_message = "CloudTrail writes under the prefix."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.this.statement[4].resources) == "arn:aws:s3:::acme-org-trail-logs/audit/trail/AWSLogs/*"
    error_message = "The readers read under the prefix."
  }
}

run "named_roles_alone_touch_the_objects" {
  command = plan

  variables {
    archive_role_arns = ["arn:aws:iam::222222222222:role/Auditor"]
  }

  assert {
    condition = { for condition in data.aws_iam_policy_document.this.statement[4].condition : "${condition.test} ${condition.variable}" => join(" ", condition.values) } == {
      "StringEquals aws:PrincipalAccount"      = "222222222222"
      "ArnNotLike aws:PrincipalArn"            = "arn:aws:iam::222222222222:root arn:aws:iam::222222222222:role/Auditor"
      "BoolIfExists aws:PrincipalIsAWSService" = "false"
    }
    error_message = "The owner's root user and the named roles keep their way, and CloudTrail too."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.this.statement[4].resources) == "arn:aws:s3:::acme-org-trail-logs/*"
    error_message = "A Deny on the bucket itself could lock its owner out."
  }
}

run "bucket_is_hardened" {
  command = plan

  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "The logs stay unless told otherwise."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "Overwritten logs can be had back."
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "ACLs are off."
  }

  assert {
    condition     = alltrue([aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy, aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets])
    error_message = "Public access is blocked."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this) == 0 && length(aws_s3_bucket_object_lock_configuration.this) == 0 && length(aws_s3_bucket_logging.this) == 0
    error_message = "What nobody asked for isn't made."
  }
}

run "everything_that_can_be_asked_for" {
  command = plan

  variables {
    transitions     = [{ days = 30, storage_class = "STANDARD_IA" }, { days = 90, storage_class = "GLACIER" }]
    expiration_days = 2557
    object_lock     = { mode = "COMPLIANCE", days = 365 }
    access_logs     = { bucket_name = "acme-access-logs" }
    force_destroy   = true
    tags            = { owner = "platform" }
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this[0].rule[0].transition) == 2 && aws_s3_bucket_lifecycle_configuration.this[0].rule[0].expiration[0].days == 2557 && aws_s3_bucket_lifecycle_configuration.this[0].rule[0].noncurrent_version_expiration[0].noncurrent_days == 365
    error_message = "The lifecycle moves and deletes."
  }

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].days == 365
    error_message = "New logs are locked."
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "acme-access-logs" && aws_s3_bucket_logging.this[0].target_prefix == "log-bucket/"
    error_message = "Access is logged."
  }

  assert {
    condition     = aws_s3_bucket.this.force_destroy && aws_s3_bucket.this.tags == tomap({ owner = "platform" })
    error_message = "What was told is done."
  }
}

run "transitions_alone_delete_nothing" {
  command = plan

  variables {
    transitions = [{ days = 30, storage_class = "STANDARD_IA" }]
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this[0].rule[0].expiration) == 0 && length(aws_s3_bucket_lifecycle_configuration.this[0].rule[0].noncurrent_version_expiration) == 0
    error_message = "Nobody asked for logs to be deleted."
  }
}

run "refused" {
  command = plan

  variables {
    bucket_name           = "Acme_Logs"
    organization_id       = "exampleorg1"
    management_account_id = "11111111111"
    trail_name            = "my trail"
    trail_region          = "Virginia"
    log_prefix            = "/audit/"
    reader_account_ids    = ["arn:aws:iam::444444444444:root"]
    archive_role_arns     = ["arn:aws:iam::222222222222:user/alice"]
    transitions           = [{ days = 30.5, storage_class = "STANDARD_IA" }]
    expiration_days       = 0
    object_lock           = { mode = "STRICT", days = 1 }
  }

  expect_failures = [
    var.bucket_name,
    var.organization_id,
    var.management_account_id,
    var.trail_name,
    var.trail_region,
    var.log_prefix,
    var.reader_account_ids,
    var.archive_role_arns,
    var.transitions,
    var.expiration_days,
    var.object_lock,
  ]
}

run "refused_too" {
  command = plan

  variables {
    bucket_name = "acme..logs"
    trail_name  = "or"
    transitions = [{ days = 30, storage_class = "TAPE" }]
    object_lock = { mode = "COMPLIANCE", days = 0 }
  }

  expect_failures = [var.bucket_name, var.trail_name, var.transitions, var.object_lock]
}

run "regions_of_every_partition" {
  command = plan

  variables {
    trail_region = "eusc-de-east-1"
  }

  assert {
    condition     = strcontains(join(" ", data.aws_iam_policy_document.this.statement[0].condition[*].values[0]), ":cloudtrail:eusc-de-east-1:")
    error_message = "A region of the European Sovereign Cloud is a region."
  }
}

run "the_account_that_was_named_owns_the_bucket" {
  command = plan

  variables {
    owner_account_id = "222222222222"
  }

  assert {
    condition     = output.owner_account_id == "222222222222"
    error_message = "The policy names the owner."
  }
}

# Applied, and stopped before anything is made that would have to be destroyed again.
run "another_account_than_the_named_one_stops" {
  variables {
    owner_account_id = "333333333333"
  }

  expect_failures = [data.aws_caller_identity.applied]
}

run "expiring_before_a_transition_is_refused" {
  command = plan

  variables {
    transitions     = [{ days = 400, storage_class = "GLACIER_IR" }]
    expiration_days = 365
  }

  expect_failures = [aws_s3_bucket_lifecycle_configuration.this]
}

run "moving_on_too_soon_is_refused" {
  command = plan

  variables {
    transitions = [{ days = 30, storage_class = "STANDARD_IA" }, { days = 45, storage_class = "GLACIER" }]
  }

  expect_failures = [aws_s3_bucket_lifecycle_configuration.this]
}

run "old_versions_have_days_of_their_own" {
  command = plan

  variables {
    expiration_days  = 365
    noncurrent_days  = 90
    policy_documents = ["{}"]
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this[0].rule[0].expiration[0].days == 365 && aws_s3_bucket_lifecycle_configuration.this[0].rule[0].noncurrent_version_expiration[0].noncurrent_days == 90
    error_message = "The retention isn't doubled."
  }

  assert {
    condition     = data.aws_iam_policy_document.this.source_policy_documents == tolist(["{}"])
    error_message = "Further statements go in."
  }
}
