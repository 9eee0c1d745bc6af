"""What the source alone gives, judged by the plans that the real terraform made of it: never another known value."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from workbench.terraform import REPOSITORY

from orgtrail.terraform.source.evaluation import Evaluation, Given
from orgtrail.terraform.source.root_module import load_source
from orgtrail.values import Value, is_known

CASES = sorted(
    path.parent for folder in ("examples", "tests/configurations") for path in (REPOSITORY / folder).glob("*/plan.json")
)


@cache
def plan(case: Path) -> Any:
    return json.loads((case / "plan.json").read_text())


def same(ours: Value, theirs: Any) -> bool:
    """Whether two values agree, as far as both are known: sets have no order, policies no white space.

    In a policy a list of one stands for its element; the provider's empty string is an argument that isn't set.
    """
    if theirs is None or not is_known(ours) or (ours is None and theirs == ""):
        return True
    if isinstance(ours, list) and len(ours) == 1 and isinstance(theirs, str):
        return same(ours[0], theirs)
    if isinstance(ours, str) and isinstance(theirs, str) and ours[:1] == "{" == theirs[:1]:
        return same(json.loads(ours), json.loads(theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(same(ours[name], theirs[name]) for name in set(ours) & set(theirs))
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(any(same(one, other) for other in theirs) for one in ours)
    return isinstance(ours, bool) == isinstance(theirs, bool) and str(ours) == str(theirs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_never_another_value_than_the_plan(case: Path) -> None:
    facts = Given(variables={name: given.get("value") for name, given in plan(case).get("variables", {}).items()})
    evaluation = Evaluation(load_source(case), facts)
    compared = 0
    for change in plan(case)["resource_changes"]:
        after, unknown = change["change"]["after"], change["change"]["after_unknown"]
        ours = evaluation.values(change["address"])
        if after is None or ours is None or change["change"]["actions"] == ["no-op"]:
            continue
        for name, value in ours.items():
            if name in after and unknown is not True and not unknown.get(name):
                compared += 1
                assert same(value, after[name]), f"{change['address']}.{name}: {value!r}, but planned {after[name]!r}"
    assert compared > 0 or all(one["change"]["actions"] == ["no-op"] for one in plan(case)["resource_changes"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_instances_as_the_plan(case: Path) -> None:
    facts = Given(variables={name: given.get("value") for name, given in plan(case).get("variables", {}).items()})
    found = {one.address for one in Evaluation(load_source(case), facts).instances()}
    planned = {
        one["address"]
        for one in plan(case)["resource_changes"]
        if one["change"]["actions"] not in (["delete"], ["forget"]) and "deposed" not in one
    }
    if not any("[?]" in address for address in found):
        assert planned <= found
