"""Nothing that Terraform marks sensitive is printed: results are cleaned before any report sees them."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from orgtrail.errors import InputError
from orgtrail.results import Result
from orgtrail.secrets import SHORT_SECRET, Secrets

_AnyData = TypeVar("_AnyData")

REPLACEMENT = "(sensitive value)"

#: So much of a longer secret is looked for where a message may have cut it off.
_BEGINNING = 8

#: The fields that hold words of the input; addresses, rule ids and verdicts are never secret.
_FIELDS = ("message", "witness", "unknowns", "because", "fix", "excerpt", "order")


def redacted(result: Result, secrets: Secrets) -> Result:
    """`result` without any of the strings in `secrets`."""
    if not secrets:
        return result
    without = _cleaner(secrets)
    changed = {}
    for field in _FIELDS:
        changed[field] = mapped(getattr(result, field), without, names=True)
    return msgspec.structs.replace(result, **changed)


def cleaned(data: _AnyData, secrets: Secrets) -> _AnyData:
    """Any plain data without any of the strings in `secrets`."""
    return mapped(data, _cleaner(secrets), names=True) if secrets else data


def without_secrets(error: InputError, secrets: Secrets) -> InputError:
    """The same error, with nothing in its words that Terraform marks sensitive."""
    error.args = (cleaned(str(error), secrets),)
    return error


def _cleaner(secrets: Secrets) -> Callable[[str], str]:
    """Takes every secret out of a text: as it is, as JSON writes it, and cut off where a message is shortened."""
    spelled = {
        one: secret for secret in secrets if secret for one in (secret, json.dumps(secret)[1:-1], _one_line(secret))
    }
    longest_first = sorted(spelled, key=len, reverse=True)

    def without(text: str) -> str:
        for secret in longest_first:
            is_there = text == secret or (len(secret) >= SHORT_SECRET and secret in text)
            if is_there and secrets.hides(spelled[secret]):
                text = text.replace(secret, REPLACEMENT)
            if len(secret) > _BEGINNING and secret[:_BEGINNING] in text and secrets.hides(spelled[secret]):
                text = _without_beginnings(text, secret)
        return text

    return without


def _one_line(secret: str) -> str:
    """A secret as it stands in a message, which has no line breaks."""
    return " ".join(secret.split())


def _without_beginnings(text: str, secret: str) -> str:
    """`text` without the beginnings of `secret` at which it, or something quoted in it, breaks off."""
    made = ""
    while (start := text.find(secret[:_BEGINNING])) >= 0:
        end = start
        while end < len(text) and end - start < len(secret) and text[end] == secret[end - start]:
            end += 1
        breaks_off = end == len(text) or text[end] in "`'\"\u2026\n" or text.startswith("...", end)
        made += text[:start] + (REPLACEMENT if breaks_off else text[start:end])
        text = text[end:]
    return made + text


def mapped(data: _AnyData, change: Callable[[str], str], *, names: bool = False) -> _AnyData:
    """Plain data with `change` applied to every string in it; to the keys of dicts only with `names`."""
    found: Any = data
    match data:
        case str():
            found = change(data)
        case tuple():
            found = tuple(mapped(element, change, names=names) for element in data)
        case list():
            found = [mapped(element, change, names=names) for element in data]
        case dict():
            found = {
                change(key) if names and isinstance(key, str) else key: mapped(element, change, names=names)
                for key, element in data.items()
            }
        case msgspec.Struct():
            fields = {name: mapped(getattr(data, name), change, names=names) for name in data.__struct_fields__}
            found = msgspec.structs.replace(data, **fields)
    made: _AnyData = found
    return made
