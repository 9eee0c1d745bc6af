"""Every example's plan, made by the real terraform, gets the verdicts that its expect.json says."""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench.run import check
from workbench.terraform import REPOSITORY

CASES = sorted(path.parent for path in (REPOSITORY / "examples").glob("*/expect.json"))


def _expected(case: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((case / "expect.json").read_text())
    return expected


def test_there_are_examples() -> None:
    assert len(CASES) >= 17


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_plan_alone(case: Path) -> None:
    expected = _expected(case)
    verdicts = check(case / "plan.json", *expected["options"]).verdicts()
    assert {rule: verdicts.get(rule) for rule in expected["plan_alone"]} == expected["plan_alone"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_plan_with_source(case: Path) -> None:
    expected = _expected(case)
    run = check(case / "plan.json", "--source", case, *expected["options"])
    verdicts = run.verdicts()
    assert {rule: verdicts.get(rule) for rule in expected["with_source"]} == expected["with_source"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_source_settles_and_never_contradicts(case: Path) -> None:
    """What a plan alone decides, the plan with its source decides the same way."""
    expected = _expected(case)
    alone, together = expected["plan_alone"], expected["with_source"]
    assert {rule: verdict for rule, verdict in alone.items() if verdict not in ("undecided", together.get(rule))} == {}


def test_an_account_that_a_policy_names_comes_with_the_option_that_trusts_it() -> None:
    """The readers of the bundled module are named; who is let in by a condition on all members isn't."""
    hint = "; if it may, give --trusted-account 444444444444"
    messages = [
        one["message"] for one in check(REPOSITORY / "examples" / "one-account" / "plan.json").json()["results"]
    ]
    assert sum(message.endswith(hint) for message in messages) == 2
    case = REPOSITORY / "examples" / "organization-wide-read"
    assert "--trusted-account" not in check(case / "plan.json", "--source", case).out
