"""A policy that names the same things by other ARNs: objects behind an access point, as objects of the bucket.

Two policies that one request has to pass are compared on one set of resources. A pattern of the first (`*` and `?` are
wildcards) that reaches what lies under one ARN becomes the patterns of all that it leaves to be matched there.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

from orgtrail.iam.statements import Names, PolicyDocument, Statement, Words
from orgtrail.values import Cause, Symbol, Text, Unknown, parts_of, show, text

#: A pattern or a name, piece by piece: characters, symbols, holes.
_Pieces: TypeAlias = tuple["str | Symbol | Unknown", ...]


class Move(msgspec.Struct, frozen=True):
    """From the ARN `start` to the ARN `to`: that one alone (`whole`), or everything that begins with it."""

    start: Words
    to: Words
    whole: bool = False


def relocated(policy: PolicyDocument, moves: Sequence[Move]) -> PolicyDocument:
    """`policy` with its resources moved; what no move reaches is dropped.

    Where a name that isn't known yet decides whether a pattern reaches a start, it becomes a hole.
    """
    statements = tuple(_statement(statement, moves) for statement in policy.statements)
    return msgspec.structs.replace(policy, statements=statements)


def _statement(statement: Statement, moves: Sequence[Move]) -> Statement:
    values = tuple(
        dict.fromkeys(found for value in statement.resources.values for move in moves for found in _moved(value, move))
    )
    return msgspec.structs.replace(statement, resources=Names(values, statement.resources.rest))


def _moved(value: Words, move: Move) -> Iterable[Words]:
    if isinstance(value, Unknown):
        return (value,)
    left = _left(_pieces(value), _pieces(move.start))
    if left is None:
        return (Unknown(Cause(f"whether `{show(value)}` names `{show(move.start)}` isn't known")),)
    if move.whole:
        return (move.to,) if any(all(piece == "*" for piece in rest) for rest in left) else ()
    return tuple(_joined(move.to, rest) for rest in left)


def _joined(to: Words, rest: _Pieces) -> Words:
    made = text(*parts_of(to), *rest)
    assert isinstance(made, str | Symbol | Text | Unknown)  # noqa: S101 - it is made of such parts
    return made


def _pieces(words: Words) -> _Pieces:
    found: list[str | Symbol | Unknown] = []
    for part in parts_of(words):
        if isinstance(part, str):
            found += part
        elif isinstance(part, Symbol | Unknown):
            found.append(part)
        else:
            found.append(Unknown(Cause(f"`{show(part)}` isn't known")))
    return tuple(found)


def _left(pattern: _Pieces, start: _Pieces) -> list[_Pieces] | None:
    """What `pattern` leaves to be matched behind `start`, in every way to match it; None where that can't be told."""
    places = _closure(pattern, {0})
    for wanted in start:
        following: set[int] = set()
        for place in places:
            if place == len(pattern):
                continue
            piece = pattern[place]
            if piece == "*":
                following.add(place)
            elif piece == wanted or (piece == "?" and isinstance(wanted, str)):
                following.add(place + 1)
            elif not isinstance(piece, str) or not isinstance(wanted, str) or _begins_variable(pattern, place):
                return None
        places = _closure(pattern, following)
    return [pattern[place:] for place in sorted(places) if not (place and pattern[place - 1] == "*")]


def _begins_variable(pattern: _Pieces, place: int) -> bool:
    return pattern[place : place + 2] == ("$", "{")


def _closure(pattern: _Pieces, places: set[int]) -> set[int]:
    """The places, and those behind a star that matches nothing."""
    found = set(places)
    for place in sorted(places):
        while place < len(pattern) and pattern[place] == "*":
            place += 1
            found.add(place)
    return found
