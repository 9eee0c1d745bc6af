"""What is said of an instance by its text alone, before anything is decoded: never less than what is there."""

import json
from typing import Any

import pytest

from orgtrail.terraform.plans.plan import sets_in


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\n", " :\n  ")])
@pytest.mark.parametrize(
    ("value", "is_set"),
    [
        ({"policy": None}, False),
        ({"policy": ""}, False),
        ({"policy": []}, False),
        ({"policy": {}}, False),
        ({"policy": False}, False),
        ({"policy_x": "a"}, False),
        ({"policy": "a"}, True),
        ({"policy": "nullable"}, True),
        ({"policy": [{}]}, True),
        ({"policy": {"a": None}}, True),
        ({"policy": True}, True),
        ({"policy": 0.5}, True),
        ({"before": {"policy": None}, "after": {"policy": "x"}}, True),
    ],
)
def test_what_sets_an_argument(value: Any, is_set: bool, separators: tuple[str, str]) -> None:
    assert sets_in(json.dumps(value, separators=separators).encode(), "policy") == is_set


def test_an_escape_may_spell_the_name() -> None:
    assert sets_in(rb'{"p\u006flicy": "x"}', "policy")
