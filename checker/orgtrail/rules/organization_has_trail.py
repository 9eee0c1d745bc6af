"""The rule `organization-has-trail`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Unknown


@rule("error", since="0.1.0", live=True)
def organization_has_trail(domain: Domain) -> Iterable[Finding]:
    """The living organization has an organization trail.

    Why:
        All that the other rules say is about an organization trail. Where somebody deleted it, or where it never came
        to be, they would have nothing to say, and an audit would end without a word about the one thing that is wrong.

    Holds when:
        CloudTrail shows at least one trail with `IsOrganizationTrail` to the account that was asked. Plans and states
        aren't asked: a stack needn't hold the trail.

    Fix:
        Make an organization trail, with Terraform (`orgtrail init`) or `aws cloudtrail create-trail
        --is-organization-trail`. Where it lives in another account's eyes only, ask as the management account.

    Sources:
        CloudTrail User Guide, "Creating a trail for an organization"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
    """
    if not domain.is_live:
        return
    address = domain.accounts.organizations[0].address if domain.accounts.organizations else domain.estate.input.path
    certain = [trail for trail in domain.organization_trails if trail.is_organization is True]
    doubts = [trail.is_organization.cause for trail in domain.trails if isinstance(trail.is_organization, Unknown)]
    if certain:
        yield proved(address, "the organization has an organization trail", f"`{certain[0].address}`")
    elif doubts:
        yield undecided(address, "whether the organization has an organization trail can't be told", doubts)
    else:
        message = "the organization has no organization trail: what its accounts do isn't logged together"
        witness = FactWitness("IsOrganizationTrail", f"false for all {len(domain.trails)} trails", "true for one")
        yield Finding(address=address, verdict="violated", message=message, witness=witness)
