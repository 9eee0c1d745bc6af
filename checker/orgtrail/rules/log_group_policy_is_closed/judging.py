"""Who may use the trail's log group: the judging of `log-group-policy-is-closed`."""

from collections.abc import Iterator

import msgspec

from orgtrail.arn import cut
from orgtrail.iam import document
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.iam.statements import Condition, PolicyDocument, Principals, Statement
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_groups import LogGroup, found_log_groups, is_with
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.results import FactWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import all_of
from orgtrail.values import Text, Unknown, parts_of, show, text, unique

_WRITE = ("logs:PutLogEvents", "logs:CreateLogStream")
_ACTIONS = (
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
    "logs:StartQuery",
    "logs:StartLiveTail",
    "logs:PutSubscriptionFilter",
    "logs:DeleteLogGroup",
    *_WRITE,
)
_SOURCES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each resource policy in the account and region of a trail's log group."""
    holders = [one for one in domain.estate.of_type("aws_cloudwatch_log_resource_policy") if one.stays]
    for group in found_log_groups(domain.estate, domain.accounts, domain.organization_trails):
        for holder in holders:
            place = is_with(domain.accounts, holder, group)
            if place is not False:
                policy = policy_in(domain.estate, holder, "policy_document")
                yield _judge(domain, group, policy, place)


def _judge(domain: Domain, group: LogGroup, policy: Policy, place: bool | Unknown) -> Finding:
    trail = group.trail
    owned = domain.owned_of(trail)
    parsed = document.parse(domain.accounts.as_told(owned, policy.value))
    arn = domain.accounts.name_as_told(owned, group.arn(domain.accounts.partition))
    # AWS's policies name a log group by its ARN with `:*` behind, and its streams by `:log-stream:NAME`.
    streams = text(arn, ":*")
    assert isinstance(streams, str | Text)  # noqa: S101 - it ends with a literal
    target = Target((("log-group", arn), ("log-group", streams), ("log-stream", streams)))
    world = domain.world(owned, [trail])
    account = domain.accounts.name_as_told(owned, group.account)
    others = (*world.trusted_accounts, world.owner_account)
    world = msgspec.structs.replace(world, owner_account=account, trusted_accounts=tuple(dict.fromkeys(others)))
    at = (policy.attribute,)
    case = domain.ask(parsed, world, of=policy.instance)
    reads = case.nobody_may(["service"], [action for action in _ACTIONS if action not in _WRITE], target)
    outcome = all_of((case.nobody_may(["member", "outside"], _ACTIONS, target), reads))
    loose = domain.ask(_for_anybody(parsed), world, of=policy.instance).nobody_may(["outside"], _WRITE, target)
    doubts = [place.cause] if isinstance(place, Unknown) else []
    if doubts and (outcome.verdict, loose.verdict) != ("proved", "proved"):
        outcome = Outcome("undecided", unknowns=(*doubts, *outcome.unknowns))
        loose = outcome
    if outcome.witness is not None:
        seen = outcome.witness
        message = f"the policy allows {seen.caller} to call {seen.action} on the trail's log group"
        return Finding(address=policy.address, at=at, verdict="violated", message=message, witness=seen)
    if loose.witness is not None:
        label = ", ".join(loose.witness.allowed_by)
        found = next(one for one in parsed.statements if one.label == loose.witness.allowed_by[0])
        services = ", ".join(map(show, found.principals.services))
        witness = FactWitness(policy.attribute, f"{label} without a source", "aws:SourceAccount or aws:SourceArn")
        message = f"{services} may write into the trail's log group for any account"
        return Finding(address=policy.address, at=at, verdict="violated", message=message, witness=witness)
    unknowns = (*outcome.unknowns, *loose.unknowns)
    if unknowns:
        message = "whether the policy opens the trail's log group can't be told"
        return Finding(address=policy.address, at=at, verdict="undecided", message=message, unknowns=unique(unknowns))
    message = "the policy doesn't open the trail's log group"
    because = (*policy.grounds, *outcome.because)
    return Finding(address=policy.address, at=at, verdict="proved", message=message, because=because)


def _for_anybody(parsed: PolicyDocument) -> PolicyDocument:
    """What a policy leaves to services for whoever asks them: their statements, as if they were for everybody."""
    statements = []
    for statement in parsed.statements:
        if statement.effect == "Deny":
            statements.append(statement)
        elif statement.principals.services and not any(map(_is_source, statement.conditions)):
            statements.append(_for_everybody(statement))
    return msgspec.structs.replace(parsed, statements=tuple(statements), rest=())


def _for_everybody(statement: Statement) -> Statement:
    # A source that is anybody's keeps nobody away.
    others = tuple(condition for condition in statement.conditions if condition.key not in _SOURCES)
    return msgspec.structs.replace(
        statement, principals=Principals(everyone=True), not_principal=False, conditions=others
    )


def _is_source(condition: Condition) -> bool:
    """Whether a condition says for whom a service may work."""
    operator = condition.operator
    if condition.key not in _SOURCES or isinstance(operator, Unknown) or operator.negated or operator.if_exists:
        return False
    return (
        operator.quantifier != "all"
        and operator.family != "null"
        and all(map(_names_somebody, condition.values.values))
    )


def _names_somebody(value: object) -> bool:
    """Whether a value of a source key is somebody's: an ARN names an account, or one thing."""
    spelled = "".join(part if isinstance(part, str) else "-" for part in parts_of(value))  # type: ignore[arg-type]
    segments = cut(spelled)
    if len(segments) < 6:
        return not spelled.startswith(("*", "?"))
    *_, account, resource = segments
    return "*" not in account and (account != "" or "*" not in resource)
