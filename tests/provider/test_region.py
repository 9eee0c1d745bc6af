"""Since version 6 of the provider a resource has a region of its own: it counts in folders, and in plans alone.

Source: Terraform Registry, hashicorp/aws, "Enhanced Region Support".
"""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench import rule_plans
from workbench.run import check

from orgtrail.examples import examples

RULE = "cloudtrail-can-write-logs"
TITLE = "as AWS recommends"
TRAIL = 'name                  = "org"'


def _example() -> tuple[str, tuple[str, ...]]:
    (example,) = (one for one in examples(RULE) if one.title == TITLE)
    assert TRAIL in example.hcl
    return example.hcl, example.options


def _verdict(*arguments: str | Path, stdin: bytes = b"") -> str:
    return check(*arguments, "--select", RULE, stdin=stdin).verdicts()[RULE]


@pytest.mark.parametrize(
    ("region", "in_policy", "verdict"),
    [
        ('"eu-west-1"', "eu-west-1", "proved"),
        ('"eu-west-1"', "us-east-1", "violated"),
        ("null", "us-east-1", "proved"),
        ("null", "eu-west-1", "violated"),
        ("var.region", "us-east-1", "undecided"),
    ],
)
def test_folder(region: str, in_policy: str, verdict: str, tmp_path: Path) -> None:
    hcl, options = _example()
    text = hcl.replace("cloudtrail:us-east-1", f"cloudtrail:{in_policy}").replace(
        TRAIL, f"{TRAIL}\n  region = {region}"
    )
    (tmp_path / "main.tf").write_text(text + 'variable "region" {\n  type = string\n}\n')
    assert _verdict(tmp_path, *options) == verdict


def _plan(region: str, in_policy: str) -> bytes:
    """The recorded plan, as version 6 shows it: every resource with its region."""
    plan: dict[str, Any] = rule_plans.recorded(RULE)[TITLE]["plan"]
    for change in plan["resource_changes"]:
        after = change["change"]["after"]
        if change["type"] == "aws_cloudtrail":
            after["region"] = region
        elif change["mode"] == "managed":
            after["region"] = "us-east-1"
            change["change"]["after_unknown"].pop("region", None)
    return json.dumps(plan).replace("cloudtrail:us-east-1", f"cloudtrail:{in_policy}").encode()


@pytest.mark.parametrize(
    ("region", "in_policy", "verdict"),
    [
        ("eu-west-1", "eu-west-1", "proved"),
        ("eu-west-1", "us-east-1", "violated"),
        ("us-east-1", "us-east-1", "proved"),
    ],
)
def test_plan_alone(region: str, in_policy: str, verdict: str) -> None:
    assert _verdict("-", *_example()[1], stdin=_plan(region, in_policy)) == verdict
