"""What AWS refuses of a policy, and what it takes; the words are S3's and KMS's.

Expectations are from the pages that `orgtrail.iam.validity` names, and from refusals that people have published.
"""

from typing import Any

import pytest

from orgtrail.iam import document
from orgtrail.iam.document import INVALID_PRINCIPAL, PolicyKind
from orgtrail.iam.statements import Problem
from orgtrail.iam.validity import (
    INVALID_ACTION,
    INVALID_KEY,
    INVALID_PRINCIPAL_KMS,
    INVALID_RESOURCE,
    NO_CONDITION,
    NO_RESOURCE,
    doubts,
    is_misspelled_cloudtrail,
    refusals,
)
from orgtrail.values import Symbol, text

BUCKET = "arn:aws:s3:::logs"
ALLOW: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": "222222222222"},
    "Action": "s3:GetObject",
    "Resource": f"{BUCKET}/*",
}


def refused(kind: PolicyKind = "bucket", partition: str = "aws", **changed: Any) -> list[Problem]:
    """What is refused of one statement."""
    # An element that is None is left out.
    statement = {name: value for name, value in {**ALLOW, **changed}.items() if value is not None}
    parsed = document.parse({"Version": "2012-10-17", "Statement": [statement]}, kind)
    return [*parsed.problems, *refusals(parsed, kind, "logs", partition)]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"Action": "*"},
        {"Action": "s3:*", "Resource": BUCKET},
        {"Action": "s3:Get*", "Resource": BUCKET},
        {"Action": "s3:Get*"},
        {"Action": "s3:getobject"},
        {"Action": "s3:?etObject"},
        {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [BUCKET, f"{BUCKET}/*"]},
        # An action has to have a resource, not a resource an action.
        {"Resource": [BUCKET, f"{BUCKET}/*"]},
        {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::log*"},
        {"Resource": "arn:aws:s3:::log*"},
        {"Resource": "arn:aws:s3:::*"},
        {"Resource": "arn:*:s3:::logs/*"},
        {"Resource": "*"},
        {"Resource": f"{BUCKET}/home/${{aws:username}}/*"},
        {"Effect": "Deny", "Action": None, "NotAction": "s3:GetObject", "Principal": "*"},
        {"Effect": "Deny", "Resource": None, "NotResource": f"{BUCKET}/public/*", "Principal": "*"},
        {"Effect": "Deny", "Principal": None, "NotPrincipal": {"AWS": "arn:aws:iam::222222222222:root"}},
        {"Principal": {"AWS": "arn:aws:iam::222222222222:user/team/ann"}},
        {"Principal": {"AWS": "arn:aws:sts::222222222222:assumed-role/reader/session"}},
        {"Principal": {"AWS": "arn:aws:sts::222222222222:federated-user/ann"}},
        {"Principal": {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABCDEFGHIJK"}},
        {"Principal": {"AWS": ["*"]}},
        {"Principal": {"Service": "delivery.logs.amazonaws.com"}},
        {"Principal": {"Service": "logs.eu-west-1.amazonaws.com"}},
        {"Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcd123456"}}},
        {"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
        {"Condition": {"StringEquals": {"s3:ExistingObjectTag/team": "audit"}}},
        {"Action": "s3:PutObject", "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}},
        {"Action": "s3:*", "Condition": {"StringEquals": {"s3:x-amz-acl": "private"}}},
        {"Action": "s3:ListBucket", "Resource": BUCKET, "Condition": {"StringLike": {"s3:prefix": "AWSLogs/*"}}},
    ],
)
def test_s3_takes(changed: dict[str, Any]) -> None:
    assert refused(**changed) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"Action": "s3:GetObjects"}, INVALID_ACTION),
        ({"Action": "s3:Foo*"}, INVALID_ACTION),
        ({"Action": "ec2:DescribeInstances"}, INVALID_ACTION),
        ({"Action": "s3:GetObject", "Resource": BUCKET}, NO_RESOURCE),
        ({"Action": "s3:ListBucket"}, NO_RESOURCE),
        # Each action has to have one.
        ({"Action": ["s3:GetObject", "s3:GetBucketAcl"]}, NO_RESOURCE),
        ({"Action": "s3:ListAllMyBuckets", "Resource": BUCKET}, NO_RESOURCE),
        ({"Resource": "arn:aws:s3:::other/*"}, INVALID_RESOURCE),
        ({"Resource": "arn:aws-cn:s3:::logs/*"}, INVALID_RESOURCE),
        ({"Resource": "arn:aws:s3::222222222222:logs/*"}, INVALID_RESOURCE),
        ({"Resource": ["arn:aws:s3:::logs/*", "arn:aws:kms:us-east-1:222222222222:key/x"]}, INVALID_RESOURCE),
        ({"Principal": {"AWS": "arn:aws:iam::222222222222:group/readers"}}, INVALID_PRINCIPAL),
        ({"Principal": {"AWS": "arn:aws:iam::22222222222:root"}}, INVALID_PRINCIPAL),
        ({"Principal": {"AWS": "arn:aws:sts::222222222222:assumed-role/reader"}}, INVALID_PRINCIPAL),
        ({"Principal": {"AWS": "arn:aws-cn:iam::222222222222:root"}}, INVALID_PRINCIPAL),
        ({"Principal": {"AWS": "arn:aws:iam::222222222222:role/*"}}, INVALID_PRINCIPAL),
        ({"Principal": {"AWS": "222-222"}}, INVALID_PRINCIPAL),
        ({"Principal": {"Service": "cloudtrial.amazonaws.com"}}, INVALID_PRINCIPAL),
        ({"Principal": {"Service": "cloudtrail.amazonaws.org"}}, INVALID_PRINCIPAL),
        ({"Principal": {"Service": "cloudtrail"}}, INVALID_PRINCIPAL),
        ({"Condition": {"StringEquals": {"s3:NoSuchKey": "x"}}}, INVALID_KEY),
        ({"Condition": {"StringLike": {"s3:prefix": "x"}}}, NO_CONDITION),
        ({"Condition": {"StringEqual": {"aws:PrincipalOrgID": "x"}}}, "Invalid Condition type : StringEqual"),
        ({"Effect": "allow"}, "Invalid effect: allow"),
    ],
)
def test_s3_refuses(changed: dict[str, Any], words: str) -> None:
    found = refused(**changed)
    assert [one.words for one in found] == [words]


def test_what_it_may_have_meant_is_named() -> None:
    assert "`s3:GetObject` is" in refused(Action="s3:GetObjects")[0].what
    assert (
        "CloudTrail is `cloudtrail.amazonaws.com`"
        in refused(Principal={"Service": "cloudtrails.amazonaws.com"})[0].what
    )


def test_kms_says_less() -> None:
    key = {"Action": "kms:Decrypts", "Resource": "*"}
    assert refused("key", **key) == []
    parsed = document.parse({"Version": "2012-10-17", "Statement": [{**ALLOW, **key}]}, "key")
    assert [cause.what for cause in doubts(parsed, "key")]
    found = refused("key", Action="kms:*", Resource="*", Principal={"AWS": "arn:aws:iam::222222222222:group/x"})
    assert [one.words for one in found] == [INVALID_PRINCIPAL_KMS]


def test_a_key_that_only_some_actions_take_is_a_doubt() -> None:
    mixed = {
        "Action": ["s3:PutObject", "s3:DeleteObject"],
        "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
    }
    assert refused(**mixed) == []
    parsed = document.parse({"Version": "2012-10-17", "Statement": [{**ALLOW, **mixed}]})
    assert [cause.what for cause in doubts(parsed, "bucket")]


def test_symbols_are_of_their_kind() -> None:
    arn = Symbol("aws_s3_bucket.logs.arn", "arn")
    assert refused(Action="s3:ListBucket", Resource=arn) == []
    assert refused(Resource=text(arn, "/*")) == []
    assert [one.words for one in refused(Resource=arn)] == [NO_RESOURCE]
    assert [one.words for one in refused(Action="s3:ListBucket", Resource=text(arn, "/*"))] == [NO_RESOURCE]
    # What may be anything may be what is needed.
    assert refused(Resource=Symbol("var.resource")) == []


@pytest.mark.parametrize(
    ("name", "misspelled"),
    [
        ("cloudtrail.amazonaws.com", False),
        ("cloudtrail.us-east-1.amazonaws.com", False),
        ("config.amazonaws.com", False),
        ("cloudfront.amazonaws.com", False),
        ("cloudwatch.amazonaws.com", False),
        ("cloudtrial.amazonaws.com", True),
        ("cloud-trail.amazonaws.com", True),
        ("CloudTrail.amazonaws.com", True),
        ("cloudtrail.amazon.com", True),
        ("clodtrial.amazonaws.com", True),
    ],
)
def test_near_misses_of_cloudtrail(name: str, misspelled: bool) -> None:
    assert is_misspelled_cloudtrail(name) is misspelled
