"""The rule `service-linked-role-exists`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Unknown

ROLE = "AWSServiceRoleForCloudTrail"


@rule("error", since="0.1.0", answers="logs delivered", live=True)
def service_linked_role_exists(domain: Domain) -> Iterable[Finding]:
    """AWSServiceRoleForCloudTrail is there while the living organization has an organization trail.

    Why:
        CloudTrail works on an organization trail through this service-linked role. It is made with the trail, and it
        stays when trusted access is switched off; somebody who tidies up IAM can delete it. Without it CloudTrail can't
        follow the organization: accounts that join get no trail.

    Holds when:
        IAM shows the role in the account that was asked. Plans and states aren't asked: Terraform doesn't make it.

    Fix:
        Run `aws iam create-service-linked-role --aws-service-name cloudtrail.amazonaws.com` in the management account.

    Sources:
        CloudTrail User Guide, "Using service-linked roles for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/using-service-linked-roles.html
    """
    if not domain.is_live or not domain.organization_trails:
        return
    for role in domain.estate.of_type("aws_iam_service_linked_role"):
        arn = role.now.get("arn")
        if isinstance(arn, Unknown):
            yield undecided(role.address, f"whether {ROLE} is there can't be told", [arn.cause])
        elif arn:
            yield proved(role.address, f"{ROLE} is there")
        else:
            command = f"aws iam create-service-linked-role --aws-service-name {CLOUDTRAIL}"
            yield Finding(
                address=role.address,
                verdict="violated",
                message=f"{ROLE} is missing, so CloudTrail can't follow the organization; `{command}` makes it again",
                witness=FactWitness(ROLE, "not there", "there, in the management account"),
            )
