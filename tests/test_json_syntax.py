"""JSON syntax says what HCL says: every example of every rule as a folder of `.tf.json`, nested blocks both ways."""

import json
from pathlib import Path

import pytest
from workbench.json_syntax import Form, as_json
from workbench.run import check

from orgtrail.examples import Example
from orgtrail.terraform.language.block import Block, SourceFile
from orgtrail.terraform.language.blocks import read_blocks
from tests.test_rule_examples import ALL, verdict

FOLDERS = [(rule_id, example) for rule_id, example in ALL if example.before is None and "data " not in example.hcl]
FORMS: tuple[Form, ...] = ("object", "list")


def _shape(blocks: list[Block]) -> list[object]:
    return sorted(
        (
            [block.kind, list(block.labels), sorted(block.attributes), _shape(block.blocks)]
            for block in blocks
            if block.kind != "locals"
        ),
        key=repr,
    )


def _blocks(name: str, text: str) -> list[Block]:
    file = SourceFile(name, text.encode())
    found = read_blocks(file)
    assert not file.errors, file.errors
    return found


@pytest.mark.parametrize("form", FORMS)
def test_blocks_are_blocks(form: Form) -> None:
    """The structure of every example is the same in both syntaxes: what HCL has as a block isn't an argument."""
    texts = {example.hcl for _, example in ALL}
    wrong = [
        text
        for text in texts
        if _shape(_blocks("main.tf", text)) != _shape(_blocks("main.tf.json", as_json(text, form)))
    ]
    assert not wrong


def _nested(blocks: list[Block]) -> bool:
    return any(block.blocks for block in blocks if block.kind in ("resource", "data", "provider", "module"))


@pytest.mark.parametrize(
    ("rule_id", "example"),
    [(rule_id, example) for rule_id, example in FOLDERS],
    ids=lambda given: given.title if isinstance(given, Example) else given,
)
def test_examples(rule_id: str, example: Example, tmp_path: Path) -> None:
    """One rule at a time. Where nothing is nested, the two forms are the same file."""
    has_nested = _nested(_blocks("main.tf", example.hcl))
    for form in FORMS if has_nested else FORMS[:1]:
        (tmp_path / "main.tf.json").write_text(as_json(example.hcl, form))
        found = verdict(check(tmp_path, "--select", rule_id, *example.options), rule_id)
        if example.kind != "undecided":
            assert found == example.facts.get("folder", example.verdict), form


def test_an_object_and_a_list_of_one_are_the_same_block(tmp_path: Path) -> None:
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
    inner = {"name": "read", "policy": policy}
    for inline in (inner, [inner]):
        file = {"resource": {"aws_iam_role": {"reader": {"name": "reader", "inline_policy": inline}}}}
        (role,) = _blocks("main.tf.json", json.dumps(file))
        (found,) = role.nested("inline_policy")
        assert set(found.attributes) == {"name", "policy"}
        assert "inline_policy" not in role.attributes
