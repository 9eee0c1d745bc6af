"""Nested blocks: the table knows every one that is read, and nobody reads one as if it were a value.

A block that the table lacks would be an argument in JSON syntax, and one that is read with `get()` would be missed
where an input writes it as an object.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from workbench.terraform import REPOSITORY

from orgtrail.provider.nested import Blocks, nested_blocks
from orgtrail.provider.resource_types import TYPES

CHECKER = REPOSITORY / "checker" / "orgtrail"
#: The rooms that judge resources.
ROOMS = ("organization", "rules", "views")
SOURCES = {
    file: ast.parse(file.read_text()) for room in ROOMS for file in sorted((CHECKER / room).rglob("*.py"))
}  # fmt: skip
READ = frozenset(kind for file in SOURCES for kind in re.findall(r"[\"'](?:data\.)?(aws_[a-z0-9_]+)", file.read_text()))
TREES = [nested_blocks(mode, kind) for mode in ("managed", "data") for kind in sorted(READ)]
#: Lists of objects that are no blocks: nobody writes them.
COMPUTED = frozenset(name for one in TYPES.values() for name in one.computed)
#: Names of blocks that are plain arguments of other types: everywhere, and in one file. Each use was looked at.
ARGUMENTS = frozenset({"bucket", "region"})
ARGUMENTS_IN = {"rules/logs_not_streamed_to_members/judging.py": {"destination"}}


def _calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def _words(call: ast.Call) -> list[str]:
    return [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _has(path: list[str]) -> bool:
    """Whether some type that is read has these blocks inside one another."""
    level: list[Blocks] = TREES
    for name in path:
        level = [tree[name] for tree in level if name in tree]
    return bool(level)


def _every(trees: list[Blocks]) -> Iterator[str]:
    for tree in trees:
        yield from tree
        yield from _every(list(tree.values()))


def _paths() -> list[tuple[str, list[str]]]:
    found = []
    for file, tree in SOURCES.items():
        for call in _calls(tree, "blocks", "inside"):
            words = _words(call)
            if words and len(words) == len(call.args):
                path = words[:-1] if isinstance(call.func, ast.Attribute) and call.func.attr == "inside" else words
                found.append((f"{file.relative_to(CHECKER)}:{call.lineno}", path))
    return found


def test_some_blocks_are_read() -> None:
    assert len(_paths()) > 5


@pytest.mark.parametrize(("where", "path"), _paths())
def test_the_table_has_what_is_read(where: str, path: list[str]) -> None:
    assert _has(path) or (len(path) == 1 and path[0] in COMPUTED), f"{where} reads {path}: no AWS type has that block"


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(CHECKER)))
def test_nobody_reads_a_block_as_a_value(file: Path) -> None:
    names = frozenset(_every(TREES)) - ARGUMENTS - ARGUMENTS_IN.get(str(file.relative_to(CHECKER)), set())
    in_lists = {
        id(call)
        for node in ast.walk(SOURCES[file])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "listed"
        for call in node.args
    }
    wrong = [
        f"line {call.lineno}: {words[0]}"
        for call in _calls(SOURCES[file], "get")
        if (words := _words(call)) and words[0] in names and id(call) not in in_lists
    ]
    assert not wrong, "use instance.blocks(), .inside() or listed(); a plain argument goes into ARGUMENTS_IN"
