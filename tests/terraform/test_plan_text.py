"""What is said of an instance by its text alone, before anything is decoded: never less than what is there."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orgtrail.config import Settings
from orgtrail.inputs.recognise import read
from orgtrail.organization.buckets import Buckets
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


def test_a_bucket_whose_name_only_the_source_knows_is_found(tmp_path: Path) -> None:
    """It isn't looked for in the text of the plan alone, which doesn't have it."""
    (tmp_path / "main.tf").write_text(
        'resource "terraform_data" "name" {\n  input = "acme-logs"\n}\n'
        'resource "aws_s3_bucket" "logs" {\n  bucket = terraform_data.name.output\n}\n'
    )
    changes = [
        {"address": "terraform_data.name", "type": "terraform_data", "name": "name"},
        {"address": "aws_s3_bucket.logs", "type": "aws_s3_bucket", "name": "logs"},
    ]
    unknown = [{"output": True, "id": True}, {"bucket": True, "id": True}]
    after: list[dict[str, Any]] = [{"input": "acme-logs"}, {}]
    plan = {
        "format_version": "1.2",
        "resource_changes": [
            {**one, "change": {"actions": ["create"], "before": None, "after": known, "after_unknown": hole}}
            for one, known, hole in zip(changes, after, unknown, strict=True)
        ],
        "configuration": {"root_module": {"resources": changes}},
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    estate = read(str(file), msgspec.structs.replace(Settings(), source=str(tmp_path)))
    found = Buckets(estate).with_name("acme-logs")
    assert found is not None
    assert found.address == "aws_s3_bucket.logs"
