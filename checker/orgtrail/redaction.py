"""Nothing that Terraform marks sensitive is printed: results are cleaned before any report sees them."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from orgtrail.results import Result

AnyData = TypeVar("AnyData")

REPLACEMENT = "(sensitive value)"

#: Shorter secrets are only replaced where they are the whole of a text: "a" inside every word says nothing.
_SHORT = 4

#: The fields that hold words of the input; addresses, rule ids and verdicts are never secret.
_FIELDS = ("message", "witness", "unknowns", "because", "fix")


def redacted(result: Result, secrets: set[str]) -> Result:
    """`result` without any of the strings in `secrets`."""
    if not secrets:
        return result
    longest_first = _longest_first(secrets)
    changed = {}
    for field in _FIELDS:
        changed[field] = _clean(getattr(result, field), longest_first)
    return msgspec.structs.replace(result, **changed)


def cleaned(data: AnyData, secrets: set[str]) -> AnyData:
    """Any plain data without any of the strings in `secrets`."""
    found: AnyData = _clean(data, _longest_first(secrets)) if secrets else data
    return found


def _longest_first(secrets: set[str]) -> list[str]:
    return sorted((secret for secret in secrets if secret), key=len, reverse=True)


def _clean(data: Any, secrets: list[str]) -> Any:
    def without(text: str) -> str:
        for secret in secrets:
            if text == secret or (len(secret) >= _SHORT and secret in text):
                text = text.replace(secret, REPLACEMENT)
        return text

    return mapped(data, without)


def mapped(data: AnyData, change: Callable[[str], str]) -> AnyData:
    """Plain data with `change` applied to every string in it, keys of dicts left out."""
    found: Any = data
    match data:
        case str():
            found = change(data)
        case tuple():
            found = tuple(mapped(element, change) for element in data)
        case list():
            found = [mapped(element, change) for element in data]
        case dict():
            found = {key: mapped(element, change) for key, element in data.items()}
        case msgspec.Struct():
            fields = {name: mapped(getattr(data, name), change) for name in data.__struct_fields__}
            found = msgspec.structs.replace(data, **fields)
    made: AnyData = found
    return made
