"""Every case of the exam is answered rightly, or stands in open.toml with what is said instead.

The list only shrinks: a case in it that is answered rightly fails here, until it is struck out
(`python -m tools.exam --shrink`).
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tools import exam_page
from tools.exam_adapters import orgtrail
from tools.exam_cases.__main__ import authored, differing
from tools.exam_scoring import CASES, Case, cases

EXAM = CASES.parent
ALL = cases()
OPEN: dict[str, str] = tomllib.loads((EXAM / "open.toml").read_text())["open"]


def test_there_are_cases_and_twins() -> None:
    """Correct stacks are asked as well as open ones, so that an alarm on them is seen."""
    assert len(ALL) >= 197
    assert sum(case.is_correct for case in ALL) >= 40


def test_open_cases_exist() -> None:
    assert OPEN.keys() - {case.name for case in ALL} == set()


def test_cases_are_as_their_authors_wrote_them() -> None:
    """`python -m tools.exam_cases` writes them."""
    assert {case.name: differing(case) for case in authored() if differing(case)} == {}


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    marked = orgtrail.ask(case, None)
    if case.name in OPEN:
        assert marked.mark != "right", "answered rightly now: strike it out of open.toml"
        pytest.xfail(OPEN[case.name])
    assert marked.mark == "right", marked.said


def test_every_expectation_has_the_form() -> None:
    schema: dict[str, Any] = json.loads((EXAM / "expect.schema.json").read_text())
    form = Draft202012Validator(schema)
    wrong = {
        path.parent.name: [error.message for error in form.iter_errors(json.loads(path.read_text()))]
        for path in CASES.glob("*/expect.json")
    }
    assert {name: errors for name, errors in wrong.items() if errors} == {}


def test_no_case_leaves_its_folder() -> None:
    """Whoever takes one folder has the whole case."""
    arguments = {case.name: [word for word in case.expect["args"] if ".." in Path(word).parts] for case in ALL}
    assert {name: words for name, words in arguments.items() if words} == {}


def test_the_page_is_made_from_the_counts() -> None:
    """`python -m tools.exam --tool TOOL --save` remakes both."""
    assert exam_page.PAGE.read_text() == exam_page.page(json.loads(exam_page.COUNTS.read_text()))
