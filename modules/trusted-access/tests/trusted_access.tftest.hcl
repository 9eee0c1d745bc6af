mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111111111111" }
  }
}

override_data {
  target = data.aws_organizations_organization.planned
  values = {
    id                            = "o-exampleorg1"
    feature_set                   = "ALL"
    master_account_id             = "111111111111"
    aws_service_access_principals = ["cloudtrail.amazonaws.com"]
    roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
  }
}

override_data {
  target = data.aws_organizations_organization.applied
  values = {
    id                            = "o-exampleorg1"
    feature_set                   = "ALL"
    master_account_id             = "111111111111"
    aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  }
}

run "manage_turns_cloudtrail_on" {
  command = plan

  variables {
    mode = "manage"
  }

  assert {
    condition     = aws_organizations_organization.this[0].aws_service_access_principals == toset(["cloudtrail.amazonaws.com"])
    error_message = "Trusted access for CloudTrail isn't turned on."
  }

  assert {
    condition     = aws_iam_service_linked_role.cloudtrail[0].aws_service_name == "cloudtrail.amazonaws.com"
    error_message = "A new organization's management account has no role for CloudTrail."
  }

  assert {
    condition     = aws_organizations_organization.this[0].feature_set == "ALL"
    error_message = "Trusted access needs all features."
  }

  assert {
    condition     = length(data.aws_organizations_organization.planned) == 0 && length(terraform_data.confirm_again) == 0
    error_message = "There is nothing to confirm where the module turns it on itself."
  }

  assert {
    condition     = output.management_account_id == "111111111111"
    error_message = "The management account is the caller, known while planning."
  }
}

run "manage_keeps_other_services" {
  command = plan

  variables {
    mode                            = "manage"
    other_service_access_principals = ["config.amazonaws.com", "cloudtrail.amazonaws.com"]
    enabled_policy_types            = ["SERVICE_CONTROL_POLICY"]
  }

  assert {
    condition     = aws_organizations_organization.this[0].aws_service_access_principals == toset(["cloudtrail.amazonaws.com", "config.amazonaws.com"])
    error_message = "The other services lose their access."
  }

  assert {
    condition     = aws_organizations_organization.this[0].enabled_policy_types == toset(["SERVICE_CONTROL_POLICY"])
    error_message = "The policy types are turned off."
  }
}

run "confirm_changes_nothing" {
  command = plan

  variables {
    mode = "confirm"
  }

  assert {
    condition     = length(aws_organizations_organization.this) == 0
    error_message = "confirm mode must leave the organization alone."
  }

  assert {
    condition     = output.organization_id == "o-exampleorg1" && output.root_id == "r-abcd" && output.management_account_id == "111111111111"
    error_message = "The organization's ids are known while planning."
  }
}

run "confirm_stops_where_trusted_access_is_off" {
  command = plan

  override_data {
    target = data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "111111111111"
      aws_service_access_principals = ["config.amazonaws.com"]
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  variables {
    mode = "confirm"
  }

  expect_failures = [data.aws_organizations_organization.planned]
}

run "confirm_looks_again_while_applying" {
  override_data {
    target = data.aws_organizations_organization.applied
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "111111111111"
      aws_service_access_principals = []
    }
  }

  variables {
    mode = "confirm"
  }

  expect_failures = [data.aws_organizations_organization.applied]
}

run "confirm_stops_without_all_features" {
  command = plan

  override_data {
    target = data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "CONSOLIDATED_BILLING"
      master_account_id             = "111111111111"
      aws_service_access_principals = ["cloudtrail.amazonaws.com"]
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  variables {
    mode = "confirm"
  }

  expect_failures = [data.aws_organizations_organization.planned]
}

run "confirm_stops_for_a_plain_member" {
  command = plan

  override_data {
    target = data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "999999999999"
      aws_service_access_principals = []
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  override_data {
    target = data.aws_organizations_delegated_administrators.cloudtrail
    values = { delegated_administrators = [] }
  }

  variables {
    mode = "confirm"
  }

  expect_failures = [data.aws_organizations_organization.planned]
}

run "confirm_takes_a_delegated_administrator" {
  command = plan

  override_data {
    target = data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "999999999999"
      aws_service_access_principals = ["cloudtrail.amazonaws.com"]
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  override_data {
    target = data.aws_organizations_delegated_administrators.cloudtrail
    values = {
      delegated_administrators = [{
        arn = "", delegation_enabled_date = "", email = "", id = "111111111111", joined_method = "", joined_timestamp = "", name = "", status = "ACTIVE"
      }]
    }
  }

  variables {
    mode = "confirm"
  }

  assert {
    condition     = output.management_account_id == "999999999999"
    error_message = "The trail belongs to the management account, whoever makes it."
  }
}

run "confirm_stops_for_another_services_administrator" {
  command = plan

  override_data {
    target = data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "999999999999"
      aws_service_access_principals = ["cloudtrail.amazonaws.com", "config.amazonaws.com"]
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  override_data {
    target = data.aws_organizations_delegated_administrators.cloudtrail
    values = { delegated_administrators = [] }
  }

  variables {
    mode = "confirm"
  }

  expect_failures = [data.aws_organizations_delegated_administrators.cloudtrail]
}

run "adding_keeps_what_is_on" {
  command = plan

  override_data {
    target = data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "111111111111"
      aws_service_access_principals = ["config.amazonaws.com"]
      roots = [{
        arn          = "", id = "r-abcd", name = "Root"
        policy_types = [{ type = "SERVICE_CONTROL_POLICY", status = "ENABLED" }, { type = "TAG_POLICY", status = "PENDING_DISABLE" }]
      }]
    }
  }

  variables {
    mode                            = "add"
    other_service_access_principals = ["sso.amazonaws.com"]
  }

  assert {
    condition     = aws_organizations_organization.this[0].aws_service_access_principals == toset(["cloudtrail.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com"])
    error_message = "A service is turned off."
  }

  assert {
    condition     = aws_organizations_organization.this[0].enabled_policy_types == toset(["SERVICE_CONTROL_POLICY"])
    error_message = "The guardrails are turned off."
  }

  assert {
    condition     = length(aws_iam_service_linked_role.cloudtrail) == 0 && output.organization_id == "o-exampleorg1"
    error_message = "The organization is known while planning, and has its role."
  }
}

run "adding_needs_the_management_account" {
  command = plan

  override_data {
    target = data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "999999999999"
      aws_service_access_principals = ["config.amazonaws.com"]
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  variables {
    mode = "add"
  }

  expect_failures = [data.aws_organizations_organization.planned]
}

run "confirm_waits_for_what_turns_it_on" {
  command = plan

  override_data {
    target = data.aws_organizations_organization.planned
    values = {
      id                            = "o-exampleorg1"
      feature_set                   = "ALL"
      master_account_id             = "111111111111"
      aws_service_access_principals = []
      roots                         = [{ arn = "", id = "r-abcd", name = "Root", policy_types = [] }]
    }
  }

  variables {
    mode         = "confirm"
    turned_on_by = "cloudtrail.amazonaws.com"
  }

  assert {
    condition     = terraform_data.confirm_again[0].input == "cloudtrail.amazonaws.com "
    error_message = "The second look comes after what turns trusted access on."
  }
}

run "the_role_is_made_where_asked_for" {
  command = plan

  variables {
    mode                       = "confirm"
    create_service_linked_role = true
  }

  assert {
    condition     = aws_iam_service_linked_role.cloudtrail[0].aws_service_name == "cloudtrail.amazonaws.com"
    error_message = "CloudTrail has no role."
  }
}

run "another_mode_is_refused" {
  command = plan

  variables {
    mode = "create"
  }

  expect_failures = [var.mode]
}

run "another_spelling_of_a_service_is_refused" {
  command = plan

  variables {
    mode                            = "manage"
    other_service_access_principals = ["config"]
  }

  expect_failures = [var.other_service_access_principals]
}

run "another_spelling_of_a_policy_type_is_refused" {
  command = plan

  variables {
    mode                 = "manage"
    enabled_policy_types = ["service control policy"]
  }

  expect_failures = [var.enabled_policy_types]
}
