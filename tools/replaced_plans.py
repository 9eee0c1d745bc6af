"""Records what becomes of resources that live in one that is replaced: a real plan, and what AWS (moto) has afterwards.

`python -m tools.plans replaced` applies a root module, plans it again with every home replaced, applies that, and plans
once more: what Terraform then wants to make again is gone. `tests/recorded/replaced/replaced.json` holds the second
plan and the addresses that the third one touches.
"""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from workbench import aws
from workbench.terraform import REPOSITORY, Workspace

NAME = "replaced"
FOLDER = REPOSITORY / "tests" / "recorded" / NAME
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+")
_TIMESTAMP = re.compile(r'("timestamp": ?)"[^"]*"')

ROOT_MODULE = FOLDER / "root"
#: What is replaced.
HOMES = (
    "aws_s3_bucket.literal",
    "aws_s3_bucket.referenced",
    "aws_s3_bucket.by_id",
    "aws_sns_topic.literal",
    "aws_sns_topic.referenced",
    "aws_iam_role.reader",
    "aws_cloudwatch_log_group.trail",
    "aws_kms_key.logs",
)


def recorded() -> dict[str, Any]:
    """The recorded plan, and what is gone after its apply."""
    found: dict[str, Any] = json.loads((FOLDER / f"{NAME}.json").read_text())
    return found


def record(name: str) -> str:
    """Plan and apply for real."""
    aws.server().reset()
    replace = [f"-replace={home}" for home in HOMES]
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace(ROOT_MODULE, Path(scratch))
        workspace.apply()
        plan = workspace.plan(*replace)
        workspace.run("apply", "-auto-approve", "tfplan")
        again = workspace.plan()
    gone = [
        change["address"]
        for change in again["resource_changes"]
        if change["mode"] == "managed" and change["change"]["actions"] != ["no-op"]
    ]
    text = json.dumps({"gone": gone, "plan": plan}, indent=1, sort_keys=True) + "\n"
    text = _TIMESTAMP.sub(r'\1"2026-01-01T00:00:00Z"', _LOOPBACK.sub("http://127.0.0.1:5000", text))
    (FOLDER / f"{NAME}.json").write_text(text)
    return name
