"""What a plan destroys beside a trail that stays: policies of keys, topics and roles, and what the trail names.

A resource shows in attributes of its own what other resources set (the policy of a key, the inline policies of a role),
and Terraform plans `no-op` for it while the other one goes. On plans that the real terraform applied to moto, the
provider put AWS's default policy back for a key and a topic whose policy resource was destroyed.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench.run import check

MANAGEMENT, ARCHIVE, MEMBER = "111111111111", "222222222222", "444444444444"
BUCKET, ORGANIZATION = "acme-org-logs", "o-abcd123456"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/org"
NO_OP, DELETE, UPDATE = ["no-op"], ["delete"], ["update"]
Change = tuple[str, list[str], dict[str, Any] | None, dict[str, Any] | None]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def service(action: Any, resource: Any) -> dict[str, Any]:
    return allow(action, resource, Principal={"Service": "cloudtrail.amazonaws.com"})


POLICY = document(service(["s3:GetBucketAcl", "s3:PutObject"], [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]))
OWNER = allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{ARCHIVE}:root"})
KEY_ARN = f"arn:aws:kms:us-east-1:{ARCHIVE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KEY_POLICY = document(OWNER, service(["kms:GenerateDataKey*", "kms:DescribeKey"], "*"))
KEY = {"arn": KEY_ARN, "key_id": KEY_ARN.rpartition("/")[2], "is_enabled": True, "policy": KEY_POLICY}
KEYS_POLICY = {"key_id": KEY["key_id"], "policy": KEY_POLICY}
TOPIC_ARN = f"arn:aws:sns:us-east-1:{MANAGEMENT}:trail"
TOPIC = {"arn": TOPIC_ARN, "name": "trail", "policy": document(service("SNS:Publish", TOPIC_ARN))}
TOPICS_POLICY = {"arn": TOPIC_ARN, "policy": TOPIC["policy"]}
GROUP = {"name": "trail", "arn": f"arn:aws:logs:us-east-1:{MANAGEMENT}:log-group:trail"}
WRITES = document(allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{GROUP['arn']}:log-stream:*"))
MANAGED = {"arn": f"arn:aws:iam::{MANAGEMENT}:policy/writes", "name": "writes", "policy": WRITES}
ROLE = {
    "name": "trail",
    "arn": f"arn:aws:iam::{MANAGEMENT}:role/trail",
    "path": "/",
    "assume_role_policy": document(
        {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ),
}
WITH_INLINE = {**ROLE, "inline_policy": [{"name": "writes", "policy": WRITES}], "managed_policy_arns": []}
WITH_MANAGED = {**ROLE, "inline_policy": [], "managed_policy_arns": [MANAGED["arn"]]}
INLINE = {"role": "trail", "name": "writes", "policy": WRITES}
ATTACHED = {"role": "trail", "policy_arn": MANAGED["arn"]}
READS = document(allow("s3:GetObject", f"arn:aws:s3:::{BUCKET}/*"))
READER = {
    "name": "reader",
    "arn": f"arn:aws:iam::{ARCHIVE}:role/reader",
    "path": "/",
    "assume_role_policy": document(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{MEMBER}:root"}, "Action": "sts:AssumeRole"}
    ),
    "inline_policy": [{"name": "reads", "policy": READS}],
}
READS_INLINE = {"role": "reader", "name": "reads", "policy": READS}
READS_ELSEWHERE = {**READS_INLINE, "policy": READS.replace(BUCKET, "another")}

KEYED = {"kms_key_id": KEY_ARN}
TOLD = {"sns_topic_name": TOPIC_ARN}
FED = {"cloud_watch_logs_group_arn": f"{GROUP['arn']}:*", "cloud_watch_logs_role_arn": ROLE["arn"]}

USE, NOTIFY, FEED = "cloudtrail-can-use-key", "cloudtrail-can-notify", "cloudtrail-can-feed-cloudwatch"
ASSUME, REPLICATED = "members-cannot-assume-log-readers", "logs-not-replicated-to-members"


def kept(kind: str, values: dict[str, Any]) -> Change:
    return kind, NO_OP, values, values


def gone(kind: str, values: dict[str, Any]) -> Change:
    return kind, DELETE, values, None


def plan_of(trail: dict[str, Any], *changes: Change, bucket: dict[str, Any] | None = None) -> str:
    """A plan that leaves the trail, its bucket and that bucket's policy alone, and does `changes`."""
    own = {
        "name": "org",
        "arn": TRAIL,
        "s3_bucket_name": BUCKET,
        "is_organization_trail": True,
        "is_multi_region_trail": True,
        **trail,
    }
    every = (
        kept("aws_cloudtrail", own),
        kept("aws_s3_bucket", {"bucket": BUCKET, "id": BUCKET, **(bucket or {})}),
        kept("aws_s3_bucket_policy", {"bucket": BUCKET, "policy": POLICY}),
        *changes,
    )
    of_archive = ("aws_s3", "aws_kms")

    def provider(kind: str, values: dict[str, Any]) -> str:
        in_archive = kind.startswith(of_archive) or "reader" in (values.get("name"), values.get("role"))
        return "aws.archive" if in_archive else "aws"

    resources = [
        {
            "address": f"{kind}.this",
            "mode": "managed",
            "type": kind,
            "name": "this",
            "provider_config_key": provider(kind, before or after or {}),
            "expressions": {},
        }
        for kind, actions, before, after in every
        if actions != DELETE
    ]
    changed = [
        {
            "address": f"{kind}.this",
            "mode": "managed",
            "type": kind,
            "name": "this",
            "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}},
        }
        for kind, actions, before, after in every
    ]

    def in_account(name: str, account: str, **more: Any) -> dict[str, Any]:
        constants = {"region": {"constant_value": "us-east-1"}, "allowed_account_ids": {"constant_value": [account]}}
        return {"name": "aws", **more, "expressions": constants}

    providers = {
        "aws": in_account("aws", MANAGEMENT),
        "aws.archive": in_account("aws", ARCHIVE, alias="archive"),
    }
    configuration = {"provider_config": providers, "root_module": {"resources": resources}}
    return json.dumps({"format_version": "1.2", "resource_changes": changed, "configuration": configuration})


def verdict(tmp_path: Path, plan: str, rule: str) -> str | None:
    file = tmp_path / "plan.json"
    file.write_text(plan)
    run = check(file, "--no-source", "--organization-id", ORGANIZATION, "--management-account", MANAGEMENT)
    found: str | None = run.verdicts().get(rule)
    return None if found == "not-applicable" else found


ROWS: dict[str, tuple[dict[str, Any], list[Change], str, str | None]] = {
    "key policy stays": (KEYED, [kept("aws_kms_key", KEY), kept("aws_kms_key_policy", KEYS_POLICY)], USE, "proved"),
    "key policy goes": (KEYED, [kept("aws_kms_key", KEY), gone("aws_kms_key_policy", KEYS_POLICY)], USE, "violated"),
    "key policy is forgotten": (
        KEYED,
        [kept("aws_kms_key", KEY), ("aws_kms_key_policy", ["forget"], KEYS_POLICY, None)],
        USE,
        "proved",
    ),
    "topic policy stays": (TOLD, [kept("aws_sns_topic", TOPIC)], NOTIFY, "proved"),
    "topic policy goes": (
        TOLD,
        [kept("aws_sns_topic", TOPIC), gone("aws_sns_topic_policy", TOPICS_POLICY)],
        NOTIFY,
        "violated",
    ),
    "topic goes": (TOLD, [gone("aws_sns_topic", TOPIC)], NOTIFY, "violated"),
    "log group stays": (
        FED,
        [kept("aws_cloudwatch_log_group", GROUP), kept("aws_iam_role", WITH_INLINE)],
        FEED,
        "proved",
    ),
    "log group goes": (
        FED,
        [gone("aws_cloudwatch_log_group", GROUP), kept("aws_iam_role", WITH_INLINE)],
        FEED,
        "violated",
    ),
    "log group is left behind": (
        FED,
        [gone("aws_cloudwatch_log_group", {**GROUP, "skip_destroy": True}), kept("aws_iam_role", WITH_INLINE)],
        FEED,
        "proved",
    ),
    "inline policy goes": (
        FED,
        [kept("aws_iam_role", WITH_INLINE), gone("aws_iam_role_policy", INLINE)],
        FEED,
        "violated",
    ),
    "attachment goes": (
        FED,
        [
            kept("aws_iam_role", WITH_MANAGED),
            kept("aws_iam_policy", MANAGED),
            gone("aws_iam_role_policy_attachment", ATTACHED),
        ],
        FEED,
        "violated",
    ),
    "attachment that no resource holds": (
        FED,
        [kept("aws_iam_role", WITH_MANAGED), kept("aws_iam_policy", MANAGED)],
        FEED,
        "proved",
    ),
    "reader": ({}, [kept("aws_iam_role", READER), kept("aws_iam_role_policy", READS_INLINE)], ASSUME, "violated"),
    "reader loses its policy": (
        {},
        [kept("aws_iam_role", READER), gone("aws_iam_role_policy", READS_INLINE)],
        ASSUME,
        "proved",
    ),
    "reader gets another policy": (
        {},
        [kept("aws_iam_role", READER), ("aws_iam_role_policy", UPDATE, READS_INLINE, READS_ELSEWHERE)],
        ASSUME,
        "proved",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_what_is_shown_of_what_goes(tmp_path: Path, row: str) -> None:
    trail, changes, rule, wanted = ROWS[row]
    assert verdict(tmp_path, plan_of(trail, *changes), rule) == wanted


def _replicated(status: str = "Enabled") -> dict[str, Any]:
    rule = {
        "id": "all",
        "status": status,
        "destination": [{"bucket": "arn:aws:s3:::copies", "account_id": MEMBER}],
    }
    return {"replication_configuration": [{"role": f"arn:aws:iam::{ARCHIVE}:role/copies", "rules": [rule]}]}


OF_ITS_OWN = {
    "bucket": BUCKET,
    "rule": [{"status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::copies", "account": MEMBER}]}],
}


@pytest.mark.parametrize(
    ("shown", "changes", "wanted"),
    [
        (_replicated(), [], "violated"),
        (_replicated("Disabled"), [], "proved"),
        (_replicated(), [gone("aws_s3_bucket_replication_configuration", OF_ITS_OWN)], None),
        (_replicated(), [kept("aws_s3_bucket_replication_configuration", OF_ITS_OWN)], "violated"),
    ],
)
def test_a_bucket_shows_where_it_is_replicated_to(
    tmp_path: Path, shown: dict[str, Any], changes: list[Change], wanted: str | None
) -> None:
    """What no resource of the input sets is there all the same."""
    assert verdict(tmp_path, plan_of({}, *changes, bucket=shown), REPLICATED) == wanted


@pytest.mark.parametrize(("status", "wanted"), [("Enabled", "violated"), ("Disabled", "proved")])
def test_a_replication_may_be_written_in_the_buckets_own_block(tmp_path: Path, status: str, wanted: str) -> None:
    (tmp_path / "main.tf").write_text(f"""
resource "aws_s3_bucket" "logs" {{
  bucket = "{BUCKET}"
  replication_configuration {{
    role = "arn:aws:iam::{ARCHIVE}:role/copies"
    rules {{
      id     = "all"
      status = "{status}"
      destination {{
        bucket     = "arn:aws:s3:::copies"
        account_id = "{MEMBER}"
      }}
    }}
  }}
}}

resource "aws_cloudtrail" "org" {{
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
}}
""")
    run = check(tmp_path, "--select", REPLICATED, "--archive-account", ARCHIVE, "--management-account", MANAGEMENT)
    assert run.verdicts()[REPLICATED] == wanted
