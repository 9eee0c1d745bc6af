"""Every rule x everything that Terraform may do to what the rule is about: the rows of `rules/examples/<rule>.md`."""

import json

import pytest
from workbench import lifecycle, rule_plans
from workbench.run import check

from orgtrail import rules

LIVE = {one.id for one in rules.catalogue() if one.live}
ROWS = [(rule_id, *row) for rule_id in rules.ids() for row in lifecycle.rows(rule_id)]


@pytest.mark.parametrize(("rule_id", "kind", "action", "verdict"), ROWS)
def test_lifecycle(rule_id: str, kind: str, action: str, verdict: str) -> None:
    assert lifecycle.verdict_of(rule_id, kind, action) == verdict


def test_every_rule_has_its_rows() -> None:
    """Rules about what only a living organization shows have nothing to say of any plan."""
    missing = {*rules.ids()} - LIVE - {rule_id for rule_id, *_ in ROWS}
    assert not missing, f"write the rows with `make rule NAME={min(missing)}`, and review them"


def test_every_action_has_its_column() -> None:
    assert {action for _, _, action, _ in ROWS} == {*lifecycle.ACTIONS}


@pytest.mark.parametrize("rule_id", sorted(LIVE))
def test_no_plan_is_a_living_organization(rule_id: str) -> None:
    plan = rule_plans.recorded("trusted-access-kept")
    for recorded in plan.values():
        run = check("-", "--select", rule_id, stdin=json.dumps(recorded["plan"]).encode())
        assert run.verdicts() == {rule_id: "not-applicable"}
