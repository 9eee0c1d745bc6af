"""One block of Terraform's configuration, whichever syntax it is written in, and where it stands.

Nothing is evaluated here: an attribute's meaning is read when somebody asks for its `node`.
"""

from collections.abc import Callable, Iterator
from functools import cached_property

from orgtrail.results import Place
from orgtrail.terraform.language import syntax
from orgtrail.values import Cause


class SourceFile:
    """One file's text. `shown` is the path as the user would write it; `text` is decoded UTF-8 without a BOM."""

    def __init__(self, shown: str, data: bytes) -> None:
        self.shown = shown
        self.data = data.removeprefix(b"\xef\xbb\xbf")
        self.errors: list[tuple[Place, str]] = []
        self.tally: list[int] = []

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return self.data.decode("utf-8", "replace")

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def comments_above(self, line: int) -> tuple[str, ...]:
        """The comment lines directly above `line` (counted from 1), markers and all, in reading order."""
        found: list[str] = []
        number = line - 2
        while number >= 0:
            row = self._lines[number].strip()
            if row.startswith(("#", "//")) or (row.startswith("/*") and row.endswith("*/")):
                found.append(row)
            elif row.endswith("*/"):
                while number > 0 and "/*" not in self._lines[number]:
                    found.append(self._lines[number].strip())
                    number -= 1
                found.append(self._lines[number].strip())
            else:
                break
            number -= 1
        return tuple(reversed(found))


class Attribute:
    """`name = expression`. `line` and `column` are those of the name, `text` is the expression as written."""

    __slots__ = ("__dict__", "_make", "column", "file", "line", "name", "text")

    def __init__(
        self, file: SourceFile, name: str, line: int, column: int, text: str, make: Callable[[], syntax.Node]
    ) -> None:
        self.file = file
        self.name = name
        self.line = line
        self.column = column
        self.text = text
        self._make = make

    @cached_property
    def node(self) -> syntax.Node:
        """What the expression means."""
        node = self._make()
        self.file.tally.append(not isinstance(node, syntax.Unreadable))
        return node

    @property
    def place(self) -> Place:
        """Where its name stands."""
        return Place(self.file.shown, self.line, self.column)


class Block:
    """One block: `kind` is its first word (`resource`), `labels` the strings behind it."""

    def __init__(
        self,
        file: SourceFile,
        kind: str,
        labels: tuple[str, ...],
        line: int,
        column: int,
        read: Callable[["Block"], tuple[list[Attribute], list["Block"]]],
        broken: Cause | None = None,
        span: tuple[int, int] | None = None,
    ) -> None:
        self._span = span
        self.file = file
        self.kind = kind
        self.labels = labels
        self.line = line
        self.column = column
        #: Set where a part of the block could not be read.
        self.broken = broken
        self._read = read

    @cached_property
    def _body(self) -> tuple[list[Attribute], list["Block"]]:
        return self._read(self)

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """What is set in the block itself, by name."""
        return {attribute.name: attribute for attribute in self._body[0]}

    def attribute(self, name: str) -> Attribute | None:
        """One attribute, without opening a block that can't have it: most blocks are never opened."""
        if self._span is not None and "_body" not in self.__dict__:
            start, end = self._span
            if self.file.data.find(name.encode(), start, end) < 0:
                return None
        return self.attributes.get(name)

    @property
    def blocks(self) -> list["Block"]:
        """The nested blocks, in reading order."""
        return self._body[1]

    @property
    def comments(self) -> tuple[str, ...]:
        """The comment lines directly above the block."""
        return self.file.comments_above(self.line)

    def nested(self, kind: str) -> Iterator["Block"]:
        """The nested blocks of one kind; dynamic ones are not among them."""
        return (block for block in self.blocks if block.kind == kind)

    def place(self, *path: str | int) -> Place:
        """Where the block, or what is inside it at `path`, is written; as near as the source allows.

        `place("statement", 2, "resources")` is the attribute `resources` of the third statement. A dynamic block
        stands for the blocks it makes: where it comes before an index, the place is the dynamic block's.
        """
        at: Block = self
        steps = list(path)
        while steps:
            name = str(steps.pop(0))
            if name in at.attributes:
                attribute = at.attributes[name]
                return attribute.place
            index = int(steps.pop(0)) if steps and isinstance(steps[0], int) else 0
            inner = at._nested_at(name, index)
            if inner is None:
                break
            at = inner
        return Place(at.file.shown, at.line, at.column)

    def _nested_at(self, kind: str, index: int) -> "Block | None":
        for block in self.blocks:
            if block.kind == "dynamic" and block.labels[:1] == (kind,):
                return next(block.nested("content"), block)
            if block.kind == kind:
                if index == 0:
                    return block
                index -= 1
        return None

    def merged(self, override: "Block") -> "Block":
        """The block as an override file changes it.

        Source: HashiCorp, Terraform language, "Override Files".
        """
        base = self

        def read(_: Block) -> tuple[list[Attribute], list[Block]]:
            attributes = base.attributes | override.attributes
            replaced = {_made(block) for block in override.blocks} - {"lifecycle"}
            blocks = [block for block in base.blocks if _made(block) not in replaced]
            added = list(override.blocks)
            for position, block in enumerate(blocks):
                if block.kind == "lifecycle":
                    for other in [one for one in added if one.kind == "lifecycle"]:
                        blocks[position] = block = block.merged(other)
                        added.remove(other)
            return list(attributes.values()), blocks + added

        return Block(self.file, self.kind, self.labels, self.line, self.column, read, self.broken or override.broken)


def _made(block: Block) -> str:
    """The kind of blocks that `block` is or makes."""
    return block.labels[0] if block.kind == "dynamic" and block.labels else block.kind
