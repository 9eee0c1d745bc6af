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
  management_account_id = "111111111111"
  trail_name            = "org.main"
  trail_region          = "us-east-1"
}

run "cloudtrail_encrypts_for_this_trail_only" {
  command = plan

  assert {
    condition     = [for statement in data.aws_iam_policy_document.this.statement : statement.sid] == ["OwnerAdministersThroughIam", "CloudTrailEncrypts", "CloudTrailLooksAtTheKey"]
    error_message = "A statement is missing, or there is one too many."
  }

  assert {
    condition = { for condition in data.aws_iam_policy_document.this.statement[1].condition : "${condition.test} ${condition.variable}" => join(",", condition.values) } == {
      "StringEquals aws:SourceArn"                          = "arn:aws:cloudtrail:us-east-1:111111111111:trail/org.main"
      "StringLike kms:EncryptionContext:aws:cloudtrail:arn" = "arn:aws:cloudtrail:*:111111111111:trail/*"
    }
    error_message = "CloudTrail encrypts for this trail only."
  }

  assert {
    condition     = one(one(data.aws_iam_policy_document.this.statement[0].principals).identifiers) == "arn:aws:iam::222222222222:root"
    error_message = "The owner can't be locked out."
  }

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "The key rotates, and can be saved for 30 days."
  }

  assert {
    condition     = aws_kms_alias.this.name == "alias/org-main-logs"
    error_message = "An alias takes no period."
  }
}

run "readers_decrypt_logs" {
  command = plan

  variables {
    reader_account_ids = ["444444444444", "555555555555"]
    alias_name         = "security/trail"
  }

  assert {
    condition     = one(data.aws_iam_policy_document.this.statement[3].principals).identifiers == toset(["arn:aws:iam::444444444444:root", "arn:aws:iam::555555555555:root"])
    error_message = "The named accounts decrypt, and nobody else."
  }

  assert {
    condition     = data.aws_iam_policy_document.this.statement[3].actions == toset(["kms:Decrypt"]) && length(data.aws_iam_policy_document.this.statement[3].condition) == 1
    error_message = "They decrypt what CloudTrail encrypted, and do nothing else."
  }

  assert {
    condition     = aws_kms_alias.this.name == "alias/security/trail"
    error_message = "The alias is the one asked for."
  }
}

run "refused" {
  command = plan

  variables {
    management_account_id   = "1111-1111-1111"
    trail_name              = "org..main"
    trail_region            = "us-east"
    reader_account_ids      = ["44444444444"]
    alias_name              = "alias/logs"
    deletion_window_in_days = 5
  }

  expect_failures = [
    var.management_account_id,
    var.trail_name,
    var.trail_region,
    var.reader_account_ids,
    var.alias_name,
    var.deletion_window_in_days,
  ]
}
