"""Hostile policies end, and the answer is honest. The bound is on steps, so nothing here looks at a clock."""

import json
from typing import Any

import pytest

from orgtrail.iam.document import parse
from orgtrail.iam.evaluate import _matches, _wildcards
from orgtrail.iam.prove import Target, nobody_may
from orgtrail.iam.world import World
from orgtrail.values import Symbol, text

BUCKET = "arn:aws:s3:::acme-org-trail-logs"
WORLD = World(organization_id="o-abcd123456", management_account="123456789012", owner_account="123456789012")
TARGET = Target.bucket(BUCKET, f"{BUCKET}/AWSLogs/*")


def _statement(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"{BUCKET}/*", **more}


HOSTILE = {
    "stars in NotResource of a Deny": [_statement(), _deny := {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}],
    "stars in an action": [_statement(Action="s3:" + "*a" * 5000 + "b")],
    "stars in a condition": [_statement(Condition={"StringLike": {"aws:UserAgent": "*a" * 300 + "b"}})],
    "stars in a negated condition": [_statement(Condition={"StringNotLike": {"aws:UserAgent": "*a" * 300 + "b"}})],
    "stars in an ARN condition": [
        _statement(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/" + "*a" * 300 + "b"}})
    ],
    "3,000 principals": [_statement(Principal={"AWS": [f"{n:012d}" for n in range(3000)]})],
    "2,000 values": [_statement(Condition={"StringEquals": {"aws:UserAgent": [f"v{n}" for n in range(2000)]}})],
    "4,000 statements of one name": [_statement(Sid="Same", Principal={"AWS": "123456789012"})] * 4000,
}
_deny["NotResource"] = BUCKET + "/" + "*a" * 300 + "b"


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends(name: str) -> None:
    policy = parse(json.dumps({"Version": "2012-10-17", "Statement": HOSTILE[name]}))
    outcome = nobody_may(policy, WORLD, ["member"], ["s3:GetObject"], TARGET)
    assert outcome.verdict in {"proved", "violated", "undecided"}
    if outcome.verdict == "undecided":
        assert outcome.unknowns


def test_stars_around_a_symbol_end_undecided() -> None:
    bucket = Symbol("aws_s3_bucket.logs.bucket", "bucket")
    resource = text("arn:aws:s3:::", bucket, "/" + "*a" * 300 + "b")
    other = [_statement(Resource="arn:aws:s3:::" + "a" * 300 + "/x")]
    policy = parse({"Version": "2012-10-17", "Statement": [*other, _statement(Resource=resource)]})
    assert nobody_may(policy, WORLD, ["member"], ["s3:GetObject"], TARGET).verdict == "undecided"


@pytest.mark.parametrize(
    ("pattern", "word", "expected"),
    [
        ("*a" * 500 + "b", "a" * 2000, False),
        ("*a" * 500 + "*", "a" * 2000, True),
        ("a*b", "ab", True),
        ("a*b", "axxb", True),
        ("a*b", "axxbc", False),
        ("a*a", "a", False),
        ("*", "", True),
        ("?*", "", False),
        ("*ab*ab", "xabab", True),
        ("*ab*ab", "xab", False),
        ("a*", "a\nb", True),
        ("a?b", "a\nb", True),
        ("*b", "ab\n", False),
        ("?.?", "a.b", True),
        ("?.?", "axb", False),
        ("*.json.gz", "x.json.gz", True),
    ],
)
def test_globs(pattern: str, word: str, expected: bool) -> None:
    assert _matches(_wildcards(pattern), word) is expected
