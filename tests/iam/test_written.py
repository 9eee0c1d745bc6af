"""The policies of `written.py` put to the command, as a user checks a bare policy."""

import json
import re
from pathlib import Path

import pytest
from workbench.run import check

from tests.iam.written import MGMT, ORG, OWNER, TRUST, WRITTEN, Written

FACTS = ["--bucket", "logs", "--archive-account", OWNER, "--organization-id", ORG, "--management-account", MGMT]
FACTS += ["--trusted-account", TRUST]


#: Policies that say something of one partition.
OF_AWS = ("principal China", "resource any partition")


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
@pytest.mark.parametrize("offset", range(4))
def test_the_same_in_another_partition(tmp_path: Path, partition: str, region: str, offset: int) -> None:
    """The ARNs of the policy say where its bucket is."""
    for written in WRITTEN[offset::32]:
        if written.name in OF_AWS:
            continue
        source = json.dumps(written.document).replace("arn:aws:", f"arn:{partition}:").replace("us-east-1", region)
        (tmp_path / "policy.json").write_text(source, encoding="utf-8")
        run = check(tmp_path / "policy.json", *FACTS)
        found = {result["rule"]: result["verdict"] for result in run.json()["results"]}
        expected = written.verdicts()
        assert {rule: found[rule] for rule in expected} == expected, written.name
        assert "arn:aws:" not in run.out
        assert "us-east-1" not in run.out


@pytest.mark.parametrize("written", WRITTEN, ids=[re.sub(r"\W+", "-", one.name) for one in WRITTEN])
def test_what_aws_says_of_it(tmp_path: Path, written: Written) -> None:
    (tmp_path / "policy.json").write_text(json.dumps(written.document), encoding="utf-8")
    run = check(tmp_path / "policy.json", *FACTS)
    found = {result["rule"]: result for result in run.json()["results"]}
    expected = written.verdicts()
    assert {rule: found[rule]["verdict"] for rule in expected} == expected
    for rule in expected:
        seen = found[rule]["witness"]
        if seen is None:
            continue
        # A witness is a request that somebody could send: of an account that must not, on the trail's objects.
        assert seen["account"] not in (OWNER, MGMT, TRUST)
        assert re.fullmatch(r"[ -~]+", json.dumps(seen))
        assert seen["resource"].startswith("arn:aws:s3:::logs")
        keys = {key.lower() for key in seen["context"]}
        assert keys <= set(re.findall(r"[a-z0-9]+:[a-z0-9/_:-]+", json.dumps(written.document).lower()))


def test_a_state_in_another_partition(tmp_path: Path) -> None:
    """A state shows no provider: the ARNs in it say where it is."""
    opened = next(one for one in WRITTEN if one.name == "principal root").document
    policy = json.dumps(opened).replace("arn:aws:", "arn:aws-us-gov:")
    resource = {
        "address": "aws_s3_bucket_policy.logs",
        "mode": "managed",
        "type": "aws_s3_bucket_policy",
        "name": "logs",
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "values": {"bucket": "logs", "policy": policy},
    }
    state = {"format_version": "1.0", "values": {"root_module": {"resources": [resource]}}}
    (tmp_path / "state.json").write_text(json.dumps(state), encoding="utf-8")
    run = check(tmp_path / "state.json", "--select", "members-cannot-read-logs", *FACTS[2:])
    assert run.verdicts() == {"members-cannot-read-logs": "violated"}
