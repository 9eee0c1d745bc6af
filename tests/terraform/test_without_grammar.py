"""What is read without a grammar, beside what python-hcl2 reads: the same tree, or none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orgtrail.terraform.language import blocks, hcl

FILES = sorted(one for place in ("examples", "modules", "tests/configurations") for one in Path(place).rglob("*.tf"))
LINE, COLUMN = 3, 7


def expressions(node: Any) -> Iterator[bytes]:
    if node.type == "expression":
        yield node.text
    for child in node.named_children:
        yield from expressions(child)


def test_every_expression_of_the_repository_is_read_as_the_grammar_reads_it() -> None:
    written = {
        text.decode() for file in FILES for text in expressions(blocks.parser().parse(file.read_bytes()).root_node)
    }
    trees = {one: hcl.without_grammar(one, LINE, COLUMN) for one in written}
    simple = {one: tree for one, tree in trees.items() if tree is not None}
    assert len(simple) > 200
    assert {one: hcl.by_grammar(one, LINE, COLUMN) for one in simple} == simple


@pytest.mark.parametrize(
    "written",
    [
        "[]",
        "[ ]",
        "[a.b]",
        "[a.b,]",
        '[\n  a.b,\n  "x",\n]',
        '["a, b", c.d, null, true, 10]',
        '"${a.b}"',
        '"${a.b}/*"',
        '"x${a.b.c}y${d.e}"',
        '["${a.b}", "é${c.d}"]',
        "[\r\n  a.b\r\n]",
    ],
)
def test_it_is_the_tree_of_the_grammar(written: str) -> None:
    found = hcl.without_grammar(written, LINE, COLUMN)
    assert found is not None
    assert found == hcl.by_grammar(written, LINE, COLUMN)


@pytest.mark.parametrize(
    "written",
    [
        "[,]",
        "[a.b,,]",
        "[a.b c.d]",
        "[a.b\nc.d]",
        "[a.b] # [x.y]",
        "[a.b[0]]",
        "[a.b...]",
        "[nullable]",
        "[1.5]",
        "[01]",
        "[[a.b]]",
        '["a" "b"]',
        '["$${a.b}"]',
        '"$${a.b}"',
        '"%{ if a.b }x%{ endif }"',
        '"a\\n"',
        '"${ a.b }"',
        '"${~a.b}"',
        '"${a}"',
        '"a" "b"',
        '"a${a.b',
        "[a.b, /* c */ d.e]",
    ],
)
def test_anything_else_is_for_the_grammar(written: str) -> None:
    assert hcl.without_grammar(written, LINE, COLUMN) is None
