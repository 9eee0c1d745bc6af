"""One more condition in a statement, in the way in which the statement is written."""

from collections.abc import Callable
from typing import Any

import msgspec

from orgtrail.fixes.policy_text import JsonObject, Spot, member
from orgtrail.fixes.statements import after_last, argument, indent_at
from orgtrail.fixes.syntax_nodes import nested_nodes
from orgtrail.terraform.language.hcl_text import as_json, as_object, condition_block
from orgtrail.values import Value

#: A change of a text: from one place to another, and what stands there then.
TextChange = tuple[int, int, str]


def has_condition(statement: Any, operator: str, key: str) -> bool:
    """Whether a `statement` block has a condition of that operator and key, to which another would only add values."""
    wanted = (operator.lower(), key.lower())
    return any(
        (argument(one, "test").strip('"').lower(), argument(one, "variable").strip('"').lower()) == wanted
        for one in nested_nodes(statement, "condition", "content")
    )


def with_condition_block(
    statement: Any, operator: str, key: str, values: list[Value], old: str, speller: Callable[[Value], str]
) -> TextChange:
    """One more `condition` block at the end of a `statement` block."""
    data = old.encode()
    closing = next(child for child in reversed(statement.children) if child.type == "block_end")
    place = len(data[: closing.start_byte].decode())
    indent = indent_at(old, len(data[: statement.start_byte].decode()))
    block = condition_block(operator, key, values, speller, indent + "  ")
    return len(old[:place].rstrip()), place, f"\n\n{block}\n{indent}"


def with_condition(
    spot: Spot,
    statement: JsonObject,
    operator: str,
    key: str,
    values: list[Value],
    old: str,
    speller: Callable[[Value], str],
) -> TextChange | None:
    """One more condition in an object or in JSON text; None where its `Condition` isn't written out, or has the key."""
    named: Value = values[0] if len(values) == 1 else values
    conditions = member(statement, "Condition")
    if conditions is None:
        return _after(spot, statement, "Condition", {operator: {key: named}}, old, speller)
    if not isinstance(conditions, JsonObject):
        return None
    pairs = member(conditions, operator)
    if pairs is None:
        return _after(spot, conditions, operator, {key: named}, old, speller)
    if not isinstance(pairs, JsonObject) or member(pairs, key) is not None:
        return None
    return _after(spot, pairs, key, named, old, speller)


def _after(
    spot: Spot, holder: JsonObject, name: str, value: Value, old: str, speller: Callable[[Value], str]
) -> TextChange | None:
    """One more member of an object, behind the last."""
    if not holder.items:
        return None
    is_hcl = spot.form in ("object", "list")

    def spelled(indent: str) -> str:
        if is_hcl:
            bare = name if name.isidentifier() else f'"{name}"'
            return f"{bare} = {as_object(value, speller, indent)}"
        return f'"{name}": {as_json(value, speller, indent)}'

    first, last = holder.items[-1]
    anchored = msgspec.structs.replace(first, end=last.end)
    new = after_last(old, anchored, holder.end - 1, spelled, comma=not is_hcl)
    tail = len(old) - holder.end + 1
    return last.end, holder.end - 1, new[last.end : len(new) - tail]
