"""The statement that would nearly allow a request, and what of it fails: what somebody meant to write.

Source: IAM User Guide, "Policy evaluation logic". It speaks to people; no verdict rests on it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from orgtrail.iam.conditions import Operator
from orgtrail.iam.evaluate import Parts, Request, parts
from orgtrail.iam.statements import Condition, Names, PolicyDocument, Statement
from orgtrail.values import Symbol, show

#: So many values of a list are named.
_FEW = 3


class _Failure(NamedTuple):
    """What of a statement doesn't fit: how far off that is, and in words."""

    weight: int
    words: str


def near_miss(policy: PolicyDocument, request: Request, spelling: Mapping[Symbol, str]) -> str:
    """The Allow that nearly matches, and why it doesn't; empty where none comes near.

    Near is a statement for this caller of which one other thing fails, or nothing but conditions.
    """
    best: tuple[int, str] | None = None
    for statement in policy.statements:
        applies = parts(statement, request, spelling, policy.has_variables)
        if statement.effect != "Allow" or applies.principal is False:
            continue
        failures = _failures(applies, statement, request)
        weight = sum(failure.weight for failure in failures)
        if not failures or (len(failures) > 1 and any(one.weight == _FAR for one in failures)):
            continue
        if best is None or weight < best[0]:
            best = weight, f"`{statement.label}` would allow it, but {' and '.join(one.words for one in failures)}"
    return best[1] if best else ""


#: A whole element that doesn't fit is further off than a condition that fails.
_FAR = 2


def _failures(applies: Parts, statement: Statement, request: Request) -> list[_Failure]:
    found = []
    if applies.action is False:
        found.append(_Failure(_FAR, f"it is for {_listed(statement.actions, statement.not_action)}"))
    if applies.resource is False:
        found.append(_Failure(_FAR, f"it is for {_listed(statement.resources, statement.not_resource)}"))
    for condition, holds in zip(statement.conditions, applies.conditions, strict=True):
        if holds is False:
            found.append(_Failure(1, _asks(condition, request)))
    return found


def _listed(names: Names, negated: bool) -> str:
    values = [f"`{show(value)}`" for value in names.values]
    shown = ", ".join(values[:_FEW]) + (f" and {len(values) - _FEW} more" if len(values) > _FEW else "")
    return f"all but {shown}" if negated else shown


def _asks(condition: Condition, request: Request) -> str:
    """What a condition asks for, and what the request has."""
    held = request.context.get(condition.key) if isinstance(condition.key, str) else None
    shown = ", ".join(f"`{one}`" for one in ((held,) if isinstance(held, str) else held or ())) or "none"
    negated = isinstance(condition.operator, Operator) and condition.operator.negated
    wanted = f"{'other than ' if negated else ''}{_listed(condition.values, False)}"
    return f"its `{condition.spelled}` is to be {wanted}, and the request has {shown}"
