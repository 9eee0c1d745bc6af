"""Statements where they are written: found by what a witness calls them, and where text goes beside them."""

from collections.abc import Callable, Iterator
from typing import Any

from orgtrail.fixes.policy_text import JsonArray, JsonObject, JsonValue, Spot, member, shape
from orgtrail.fixes.syntax_nodes import find_block, nested_nodes
from orgtrail.terraform.language.blocks import parser
from orgtrail.terraform.language.json_tree import JsonScalar


def labelled(spot: Spot, text: str, label: str, *, is_alone: bool) -> list[Any]:
    """The statements that a witness calls `label`: by their Sid, or by their number where they have none.

    A number counts for sure only where the policy `is_alone`: one that is merged with others is numbered with them.
    They are nodes of blocks, or objects of JSON or HCL.
    """
    items = _written(spot, text)
    named = [one for one in items if _sid(one, text) == label]
    if named or not is_alone or not label.startswith("Statement["):
        return named
    number = label.removeprefix("Statement[").removesuffix("]")
    return items[int(number) : int(number) + 1] if number.isdigit() else []


def regions(spot: Spot, text: str, label: str) -> Iterator[tuple[int, int]]:
    """From which character to which a statement reaches."""
    data = text.encode()
    for one in labelled(spot, text, label, is_alone=True):
        if isinstance(one, JsonObject):
            yield one.start, one.end
        else:
            yield len(data[: one.start_byte].decode()), len(data[: one.end_byte].decode())


def _written(spot: Spot, text: str) -> list[Any]:
    if spot.form == "document":
        node = find_block(parser().parse(text.encode()).root_node, spot.block) if spot.block is not None else None
        return list(nested_nodes(node, "statement")) if node is not None else []
    tree = shape(spot, text)
    listed = member(tree.root, "Statement") if tree else None
    every = listed.items if isinstance(listed, JsonArray) else [listed]
    return [one for one in every if isinstance(one, JsonObject)]


def _sid(statement: Any, text: str) -> str:
    if not isinstance(statement, JsonObject):
        return argument(statement, "sid").strip('"')
    sid = member(statement, "Sid")
    return text[sid.start : sid.end].strip('"') if isinstance(sid, JsonScalar) else ""


def argument_node(block: Any, name: str) -> Any:
    """The expression of an argument of a block; None where it has none."""
    for body in block.children:
        for child in body.children if body.type == "body" else ():
            if child.type == "attribute" and child.children[0].text.decode() == name:
                return child.children[-1]
    return None


def argument(block: Any, name: str) -> str:
    """The text of that expression; empty where there is none."""
    node = argument_node(block, name)
    return node.text.decode() if node is not None else ""


def after_last(old: str, last: JsonValue, closing: int, spelled: Callable[[str], str], *, comma: bool) -> str:
    """`old` with something written behind the last item of a list or object that ends at `closing`.

    `comma` says whether items need commas between them even where each has a line of its own.
    """
    between = old[last.end : closing]
    has_comma = between.lstrip().startswith(",")
    indent = indent_at(old, last.start)
    if "\n" not in between:
        # The list ends on the line where its last item does.
        space = between[len(between.rstrip()) :]
        return f"{old[: last.end]}, {spelled(indent)}{space}{old[closing:]}"
    separator = "" if has_comma or not comma else ","
    trailing = "," if has_comma else ""
    kept, newline, rest = between.rpartition("\n")
    new = f"{kept.rstrip()}\n{indent}{spelled(indent)}{trailing}{newline}{rest}"
    return f"{old[: last.end]}{separator}{new}{old[closing:]}"


def indent_at(old: str, position: int) -> str:
    """What stands before the first word of the line on which a place is."""
    line = old[old.rfind("\n", 0, position) + 1 : position]
    return line[: len(line) - len(line.lstrip())]
