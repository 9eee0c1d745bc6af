"""The one language for values that every room speaks: what is known, what isn't, and why.

A `Value` is what Terraform calls a value, as far as orgtrail can know it before anything is applied:

- plain Python for what is known: `None`, `bool`, `int`, `float`, `str`, `list`, `dict` (a Terraform set is a list);
- `Symbol` for one fixed string that nobody can spell yet, such as the ARN of a bucket that isn't there yet;
- `Text` for a string with holes: known pieces, symbols and unknowns side by side;
- `Json` for a string that is the JSON encoding of a value, kept as that value so that holes stay where they are;
- `Unknown` for what nothing is known of but the cause;
- `Rest` inside a list: any number (none, too) of further elements that are unknown.

Values are immutable by agreement: nobody changes a list or dict that somebody else handed out.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import msgspec


class Cause(msgspec.Struct, frozen=True, order=True):
    """Why something is unknown, and what would settle it.

    `what` is a phrase without a full stop that names the thing by its Terraform address, such as
    "`local.readers` stands in the source, not in the plan". `settle` is what the user can do about it
    ("give --source"), empty where nothing on our side helps.
    """

    what: str
    settle: str = ""


class Unknown(msgspec.Struct, frozen=True):
    """A value that nothing is known of but why. Two unknowns are never known to be the same value."""

    cause: Cause


#: What a `Symbol` stands for, so which strings it can be:
#: account-id (12 digits), organization-id (`o-[a-z0-9]{10,32}`), root-id (`r-[0-9a-z]{4,32}`),
#: bucket (an S3 bucket name), arn (six colon-separated segments, no wildcard), key-id, region, partition,
#: string (anything).
Kind: TypeAlias = str


class Symbol(msgspec.Struct, frozen=True):
    """One fixed string that can't be spelled yet. Equal identities are the same string.

    It holds no wildcard and no policy variable.

    Two different symbols, or a symbol and a literal that its kind allows, may or may not be equal.
    `identity` is the address it is known by (`aws_s3_bucket.logs.bucket`).
    """

    identity: str
    kind: Kind = "string"


#: What a string with holes is made of.
Part: TypeAlias = "str | Symbol | Unknown | Json"

#: The characters that a symbol of each kind can be made of; None: all.
ALPHABETS: dict[str, frozenset[str] | None] = {
    "account-id": frozenset("0123456789"),
    "organization-id": frozenset("abcdefghijklmnopqrstuvwxyz0123456789-"),
    "root-id": frozenset("abcdefghijklmnopqrstuvwxyz0123456789-"),
    "bucket": frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-"),
    "key-id": frozenset("abcdefghijklmnopqrstuvwxyz0123456789-"),
    "region": frozenset("abcdefghijklmnopqrstuvwxyz0123456789-"),
    "partition": frozenset("abcdefghijklmnopqrstuvwxyz-"),
}


class Text(msgspec.Struct, frozen=True):
    """A string with holes; make it with `text()`. At least one part isn't a plain string, no two plain strings meet."""

    parts: tuple[Part, ...]


class Json(msgspec.Struct, frozen=True):
    """A string: the JSON encoding of `value`, which has holes (else it would be a `str`); `encode_json()` makes it."""

    value: "Value"


class Rest(msgspec.Struct, frozen=True):
    """Stands in a list for any number of further elements, none of which is known."""

    cause: Cause


Value: TypeAlias = (
    "bool | int | float | str | Symbol | Text | Json | Unknown | Rest | list[Value] | dict[str, Value] | None"
)


def text(*parts: "Part | Text") -> str | Symbol | Text | Unknown | Json:
    """The string made of `parts`: a plain `str` where all are known, the part itself where there is but one."""
    flat: list[Part] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif piece != "":
                flat.append(piece)
    if not flat:
        return ""
    return flat[0] if len(flat) == 1 else Text(tuple(flat))


def parts_of(value: "str | Symbol | Text | Unknown | Json") -> tuple[Part, ...]:
    """The parts of any string value, as `text()` would take them."""
    return value.parts if isinstance(value, Text) else (value,)


def can_hold(hole: Part, written: str) -> bool:
    """Whether the string that `hole` stands for may have `written` inside it, as far as its kind tells."""
    if isinstance(hole, Symbol):
        alphabet = ALPHABETS.get(hole.kind)
        return alphabet is None or alphabet.issuperset(written)
    return True


def encode_json(value: "Value") -> "str | Json | Unknown":
    """The JSON encoding of `value` as Terraform's `jsonencode` writes it; a `Json` where `value` has holes."""
    if isinstance(value, Unknown):
        return value
    if is_known(value):
        encoded = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
        # Terraform writes these three as escapes, and the two line separators too.
        for character in "<>&\u2028\u2029":
            encoded = encoded.replace(character, f"\\u{ord(character):04x}")
        return encoded
    return Json(value)


def is_known(value: "Value") -> bool:
    """Whether nothing inside `value` is unknown or symbolic."""
    if isinstance(value, list):
        return all(map(is_known, value))
    if isinstance(value, dict):
        return all(map(is_known, value.values()))
    return not isinstance(value, (Symbol, Text, Json, Unknown, Rest))


def is_fixed(value: "Value") -> bool:
    """Whether `value` is one fixed string, so that an equal value is the same string: no part of it is unknown."""
    return isinstance(value, str | Symbol | Text | Json) and not any(causes(value))


def causes(value: "Value") -> Iterator[Cause]:
    """Every cause inside `value`, in reading order, doubles too. Symbols have none: they are fixed."""
    match value:
        case Unknown(cause) | Rest(cause):
            yield cause
        case Text(parts):
            for part in parts:
                yield from causes(part)
        case Json(inner):
            yield from causes(inner)
        case list():
            for element in value:
                yield from causes(element)
        case dict():
            for element in value.values():
                yield from causes(element)


def map_strings(value: "Value", change: "Callable[[str], Value]") -> "Value":
    """`value` with `change` applied to every known string inside it (dict keys and the known parts of a `Text` too)."""
    match value:
        case str():
            return change(value)
        case Text(parts):
            return text(*(change(part) if isinstance(part, str) else part for part in parts))  # type: ignore[arg-type]
        case Json(inner):
            return encode_json(map_strings(inner, change))
        case list():
            return [map_strings(element, change) for element in value]
        case dict():
            return {str(change(key)): map_strings(element, change) for key, element in value.items()}
    return value


def with_symbol(value: "Value", symbol: Symbol, told: str) -> "Value":
    """`value` with `symbol` spelled as `told`, wherever it stands."""
    match value:
        case Symbol():
            return told if value == symbol else value
        case Text(parts):
            return text(*(with_symbol(part, symbol, told) for part in parts))  # type: ignore[arg-type]
        case Json(inner):
            return encode_json(with_symbol(inner, symbol, told))
        case list():
            return [with_symbol(element, symbol, told) for element in value]
        case dict():
            return {key: with_symbol(element, symbol, told) for key, element in value.items()}
    return value


def show(value: "Value") -> str:
    """`value` as a person reads it in a message: holes as `${address}`."""
    match value:
        case str():
            return value
        case Symbol(identity):
            return f"${{{identity}}}"
        case Text(parts):
            return "".join(map(show, parts))
        case Unknown():
            return "${?}"
        case Json(inner):
            return show(inner)
        case Rest():
            return "..."
        case list():
            return "[" + ", ".join(map(show, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{key}: {show(element)}" for key, element in value.items()) + "}"
    return json.dumps(value)


def unique(found: "Iterable[Cause]") -> tuple[Cause, ...]:
    """`found` without doubles, in order of first sight."""
    return tuple(dict.fromkeys(found))
