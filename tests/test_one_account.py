"""Trails of one account: they aren't asked for the organization's path, and a bucket alone may be theirs."""

from pathlib import Path
from typing import Any

import pytest
from workbench.run import check

from tests.test_routes import block

BUCKET = "arn:aws:s3:::acme-logs"
RULE = "cloudtrail-can-write-logs"
FACTS = ("--organization-id", "o-abcd123456", "--management-account", "123456789012")


def policy(*folders: str, **conditions: Any) -> str:
    statements = [
        {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": action,
            "Resource": resource,
            **({"Condition": conditions} if conditions else {}),
        }
        for sid, action, resource in (
            ("Acl", "s3:GetBucketAcl", BUCKET),
            ("Write", "s3:PutObject", [f"{BUCKET}/AWSLogs/{folder}/*" for folder in folders]),
        )
    ]
    return block(
        "aws_s3_bucket_policy", "logs", bucket="acme-logs", policy={"Version": "2012-10-17", "Statement": statements}
    )


PROVIDER = """
provider "aws" {
  region = "us-east-1"
  allowed_account_ids = ["333333333333"]
}
resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
}
"""
TRAIL = """
resource "aws_cloudtrail" "own" {
  name           = "own"
  s3_bucket_name = aws_s3_bucket.logs.id
}
"""


def verdict(folder: Path, *hcl: str, options: tuple[str, ...] = FACTS) -> str:
    (folder / "main.tf").write_text("".join(hcl))
    run = check(folder, "--select", RULE, *options)
    assert run.code in (0, 1, 3), run.err
    return run.verdicts()[RULE]


def trail(account: str = "333333333333", name: str = "own") -> dict[str, Any]:
    return {"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:us-east-1:{account}:trail/{name}"}}


@pytest.mark.parametrize(
    ("hcl", "found"),
    [
        (policy("333333333333"), "proved"),
        (policy("333333333333", **trail()), "proved"),
        (policy("333333333333", "o-abcd123456"), "proved"),
        # Another account's folder, another trail: this one can't write.
        (policy("444444444444"), "violated"),
        (policy("333333333333", **trail(name="other")), "violated"),
        (policy("333333333333", **trail("444444444444")), "violated"),
        (policy("333333333333", StringEquals={"aws:SourceAccount": "333333333333"}), "proved"),
        (policy("333333333333", StringEquals={"aws:SourceAccount": "123456789012"}), "violated"),
    ],
)
def test_a_trail_of_one_account_needs_its_own_folder(tmp_path: Path, hcl: str, found: str) -> None:
    assert verdict(tmp_path, PROVIDER, TRAIL, hcl) == found


@pytest.mark.parametrize(
    ("hcl", "bare", "told"),
    [
        (policy("333333333333"), "undecided", "proved"),
        (policy("333333333333", **trail()), "undecided", "proved"),
        # The management account's own: whether the organization's trail is to write here isn't said either.
        (policy("123456789012"), "undecided", "proved"),
        (policy("123456789012", "o-abcd123456"), "proved", "proved"),
        # Nobody's trail can be meant.
        (policy("333333333333", **trail("444444444444")), "violated", "violated"),
    ],
)
def test_a_bucket_alone_may_be_for_one_account(tmp_path: Path, hcl: str, bare: str, told: str) -> None:
    assert verdict(tmp_path, PROVIDER, hcl) == bare
    assert verdict(tmp_path, PROVIDER, hcl, options=(*FACTS, "--one-account")) == told


def test_an_organization_trail_of_the_input_wins(tmp_path: Path) -> None:
    trails = TRAIL + TRAIL.replace('"own"', '"org"').replace("\n}", "\n  is_organization_trail = true\n}")
    assert verdict(tmp_path, PROVIDER, trails, policy("123456789012"), options=(*FACTS, "--one-account")) == "violated"


def test_the_key_may_be_of_another_account_than_the_archive(tmp_path: Path) -> None:
    key = """
provider "aws" {
  alias = "archive"
  region = "us-east-1"
  allowed_account_ids = ["222222222222"]
}
resource "aws_kms_key" "logs" {}
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-logs"
  kms_key_id            = aws_kms_key.logs.arn
  is_organization_trail = true
}
"""
    (tmp_path / "main.tf").write_text(PROVIDER + key)
    bucket = check(tmp_path, *FACTS, "--archive-account", "222222222222")
    # The bucket of this input is made in account 333333333333: that is a contradiction.
    assert bucket.code == 2
    (tmp_path / "main.tf").write_text(
        (PROVIDER + key).replace(
            'resource "aws_s3_bucket" "logs" {', 'resource "aws_s3_bucket" "logs" {\n  provider = aws.archive'
        )
    )
    assert check(tmp_path, *FACTS, "--archive-account", "222222222222").code != 2
