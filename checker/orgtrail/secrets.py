"""What Terraform marks sensitive, and which strings no report may print for it.

A value that is marked is hidden wherever it stands. Of a document that is marked as a whole (a policy in a sensitive
variable) the strings inside are hidden, too, but for those that are no secret: words of AWS's own, and what the input
says in the clear somewhere else. Otherwise one sensitive policy would blot the words of every other one's report.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec

from orgtrail.values import Json, Text

#: Shorter secrets only count where they are the whole of a text: "a" inside every word says nothing.
SHORT_SECRET = 4


class Fragment(str):
    """A string inside a document that is marked as a whole."""

    __slots__ = ()


class Secrets(set[str]):
    """The strings that no report may print: marked values (`whole`), and pieces of marked documents.

    `readers` give what the input says in the clear; they are asked once, and only where a piece is about to be printed.
    """

    def __init__(self, found: Iterable[str] = ()) -> None:
        super().__init__()
        self.whole: set[str] = set()
        self.readers: list[Callable[[], Iterable[str]]] = []
        self._clear: set[str] | None = None
        self.update(found)

    def update(self, *found: Iterable[str]) -> None:
        """Add what `secrets_in` found."""
        for one in (one for many in found for one in many):
            plain = str(one)
            if not isinstance(one, Fragment):
                self.whole.add(plain)
            self.add(plain)

    def beside(self, others: Iterable["Secrets"]) -> "Secrets":
        """These together with those of other inputs: what one of them hides, nobody prints."""
        joined = Secrets()
        for one in (self, *others):
            joined |= one
            joined.whole |= one.whole
            joined.readers += one.readers
        return joined

    def hides(self, secret: str) -> bool:
        """Whether one of these strings is hidden after all, and not said in the clear anyway."""
        if secret in self.whole:
            return True
        if self._clear is None:
            self._clear = {one for read in self.readers for one in read()}
        return secret not in self._clear


def secrets_in(value: Any, marks: Any) -> Iterator[str]:
    """The strings in `value` that Terraform marks sensitive, and those inside them where they are JSON (`Fragment`)."""
    if marks is True:
        yield from _strings(value)
    elif isinstance(marks, dict) and isinstance(value, dict):
        for name, mark in marks.items():
            yield from secrets_in(value.get(name), mark)
    elif isinstance(marks, list) and isinstance(value, list):
        for element, mark in zip(value, marks, strict=False):
            yield from secrets_in(element, mark)


def clear_in(value: Any, marks: Any) -> Iterator[str]:
    """The strings in `value` that Terraform doesn't mark, and those inside them where they are JSON."""
    if not marks:
        yield from _strings(value)
    elif isinstance(value, dict):
        for name, element in value.items():
            yield from clear_in(element, marks.get(name) if isinstance(marks, dict) else marks)
    elif isinstance(value, list):
        for position, element in enumerate(value):
            known = isinstance(marks, list) and position < len(marks)
            yield from clear_in(element, marks[position] if known else isinstance(marks, bool) and marks)


def holds_secret(text: str, secrets: Iterable[str]) -> bool:
    """Whether a text is one of the secrets, or holds one."""
    return any(text == secret or (len(secret) >= SHORT_SECRET and secret in text) for secret in secrets)


#: The grammar of policies: whoever knows that a text is a policy knows that these are in it.
_GRAMMAR = frozenset(
    [
        "Version",
        "Id",
        "Statement",
        "Sid",
        "Effect",
        "Allow",
        "Deny",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
        "AWS",
        "Service",
        "Federated",
        "CanonicalUser",
        "*",
        "2012-10-17",
    ]
)

#: Words of AWS's own, which say nothing of anybody: actions and keys, services, operators, regions, truth values.
_WORDS = (
    r"[a-z][a-z0-9-]*:[A-Za-z*?]+"
    r"|[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?"
    r"|(?:For(?:All|Any)Values?:)?(?:String|Arn|Numeric|Date|Bool|Binary|IpAddress|NotIpAddress|Null)[A-Za-z]*"
    r"|[a-z]{2}(?:-[a-z]+)+-[0-9]|true|false"
)


def _strings(value: Any, *, inside: bool = False) -> Iterator[str]:
    """Every string and number in `value`, as text; names of members, and what is `inside` JSON, too."""
    kind = Fragment if inside else str
    inner: Iterable[Any] = ()
    match value:
        case bool():
            return
        case int() | float():
            yield kind(json.dumps(value))
        case str():
            yield from _pieces(value, inside=inside)
        case Json():
            yield from _strings(value.value, inside=True)
        case Text():
            inner = value.parts
        case dict():
            inner = chain.from_iterable(value.items())
        case list():
            inner = value
    for one in inner:
        yield from _strings(one, inside=inside)


def _pieces(value: str, *, inside: bool) -> Iterator[str]:
    """A string, and what a report may show of it alone."""
    kind = Fragment if inside else str
    if value not in _GRAMMAR and not (inside and re.fullmatch(_WORDS, value)):
        yield kind(value)
    # Accounts are taken out of ARNs, and named alone.
    yield from map(kind, re.findall(r"(?<![0-9])[0-9]{12}(?![0-9])", value))
    if value[:1] in ("{", "["):
        try:
            yield from _strings(msgspec.json.decode(value), inside=True)
        except (msgspec.DecodeError, RecursionError):
            return
