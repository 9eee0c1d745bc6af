"""Nothing that Terraform marks sensitive is printed: results are cleaned before any report sees them."""

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
    match data:
        case str():
            for secret in secrets:
                if data == secret or (len(secret) >= _SHORT and secret in data):
                    data = data.replace(secret, REPLACEMENT)
            return data
        case tuple():
            return tuple(_clean(element, secrets) for element in data)
        case list():
            return [_clean(element, secrets) for element in data]
        case dict():
            return {key: _clean(element, secrets) for key, element in data.items()}
        case msgspec.Struct():
            fields = {name: _clean(getattr(data, name), secrets) for name in data.__struct_fields__}
            return msgspec.structs.replace(data, **fields)
    return data
