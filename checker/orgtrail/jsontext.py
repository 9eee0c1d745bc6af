"""JSON text with holes: what Terraform's `jsondecode` and IAM's parser make of it, holes staying holes.

A hole inside a JSON string stays a hole of that string. A hole where a JSON value stands is that value if it is JSON
itself (`Json`), else an unknown value; between the brackets of a list it may be any number of elements (`Rest`).
"""

import json
import re
from collections.abc import Callable
from typing import Any

from orgtrail.values import Cause, Json, Part, Rest, Symbol, Text, Unknown, Value, causes, text

#: Stand for hole number n while the JSON parser reads: the character, n, the character; one for holes inside strings,
#: one for holes that stand as values. They come from the last private plane of Unicode.
_INSIDE = "\U0010fffd"
_OUTSIDE = "\U0010fffc"
#: Text that already holds one of them, or spells it with escapes, isn't decoded where there are holes to mark.
_TAKEN = rf"(?i)[{_OUTSIDE}{_INSIDE}]|\\udbff\\udff[cd]"

_SURROGATE = "[\ud800-\udfff]"

#: Makes an object of its members, in order and with doubles; a name with a hole isn't a `str`.
Pairs = Callable[[list[tuple[Value, Value]]], Any]


def decode(value: Value, pairs: Pairs | None = None) -> Value:
    """The value that the JSON text `value` stands for; an `Unknown` where nothing of it is known.

    `pairs` makes each object of its members; without it the last of two members with one name counts, and an object
    with a name that isn't known is unknown. Raises ValueError where it isn't JSON or is nested too deeply.
    """
    match value:
        case Json(inner):
            return inner
        case Unknown():
            return value
        case Symbol(identity):
            return Unknown(Cause(f"`{identity}` holds JSON that nobody can read yet"))
        case str():
            return _parse(value, (), pairs or _object)
        case Text(parts):
            return _decode_text(parts, pairs or _object)
    raise ValueError(f"expected JSON text, found {type(value).__name__}")


def _object(members: list[tuple[Value, Value]]) -> Value:
    made: dict[str, Value] = {}
    for name, element in members:
        if not isinstance(name, str):
            return Unknown(next(causes(name), Cause("the name of a member isn't known")))
        made[name] = element
    return made


def _decode_text(parts: tuple[Part, ...], pairs: Pairs) -> Value:
    written: list[str] = []
    inside = escaped = False
    holes: list[Part] = []
    for part in parts:
        if not isinstance(part, str):
            mark = _INSIDE if inside else _OUTSIDE
            written.append(f"{mark}{len(holes)}{mark}" if inside else f'"{mark}{len(holes)}{mark}"')
            holes.append(part)
            continue
        if re.search(_TAKEN, part):
            raise ValueError("the text holds a character that orgtrail keeps for itself")
        written.append(part)
        for character in part:
            if escaped:
                escaped = False
            elif inside and character == "\\":
                escaped = True
            elif character == '"':
                inside = not inside
    return _parse("".join(written), tuple(holes), pairs)


def _parse(written: str, holes: tuple[Part, ...], pairs: Pairs) -> Value:
    def members(found: list[tuple[str, Any]]) -> Any:
        # Objects are made from the inside out, so what is inside of a member's value is an object of ours already.
        return pairs([(_fill_string(name, holes), _fill(element, holes)) for name, element in found])

    try:
        parsed = json.loads(written, object_pairs_hook=members, parse_constant=_refuse)
        filled: Value = _fill(parsed, holes)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    return filled


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} isn't JSON")


def _fill(parsed: Any, holes: tuple[Part, ...]) -> Any:
    """A string or list with the marks replaced by the holes that they stand for; objects are filled when made."""
    if isinstance(parsed, str):
        return _fill_string(parsed, holes)
    if isinstance(parsed, list):
        return [_element(element, holes) for element in parsed]
    return parsed


def _element(element: Any, holes: tuple[Part, ...]) -> Value:
    filled: Value = _fill(element, holes)
    if isinstance(filled, Unknown) and isinstance(element, str) and element.startswith(_OUTSIDE):
        # What stands unquoted between commas may be several elements, or none.
        return Rest(filled.cause)
    return filled


def _fill_string(parsed: str, holes: tuple[Part, ...]) -> Value:
    if not holes:
        # Half a pair of surrogates is no character; Go, so terraform and AWS, puts this one in its place.
        return parsed if parsed.isascii() else re.sub(_SURROGATE, "\ufffd", parsed)
    if parsed.startswith(_OUTSIDE):
        return _as_value(holes[int(parsed.strip(_OUTSIDE))])
    if _INSIDE not in parsed:
        return parsed
    pieces = parsed.split(_INSIDE)
    return text(*(_as_string(holes[int(piece)]) if odd % 2 else piece for odd, piece in enumerate(pieces)))


def _as_value(hole: Part) -> Value:
    match hole:
        case Json(inner):
            return inner
        case Symbol(identity):
            return Unknown(Cause(f"`{identity}` stands where JSON has a value"))
    return hole


def _as_string(hole: Part) -> Part:
    return Unknown(next(causes(hole), Cause("JSON inside a string"))) if isinstance(hole, Json) else hole
