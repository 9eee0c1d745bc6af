r"""Makes what an input says harmless to show.

A plan may hold terminal escapes, right-to-left marks, line breaks, letters that look like others, and the commands of
a CI system's log in any name. `visible()` spells out, such as `\x1b`, what moves a cursor, hides or deceives, in every
text of an input. `harmless()` is the last thing that happens to a document before it leaves: no line is a command.
"""

import re
from typing import Literal, TypeAlias

#: Control characters, marks that reorder or hide text, line and paragraph separators, halves of surrogate pairs, and
#: what XML 1.0 can't hold.
_HIDDEN = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

#: What an address, an ARN or a name is made of; and the scripts whose letters pass for Latin ones.
_NAMES = r"[\w.\-/:]+"
_LOOK_ALIKE = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "FULLWIDTH", "MATHEMATICAL"})


def visible(text: str, *, keep_lines: bool = False) -> str:
    """`text` with nothing in it that moves a cursor, reorders or hides what follows, or passes for another letter."""
    if keep_lines:
        return "\n".join(visible(line) for line in text.split("\n"))
    if text.isascii():
        return text if text.isprintable() else re.sub(_HIDDEN, _spell, text)
    return re.sub(_NAMES, _without_look_alikes, re.sub(_HIDDEN, _spell, text))


def _without_look_alikes(found: re.Match[str]) -> str:
    """A Latin name with letters of other scripts spelled out. Source: Unicode TR 39, "Mixed-Script Detection"."""
    name = found.group()
    if name.isascii() or not re.search("[A-Za-z]", name):
        return name
    return "".join(_escape(sign) if sign.isalnum() and _script(sign) in _LOOK_ALIKE else sign for sign in name)


def _script(sign: str) -> str:
    import unicodedata

    return "" if sign.isascii() else unicodedata.name(sign, "").partition(" ")[0]


def _spell(found: re.Match[str]) -> str:
    character = found.group()
    return _SHORT.get(character) or _escape(character)


def _escape(character: str) -> str:
    code = ord(character)
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


#: What a document is written in, as far as an escape in it looks different; `commands` are workflow commands of ours.
Form: TypeAlias = Literal["text", "json", "xml", "commands"]

#: How each form writes a character that is to be read, not obeyed.
_ESCAPES: dict[Form, str] = {"text": "\\x{:02x}", "commands": "\\x{:02x}", "json": "\\u{:04x}", "xml": "&#{};"}

#: What the logs of CI systems obey: `##[...]` anywhere in a line (GitHub, Azure with `##vso[...]`, TeamCity), and a
#: line that begins with `::`, behind any spaces. Sources: GitHub Docs, "Workflow commands for GitHub Actions", and the
#: source of its runner (ActionCommand.cs); Azure Pipelines, "Logging commands"; TeamCity, "Service Messages".
_ANYWHERE = r"#(?=#[A-Za-z]*\[)"
_AT_START = r"(?m)^(\s*):(?=:)"


def harmless(document: str, form: Form) -> str:
    """A whole document, no line of which a CI system's log takes for a command."""
    if "##" in document:
        document = re.sub(_ANYWHERE, lambda _: _ESCAPES[form].format(ord("#")), document)
    if form in ("text", "xml") and "::" in document:
        document = re.sub(_AT_START, lambda found: found[1] + _ESCAPES[form].format(ord(":")), document)
    return document
