"""JSON with positions: the standard library's decoder forgets where things stand, and results need file and line."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from json import decoder
from json.decoder import JSONDecodeError
from math import isinf
from typing import TypeAlias

import msgspec

from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.operations import MOST_DIGITS

#: The standard library's own reader of strings; its stubs leave it out.
_scan: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None}

#: Deeper nesting is nobody's configuration.
DEEPEST = 200


class ReadError(Exception):
    """Text that isn't JSON; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class JsonScalar(msgspec.Struct):
    """A string, number or word and its span in the text."""

    value: str | int | float | bool | None
    start: int
    end: int


class JsonArray(msgspec.Struct):
    """An array and its span."""

    items: list["JsonValue"]
    start: int
    end: int
    value: None = None


class JsonObject(msgspec.Struct):
    """An object and its span; a key that stands twice is there twice."""

    items: list[tuple[JsonScalar, "JsonValue"]]
    start: int
    end: int
    value: None = None


JsonValue: TypeAlias = JsonScalar | JsonArray | JsonObject


def read_json(text: str) -> "JsonTree":
    """The tree of a JSON document; raises `ReadError`."""
    reader = _Reader(text)
    root, end = reader.value(reader.skip(0), 0)
    end = reader.skip(end)
    if end != len(text):
        raise reader.wrong("text after the end of the document", end)
    return JsonTree(text, root)


class JsonTree:
    """A document read by `read_json()`."""

    def __init__(self, text: str, root: JsonValue) -> None:
        self.text = text
        self.root = root

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.end() for found in re.finditer("\n", self.text)]

    def position(self, value: JsonValue) -> tuple[int, int]:
        """Line and column of a value, counted from 1."""
        line = bisect_right(self._breaks, value.start)
        return line + 1, value.start - (self._breaks[line - 1] if line else 0) + 1

    def objects(self, value: JsonValue) -> Iterator[JsonObject]:
        """The objects that `value` is or lists: HCL's JSON allows both for a body."""
        match value:
            case JsonObject():
                yield value
            case JsonArray(items):
                for item in items:
                    yield from self.objects(item)

    def is_body(self, value: JsonValue) -> bool:
        """Whether `value` can be the body of a block, or a list of such."""
        match value:
            case JsonObject():
                return True
            case JsonArray(items):
                return all(map(self.is_body, items))
        return False

    def node(self, value: JsonValue) -> syntax.Node:
        """`value` as an expression: every string is a template, keys too."""
        from orgtrail.terraform.language.hcl import parse_template

        line, column = self.position(value)
        match value:
            case JsonScalar(str(written)):
                return parse_template(written, line, column + 1)
            case JsonScalar(written):
                return syntax.Literal(written)
            case JsonArray(items):
                return syntax.Tuple(tuple(map(self.node, items)))
            case JsonObject(pairs):
                return syntax.Object(tuple((self.node(key), self.node(below)) for key, below in pairs))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text

    def wrong(self, what: str, position: int) -> ReadError:
        before = self.text[:position]
        return ReadError(what, before.count("\n") + 1, position - before.rfind("\n"))

    def skip(self, position: int) -> int:
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def value(self, start: int, depth: int) -> tuple[JsonValue, int]:
        if depth > DEEPEST:
            raise self.wrong(f"nested deeper than {DEEPEST} levels", start)
        character = self.text[start : start + 1]
        if character == '"':
            return self.string(start)
        if character == "{":
            return self.object(start, depth)
        if character == "[":
            return self.array(start, depth)
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, start):
                return JsonScalar(meaning, start, start + len(word)), start + len(word)
        found = _NUMBER.match(self.text, start)
        if found is None:
            raise self.wrong("a JSON value is expected here", start)
        if len(found[0]) > MOST_DIGITS:
            raise self.wrong(f"a number of more than {MOST_DIGITS} digits", start)
        number = int(found[0]) if found[1] is None and found[2] is None else float(found[0])
        if isinstance(number, float) and isinf(number):
            raise self.wrong("a number larger than orgtrail counts", start)
        return JsonScalar(number, start, found.end()), found.end()

    def string(self, start: int) -> tuple[JsonScalar, int]:
        try:
            written, end = _scan(self.text, start + 1, True)
        except JSONDecodeError as error:
            raise self.wrong(error.msg, error.pos) from None
        return JsonScalar(written, start, end), end

    def object(self, start: int, depth: int) -> tuple[JsonObject, int]:
        items: list[tuple[JsonScalar, JsonValue]] = []
        at = self.skip(start + 1)
        if self.text[at : at + 1] == "}":
            return JsonObject(items, start, at + 1), at + 1
        while True:
            if self.text[at : at + 1] != '"':
                raise self.wrong("a quoted name is expected here", at)
            key, at = self.string(at)
            at = self.skip(at)
            if self.text[at : at + 1] != ":":
                raise self.wrong("`:` is expected here", at)
            below, at = self.value(self.skip(at + 1), depth + 1)
            items.append((key, below))
            at = self.skip(at)
            end = self.text[at : at + 1]
            if end == "}":
                return JsonObject(items, start, at + 1), at + 1
            if end != ",":
                raise self.wrong("`,` or `}` is expected here", at)
            at = self.skip(at + 1)

    def array(self, start: int, depth: int) -> tuple[JsonArray, int]:
        items: list[JsonValue] = []
        at = self.skip(start + 1)
        if self.text[at : at + 1] == "]":
            return JsonArray(items, start, at + 1), at + 1
        while True:
            item, at = self.value(at, depth + 1)
            items.append(item)
            at = self.skip(at)
            end = self.text[at : at + 1]
            if end == "]":
                return JsonArray(items, start, at + 1), at + 1
            if end != ",":
                raise self.wrong("`,` or `]` is expected here", at)
            at = self.skip(at + 1)
