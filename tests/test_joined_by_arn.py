"""Topics, roles, grants, access points and filters of another stack: found by names that are nobody else's.

A proof about inputs that are given together speaks of all that they hold: what one of them opens isn't closed because
another one holds the bucket.
"""

import functools
import json
from pathlib import Path
from typing import Any

import pytest
from workbench.run import check

from orgtrail.config import Settings
from orgtrail.engine import many, one_input, run
from tests.test_what_goes import (
    ARCHIVE,
    BUCKET,
    FED,
    FEED,
    GROUP,
    INLINE,
    KEY,
    KEYED,
    MANAGEMENT,
    MEMBER,
    NOTIFY,
    ORGANIZATION,
    READER,
    READS_INLINE,
    REPLICATED,
    ROLE,
    TOLD,
    TOPIC,
    Change,
    document,
    gone,
    kept,
    plan_of,
)
from tests.test_what_goes import allow as statement

KEYS = "aws_kms_key"
GRANT = {
    "key_id": KEY["key_id"],
    "grantee_principal": f"arn:aws:iam::{MEMBER}:role/reader",
    "operations": ["Decrypt"],
}
CLOSED_TOPIC = {**TOPIC, "policy": document(statement("SNS:Publish", TOPIC["arn"], Principal={"AWS": MANAGEMENT}))}
FILTER = {"log_group_name": "trail", "destination_arn": f"arn:aws:kinesis:us-east-1:{MEMBER}:stream/all"}
REPLICATION = {
    "bucket": BUCKET,
    "rule": [{"status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::copies", "account": MEMBER}]}],
}
ASSUME = "members-cannot-assume-log-readers"
HARMLESS = {**READER, "inline_policy": []}


def alone(*changes: Change) -> str:
    """A plan of these changes alone, made in the accounts that `plan_of` makes them in."""
    plan = json.loads(plan_of({}, *changes))
    own = {f"{kind}.this" for kind, *_ in changes}
    plan["resource_changes"] = [one for one in plan["resource_changes"] if one["address"] in own]
    root = plan["configuration"]["root_module"]
    root["resources"] = [one for one in root["resources"] if one["address"] in own]
    return json.dumps(plan)


ROWS: dict[str, tuple[dict[str, Any], list[Change], list[Change], str, str]] = {
    "topic": (TOLD, [], [kept("aws_sns_topic", TOPIC)], NOTIFY, "proved"),
    "topic that lets nobody in": (TOLD, [], [kept("aws_sns_topic", CLOSED_TOPIC)], NOTIFY, "violated"),
    "topic that goes": (TOLD, [], [gone("aws_sns_topic", TOPIC)], NOTIFY, "violated"),
    "role": (FED, [], [kept("aws_iam_role", ROLE), kept("aws_iam_role_policy", INLINE)], FEED, "proved"),
    "role that may nothing": (FED, [], [kept("aws_iam_role", ROLE)], FEED, "violated"),
    "log group that goes": (
        FED,
        [kept("aws_iam_role", ROLE), kept("aws_iam_role_policy", INLINE)],
        [gone("aws_cloudwatch_log_group", GROUP)],
        FEED,
        "violated",
    ),
    "grant on the trail's key": (
        KEYED,
        [kept(KEYS, KEY)],
        [kept("aws_kms_grant", GRANT)],
        "key-not-granted-to-members",
        "violated",
    ),
    "grant beside the key": (
        KEYED,
        [],
        [kept(KEYS, KEY), kept("aws_kms_grant", GRANT)],
        "key-not-granted-to-members",
        "violated",
    ),
    "replication": (
        {},
        [],
        [kept("aws_s3_bucket_replication_configuration", REPLICATION)],
        REPLICATED,
        "violated",
    ),
    "reader": ({}, [], [kept("aws_iam_role", READER), kept("aws_iam_role_policy", READS_INLINE)], ASSUME, "violated"),
    "reader of nothing": ({}, [], [kept("aws_iam_role", HARMLESS)], ASSUME, "proved"),
    "filter": (
        FED,
        [kept("aws_iam_role", ROLE), kept("aws_iam_role_policy", INLINE)],
        [kept("aws_cloudwatch_log_subscription_filter", FILTER)],
        "logs-not-streamed-to-members",
        "violated",
    ),
}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("row", ROWS)
def test_what_another_stack_holds_counts(tmp_path: Path, row: str, turned: bool) -> None:
    trail, own, other, rule, wanted = ROWS[row]
    files = [tmp_path / "trail.json", tmp_path / "other.json"]
    files[0].write_text(plan_of(trail, *own))
    files[1].write_text(alone(*other))
    facts = ("--organization-id", ORGANIZATION, "--management-account", MANAGEMENT, "--archive-account", ARCHIVE)
    asked = check(*(files[::-1] if turned else files), "--no-source", *facts)
    found = [one for one in asked.json()["results"] if one["rule"] == rule and one["input"] == str(files[0])]
    assert {one["verdict"] for one in found} == {wanted}
    if wanted == "violated" and "goes" not in row:
        assert any(f"in {files[1]}" in one["message"] for one in found)


@pytest.mark.parametrize("row", ROWS)
def test_the_same_holds_for_many_inputs(tmp_path: Path, row: str) -> None:
    """Many are checked in processes of their own, and joined by what they say they hold and want."""
    trail, own, other, rule, _ = ROWS[row]
    texts = [plan_of(trail, *own), alone(*other)]
    texts += [alone(kept("aws_sqs_queue", {"name": str(number)})) for number in range(many.WORTH_A_POOL)]
    files = [tmp_path / f"{number}.json" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    settings = Settings(
        organization_id=ORGANIZATION,
        management_account=MANAGEMENT,
        archive_account=ARCHIVE,
        no_source=True,
        select=(rule,),
    )
    named = list(map(str, files))
    alone_first = list(map(functools.partial(one_input.checked, settings=settings), named))
    joined = list(run._joined(named, alone_first, settings, views=False))
    together = list(run._checked_together(named, settings, lambda named: None, views=False))
    assert [one.results for one in joined] == [one.results for one in together]
