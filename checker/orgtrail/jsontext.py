"""JSON text with holes: what Terraform's `jsondecode` and IAM's parser make of it, holes staying holes.

A hole inside a JSON string stays a hole of that string. A hole where a JSON value stands is that value if it is JSON
itself (`Json`), else an unknown value.
"""

import json
from collections.abc import Callable
from typing import Any

from orgtrail.values import Cause, Json, Part, Symbol, Text, Unknown, Value, text

#: Stands for hole number n while the JSON parser reads: this character, n, this character. It comes from the last
#: private plane of Unicode; text that already holds it isn't decoded.
_MARK = "\U0010fffd"

Pairs = Callable[[list[tuple[str, Any]]], Any]


def decode(value: Value, pairs: Pairs | None = None) -> Value:
    """The value that the JSON text `value` stands for; an `Unknown` where nothing of it is known.

    `pairs` is called with the members of each object in order, doubles too, and returns what stands for the object.
    Raises ValueError where it isn't JSON or is nested too deeply.
    """
    match value:
        case Json(inner):
            return inner
        case Unknown():
            return value
        case Symbol(identity):
            return Unknown(Cause(f"`{identity}` holds JSON that nobody can read yet"))
        case str():
            return _parse(value, (), pairs)
        case Text(parts):
            return _decode_text(parts, pairs)
    raise ValueError(f"expected JSON text, found {type(value).__name__}")


def _decode_text(parts: tuple[Part, ...], pairs: Pairs | None) -> Value:
    written = ""
    inside = escaped = False
    holes: list[Part] = []
    for part in parts:
        if not isinstance(part, str):
            mark = f"{_MARK}{len(holes)}{_MARK}"
            written += mark if inside else f'"{mark}"'
            holes.append(part)
            continue
        if _MARK in part:
            raise ValueError("the text holds a character that orgtrail keeps for itself")
        written += part
        for character in part:
            if escaped:
                escaped = False
            elif inside and character == "\\":
                escaped = True
            elif character == '"':
                inside = not inside
    return _parse(written, tuple(holes), pairs)


def _parse(written: str, holes: tuple[Part, ...], pairs: Pairs | None) -> Value:
    try:
        parsed: Any = json.loads(written, object_pairs_hook=pairs, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    filled: Value = _fill(parsed, holes) if holes else parsed
    return filled


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} isn't JSON")


def _fill(parsed: Any, holes: tuple[Part, ...]) -> Any:
    """`parsed` with the marks replaced by the holes that they stand for."""
    if isinstance(parsed, str):
        return _fill_string(parsed, holes)
    if isinstance(parsed, list):
        return [_fill(element, holes) for element in parsed]
    if isinstance(parsed, dict):
        filled = {}
        for key, element in parsed.items():
            name = _fill_string(key, holes)
            if not isinstance(name, str):
                # An object whose keys aren't known isn't known at all.
                hole = next(hole for hole in holes if not isinstance(hole, str))
                return hole if isinstance(hole, Unknown) else Unknown(Cause("the name of a member isn't known"))
            filled[name] = _fill(element, holes)
        return filled
    if isinstance(parsed, tuple):
        return tuple(_fill(element, holes) for element in parsed)
    return parsed


def _fill_string(parsed: str, holes: tuple[Part, ...]) -> Value:
    if _MARK not in parsed:
        return parsed
    pieces = parsed.split(_MARK)
    if len(pieces) == 3 and not pieces[0] and not pieces[2]:
        hole = holes[int(pieces[1])]
        return hole.value if isinstance(hole, Json) else hole
    return text(*(holes[int(piece)] if position % 2 else piece for position, piece in enumerate(pieces)))
