"""Text in Markdown that stays text: no link, tag, mention or picture of an input comes alive in it.

Source: GitHub Flavored Markdown Spec.
"""

import re
from collections.abc import Iterable

#: How long one piece of an input may be.
_LONG = 2_000

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#!|~&@$^=.:]")
#: What a code span shows as it stands, in tables too.
_PLAIN_CODE = re.compile(r"(?! )[^`|<>&\\]+(?<! )")
#: Signs of Markdown that would work inside an HTML element.
_IN_HTML = re.compile(r"[\\`*_\[\]|~$@!]")
_HARMLESS = re.compile(r"^[A-Za-z0-9 ,;'?%]*$")


def escaped(text: str, longest: int = _LONG) -> str:
    """`text` as Markdown that reads as it stands: `code` where it stands in backquotes, else every sign escaped."""
    pieces = re.split(r"`([^`]+)`", cut(text, longest))
    return "".join(code(piece) if position % 2 else _escape(piece) for position, piece in enumerate(pieces))


def _escape(text: str) -> str:
    if _HARMLESS.match(text):
        return text
    return "".join(_escape_one(text, position) for position in range(len(text)))


def _escape_one(text: str, position: int) -> str:
    sign = text[position]
    if sign in "<>&":
        return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}[sign]
    if sign == "@":
        # GitHub makes a mention of an escaped sign, too; of an empty comment behind it, it doesn't.
        return "@<!-- -->"
    if sign == "." and not text[:position].lower().endswith("www"):
        return sign
    if sign == ":" and text[position + 1 : position + 2] != "/":
        return sign
    return "\\" + sign if _SPECIAL.match(sign) else sign


def code(text: str, longest: int = _LONG) -> str:
    """`text` as code: in backquotes, or as an HTML element where it holds what backquotes or a table can't."""
    shown = cut(text, longest)
    if _PLAIN_CODE.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{re.sub(_IN_HTML, lambda found: f'&#{ord(found.group())};', in_html(shown))}</code>"


def fenced(lines: Iterable[str], language: str) -> list[str]:
    """Lines as a code block, with a fence longer than any in them."""
    body = list(lines)
    runs = re.findall(r"`+", "\n".join(body))
    fence = "`" * max(3, 1 + max(map(len, runs), default=0))
    return [f"{fence}{language}", *body, fence]


def in_html(text: str) -> str:
    """`text` for an HTML element."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text


def cut(text: str, longest: int) -> str:
    """The start of `text`, with a mark where it goes on."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
