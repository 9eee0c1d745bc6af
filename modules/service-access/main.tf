# One service, whatever the others are: nothing else of the organization is this module's.
resource "aws_organizations_aws_service_access" "cloudtrail" {
  service_principal = "cloudtrail.amazonaws.com"

  # Without trusted access, the trail stops logging for the members.
  lifecycle {
    prevent_destroy = true
  }
}

# Turning trusted access on by the API makes no role, and CloudTrail refuses an organization trail without.
resource "aws_iam_service_linked_role" "cloudtrail" {
  count = var.create_service_linked_role ? 1 : 0

  aws_service_name = "cloudtrail.amazonaws.com"

  depends_on = [aws_organizations_aws_service_access.cloudtrail]
}
