"""A look at a policy's words says no only where the policy engine proves it."""

import itertools
import json
from typing import Any

import pytest
from workbench.asking import nobody_may

from orgtrail.iam import document
from orgtrail.iam.prove import Target
from orgtrail.iam.reach import may_allow
from orgtrail.iam.world import World

BUCKET = "arn:aws:s3:::acme-logs"
ACTIONS = ["s3:GetObject", "s3:*", "S3:Get*", "*", "ec2:*", "kms:Decrypt", "s?:GetObject"]
RESOURCES = [
    "*",
    f"{BUCKET}/*",
    f"{BUCKET}/AWSLogs/x",
    "arn:aws:s3:::acme-*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::acme-logs-too/*",
    "arn:aws:s3:::other/*",
    "arn:aws:s3:::${aws:username}/*",
    "arn:*",
    "arn:aws:ec2:*:*:instance/*",
]
FORMS: list[dict[str, Any]] = [
    {"Effect": effect, **action, **resource}
    for effect, action, resource in itertools.product(
        ("Allow", "Deny"),
        [*({"Action": one} for one in ACTIONS), {"NotAction": "ec2:*"}],
        [*({"Resource": one} for one in RESOURCES), {"NotResource": "arn:aws:s3:::other/*"}],
    )
]


def test_it_errs_on_one_side_only() -> None:
    world = World(organization_id="o-abcd123456", management_account="123456789012", owner_account="123456789012")
    target = Target((("object", f"{BUCKET}/*"),))
    said_no = 0
    for form in FORMS:
        text = json.dumps({"Version": "2012-10-17", "Statement": [{**form, "Principal": "*"}]})
        policy = document.parse(text)
        if not may_allow(policy, {"s3"}, BUCKET):
            said_no += 1
            assert nobody_may(policy, world, ["outside"], ["s3:GetObject"], target).verdict == "proved", form
    assert said_no > len(FORMS) // 2


@pytest.mark.parametrize(
    ("statement", "may"),
    [
        ({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::other/*"}, False),
        ({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": ["ec2:*", "s3:Get*"], "Resource": ["arn:aws:s3:::o/*", "*"]}, True),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, False),
    ],
)
def test_words(statement: dict[str, Any], may: bool) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Principal": "*"}]})
    assert may_allow(document.parse(text), {"s3"}, BUCKET) == may
