r"""Makes what an input says harmless to show: control characters become visible escapes, such as `\x1b`.

A plan may hold terminal escapes, right-to-left marks or line breaks in any name. Every format but JSON (which has
escapes of its own) shows them spelled out. A format then adds the quoting of its own language.
"""

import re
from typing import Any, TypeVar

import msgspec

from orgtrail.results import Report

#: Control characters, marks that reorder or hide text, line and paragraph separators, halves of surrogate pairs, and
#: what XML 1.0 can't hold.
_HIDDEN = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)

#: Fields whose text has lines.
_LINES = frozenset({"hcl", "json", "raw"})

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_AnyData = TypeVar("_AnyData")


def visible(text: str, *, keep_lines: bool = False) -> str:
    """`text` with nothing in it that moves a cursor, reorders or hides what follows."""
    if keep_lines:
        return "\n".join(visible(line) for line in text.split("\n"))
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_HIDDEN, _spell, text)


def _spell(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def unseen_escaped(encoded: str) -> str:
    """JSON text whose strings spell out, as JSON's own escapes, what would move a cursor or hide text."""
    return re.sub(_HIDDEN, _json_escape, encoded)


def _json_escape(found: re.Match[str]) -> str:
    character = found.group()
    if character == "\n":  # between values: inside strings it is escaped already
        return character
    units = character.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def made_visible(report: Report) -> Report:
    """A report with every text in it made visible."""
    return _walk(report)


def _walk(data: _AnyData, field: str = "") -> _AnyData:
    changed: Any = data
    match data:
        case str():
            changed = visible(data, keep_lines=field in _LINES)
        case tuple():
            changed = tuple(_walk(element, field) for element in data)
        case list():
            changed = [_walk(element, field) for element in data]
        case dict():
            changed = {_walk(key): _walk(value) for key, value in data.items()}
        case msgspec.Struct():
            fields = {name: _walk(getattr(data, name), name) for name in data.__struct_fields__}
            changed = type(data)(**fields)
    result: _AnyData = changed
    return result
