"""Numbers, dates and addresses: how conditions compare them, and the pieces that a policy cuts them into."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from math import isfinite
from typing import Any

from orgtrail.iam.conditions import Operator
from orgtrail.iam.statements import Condition
from orgtrail.iam.symbols import Spelling, spell
from orgtrail.iam.world import TIME_STARTS
from orgtrail.values import Symbol, Unknown, parts_of


@lru_cache(8192)
def _number(word: str) -> float | None:
    try:
        found = float(word)
    except ValueError:
        return None
    # What is written larger than any number is none to AWS either.
    return found if isfinite(found) else None


@lru_cache(8192)
def _date(word: str) -> float | None:
    if re.fullmatch(r"-?[0-9]{5,}(\.[0-9]+)?", word):
        return float(word)
    try:
        found = datetime.fromisoformat(word.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


@lru_cache(8192)
def _network(word: str) -> Any:
    from ipaddress import ip_network

    try:
        return ip_network(word, strict=False)
    except ValueError:
        return None


#: For each kind, what a spelling means; None where it means nothing.
READERS: dict[str, Any] = {"numeric": _number, "date": _date, "ip": _network}


def comparison(operator: Operator, wanted: Sequence[Any]) -> Callable[[Any], bool]:
    """Whether what is held, read, stands to some value of `wanted` as the operator says."""
    if not wanted:
        return lambda _: False
    if operator.family == "ip":
        return _within(wanted)
    match operator.comparison:
        case "<":
            return lambda held: bool(held < max(wanted))
        case "<=":
            return lambda held: bool(held <= max(wanted))
        case ">":
            return lambda held: bool(held > min(wanted))
        case ">=":
            return lambda held: bool(held >= min(wanted))
    values = frozenset(wanted)
    return lambda held: held in values


def _within(networks: Sequence[Any]) -> Callable[[Any], bool]:
    """Whether an address (a network of one) is in one of `networks`."""
    from bisect import bisect

    ranges = sorted((one.version, int(one.network_address), int(one.broadcast_address)) for one in networks)
    # Networks lie inside each other or apart, so of those that start before an address the widest end decides.
    ends: list[tuple[int, int]] = []
    for version, _, last in ranges:
        widest = max(last, ends[-1][1]) if ends and ends[-1][0] == version else last
        ends.append((version, widest))

    def inside(held: Any) -> bool:
        version, address = held.version, int(held.network_address)
        place = bisect(ranges, (version, address, 1 << 200)) - 1
        return place >= 0 and ends[place][0] == version and address <= ends[place][1]

    return inside


#: The families of operators that know more than "the same".
ORDERED = frozenset(("numeric", "date", "ip"))
#: What keys hold by their nature, and the operators that it is compared with: `epoch` is a moment in seconds, `public
#: ip` an address that requests to a public endpoint come from.
_OPERATORS: Mapping[str, frozenset[str]] = {
    "numeric": frozenset(("numeric",)),
    "date": frozenset(("date",)),
    "epoch": frozenset(("numeric", "date")),
    "ip": frozenset(("ip",)),
    "public ip": frozenset(("ip",)),
}
#: What nobody sends a request to a public endpoint from, and gets an answer: networks that are private, loopback,
#: link-local, shared by carriers, multicast or reserved (RFC 6890). Of IPv6, 2000::/3 alone is given out (RFC 4291,
#: "Global Unicast Addresses"; IANA's registry). Documentation's networks stand for any.
_NEVER_PUBLIC = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/3",
    "4000::/2",
    "8000::/1",
)
#: Stands for what a caller may put into a string that a policy reads as a number, a date or an address. AWS doesn't say
#: what a comparison with it comes to.
UNREADABLE = "not-a-number"


def measured(conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions on keys that are compared as a number, a date or an address at least once: all that `cuts` needs.

    Most policies have none, and a proof cuts for every caller and action.
    """
    keys = {c.key for c in conditions if not isinstance(c.operator, Unknown) and c.operator.family in ORDERED}
    return [condition for condition in conditions if condition.key in keys]


def cuts(
    conditions: Iterable[Condition], kinds: Mapping[str, str], spelling: Spelling, since: float = TIME_STARTS
) -> dict[str, tuple[str, ...]]:
    """For each key compared as a number, a date or an address: a value of each piece it is cut into.

    `kinds` says what keys hold by nature; a key that is a string by nature is cut where all operators on it agree.
    Moments before `since` are over.
    """
    families: dict[str, set[str]] = {}
    words: dict[str, list[str]] = {}
    for condition in conditions:
        if isinstance(condition.operator, Unknown) or isinstance(condition.key, Unknown):
            continue
        if condition.operator.family == "null":
            continue
        families.setdefault(condition.key, set()).add(condition.operator.family)
        for value in condition.values.values:
            parts = parts_of(value)
            if all(isinstance(part, (str, Symbol)) for part in parts):
                words.setdefault(condition.key, []).append(spell(value, spelling))
    found: dict[str, tuple[str, ...]] = {}
    for key, used in families.items():
        ordered = used & ORDERED
        native = kinds.get(key, "string")
        if ordered & _OPERATORS.get(native, frozenset()):
            kind = native
        elif native == "string" and len(used) == 1 and ordered:
            kind = next(iter(ordered))
        else:
            continue
        pieces = _pieces(kind, words.get(key, []), since)
        found[key] = pieces if native == kind else (*pieces, UNREADABLE)
    return found


def _points(marks: list[float], step: float) -> list[float]:
    """The marks, and one point on each side of each."""
    if not marks:
        return []
    between = [(before + after) / 2 for before, after in pairwise(marks)]
    sides = [marks[0] - step, *between, marks[-1] + step]
    return [*(one for pair in zip(sides, marks, strict=False) for one in pair), sides[-1]]


def _pieces(kind: str, words: list[str], since: float) -> tuple[str, ...]:
    if kind in ("ip", "public ip"):
        return _address_pieces(words, public=kind == "public ip")
    dated = kind in ("date", "epoch")
    read = READERS["date" if dated else kind]
    marks = sorted({parsed for word in words if (parsed := read(word)) is not None})
    points = _points(marks, 86400.0) if dated else _points(marks, 1.0) or [1.0]
    if dated:
        points = [point for point in points if point >= since] or [since]
        if since not in points:
            points.insert(0, since)
        return tuple(map(_written if kind == "date" else _seconds, points))
    return tuple(f"{point:g}" if point == int(point) and abs(point) < 1e6 else repr(point) for point in points)


#: The last second that has a date of four digits.
_LAST_DATE = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()


def _written(moment: float) -> str:
    if moment > _LAST_DATE:
        return f"{moment:.0f}"
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def first_day(since: float) -> str:
    """The day on which a moment is."""
    return datetime.fromtimestamp(since, UTC).date().isoformat()


def _seconds(moment: float) -> str:
    return f"{moment:.0f}" if moment == int(moment) else repr(moment)


def _address_pieces(words: list[str], *, public: bool) -> tuple[str, ...]:
    from ipaddress import ip_address

    starts: dict[Any, None] = {}
    for word in (*words, *(_NEVER_PUBLIC if public else ())):
        network = _network(word)
        if network is None:
            continue
        starts[network.network_address] = None
        last = network.broadcast_address
        if int(last) + 1 < 2 ** (32 if network.version == 4 else 128):
            starts[last + 1] = None
    for default in ("198.51.100.7", "0.0.0.0", "2001:db8::7", "::"):  # noqa: S104
        starts.setdefault(ip_address(default), None)
    ordinary = [ip_address("198.51.100.7")]
    found = [*ordinary, *(one for one in starts if one not in ordinary)]
    if public:
        never = _within([_network(network) for network in _NEVER_PUBLIC])
        found = [one for one in found if not never(_network(str(one)))]
    return tuple(map(str, found))
