"""Amazon Resource Names, with holes: `arn:partition:service:region:account:resource`.

Only the sixth segment may hold colons of its own. A hole before it that may hold some hides where the segments are.
Source: AWS General Reference, "Amazon Resource Names (ARNs)".
"""

from collections.abc import Iterator

import msgspec

from orgtrail.values import Part, Symbol, Text, Value, can_hold, parts_of, text

#: Segments of an ARN.
_SEGMENTS = 6


class Arn(msgspec.Struct, frozen=True):
    """An ARN, taken apart; each segment is a string, or what stands for it."""

    partition: Value
    service: Value
    region: Value
    account: Value
    resource: Value


def cut(written: str) -> list[str]:
    """The segments of a text, of which the sixth holds the rest; fewer where it is no ARN."""
    return written.split(":", _SEGMENTS - 1)


def segments(value: Value) -> list[Value]:
    """Everything between the colons of a string that may have holes."""
    return [text(*pieces) for pieces in _pieces(value, -1)]


def read_arn(value: Value) -> Arn | None:
    """A value as an ARN; None where it isn't one, or where nobody can tell its segments apart."""
    if not isinstance(value, str | Text) or hides_segments(value):
        return None
    found = list(_pieces(value, _SEGMENTS - 1))
    if len(found) != _SEGMENTS or found[0] != ["arn"]:
        return None
    return Arn(*(text(*pieces) for pieces in found[1:]))


def account_in(arn: Value) -> str | Symbol | None:
    """The account that an ARN names, the symbol for it too; None where it names none, or isn't known."""
    read = read_arn(arn)
    account = read.account if read else None
    return account if isinstance(account, str | Symbol) and account != "" else None


def region_in(arn: Value) -> str | Symbol | None:
    """The region that an ARN names, in the same way."""
    read = read_arn(arn)
    region = read.region if read else None
    return region if isinstance(region, str | Symbol) and region != "" else None


def last_segment(arn: str) -> str:
    """What stands behind the last colon: the name of a topic, say."""
    return arn.rpartition(":")[2]


def log_group_in(arn: str) -> str:
    """The name in `...:log-group:NAME:*`; empty where there is none."""
    return arn.partition(":log-group:")[2].partition(":")[0]


def cut_user_id(userid: str) -> tuple[str, str]:
    """The id of a role, and the name of its session: `aws:userid` is `AROA...:session`, that of a user its id alone.

    Source: IAM User Guide, "IAM identifiers", "Unique identifiers".
    """
    own, _, session = userid.partition(":")
    return own, session


def hides_segments(value: Value) -> bool:
    """Whether a hole before the resource may hold a colon, so that nobody can tell where the segments are."""
    colons = 0
    for part in parts_of(value) if isinstance(value, str | Symbol | Text) else ():
        if colons >= _SEGMENTS - 1:
            return False
        if isinstance(part, str):
            colons += part.count(":")
        elif can_hold(part, ":"):
            return True
    return False


def _pieces(value: Value, most: int) -> Iterator[list[Part]]:
    """The parts between the first `most` colons, all of them where it is negative."""
    pieces: list[Part] = []
    for part in parts_of(value) if isinstance(value, str | Symbol | Text) else ():
        if not isinstance(part, str):
            pieces.append(part)
            continue
        first, *others = part.split(":", most)
        pieces.append(first)
        most -= len(others) if most >= 0 else 0
        for other in others:
            yield pieces
            pieces = [other]
    yield pieces
