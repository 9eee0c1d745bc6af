"""Writes the tables of inputs and outputs into the READMEs of modules/: `python -m tools.module_tables`.

They come from `variables.tf` and `outputs.tf`, so a description is written once. `tests/modules/test_readmes.py` fails
where a README is behind.
"""

import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import hcl2

MODULES = Path(__file__).resolve().parents[1] / "modules"
BEGIN = "<!-- tables: written by tools/module_tables.py -->"
END = "<!-- /tables -->"


def readme_with_tables(module: Path) -> str:
    """The text of `module`'s README as it should be."""
    text = (module / "README.md").read_text()
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{module / 'README.md'}: expected the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{tables(module)}{END}{after}"


def tables(module: Path) -> str:
    """Both tables of `module` as Markdown."""
    variables = _blocks(module / "variables.tf", "variable")
    inputs = [
        f"| `{name}` | {_type(body['type'])} | {_default(body)} | {_cell(body['description'])} |"
        # What has to be given comes first; otherwise the order of the file.
        for name, body in sorted(variables.items(), key=lambda item: "default" in item[1])
    ]
    outputs = [
        f"| `{name}` | {_cell(body['description'])} |"
        for name, body in _blocks(module / "outputs.tf", "output").items()
    ]
    return "\n".join(
        [
            "## Inputs\n",
            "| name | type | default | what it is |",
            "| --- | --- | --- | --- |",
            *inputs,
            "\n## Outputs\n",
            "| name | what it is |",
            "| --- | --- |",
            *outputs,
            "",
        ]
    )


def _blocks(file: Path, kind: str) -> dict[str, dict[str, Any]]:
    """Name to body of every `kind` block of `file`."""
    with file.open() as opened:
        parsed = hcl2.load(opened)
    return {name.strip('"'): body for block in parsed.get(kind, []) for name, body in block.items()}


def _cell(text: str) -> str:
    """An HCL string literal or heredoc, as python-hcl2 gives it, on one line of a table."""
    text = text.removeprefix('"').removesuffix('"')
    if heredoc := re.fullmatch(r"<<-?(\w+)\n(.*)\n\s*\1", text, re.DOTALL):
        text = textwrap.dedent(heredoc[2])
    else:
        text = text.replace('\\"', '"').replace("\\\\", "\\")
    return " ".join(text.split()).replace("|", "\\|")


def _code(expression: str) -> str:
    return f"`{expression.removeprefix('${').removesuffix('}')}`"


def _type(expression: str) -> str:
    return _code(expression if expression.startswith("${") else f"${{{expression}}}")


def _default(body: dict[str, Any]) -> str:
    if "default" not in body:
        return "**required**"
    match body["default"]:
        case None:
            return "`null`"
        case bool() as value:
            return f"`{str(value).lower()}`"
        case str() as value if value.startswith("${"):
            return _code(value)
        case value:
            return f"`{value}`"


def main(arguments: list[str]) -> int:
    stale = []
    for readme in sorted(MODULES.glob("*/README.md")):
        wanted = readme_with_tables(readme.parent)
        if readme.read_text() != wanted:
            stale.append(readme)
            if "--check" not in arguments:
                readme.write_text(wanted)
                print(f"wrote {readme.relative_to(MODULES.parent)}")
    if stale and "--check" in arguments:
        print("behind:", *(readme.relative_to(MODULES.parent) for readme in stale), "(python -m tools.module_tables)")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
