"""The strings of a policy as patterns: wildcards, policy variables, and parts that nobody knows.

Source: IAM User Guide, "IAM policy elements: Variables and tags" and "IAM JSON policy elements: Condition operators".
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from orgtrail.iam.patterns import STAR, Token, Tokens, glob, joined, literal
from orgtrail.iam.statements import Words
from orgtrail.iam.symbols import Spelling
from orgtrail.values import Cause, Symbol, parts_of

#: How a string is read: `literal`, `fold` (no case), `like` (`*` and `?`), `resource` (the same, variables only after
#: the fifth colon), `arn` (the same, and six segments compared one by one).
MatchStyle: TypeAlias = Literal["literal", "fold", "like", "resource", "arn"]

#: For the inside of `${...}`: a string, None where it can't be resolved, a pattern where it may be several strings.
Resolve: TypeAlias = "Callable[[str], str | Tokens | None]"

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_ESCAPES = ("*", "?", "$")
_FEW_SEGMENTS = Cause("AWS doesn't say what an ARN pattern with fewer than six segments matches")


class Pattern(NamedTuple):
    """The tokens of a string; `hole` where a part of it isn't known (what it may be stands there), `cause` why."""

    tokens: Tokens
    hole: bool
    cause: Cause | None = None


def pattern(
    words: Words, style: MatchStyle, variables: bool | None, spelling: Spelling, resolve: Resolve
) -> Pattern | None:
    """The pattern that `words` stand for; None where a variable in them can't be resolved.

    `variables`: whether the policy's version knows variables; None: not known.
    """
    if isinstance(words, str) and ("${" not in words or variables is False):
        return _of_text(words, style)
    reader = _Reader(style)
    for part in parts_of(words):
        if isinstance(part, Symbol):
            reader.verbatim(spelling[part])
        elif not isinstance(part, str) or (variables is None and "${" in part):
            reader.open((STAR,))
        elif not variables or "${" not in part:
            reader.raw(part)
        elif not reader.with_variables(part, resolve):
            return None
    return reader.pattern()


@lru_cache(4096)
def _of_text(text: str, style: MatchStyle) -> Pattern:
    """The pattern of a string without variables: most are, and every caller meets them again."""
    reader = _Reader(style)
    reader.raw(text)
    return reader.pattern()


class _Reader:
    """Puts tokens together, and counts the colons where they matter."""

    def __init__(self, style: MatchStyle) -> None:
        self.style = style
        self.parts: list[str | Token] = []
        self.hole = False
        self.wild = False
        self.colons = 0

    @property
    def before_fifth_colon(self) -> bool:
        """Whether a variable here would be plain text."""
        return self.style in ("arn", "resource") and self.colons < 5 and not self.hole

    def with_variables(self, part: str, resolve: Resolve) -> bool:
        """Text of the policy with variables in it; False where one of them can't be resolved."""
        at = 0
        for match in _VARIABLE.finditer(part):
            self.raw(part[at : match.start()])
            at = match.end()
            if match.group(1) in _ESCAPES:
                self.verbatim(match.group(1))
            elif self.before_fifth_colon:
                self.raw(match.group())
            elif (resolved := resolve(match.group(1))) is None:
                return False
            elif isinstance(resolved, str):
                self.verbatim(resolved)
            else:
                # Shapes know case, so one says nothing where case doesn't count.
                self.open(resolved if self.style != "fold" else (STAR,))
        self.raw(part[at:])
        return True

    def raw(self, piece: str) -> None:
        """Text of the policy, in which wildcards may count."""
        if self.style in ("literal", "fold"):
            self.verbatim(piece)
        elif self.style != "arn" or self.hole or ("*" not in piece and "?" not in piece):
            self.parts += glob(piece)
            self.wild = self.wild or "*" in piece or "?" in piece
            self.colons += piece.count(":")
        else:
            self.wild = True
            for segment in re.split("(:)", piece):
                self.parts += glob(segment, not_crossing=":" if self.colons < 5 else "")
                self.colons += segment == ":"

    def verbatim(self, piece: str) -> None:
        """Text in which a wildcard is a character like any other."""
        self.colons += piece.count(":")
        self.parts += literal(piece, fold_case=self.style == "fold")

    def open(self, shape: Tokens) -> None:
        """A part of which only the shape is known."""
        self.parts += shape
        self.hole = self.wild = True

    def pattern(self) -> Pattern:
        if self.style == "arn" and not self.hole and self.colons < 5 and self.wild:
            # No ARN is like that, but AWS doesn't say what a lone wildcard means.
            return Pattern((STAR,), True, _FEW_SEGMENTS)
        return Pattern(joined(self.parts), self.hole)
