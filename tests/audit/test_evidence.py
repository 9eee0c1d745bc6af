"""Evidence across stacks: what `audit --save` saw decides what the plan of one stack can't."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from workbench.run import Run, check
from workbench.terraform import REPOSITORY

from orgtrail import evidence
from orgtrail.evidence import Evidence, Seen
from orgtrail.values import Cause, Rest, Unknown
from tests.audit.organization import BUCKET, CLOUDTRAIL, MANAGEMENT, TRAIL

TRAIL_ALONE = REPOSITORY / "tests" / "configurations" / "trail-alone" / "plan.json"
ORGANIZATION = "o-abcd123456"
ARCHIVE = "222222222222"
ORDER = "trusted-access-before-trail"


def seen_organization(**changes: Any) -> Seen:
    values = {
        "id": ORGANIZATION,
        "master_account_id": MANAGEMENT,
        "feature_set": "ALL",
        "aws_service_access_principals": [CLOUDTRAIL, "sso.amazonaws.com"],
        "non_master_accounts": [{"id": "333333333333"}, {"id": ARCHIVE}],
    }
    arn = f"arn:aws:organizations::{MANAGEMENT}:organization/{ORGANIZATION}"
    return Seen(type="aws_organizations_organization", address=arn, account=MANAGEMENT, values=values | changes)


def seen_bucket(policy: Any) -> list[Seen]:
    arn = f"arn:aws:s3:::{BUCKET}"
    return [
        Seen(
            type="aws_s3_bucket",
            address=arn,
            account="222222222222",
            values={"id": BUCKET, "bucket": BUCKET, "arn": arn},
        ),
        Seen(
            type="aws_s3_bucket_policy",
            address=f"policy of {arn}",
            account="222222222222",
            values={"bucket": BUCKET, "policy": policy},
        ),
    ]


def bucket_policy(*more: dict[str, Any]) -> str:
    condition = {"StringEquals": {"aws:SourceArn": TRAIL}}
    service = {"Service": CLOUDTRAIL}
    arn = f"arn:aws:s3:::{BUCKET}"
    allow = {"Effect": "Allow", "Principal": service, "Condition": condition}
    paths = [f"{arn}/AWSLogs/{owner}/*" for owner in (MANAGEMENT, ORGANIZATION)]
    statements = [
        allow | {"Action": "s3:GetBucketAcl", "Resource": arn},
        allow | {"Action": "s3:PutObject", "Resource": paths},
        *more,
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def write(file: Path, *resources: Seen, hours: float = 1) -> Path:
    seen = Evidence(
        orgtrail_evidence=evidence.VERSION,
        orgtrail="0.1.0",
        seen_at=datetime.now(UTC) - timedelta(hours=hours),
        seen_as=f"arn:aws:sts::{MANAGEMENT}:assumed-role/audit/me",
        account=MANAGEMENT,
        region="us-east-1",
        calls={"organizations:DescribeOrganization": 1},
        resources=resources,
    )
    file.write_text(evidence.write(seen))
    return file


def check_with(file: Path, *options: str, plan: Path = TRAIL_ALONE) -> Run:
    return check(plan, "--evidence", file, *options)


def test_a_trail_stack_alone_is_undecided_and_names_both_ways_out() -> None:
    run = check(TRAIL_ALONE, "--select", ORDER)
    (result,) = run.json()["results"]
    assert (run.code, result["verdict"]) == (3, "undecided")
    assert "--evidence" in result["unknowns"][0]["settle"]
    assert "--assume-trusted-access" in result["unknowns"][0]["settle"]


def test_evidence_of_an_enabled_one_proves_it_and_is_the_ground(tmp_path: Path) -> None:
    run = check_with(write(tmp_path / "seen.json", seen_organization()), "--select", ORDER)
    (result,) = run.json()["results"]
    assert (run.code, result["verdict"]) == (0, "proved")
    assert result["because"][0].startswith(f"evidence: {tmp_path / 'seen.json'}, seen at ")
    assert "assumed-role/audit/me" in result["because"][0]


def test_evidence_of_a_disabled_one_violates_it(tmp_path: Path) -> None:
    off = seen_organization(aws_service_access_principals=["sso.amazonaws.com"])
    run = check_with(write(tmp_path / "seen.json", off), "--select", ORDER)
    (result,) = run.json()["results"]
    assert (run.code, result["verdict"]) == (1, "violated")
    assert "is off" in result["message"]


@pytest.mark.parametrize("enabled", [True, False])
def test_stale_evidence_decides_nothing(tmp_path: Path, enabled: bool) -> None:
    services = [CLOUDTRAIL] if enabled else []
    seen = seen_organization(aws_service_access_principals=services)
    file = write(tmp_path / "seen.json", seen, *seen_bucket(bucket_policy()), hours=25)
    run = check_with(file)
    verdicts = run.verdicts()
    assert verdicts[ORDER] == "undecided"
    assert {verdicts[rule] for rule in ("members-cannot-read-logs", "cloudtrail-can-write-logs")} == {"undecided"}
    assert "25 hours old" in run.out
    assert check_with(file, "--evidence-max-age", "26", "--select", ORDER).code == (0 if enabled else 1)


@pytest.mark.parametrize(
    "services", [Unknown(Cause("AWS denied it", "allow it")), [Rest(Cause("AWS denied it", "allow it"))]]
)
def test_what_the_audit_could_not_see_stays_unknown(tmp_path: Path, services: Any) -> None:
    seen = seen_organization(aws_service_access_principals=services)
    run = check_with(write(tmp_path / "seen.json", seen), "--select", ORDER)
    (result,) = run.json()["results"]
    assert (run.code, result["verdict"]) == (3, "undecided")
    assert result["unknowns"] == [{"what": "AWS denied it", "settle": "allow it"}]


def test_the_bucket_of_another_stack_is_judged_by_what_was_seen(tmp_path: Path) -> None:
    file = write(tmp_path / "seen.json", seen_organization(), *seen_bucket(bucket_policy()))
    run = check_with(file)
    verdicts = run.verdicts()
    assert {verdicts[rule] for rule in (ORDER, "members-cannot-read-logs", "cloudtrail-can-write-logs")} == {"proved"}


def test_the_witness_names_a_real_member_and_never_the_owner(tmp_path: Path) -> None:
    everyone = {
        "Sid": "Readers",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    }
    file = write(tmp_path / "seen.json", seen_organization(), *seen_bucket(bucket_policy(everyone)))
    run = check_with(file, "--select", "members-cannot-read-logs")
    (result,) = run.json()["results"]
    assert (run.code, result["verdict"], result["witness"]["account"]) == (1, "violated", "333333333333")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--organization-id", "o-other12345"], "o-other12345 contradicts o-abcd123456"),
        (["--management-account", "999999999999"], "999999999999 contradicts 123456789012"),
    ],
)
@pytest.mark.parametrize("hours", [1, 100])
def test_options_that_contradict_it_are_an_error(tmp_path: Path, options: list[str], words: str, hours: float) -> None:
    run = check_with(write(tmp_path / "seen.json", seen_organization(), hours=hours), *options)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert words in run.err


@pytest.mark.parametrize(
    ("example", "changes", "words"),
    [
        ("organization-data-source", {"id": "o-other12345"}, "contradicts"),
        ("organization-data-source", {"aws_service_access_principals": []}, "isn't enabled here, and is enabled in"),
        ("organization-data-source-disabled", {}, "is enabled here, and isn't enabled in"),
    ],
)
def test_plans_that_contradict_it_are_an_error(
    tmp_path: Path, example: str, changes: dict[str, Any], words: str
) -> None:
    plan = REPOSITORY / "examples" / example / "plan.json"
    (organization,) = (
        one["values"]
        for one in json.loads(plan.read_text())["prior_state"]["values"]["root_module"]["resources"]
        if one["type"] == "aws_organizations_organization"
    )
    ids = {"id": organization["id"], "master_account_id": organization["master_account_id"]}
    run = check_with(write(tmp_path / "seen.json", seen_organization(**(ids | changes))), plan=plan)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert words in run.err


def test_a_plan_that_disables_it_is_not_proved_by_what_was_seen_before(tmp_path: Path) -> None:
    plan = REPOSITORY / "examples" / "trusted-access-removed" / "plan.json"
    (before,) = (
        change["change"]["before"]
        for change in json.loads(plan.read_text())["resource_changes"]
        if change["type"] == "aws_organizations_organization"
    )
    ids = {"id": before["id"], "master_account_id": before["master_account_id"]}
    run = check_with(write(tmp_path / "seen.json", seen_organization(**ids)), plan=plan)
    assert run.verdicts()["trusted-access-kept"] == "violated"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "isn't evidence"),
        ("[]", "isn't evidence"),
        ('{"resources": []}', "isn't evidence"),
        ('{"orgtrail_evidence": 99}', "is evidence of version 99; expected 1"),
        ('{"orgtrail_evidence": 1}', "missing required field"),
        ('{"orgtrail_evidence": "one"}', "isn't evidence"),
        ("\x00\x01", "isn't evidence"),
    ],
)
def test_what_isnt_evidence_is_one_line(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "seen.json"
    file.write_text(content)
    run = check_with(file)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert words in run.err


def test_evidence_from_the_future_or_that_isnt_there_is_one_line(tmp_path: Path) -> None:
    ahead = check_with(write(tmp_path / "seen.json", seen_organization(), hours=-2))
    missing = check_with(tmp_path / "nothing.json")
    assert (ahead.code, missing.code) == (2, 2)
    assert "yet to come" in ahead.err
    assert "no such file" in missing.err


def test_evidence_given_as_an_input_says_where_it_belongs(tmp_path: Path) -> None:
    run = check(write(tmp_path / "seen.json", seen_organization()))
    assert run.code == 2
    assert "--evidence" in run.err


def test_holes_survive_writing_and_reading(tmp_path: Path) -> None:
    holes = {"id": Unknown(Cause("denied", "allow")), "roots": [{"id": "r-abcd"}, Rest(Cause("cut off"))]}
    read = evidence.read(str(write(tmp_path / "seen.json", seen_organization(**holes))))
    assert read.resources[0].values is not None
    assert {name: read.resources[0].values[name] for name in holes} == holes


def test_a_nest_without_end_is_refused(tmp_path: Path) -> None:
    nest: Any = "x"
    for _ in range(2000):
        nest = [nest]
    file = write(tmp_path / "seen.json", seen_organization())
    text = file.read_text().replace('"ALL"', "[" * 2000 + "]" * 2000)
    file.write_text(text)
    run = check_with(file)
    assert (run.code, run.err.count("\n")) == (2, 1)
