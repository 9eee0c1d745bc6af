"""The blocks of one Terraform file, where each stands and what is written in it. Nothing is evaluated here.

Structure and spans come from tree-sitter, which reads thousands of files in a second; an expression's meaning is read
(by `hcl.py`) when somebody asks for its `node`. Where tree-sitter's grammar trips over a file, python-hcl2 is asked:
it either knows the structure, or names the place of the error. JSON configuration gives the same blocks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from orgtrail.results import Place
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.json_tree import JsonObject, JsonScalar, JsonTree, JsonValue, ReadError, read_json
from orgtrail.values import Cause

#: Nested blocks of the resources that matter. JSON writes blocks and object values alike, only the schema tells.
NESTED_BLOCKS = frozenset(
    [
        *("statement", "principals", "not_principals", "condition", "dynamic", "content", "lifecycle", "precondition"),
        *("postcondition", "provisioner", "connection", "timeouts", "validation", "backend", "cloud"),
        *("assume_role", "assume_role_with_web_identity", "endpoints", "default_tags", "ignore_tags"),
        *("versioning", "versioning_configuration", "rule", "apply_server_side_encryption_by_default"),
        *("server_side_encryption_configuration", "event_selector", "advanced_event_selector", "field_selector"),
        *("data_resource", "insight_selector", "grant", "access_control_policy", "owner", "grantee", "logging"),
        *("cors_rule", "website", "replication_configuration", "lifecycle_rule", "object_lock_configuration"),
        *("expiration", "transition", "noncurrent_version_expiration", "noncurrent_version_transition", "filter"),
        *("and", "abort_incomplete_multipart_upload", "destination", "default_retention"),
    ]
)


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


def read_blocks(file: SourceFile) -> list[Block]:
    """The blocks of one file, in reading order; what is wrong with it is put into `file.errors`."""
    if file.shown.endswith(".json"):
        return list(_of_json(file))
    if b"\x00" in file.data:
        # tree-sitter would look for a way to read it, and take gigabytes for that.
        what = "is UTF-16 text, not UTF-8" if file.data[:2] in (b"\xff\xfe", b"\xfe\xff") else "is a binary file"
        file.errors.append((Place(file.shown, 1, 1), what))
        return []
    tree = parser().parse(file.data)
    root = tree.root_node
    if root.has_error:
        return _second_opinion(file, root)
    return list(_top(file, root))


@cache
def parser() -> Any:
    """tree-sitter's parser of HCL, made once."""
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def _top(file: SourceFile, root: Any) -> Iterator[Block]:
    for child in root.named_children:
        if child.type == "body":
            for inner in child.named_children:
                if inner.type == "block":
                    yield _block_of_file(file, inner)


#: Bytes of a file whose tree isn't kept.
_LARGE = 65_536


def _block_of_file(file: SourceFile, node: Any) -> Block:
    """A block of a large file is parsed again, alone, where somebody reads it: a tree is a hundred times its file."""
    if node.has_error or len(file.data) < _LARGE:
        return _block(file, node, partial(_itself, node))
    edges = node.start_point, node.end_point, node.start_byte, node.end_byte

    def again() -> Any:
        import tree_sitter

        place = tree_sitter.Range(*edges)
        alone = tree_sitter.Parser(parser().language, included_ranges=[place])
        body = alone.parse(file.data).root_node.named_children[0]
        return next(child for child in body.named_children if child.type == "block")

    return _block(file, node, again)


def _itself(node: Any) -> Any:
    return node


def _block(file: SourceFile, node: Any, again: Callable[[], Any]) -> Block:
    data = file.data
    words: list[str] = []
    for child in node.named_children:
        kind = child.type
        if kind == "identifier":
            words.append(data[child.start_byte : child.end_byte].decode("utf-8", "replace"))
        elif kind == "string_lit":
            words.append(data[child.start_byte + 1 : child.end_byte - 1].decode("utf-8", "replace"))
        else:
            break
    line, column = _position(file, node)
    broken = (
        Cause(f"{file.shown}:{line} can't be read as a whole: the file has a syntax error") if node.has_error else None
    )

    def read(block: Block) -> tuple[list[Attribute], list[Block]]:
        attributes: list[Attribute] = []
        blocks: list[Block] = []
        for child in again().named_children:
            if child.type != "body":
                continue
            for inner in child.named_children:
                if inner.type == "attribute":
                    attributes.append(_attribute(file, inner))
                elif inner.type == "block":
                    blocks.append(_block(file, inner, partial(_itself, inner)))
        return attributes, blocks

    return Block(file, words[0], tuple(words[1:]), line, column, read, broken, (node.start_byte, node.end_byte))


def _attribute(file: SourceFile, node: Any) -> Attribute:
    name, *_, expression = node.named_children
    text = file.data[expression.start_byte : expression.end_byte].decode("utf-8", "replace")
    line, column = _position(file, node)
    at = _position(file, expression)

    def make() -> syntax.Node:
        from orgtrail.terraform.language.hcl import parse_expression

        if node.has_error:
            return syntax.Unreadable(Cause(f"{file.shown}:{line} has a syntax error"))
        return parse_expression(text, *at)

    written = file.data[name.start_byte : name.end_byte].decode("utf-8", "replace")
    return Attribute(file, written, line, column, text, make)


def _position(file: SourceFile, node: Any) -> tuple[int, int]:
    """Line and column of a node, counted from 1 in characters (tree-sitter counts bytes)."""
    row, offset = node.start_point
    start = node.start_byte
    return row + 1, len(file.data[start - offset : start].decode("utf-8", "replace")) + 1


# What follows is for files that tree-sitter's grammar can't read.


def _second_opinion(file: SourceFile, root: Any) -> list[Block]:
    import hcl2

    from orgtrail.terraform.language.hcl import has_many_tokens, mask

    try:
        if has_many_tokens(file.text):
            raise ValueError
        tree = hcl2.parses(mask(file.text) + "\n")
    except Exception as error:  # lark's and the transformer's own errors have no common base
        place, message = _complaint(file, error, root)
        file.errors.append((place, message))
        return list(_top(file, root))
    return [_typed(file, child) for child in tree.body.children if type(child).__name__ == "BlockRule"]


def _complaint(file: SourceFile, error: Exception, root: Any) -> tuple[Place, str]:
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    if isinstance(line, int) and isinstance(column, int) and 0 < line <= file.text.count("\n") + 1:
        rows = file.text.split("\n")
        row = rows[line - 1]
        found = row[column - 1 : column + 19].split(" ")[0] if column - 1 < len(row) else ""
        return Place(
            file.shown, line, column
        ), f"syntax error at `{found}`" if found else "syntax error at the line's end"
    worst = next(_errors(root), root)
    line, column = _position(file, worst)
    what = f"`{worst.type}` is missing" if worst.is_missing else "syntax error"
    return Place(file.shown, line, column), what


def _errors(node: Any) -> Iterator[Any]:
    stack = [node]
    while stack:
        at = stack.pop()
        if at.type == "ERROR" or at.is_missing:
            yield at
        if at.has_error:
            stack.extend(reversed(at.children))


def _typed(file: SourceFile, rule: Any) -> Block:
    words = []
    for label in rule.labels:
        if type(label).__name__ == "StringRule":
            words.append("".join(str(getattr(part.content, "value", "")) for part in label.children[1:-1]))
        else:
            words.append(str(label.token.value))

    def read(_: Block) -> tuple[list[Attribute], list[Block]]:
        attributes = []
        blocks = []
        for child in rule.body.children:
            match type(child).__name__:
                case "AttributeRule":
                    attributes.append(_typed_attribute(file, child))
                case "BlockRule":
                    blocks.append(_typed(file, child))
        return attributes, blocks

    return Block(file, words[0], tuple(words[1:]), rule._meta.line, rule._meta.column, read)


def _typed_attribute(file: SourceFile, rule: Any) -> Attribute:
    meta = rule.expression._meta
    text = file.text[meta.start_pos : meta.end_pos]

    def make() -> syntax.Node:
        from orgtrail.terraform.language.hcl import parse_expression

        return parse_expression(text, meta.line, meta.column)

    name = str(rule.identifier.token.value)
    return Attribute(file, name, rule._meta.line, rule._meta.column, text, make)


# JSON configuration. Source: HashiCorp, Terraform language, "JSON Configuration Syntax".

#: How many labels stand behind each top-level block type.
_LABELS = {
    "resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "provider": 1, "module": 1, "check": 1,
    "locals": 0, "terraform": 0, "moved": 0, "import": 0, "removed": 0,
}  # fmt: skip


def _of_json(file: SourceFile) -> Iterator[Block]:
    try:
        tree = read_json(file.text)
    except ReadError as error:
        file.errors.append((Place(file.shown, error.line, error.column), str(error)))
        return
    if not tree.is_body(tree.root):
        _no_body(file, tree, tree.root, "a JSON file of Terraform is an object")
    for body in tree.objects(tree.root):
        for key, value in body.items:
            if key.value in _LABELS:
                yield from _labelled(file, tree, str(key.value), (), _LABELS[str(key.value)], key, value)


def _labelled(
    file: SourceFile, tree: JsonTree, kind: str, labels: tuple[str, ...], more: int, at: JsonValue, value: JsonValue
) -> Iterator[Block]:
    # Terraform takes null for no blocks at all.
    if not tree.is_body(value) and (more or not isinstance(value, JsonScalar) or value.value is not None):
        _no_body(file, tree, value, f"a `{kind}` block is an object")
    for inner in tree.objects(value):
        if more:
            for key, below in inner.items:
                if key.value == "//":
                    continue
                yield from _labelled(file, tree, kind, (*labels, str(key.value)), more - 1, key, below)
        else:
            yield _json_block(file, tree, kind, labels, at, inner)


def _no_body(file: SourceFile, tree: JsonTree, value: JsonValue, what: str) -> None:
    file.errors.append((Place(file.shown, *tree.position(value)), f"{what}, or a list of them"))


def _json_block(
    file: SourceFile, tree: JsonTree, kind: str, labels: tuple[str, ...], at: JsonValue, body: JsonObject
) -> Block:
    def read(_: Block) -> tuple[list[Attribute], list[Block]]:
        attributes: list[Attribute] = []
        blocks: list[Block] = []
        for key, value in body.items:
            name = str(key.value)
            if name == "//":
                continue
            if kind not in {"locals", "variable", "output"} and name in NESTED_BLOCKS and tree.is_body(value):
                more = 1 if name in {"dynamic", "provisioner"} else 0
                blocks.extend(_labelled(file, tree, name, (), more, key, value))
            else:
                attributes.append(_json_attribute(file, tree, key, value))
        return attributes, blocks

    return Block(file, kind, labels, *tree.position(at), read)


def _json_attribute(file: SourceFile, tree: JsonTree, key: JsonValue, value: JsonValue) -> Attribute:
    text = tree.text[value.start : value.end]
    return Attribute(file, str(key.value), *tree.position(key), text, lambda: tree.node(value))


def read_assignments(file: SourceFile) -> dict[str, Attribute]:
    """What a file of variable values assigns, by name; what is wrong with it is put into `file.errors`."""
    if file.shown.endswith(".json"):
        try:
            tree = read_json(file.text)
        except ReadError as error:
            file.errors.append((Place(file.shown, error.line, error.column), str(error)))
            return {}
        pairs = [pair for body in tree.objects(tree.root) for pair in body.items]
        return {str(key.value): _json_attribute(file, tree, key, value) for key, value in pairs}
    root = parser().parse(file.data).root_node
    if root.has_error:
        place, message = _complaint(file, ValueError(), root)
        file.errors.append((place, message))
        return {}
    inner = [node for body in root.named_children if body.type == "body" for node in body.named_children]
    return {one.name: one for one in (_attribute(file, node) for node in inner if node.type == "attribute")}


def only(blocks: Iterable[Block], kind: str) -> Iterator[Block]:
    """The blocks of one kind."""
    return (block for block in blocks if block.kind == kind)


def read_file(path: Path, shown: str) -> SourceFile:
    """One file from disk."""
    return SourceFile(shown, path.read_bytes())


#: A name that Terraform allows for a block or attribute.
IDENTIFIER = re.compile(r"[^\W\d][\w-]*")
