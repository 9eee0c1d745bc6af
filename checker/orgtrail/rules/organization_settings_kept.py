"""The rule `organization-settings-kept`."""

from collections.abc import Iterable, Iterator

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown, Value, causes

#: The policy types that may guard the trail and its logs: what an SCP or an RCP denies nobody can do any more.
_GUARDS = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")

#: The lists of an organization from which a plan may take something by leaving it out.
_LISTS = {
    "aws_service_access_principals": "switches off trusted access for",
    "enabled_policy_types": "switches off the policy type",
}


@rule(
    "warning",
    since="0.1.0",
    looks_at=("aws_organizations_organization", "aws_organizations_aws_service_access"),
)
def organization_settings_kept(domain: Domain) -> Iterable[Finding]:
    """The plan switches off neither trusted access of other services nor a policy type that guards the trail.

    Why:
        `aws_service_access_principals` and `enabled_policy_types` are exclusive: what a list leaves out, Terraform
        switches off. A stack that was written for CloudTrail, and names cloudtrail.amazonaws.com alone, takes IAM
        Identity Center or GuardDuty away from the whole organization. Without service control policies nothing keeps
        a member from stopping what guards the logs.

    Holds when:
        Every service and every policy type (SCP, RCP) that the organization has enabled is in the list afterwards, and
        the plan doesn't destroy the organization or an `aws_organizations_aws_service_access` for another service. What
        becomes of CloudTrail's own trusted access is another rule's (`trusted-access-kept`).

    Fix:
        Add what is missing to the list, or leave it to its owner with
        `lifecycle { ignore_changes = [aws_service_access_principals] }`.

    Sources:
        Terraform Registry, hashicorp/aws, "aws_organizations_organization"
        https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/organizations_organization
        AWS Organizations User Guide, "Disabling policy types"
        https://docs.aws.amazon.com/organizations/latest/userguide/disable-policy-type.html
    """
    if domain.estate.input.kind != "plan":
        # Nothing is done to what a state or a living organization shows.
        return
    for organization in domain.estate.of_type("aws_organizations_organization"):
        if organization.before is not None:
            yield _of_organization(organization)
    for access in domain.estate.of_type("aws_organizations_aws_service_access"):
        service = (access.before or {}).get("service_principal")
        if isinstance(service, str) and service != CLOUDTRAIL and not access.stays:
            message = f"destroying `{access.address}` switches off trusted access for {service}"
            witness = FactWitness("service_principal", "none", service)
            yield Finding(address=access.address, verdict="violated", message=message, witness=witness)


def _of_organization(organization: Instance) -> Finding:
    if not organization.stays:
        message = "the plan destroys the organization, and every setting of it"
        witness = FactWitness("actions", "delete", "the organization stays")
        return Finding(address=organization.address, verdict="violated", message=message, witness=witness)
    doubts: list[Cause] = []
    for attribute, how in _LISTS.items():
        missing = list(_missing(organization, attribute))
        sure = [one for one in missing if isinstance(one, str)]
        if sure:
            names = ", ".join(sure)
            witness = FactWitness(attribute, f"without {names}", f"with {names}, as before")
            message = f"the plan {how} {names}"
            return Finding(
                address=organization.address, at=(attribute,), verdict="violated", message=message, witness=witness
            )
        doubts += [one for one in missing if isinstance(one, Cause)]
    if doubts:
        return undecided(organization.address, "which settings of the organization stay isn't known", doubts)
    return proved(organization.address, "the plan takes nothing from the organization's lists")


def _missing(organization: Instance, attribute: str) -> Iterator[str | Cause]:
    """What the list holds before and not afterwards; a cause where that can't be told."""
    before, after = (organization.before or {}).get(attribute), organization.now.get(attribute)
    for one in _names(before):
        if one == CLOUDTRAIL or (attribute == "enabled_policy_types" and one not in _GUARDS):
            continue
        if isinstance(after, Unknown):
            yield after.cause
        elif one not in _names(after):
            doubt = next(causes(after), None)
            yield doubt or one


def _names(value: Value) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
