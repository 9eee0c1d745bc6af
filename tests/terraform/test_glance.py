"""A look at the text of a plan says no only where reading it would: asked of every value of every recorded plan."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from workbench.terraform import REPOSITORY

from orgtrail.terraform.plans.plan import Plan, ResourceChange, sets_in, surely_text

PLANS = sorted((REPOSITORY / "examples").glob("*/plan.json")) + sorted(
    (REPOSITORY / "tests" / "configurations").glob("*/plan.json")
)


def _read(change: ResourceChange) -> list[dict[str, Any]]:
    """The values before and after, as far as they are known."""
    found = [msgspec.json.decode(raw) for raw in (change.change.before, change.change.after)]
    return [values for values in found if isinstance(values, dict)]


@pytest.mark.parametrize("file", PLANS, ids=lambda file: f"{file.parent.parent.name}/{file.parent.name}")
def test_nothing_that_is_read_is_overlooked(file: Path) -> None:
    for change in msgspec.json.decode(file.read_bytes(), type=Plan).resource_changes:
        unknown = msgspec.json.decode(change.change.after_unknown)
        for values in _read(change):
            for argument, value in values.items():
                if value and not isinstance(value, bool):
                    assert change.may_set(argument, marks=False), (change.address, argument)
                if value:
                    assert change.may_set(argument, marks=True), (change.address, argument)
                if change.surely_text(argument):
                    assert isinstance(value, str), (change.address, argument)
                    assert not unknown.get(argument), (change.address, argument)
        if change.is_new:
            assert change.actions == ["create"]
            assert msgspec.json.decode(change.change.before) is None


@pytest.mark.parametrize(
    ("text", "surely"),
    [
        (b'{"after":{"bucket":"logs"},"after_unknown":{"id":true}}', True),
        (b'{"after":{"bucket" : "logs"}}', True),
        (b'{"after":{"rule":[{"bucket":"other"}]},"after_unknown":{"bucket":true}}', False),
        (b'{"before":{"bucket":"logs"},"after":{"bucket":null}}', False),
        (b'{"after":{"\\u0062ucket":true,"bucket":"logs"}}', False),
        (b'{"after":{"name":"logs"}}', False),
    ],
)
def test_what_is_surely_text(text: bytes, surely: bool) -> None:
    assert surely_text(text, "bucket") is surely


@pytest.mark.parametrize(
    ("text", "marked", "plain"),
    [
        (b'{"after":{"rule":[]},"after_unknown":{"rule":true}}', True, False),
        (b'{"after":{"rule":[{"id":1}]},"after_unknown":{}}', True, True),
        (b'{"after":{"rule": [ ]},"after_sensitive":{"rule":[]}}', False, False),
        (b'{"after":{"rule":null,"rules":["a"]}}', False, False),
        (b'{"after":{"names":["rule"]}}', False, False),
        (b'{"after":{"\\u0072ule":[{}]}}', True, True),
    ],
)
def test_what_an_argument_may_hold(text: bytes, marked: bool, plain: bool) -> None:
    assert sets_in(text, "rule") is marked
    assert sets_in(text, "rule", marks=False) is plain
