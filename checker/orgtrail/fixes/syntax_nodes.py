"""Blocks and expressions in tree-sitter's tree of a file."""

from collections.abc import Iterator
from typing import Any

from orgtrail.terraform.language.block import Attribute, Block
from orgtrail.terraform.language.blocks import parser

_WORDS = ("identifier", "string_lit")


def find_block(root: Any, block: Block) -> Any:
    """The syntax node of a block: the one of its kind and labels (blocks move when text is added above them)."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "block":
            words = [child.text.decode().strip('"') for child in node.children if child.type in _WORDS]
            if words == [block.kind, *block.labels]:
                return node
            continue
        pending += node.children
    return None


def expression_node(attribute: Attribute, text: str, holder: Block | None = None) -> Any:
    """The syntax node of an attribute's expression, in its file's text or in what edits have made of that.

    `holder` is the block that it is an argument of, where that is known. None where it can't be found for sure.
    """
    if holder is not None:
        node = find_block(parser().parse(text.encode()).root_node, holder)
        own = [child for body in node.children if body.type == "body" for child in body.children] if node else []
        return next((one.children[-1] for one in own if one.type == "attribute" and _name(one) == attribute.name), None)
    original, there = _named(attribute, attribute.file.text), _named(attribute, text)
    place = next((node for node in original if node.start_point[0] == attribute.line - 1), None)
    if place is None:
        return None
    # Edits move lines: it is the one that says the same, counted among those that do; or the one on its line.
    alike = [node for node in original if node.text == place.text]
    found = [node for node in there if node.text == place.text]
    if len(found) == len(alike):
        return found[alike.index(place)].children[-1]
    return next((node.children[-1] for node in there if node.start_point == place.start_point), None)


def _named(attribute: Attribute, text: str) -> list[Any]:
    """The attributes of a name in a text, in the order of writing."""
    nodes = every(parser().parse(text.encode()).root_node, "attribute")
    return [node for node in nodes if _name(node) == attribute.name]


def _name(attribute: Any) -> str:
    return str(attribute.children[0].text.decode())


def within(node: Any, kind: str) -> Any:
    """The first node of a kind in or below a node."""
    return next(every(node, kind), None)


def every(node: Any, kind: str) -> Iterator[Any]:
    """The nodes of a kind in and below a node, in the order of writing."""
    pending = [node]
    while pending:
        at = pending.pop(0)
        if at.type == kind:
            yield at
        pending = [*at.children, *pending]


def unfolded(text: str, start: int, indent: str) -> str:
    """`text`, which ends before the closing brace of a block that begins at `start`, with its argument on its own line.

    HCL takes a block on one line only where it holds one argument.
    """
    opening = text.index("{", start) + 1
    inside = text[opening:].strip()
    return text[:opening] + (f"\n{indent}  {inside}\n" if inside else "\n")


def nested_nodes(node: Any, *kinds: str) -> Iterator[Any]:
    """The nested blocks of some kinds in a block, those in dynamic blocks too."""
    for body in node.children:
        for child in body.children if body.type == "body" else ():
            if child.type != "block":
                continue
            kind = child.children[0].text.decode()
            if kind == "dynamic" and child.children[1].text.decode().strip('"') in kinds:
                yield from nested_nodes(child, "content")
            elif kind in kinds:
                yield child
