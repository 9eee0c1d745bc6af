mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { id = "us-east-1", name = "us-east-1" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::222222222222:role/organization-trail-replication" }
  }
}

mock_provider "aws" {
  alias           = "replica"
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "222222222222" }
  }

  mock_data "aws_region" {
    defaults = { id = "eu-west-1", name = "eu-west-1" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::acme-org-trail-logs-replica" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:222222222222:key/replica" }
  }
}

variables {
  source_bucket_name = "acme-org-trail-logs"
  source_key_arn     = "arn:aws:kms:us-east-1:222222222222:key/source"
  bucket_name        = "acme-org-trail-logs-replica"
}

run "copies_are_kept_and_closed" {
  command = plan

  providers = {
    aws         = aws
    aws.replica = aws.replica
  }

  assert {
    condition     = data.aws_iam_policy_document.this.statement[0].effect == "Deny" && one(data.aws_iam_policy_document.this.statement[0].condition).values == tolist(["222222222222"])
    error_message = "Nobody outside of the account gets in."
  }

  assert {
    condition     = aws_s3_bucket_replication_configuration.this.rule[0].delete_marker_replication[0].status == "Disabled" && !contains(flatten(data.aws_iam_policy_document.role.statement[*].actions), "s3:ReplicateDelete")
    error_message = "What is deleted there stays here."
  }

  assert {
    condition     = aws_s3_bucket_replication_configuration.this.rule[0].destination[0].encryption_configuration[0].replica_kms_key_id == "arn:aws:kms:eu-west-1:222222222222:key/replica"
    error_message = "Logs are encrypted with a key of KMS, and so are the copies."
  }

  assert {
    condition     = data.aws_iam_policy_document.role.statement[3].condition != null && one(data.aws_iam_policy_document.role.statement[3].resources) == "arn:aws:kms:us-east-1:222222222222:key/source"
    error_message = "The role decrypts the logs."
  }
}

run "one_account" {
  command = plan

  providers = {
    aws         = aws
    aws.replica = aws.replica
  }

  override_data {
    target = data.aws_caller_identity.replica
    values = { account_id = "333333333333" }
  }

  expect_failures = [aws_s3_bucket.this]
}

run "refused" {
  command = plan

  providers = {
    aws         = aws
    aws.replica = aws.replica
  }

  variables {
    source_key_arn = "alias/logs"
    bucket_name    = "Replica"
    role_name      = "a role"
    role_path      = "platform"
  }

  expect_failures = [var.source_key_arn, var.bucket_name, var.role_name, var.role_path]
}
