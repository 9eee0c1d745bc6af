"""Records plans of a root module that was changed by hand after it was applied (tests/recorded/drift).

The real terraform applies `main.tf`, boto3 changes what it made, and terraform plans again: as usual and with
`-refresh-only`, which makes nothing but takes note.
"""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from workbench import aws
from workbench.terraform import REPOSITORY, Workspace

FOLDER = REPOSITORY / "tests" / "recorded" / "drift"
NAME = "drift"
_BUCKET = "acme-org-trail-logs"
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+")
_TIMESTAMP = re.compile(r'("timestamp": ?)"[^"]*"')
_OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::333333333333:root"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{_BUCKET}/*",
        }
    ],
}


def record(name: str) -> str:
    """Make all plans anew; returns `name`."""
    import boto3

    server = aws.server()
    server.reset()

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=server.url,
            region_name="us-east-1",
            aws_access_key_id="mock",
            aws_secret_access_key="mock",
        )

    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "drift"
        root.mkdir()
        (root / "main.tf").write_text((FOLDER / "main.tf").read_text())
        workspace = Workspace(root, Path(scratch))
        workspace.apply()
        client("organizations").disable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
        client("s3").put_bucket_policy(Bucket=_BUCKET, Policy=json.dumps(_OPEN))
        client("s3").delete_public_access_block(Bucket=_BUCKET)
        client("cloudtrail").stop_logging(Name="org")
        _write("changed", workspace.plan())
        _write("changed-refresh-only", workspace.plan("-refresh-only"))
        client("cloudtrail").delete_trail(Name="org")
        _write("deleted", workspace.plan())
        _write("deleted-refresh-only", workspace.plan("-refresh-only"))
    return name


def _write(name: str, plan: dict[str, Any]) -> None:
    text = json.dumps(plan, sort_keys=True) + "\n"
    text = _TIMESTAMP.sub(r'\1"2026-01-01T00:00:00Z"', _LOOPBACK.sub("http://127.0.0.1:5000", text))
    (FOLDER / f"{name}.json").write_text(text)
