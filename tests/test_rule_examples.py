"""The examples of every rule (rules/examples/*.md): bad are violated, good proved, as plans and as folders."""

import json
from pathlib import Path

import pytest
from workbench import rule_plans
from workbench.run import Run, check
from workbench.terraform import REPOSITORY

from orgtrail import rules
from orgtrail.examples import Example, examples

#: Rules that judge what only a living organization shows: no HCL is bad or good for them.
LIVE = {one.id for one in rules.catalogue() if one.live}
#: Rules about what is there before a plan, of which nothing is unknown.
CERTAIN = {"log-bucket-kept"}
ALL = [(rule_id, example) for rule_id in rules.ids() for example in examples(rule_id)]


def verdict(run: Run, rule_id: str) -> str:
    assert run.code in (0, 1, 3), run.err
    return run.verdicts()[rule_id]


@pytest.mark.parametrize(
    ("rule_id", "example"),
    [(rule_id, example) for rule_id in rules.ids() for example in rule_plans.planned(rule_id)],
    ids=lambda given: given.title if isinstance(given, Example) else given,
)
def test_recorded_plan(rule_id: str, example: Example) -> None:
    recorded = rule_plans.recorded(rule_id).get(example.title)
    assert recorded is not None, "run `make plans`"
    assert recorded["digest"] == rule_plans.digest(example), "the plan is behind the example: run `make plans`"
    plan = json.dumps(recorded["plan"]).encode()
    assert verdict(check("-", "--select", rule_id, *example.options, stdin=plan), rule_id) == example.facts.get(
        "plan", example.verdict
    )


@pytest.mark.parametrize(
    ("rule_id", "example"),
    [(rule_id, example) for rule_id, example in ALL if example.before is None and "data " not in example.hcl],
    ids=lambda given: given.title if isinstance(given, Example) else given,
)
def test_folder(rule_id: str, example: Example, tmp_path: Path) -> None:
    """The same without terraform. What a plan leaves open, a folder may know: there is nothing to compare with."""
    (tmp_path / "main.tf").write_text(example.hcl)
    found = verdict(check(tmp_path, "--select", rule_id, *example.options), rule_id)
    if example.kind != "undecided":
        assert found == example.facts.get("folder", example.verdict)


WHETHER_READ = {"trail-is-read", "bucket-policy-is-read"}


@pytest.mark.parametrize("rule_id", sorted({*rules.ids()} - LIVE))
def test_every_rule_has_two_bad_and_two_good_examples(rule_id: str) -> None:
    kinds = [example.kind for example in examples(rule_id)]
    needed = {"bad": 2, "good": 2, "undecided": 0 if rule_id in CERTAIN else 1, "not-applicable": 1}
    if rule_id in WHETHER_READ:
        # Whether something is read is never violated.
        needed = {"good": 2, "undecided": 2, "not-applicable": 1}
    assert {kind: count for kind, count in needed.items() if kinds.count(kind) < count} == {}
    assert len({example.title for example in examples(rule_id)}) == len(kinds)


def test_examples_belong_to_rules() -> None:
    found = {file.stem for file in (REPOSITORY / "checker" / "orgtrail" / "rules" / "examples").glob("*.md")}
    assert found == set(rules.ids()) - LIVE
    assert {file.stem for file in rule_plans.FOLDER.glob("*.json")} == set(rules.ids()) - LIVE
