"""The rule `trail-in-management-account`."""

from collections.abc import Iterable, Iterator

from orgtrail.organization.delegated import LEFT_BEHIND, DelegatedAdministrator, listed_administrators
from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail
from orgtrail.results import FactWitness, OrderWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.order import along, wait_for
from orgtrail.rules.shared.verdicts import if_organization, proved, undecided
from orgtrail.values import Cause, Symbol, Unknown, show

_SETTLE = (
    "give --management-account ID and let the provider say who it is (`allowed_account_ids`, `assume_role` or the data "
    "source `aws_caller_identity`)"
)


@rule("error", since="0.1.0", answers="logs delivered")
def trail_in_management_account(domain: Domain) -> Iterable[Finding]:
    """The organization trail is made by the management account or by a delegated administrator for CloudTrail.

    Why:
        CreateTrail fails in any other account (NotOrganizationMasterAccountException). Which account acts stands in the
        provider configuration, often in another file than the trail, and an alias that is left out is enough to be in
        the wrong one.

    Holds when:
        The account behind the trail's provider configuration (a role that it assumes, its only allowed account, what
        `aws_caller_identity` says, the ARN of a role, key or log group that it made before, or that it manages the
        organization itself) is the management account, or is registered for CloudTrail in this input or in the data
        source `aws_organizations_delegated_administrators`. A registration that the plan makes comes first in the
        dependency graph. A trail that is there already shows that its account was allowed to make it.

    Fix:
        Give the trail the provider of the management account (`provider = aws.management`), or register the account
        with `aws_cloudtrail_organization_delegated_admin_account` and let the trail depend on that.

    Sources:
        CloudTrail User Guide, "Creating a trail for an organization"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
        CloudTrail User Guide, "Organization delegated administrator"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
        CloudTrail API Reference, "CreateTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
    """
    for trail in domain.organization_trails:
        yield if_organization([trail], _judge(domain, trail))


def _judge(domain: Domain, trail: Trail) -> Finding:
    if not trail.becomes_organization:
        ground = f"`{trail.address}` is an organization trail already, which AWS lets no other account make"
        return proved(trail.address, "the trail's account was allowed to make it", ground, *_taken_back(domain, trail))
    account = domain.accounts.account_of(trail.instance)
    management = domain.accounts.management_account
    if account == management:
        return proved(trail.address, "the management account makes the trail", f"its provider acts in {show(account)}")
    if isinstance(account, Symbol):
        cause = Cause(f"the input doesn't show which account the provider of `{trail.address}` acts in", _SETTLE)
        return undecided(trail.address, "which account makes the trail isn't known", [cause])
    listed = listed_administrators(domain.estate)
    for administrator in domain.delegated_administrators:
        if administrator.account == account and administrator.is_for_cloudtrail is True:
            return _registered(domain, trail, account, administrator)
    if isinstance(management, Symbol):
        cause = Cause("the input doesn't say which account is the management account", "give --management-account ID")
        return undecided(trail.address, f"whether {account} may make the trail isn't known", [cause])
    doubts = _doubts(domain)
    if doubts:
        return undecided(trail.address, f"whether account {account} may make the trail isn't known", doubts)
    if listed is not None and account in listed:
        # The data source was asked for CloudTrail, or for any service, which isn't enough.
        return _listed(domain, trail, account)
    made = any(
        organization.is_made and organization.mode == "managed" for organization in domain.accounts.organizations
    )
    if listed is not None or made:
        return _wrong(trail, account, management)
    cause = Cause(
        f"whether {account} is registered as a delegated administrator isn't in this input",
        "read it with the data source `aws_organizations_delegated_administrators`, or give --evidence FILE",
    )
    return undecided(trail.address, f"account {account} isn't the management account {management}", [cause])


def _doubts(domain: Domain) -> list[Cause]:
    """Why it isn't known who is registered."""
    unclear = [
        administrator.account.cause if isinstance(administrator.account, Unknown) else _unclear(administrator)
        for administrator in domain.delegated_administrators
        if not isinstance(administrator.account, str) or isinstance(administrator.is_for_cloudtrail, Unknown)
    ]
    return [*unclear, *domain.estate.unseen]


def _taken_back(domain: Domain, trail: Trail) -> Iterator[str]:
    """What becomes of a trail whose account the plan deregisters."""
    account = domain.accounts.account_of(trail.instance)
    for administrator in domain.delegated_administrators:
        if administrator.account == account and not administrator.instance.stays:
            yield f"`{administrator.instance.address}` goes: {LEFT_BEHIND}, so {show(account)} may no longer change it"


def _unclear(administrator: DelegatedAdministrator) -> Cause:
    return Cause(f"the account or the service of `{administrator.instance.address}` isn't known")


def _wrong(trail: Trail, account: str, management: str) -> Finding:
    return Finding(
        address=trail.address,
        verdict="violated",
        message=f"account {account} makes the trail, which is neither the management account nor registered for it",
        at=("provider",),
        witness=FactWitness("provider", account, f"{management} or a delegated administrator for CloudTrail"),
    )


def _listed(domain: Domain, trail: Trail, account: str) -> Finding:
    for data in domain.estate.of_type("aws_organizations_delegated_administrators", mode="data"):
        if data.now.get("service_principal"):
            ground = f"`{data.address}` lists {account}"
            return proved(trail.address, "a delegated administrator makes the trail", ground)
    cause = Cause(f"{account} is a delegated administrator, but for which service the data source doesn't say")
    return undecided(trail.address, f"whether account {account} may make the trail isn't known", [cause])


def _registered(domain: Domain, trail: Trail, account: str, administrator: DelegatedAdministrator) -> Finding:
    """The verdict on a trail of a registered account: the registration has to stay, and to come first."""
    registration = administrator.instance
    if not registration.stays:
        return Finding(
            address=trail.address,
            verdict="violated",
            message=f"the plan takes back that {account} may make organization trails, and makes one with it",
            witness=FactWitness(registration.address, "destroyed", f"{account} stays registered"),
        )
    if not registration.is_made:
        ground = f"`{registration.address}` has registered {account}"
        return proved(trail.address, "a delegated administrator makes the trail", ground)
    graph = domain.estate.graph
    start, goal = (graph.resource(trail.instance.block), graph.resource(registration.block)) if graph else (None, None)
    if graph is None or start is None or goal is None:
        cause = Cause("the input doesn't show what waits for what")
        return undecided(trail.address, f"whether {account} is registered first isn't known", [cause])
    path = graph.path(start[0], [goal[0]])
    if path is not None:
        found = proved(trail.address, "a delegated administrator makes the trail, after it is registered")
        return along(path, found)
    doubts = graph.doubts(start[0], [goal[0]])
    if doubts:
        return undecided(trail.address, f"whether `{registration.address}` comes first can't be told", doubts)
    return Finding(
        address=trail.address,
        verdict="violated",
        message=f"nothing makes the trail wait for `{registration.address}`, which lets account {account} make it",
        witness=OrderWitness(trail.address, registration.address, f"{trail.instance.block} -> {registration.block}"),
        fix=wait_for(trail.instance, registration),
    )
