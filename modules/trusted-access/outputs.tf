# Each output waits until trusted access is on and CloudTrail has its role: whatever uses one of them comes after it, when made and (in reverse) when
# destroyed.

output "organization_id" {
  description = "The organization's id (`o-...`), known once trusted access for CloudTrail is on."
  value       = local.looks ? data.aws_organizations_organization.planned[0].id : aws_organizations_organization.this[0].id
  depends_on  = [aws_organizations_organization.this, aws_iam_service_linked_role.cloudtrail, data.aws_organizations_organization.applied]
}

output "management_account_id" {
  description = "The account that owns the organization, and with it every organization trail."
  value       = local.looks ? data.aws_organizations_organization.planned[0].master_account_id : data.aws_caller_identity.current.account_id
  depends_on  = [aws_organizations_organization.this, aws_iam_service_linked_role.cloudtrail, data.aws_organizations_organization.applied]
}

output "root_id" {
  description = "The id of the organization's root (`r-...`), which service control policies can be attached to."
  value       = local.looks ? data.aws_organizations_organization.planned[0].roots[0].id : aws_organizations_organization.this[0].roots[0].id
  depends_on  = [aws_organizations_organization.this, aws_iam_service_linked_role.cloudtrail, data.aws_organizations_organization.applied]
}

output "service_access_principals" {
  description = "Every service that has trusted access to the organization."
  value       = local.owns ? aws_organizations_organization.this[0].aws_service_access_principals : data.aws_organizations_organization.planned[0].aws_service_access_principals
  depends_on  = [aws_organizations_organization.this, aws_iam_service_linked_role.cloudtrail, data.aws_organizations_organization.applied]
}
