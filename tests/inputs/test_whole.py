"""A plan that isn't whole never passes where the whole one doesn't: members cut out, retyped or doubled."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from workbench import rule_plans
from workbench.run import check
from workbench.terraform import REPOSITORY

Path_ = tuple[str | int, ...]

#: What Terraform doesn't write instead of something of another type.
OTHERS: tuple[Any, ...] = (None, 7, "x", [], {}, True)

#: Plans that fail, each for one reason: one member less, and it might be gone.
FAILING = {
    "a trail of one account": ("trail-covers-organization", 0),
    "a policy for a member": ("members-cannot-read-logs", 0),
    "a replica": ("logs-not-replicated-to-members", 0),
}
#: Mutations that are tried of each, out of some thousand.
TRIED = 60


def plan_of(rule_id: str, place: int) -> dict[str, Any]:
    plans = list(rule_plans.recorded(rule_id).values())
    plan: dict[str, Any] = plans[place]["plan"]
    return plan


def places(value: Any, at: Path_ = ()) -> Iterator[Path_]:
    """The path of every member inside a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        if isinstance(value, dict):
            yield (*at, name)
        yield from places(inner, (*at, name))


def without(plan: dict[str, Any], at: Path_, instead: Any = ...) -> dict[str, Any]:
    """The plan without a member, or with something else in its place."""
    made = copy.deepcopy(plan)
    holder: Any = made
    for step in at[:-1]:
        holder = holder[step]
    if instead is ...:
        del holder[at[-1]]
    else:
        holder[at[-1]] = instead
    return made


def mutations(plan: dict[str, Any], rng: random.Random) -> Iterator[tuple[Path_, Any]]:
    """Some of the ways to take a member out or to retype it; those of the changes themselves all."""
    every = list(places(plan))
    near = [at for at in every if at[0] != "resource_changes" or len(at) > 3]
    for at in [at for at in every if at not in near] + rng.sample(near, TRIED):
        value = plan_at(plan, at)
        yield at, ...
        yield at, rng.choice([one for one in OTHERS if type(one) is not type(value)])


def plan_at(plan: Any, at: Path_) -> Any:
    for step in at:
        plan = plan[step]
    return plan


@pytest.mark.parametrize("name", FAILING)
def test_no_single_member_makes_it_pass(name: str) -> None:
    plan = plan_of(*FAILING[name])
    assert check("-", stdin=json.dumps(plan).encode()).code == 1
    for at, instead in mutations(plan, random.Random(name)):
        run = check("-", stdin=json.dumps(without(plan, at, instead)).encode())
        assert run.code != 0, (at, instead)
        assert "a bug in orgtrail" not in run.out, (at, instead)


@pytest.mark.parametrize(
    ("at", "instead", "words"),
    [
        (("resource_changes",), ..., "has no `resource_changes`, though it plans `aws_cloudtrail.org`"),
        (("resource_changes",), None, "$.resource_changes"),
        (("resource_changes", 0, "change", "after"), None, "`after` of what is to create isn't an object"),
        (("resource_changes", 0, "change", "after"), ..., "missing required field `after`"),
        (("resource_changes", 0, "change", "after_unknown"), ..., "missing required field `after_unknown`"),
        (("resource_changes", 0, "change", "after_unknown"), True, "`after_unknown` of what is to create"),
        (("resource_changes", 0, "change", "actions"), ["make"], "no action is called ['make']"),
        (("resource_changes", 0, "change", "after", "is_organization_trail"), ..., "lacks `is_organization_trail`"),
        (("resource_changes", 0, "change", "after", "is_organization_trail"), None, "of another type"),
        (("resource_changes", 0, "change", "after", "is_organization_trail"), "false", "of another type"),
    ],
)
def test_what_is_missing_is_named(at: Path_, instead: Any, words: str) -> None:
    run = check("-", stdin=json.dumps(without(plan_of("trail-covers-organization", 0), at, instead)).encode())
    assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    assert words in run.err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"resource_changes": [', '"resource_changes": [], "resource_changes": ['),
        ('"is_organization_trail": ', '"is_organization_trail": true, "is_organization_trail": '),
        ('"type": "aws_cloudtrail"', '"type": "aws_cloudtrail", "type": "aws_s3_bucket"'),
    ],
)
def test_a_member_that_stands_twice_is_refused(old: str, new: str) -> None:
    text = json.dumps(plan_of("trail-covers-organization", 0))
    assert old in text
    run = check("-", stdin=text.replace(old, new).encode())
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "twice" in run.err


def test_a_plan_of_outputs_alone_has_no_changes() -> None:
    plan = {"format_version": "1.2", "planned_values": {"root_module": {}}, "configuration": {"root_module": {}}}
    assert check("-", stdin=json.dumps(plan).encode()).code == 0
    block = {"address": "aws_cloudtrail.x", "mode": "managed", "type": "aws_cloudtrail", "name": "x"}
    plan["configuration"] = {"root_module": {"resources": [block]}}
    run = check("-", stdin=json.dumps(plan).encode())
    assert (run.code, "its configuration holds `aws_cloudtrail.x`" in run.err) == (2, True)
    plan["configuration"] = {"root_module": {"resources": [block | {"count_expression": {"constant_value": 0}}]}}
    assert check("-", stdin=json.dumps(plan).encode()).code == 0


def test_a_plan_of_a_part_says_so_and_proves_nothing_of_the_rest() -> None:
    plan = json.loads((REPOSITORY / "examples" / "policy-jsonencode" / "plan.json").read_text())
    whole = check("-", stdin=json.dumps(plan).encode())
    assert whole.verdicts()["trail-is-read"] == "not-applicable"
    part = check("-", stdin=json.dumps(plan | {"complete": False}).encode())
    assert part.verdicts()["trail-is-read"] == "undecided"
    assert "covers a part of the configuration only" in part.out
    assert not [one for one in part.json()["answers"] if one["word"] == "yes"]
    deferred = {"reason": "provider_config_unknown", "resource_change": plan["resource_changes"][0]}
    later = check("-", stdin=json.dumps(plan | {"deferred_changes": [deferred]}).encode())
    assert "to a later one" in later.out
    assert later.code in (1, 3)
