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


def expression_node(attribute: Attribute, text: str) -> Any:
    """The syntax node of an attribute's expression, in its file's text or in what edits elsewhere have made of that.

    None where the expression itself was edited.
    """
    original = _named(attribute, attribute.file.text)
    place = next((node for node in original if node.start_point[0] == attribute.line - 1), None)
    if place is None or text == attribute.file.text:
        return place.children[-1] if place is not None else None
    # Edits move lines: it is the one that says the same, counted among those that do.
    alike = [node for node in original if node.text == place.text]
    found = [node for node in _named(attribute, text) if node.text == place.text]
    return found[alike.index(place)].children[-1] if len(found) == len(alike) else None


def _named(attribute: Attribute, text: str) -> list[Any]:
    """The attributes of a name in a text, in the order of writing."""
    nodes = every(parser().parse(text.encode()).root_node, "attribute")
    return [node for node in nodes if node.children[0].text.decode() == attribute.name]


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
