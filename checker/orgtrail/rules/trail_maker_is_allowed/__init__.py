"""The rule `trail-maker-is-allowed`."""

from orgtrail.rules import rule


@rule("error", since="0.2.0", answers="logs delivered", looks_at=("aws_organizations_policy",))
def trail_maker_is_allowed() -> None:
    """No SCP of the input or the evidence stops the account that makes the organization trail.

    Why:
        SCPs don't bind the management account, but they do bind a delegated administrator: it is a member. Where an SCP
        at the root denies `cloudtrail:*` so that nobody stops the trail, it stops the very account that is to make it,
        with AccessDeniedException at apply.

    Holds when:
        The management account makes the trail; or no Deny of an SCP that the input (or evidence) shows to be attached
        to the root, to a unit above the account or to the account itself covers what the plan asks of CloudTrail
        (CreateTrail or UpdateTrail, StartLogging, selectors, tags). An SCP that isn't attached stops nobody, and one
        that isn't in the input isn't seen. One that denies root users only doesn't count: Terraform doesn't act as one.

    Fix:
        Exempt the role that makes the trail from the Deny: `ArnNotLike` on `aws:PrincipalArn`. Or let the management
        account make the trail.

    Sources:
        AWS Organizations User Guide, "Service control policies (SCPs)"
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        CloudTrail User Guide, "Organization delegated administrator"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
    """
