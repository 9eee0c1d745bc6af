output "service_principal" {
  description = "`cloudtrail.amazonaws.com`, once trusted access is on and CloudTrail has its role: the `trusted_access_turned_on_by` of organization-trail."
  value       = aws_organizations_aws_service_access.cloudtrail.service_principal
  depends_on  = [aws_iam_service_linked_role.cloudtrail]
}
