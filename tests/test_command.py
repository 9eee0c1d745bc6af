"""The command's own behaviour: exit codes, options, reports."""

import json
from pathlib import Path

import pytest
from workbench.run import check, orgtrail
from workbench.terraform import REPOSITORY

from orgtrail import rules
from orgtrail.config import Settings
from orgtrail.engine import judging
from orgtrail.engine import run as engine
from orgtrail.engine.one_input import checked
from orgtrail.results import Report

EXAMPLES = REPOSITORY / "examples"
ORDER = ("--select", "trusted-access-before-trail")
UNDECIDED = EXAMPLES / "ordered-by-local" / "plan.json"
VIOLATED = EXAMPLES / "other-service-only" / "plan.json"
PROVED = EXAMPLES / "recommended-policy" / "plan.json"


@pytest.mark.parametrize(
    ("plans", "options", "code"),
    [
        ([PROVED], [], 0),
        ([VIOLATED], [], 1),
        ([UNDECIDED], [], 3),
        ([UNDECIDED], ["--undecided", "warn"], 0),
        ([UNDECIDED, VIOLATED], [], 1),
        ([PROVED, UNDECIDED], [], 3),
        ([VIOLATED], ["--ignore", "trusted-access-before-trail"], 0),
    ],
)
def test_exit_code(plans: list[Path], options: list[str], code: int) -> None:
    assert check(*plans, *ORDER, *options).code == code


def test_json_report_has_the_contracts_shape() -> None:
    report = check(VIOLATED, *ORDER).json()
    assert report["version"] == "orgtrail/1"
    assert report["inputs"] == [{"path": str(VIOLATED), "kind": "plan", "terraform_version": "1.11.4"}]
    assert {"proved", "violated", "undecided", "suppressed", "exit_code"} <= set(report["summary"])
    (result,) = report["results"]
    assert {"rule", "verdict", "severity", "input", "address", "location", "message", "witness"} <= set(result)
    assert {"unknowns", "because", "suppression"} <= set(result)
    assert set(result["witness"]) == {"trail", "trusted_access", "missing", "is_edge"}


def test_assumption_is_a_ground_and_counted_apart() -> None:
    run = check(UNDECIDED, *ORDER, "--assume-trusted-access", "the platform stack enables it")
    (result,) = run.json()["results"]
    assert run.code == 0
    assert (result["verdict"], result["because"]) == ("proved", ["assumed: the platform stack enables it"])
    assert run.json()["summary"]["assumed"] == 1


def test_a_contradiction_is_an_error() -> None:
    data = EXAMPLES / "organization-data-source" / "plan.json"
    run = check(data, *ORDER, "--management-account", "999999999999")
    assert run.code == 2
    assert "contradicts" in run.err


def test_report_goes_to_a_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    run = orgtrail("check", PROVED, *ORDER, "--format", f"json={file}", "--format", "text")
    assert json.loads(file.read_text())["summary"]["proved"] == 1
    assert "1 holds, " in run.out
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_report_that_cant_be_written_is_one_line(tmp_path: Path) -> None:
    run = orgtrail("check", PROVED, *ORDER, "--output", tmp_path / "no" / "report.txt")
    assert (run.code, run.err.count("\n")) == (2, 1)


def test_a_rule_that_raises_is_isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(domain: object) -> list[rules.Finding]:
        raise ZeroDivisionError("on purpose")

    good = rules.load("trusted-access-before-trail")
    bad = rules.Rule("broken-rule", "error", "0.1.0", broken)
    monkeypatch.setattr(judging, "select", lambda settings: [bad, good])
    report: Report = engine.check([str(PROVED)], Settings())
    assert [(result.rule, result.verdict) for result in report.results] == [
        ("broken-rule", "undecided"),
        ("trusted-access-before-trail", "proved"),
    ]
    assert "ZeroDivisionError" in report.results[0].unknowns[0].what
    assert report.exit_code == 3


@pytest.mark.parametrize("fails", ["rule", "drawing"])
def test_a_bug_keeps_no_verdict_from_a_drawn_report(
    fails: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What a worker of many inputs runs, with the HTML page; the other rules run, and the page names the bug."""

    def broken(*_: object) -> list[rules.Finding]:
        raise ZeroDivisionError("on purpose")

    good = rules.load("trusted-access-before-trail")
    bad = rules.Rule("organization-all-features", "error", "0.1.0", broken if fails == "rule" else lambda domain: [])
    monkeypatch.setattr(judging, "select", lambda settings: [bad, good])
    if fails == "drawing":
        monkeypatch.setattr("orgtrail.views.view.ordering", broken)
    found = checked(str(PROVED), Settings(), views=True)
    assert [result.verdict for result in found.results] == [
        "undecided" if fails == "rule" else "not-applicable",
        "proved",
    ]
    page = tmp_path / "page.html"
    run = orgtrail("check", PROVED, "--format", f"html={page}")
    assert run.code == (3 if fails == "rule" else 0)
    assert "ZeroDivisionError: on purpose" in page.read_text()


def test_a_report_may_be_read_by_who_may_read_other_files(tmp_path: Path) -> None:
    beside, report = tmp_path / "beside", tmp_path / "report.json"
    beside.touch()
    check(PROVED, *ORDER, "--output", report)
    assert report.stat().st_mode == beside.stat().st_mode
    report.chmod(0o640)
    check(PROVED, *ORDER, "--output", report)
    assert report.stat().st_mode & 0o777 == 0o640


def test_what_the_source_cannot_show_is_said_and_keeps_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(results: object, described: object) -> object:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("orgtrail.fixes.written.with_source", broken)
    run = orgtrail("check", EXAMPLES / "no-ordering", *ORDER)
    assert run.code == 1
    assert "note: a bug in orgtrail: what the source shows of the results raised ZeroDivisionError" in run.out
