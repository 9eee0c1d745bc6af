"""The bundled modules, applied by the real terraform and then seen through the audit; and drift from their state."""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench import aws
from workbench.run import Run, orgtrail
from workbench.terraform import REPOSITORY, Workspace

from tests.audit.organization import CLOUDTRAIL, ROLE

DRIFT = "bucket-policy-is-as-planned"


def audit(*arguments: str | Path) -> Run:
    # The account whose tools read the logs, as the example says.
    reader = ("--trusted-account", "444444444444")
    return orgtrail("audit", "--endpoint-url", aws.server().url, *reader, "--format", "json", *arguments)


@pytest.mark.terraform
def test_what_the_modules_make_is_proved_and_drift_is_seen(tmp_path: Path) -> None:
    aws.server().reset()
    workspace = Workspace(REPOSITORY / "examples" / "one-account", tmp_path)
    workspace.apply()
    aws.client("iam").create_role(Path=f"/aws-service-role/{CLOUDTRAIL}/", RoleName=ROLE, AssumeRolePolicyDocument="{}")
    state = tmp_path / "state.json"
    state.write_text(json.dumps(workspace.show()))

    run = audit(state, "--save", tmp_path / "seen.json")
    errors = [one for one in run.json()["results"] if one["severity"] == "error"]
    assert [one for one in errors if one["verdict"] not in {"proved", "not-applicable"}] == []
    assert run.code == 0
    assert run.verdicts()[DRIFT] == "proved"

    s3 = aws.client("s3")
    (bucket,) = (one["Name"] for one in s3.list_buckets()["Buckets"])
    policy: dict[str, Any] = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    policy["Statement"].reverse()
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    assert audit(state).verdicts()[DRIFT] == "proved"

    account = aws.MANAGEMENT_ACCOUNT
    more = {"Sid": "ByHand", "Effect": "Allow", "Principal": {"AWS": account}, "Action": "s3:*", "Resource": "*"}
    policy["Statement"].append(more)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    changed = audit(state)
    (drift,) = (one for one in changed.json()["results"] if one["rule"] == DRIFT and one["input"] == str(state))
    assert drift["verdict"] == "violated"
    assert drift["witness"]["found"] == "a statement more: ByHand"
    assert drift["severity"] == "warning"

    s3.delete_bucket_policy(Bucket=bucket)
    gone = audit(state, "--save", tmp_path / "gone.json")
    (drift,) = (one for one in gone.json()["results"] if one["rule"] == DRIFT and one["input"] == str(state))
    assert "has no policy" in drift["message"]
    assert gone.code == 1
    # The same rule, asked by `check` with evidence.
    checked = orgtrail("check", state, "--evidence", tmp_path / "gone.json", "--select", DRIFT, "--format", "json")
    assert checked.verdicts() == {DRIFT: "violated"}
