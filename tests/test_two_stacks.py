"""The trail in one stack and its bucket in another: inputs that are given together are joined by the bucket's name."""

import json
from pathlib import Path

import pytest

from tests.support.run import check

TRAIL = """
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
}
"""
FACTS = ("--organization-id", "o-abcd123456", "--management-account", "123456789012")
OWNER = ("--archive-account", "222222222222")


def bucket(principal: object, *, name: str = "acme-org-trail-logs", more: str = "") -> str:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{name}/*",
            }
        ],
    }
    return f"""
resource "aws_s3_bucket" "logs" {{
  bucket = "{name}"
  {more}
}}

resource "aws_s3_bucket_policy" "logs" {{
  bucket = aws_s3_bucket.logs.id
  policy = {json.dumps(json.dumps(policy))}
}}
"""


MEMBER = {"AWS": "arn:aws:iam::333333333333:root"}
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}


def stacks(folder: Path, **sources: str) -> list[Path]:
    made = []
    for name, source in sources.items():
        (folder / name).mkdir()
        (folder / name / "main.tf").write_text(source)
        made.append(folder / name)
    return made


@pytest.mark.parametrize(("principal", "verdict"), [(MEMBER, "violated"), (CLOUDTRAIL, "proved")])
@pytest.mark.parametrize("turned", [False, True])
def test_bucket_of_another_input_decides(tmp_path: Path, principal: object, verdict: str, turned: bool) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(principal))
    run = check(*(given[::-1] if turned else given), "--select", "members-cannot-read-logs", *FACTS, *OWNER)
    of_trail = [one for one in run.json()["results"] if one["input"] == str(given[0])]
    assert [(one["address"], one["verdict"]) for one in of_trail] == [("aws_cloudtrail.org", verdict)]
    if verdict == "violated":
        assert of_trail[0]["witness"]["account"] == "333333333333"
        assert f"`aws_s3_bucket_policy.logs` in {given[1]}" in of_trail[0]["message"]
    else:
        assert any(str(given[1]) in ground for ground in of_trail[0]["because"])


def test_settings_of_the_bucket_are_found_there_too(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(CLOUDTRAIL, more="force_destroy = true"))
    run = check(*given, "--select", "bucket-is-hardened", *FACTS, *OWNER)
    found = next(one for one in run.json()["results"] if one["input"] == str(given[0]))
    assert (found["verdict"], found["address"]) == ("violated", "aws_cloudtrail.org")
    assert "force_destroy is true" in found["message"]


def test_no_graph_spans_two_inputs(tmp_path: Path) -> None:
    """Both stacks hold addresses of their own; a path in one says nothing of the other."""
    own = bucket(CLOUDTRAIL, name="another-bucket")
    trail = TRAIL.replace("is_organization_trail = true", "depends_on = [aws_s3_bucket_policy.logs]")
    trail = trail.replace("depends_on", "is_organization_trail = true\n  depends_on")
    given = stacks(tmp_path, trail=trail + own, bucket=bucket(CLOUDTRAIL))
    run = check(*given, "--select", "bucket-policy-before-trail", *FACTS, *OWNER)
    found = next(one for one in run.json()["results"] if one["address"] == "aws_cloudtrail.org")
    assert found["verdict"] == "undecided"
    assert f"apply {given[1]} first" in found["unknowns"][0]["settle"]


def test_two_that_hold_the_bucket_settle_nothing(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, one=bucket(CLOUDTRAIL), other=bucket(MEMBER))
    run = check(*given, "--select", "members-cannot-read-logs", *FACTS, *OWNER)
    found = [one for one in run.json()["results"] if one["input"] == str(given[0])]
    assert [one["verdict"] for one in found] == ["undecided"]


def test_another_bucket_isnt_the_trails(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(MEMBER, name="acme-other"))
    run = check(*given, "--select", "members-cannot-read-logs", *FACTS, *OWNER)
    found = [one for one in run.json()["results"] if one["input"] == str(given[0])]
    assert [one["verdict"] for one in found] == ["undecided"]


def test_an_input_that_cant_be_read_doesnt_stop_the_join(tmp_path: Path) -> None:
    given = stacks(tmp_path, trail=TRAIL, bucket=bucket(MEMBER))
    run = check(tmp_path / "absent.json", *given, "--select", "members-cannot-read-logs", *FACTS, *OWNER)
    assert run.verdicts() == {"members-cannot-read-logs": "violated"}
    assert "absent.json" in run.err
