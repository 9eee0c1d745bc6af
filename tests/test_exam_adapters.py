"""How a tool's answer to a case is marked, and what it is given to read."""

import json
from pathlib import Path
from typing import Any

import pytest
from tools import exam_page, exam_table
from tools.exam_adapters import checkov, command, inputs, simulator
from tools.exam_scoring import Answer, Case, cases, mark, mark_peer

READ = "members-cannot-read-logs"


def _named(name: str) -> Case:
    return next(case for case in cases([name]) if case.name == name)


def _case(**expect: Any) -> Case:
    return Case(Path("outsider-x"), {"args": ["policy.json"], **expect})


@pytest.mark.parametrize(
    ("expect", "answer", "marked"),
    [
        ({"exit": [0]}, Answer(0, {}), "right"),
        ({"exit": [0]}, Answer(3, {READ: "undecided"}), "undecided"),
        ({"exit": [0]}, Answer(1, {READ: "violated"}), "wrong"),
        ({"exit": [0]}, Answer(2, {}), "wrong"),
        ({"exit": [1, 2]}, Answer(2, {}), "right"),
        ({"exit_not": 0}, Answer(0, {}), "wrong"),
        ({"exit_not": 0}, Answer(3, {}), "right"),
        ({"rules": {READ: ["proved"]}}, Answer(0, {READ: "proved"}), "right"),
        ({"rules": {READ: ["proved"]}}, Answer(3, {READ: "undecided"}), "undecided"),
        ({"rules": {READ: ["proved"]}}, Answer(0, {}), "wrong"),
        ({"rules": {READ: ["proved", None]}}, Answer(0, {}), "right"),
        ({"says": ["a"], "says_not": ["b"]}, Answer(0, {}, "a"), "right"),
        ({"says": ["a"], "says_not": ["b"]}, Answer(0, {}, "ab"), "wrong"),
        ({"says": ["a"]}, Answer(0, {}, ""), "wrong"),
    ],
)
def test_mark(expect: dict[str, Any], answer: Answer, marked: str) -> None:
    assert mark(_case(**expect), answer).mark == marked


@pytest.mark.parametrize(
    ("expect", "verdicts", "marked"),
    [
        ({"exit": [1]}, {READ: "violated"}, "right"),
        ({"exit": [1]}, {READ: "proved"}, "wrong"),
        ({"exit": [1]}, {READ: "undecided"}, "undecided"),
        ({"exit": [0]}, {READ: "proved"}, "right"),
        ({"exit": [0]}, {READ: "violated"}, "wrong"),
        ({"rules": {READ: ["proved"]}}, {READ: "violated"}, "wrong"),
        ({"rules": {READ: ["proved"]}}, {"logs-not-public": "violated"}, "not asked"),
        ({"exit": [0]}, {}, "not asked"),
    ],
)
def test_mark_of_a_tool_that_answers_some_questions(
    expect: dict[str, Any], verdicts: dict[str, str], marked: str
) -> None:
    assert mark_peer(_case(**expect), verdicts).mark == marked


def test_every_case_with_terraform_files_or_a_policy_is_given_to_checkov(tmp_path: Path) -> None:
    given = {case.name for case in cases() if inputs.write_terraform(case, tmp_path / case.name)}
    assert {case.name for case in cases()} - given == {
        "json-syntax-inline-policy",
        "unread-opaque-policy",
        "unread-owner-before-its-account",
    }


def test_a_bare_policy_keeps_its_variables_inside_a_heredoc(tmp_path: Path) -> None:
    case = _named("real-variable-own-folder")
    inputs.write_terraform(case, tmp_path / "case")
    assert "$${aws:PrincipalAccount}" in (tmp_path / "case" / "main.tf").read_text()


def test_the_gravest_check_of_a_question_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(name: str) -> dict[str, str]:
        return {"check_id": name, "file_path": "/decrypt-x/main.tf"}

    report = {"results": {"passed_checks": [check("CKV_AWS_67")], "failed_checks": [check("CKV_AWS_251")]}}

    class Done:
        stdout = json.dumps([report])

    monkeypatch.setattr(checkov, "cases", list)
    monkeypatch.setattr(checkov.subprocess, "run", lambda *_arguments, **_options: Done)
    checkov._found.cache_clear()
    assert checkov._found("checkov") == {"decrypt-x": {"trail-covers-organization": "violated"}}
    checkov._found.cache_clear()


def test_the_simulator_is_asked_for_accounts_that_the_policy_names() -> None:
    case = _named("outsider-vendor-reads")
    asked = {one.principal for one in simulator.requests(case) if one.rule == "logs-not-public"}
    assert "arn:aws:iam::999999999999:role/admin" in asked
    assert "anonymous" in asked


def test_a_trusted_account_is_asked_for_altering_alone() -> None:
    case = _named("outsider-vendor-trusted")
    asked = {one.rule for one in simulator.requests(case) if ":999999999999:" in one.principal}
    assert asked == {"members-cannot-alter-logs", "outsiders-cannot-alter-logs"}


def test_every_adapter_has_its_row_and_the_one_command_asks_it() -> None:
    adapters = {one.stem for one in Path(checkov.__file__).parent.glob("*.py")} - {"__init__", "inputs"}
    assert adapters == {*exam_table.TOOLS, "command"}
    assert list(exam_page.HOW) == list(exam_table.TOOLS)
    kept = json.loads(exam_page.COUNTS.read_text())
    assert kept.keys() == exam_table.TOOLS.keys()
    # All of them were asked the same cases.
    assert len({sum(one["counts"]["all"].values()) for one in kept.values()}) == 1


def test_any_command_sits_it(tmp_path: Path) -> None:
    """A program that takes the arguments of `orgtrail check` and writes its JSON report: here, one that says yes."""
    program = tmp_path / "yes"
    results = [{"rule": READ, "verdict": "proved", "severity": "error"}]
    report = {"version": "orgtrail/1", "results": results}
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(report)}\nEND\n")
    program.chmod(0o755)
    marks = {case.name: command.ask(case, str(program)).mark for case in cases(["outsider-vendor"])}
    assert set(marks.values()) <= {"right", "wrong"}
    assert "wrong" in marks.values()
