# CloudTrail Lake for the whole organization. CloudTrail refuses it before trusted access, as it does a trail: give
# `organization_id` from trusted-access or organization-trail, and the store comes after.
resource "aws_cloudtrail_event_data_store" "this" {
  name                           = var.name
  organization_enabled           = true
  multi_region_enabled           = true
  retention_period               = var.retention_days
  kms_key_id                     = var.kms_key_arn
  termination_protection_enabled = var.termination_protection
  tags                           = var.tags

  advanced_event_selector {
    name = "Management events"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  depends_on = [var.organization_id]

  # The events: the README says how to let go of them.
  lifecycle {
    prevent_destroy = true
  }
}
