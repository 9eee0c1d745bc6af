"""The rule `trusted-access-single-owner`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.organization.trusted_access import CLOUDTRAIL, TrustedAccess
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown


@rule("warning", since="0.1.0")
def trusted_access_single_owner(domain: Domain) -> Iterable[Finding]:
    """Trusted access for CloudTrail is managed in one place: inline in the organization, or as a resource of its own.

    Why:
        `aws_service_access_principals` is exclusive: the organization disables every service that isn't in it. Together
        with `aws_organizations_aws_service_access` each apply undoes what the other did, and in between the trail
        doesn't work for member accounts.

    Holds when:
        Only one of the two is there for CloudTrail. An organization in the same input that has no list at all disables
        what the other resource enables, unless its `lifecycle` ignores the argument.

    Fix:
        Keep the list of the organization, and take the `aws_organizations_aws_service_access` out of the state with a
        `removed` block that doesn't destroy. Or the other way round, with
        `lifecycle { ignore_changes = [aws_service_access_principals] }` in the organization.

    Sources:
        Terraform Registry, hashicorp/aws, "aws_organizations_aws_service_access"
        https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/organizations_aws_service_access
        Terraform Registry, hashicorp/aws, "aws_organizations_organization"
        https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/organizations_organization
    """
    stays = [access for access in domain.trusted_access if access.instance.stays and not access.instance.is_forgotten]
    inline = [access for access in stays if access.form == "inline"]
    separate = [access for access in stays if access.form == "separate" and access.after is not False]
    for access in separate:
        yield _judge(domain, access, inline)
    if not separate:
        for access in inline:
            if access.after is True:
                ground = f"nothing but `{access.address}` enables it"
                yield proved(access.address, "trusted access has one owner", ground)


def _judge(domain: Domain, separate: TrustedAccess, inline: list[TrustedAccess]) -> Finding:
    if isinstance(separate.after, Unknown):
        return undecided(separate.address, "which service this enables isn't known", [separate.after.cause])
    for organization in inline:
        if domain.estate.ignores(organization.instance, organization.attribute):
            ground = f"`{organization.address}` ignores changes of its list"
            return proved(separate.address, "trusted access has one owner", ground)
        if organization.after is True or (organization.before is True and organization.after is False):
            attribute = f"{organization.address}.{organization.attribute}"
            found = f'names "{CLOUDTRAIL}"' if organization.after is True else f'no longer names "{CLOUDTRAIL}"'
            return Finding(
                address=separate.address,
                verdict="violated",
                message=f"`{separate.address}` and `{attribute}` both manage trusted access, and undo each other",
                witness=FactWitness(attribute, found, f"one owner: only the list, or only `{separate.address}`"),
            )
        if isinstance(organization.after, Unknown):
            message = f"whether `{organization.address}` manages trusted access, too, isn't known"
            return undecided(separate.address, message, [organization.after.cause])
        if not domain.estate.configures(organization.instance, organization.attribute):
            cause = Cause(
                f"`{organization.address}` has no list, which disables every service unless its lifecycle ignores that",
                f'put "{CLOUDTRAIL}" into the list instead',
            )
            return undecided(separate.address, "the organization may disable what this enables", [cause])
        return Finding(
            address=separate.address,
            verdict="violated",
            message=f"`{organization.address}` disables every service that its list leaves out, CloudTrail's too",
            witness=FactWitness(
                f"{organization.address}.{organization.attribute}", f'"{CLOUDTRAIL}" isn\'t in it', "one owner"
            ),
        )
    return proved(separate.address, "trusted access has one owner", f"nothing but `{separate.address}` enables it")
