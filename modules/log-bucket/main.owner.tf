data "aws_caller_identity" "owner" {}

locals {
  owner_account_id = coalesce(var.owner_account_id, data.aws_caller_identity.owner.account_id)
}

# While planning, a provider whose role isn't known yet (its account is made by the same apply) acts in another account
# than it will. So the account is looked at again while applying, before anything is made in it. (A data source that has
# nothing to wait for is read while planning.)
resource "terraform_data" "owner" {
  input = local.owner_account_id
}

data "aws_caller_identity" "applied" {
  depends_on = [terraform_data.owner]

  lifecycle {
    postcondition {
      condition     = self.account_id == local.owner_account_id
      error_message = "The policies name ${local.owner_account_id} as the account that owns the logs, and the provider acts in ${self.account_id}. Hand the module a provider for ${local.owner_account_id}, or the right account (log_archive_account_id of organization-trail, owner_account_id here). Where the same apply makes the account, that input has to be given."
    }
  }
}
