"""The judging of `trail-maker-is-allowed`."""

from collections.abc import Iterator

from orgtrail.iam import evaluate
from orgtrail.iam.guards import Guard
from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail, trail_arn
from orgtrail.provider.calls import OF_TRAIL
from orgtrail.results import RequestWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.controls import denied
from orgtrail.rules.shared.deploying import covers_account, request_of
from orgtrail.rules.shared.verdicts import if_organization, is_set, proved, undecided
from orgtrail.values import Cause, show


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
    resource = show(trail_arn(domain.accounts, trail))
    for guard in guards:
        for action in asked:
            request, settled = request_of(domain, trail.instance, account, action, resource)
            is_denied, by, unclear = denied(guard.policy, request, settled)
            if not is_denied and not unclear:
                continue
            covers = covers_account(guard, account)
            if covers is False:
                continue
            if is_denied and covers is True and isinstance(account, str):
                return _stopped(trail, guard, request, by)
            doubts += [covers] if isinstance(covers, Cause) else unclear or [_whose(trail)]
    if doubts:
        return undecided(trail.address, "whether an SCP stops the account that makes the trail isn't known", doubts)
    ground = "no SCP of the input denies it" if guards else "the input shows no SCP that is attached to anything"
    return proved(trail.address, "no SCP stops the account that makes the trail", ground)


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
    for attribute, asked in OF_TRAIL.items():
        given = now.get(attribute)
        wanted = (
            given is not False if attribute == "enable_logging" else is_set(given) is True or isinstance(given, list)
        )
        if wanted and (trail.instance.is_made or given != (trail.instance.before or {}).get(attribute)):
            yield from asked


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
