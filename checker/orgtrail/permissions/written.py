"""The permissions of a plan as a table and as an IAM policy: in the terminal, as Markdown and as JSON."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from orgtrail.permissions.needs import Needs, Permission
from orgtrail.permissions.stops import Stop
from orgtrail.visible import unseen_escaped

#: A managed policy holds no more characters, white space left out. Source: IAM User Guide, "IAM and AWS STS quotas".
MANAGED = 6144
_SAID = (
    "What the backend asks (state and lock), what commands of provisioners do, and what key and bucket policies say of"
    " the role isn't in a plan, and isn't here."
)


class PlanPermissions(msgspec.Struct, frozen=True):
    """All that is said of one plan."""

    named: str
    needs: Needs
    stops: tuple[Stop, ...]
    #: Whether the input shows an SCP that is attached to anything.
    has_controls: bool


def accounts_of(answer: PlanPermissions) -> list[str]:
    """The accounts in which something is needed, as far as they are shown."""
    return list(dict.fromkeys(one.account for one in answer.needs.permissions))


def policy_of(permissions: Iterable[Permission]) -> dict[str, Any]:
    """The least IAM policy for some permissions: actions on the same resources in one statement."""
    on: dict[str, set[str]] = {}
    for one in permissions:
        on.setdefault(one.action, set()).add(one.resource)
    together: dict[tuple[str, ...], list[str]] = {}
    for action, resources in on.items():
        together.setdefault(("*",) if "*" in resources else tuple(sorted(resources)), []).append(action)
    statements = [
        {
            "Sid": f"Statement{number}",
            "Effect": "Allow",
            "Action": sorted(actions),
            "Resource": list(resources) if len(resources) > 1 else resources[0],
        }
        for number, (resources, actions) in enumerate(sorted(together.items()), 1)
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _policies(answer: PlanPermissions) -> dict[str, dict[str, Any]]:
    return {
        account: policy_of(one for one in answer.needs.permissions if one.account == account)
        for account in accounts_of(answer)
    }


def as_json(answer: PlanPermissions) -> str:
    """For scripts."""
    data = {
        "input": answer.named,
        "permissions": msgspec.to_builtins(answer.needs.permissions),
        "not_known": msgspec.to_builtins(answer.needs.not_known),
        "roles": answer.needs.roles,
        "denied": [
            {
                "action": stop.permission.action,
                "resource": stop.permission.resource,
                "address": stop.permission.address,
                "by": stop.called,
                "statements": stop.statements,
                "doubts": stop.doubts,
            }
            for stop in answer.stops
        ],
        "asked_controls": answer.has_controls,
        "policies": _policies(answer),
    }
    return unseen_escaped(msgspec.json.format(msgspec.json.encode(data), indent=2).decode()) + "\n"


def _rows(answer: PlanPermissions, account: str, *, reading: bool) -> list[tuple[str, str, str]]:
    """What is done and what it is for, each action on each ARN once; reading, which is much, all on an ARN together."""
    rows: dict[tuple[str, str], list[str]] = {}
    for one in answer.needs.permissions:
        if one.account == account and (one.phase == "plan") == reading:
            said = one.address + (" (hidden)" if one.hidden else "")
            rows.setdefault((one.action, one.resource), []).append(said)
    if not reading:
        return [(action, on, ", ".join(dict.fromkeys(of))) for (action, on), of in sorted(rows.items())]
    together: dict[str, tuple[list[str], dict[str, None]]] = {}
    for (action, on), of in sorted(rows.items()):
        actions, addresses = together.setdefault(on, ([], {}))
        actions.append(action)
        addresses |= dict.fromkeys(of)
    return [(", ".join(actions), on, ", ".join(addresses)) for on, (actions, addresses) in together.items()]


def _title(answer: PlanPermissions, account: str) -> str:
    roles = answer.needs.roles.get(account, ())
    shown = f"account {account}" if account.isdigit() else f"an account that the input doesn't show ({account})"
    return f"In {shown}" + (f", as {', '.join(roles)}" if roles else "")


def _notes(answer: PlanPermissions) -> Iterator[str]:
    """What else has to be known."""
    for unknown in answer.needs.not_known:
        some = ", ".join(unknown.addresses[:3]) + (" ..." if len(unknown.addresses) > _SOME else "")
        yield f"not known: what the provider calls for {unknown.type} ({some})"
    for account, policy in _policies(answer).items():
        size = len(json.dumps(policy, separators=(",", ":")))
        if size > MANAGED:
            yield f"the policy for {account} has {size} characters, and a managed policy at most {MANAGED}: split it"
    yield from _stopped(answer)
    yield _SAID


_SOME = 3


def _stopped(answer: PlanPermissions) -> Iterator[str]:
    if not answer.has_controls:
        yield "no SCP was asked: the input shows none that is attached to anything"
    elif not answer.stops:
        yield "no Deny of an SCP of the input takes any of it away (allow lists of SCPs aren't asked)"
    for stop in answer.stops:
        of = f"{stop.permission.action} for {stop.permission.address}"
        by = f"{stop.called}" + (f" ({', '.join(stop.statements)})" if stop.statements else "")
        if stop.doubts:
            yield f"may be denied: {of}, by {by}: {'; '.join(stop.doubts)}"
        else:
            yield f"denied: {of}, by {by}, whatever the role is allowed"


def as_text(answer: PlanPermissions) -> str:
    """For a terminal."""
    blocks = []
    policies = _policies(answer)
    for account in accounts_of(answer):
        rows = _rows(answer, account, reading=False)
        widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
        table = [f"  {action:<{widths[0]}}  {on:<{widths[1]}}  {of}" for action, on, of in rows]
        blocks.append("\n".join([f"{_title(answer, account)}, to apply it:", *table]))
        looking = [f"  on {on}, for {of}:\n    {actions}" for actions, on, of in _rows(answer, account, reading=True)]
        blocks += ["\n".join(["To read what is there:", *looking])] if looking else []
        blocks.append(f"As a policy:\n{json.dumps(policies[account], indent=2)}")
    blocks.append("\n".join(_notes(answer)))
    return "\n\n".join(blocks) + "\n"


def as_markdown(answer: PlanPermissions) -> str:
    """For a pull request."""
    from orgtrail.report.markdown_marks import code, escaped

    lines: list[str] = []
    policies = _policies(answer)
    for account in accounts_of(answer):
        lines += [f"## {escaped(_title(answer, account))}", "", "| action | on | for |", "| --- | --- | --- |"]
        for reading in (False, True):
            rows = _rows(answer, account, reading=reading)
            said = "reading: " if reading else ""
            lines += [f"| {said}{code(action)} | {code(on)} | {escaped(of)} |" for action, on, of in rows]
        lines += ["", "```json", json.dumps(policies[account], indent=2), "```", ""]
    lines += [f"- {escaped(one)}" for one in _notes(answer)]
    return "\n".join(lines) + "\n"


FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}
