"""What an input looks like: the order, the access matrix and the policies, for the formats that draw them.

Made from an Estate as rules see it, and plain data afterwards: reports see nothing else.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from orgtrail.jsontext import decode
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_keys import key_arn
from orgtrail.organization.policies import Policy
from orgtrail.redaction import cleaned
from orgtrail.results import (
    AccessCell,
    AccessChange,
    AccessRow,
    AccessTable,
    PolicyText,
    Result,
    ShownEvidence,
    StatementText,
    View,
)
from orgtrail.values import Cause, Json, Symbol, Text, Unknown, Value, causes, show, unique
from orgtrail.views.ordering import ordering
from orgtrail.views.record import origin, who_is_who

if TYPE_CHECKING:
    from orgtrail.views.access import Cell

#: Rows of the matrix in which a yes is what orgtrail is there to find.
_MUST_STAY_OUT = frozenset(
    {"any member account", "other services, for anybody", "outside the organization", "anonymous"}
)
_QUOTED = re.compile(r"`([^`]+)`")


def _must_stay_out(row: str) -> bool:
    """Whether a yes in a row is a hole. A member, or an account that only a policy names, has a row of its own."""
    return row in _MUST_STAY_OUT or row.startswith(("member ", "account "))


def view(domain: Domain, results: Iterable[Result]) -> View:
    """The view of one input, without what Terraform marks sensitive."""
    estate = domain.estate
    made = View(
        input=estate.input.path,
        diagram=ordering(domain, results),
        access=tuple(_access(domain)),
        policies=tuple(_policies(domain)),
        changes=tuple(_changes(domain)) if estate.input.kind == "plan" else None,
        origin=origin(estate),
        accounts=tuple(who_is_who(domain)),
        evidence=_evidence(domain),
    )
    return cleaned(made, domain.secrets)


def _evidence(domain: Domain) -> ShownEvidence | None:
    seen = domain.surroundings.elsewhere
    return ShownEvidence(seen.ground, seen.hours, seen.is_stale) if seen else None


def unseen(domain: Domain, cause: Cause) -> View:
    """A view that shows nothing but why."""
    told = PolicyText(address="", attribute="", statements=(), unknowns=(cause,))
    return cleaned(View(input=domain.estate.input.path, policies=(told,)), domain.secrets)


def _access(domain: Domain) -> Iterator[AccessTable]:
    """The access matrix of every log bucket and key."""
    from orgtrail.views.access import matrix

    tables: dict[str, dict[str, list[AccessCell]]] = {}
    for cell in matrix(domain):
        tables.setdefault(cell.subject, {}).setdefault(cell.principal, []).append(_cell(cell))
    called = _called(domain)
    known = _known_accounts(domain)
    for subject, rows in tables.items():
        name, kind = called.get(subject, ("", "bucket"))
        yield AccessTable(
            subject,
            tuple(AccessRow(row, tuple(cells), _must_stay_out(row), known.get(row, ())) for row, cells in rows.items()),
            name,
            kind,
        )


def _called(domain: Domain) -> dict[str, tuple[str, Literal["bucket", "key"]]]:
    """What each bucket and key is called, by the address of what holds its policy."""
    found: dict[str, tuple[str, Literal["bucket", "key"]]] = {}
    for bucket in domain.log_buckets:
        name = bucket.name if isinstance(bucket.name, str) else ""
        found |= dict.fromkeys((bucket.address, *(policy.address for policy in bucket.policies)), (name, "bucket"))
    for key in domain.log_keys:
        arn = key_arn(key)
        name = arn if isinstance(arn, str) else ""
        found |= {policy.address: (name, "key") for policy in key.policies}
    return found


def _known_accounts(domain: Domain) -> dict[str, tuple[str, ...]]:
    """The accounts that rows of the matrix stand for."""
    management = domain.accounts.management_account
    owners = dict.fromkeys(domain.accounts.owner_of(bucket.owned) for bucket in domain.log_buckets)
    return {
        "management account": (management,) if isinstance(management, str) else (),
        "archive account": tuple(one for one in owners if isinstance(one, str)),
        "trusted accounts": domain.settings.trusted_accounts,
    }


def _cell(cell: "Cell") -> AccessCell:
    answer = {"yes": "yes", "no": "no"}.get(cell.allowed, "unknown")
    named = dict.fromkeys(name for ground in cell.stopped_by for name in _QUOTED.findall(ground))
    statements = cell.witness.allowed_by if cell.witness else tuple(named) if answer == "no" else ()
    return AccessCell(cell.action, answer, tuple(dict.fromkeys(cell.stopped_by)), statements, cell.witness)  # type: ignore[arg-type]


def _changes(domain: Domain) -> Iterator[AccessChange]:
    """What the plan newly allows and denies: the actions that share an answer together."""
    from orgtrail.views.access import changes

    alike: dict[tuple[str, str, str, str, tuple[str, ...]], list[str]] = {}
    for cell in changes(domain):
        newly = {"+": "allowed", "-": "denied"}[cell.action[0]]
        answer = "yes" if cell.allowed == "yes" else "unknown"
        why = () if answer == "yes" else cell.stopped_by
        alike.setdefault((cell.subject, cell.principal, newly, answer, why), []).append(cell.action[1:])
    for (subject, principal, newly, answer, why), actions in alike.items():
        yield AccessChange(subject, principal, newly, tuple(actions), answer, why, _must_stay_out(principal))  # type: ignore[arg-type]


def _policies(domain: Domain) -> Iterator[PolicyText]:
    """The policies of log buckets and of the keys, each once."""
    found = [policy for bucket in domain.log_buckets for policy in bucket.policies]
    found += [policy for key in domain.log_keys for policy in key.policies]
    seen: set[tuple[str, str]] = set()
    for policy in found:
        key = (policy.address, policy.attribute)
        if key not in seen:
            seen.add(key)
            yield _policy_text(domain, policy)


def _policy_text(domain: Domain, policy: Policy) -> PolicyText:
    place = domain.estate.place(policy.address, policy.attribute)
    document = _document(policy.value)
    unknowns = unique(causes(policy.value))
    listed = document.get("Statement") if isinstance(document, dict) else None
    if isinstance(listed, dict):
        listed = [listed]
    if not isinstance(listed, list):
        raw = "" if isinstance(policy.value, Unknown) else show(policy.value)
        return PolicyText(policy.address, policy.attribute, (), place, raw, unknowns)
    statements = tuple(_statement(position, one) for position, one in enumerate(listed))
    return PolicyText(policy.address, policy.attribute, statements, place, "", unknowns)


def _document(value: Value) -> Value:
    """A policy as a value, out of any of the forms in which its JSON may come; what can't be read stays as it is."""
    try:
        return decode(value)
    except (ValueError, RecursionError):
        return value


def _statement(position: int, statement: Value) -> StatementText:
    if not isinstance(statement, dict):
        return StatementText(f"Statement[{position}]", "?", _written(statement))
    sid = statement.get("Sid")
    effect = statement.get("Effect")
    return StatementText(
        name=sid if isinstance(sid, str) and sid else f"Statement[{position}]",
        effect=effect if isinstance(effect, str) else "?",
        json=_written(statement),
    )


def _written(value: Value) -> str:
    """JSON to read: holes stand as `${address}`."""
    return json.dumps(_shown(value), indent=2, ensure_ascii=False)


def _shown(value: Value) -> object:
    match value:
        case dict():
            return {key: _shown(element) for key, element in value.items()}
        case list():
            return [_shown(element) for element in value]
        case Symbol() | Text() | Unknown() | Json():
            return show(value)
        case None | bool() | int() | float() | str():
            return value
    return show(value)
