"""HCL written as Terraform's JSON syntax, so that one can be held against the other.

A nested block becomes an object, or a list of objects, as told. Every expression becomes a template that holds nothing
else, but for the few arguments where Terraform wants bare names.
Source: HashiCorp, Terraform language, "JSON Configuration Syntax".
"""

import json
import re
import textwrap
from typing import Any, Literal

from orgtrail.terraform.language.block import Attribute, Block, SourceFile
from orgtrail.terraform.language.blocks import read_blocks

Form = Literal["object", "list"]

#: Arguments that hold names, not expressions.
_NAMES = frozenset({"provider", "depends_on", "ignore_changes", "replace_triggered_by", "iterator", "type"})
_MAPS_OF_NAMES = frozenset({"providers", "configuration_aliases"})
_HEREDOC = re.compile(r"<<(-?)\w+\n(.*?)\n?[ \t]*\w+\s*\Z", re.DOTALL)


def as_json(hcl: str, form: Form) -> str:
    """A file of HCL in JSON syntax."""
    file = SourceFile("main.tf", hcl.encode())
    blocks = read_blocks(file)
    assert not file.errors, file.errors
    return json.dumps(_merged([(block.kind, *block.labels, _body(block, form)) for block in blocks]), indent=1)


def _merged(paths: list[tuple[Any, ...]]) -> dict[str, Any]:
    """Labels as members inside one another; what stands at one place more than once is a list."""
    made: dict[str, Any] = {}
    for *labels, last, body in paths:
        at = made
        for label in labels:
            at = at.setdefault(label, {})
        if last in at:
            at[last] = [*(at[last] if isinstance(at[last], list) else [at[last]]), body]
        else:
            at[last] = body
    return made


def _body(block: Block, form: Form) -> dict[str, Any]:
    made: dict[str, Any] = {name: _value(attribute, block.kind) for name, attribute in block.attributes.items()}
    kinds: dict[str, list[Block]] = {}
    for inner in block.blocks:
        kinds.setdefault(inner.kind, []).append(inner)
    for kind, inners in kinds.items():
        if any(inner.labels for inner in inners):
            made[kind] = _merged([(*inner.labels, _body(inner, form)) for inner in inners])
            continue
        bodies = [_body(inner, form) for inner in inners]
        made[kind] = bodies[0] if form == "object" and len(bodies) == 1 else bodies
    return made


def _value(attribute: Attribute, kind: str) -> Any:
    written = attribute.text.strip()
    heredoc = _HEREDOC.fullmatch(written)
    if heredoc:
        text = heredoc[2] + "\n"
        return textwrap.dedent(text) if heredoc[1] else text
    if attribute.name in _NAMES and not (attribute.name == "type" and kind != "variable"):
        names = re.findall(r"[^\s,\[\]]+", written) if written.startswith("[") else None
        return written.strip('"') if names is None else names
    if attribute.name in _MAPS_OF_NAMES:
        return dict(re.findall(r"([\w.-]+)\s*=\s*([\w.-]+)", written))
    return "${" + written + "}"
