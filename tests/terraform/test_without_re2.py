"""Without google-re2, an extra, what a pattern decides isn't known: never guessed, and never by Python's own engine."""

import sys
from pathlib import Path

import pytest
from workbench.re2 import has_re2
from workbench.run import check

from orgtrail.terraform.language.hcl import parse_expression
from orgtrail.terraform.language.operations import plain
from orgtrail.terraform.source.evaluation import Evaluation, Given
from orgtrail.terraform.source.root_module import load_source
from orgtrail.values import Unknown, Value
from tests.test_hostile_source import ROOT


@pytest.fixture(autouse=True)
def without_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)


def value_of(expression: str, folder: Path) -> Value:
    (folder / "main.tf").write_text("")
    return plain(Evaluation(load_source(folder), Given()).expression(parse_expression(expression)))


@pytest.mark.parametrize(
    "expression",
    [
        'regex("a+", "baab")',
        'regexall("a", "baab")',
        'replace("baab", "/a+/", "x")',
        'fileset(path.module, "*.tf")',
        'can(regex("x", "a"))',
        'try(regex("x", "a"), "fallback")',
        'length(regexall("x", "a")) > 0 ? "yes" : "no"',
        '"${regex("a+", "baab")}"',
    ],
)
def test_it_is_unknown_and_names_the_extra(expression: str, tmp_path: Path) -> None:
    found = value_of(expression, tmp_path)
    assert isinstance(found, Unknown)
    assert "needs google-re2" in found.cause.what
    assert found.cause.settle == "install orgtrail with its extra re2"


def test_what_is_no_pattern_is_known(tmp_path: Path) -> None:
    assert value_of('replace("baab", "a+", "x")', tmp_path) == "baab"
    assert value_of('replace("b.ab", ".", "x")', tmp_path) == "bxab"


POLICY = """
jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::222222222222:root" }
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::${regex("^[a-z]+-org", "acme-org-x")}-logs/*"
    }]
  })
"""


def test_a_verdict_that_hangs_on_a_pattern_is_undecided_and_settled_by_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.tf").write_text(ROOT.replace("POLICY", POLICY).replace("MORE", ""))
    options = ("--select", "members-cannot-read-logs", "--management-account", "111111111111")
    run = check(tmp_path, *options)
    (result,) = run.json()["results"]
    assert (run.code, result["verdict"]) == (3, "undecided")
    assert "install orgtrail with its extra re2" in result["unknowns"][0]["settle"]
    monkeypatch.undo()
    if has_re2():
        assert check(tmp_path, *options).verdicts() == {"members-cannot-read-logs": "violated"}
