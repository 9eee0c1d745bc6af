"""`orgtrail access`: the matrix, and what a plan changes in it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from orgtrail.cli import cli

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FACTS = ["--management-account", "123456789012", "--archive-account", "123456789012"]


def access(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["access", *arguments, *FACTS], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def cells(name: str, *options: str) -> dict[tuple[str, str], dict[str, object]]:
    folder = EXAMPLES / name
    shown = access(str(folder / "plan.json"), "--source", str(folder), "--format", "json", *options)
    return {(cell["principal"], cell["action"]): cell for cell in json.loads(shown)["access"]}


def test_every_yes_has_a_witness_and_every_no_a_reason() -> None:
    found = cells("organization-wide-read")
    assert found["any member account", "read"]["allowed"] == "yes"
    assert found["any member account", "write"]["allowed"] == "no"
    assert found["CloudTrail", "write"]["allowed"] == "yes"
    assert found["anonymous", "read"]["allowed"] == "no"
    for cell in found.values():
        assert (cell["witness"] is not None) == (cell["allowed"] == "yes")
        assert cell["stopped_by"] or cell["allowed"] == "yes"


def test_what_a_new_policy_newly_allows() -> None:
    found = cells("organization-wide-read", "--before-after")
    assert found["any member account", "+read"]["allowed"] == "yes"
    assert ("any member account", "+write") not in found
    assert not any(action.startswith("-") for _, action in found)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_other_formats(form: str) -> None:
    folder = EXAMPLES / "organization-wide-read"
    shown = access(str(folder / "plan.json"), "--source", str(folder), "--format", form)
    assert "any member account" in shown
    assert "s3:GetObject" in shown
