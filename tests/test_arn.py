"""ARNs with holes. Source: AWS General Reference, "Amazon Resource Names (ARNs)"."""

import pytest

from orgtrail.arn import account_in, cut, last_segment, log_group_in, read_arn, region_in, segments
from orgtrail.values import Cause, Symbol, Unknown, Value, text

ACCOUNT = Symbol("an account", "account-id")
BUCKET = Symbol("a bucket", "bucket")
NAME = Symbol("a name")
HOLE = Unknown(Cause("nobody knows"))


@pytest.mark.parametrize(
    ("arn", "account", "region"),
    [
        ("arn:aws:iam::123456789012:role/a:b", "123456789012", None),
        ("arn:aws:sns:eu-west-1:123456789012:topic", "123456789012", "eu-west-1"),
        ("arn:aws:s3:::bucket", None, None),
        ("arn:aws:iam::123456789012", None, None),
        ("not an arn", None, None),
        ("urn:aws:sns:eu-west-1:123456789012:topic", None, None),
        (text("arn:aws:iam::", ACCOUNT, ":role/x"), ACCOUNT, None),
        (text("arn:aws:iam::12", ACCOUNT, ":role/x"), None, None),
        (text("arn:aws:iam::123456789012:role/", HOLE), "123456789012", None),
        # The hole may hold colons, so that nobody knows which segment the account is.
        (text("arn:aws:sns:", HOLE, ":123456789012:topic"), None, None),
        (text("arn:aws:sns:", NAME, ":123456789012:topic"), None, None),
        (text("arn:aws:s3:::", BUCKET), None, None),
        (BUCKET, None, None),
        (HOLE, None, None),
        (None, None, None),
    ],
)
def test_account_and_region(arn: Value, account: Value, region: Value) -> None:
    assert account_in(arn) == account
    assert region_in(arn) == region


def test_an_arn_taken_apart() -> None:
    read = read_arn(text("arn:aws:kms:us-east-1:", ACCOUNT, ":key/", HOLE, ":x"))
    assert read is not None
    assert (read.partition, read.service, read.region, read.account) == ("aws", "kms", "us-east-1", ACCOUNT)
    assert read.resource == text("key/", HOLE, ":x")


def test_segments() -> None:
    assert segments(text("a:", NAME, "b:c:", HOLE)) == ["a", text(NAME, "b"), "c", HOLE]
    assert segments("") == [""]
    assert cut("arn:aws:logs:r:a:log-group:x:*") == ["arn", "aws", "logs", "r", "a", "log-group:x:*"]


def test_names() -> None:
    assert last_segment("arn:aws:sns:r:a:topic") == "topic"
    assert log_group_in("arn:aws:logs:r:a:log-group:trail:*") == "trail"
    assert log_group_in("arn:aws:logs:r:a:destination:x") == ""
