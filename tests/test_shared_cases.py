"""The reviewer's cases, where they lie beside the checkout: right or undecided from the plan alone, never wrong."""

import json
from pathlib import Path

import pytest
from workbench.run import check
from workbench.terraform import REPOSITORY

FOLDER = REPOSITORY.parent / "shared" / "cases"
CASES = sorted(path.parent for path in FOLDER.glob("*/expect.json"))
FACTS = (
    "--management-account",
    "123456789012",
    "--archive-account",
    "123456789012",
    "--trusted-account",
    "444444444444",
)

pytestmark = pytest.mark.skipif(not CASES, reason="the reviewer's cases aren't beside this checkout")


def _wrong(case: Path, *arguments: str | Path, allowed: tuple[str, ...] = ()) -> dict[str, str | None]:
    """The verdicts that aren't what the reviewer says, nor among `allowed`."""
    verdicts = check(*arguments, *FACTS).verdicts()
    wrong = {}
    for rule, expected in json.loads((case / "expect.json").read_text())["rules"].items():
        verdict = verdicts.get(rule)
        verdict = None if verdict == "not-applicable" else verdict
        if verdict not in (expected if isinstance(expected, list) else [expected]) and verdict not in allowed:
            wrong[rule] = verdict
    return wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_plan_alone_is_never_wrong(case: Path) -> None:
    assert _wrong(case, case / "plan.json", allowed=("undecided",)) == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_plan_with_source_is_right(case: Path) -> None:
    assert _wrong(case, case / "plan.json", "--source", case) == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_folder_alone_is_never_wrong(case: Path) -> None:
    assert _wrong(case, case, allowed=("undecided",)) == {}
