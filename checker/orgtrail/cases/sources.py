"""HCL as text whose blocks, arguments and elements can be taken away."""

from collections.abc import Iterator
from typing import Any

import msgspec

from orgtrail.cases.trees import read_tree, written_tree
from orgtrail.terraform.language.blocks import parser

#: What may be taken away, where it stands.
_REMOVABLE = ("block", "attribute", "object_elem")


def pieces(text: str, depth: int) -> list[tuple[int, int]]:
    """The places (in bytes) of what may be taken away of a file, at a depth, the last first."""
    root = parser().parse(text.encode()).root_node
    return sorted(_pieces(root, depth), reverse=True)


def _pieces(node: Any, depth: int) -> Iterator[tuple[int, int]]:
    children = node.children
    for position, child in enumerate(children):
        is_piece = child.type in _REMOVABLE or (node.type == "tuple" and child.type == "expression")
        if is_piece and depth == 1:
            follower = children[position + 1] if position + 1 < len(children) else None
            comma = follower is not None and follower.type == ","
            yield child.start_byte, follower.end_byte if comma and follower is not None else child.end_byte
        else:
            yield from _pieces(child, depth - is_piece)


def depth_in(text: str) -> int:
    """How deep the pieces of a file lie in each other."""
    return _depth(parser().parse(text.encode()).root_node)


def _depth(node: Any) -> int:
    deepest = 0
    for child in node.children:
        is_piece = child.type in _REMOVABLE or (node.type == "tuple" and child.type == "expression")
        deepest = max(deepest, _depth(child) + is_piece)
    return deepest


def cut(text: str, places: list[tuple[int, int]]) -> str:
    """A file without some of its pieces, and without the lines that they leave empty."""
    data = text.encode()
    for start, end in sorted(places, reverse=True):
        data = data[:start] + data[end:]
    return "\n".join(line for line in data.decode(errors="replace").split("\n") if line.strip()) + "\n"


def without_comments(text: str) -> str:
    """A file without its comments."""
    found: list[tuple[int, int]] = []
    pending = [parser().parse(text.encode()).root_node]
    while pending:
        node = pending.pop()
        if node.type == "comment":
            found.append((node.start_byte, node.end_byte))
        pending += node.children
    return cut(text, found)


def documents(text: str) -> list[tuple[int, int, Any]]:
    """The heredocs of a file that are JSON: where each stands (in bytes), and its tree. An interpolation is a text."""
    found = []
    pending = [parser().parse(text.encode()).root_node]
    while pending:
        node = pending.pop()
        if node.type != "heredoc_template":
            pending += node.children
            continue
        inner = [one for one in node.children if one.type in ("template_literal", "template_interpolation")]
        if inner:
            start, end = inner[0].start_byte, inner[-1].end_byte
            try:
                found.append((start, end, read_tree(text.encode()[start:end])))
            except (msgspec.DecodeError, RecursionError):
                continue
    return found


def with_document(text: str, position: int, tree: Any) -> str:
    """A file with another tree in one of its heredocs."""
    start, end, _ = documents(text)[position]
    data = text.encode()
    return (data[:start] + b"    " + written_tree(tree).strip() + b"\n" + data[end:].lstrip(b"\n")).decode()
