"""What an SCP or RCP makes of one concrete request, where some of what it looks at differs from caller to caller."""

from collections.abc import Container, Iterator

import msgspec

from orgtrail.iam import evaluate
from orgtrail.iam.conditions import Operator
from orgtrail.iam.statements import Condition, PolicyDocument, Statement
from orgtrail.values import Cause

_ARN = "aws:principalarn"


def denied(
    policy: PolicyDocument, request: evaluate.Request, settled: Container[str]
) -> tuple[bool, tuple[str, ...], tuple[Cause, ...]]:
    """Whether a policy denies a request, by which statements, and why that isn't certain.

    `settled` are the condition keys of which `request` says what such a request always carries; a condition on any
    other is open.
    """
    by: list[str] = []
    doubts: list[Cause] = [*policy.rest]
    for statement in policy.statements:
        if statement.effect != "Deny":
            doubts += [] if isinstance(statement.effect, str) else [statement.effect.cause]
            continue
        if binds_root_only(statement):
            continue
        known = [condition for condition in statement.conditions if condition.key in settled]
        shut = msgspec.structs.replace(statement, conditions=tuple(known), unknown_conditions=())
        alone = evaluate.decide(msgspec.structs.replace(policy, statements=(shut,), rest=()), request).denied
        if alone is False:
            continue
        open_ones = [*_open(statement, settled), *statement.unknown_conditions]
        if alone is None and not open_ones:
            open_ones.append(Cause(f"part of `{statement.label}` isn't known", "give --source DIR"))
        if open_ones:
            doubts += open_ones
        else:
            by.append(statement.label)
    return bool(by), tuple(by), tuple(dict.fromkeys(doubts))


def _open(statement: Statement, settled: Container[str]) -> Iterator[Cause]:
    for condition in statement.conditions:
        if condition.key not in settled:
            yield Cause(f"the condition on `{condition.spelled}` in `{statement.label}` differs from caller to caller")


def binds_root_only(statement: Statement) -> bool:
    """Whether a statement speaks of nobody but root users: no service, and no Terraform, acts as one.

    It is the commonest SCP of all (Organizations guide, "Service control policy examples").
    """
    return any(_is_root(condition) for condition in statement.conditions)


def _is_root(condition: Condition) -> bool:
    operator, values = condition.operator, condition.values
    if condition.key != _ARN or not isinstance(operator, Operator) or operator.negated or operator.if_exists:
        return False
    if operator.family not in ("string", "like", "arn") or operator.quantifier == "all":
        return False
    return (
        bool(values.values)
        and not values.rest
        and all(isinstance(value, str) and value.endswith(":root") for value in values.values)
    )
