mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  # A mock doesn't render documents; the tests read their statements.
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  targets                = { root = "r-abcd" }
  trail_name             = "org"
  bucket_name            = "acme-org-trail-logs"
  management_account_id  = "111111111111"
  log_archive_account_id = "222222222222"
}

run "nobody_is_kept_from_creating_cloudtrails_role" {
  command = plan

  assert {
    condition     = data.aws_iam_policy_document.this.statement[0].sid == "KeepCloudTrailsRole" && contains(data.aws_iam_policy_document.this.statement[0].actions, "iam:DeleteServiceLinkedRole")
    error_message = "The role isn't protected."
  }

  assert {
    condition     = alltrue(flatten([for statement in data.aws_iam_policy_document.this.statement : [for action in statement.actions : !strcontains(action, "Create") && !contains(["*", "iam:*"], action)]]))
    error_message = "An account that joins needs CloudTrail's role."
  }
}

run "archive_and_readers_keep_their_way" {
  command = plan

  variables {
    reader_account_ids = ["444444444444"]
    key                = { arn = "arn:aws:kms:us-east-1:222222222222:key/1" }
  }

  assert {
    condition     = alltrue([for index in [2, 3] : one(data.aws_iam_policy_document.this.statement[index].condition).values == tolist(["222222222222", "444444444444"])])
    error_message = "The log archive account and the readers need the logs and the key."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.this.statement[3].resources) == "arn:aws:kms:us-east-1:222222222222:key/1"
    error_message = "The key is protected."
  }
}

run "delegated_administrator_keeps_the_trail" {
  command = plan

  variables {
    delegated_administrator_account_ids = ["333333333333"]
  }

  assert {
    condition     = one(data.aws_iam_policy_document.this.statement[1].condition).values == tolist(["333333333333"]) && one(data.aws_iam_policy_document.this.statement[1].condition).test == "StringNotEquals"
    error_message = "The delegated administrator may change the trail."
  }
}

run "named_administrators_alone_weaken_the_archive" {
  command = plan

  variables {
    archive_administrator_role_arns = ["arn:aws:iam::222222222222:role/LogArchiveAdministrator"]
    key                             = { arn = "arn:aws:kms:us-east-1:222222222222:key/1" }
  }

  assert {
    condition     = [for statement in data.aws_iam_policy_document.this.statement : statement.sid] == ["KeepCloudTrailsRole", "KeepTheTrail", "KeepOutOfTheLogs", "KeepOffTheKey", "KeepTheArchive", "KeepTheKey", "StayInTheOrganization"]
    error_message = "Bucket and key are protected in their own account."
  }
}

run "attached_to_each_target" {
  variables {
    targets = { production = "ou-abcd-12345678", sandbox = "333333333333" }
  }

  assert {
    condition     = { for name, attachment in aws_organizations_policy_attachment.this : name => attachment.target_id } == { production = "ou-abcd-12345678", sandbox = "333333333333" }
    error_message = "The policy is attached to each target."
  }

  assert {
    condition     = aws_organizations_policy.this.type == "SERVICE_CONTROL_POLICY"
    error_message = "Only a service control policy binds the members."
  }
}

run "the_key_and_the_archive_are_guarded_whole" {
  command = plan

  variables {
    archive_administrator_role_arns = ["arn:aws:iam::222222222222:role/LogArchiveAdministrator"]
    key                             = { arn = "arn:aws:kms:us-east-1:222222222222:key/1" }
    deny_leaving                    = false
  }

  assert {
    condition = alltrue([
      for action in ["kms:CreateGrant", "kms:ReplicateKey", "kms:DisableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"] :
      contains(data.aws_iam_policy_document.this.statement[5].actions, action)
    ])
    error_message = "A way to the key is open."
  }

  # The wildcards take in retention, legal hold, inventory, logging, notification, tagging and access points.
  assert {
    condition     = length(setsubtract(["s3:BypassGovernanceRetention", "s3:Create*", "s3:Delete*", "s3:Put*", "s3:Replicate*"], data.aws_iam_policy_document.this.statement[4].actions)) == 0
    error_message = "A way to weaken the archive is open."
  }

  assert {
    condition     = contains(data.aws_iam_policy_document.this.statement[4].resources, "arn:aws:s3:*:222222222222:accesspoint/*")
    error_message = "Access points are ways to the bucket."
  }

  assert {
    condition     = length(data.aws_iam_policy_document.this.statement) == 6
    error_message = "Accounts may leave where that is wanted."
  }
}

run "resource_control_policy_where_asked_for" {
  variables {
    resource_targets   = { archive = "222222222222" }
    reader_account_ids = ["444444444444"]
    key                = { arn = "arn:aws:kms:us-east-1:222222222222:key/1" }
  }

  assert {
    condition     = aws_organizations_policy.resources[0].type == "RESOURCE_CONTROL_POLICY" && aws_organizations_policy_attachment.resources["archive"].target_id == "222222222222"
    error_message = "A resource control policy for the archive account."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.resources.statement :
      statement.effect == "Deny" && [for condition in statement.condition : condition.values if condition.variable == "aws:PrincipalAccount"][0] == tolist(["111111111111", "222222222222", "444444444444"])
    ])
    error_message = "Archive, management and readers keep their way, nobody else."
  }
}

run "refused" {
  command = plan

  variables {
    targets                             = { root = "Root" }
    trail_name                          = "-org"
    bucket_name                         = "Logs"
    management_account_id               = "1"
    log_archive_account_id              = "2"
    reader_account_ids                  = ["4"]
    delegated_administrator_account_ids = ["3"]
    archive_administrator_role_arns     = ["Admin"]
    policy_name                         = ""
    resource_targets                    = { archive = "archive" }
    resource_policy_name                = ""
  }

  expect_failures = [
    var.targets,
    var.trail_name,
    var.bucket_name,
    var.management_account_id,
    var.log_archive_account_id,
    var.reader_account_ids,
    var.delegated_administrator_account_ids,
    var.archive_administrator_role_arns,
    var.policy_name,
    var.resource_targets,
    var.resource_policy_name,
  ]
}
