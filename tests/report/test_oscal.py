"""The OSCAL report: valid by compliance-trestle, the same ids for the same input, no finding on what isn't known."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from workbench.run import orgtrail
from workbench.terraform import REPOSITORY

from orgtrail import controls
from orgtrail.report import writer
from orgtrail.report.oscal import control_id
from orgtrail.report.style import PLAIN
from orgtrail.results import Configuration, Input, Report, Result
from tests.report.fixture import REPORT
from tests.report.test_hostile import HOSTILE, poisoned

ALTERING = "members-cannot-alter-logs"
AU_9_4 = next(one for one in controls.CONTROLS if one.id == "AU-9(4)")


def written(report: Report) -> dict[str, Any]:
    document = json.loads(writer("oscal")(report, PLAIN))
    _validate(document)
    found: dict[str, Any] = document["assessment-results"]
    return found


def _validate(document: dict[str, Any]) -> None:
    """By trestle's models, which are made from NIST's schema of the latest version: it takes what 1.1.3 has."""
    oscal = pytest.importorskip("trestle.oscal", reason="compliance-trestle isn't installed")
    from trestle.oscal.assessment_results import AssessmentResults

    data = json.loads(json.dumps(document["assessment-results"]))
    assert data["metadata"]["oscal-version"] == "1.1.3"
    data["metadata"]["oscal-version"] = oscal.OSCAL_VERSION
    AssessmentResults(**data)


def findings(report: Report) -> dict[str, str]:
    return {
        one["target"]["target-id"]: one["target"]["status"]["state"]
        for part in written(report)["results"]
        for one in part.get("findings", ())
    }


def of_rules(**verdicts: str) -> Report:
    """A report in which every rule behind AU-9(4) is proved, but for those that are told."""
    results = tuple(
        Result(rule, verdicts.get(rule.replace("-", "_"), "proved"), "error", "p.json", "aws_t.n", "said")  # type: ignore[arg-type]
        for rule in AU_9_4.rules
    )
    return Report((Input("p.json", "plan"),), results, 0)


def test_it_is_valid() -> None:
    document = written(REPORT)
    assert document["metadata"]["oscal-version"] == "1.1.3"
    ids = [one["uuid"] for part in document["results"] for one in part["observations"]]
    assert len(set(ids)) == len(ids) == len(REPORT.results)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stay_text(text: str) -> None:
    written(poisoned(text))


def test_ids_are_the_same_for_the_same_input() -> None:
    def ids(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["uuid"]] if "uuid" in value else []
            return own + [one for inner in value.values() for one in ids(inner)]
        return [one for inner in value for one in ids(inner)] if isinstance(value, list) else []

    first, second = written(REPORT), written(REPORT)
    assert ids(first) == ids(second)
    defined = set(ids(first))
    for part in first["results"]:
        for one in part["observations"]:
            assert {subject["subject-uuid"] for subject in one.get("subjects", ())} <= defined
        for one in part.get("findings", ()):
            assert {related["observation-uuid"] for related in one["related-observations"]} <= defined
    assert first["import-ap"]["href"].removeprefix("#") in defined


@pytest.mark.parametrize(
    ("verdict", "expected"), [("proved", "satisfied"), ("violated", "not-satisfied"), ("undecided", None)]
)
def test_a_finding_only_where_it_can_be_said(verdict: str, expected: str | None) -> None:
    assert findings(of_rules(members_cannot_alter_logs=verdict)).get("au-9.4_smt") == expected


def test_what_was_not_asked_or_read_satisfies_nothing() -> None:
    report = of_rules()
    unasked = msgspec.structs.replace(report, configuration=Configuration(not_asked=("trail-in-management-account",)))
    assert "au-9.4_smt" not in findings(unasked)
    assert "au-9.4_smt" not in findings(msgspec.structs.replace(report, unreadable=("x.json: is empty",)))
    assert findings(report)["au-9.4_smt"] == "satisfied"


def test_a_violation_that_is_set_aside_is_neither() -> None:
    result = next(one for one in REPORT.results if one.is_suppressed)
    aside = msgspec.structs.replace(result, rule=ALTERING, verdict="violated", input="p.json")
    report = of_rules()
    report = msgspec.structs.replace(report, results=(aside, *(one for one in report.results if one.rule != ALTERING)))
    assert "au-9.4_smt" not in findings(report)


def test_a_finding_says_which_part_it_is_about() -> None:
    part = written(of_rules())["results"][0]
    finding = next(one for one in part["findings"] if one["target"]["target-id"] == "au-9.4_smt")
    assert AU_9_4.part in finding["target"]["status"]["remarks"]
    assert len(finding["related-observations"]) == len(AU_9_4.rules)


def test_control_ids_are_those_of_the_catalog() -> None:
    assert [control_id(one) for one in ("AU-2", "AU-9", "AU-9(4)")] == ["au-2", "au-9", "au-9.4"]


def test_a_plan_all_the_way(tmp_path: Path) -> None:
    plan = REPOSITORY / "examples" / "organization-wide-read" / "plan.json"
    run = orgtrail("check", plan, "--source", plan.parent, f"--format=oscal={tmp_path / 'oscal.json'}")
    assert run.code == 1
    document = json.loads((tmp_path / "oscal.json").read_text())
    _validate(document)
    part = document["assessment-results"]["results"][0]
    assert {"au-9_smt": "not-satisfied"}.items() <= {
        one["target"]["target-id"]: one["target"]["status"]["state"] for one in part["findings"]
    }.items()
    titles = {item["props"][0]["value"] for item in part["local-definitions"]["inventory-items"]}
    assert "aws_s3_bucket_policy.logs" in titles
