"""The statement that would nearly allow CloudTrail what it needs, and what of it fails."""

from typing import Any

import pytest
from workbench.asking import everything_is_allowed

from orgtrail.iam import document
from orgtrail.iam.prove import Target
from orgtrail.iam.world import World

WORLD = World(
    organization_id="o-abcd123456",
    management_account="123456789012",
    owner_account="222222222222",
    trail_arns=("arn:aws:cloudtrail:us-east-1:123456789012:trail/org",),
    region="us-east-1",
)
BUCKET = "arn:aws:s3:::logs"
WRITE: dict[str, Any] = {
    "Sid": "Write",
    "Effect": "Allow",
    "Principal": {"Service": "cloudtrail.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": f"{BUCKET}/AWSLogs/*",
}


def missed(*statements: dict[str, Any], action: str = "s3:PutObject") -> str:
    policy = document.parse({"Version": "2012-10-17", "Statement": [*statements]})
    target = Target.bucket(BUCKET, f"{BUCKET}/AWSLogs/o-abcd123456/*")
    outcome = everything_is_allowed(policy, WORLD, ["cloudtrail"], [action], target)
    assert outcome.witness is not None
    return outcome.witness.near_miss


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/org"}}},
            "`Write` would allow it, but its `aws:SourceArn` is to be"
            " `arn:aws:cloudtrail:eu-west-1:123456789012:trail/org`, and the request has"
            " `arn:aws:cloudtrail:us-east-1:123456789012:trail/org`",
        ),
        (
            {"Condition": {"StringEquals": {"aws:SourceAccount": ["333333333333", "444444444444"]}}},
            "`Write` would allow it, but its `aws:SourceAccount` is to be `333333333333`, `444444444444`,"
            " and the request has `123456789012`",
        ),
        (
            {"Condition": {"StringNotEquals": {"aws:SourceAccount": "123456789012"}}},
            "`Write` would allow it, but its `aws:SourceAccount` is to be other than `123456789012`,"
            " and the request has `123456789012`",
        ),
        (
            {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcd123456"}}},
            "`Write` would allow it, but its `aws:PrincipalOrgID` is to be `o-abcd123456`, and the request has none",
        ),
        (
            {"Resource": f"{BUCKET}/AWSLogs/123456789012/*"},
            "`Write` would allow it, but it is for `arn:aws:s3:::logs/AWSLogs/123456789012/*`",
        ),
        ({"Action": "s3:PutObjectAcl"}, "`Write` would allow it, but it is for `s3:PutObjectAcl`"),
        # Not near: another caller, or more than one thing besides conditions.
        ({"Principal": {"Service": "config.amazonaws.com"}}, ""),
        ({"Action": "s3:PutObjectAcl", "Resource": f"{BUCKET}/AWSLogs/1/*"}, ""),
        ({"Effect": "Deny"}, ""),
    ],
)
def test_what_was_nearly_right(changed: dict[str, Any], words: str) -> None:
    assert missed({**WRITE, **changed}) == words


def test_the_nearest_is_named() -> None:
    region = {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/org"}}
    further = {**WRITE, "Sid": "Further", "Resource": f"{BUCKET}/AWSLogs/123456789012/*"}
    assert missed(further, {**WRITE, "Condition": region}).startswith("`Write`")


def test_a_denied_request_has_none() -> None:
    deny = {**WRITE, "Sid": "No", "Effect": "Deny"}
    assert missed(WRITE, deny) == ""
