"""Configurations written as people write them, planned by the real terraform: source settles what the plan leaves open.

Each is numbered after the constructs that real organization trails use; `make plans` remakes the plans.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench.run import check
from workbench.terraform import REPOSITORY

OWN = sorted(path.parent for path in (REPOSITORY / "tests" / "configurations").glob("*/expect.json"))
EXAMPLES = sorted(path.parent for path in (REPOSITORY / "examples").glob("*/expect.json"))


def expected(case: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((case / "expect.json").read_text())
    return read


def test_there_are_enough() -> None:
    assert len(OWN) >= 25


@pytest.mark.parametrize("case", [*OWN, *EXAMPLES], ids=lambda case: case.name)
def test_plan_with_its_source(case: Path) -> None:
    wanted = expected(case)
    run = check(case / "plan.json", "--source", case, *wanted["options"])
    verdicts = run.verdicts()
    assert {rule: verdicts.get(rule) for rule in wanted["with_source"]} == wanted["with_source"]
    lost = [
        one["address"] for one in run.json()["results"] if one["address"] and not (one["location"] or {}).get("line")
    ]
    assert lost == []


@pytest.mark.parametrize("case", [*OWN, *EXAMPLES], ids=lambda case: case.name)
def test_without_a_plan_never_wrong(case: Path) -> None:
    """Without a plan a verdict may be undecided or, about what a plan would destroy or change, not there."""
    wanted = expected(case)
    verdicts = check(case, *wanted["options"]).verdicts()
    for rule, verdict in wanted["with_source"].items():
        assert verdicts.get(rule, "not-applicable") in (verdict, "undecided", "not-applicable"), rule


@pytest.mark.parametrize("case", OWN, ids=lambda case: case.name)
def test_without_a_plan_decided(case: Path) -> None:
    """None of these hangs on a state, so the folder alone decides them all."""
    wanted = expected(case)
    verdicts = check(case, *wanted["options"]).verdicts()
    assert {rule: verdicts.get(rule) for rule in wanted["with_source"]} == wanted["with_source"]
