"""The table of functions, which each file of them fills, and what all of them need."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec

from orgtrail.values import Rest, Unknown, Value


class Files(Protocol):
    """What functions may read from disk, and where paths lead."""

    def read(self, path: str) -> "str | Unknown":
        """A file's text; an Unknown where it must not be read. Raises EvaluationError where there is none."""
        ...

    def exists(self, path: str) -> "bool | Unknown":
        """Whether there is such a file."""
        ...

    def under(self, folder: str, depth: int) -> "list[str] | Unknown":
        """The files in a folder and at most `depth` folders below it, each by its path from there."""
        ...

    def absolute(self, path: str) -> "str | Unknown":
        """`path` made absolute, as `abspath()` does."""
        ...


Implementation: TypeAlias = Callable[..., Value]

#: No list that a configuration builds on purpose is longer.
MOST_ELEMENTS = 65_536


class Function(msgspec.Struct, frozen=True):
    """One function: how many arguments it takes, whether null is one of them, and whether it minds holes itself."""

    name: str
    implementation: Implementation
    least: int
    most: int | None
    holes: bool
    null: bool
    files: bool


TABLE: dict[str, Function] = {}


def function(
    name: str,
    least: int = 1,
    most: int | None = 1,
    *,
    holes: bool = False,
    null: bool = False,
    files: bool = False,
) -> Callable[[Implementation], Implementation]:
    """Put the decorated implementation into the table; with `files` its first argument is a `Files`."""

    def put(implementation: Implementation) -> Implementation:
        TABLE[name] = Function(name, implementation, least, most, holes, null, files)
        return implementation

    return put


def rest_of(values: list[Value]) -> Rest | None:
    """The first hole of unknown length in a list."""
    return next((value for value in values if isinstance(value, Rest)), None)
