"""The day is an input: what ended before it is over, what begins later will be open."""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench.run import check, orgtrail

FACTS = (
    *("--bucket", "acme-logs", "--organization-id", "o-abcd123456"),
    *("--management-account", "123456789012", "--archive-account", "222222222222"),
)
RULE = "logs-not-public"


def written(folder: Path, effect: str = "Allow", **conditions: Any) -> Path:
    statements: list[dict[str, Any]] = [
        {
            "Sid": "S",
            "Effect": effect,
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::acme-logs/*",
        }
    ]
    statements[0]["Condition"] = conditions
    if effect == "Deny":
        statements.append({**statements[0], "Sid": "Open", "Effect": "Allow"})
        del statements[1]["Condition"]
    file = folder / "policy.json"
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return file


@pytest.mark.parametrize(
    ("conditions", "today", "verdict"),
    [
        ({"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}, "2026-12-31", "violated"),
        ({"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}, "2027-01-01", "proved"),
        ({"DateLessThanEquals": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}, "2027-01-01", "violated"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, "2026-12-31", "violated"),
        ({"NumericLessThan": {"aws:EpochTime": "1798761600"}}, "2026-12-31", "violated"),
        ({"NumericLessThan": {"aws:EpochTime": "1798761600"}}, "2027-01-01", "proved"),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, "2019-06-01", "violated"),
    ],
)
def test_an_allow_that_ends(tmp_path: Path, conditions: dict[str, Any], today: str, verdict: str) -> None:
    run = check(written(tmp_path, **conditions), "--select", RULE, *FACTS, "--today", today)
    assert run.verdicts()[RULE] == verdict
    configuration = run.json()["configuration"]
    assert configuration["today"] == today
    assert ("today", today) in [tuple(list(fact.values())[:2]) for fact in configuration["facts"]]
    if verdict == "proved":
        assert f"what ended before {today} is over" in run.json()["results"][0]["because"]


@pytest.mark.parametrize(
    ("conditions", "verdict"),
    [
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, "proved"),
        # A Deny that ends opens what it denied.
        ({"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, "violated"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, "violated"),
    ],
)
def test_a_deny_that_begins_or_ends(tmp_path: Path, conditions: dict[str, Any], verdict: str) -> None:
    file = written(tmp_path, "Deny", **conditions)
    assert check(file, "--select", RULE, *FACTS, "--today", "2026-11-28").verdicts()[RULE] == verdict


def test_without_the_option_it_is_the_day_of_the_run(tmp_path: Path) -> None:
    file = written(tmp_path, DateLessThan={"aws:CurrentTime": "2025-06-01T00:00:00Z"})
    assert check(file, "--select", RULE, *FACTS).verdicts()[RULE] == "proved"


def test_access_takes_the_day_too(tmp_path: Path) -> None:
    file = written(tmp_path, DateLessThan={"aws:CurrentTime": "2027-01-01T00:00:00Z"})
    seen = {day: orgtrail("access", file, *FACTS, "--today", day).out for day in ("2026-12-31", "2027-01-01")}
    assert seen["2026-12-31"] != seen["2027-01-01"]


def test_what_is_no_day_is_wrong_usage(tmp_path: Path) -> None:
    run = check(written(tmp_path), *FACTS, "--today", "tomorrow")
    assert run.code == 2
    assert "`tomorrow` is no day" in run.err


def test_a_file_that_was_only_found_may_not_say_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, DateLessThan={"aws:CurrentTime": "2027-01-01T00:00:00Z"})
    (tmp_path / "orgtrail.toml").write_text("today = 2027-01-01\n")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    assert check(file, *FACTS).code == 2
    assert check(file, "--select", RULE, *FACTS, "--config", "orgtrail.toml").verdicts()[RULE] == "proved"
