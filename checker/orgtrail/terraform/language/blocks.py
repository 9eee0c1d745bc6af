"""The blocks of one Terraform file, where each stands and what is written in it. Nothing is evaluated here.

Structure and spans come from tree-sitter, which reads thousands of files in a second; an expression's meaning is read
(by `hcl.py`) when somebody asks for its `node`. Where tree-sitter's grammar trips over a file, python-hcl2 is asked:
it either knows the structure, or names the place of the error. JSON configuration gives the same blocks.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from orgtrail.results import Place
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import Attribute, Block, SourceFile
from orgtrail.terraform.language.json_blocks import read_json_assignments, read_json_blocks
from orgtrail.values import Cause


def read_blocks(file: SourceFile) -> list[Block]:
    """The blocks of one file, in reading order; what is wrong with it is put into `file.errors`."""
    if file.shown.endswith(".json"):
        return list(read_json_blocks(file))
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


def read_assignments(file: SourceFile) -> dict[str, Attribute]:
    """What a file of variable values assigns, by name; what is wrong with it is put into `file.errors`."""
    if file.shown.endswith(".json"):
        return read_json_assignments(file)
    root = parser().parse(file.data).root_node
    if root.has_error:
        place, message = _complaint(file, ValueError(), root)
        file.errors.append((place, message))
        return {}
    inner = [node for body in root.named_children if body.type == "body" for node in body.named_children]
    return {one.name: one for one in (_attribute(file, node) for node in inner if node.type == "attribute")}
