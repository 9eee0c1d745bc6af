"""What a check costs grows as the plan does, whatever there is much of: counted in calls, as seconds differ."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tools.crowded_plans import SHAPES, crowded

from orgtrail.config import Settings
from orgtrail.engine import run as engine

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
