"""What a trail covers, whether its copies are delivered, and what must come first."""

from tools.exam_cases.case import ARCHIVE, MANAGEMENT, TRAIL, Case, allow, deny, service
from tools.exam_cases.stack import BUCKET_ARN, Raw, Stack, encoded, key_statements, stack

GOOD = {"exit": [0]}
BAD = {"exit_not": 0}


def _violated(rule: str) -> dict[str, object]:
    return {"exit": [1], "rules": {rule: ["violated"]}}


def _proved(rule: str) -> dict[str, object]:
    return {"exit": [0], "rules": {rule: ["proved"]}}


def cases() -> list[Case]:
    return [*_covered(), *_topics(), *_streams(), *_bucket_keys(), *_first()]


def _basic(**arguments: object) -> str:
    lines = "".join(f"    {name} = {_text(value)}\n" for name, value in arguments.items())
    return f"  event_selector {{\n{lines}  }}"


def _text(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(f'"{one}"' for one in value) + "]"
    return {True: "true", False: "false"}.get(value, f'"{value}"') if isinstance(value, (bool, str)) else str(value)


def _advanced(name: str, **fields: object) -> str:
    """One advanced selector: field_equals="value", or field=("not_equals", [values])."""
    lines = []
    for field, value in fields.items():
        operator, values = value if isinstance(value, tuple) else ("equals", [value])
        lines.append(
            f'    field_selector {{\n      field = "{field.replace("__", ".")}"\n      {operator} = {_text(values)}\n    }}'
        )
    return "  advanced_event_selector {\n" + f'    name = "{name}"\n' + "\n".join(lines) + "\n  }"


def _covered() -> list[Case]:
    events, excluded, covers = "trail-logs-management-events", "trail-excludes-no-events", "trail-covers-organization"
    kms = ["kms.amazonaws.com"]

    def on(
        name: str, blocks: str, why: str, right: dict[str, object], page: str = "event-selector", **trail: object
    ) -> Case:
        return stack(f"coverage-{name}", why, page, Stack(trail=trail, trail_blocks=blocks), **right)

    warned = {"exit": [0], "rules": {excluded: ["violated"], events: ["proved"]}}
    management, data = (
        _advanced("Management", eventCategory="Management"),
        _advanced("Data", eventCategory="Data", resources__type="AWS::S3::Object"),
    )
    return [
        on("no-selector", "", "without selectors management events are logged, read and write", _proved(events)),
        on(
            "basic-all",
            _basic(read_write_type="All", include_management_events=True),
            "read and write",
            _proved(events),
        ),
        on("basic-defaults", _basic(), "All and management events are the defaults", _proved(events)),
        on(
            "basic-read-only",
            _basic(read_write_type="ReadOnly", include_management_events=True),
            "writes aren't logged",
            _violated(events),
        ),
        on(
            "basic-write-only",
            _basic(read_write_type="WriteOnly", include_management_events=True),
            "reads aren't logged",
            _violated(events),
        ),
        on(
            "basic-no-management",
            _basic(read_write_type="All", include_management_events=False),
            "no management event is logged",
            _violated(events),
        ),
        on(
            "basic-two-halves",
            _basic(read_write_type="ReadOnly") + "\n" + _basic(read_write_type="WriteOnly"),
            "two selectors, read and write together",
            _proved(events),
        ),
        on(
            "basic-kms-excluded",
            _basic(read_write_type="All", exclude_management_event_sources=kms),
            "KMS's events aren't logged: advice",
            warned,
        ),
        on("advanced-management", management, "management events, read and write", _proved(events)),
        on("advanced-management-and-data", management + "\n" + data, "management and data events", _proved(events)),
        on("advanced-data", data, "data events only", _violated(events)),
        on(
            "advanced-reads-only",
            _advanced("Reads", eventCategory="Management", readOnly="true"),
            "writes aren't logged",
            _violated(events),
        ),
        on(
            "advanced-two-halves",
            _advanced("Reads", eventCategory="Management", readOnly="true")
            + "\n"
            + _advanced("Writes", eventCategory="Management", readOnly="false"),
            "reads and writes together",
            _proved(events),
        ),
        on(
            "advanced-kms-excluded",
            _advanced("Management", eventCategory="Management", eventSource=("not_equals", kms)),
            "KMS's events aren't logged: advice",
            warned,
        ),
        on(
            "insights",
            '  insight_selector {\n    insight_type = "ApiCallRateInsight"\n  }',
            "Insights on calls have the write events that they are made from",
            {"exit": [0], "rules": {excluded: ["proved", None]}},
            "insights",
        ),
        on(
            "one-region",
            "",
            "the other regions aren't logged",
            _violated(covers),
            "organization",
            is_multi_region_trail=False,
        ),
        on(
            "no-global-events",
            "",
            "IAM's and STS's events aren't logged",
            _violated(covers),
            "organization",
            is_multi_region_trail=True,
            include_global_service_events=False,
        ),
        on("switched-off", "", "nothing is logged", _violated(covers), "create-trail", enable_logging=False),
        on("switched-on", "", "logging, said in words", _proved(covers), "create-trail", enable_logging=True),
    ]


def _topics() -> list[Case]:
    notify = "cloudtrail-can-notify"

    def topic(statements: list[object] | None, key: str = "") -> str:
        policy = (
            f"""
resource "aws_sns_topic_policy" "trail" {{
  arn    = aws_sns_topic.trail.arn
  policy = {encoded(statements)}
}}
"""
            if statements is not None
            else ""
        )
        return f'resource "aws_sns_topic" "trail" {{\n  name = "trail"\n{key}}}\n{policy}'

    def on(name: str, more: str, why: str, right: dict[str, object], ordered: bool = True) -> Case:
        first = ", aws_sns_topic_policy.trail" if ordered and "aws_sns_topic_policy" in more else ""
        trail = {
            "sns_topic_name": Raw("aws_sns_topic.trail.name"),
            "depends_on": Raw(f"[aws_organizations_organization.this, aws_s3_bucket_policy.logs{first}]"),
        }
        return stack(f"delivery-topic-{name}", why, "sns", Stack(trail=trail, more=more), **right)

    arn = "${aws_sns_topic.trail.arn}"
    publish = allow("Publish", service("cloudtrail"), "SNS:Publish", arn, StringEquals={"aws:SourceArn": TRAIL})
    return [
        on("aws-policy", topic([publish]), "AWS's own policy of the topic", _proved(notify)),
        on(
            "by-account",
            topic(
                [
                    allow(
                        "Publish",
                        service("cloudtrail"),
                        "sns:Publish",
                        arn,
                        StringEquals={"aws:SourceAccount": MANAGEMENT},
                    )
                ]
            ),
            "tied by the account",
            _proved(notify),
        ),
        on("no-policy", topic(None), "the default policy knows the owner only", _violated(notify)),
        on(
            "another-service",
            topic([allow("Publish", service("s3"), "SNS:Publish", arn)]),
            "S3 may publish, CloudTrail may not",
            _violated(notify),
        ),
        on(
            "another-trail",
            topic(
                [
                    allow(
                        "Publish",
                        service("cloudtrail"),
                        "SNS:Publish",
                        arn,
                        StringEquals={"aws:SourceArn": TRAIL.replace("/org", "/other")},
                    )
                ]
            ),
            "another trail may publish",
            _violated(notify),
        ),
        on(
            "another-action",
            topic([allow("Subscribe", service("cloudtrail"), "SNS:Subscribe", arn)]),
            "subscribing isn't publishing",
            _violated(notify),
        ),
        on(
            "denied",
            topic(
                [
                    publish,
                    deny(
                        "Tls",
                        "*",
                        "SNS:Publish",
                        arn,
                        StringNotEquals={"aws:PrincipalOrgID": "${aws_organizations_organization.this.id}"},
                    ),
                ]
            ),
            "CloudTrail has no organization of its own",
            _violated(notify),
        ),
        on(
            "tls",
            topic([publish, deny("Tls", "*", "SNS:Publish", arn, Bool={"aws:SecureTransport": "false"})]),
            "CloudTrail publishes over TLS",
            _proved(notify),
        ),
        on(
            "unordered",
            topic([publish]),
            "the trail may be made before the topic's policy",
            _violated(notify),
            ordered=False,
        ),
    ]


def _streams() -> list[Case]:
    feed = "cloudtrail-can-feed-cloudwatch"
    trust = allow("Trust", service("cloudtrail"), "sts:AssumeRole", None)
    del trust["Resource"]
    group = "${aws_cloudwatch_log_group.trail.arn}"
    mine = f"{group}:log-stream:{MANAGEMENT}_CloudTrail_us-east-1*"
    ours = f"{group}:log-stream:${{aws_organizations_organization.this.id}}_*"
    both = ["logs:CreateLogStream", "logs:PutLogEvents"]

    def may(action: object, resource: object) -> dict[str, object]:
        return {"Sid": "Streams", "Effect": "Allow", "Action": action, "Resource": resource}

    def role(statements: list[object], who: dict[str, object] = trust) -> str:
        return f"""
resource "aws_cloudwatch_log_group" "trail" {{
  name = "organization-trail"
}}

resource "aws_iam_role" "trail" {{
  name               = "trail-to-cloudwatch"
  assume_role_policy = {encoded([who])}
}}

resource "aws_iam_role_policy" "trail" {{
  name   = "streams"
  role   = aws_iam_role.trail.id
  policy = {encoded(statements)}
}}
"""

    def on(
        name: str, more: str, why: str, right: dict[str, object], *, arn: str = f'"{group}:*"', ordered: bool = True
    ) -> Case:
        first = ", aws_iam_role_policy.trail" if ordered else ""
        trail = {
            "cloud_watch_logs_group_arn": Raw(arn),
            "cloud_watch_logs_role_arn": Raw("aws_iam_role.trail.arn"),
            "depends_on": Raw(f"[aws_organizations_organization.this, aws_s3_bucket_policy.logs{first}]"),
        }
        return stack(f"delivery-streams-{name}", why, "cloudwatch", Stack(trail=trail, more=more), **right)

    return [
        on(
            "aws-policy",
            role([may(both, [mine, ours])]),
            "AWS's policy of the role for an organization trail",
            _proved(feed),
        ),
        on("whole-group", role([may(both, f"{group}:*")]), "every stream of the group", _proved(feed)),
        on("everything", role([may("logs:*", "*")]), "wider than needed, and enough", {"rules": {feed: ["proved"]}}),
        on(
            "management-only",
            role([may(both, mine)]),
            "the members' events go to streams of the organization",
            _violated(feed),
        ),
        on(
            "organization-only",
            role([may(both, ours)]),
            "the management account's own events go to streams of its own",
            {"exit": [1, 3], "rules": {feed: ["violated", "undecided"]}},
        ),
        on("no-put", role([may("logs:CreateLogStream", f"{group}:*")]), "a stream without events", _violated(feed)),
        on("no-create", role([may("logs:PutLogEvents", f"{group}:*")]), "nobody makes the streams", _violated(feed)),
        on(
            "another-group",
            role([may(both, f"arn:aws:logs:us-east-1:{MANAGEMENT}:log-group:other:*")]),
            "another group's streams",
            _violated(feed),
        ),
        on(
            "another-trust",
            role([may(both, f"{group}:*")], {**trust, "Principal": service("lambda")}),
            "CloudTrail may not assume the role",
            _violated(feed),
        ),
        on(
            "group-without-star",
            role([may(both, f"{group}:*")]),
            "CloudTrail asks for the ARN with :* at its end",
            _violated(feed),
            arn="aws_cloudwatch_log_group.trail.arn",
        ),
        on(
            "unordered",
            role([may(both, f"{group}:*")]),
            "the trail may be made before the role's policy",
            _violated(feed),
            ordered=False,
        ),
    ]


def _bucket_keys() -> list[Case]:
    use = "cloudtrail-can-use-key"
    encryption = """
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  provider = aws.archive
  bucket   = aws_s3_bucket.logs.id
  rule {
    bucket_key_enabled = %s
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.logs.arn
    }
  }
}
"""
    decrypt = allow("BucketKey", service("cloudtrail"), "kms:Decrypt", "*", StringEquals={"aws:SourceArn": TRAIL})
    return [
        stack(
            "delivery-bucket-key-with-decrypt",
            "AWS's statement for an S3 Bucket Key",
            "bucket-key",
            Stack(key=[*key_statements(), decrypt], more=encryption % "true"),
            **_proved(use),
        ),
        stack(
            "delivery-bucket-key-off",
            "no S3 Bucket Key, so no Decrypt is needed",
            "bucket-key",
            Stack(key=key_statements(), more=encryption % "false"),
            **_proved(use),
        ),
        stack(
            "delivery-key-of-another-region",
            "the key must be in the bucket's region",
            "key-policy",
            Stack(
                key=key_statements(),
                key_arguments={"provider": Raw("aws.west")},
                more='provider "aws" {\n  alias  = "west"\n  region = "us-west-2"\n  assume_role {\n    role_arn = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"\n  }\n}\n',
            ),
            **_violated(use),
        ),
        stack(
            "delivery-key-statement-elsewhere",
            "the key's policy is a resource of its own",
            "key-policy",
            Stack(
                key=key_statements(),
                key_arguments={"policy": None},
                more=f'resource "aws_kms_key_policy" "logs" {{\n  provider = aws.archive\n  key_id   = aws_kms_key.logs.id\n  policy   = {encoded(key_statements())}\n}}\n',
                trail={
                    "depends_on": Raw(
                        "[aws_organizations_organization.this, aws_s3_bucket_policy.logs, aws_kms_key_policy.logs]"
                    )
                },
            ),
            **_proved(use),
        ),
    ]


def _first() -> list[Case]:
    access, policy, store = (
        "trusted-access-before-trail",
        "bucket-policy-before-trail",
        "event-data-store-after-trusted-access",
    )
    single = {"organization": {"aws_service_access_principals": None}}
    own = 'resource "aws_organizations_aws_service_access" "cloudtrail" {\n  service_principal = "cloudtrail.amazonaws.com"\n}\n'

    def on(
        name: str, why: str, right: dict[str, object], page: str = "organization-prepare", **changed: object
    ) -> Case:
        return stack(f"order-{name}", why, page, Stack(**changed), **right)

    def after(*first: str) -> dict[str, object]:
        return {"trail": {"depends_on": Raw(f"[{', '.join(first)}]") if first else None}}

    def data_store(depends: str) -> str:
        return f'resource "aws_cloudtrail_event_data_store" "org" {{\n  name                           = "org"\n  organization_enabled           = true\n  termination_protection_enabled = true\n{depends}}}\n'

    organization, bucket = "aws_organizations_organization.this", "aws_s3_bucket_policy.logs"
    literal = [
        allow("AclCheck", service("cloudtrail"), "s3:GetBucketAcl", BUCKET_ARN),
        allow(
            "Write",
            service("cloudtrail"),
            "s3:PutObject",
            f"{BUCKET_ARN}/AWSLogs/*",
            StringEquals={"aws:SourceArn": TRAIL},
        ),
    ]
    delegated = f'resource "aws_cloudtrail_organization_delegated_admin_account" "security" {{\n  account_id = "{ARCHIVE}"\n%s}}\n'
    admin = "delegated-admin-after-trusted-access"
    return [
        on(
            "through-the-policy",
            "the policy names the organization's id, so trail, policy and organization follow each other",
            _proved(access),
            **after(bucket),
        ),
        on(
            "unordered",
            "nothing puts trusted access before the trail",
            _violated(access),
            base=literal,
            **after(bucket),
        ),
        on("by-dependency", "the trail depends on both", _proved(access), base=literal, **after(organization, bucket)),
        on(
            "policy-unordered",
            "the trail may be made before the bucket's policy",
            _violated(policy),
            **after(organization),
        ),
        on(
            "policy-through-its-bucket",
            "the trail names the bucket as the policy gives it",
            _proved(policy),
            trail={"s3_bucket_name": Raw("aws_s3_bucket_policy.logs.bucket"), "depends_on": None},
        ),
        on(
            "access-of-its-own",
            "a resource of its own enables trusted access, before the trail",
            _proved(access),
            more=own,
            **after(organization, bucket, "aws_organizations_aws_service_access.cloudtrail"),
            **single,
        ),
        on(
            "access-of-its-own-unordered",
            "it may come after the trail",
            _violated(access),
            more=own,
            **after(organization, bucket),
            **single,
        ),
        on(
            "access-for-another-service",
            "Config's trusted access isn't CloudTrail's, and nothing here enables that",
            {"exit_not": 0, "rules": {access: ["violated", "undecided"]}},
            organization={"aws_service_access_principals": ["config.amazonaws.com"]},
        ),
        on(
            "billing-only",
            "trusted access needs all features",
            {"exit": [1], "rules": {"organization-all-features": ["violated"]}},
            organization={
                "feature_set": "CONSOLIDATED_BILLING",
                "aws_service_access_principals": None,
                "enabled_policy_types": None,
            },
        ),
        on(
            "data-store-first",
            "the event data store comes after trusted access",
            _proved(store),
            "event-data-store",
            more=data_store("  depends_on = [aws_organizations_organization.this]\n"),
        ),
        on(
            "data-store-unordered",
            "it may come before trusted access",
            _violated(store),
            "event-data-store",
            more=data_store(""),
        ),
        on(
            "data-store-of-one-account",
            "one account's event data store needs no trusted access",
            GOOD,
            "event-data-store",
            more=data_store("").replace("= true\n  termination", "= false\n  termination"),
        ),
        on(
            "delegated-administrator",
            "after trusted access",
            _proved(admin),
            "delegated-administrator",
            more=delegated % "  depends_on = [aws_organizations_organization.this]\n",
        ),
        on(
            "delegated-administrator-unordered",
            "it may come before trusted access",
            _violated(admin),
            "delegated-administrator",
            more=delegated % "",
        ),
        on(
            "both-owners",
            "two resources undo each other's work: advice",
            {"exit": [0], "rules": {"trusted-access-single-owner": ["violated"]}},
            more=own,
            **after(organization, bucket, "aws_organizations_aws_service_access.cloudtrail"),
        ),
    ]
