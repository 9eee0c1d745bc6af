"""Sets one argument of a block, or adds one element to the list that it holds, here or where it is defined."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from orgtrail.edits import AddBlock, AddResource, AddToList, AppendText, DependsOn, Edit, RemoveBlock, SetArgument
from orgtrail.fixes.policy_text import definitions, leads
from orgtrail.fixes.syntax_nodes import expression_node, find_block, nested_nodes, unfolded, within
from orgtrail.terraform.language.block import Attribute, Block
from orgtrail.terraform.language.blocks import parser
from orgtrail.terraform.language.hcl_edits import as_hcl, literal, nested_block, shown
from orgtrail.terraform.source.modules import Module
from orgtrail.values import Value

#: A comment up to the end of its line.
_COMMENT = re.compile(r"(?:#|//).*$", re.MULTILINE)

#: Definitions that are followed in a row.
_MOST_STEPS = 12


def defined(module: Module, attribute: Attribute) -> Attribute:
    """Where the list in an argument is written out: behind a local, a default, a module's input or output."""
    for _ in range(_MOST_STEPS):
        found = list(leads(attribute.node))
        if len(found) != 1 or found[0][0] not in ("local", "var", "module"):
            break
        kind, named = found[0]
        step = next(definitions(module, kind, named), None)
        if step is None and kind == "var" and module.parent is None and named in module.folder.variables:
            default = module.folder.variables[named].attributes.get("default")
            step = (module, default) if default is not None else None
        if step is None:
            break
        module, attribute = step
    return attribute


def with_definition(text: str, attribute: Attribute, value: str) -> str:
    """`text` with one element more in the list that an attribute holds, wherever the attribute stands."""
    node = expression_node(attribute, text)
    listed = within(node, "tuple") if node is not None else None
    if listed is None:
        return text
    data = text.encode()
    replaced = _with_element(listed.text.decode(), value, _column(data, listed.start_byte))
    if replaced is None:
        return text
    return str(data[: listed.start_byte] + replaced.encode() + data[listed.end_byte :], "utf-8")


def _column(data: bytes, position: int) -> int:
    """How far the line is indented on which a place is."""
    line = data[data.rfind(b"\n", 0, position) + 1 : position]
    return len(line) - len(line.lstrip())


def edited(text: str, block: Block, edit: Edit, spell: Callable[[Value], str] = shown) -> str:
    """`text` with an edit made in one of its blocks; as it is where it can't be.

    `spell` says what stands in a document for what has no spelling yet. Raises what that raises.
    """
    data = text.encode()
    node = find_block(parser().parse(data).root_node, block)
    if node is None:
        return text
    match edit:
        case SetArgument():
            return _with_nested(data, node, edit)
        case AppendText():
            return _with_end(data, node, edit)
        case RemoveBlock():
            found = _led_to(node, edit.inside)
            return _without(text, data, found) if found is not None else text
        case AddToList():
            return _with_argument(data, node, edit.name, literal(edit.value), listed=True)
        case DependsOn():
            return _with_argument(data, node, "depends_on", edit.address, listed=True)
        case AddResource():
            end = len(data[: node.end_byte].decode())
            return f"{text[:end]}\n\n{as_hcl(edit, spell)}{text[end:]}"
        case AddBlock():
            return _with_lines(data, node, nested_block(edit.kind, edit.arguments))
    return text


def _with_nested(data: bytes, node: Any, edit: SetArgument) -> str:
    """A block with an argument set, in the nested block that the edit leads to; what is missing on the way is added."""
    for depth, kind in enumerate(edit.inside):
        if isinstance(kind, int):
            continue
        number = edit.inside[depth + 1] if depth + 1 < len(edit.inside) else 0
        is_one = isinstance(number, int) and _is_one_of_several(edit.inside, depth)
        found = _led_to(node, (kind, number) if is_one else (kind,))
        if found is None and is_one:
            # Which of several it is can't be told where they are made by an expression.
            return data.decode()
        if found is None:
            return _with_lines(data, node, as_hcl(msgspec.structs.replace(edit, inside=edit.inside[depth:])))
        node = found
    return _with_argument(data, node, edit.name, literal(edit.value), listed=False)


def _is_one_of_several(inside: tuple[str | int, ...], depth: int) -> bool:
    return depth + 1 < len(inside) and isinstance(inside[depth + 1], int)


def _led_to(node: Any, inside: tuple[str | int, ...]) -> Any:
    """The nested block that `inside` leads to; None where it isn't there, or where an expression makes several."""
    for depth, kind in enumerate(inside):
        if isinstance(kind, int):
            continue
        found = list(nested_nodes(node, kind))
        if _is_one_of_several(inside, depth):
            number = inside[depth + 1]
            is_made = any(one.parent.parent.children[0].text == b"dynamic" for one in found)
            found = found[number : number + 1] if isinstance(number, int) and not is_made else []
        if not found:
            return None
        node = found[0]
    return node


def _without(text: str, data: bytes, node: Any) -> str:
    """A text without a block, and without the empty line before it."""
    start, end = len(data[: node.start_byte].decode()), len(data[: node.end_byte].decode())
    start = text.rfind("\n", 0, start) + 1
    before = text[:start]
    if before.endswith("\n\n"):
        before = before[:-1]
    return before + text[end:].removeprefix("\r").removeprefix("\n")


def _is_whole(node: Any, expression: Any) -> bool:
    return node is not None and (node.start_byte, node.end_byte) == (expression.start_byte, expression.end_byte)


def _with_end(data: bytes, node: Any, edit: AppendText) -> str:
    """A block with a few characters more behind the string that an argument holds."""
    body = next((child for child in node.children if child.type == "body"), None)
    for attribute in body.children if body is not None else ():
        if attribute.type == "attribute" and attribute.children[0].text.decode() == edit.name:
            expression = attribute.children[-1]
            written = expression.text.decode()
            is_quoted = (
                within(expression, "template_expr") is not None or within(expression, "literal_value") is not None
            )
            if is_quoted and written.startswith('"') and written.endswith('"'):
                new = f'{written[:-1]}{edit.end}"'
            else:
                new = f'"${{{written}}}{edit.end}"'
            return str(data[: expression.start_byte] + new.encode() + data[expression.end_byte :], "utf-8")
    return data.decode()


def _with_lines(data: bytes, node: Any, lines: str) -> str:
    """A block with lines before its closing brace."""
    closing = next(child for child in reversed(node.children) if child.type == "block_end").start_byte
    outer = " " * node.start_point[1]
    before, after = data[:closing].decode(), data[closing:].decode()
    if node.start_point[0] == node.end_point[0]:
        before = unfolded(before, len(data[: node.start_byte].decode()), outer)
    written = "\n".join(f"{outer}  {line}" if line else "" for line in lines.split("\n"))
    kept = before.rstrip()
    return f"{kept}{chr(10) if kept.endswith('{') else chr(10) * 2}{written}\n{outer}{after}"


def _with_argument(data: bytes, node: Any, name: str, value: str, *, listed: bool) -> str:
    """A block with one argument set, or with one element more where it is `listed`."""
    text = data.decode()
    if listed and not value.startswith("["):
        value = f"[{value}]"
    body = next((child for child in node.children if child.type == "body"), None)
    for attribute in body.children if body is not None else ():
        if attribute.type == "attribute" and attribute.children[0].text.decode() == name:
            expression = attribute.children[-1]
            start, end = expression.start_byte, expression.end_byte
            written = data[start:end].decode()
            replaced = _with_element(written, value, attribute.start_point[1]) if listed else value
            if replaced is None:
                return text
            return str(data[:start] + replaced.encode() + data[end:], "utf-8")
    closing = next(child for child in reversed(node.children) if child.type == "block_end")
    indent = " " * (node.start_point[1] + 2)
    start = data.rfind(b"\n", 0, closing.start_byte) + 1
    apart, key = _placed(body, name)
    line = f"{apart}{indent}{key} = {value}\n".encode()
    if data[start : closing.start_byte].strip():
        # The block is written on one line.
        outer = " " * node.start_point[1]
        begun = unfolded(data[: closing.start_byte].decode(), len(data[: node.start_byte].decode()), outer)
        return f"{begun}{apart}{outer}  {key} = {value}\n{outer}{data[closing.start_byte :].decode()}"
    return str(data[:start] + line + data[start:], "utf-8")


def _placed(body: Any, name: str) -> tuple[str, str]:
    """A name as wide as its neighbours above, whose equals signs `terraform fmt` aligns, and what to put before it.

    A name that is wider than its neighbours would move them: it stands apart then.
    """
    last = body.children[-1] if body is not None and body.children else None
    if last is None or last.type != "attribute" or last.start_point[0] != last.end_point[0]:
        return "", name
    key, equals = last.children[0], last.children[1]
    width = equals.start_byte - key.start_byte - 1
    return "\n" if len(name) > width else "", f"{name:<{width}}"


def _with_element(written: str, value: str, indent: int) -> str | None:
    """A list with one element more; None where it is there already or where the list isn't written out."""
    element = value.strip().removeprefix("[").removesuffix("]").strip()
    if not (written.startswith("[") and written.endswith("]")):
        return None
    inside = written[1:-1]
    if element in [one.strip() for one in re.split(r"[,\n]", _COMMENT.sub("", inside))]:
        return None
    if not _COMMENT.sub("", inside).strip():
        return f"[{element}]" if not inside.strip() else None
    if "\n" not in inside:
        return f"[{inside.rstrip().rstrip(',')}, {element}]"
    rows = inside.rstrip().split("\n")
    # Comments may follow the last element, on its line and below it.
    at = max(number for number, row in enumerate(rows) if _COMMENT.sub("", row).strip())
    last = _COMMENT.sub("", rows[at])
    comment = rows[at][len(last) :]
    comma = "" if last.rstrip().endswith(",") or not last.strip() else ","
    rows[at] = f"{last.rstrip()}{comma}" + (f" {comment.lstrip()}" if comment else "")
    return "[" + "\n".join(rows) + f"\n{' ' * (indent + 2)}{element},\n{' ' * indent}]"
