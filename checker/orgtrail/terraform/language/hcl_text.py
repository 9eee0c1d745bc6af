"""Policy statements as HCL or JSON text, laid out as `terraform fmt` would."""

import json
import re
from collections.abc import Callable

from orgtrail.values import Value

#: Spells one string inside quotes, escapes and interpolations included.
Spell = Callable[[Value], str]

_INDENT = "  "

#: One interpolation and nothing else: as an expression it needs no quotes.
_ALONE = r"\$\{([^{}]*)\}"


#: Source: HashiCorp, Terraform language, "Strings and Templates", "Escape Sequences".
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE = r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029]'


def escaped(text: str) -> str:
    """What stands inside quotes for a text: one line, nothing of it a template. JSON reads it the same."""
    spelled = re.sub(_TO_ESCAPE, lambda found: _ESCAPED.get(found[0]) or f"\\u{ord(found[0]):04x}", text)
    return spelled.replace("${", "$${").replace("%{", "%%{")


def as_object(value: Value, spell: Spell, indent: str = "") -> str:
    """A value as an HCL expression; `indent` stands before the line that it begins on."""
    inner = indent + _INDENT
    if isinstance(value, dict):
        if len(value) == 1 and not any(isinstance(one, dict) for one in value.values()):
            return "{ " + ", ".join(f"{_name(key)} = {as_object(one, spell)}" for key, one in value.items()) + " }"
        names = {key: _name(key) for key in value}
        # `terraform fmt` aligns the equals signs of neighbouring lines; a value over several lines ends the group.
        spelled = {key: as_object(one, spell, inner) for key, one in value.items()}
        lines = []
        for group in _groups(spelled):
            width = max(len(names[key]) for key in group)
            lines += [f"{inner}{names[key]:<{width}} = {spelled[key]}" for key in group]
        return "{\n" + "\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list):
        return "[" + ", ".join(as_object(one, spell, indent) for one in value) + "]"
    spelled_out = spell(value)
    alone = re.fullmatch(_ALONE, spelled_out)
    return alone[1] if alone else f'"{spelled_out}"'


def _groups(spelled: dict[str, str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for key, value in spelled.items():
        if "\n" in value and groups[-1]:
            groups.append([])
        groups[-1].append(key)
        if "\n" in value:
            groups.append([])
    return [group for group in groups if group]


def _name(key: str) -> str:
    return key if key.isidentifier() else f'"{escaped(key)}"'


def as_json(value: Value, spell: Spell, indent: str = "") -> str:
    """A value as JSON text whose strings may hold interpolations."""
    inner = indent + _INDENT
    if isinstance(value, dict):
        if len(value) == 1 and not any(isinstance(one, dict) for one in value.values()):
            return "{" + ", ".join(f"{json.dumps(key)}: {as_json(one, spell)}" for key, one in value.items()) + "}"
        rows = [f"{inner}{json.dumps(key)}: {as_json(one, spell, inner)}" for key, one in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list):
        return "[" + ", ".join(as_json(one, spell, indent) for one in value) + "]"
    return f'"{spell(value)}"'


def as_block(statement: dict[str, Value], spell: Spell, indent: str = "") -> str:
    """A statement as a `statement` block of the data source `aws_iam_policy_document`."""
    inner = indent + _INDENT
    head = {
        "sid": as_object(statement["Sid"], spell),
        "effect": "" if statement["Effect"] == "Allow" else as_object(statement["Effect"], spell),
        "actions": as_object(_listed(statement["Action"]), spell),
        # The trust policy of a role has no resource, its own policies have no principal.
        "resources": as_object(_listed(statement["Resource"]), spell) if "Resource" in statement else "",
    }
    width = max(len(name) for name, value in head.items() if value)
    lines = [f"{inner}{name:<{width}} = {value}" for name, value in head.items() if value]
    principal = statement.get("Principal")
    named = principal if isinstance(principal, dict) else {"*": principal} if principal is not None else {}
    for kind, identifiers in named.items():
        lines += ["", f"{inner}principals {{", f'{inner}{_INDENT}type        = "{kind}"']
        lines += [f"{inner}{_INDENT}identifiers = {as_object(_listed(identifiers), spell)}", f"{inner}}}"]
    conditions = statement.get("Condition")
    for test, pairs in conditions.items() if isinstance(conditions, dict) else ():
        for variable, values in pairs.items() if isinstance(pairs, dict) else ():
            lines += ["", condition_block(test, variable, values, spell, inner)]
    return f"{indent}statement {{\n" + "\n".join(lines) + f"\n{indent}}}"


def condition_block(test: str, variable: str, values: Value, spell: Spell, indent: str) -> str:
    """A `condition` block of a `statement` block."""
    inner = indent + _INDENT
    return (
        f'{indent}condition {{\n{inner}test     = "{test}"\n{inner}variable = "{variable}"\n'
        f"{inner}values   = {as_object(_listed(values), spell)}\n{indent}}}"
    )


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]
