"""What values a condition key may have in a class of requests.

`None` stands for a key that is missing from the request.
"""

from typing import TypeAlias

import msgspec

from orgtrail.iam.patterns import STAR, Tokens
from orgtrail.values import Cause


class Finite(msgspec.Struct, frozen=True):
    """One of `values`, each tried by itself; None: missing. The first one that fits is shown."""

    values: tuple[str | None, ...]


class Free(msgspec.Struct, frozen=True):
    """Any string of `shape`, or missing where `optional`; `samples` are the values to show rather than others."""

    shape: Tokens = (STAR,)
    optional: bool = True
    samples: tuple[str, ...] = ()
    #: `string`, or what the key holds by its nature: numeric, date, epoch, ip, public ip, path.
    kind: str = "string"
    #: Patterns of strings of the shape that are somebody else's.
    other_than: tuple[Tokens, ...] = ()
    #: Strings of these shapes as well.
    also: tuple[Tokens, ...] = ()
    #: Strings of these shapes may be, too; nobody here can say.
    or_perhaps: tuple[Tokens, ...] = ()


class Many(msgspec.Struct, frozen=True):
    """A multi-valued key: missing, or any number of strings; where some `must` be among them, it is there."""

    samples: tuple[str, ...] = ()
    must: tuple[str, ...] = ()


class Unclear(msgspec.Struct, frozen=True):
    """A key that neither the caller chooses nor anybody here knows: both ways are possible, and the cause says why."""

    cause: Cause


class Unspecified(msgspec.Struct, frozen=True):
    """A key of which AWS doesn't say whether it is there: both ways are tried, and have to agree."""

    present: Free | Finite


ValueSet: TypeAlias = Finite | Free | Many | Unclear | Unspecified

ABSENT = Finite((None,))


def fixed(value: str) -> Finite:
    """The key is there, with this value."""
    return Finite((value,))
