"""What whoever applies a plan asks of AWS, as a request that SCPs are asked about."""

from orgtrail.estate import Instance
from orgtrail.iam import evaluate
from orgtrail.iam.guards import Guard
from orgtrail.organization.domain import Domain
from orgtrail.values import Cause, Symbol, show

#: What every such request carries that isn't the caller's own choice.
_SETTLED = frozenset(
    {
        "aws:principalaccount",
        "aws:principalisawsservice",
        "aws:requestedregion",
        "aws:principalorgid",
        "aws:viaawsservice",
    }
)


def covers_account(guard: Guard, account: str | Symbol) -> bool | Cause:
    """Whether an SCP binds the account that a provider acts in."""
    own = show(account) if isinstance(account, Symbol) else account
    return guard.covers(own, show, stands_for_others=False)


def request_of(
    domain: Domain, instance: Instance, account: str | Symbol, action: str, resource: str
) -> tuple[evaluate.Request, frozenset[str]]:
    """What the provider of a resource asks, and the condition keys of it that are certain."""
    own = account if isinstance(account, str) else "999999999999"
    region = domain.accounts.region_of(instance)
    organization = domain.accounts.organization_id
    context = {
        "aws:principalaccount": own,
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
        "aws:requestedregion": region if isinstance(region, str) else "",
        "aws:principalorgid": organization if isinstance(organization, str) else "",
    }
    settled = {key for key in _SETTLED if context[key]}
    principal = role_of(domain, instance)
    if principal:
        context["aws:principalarn"] = principal
        settled.add("aws:principalarn")
    if not isinstance(account, str):
        settled.discard("aws:principalaccount")
    request = evaluate.Request(
        principal=principal or f"arn:{domain.accounts.partition}:iam::{own}:role/any",
        account=own,
        action=action,
        resource=resource,
        context=context,
    )
    return request, frozenset(settled)


def role_of(domain: Domain, instance: Instance) -> str:
    """The role that the provider of a resource assumes last; empty where it isn't known."""
    roles = domain.estate.providers.get(instance.provider, {}).get("assume_role")
    last = roles[-1] if isinstance(roles, list) and roles else None
    arn = last.get("role_arn") if isinstance(last, dict) else None
    return arn if isinstance(arn, str) else ""
