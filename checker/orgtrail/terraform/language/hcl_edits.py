"""Edits as HCL: what a person is shown, and what is written into a file."""

import re
from collections.abc import Iterator

from orgtrail.edits import (
    AddBlock,
    AddResource,
    AddToList,
    AppendText,
    DependsOn,
    Edit,
    RemoveBlock,
    RepairPolicy,
    SetArgument,
)
from orgtrail.terraform.language.hcl_text import Spell, as_block, as_object, condition_block, escaped
from orgtrail.values import Json, Symbol, Text, Value, show

_INDENT = "  "

#: What a list loses that is put in place of another, instead of beside it.
_BESIDE = "and what is there already"

#: What can stand in an expression; any other name of a symbol is words, or worse.
_NAMED = r'[\w.\-]+(\[[\w".\-]+\][\w.\-]*)*'
_ADDRESS = rf"{_NAMED}|length\({_NAMED}\)"


def as_hcl(edit: Edit, spell: Spell | None = None) -> str:
    """What an edit adds, as it would be written in the block; `spell` is for the strings of documents in it."""
    match edit:
        case SetArgument():
            line = f"{edit.name} = {literal(edit.value)}"
            for kind in reversed([one for one in edit.inside if isinstance(one, str)]):
                line = f"{kind} {{\n{_indented(line)}\n}}"
            return line
        case AppendText():
            return f'# {edit.name}: append "{escaped(edit.end)}"'
        case RemoveBlock():
            return f"# without {'.'.join(map(str, edit.inside))}"
        case AddBlock():
            return nested_block(edit.kind, edit.arguments)
        case AddResource():
            return nested_block(f'resource "{edit.type}" "{edit.name}"', edit.arguments, spell)
        case AddToList():
            return f"{edit.name} = [{literal(edit.value)}] # {_BESIDE}"
        case DependsOn():
            return f"depends_on = [{edit.address}] # {_BESIDE}"
        case RepairPolicy():
            return "\n".join(_of_policy(edit))


def literal(value: Value) -> str:
    """A value as an HCL expression."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return show(value)
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return "{ " + ", ".join(f"{name} = {literal(one)}" for name, one in value.items()) + " }"
        case Symbol() if re.fullmatch(_ADDRESS, value.identity):
            return value.identity
    return f'"{shown(value)}"'


def nested_block(kind: str, arguments: dict[str, Value], spell: Spell | None = None) -> str:
    """A block with its arguments, laid out as `terraform fmt` would; a `Json` is encoded there."""
    plain = {name: value for name, value in arguments.items() if not isinstance(value, dict | Json)}
    width = max(map(len, plain), default=0)
    lines = [f"{_INDENT}{name:<{width}} = {literal(value)}" for name, value in plain.items()]
    for name, value in arguments.items():
        if isinstance(value, Json):
            encoded = as_object(value.value, spell or shown, _INDENT)
            lines += [*([""] if lines else []), f"{_INDENT}{name} = jsonencode({encoded})"]
        if isinstance(value, dict):
            lines += [*([""] if lines else []), _indented(nested_block(name, value))]
    return f"{kind} {{\n" + "\n".join(lines) + "\n}"


def _indented(text: str) -> str:
    return "\n".join(f"{_INDENT}{line}" if line else "" for line in text.split("\n"))


def _of_policy(edit: RepairPolicy) -> Iterator[str]:
    spelled = as_block if edit.as_blocks else as_object
    for statement in edit.statements:
        yield spelled(statement, shown)
    if edit.trails:
        trails = list(edit.trails)
        values = ", ".join(f'"{shown(arn)}"' for arn in trails)
        condition = condition_block("ArnLike", "aws:SourceArn", trails, shown, "")
        yield condition if edit.as_blocks else f'"aws:SourceArn" = [{values}]'
    for one in edit.conditions:
        listed = list(one.values)
        condition = condition_block(one.operator, one.key, listed, shown, "")
        yield condition if edit.as_blocks else f"{one.operator} = {as_object({one.key: listed}, shown)}"
    for old, new in edit.words:
        yield f'"{escaped(new)}" # not "{escaped(old)}"'


def shown(value: Value) -> str:
    """A string as a person reads it: what has no address in the configuration stands in angle brackets."""
    if isinstance(value, Text):
        return "".join(map(shown, value.parts))
    if isinstance(value, Symbol) and not re.fullmatch(_ADDRESS, value.identity):
        return f"<{value.kind}>"
    return escaped(value) if isinstance(value, str) else show(value)
