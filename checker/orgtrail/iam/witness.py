"""A point of the search as a request that people can read."""

from collections.abc import Iterable
from typing import Any

import msgspec

from orgtrail.arn import cut_user_id
from orgtrail.iam import evaluate
from orgtrail.iam.boxes import RESOURCE, Frame
from orgtrail.iam.domains import ABSENT
from orgtrail.iam.facts import Facts, Mentions
from orgtrail.iam.principals import Caller
from orgtrail.iam.search import Held, Point, Space
from orgtrail.iam.services import Lent
from orgtrail.iam.statements import PolicyDocument
from orgtrail.iam.symbols import unspell
from orgtrail.results import RequestWitness


def samples(pattern: str, caller: Caller, facts: Facts) -> tuple[str, ...]:
    """Names that match `pattern` (most of them) and look like what CloudTrail writes."""
    if "*" not in pattern and "?" not in pattern:
        return (pattern,)
    if ":s3:" not in pattern:
        return (pattern.replace("*", "any").replace("?", "x"),)
    logged = caller.account or facts.management_account
    owners = (f"{facts.organization_id}/{logged}", logged, facts.management_account)
    home = facts.home_region
    tail = f"CloudTrail/{home}/2026/01/31/{logged}_CloudTrail_{home}_20260131T0000Z_x.json.gz"
    head, under, rest = pattern.partition("AWSLogs/")
    plain = head.replace("*", "").replace("?", "x")
    found = [f"{plain}AWSLogs/{owner}/{tail}" for owner in owners]
    if not under:
        found = [pattern.replace("*", f"AWSLogs/{owner}/{tail}", 1).replace("*", "") for owner in owners]
    elif rest != "*":
        found += [f"{plain}AWSLogs/{rest.replace('*', end, 1).replace('*', '')}" for end in (f"{logged}/{tail}", tail)]
    else:
        found.append(f"{plain}AWSLogs/{owners[0]}/{tail.replace('CloudTrail', 'CloudTrail-Digest')}")
    return tuple(dict.fromkeys(found))


def _context(point: Point, frame: Frame, keys: Iterable[str], space: Space) -> dict[str, Held]:
    """A value for each key: the point's, or any where the point has none."""
    context: dict[str, Held] = {}
    for key in keys:
        if frame.is_open(key):
            continue
        space.domains[key] = frame.domain(key)
        if key in point:
            context[key] = point[key]
        else:
            solved = space.solve(key, ())
            context[key] = solved[0] if solved else None
    return context


def request_at(point: Point, frame: Frame, action: str, mentioned: Mentions, space: Space) -> evaluate.Request:
    """The whole request that `point` stands for, with a value for each key that the policies mention.

    `space` holds the dimensions of the frame.
    """
    caller: Caller = frame.caller
    always = ("aws:principalservicename",) if caller.kind == "service" else ("aws:principalarn", "aws:userid")
    context = _context(point, frame, dict.fromkeys([*mentioned.keys, *always]), space)
    arn = context.get("aws:principalarn")
    service = str(context.get("aws:principalservicename") or "") if caller.kind == "service" else ""
    principal = service or (arn if isinstance(arn, str) else "*")
    if caller.kind == "user" and "aws:username" in context:
        context["aws:username"] = principal.rpartition("/")[2]
    session = ""
    if caller.kind == "role":
        session = cut_user_id(str(context.get("aws:userid") or ":session"))[1]
    return evaluate.Request(
        principal=principal,
        account=caller.account or "",
        session=session,
        service=service,
        acting_for=caller.acts_for if isinstance(caller, Lent) else "",
        action=action,
        resource=str(point[RESOURCE]),
        context={key: value for key, value in context.items() if value is not None},
    )


def _left_out(request: evaluate.Request, policy: PolicyDocument, frame: Frame) -> list[str]:
    """The keys that the request mustn't carry to get through: it would, or might, be another answer with them."""
    found: dict[str, None] = {}
    for statement in policy.statements:
        applies = evaluate.parts(statement, request, frame.spelling, policy.has_variables)
        if not (applies.principal and applies.action and applies.resource):
            continue
        # An Allow holds because nothing is there, a Deny fails for it.
        sought = statement.effect != "Deny"
        for condition, holds in zip(statement.conditions, applies.conditions, strict=True):
            key = condition.key
            if isinstance(key, str) and key not in request.context and holds is sought and _may_carry(frame, key):
                found[condition.spelled] = None
    return list(found)


def _may_carry(frame: Frame, key: str) -> bool:
    """Whether such a caller's requests may carry a key, on one way through the network or another."""
    caller = frame.caller
    ways = [caller]
    if caller.kind != "service":
        ways = [msgspec.structs.replace(caller, endpoint=through) for through in (False, True)]
    return any(way.domain(key, frame.action) != ABSENT for way in ways)


def in_words(
    request: evaluate.Request,
    decision: evaluate.Decision,
    policy: PolicyDocument,
    mentioned: Mentions,
    frame: Frame,
) -> RequestWitness:
    """The request as a report shows it: with the keys that matter, and symbols by their address."""
    spelling = frame.spelling

    def back(held: Any) -> Any:
        return unspell(held, spelling) if isinstance(held, str) else [unspell(one, spelling) for one in held]

    return RequestWitness(
        principal=back(request.principal),
        account=back(request.account),
        acting_for=back(request.acting_for),
        action=request.action,
        resource=back(request.resource),
        context={
            mentioned.keys[key]: back(held) for key, held in sorted(request.context.items()) if key in mentioned.keys
        },
        without=tuple(_left_out(request, policy, frame)),
        allowed_by=decision.allowed_by,
        not_denied_by=tuple(
            statement.label
            for statement in policy.statements
            if statement.effect == "Deny" and statement.label not in decision.denied_by
        ),
        denied_by=decision.denied_by,
    )
