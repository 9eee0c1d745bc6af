"""What a check costs grows as the plan does, whatever there is much of: counted in calls, as seconds differ."""

import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tools.crowded_plans import SHAPES, crowded
from workbench.terraform import REPOSITORY

from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.provider.resource_types import resource_type
from tests.provider.test_nested import READ

EXAMPLE = REPOSITORY / "examples" / "recommended-policy" / "plan.json"

#: What the policy engine really has to answer for, a hundredth of a second for each.
HARD = ("log-buckets", "policies-of-one-bucket", "documents", "roles")


def _calls(file: Path) -> int:
    """How many functions a check calls, those written in C too."""
    count = 0

    def counted(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        engine.check([str(file)], Settings())
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_many_cost_twice_as_much(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    counts = []
    # The first one imports.
    for count in (1, *((3, 6, 12) if shape in HARD else (10, 20, 40))):
        file.write_bytes(crowded(shape, count))
        counts.append(_calls(file))
    _, few, some, many = counts
    # What doesn't grow is taken off; a square would be four times as much. The policy engine sets every trail beside
    # every other until its bound on the work is hit, which is cheap for these and counted all the same.
    assert many - some < 3 * (some - few), counts


def _of_every_type(count: int) -> bytes:
    """A plan that holds `count` resources of every type that rules read, each named after its number."""
    plan: dict[str, Any] = json.loads(EXAMPLE.read_text())
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    for kind in sorted(READ):
        home = resource_type(kind).home
        for number in range(count):
            name = f"crowd-{number}"
            values = {
                **dict.fromkeys(("id", "name", "bucket", "key_id", "target_id", "role", "user", "group"), name),
                "arn": f"arn:aws:x:us-east-1:123456789012:{kind}/{name}",
                "policy": document,
                **({home.attribute: name} if home else {}),
            }
            change = {"actions": ["no-op"], "before": values, "after": values, "after_unknown": {}}
            address = f"{kind}.crowd[{number}]"
            one = {"address": address, "mode": "managed", "type": kind, "name": "crowd", "index": number}
            plan["resource_changes"].append({**one, "change": change})
    return json.dumps({name: plan[name] for name in ("format_version", "resource_changes", "configuration")}).encode()


def test_every_type_that_rules_read_grows_as_the_plan_does(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    counts = []
    for count in (1, 200, 400, 800):
        file.write_bytes(_of_every_type(count))
        counts.append(_calls(file))
    _, few, some, many = counts
    assert many - some < 2.2 * (some - few), counts
