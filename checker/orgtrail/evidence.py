"""Evidence: what `orgtrail audit` saw of a living organization, kept as JSON that a person can read.

It holds resources by their Terraform types and attribute names, so it becomes an Estate like every other input: `audit`
runs the rules on it, and `check --evidence` asks it what a single stack doesn't show. What couldn't be seen stays in it
as a hole with its cause. It holds no credentials, and of accounts only ids.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from orgtrail import files
from orgtrail.errors import InputError
from orgtrail.estate import Estate, Instance, Values
from orgtrail.results import Input
from orgtrail.values import Cause, Rest, Unknown

#: The version of the format, the value of its first member. Members may be added under it; none changes its meaning.
VERSION = 1

EXPECTED = "what `orgtrail audit --save FILE` writes"
SEE_AGAIN = "see again with `orgtrail audit --save FILE`"

#: How holes are written: an object with this only member stands for one value, and for any number in a list.
_HOLE = "orgtrail_unseen"
_REST = "orgtrail_unseen_rest"

#: Evidence of the largest organization is far smaller (bytes).
LARGEST = 200_000_000
#: How far ahead of ours the clock may be that wrote the evidence.
_SKEW = timedelta(minutes=10)

#: JSON nested deeper than this isn't read; what `audit` writes is a dozen deep.
_MAX_DEPTH = 100


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that AWS showed, as Terraform would hold it.

    `values` are its attributes, with holes; None says that AWS was asked for it and that it isn't there.
    """

    type: str
    address: str
    account: str = ""
    mode: str = "managed"
    values: dict[str, Any] | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen, when and as whom. `calls` counts the requests by the permission that each needed."""

    orgtrail_evidence: int
    orgtrail: str
    seen_at: datetime
    seen_as: str
    account: str
    region: str
    calls: dict[str, int]
    resources: tuple[Seen, ...]


def write(evidence: Evidence) -> str:
    """The evidence as JSON text with a line break at its end."""
    data: dict[str, Any] = msgspec.to_builtins(
        msgspec.structs.replace(evidence, resources=(), seen_at=evidence.seen_at.replace(microsecond=0))
    )
    data["resources"] = [
        msgspec.to_builtins(msgspec.structs.replace(seen, values=None))
        | {"values": None if seen.values is None else _with_marks(seen.values)}
        for seen in evidence.resources
    ]
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"


def read(file: str) -> Evidence:
    """The evidence in a file. Raises InputError where it isn't evidence, or is of a version that isn't known."""
    try:
        content = files.read(file, LARGEST, pipes=True)
    except OSError as error:
        raise InputError(file, (error.strerror or type(error).__name__).lower(), EXPECTED) from None
    except ValueError as error:
        raise InputError(repr(file), str(error), EXPECTED) from None
    try:
        version = msgspec.json.decode(content, type=_Version).orgtrail_evidence
        if version is None:
            raise InputError(file, "isn't evidence", EXPECTED)
        if version != VERSION:
            raise InputError(file, f"is evidence of version {version}", str(VERSION), "a newer orgtrail may know it")
        found = msgspec.json.decode(content, type=Evidence)
    except msgspec.DecodeError as error:
        message = str(error)
        raise InputError(file, f"isn't evidence ({message[0].lower()}{message[1:]})", EXPECTED) from None
    except RecursionError:
        raise InputError(file, "is nested too deeply", EXPECTED) from None
    if found.seen_at.tzinfo is None:
        raise InputError(file, "`seen_at` names no time zone", "a time such as 2026-01-31T12:00:00Z")
    resources = tuple(
        msgspec.structs.replace(seen, values=None if seen.values is None else _without_marks(file, seen.values))
        for seen in found.resources
    )
    return msgspec.structs.replace(found, resources=resources)


class _Version(msgspec.Struct):
    orgtrail_evidence: int | None = None


def _with_marks(value: Any) -> Any:
    """A value as plain JSON, holes written as objects with one telling member."""
    match value:
        case Unknown(cause):
            return {_HOLE: {"what": cause.what, "settle": cause.settle}}
        case Rest(cause):
            return {_REST: {"what": cause.what, "settle": cause.settle}}
        case dict():
            return {name: _with_marks(element) for name, element in value.items()}
        case list():
            return [_with_marks(element) for element in value]
    return value


def _without_marks(file: str, value: Any, depth: int = 0) -> Any:
    """The value that `_with_marks` wrote."""
    if depth > _MAX_DEPTH:
        raise InputError(file, f"is nested over {_MAX_DEPTH} deep", EXPECTED)
    if isinstance(value, list):
        return [_without_marks(file, element, depth + 1) for element in value]
    if not isinstance(value, dict):
        return value
    if _HOLE in value or _REST in value:
        try:
            cause = msgspec.convert(value.get(_HOLE, value.get(_REST)), Cause)
        except msgspec.ValidationError:
            raise InputError(file, "has a hole without a cause", EXPECTED) from None
        return Unknown(cause) if _HOLE in value else Rest(cause)
    return {name: _without_marks(file, element, depth + 1) for name, element in value.items()}


def estate_of_evidence(evidence: Evidence, read_from: Input) -> Estate:
    """The Estate of what was seen: everything is there already, and nothing is done to it.

    Each account, and each region of one, is a provider configuration of its own.
    """
    providers: dict[str, Values] = {}
    for seen in evidence.resources:
        if seen.account:
            settings: Values = {"allowed_account_ids": [seen.account], "region": _region(seen)}
            providers[_provider(seen)] = {name: value for name, value in settings.items() if value}
    return Estate(read_from, map(_instance, evidence.resources), providers=providers)


def _provider(seen: Seen) -> str:
    return " ".join(part for part in (seen.account, _region(seen)) if seen.account and part)


def _region(seen: Seen) -> str:
    """The region that a thing is in; empty where it is in none, or in one that wasn't seen."""
    values = seen.values or {}
    region = values.get("home_region") or values.get("region")
    return region if isinstance(region, str) else ""


def _instance(seen: Seen) -> Instance:
    def values() -> Values | None:
        return seen.values

    return Instance(
        address=seen.address,
        block=seen.address,
        module=(),
        mode=seen.mode,
        type=seen.type,
        name=seen.address,
        provider=_provider(seen),
        read_before=values,
        read_after=values,
    )


def live_input(evidence: Evidence) -> Input:
    """What a live organization is called in reports."""
    for seen in evidence.resources:
        organization = (seen.values or {}).get("id")
        if seen.type == "aws_organizations_organization" and isinstance(organization, str):
            return Input(f"organization {organization}", "live")
    return Input(f"account {evidence.account}", "live")


class Elsewhere(msgspec.Struct, frozen=True):
    """Evidence as `check` uses it: an Estate of what exists outside the input, and a ground that says who saw it when.

    `is_stale` says that it is older than `--evidence-max-age`: then all but the ids in `estate` are holes.
    """

    name: str
    estate: Estate
    ground: str
    is_stale: bool = False
    #: How old it is, where that was looked at.
    hours: float = 0


def elsewhere(file: str, max_age: float, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Elsewhere:
    """The evidence in a file, fit to be asked: facts where it is fresh, unknowns with that cause where it is not.

    `max_age` is in hours. Raises InputError where it can't be read, or claims to come from the future.
    """
    evidence = read(file)
    age = now() - evidence.seen_at
    if age < -_SKEW:
        raise InputError(file, f"was seen at {evidence.seen_at:%Y-%m-%dT%H:%M:%S%z}, which is yet to come", EXPECTED)
    hours = age.total_seconds() / 3600
    if hours <= max_age:
        return msgspec.structs.replace(elsewhere_of(evidence, file), hours=max(hours, 0))
    what = f"the evidence in {file} is {hours:.0f} hours old, more than {max_age:g}"
    stale = _stale(evidence, Cause(what, f"{SEE_AGAIN}, or raise --evidence-max-age"))
    return msgspec.structs.replace(elsewhere_of(stale, file), is_stale=True, hours=hours)


def elsewhere_of(evidence: Evidence, name: str) -> Elsewhere:
    """Evidence as it is, under the name that messages call it by."""
    ground = f"{name}, seen at {evidence.seen_at:%Y-%m-%d %H:%M %Z} as {evidence.seen_as}"
    return Elsewhere(name, estate_of_evidence(evidence, Input(name, "live")), ground)


#: What stays of stale evidence: who is who, for an id never comes to mean another thing.
_LASTING = ("id", "arn", "master_account_id", "bucket", "name", "policy_id")


def _stale(evidence: Evidence, cause: Cause) -> Evidence:
    def hidden(values: dict[str, Any]) -> dict[str, Any]:
        return {name: value if name in _LASTING else Unknown(cause) for name, value in values.items()}

    resources = tuple(
        msgspec.structs.replace(seen, values=hidden(seen.values))
        for seen in evidence.resources
        if seen.values is not None
    )
    return msgspec.structs.replace(evidence, resources=resources)
