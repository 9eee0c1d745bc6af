locals {
  cloudtrail = "cloudtrail.amazonaws.com"

  # manage and add own the organization resource; add and confirm look at the organization that is there.
  owns  = var.mode != "confirm"
  looks = var.mode != "manage"

  found_services = local.looks ? data.aws_organizations_organization.planned[0].aws_service_access_principals : []
  found_policy_types = local.looks ? [
    for type in data.aws_organizations_organization.planned[0].roots[0].policy_types : type.type if type.status == "ENABLED"
  ] : []

  enable_command = "aws organizations enable-aws-service-access --service-principal ${local.cloudtrail}"
}

data "aws_caller_identity" "current" {}

# Everything that manage mode says of the organization is authoritative: services and policy types that the two lists leave
# out are turned off by the next apply. add puts what is on already on the lists, so nothing is ever turned off.
resource "aws_organizations_organization" "this" {
  count = local.owns ? 1 : 0

  feature_set                   = "ALL"
  aws_service_access_principals = setunion([local.cloudtrail], var.other_service_access_principals, local.found_services)
  enabled_policy_types          = setunion(var.enabled_policy_types, local.found_policy_types)

  # Neither a destroy nor another mode deletes the organization. The README says how to let go of it.
  lifecycle {
    prevent_destroy = true
  }
}

# Turning trusted access on by the API, as Terraform does, makes no role, and CloudTrail refuses an organization trail without.
resource "aws_iam_service_linked_role" "cloudtrail" {
  count = coalesce(var.create_service_linked_role, var.mode == "manage") ? 1 : 0

  aws_service_name = local.cloudtrail

  depends_on = [aws_organizations_organization.this]
}

# What is there: read while planning, so that ids are known in the plan and a plan without trusted access stops.
data "aws_organizations_organization" "planned" {
  count = local.looks ? 1 : 0

  lifecycle {
    postcondition {
      condition     = self.feature_set == "ALL"
      error_message = "Organization ${self.id} has consolidated billing only, and trusted access needs all features. Run `aws organizations enable-all-features` as the management account ${self.master_account_id}, accept the handshakes, then plan again."
    }

    postcondition {
      condition     = var.mode != "add" || self.master_account_id == data.aws_caller_identity.current.account_id
      error_message = "Only the management account ${self.master_account_id} can turn trusted access on, and this is account ${data.aws_caller_identity.current.account_id}. Hand the module a provider for ${self.master_account_id}, or confirm only."
    }

    # AWS tells service access to the management account and to delegated administrators only; to others the list is empty.
    postcondition {
      condition     = self.master_account_id == data.aws_caller_identity.current.account_id || length(self.aws_service_access_principals) > 0
      error_message = "Account ${data.aws_caller_identity.current.account_id} is neither the management account of organization ${self.id} nor a delegated administrator. Hand the module a provider for account ${self.master_account_id}, or let that account run `aws cloudtrail register-organization-delegated-admin --member-account-id ${data.aws_caller_identity.current.account_id}`."
    }

    postcondition {
      condition     = local.owns || var.turned_on_by != null || contains(self.aws_service_access_principals, local.cloudtrail) || (self.master_account_id != data.aws_caller_identity.current.account_id && length(self.aws_service_access_principals) == 0)
      error_message = "Trusted access for ${local.cloudtrail} is off in organization ${self.id}. Run `${local.enable_command}` as the management account ${self.master_account_id}, then plan again."
    }
  }
}

# A delegated administrator of some other service sees the organization too, but CloudTrail refuses its organization trail.
data "aws_organizations_delegated_administrators" "cloudtrail" {
  count = local.owns ? 0 : 1

  service_principal = local.cloudtrail

  # What the first look refuses is said there.
  depends_on = [data.aws_organizations_organization.planned]

  lifecycle {
    postcondition {
      condition     = data.aws_organizations_organization.planned[0].master_account_id == data.aws_caller_identity.current.account_id || contains([for administrator in self.delegated_administrators : administrator.id], data.aws_caller_identity.current.account_id)
      error_message = "Account ${data.aws_caller_identity.current.account_id} isn't a delegated administrator for CloudTrail. Let the management account run `aws cloudtrail register-organization-delegated-admin --member-account-id ${data.aws_caller_identity.current.account_id}`."
    }
  }
}

# Confirm mode, second look. A data source that has nothing to wait for is read while planning and never again, however long
# the plan lies around. This one waits for a resource that changes together with the trail, so it is read while applying.
resource "terraform_data" "confirm_again" {
  count = local.owns ? 0 : 1

  input = var.turned_on_by == null ? var.confirm_again_when_changed : "${var.turned_on_by} ${var.confirm_again_when_changed}"
}

data "aws_organizations_organization" "applied" {
  count = local.owns ? 0 : 1

  depends_on = [terraform_data.confirm_again]

  lifecycle {
    postcondition {
      condition     = self.feature_set == "ALL" && contains(self.aws_service_access_principals, local.cloudtrail)
      error_message = "Trusted access for ${local.cloudtrail} is off in organization ${self.id}: it was turned off after the plan was made. Run `${local.enable_command}` as the management account ${self.master_account_id}, then apply again."
    }
  }
}
