"""The judging of `trail-maker-is-allowed`."""

from collections.abc import Iterator

from orgtrail.iam import evaluate
from orgtrail.iam.guards import Guard
from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail, trail_arn
from orgtrail.results import RequestWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.controls import denied
from orgtrail.rules.shared.verdicts import if_organization, is_set, proved, undecided
from orgtrail.values import Cause, Symbol, show

#: What is asked of CloudTrail for an argument of `aws_cloudtrail`, beside CreateTrail or UpdateTrail.
_FOR = {
    "enable_logging": "cloudtrail:StartLogging",
    "event_selector": "cloudtrail:PutEventSelectors",
    "advanced_event_selector": "cloudtrail:PutEventSelectors",
    "insight_selector": "cloudtrail:PutInsightSelectors",
    "tags": "cloudtrail:AddTags",
}
#: What every request to CloudTrail carries that isn't the caller's own choice.
_SETTLED = frozenset(
    {
        "aws:principalaccount",
        "aws:principalisawsservice",
        "aws:requestedregion",
        "aws:principalorgid",
        "aws:viaawsservice",
    }
)


def judge(domain: Domain) -> Iterator[Finding]:
    """A finding for each organization trail; nobody makes one that a living organization shows."""
    if domain.is_live:
        return
    for trail in domain.organization_trails:
        yield if_organization([trail], _judge(domain, trail))


def _judge(domain: Domain, trail: Trail) -> Finding:
    account = domain.accounts.account_of(trail.instance)
    if account == domain.accounts.management_account:
        ground = f"its provider acts in the management account {show(account)}, which no SCP binds"
        return proved(trail.address, "no SCP stops the account that makes the trail", ground)
    asked = list(_asked(trail))
    if not asked:
        return proved(trail.address, "no SCP stops the trail", "the plan asks nothing of CloudTrail for it")
    guards = [guard for guard in domain.guards if guard.kind == "SCP"]
    doubts: list[Cause] = []
    for guard in guards:
        for action in asked:
            request, settled = _request(domain, trail, account, action)
            is_denied, by, unclear = denied(guard.policy, request, settled)
            if not is_denied and not unclear:
                continue
            covers = _covers(guard, account)
            if covers is False:
                continue
            if is_denied and covers is True and isinstance(account, str):
                return _stopped(trail, guard, request, by)
            doubts += [covers] if isinstance(covers, Cause) else unclear or [_whose(trail)]
    if doubts:
        return undecided(trail.address, "whether an SCP stops the account that makes the trail isn't known", doubts)
    ground = "no SCP of the input denies it" if guards else "the input shows no SCP that is attached to anything"
    return proved(trail.address, "no SCP stops the account that makes the trail", ground)


def _covers(guard: Guard, account: str | Symbol) -> bool | Cause:
    own = show(account) if isinstance(account, Symbol) else account
    return guard.covers(own, show, stands_for_others=False)


def _whose(trail: Trail) -> Cause:
    what = f"the input doesn't show which account the provider of `{trail.address}` acts in: SCPs bind all but one"
    return Cause(
        what, "let the provider say who it is (`allowed_account_ids`, `assume_role`), or give --management-account"
    )


def _asked(trail: Trail) -> Iterator[str]:
    """What the plan asks of CloudTrail for a trail."""
    actions, now = trail.instance.actions, trail.instance.now
    if trail.instance.is_made:
        yield "cloudtrail:CreateTrail"
    elif "update" in actions:
        yield "cloudtrail:UpdateTrail"
    else:
        return
    for attribute, action in _FOR.items():
        given = now.get(attribute)
        wanted = (
            given is not False if attribute == "enable_logging" else is_set(given) is True or isinstance(given, list)
        )
        if wanted and (trail.instance.is_made or given != (trail.instance.before or {}).get(attribute)):
            yield action


def _request(
    domain: Domain, trail: Trail, account: str | Symbol, action: str
) -> tuple[evaluate.Request, frozenset[str]]:
    """What the trail's provider asks, and the condition keys of it that are certain."""
    own = account if isinstance(account, str) else "999999999999"
    region = domain.accounts.region_of(trail.instance)
    organization = domain.accounts.organization_id
    context = {
        "aws:principalaccount": own,
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
        "aws:requestedregion": region if isinstance(region, str) else "",
        "aws:principalorgid": organization if isinstance(organization, str) else "",
    }
    settled = {key for key in _SETTLED if context[key]}
    principal = _role(domain, trail)
    if principal:
        context["aws:principalarn"] = principal
        settled.add("aws:principalarn")
    if not isinstance(account, str):
        settled.discard("aws:principalaccount")
    request = evaluate.Request(
        principal=principal or f"arn:{domain.accounts.partition}:iam::{own}:role/any",
        account=own,
        action=action,
        resource=show(trail_arn(domain.accounts, trail)),
        context=context,
    )
    return request, frozenset(settled)


def _role(domain: Domain, trail: Trail) -> str:
    """The role that the trail's provider assumes last; empty where it isn't known."""
    roles = domain.estate.providers.get(trail.instance.provider, {}).get("assume_role")
    last = roles[-1] if isinstance(roles, list) and roles else None
    arn = last.get("role_arn") if isinstance(last, dict) else None
    return arn if isinstance(arn, str) else ""


def _stopped(trail: Trail, guard: Guard, request: evaluate.Request, by: tuple[str, ...]) -> Finding:
    return Finding(
        address=trail.address,
        verdict="violated",
        message=f"{guard.called} denies {request.action} to account {request.account}, which makes the trail",
        witness=RequestWitness(
            principal=request.principal,
            account=request.account,
            action=request.action,
            resource=request.resource,
            context={},
            denied_by=by,
        ),
    )
