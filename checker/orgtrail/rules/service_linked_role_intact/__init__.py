"""The rule `service-linked-role-intact`."""

from orgtrail.rules import rule


@rule(
    "error",
    since="0.1.0",
    answers="logs delivered",
    looks_at=("aws_iam_service_linked_role", "aws_organizations_policy"),
)
def service_linked_role_intact() -> None:
    """Nothing deletes AWSServiceRoleForCloudTrail or denies its creation, and no organization policy stops delivery.

    Why:
        CloudTrail works in member accounts through a service-linked role, which it needs in every one of them. An SCP
        that denies `iam:CreateServiceLinkedRole` keeps it out of new accounts, and those leave no trace in the trail. A
        resource control policy that shuts out AWS services stops the delivery to the log bucket.

    Holds when:
        The plan destroys no `aws_iam_service_linked_role` for cloudtrail.amazonaws.com while an organization trail
        remains, and one that it makes comes before the organization trail, with which CloudTrail would make it by
        itself; no SCP that the input attaches denies `iam:CreateServiceLinkedRole` for it (one for root users only
        doesn't: no service acts as one); and no RCP denies what CloudTrail needs on a log bucket outside the management
        account, which RCPs don't reach.

    Fix:
        Leave the role alone. In the SCP, exempt it: `StringNotEquals` on `iam:AWSServiceName` with
        `cloudtrail.amazonaws.com`. In the RCP, leave a way out for services: `BoolIfExists` on
        `aws:PrincipalIsAWSService` = `false`.

    Sources:
        CloudTrail User Guide, "Using service-linked roles for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/using-service-linked-roles.html
        AWS Organizations User Guide, "Service control policies (SCPs)"
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        AWS Organizations User Guide, "Resource control policies (RCPs)"
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
