"""Who acts: the account and the region behind each provider configuration."""

from itertools import islice
from typing import TYPE_CHECKING

from orgtrail.estate import Instance
from orgtrail.provider.identity import configured_account
from orgtrail.values import Symbol, Text, Value, with_symbol

if TYPE_CHECKING:
    from orgtrail.organization import Domain


#: What a provider reads by a name that means something in its own account only, so that an ARN in the state shows which
#: account that is. The first few of each are looked at; there may be thousands.
_READ_BY_NAME = ("aws_iam_role", "aws_cloudwatch_log_group", "aws_kms_key")
_FEW = 20


def seen_accounts(domain: "Domain") -> dict[str, str]:
    """The account behind each provider configuration that the input shows one for."""
    found: dict[str, str] = {}
    for identity in domain.estate.of_type("aws_caller_identity", mode="data"):
        account = identity.now.get("account_id")
        if isinstance(account, str):
            found[identity.provider] = account
    for organization in domain.estate.of_type("aws_organizations_organization"):
        account = organization.now.get("master_account_id")
        if isinstance(account, str):
            found.setdefault(organization.provider, account)
    for key, settings in domain.estate.providers.items():
        account = configured_account(settings)
        if account:
            found.setdefault(key, account)
    return {**_shown_by_state(domain), **found}


def _shown_by_state(domain: "Domain") -> dict[str, str]:
    """The account behind each provider configuration that holds something already, by the ARN of that."""
    shown: dict[str, set[str]] = {}
    for kind in _READ_BY_NAME if domain.estate.shows_before else ():
        for instance in islice(domain.estate.passing(kind), _FEW):
            owner = _owner(instance.before and instance.before.get("arn"))
            if owner:
                shown.setdefault(instance.provider, set()).add(owner)
    return {provider: owners.pop() for provider, owners in shown.items() if len(owners) == 1}


def _owner(arn: Value) -> str:
    """The account in an ARN; empty where there is none."""
    return arn.split(":")[4] if isinstance(arn, str) and arn.count(":") >= 5 else ""


def account_of(domain: "Domain", instance: Instance) -> str | Symbol:
    """The account that an instance's provider acts in; a symbol where the input doesn't show it."""
    if domain.seen and domain.is_elsewhere(instance):
        return domain.seen.account_of(instance)
    other = domain.beside_of(instance)
    if other is not None:
        return other.account_of(instance)
    if not instance.provider:
        # A state doesn't say which provider configuration made what; an ARN says whose it is.
        whose = Symbol(f"the account that holds {instance.address}", "account-id")
        return _owner(instance.now.get("arn")) or whose
    seen = domain.seen_accounts.get(instance.provider)
    if seen:
        return seen
    # Only the management account can hold the organization as a managed resource.
    if any(org.provider == instance.provider for org in domain.estate.of_type("aws_organizations_organization")):
        return domain.management_account
    return Symbol(f"the account of provider {instance.provider or 'aws'}", "account-id")


def region_of(domain: "Domain", instance: Instance) -> str | Symbol:
    """The region that an instance's provider acts in; a symbol where the input doesn't show it."""
    if domain.seen and domain.is_elsewhere(instance):
        return domain.seen.region_of(instance)
    other = domain.beside_of(instance)
    if other is not None:
        return other.region_of(instance)
    region = domain.estate.providers.get(instance.provider, {}).get("region")
    if isinstance(region, str) and region:
        return region
    for data in domain.estate.of_type("aws_region", mode="data"):
        name = data.now.get("name") or data.now.get("region")
        if data.provider == instance.provider and isinstance(name, str):
            return name
    return Symbol(f"the region of provider {instance.provider or 'aws'}", "region")


def as_told(domain: "Domain", owned: Instance | None, value: Value) -> Value:
    """`value` with the account of the logs' owner spelled, where the input leaves it open and the user told it.

    What is compared with the owner's account, or with an ARN of it, has to say it as the question does.
    """
    found, told = domain.account_of(owned) if owned else None, domain.settings.archive_account
    return with_symbol(value, found, told) if isinstance(found, Symbol) and told else value


def name_as_told(domain: "Domain", owned: Instance | None, name: str | Symbol | Text) -> str | Symbol | Text:
    """The same for an ARN, or an account."""
    made = as_told(domain, owned, name)
    return made if isinstance(made, str | Symbol | Text) else name
