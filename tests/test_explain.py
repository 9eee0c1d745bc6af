"""`orgtrail explain` and `orgtrail rules`, and the pages made of them."""

import re

import pytest
from tools import rule_pages
from workbench.run import orgtrail

from orgtrail import explain, rules


def test_pages_are_what_the_docstrings_say() -> None:
    assert rule_pages.behind() == [], "run `python -m tools.rule_pages`"


@pytest.mark.parametrize("rule_id", rules.ids())
def test_a_docstring_says_all_that_a_page_needs(rule_id: str) -> None:
    explanation = explain.explain(rule_id)
    assert explanation.summary.endswith(".")
    assert explanation.why
    # What breaks, and in whose account.
    assert re.search(r"account|member|organization", explanation.why), "name whose account it breaks in"
    assert explanation.holds_when
    assert explanation.fix
    assert explanation.sources
    for source in explanation.sources:
        assert source.title
        assert source.url.startswith(("https://docs.aws.amazon.com/", "https://registry.terraform.io/"))


def test_explain_in_the_terminal() -> None:
    run = orgtrail("explain", "trusted-access-kept")
    assert run.code == 0
    assert run.out.startswith("trusted-access-kept [error, since 0.1.0]\n\nTrusted access for CloudTrail stays enabled")
    assert "\nHow to fix it\n" in run.out


def test_explain_as_json_has_the_sections() -> None:
    data = orgtrail("explain", "trusted-access-kept", "--format", "json").json()
    assert (data["rule"], data["severity"]) == ("trusted-access-kept", "error")
    assert {"summary", "why", "holds_when", "fix", "sources", "examples"} <= set(data)


def test_explain_of_no_rule_is_one_line() -> None:
    run = orgtrail("explain", "no-such-rule")
    assert (run.code, run.err.count("\n"), run.out) == (2, 1, "")
    assert "there is no rule `no-such-rule`" in run.err


def test_the_catalogue_lists_every_rule_once() -> None:
    listed = [line.split()[0] for line in orgtrail("rules").out.splitlines()]
    assert listed == list(rules.ids())
    assert [one["rule"] for one in orgtrail("rules", "--format", "json").json()] == list(rules.ids())
