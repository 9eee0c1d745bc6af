"""Bare policies and whole stacks: what somebody asks who doubts every answer. Each kind was once answered wrongly."""

from collections.abc import Mapping, Sequence

from tools.exam_cases.case import (
    ARN,
    MANAGEMENT,
    MEMBER,
    TRAIL,
    Case,
    allow,
    closed,
    cloudtrail,
    policy,
    service,
)
from tools.exam_cases.stack import BUCKET_ARN, ORGANIZATION, Raw, Stack, encoded, key_statements, stack

WRITE, KEPT_OUT = "cloudtrail-can-write-logs", "members-cannot-decrypt-logs"
NOTIFY, FEED, FEATURES = "cloudtrail-can-notify", "cloudtrail-can-feed-cloudwatch", "organization-all-features"
OF_THE_ORGANIZATION = {"aws:PrincipalOrgID": ORGANIZATION}


def cases() -> list[Case]:
    return [*_partitions(), *_accounts(), *_grants(), *_names(), *_boundaries()]


def _wrong(rule: str) -> dict[str, object]:
    return {"exit": [1], "rules": {rule: ["violated"]}}


def _in_partition(partition: str, region: str) -> list[object]:
    arn = ARN.replace("arn:aws:", f"arn:{partition}:")
    trail = TRAIL.replace("arn:aws:", f"arn:{partition}:").replace("us-east-1", region)
    return cloudtrail(arn, trail)


def _partitions() -> list[Case]:
    whole = closed(WRITE, "members-cannot-read-logs", "logs-not-public")
    china, gov = ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")
    own = "each partition has ARNs of its own"
    return [
        policy("written-in-china", [], own, "bucket-policy", base=_in_partition(*china), **whole),
        policy("written-in-govcloud", [], own, "bucket-policy", base=_in_partition(*gov), **whole),
        policy(
            "written-for-a-trail-of-another-partition",
            [],
            "no trail of GovCloud has an ARN that begins with arn:aws:",
            "bucket-policy",
            base=cloudtrail(ARN.replace("arn:aws:", "arn:aws-us-gov:")),
            **_wrong(WRITE),
        ),
    ]


def _accounts() -> list[Case]:
    owners = (MANAGEMENT, MEMBER)
    trails = [TRAIL.replace(MANAGEMENT, one) for one in owners]
    tied = {"aws:SourceArn": trails}
    folders = [f"{ARN}/logs/AWSLogs/{one}/*" for one in owners]
    statements = [
        allow("AclCheck", service("cloudtrail"), "s3:GetBucketAcl", ARN, StringEquals=tied),
        allow(
            "Write",
            service("cloudtrail"),
            "s3:PutObject",
            folders,
            StringEquals={**tied, "s3:x-amz-acl": "bucket-owner-full-control"},
        ),
    ]
    why = "AWS's policy for trails of several accounts; none need be the organization's"
    return [
        policy(
            "one-account-of-several",
            [],
            why,
            "several-accounts",
            base=statements,
            exit=[0, 3],
            rules={WRITE: ["undecided"]},
        ),
        policy(
            "one-account-of-several-as-said",
            [],
            why,
            "several-accounts",
            base=statements,
            more=["--one-account"],
            **closed(WRITE),
        ),
    ]


def _grants() -> list[Case]:
    def granting(name: str, operations: Sequence[str], why: str, right: Mapping[str, object]) -> Case:
        statement = allow(
            "Grant",
            "*",
            "kms:CreateGrant",
            "*",
            StringEquals=OF_THE_ORGANIZATION,
            **{"ForAllValues:StringEquals": {"kms:GrantOperations": list(operations)}},
        )
        return stack(f"decrypt-{name}", why, "kms-conditions", Stack(key=[*key_statements(), statement]), **dict(right))

    return [
        granting(
            "grants-of-encryption-only",
            ["Encrypt", "GenerateDataKey"],
            "a grant always names operations, and these don't decrypt",
            {"exit": [0], "rules": {KEPT_OUT: ["proved"]}},
        ),
        granting("grants-of-decryption", ["Decrypt", "Encrypt"], "a grant to decrypt", _wrong(KEPT_OUT)),
        granting(
            "grants-of-reencryption",
            ["Encrypt", "ReEncryptFrom"],
            "under a key of their own they read what they encrypt anew",
            _wrong(KEPT_OUT),
        ),
    ]


def _names() -> list[Case]:
    long = "p" * 201

    def named(case: str, why: str, right: Mapping[str, object], page: str = "names", **trail: object) -> Case:
        prefix = f"{trail['s3_key_prefix']}/" if "s3_key_prefix" in trail else ""
        base = cloudtrail(BUCKET_ARN, f"{TRAIL[:-3]}{trail.get('name', 'org')}", ORGANIZATION, prefix)
        return stack(f"delivery-{case}", why, page, Stack(base=base, trail=trail), **dict(right))

    topic = f"""
    resource "aws_sns_topic" "trail" {{
      name       = "trail%s"
      fifo_topic = %s
    }}

    resource "aws_sns_topic_policy" "trail" {{
      arn    = aws_sns_topic.trail.arn
      policy = {encoded([allow("Notify", service("cloudtrail"), "SNS:Publish", "${aws_sns_topic.trail.arn}")])}
    }}
    """.replace("\n    ", "\n")

    def notified(name: str, ending: str, is_fifo: str, why: str, right: Mapping[str, object]) -> Case:
        waits = "[aws_organizations_organization.this, aws_s3_bucket_policy.logs, aws_sns_topic_policy.trail]"
        trail = {"sns_topic_name": Raw("aws_sns_topic.trail.arn"), "depends_on": Raw(waits)}
        return stack(
            f"delivery-{name}", why, "topic-names", Stack(trail=trail, more=topic % (ending, is_fifo)), **dict(right)
        )

    fine = {"exit": [0], "rules": {WRITE: ["proved"]}}
    return [
        named(
            "prefix-too-long", "a prefix has at most 200 characters", _wrong(WRITE), "create-trail", s3_key_prefix=long
        ),
        named("prefix-of-200", "a prefix has at most 200 characters", fine, "create-trail", s3_key_prefix=long[1:]),
        named("name-with-a-space", "no spaces in a trail's name", _wrong(WRITE), name="org trail"),
        named("name-with-two-dashes", "no two dashes beside each other", _wrong(WRITE), name="org--trail"),
        named("name-like-an-address", "no name in the form of an IP address", _wrong(WRITE), name="192.168.5.4"),
        named("name-with-dots", "letters, digits and single dots, underscores and dashes", fine, name="Org_trail.1-a"),
        notified("topic-first-in-first-out", ".fifo", "true", "no dot in the topic's name", _wrong(NOTIFY)),
        notified("topic-standard", "", "false", "a standard topic", {"exit": [0], "rules": {NOTIFY: ["proved"]}}),
    ]


def _boundaries() -> list[Case]:
    def statement(action: object, resource: object) -> dict[str, object]:
        return {"Effect": "Allow", "Action": action, "Resource": resource}

    assume = {"Effect": "Allow", "Principal": service("cloudtrail"), "Action": "sts:AssumeRole"}
    streams = f"arn:aws:logs:us-east-1:{MANAGEMENT}:log-group:trail:log-stream:*"
    write = statement(["logs:CreateLogStream", "logs:PutLogEvents"], streams)

    def bound(name: str, action: str, why: str, right: Mapping[str, object]) -> Case:
        more = f"""\
resource "aws_cloudwatch_log_group" "trail" {{
  name = "trail"
}}

resource "aws_iam_policy" "boundary" {{
  name   = "boundary"
  policy = {encoded([statement(action, "*")])}
}}

resource "aws_iam_role" "trail" {{
  name                 = "trail-logs"
  permissions_boundary = aws_iam_policy.boundary.arn
  assume_role_policy   = {encoded([assume])}
}}

resource "aws_iam_role_policy" "trail" {{
  role   = aws_iam_role.trail.name
  policy = {encoded([write])}
}}
"""
        waits = "[aws_organizations_organization.this, aws_s3_bucket_policy.logs, aws_iam_role_policy.trail]"
        trail = {
            "cloud_watch_logs_group_arn": "${aws_cloudwatch_log_group.trail.arn}:*",
            "cloud_watch_logs_role_arn": Raw("aws_iam_role.trail.arn"),
            "depends_on": Raw(waits),
        }
        return stack(f"delivery-{name}", why, "boundaries", Stack(trail=trail, more=more), **dict(right))

    return [
        bound("role-bound-to-s3", "s3:*", "the boundary allows nothing of CloudWatch Logs", _wrong(FEED)),
        bound(
            "role-bound-to-logs",
            "logs:*",
            "the boundary allows what the role does",
            {"exit": [0], "rules": {FEED: ["proved"]}},
        ),
    ]
