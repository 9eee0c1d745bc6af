"""Misspelled words of a policy: shown as a fix, and written by `--fix`, however the policy is written."""

from pathlib import Path

import pytest
from workbench.run import check

RULE = "policies-are-valid"
BUCKET = """
resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs"
}
"""
OBJECT = """
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "allow deliveries"
      Effect    = "allow"
      Principal = { Service = "cloudtrial.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::acme-logs/AWSLogs/*"
      Condition = { StringEqualsIfExist = { "aws:SourceAccount" = "123456789012" } }
    }]
  })
}
"""
HEREDOC = """
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [{
        "effect": "deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*"],
        "Condition": {"bool": {"aws:SecureTransport": "false"}}
      }, {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::acme-logs/AWSLogs/*"
      }]
    }
  JSON
}
"""
DOCUMENT = """
data "aws_iam_policy_document" "logs" {
  statement {
    effect    = "Allow"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::acme-logs/AWSLogs/*"]
    principals {
      type        = "Service"
      identifiers = ["cloud-trail.amazonaws.com"]
    }
    condition {
      test     = "StringEqual"
      variable = "aws:SourceAccount"
      values   = ["123456789012"]
    }
  }
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json
}
"""


@pytest.mark.parametrize(
    ("hcl", "words"),
    [
        (
            OBJECT,
            {'= "allow"': '= "Allow"', "cloudtrial": "cloudtrail", "StringEqualsIfExist ": "StringEqualsIfExists "},
        ),
        (HEREDOC, {'"effect": "deny"': '"Effect": "Deny"', '"bool"': '"Bool"'}),
        (DOCUMENT, {"cloud-trail": "cloudtrail", '"StringEqual"': '"StringEquals"'}),
    ],
)
def test_it_is_spelled_right_and_nothing_else_changes(tmp_path: Path, hcl: str, words: dict[str, str]) -> None:
    file = tmp_path / "main.tf"
    file.write_text(BUCKET + hcl)
    seen = check(tmp_path, "--select", RULE)
    assert seen.verdicts()[RULE] == "violated"
    assert seen.json()["results"][0]["fix"]
    assert check(tmp_path, "--select", RULE, "--fix").verdicts()[RULE] == "proved"
    expected = BUCKET + hcl
    for wrong, right in words.items():
        assert wrong in expected
        expected = expected.replace(wrong, right)
    assert file.read_text() == expected


def test_what_else_is_wrong_has_no_mechanical_fix(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(BUCKET + OBJECT.replace("s3:PutObject", "s3:PutObjects"))
    assert check(tmp_path, "--select", RULE).json()["results"][0].get("fix") is None
