"""A policy document by itself, as it stands in AWS's guide: CloudTrail may write if it may for the trail it names."""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench.judges import generated
from workbench.judges.generated import MANAGEMENT, ORGANIZATION, OWNER, TRAIL
from workbench.run import orgtrail

RULES = {
    "cloudtrail-can-write-logs": "proved",
    "cloudtrail-write-is-scoped": "proved",
    "members-cannot-read-logs": "proved",
    "members-cannot-alter-logs": "proved",
    "logs-not-public": "proved",
    "members-explicitly-denied": "violated",
}


def check(folder: Path, document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (folder / "policy.json").write_text(json.dumps(document), encoding="utf-8")
    facts = ["--archive-account", OWNER, "--organization-id", ORGANIZATION, "--management-account", MANAGEMENT]
    arguments = ["check", str(folder / "policy.json"), "--bucket", "logs", *facts, "--format", "json"]
    shown = json.loads(orgtrail(*arguments).out)
    return {result["rule"]: result for result in shown["results"]}


def test_the_recommended_policy(tmp_path: Path) -> None:
    found = check(tmp_path, generated.recommended())
    assert {rule: found[rule]["verdict"] for rule in RULES} == RULES
    assert TRAIL in found["cloudtrail-can-write-logs"]["because"][-1]


def test_what_an_account_may_that_only_the_policy_names_is_told_once_and_left_out_of_no_sentence(
    tmp_path: Path,
) -> None:
    """It may be a member or a stranger: the members' rule tells of it, and the strangers' rule says that it doesn't."""
    document = generated.recommended()
    named = {"AWS": "arn:aws:iam::888888888888:root"}
    document["Statement"] += [
        {"Effect": "Allow", "Principal": named, "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::logs/*"}
    ]
    found = check(tmp_path, document)
    assert found["members-cannot-alter-logs"]["verdict"] == "violated"
    assert found["members-cannot-alter-logs"]["witness"]["principal"].startswith("arn:aws:iam::888888888888:")
    strangers = found["outsiders-cannot-alter-logs"]
    assert (strangers["verdict"], "888888888888" in strangers["message"]) == ("proved", True)


def test_whom_a_deny_spares_is_the_cause_where_nobody_can_tell_who_that_is(tmp_path: Path) -> None:
    """Not the tool's own fault, to be reported: a canonical user may be of any account."""
    user = "a" * 64
    document = generated.recommended()
    spared: dict[str, Any] = {"Effect": "Deny", "NotPrincipal": {"CanonicalUser": user}}
    document["Statement"] = [{**spared, "Action": "s3:*", "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}]
    found = check(tmp_path, document)["members-explicitly-denied"]
    assert found["verdict"] == "undecided"
    assert [cause["what"] for cause in found["unknowns"]] == [f"whose canonical user `{user}` is can't be seen"]


def instead(trail: str, operator: str = "ArnLike") -> dict[str, Any]:
    source = json.dumps(generated.recommended()).replace(TRAIL, trail).replace("StringEquals", operator)
    made: dict[str, Any] = json.loads(source.replace('"ArnLike": {"aws:SourceArn"', f'"{operator}": {{"aws:SourceArn"'))
    for statement in made["Statement"]:
        lines = statement["Condition"][operator]
        if "s3:x-amz-acl" in lines:
            statement["Condition"]["StringEquals"] = {"s3:x-amz-acl": lines.pop("s3:x-amz-acl")}
    return made


@pytest.mark.parametrize(
    ("trail", "verdict"),
    [
        (f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*", "proved"),
        # For which of them the bucket is, isn't here.
        (f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/*", "undecided"),
        # The trail of an organization is the management account's.
        ("arn:aws:cloudtrail:us-east-1:999999999999:trail/org", "violated"),
        ("arn:aws:cloudtrail:*:999999999999:trail/*", "violated"),
    ],
)
def test_trails_that_the_policy_names_by_pattern(tmp_path: Path, trail: str, verdict: str) -> None:
    found = check(tmp_path, instead(trail))["cloudtrail-can-write-logs"]
    assert found["verdict"] == verdict
    assert all("trail" in cause["what"] for cause in found["unknowns"])


@pytest.mark.parametrize("missing", [0, 1])
def test_a_statement_that_is_missing_for_the_named_trail(tmp_path: Path, missing: int) -> None:
    document = generated.recommended()
    del document["Statement"][missing]
    found = check(tmp_path, document)["cloudtrail-can-write-logs"]
    assert found["verdict"] == "violated"
    assert found["witness"]["context"]["aws:SourceArn"] == TRAIL


def test_without_the_organization_s_folder_it_may_be_one_account_s(tmp_path: Path) -> None:
    document = generated.recommended()
    del document["Statement"][2]
    found = check(tmp_path, document)["cloudtrail-can-write-logs"]
    assert found["verdict"] == "undecided"
    assert "--one-account" in found["unknowns"][0]["settle"]


def test_what_another_service_delivers_from_is_no_trail(tmp_path: Path) -> None:
    document = generated.recommended()
    inventory = {
        "Sid": "Inventory",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{document['Statement'][0]['Resource']}/inventory/*",
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-data"}},
    }
    document["Statement"].append(inventory)
    assert check(tmp_path, document)["cloudtrail-can-write-logs"]["verdict"] == "proved"


def test_a_prefix_is_found_in_the_policy(tmp_path: Path) -> None:
    source = json.dumps(generated.recommended()).replace("/AWSLogs/", "/audit/AWSLogs/")
    assert check(tmp_path, json.loads(source))["cloudtrail-can-write-logs"]["verdict"] == "proved"
    half = source.replace(f"/audit/AWSLogs/{ORGANIZATION}", f"/AWSLogs/{ORGANIZATION}")
    assert check(tmp_path, json.loads(half))["cloudtrail-can-write-logs"]["verdict"] == "violated"


def test_everything_in_the_bucket(tmp_path: Path) -> None:
    document = generated.recommended()
    document["Statement"][1]["Resource"] = f"{generated.BUCKET}/*"
    assert check(tmp_path, document)["cloudtrail-can-write-logs"]["verdict"] == "proved"
