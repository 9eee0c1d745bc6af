"""More whole stacks: guards that meet half, copies on longer ways, deliveries with keys of their own, orders through other things."""

from tools.exam_cases.case import ARCHIVE, MANAGEMENT, MEMBER, STRANGER, TRAIL, Case, allow, deny, service
from tools.exam_cases.guards import ALL_READ, LOGS, NO_SERVICE, ORG_READS, OURS, control, scp
from tools.exam_cases.stack import (
    ALL_CLOSED,
    BUCKET_ARN,
    ORGANIZATION,
    Raw,
    Stack,
    attached,
    encoded,
    key_statements,
    stack,
)

READ, PUBLIC, LENT = "members-cannot-read-logs", "logs-not-public", "logs-not-lent-to-services"
MEMBERS, OUTSIDERS = "members-cannot-decrypt-logs", "outsiders-cannot-decrypt-logs"
GOOD: dict[str, object] = {"exit": [0]}
BAD: dict[str, object] = {"exit_not": 0}
HELD: dict[str, object] = {"rules": {READ: ["proved"]}}
BARE: dict[str, object] = {"exit": [1], "rules": {READ: ["violated"]}}


def cases() -> list[Case]:
    return [*_guards(), *_keys(), *_deliveries(), *_copies(), *_orders()]


def _guards() -> list[Case]:
    lists = allow("OrgLists", "*", "s3:ListBucket", BUCKET_ARN, StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    own = {"aws:ResourceOrgID": ORGANIZATION}

    def on(name: str, why: str, right: dict[str, object], more: str, page: str = "scp", **changed: object) -> Case:
        return stack(f"guard-{name}", why, page, Stack(more=more, **{"statements": [ORG_READS], **changed}), **right)

    def rcp(action: object, **condition: dict[str, object]) -> str:
        return attached("RESOURCE", [deny("Guard", "*", action, "*", **condition)])

    site = allow("Site", "*", "s3:GetObject", f"{BUCKET_ARN}/site/*")
    named = allow("Named", {"AWS": f"arn:aws:iam::{STRANGER}:root"}, "s3:GetObject", f"{BUCKET_ARN}/*")
    restrict = {**ALL_CLOSED, "block_public_policy": False}
    account = 'resource "aws_organizations_account" "work" {\n  name  = "work"\n  email = "work@acme.example"\n}\n'
    worker = allow(
        "Work", {"AWS": "arn:aws:iam::${aws_organizations_account.work.id}:root"}, "s3:GetObject", f"{BUCKET_ARN}/*"
    )
    return [
        on(
            "scp-objects-not-listing",
            "objects are denied, listing isn't",
            BARE,
            scp(control("s3:*", LOGS[1])),
            statements=[ORG_READS, lists],
        ),
        on(
            "scp-foreign-resources",
            "AWS's perimeter denies what belongs to others: the bucket is the organization's",
            BARE,
            scp(control("s3:*", "*", StringNotEqualsIfExists=own)),
            "data-perimeter",
        ),
        on(
            "scp-by-tag",
            "who tags its role so is spared",
            BARE,
            scp(control("s3:*", LOGS, StringNotEquals={"aws:PrincipalTag/auditor": "yes"})),
        ),
        on(
            "scp-but-linked-roles",
            "only services' own roles are spared",
            {"rules": {READ: ["proved", "undecided"]}},
            scp(control("s3:*", LOGS, ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/aws-service-role/*"})),
        ),
        on(
            "scp-of-an-account-that-is-made",
            "an account that the stack makes is a member: the SCP holds it",
            {"rules": {READ: ["proved"]}},
            account + scp(control("s3:*", LOGS)),
            statements=[worker],
        ),
        on(
            "scp-pattern-of-buckets",
            "the pattern holds the bucket",
            HELD,
            scp(control("s3:GetObject", "arn:aws:s3:::acme-*")),
        ),
        on("scp-service-pattern", "s3:Get* holds the reading", HELD, scp(control(["s3:Get*", "s3:List*"], "*"))),
        on(
            "scp-allow-only",
            "an SCP of Allow statements alone, which spares S3",
            {"rules": {READ: ["violated", "undecided"]}},
            attached("SERVICE", [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}]),
        ),
        on(
            "rcp-reads-not-listing",
            "reading is denied, listing isn't",
            BARE,
            rcp("s3:GetObject", StringNotEqualsIfExists=OURS, BoolIfExists=NO_SERVICE),
            "rcp",
            statements=[ORG_READS, lists],
        ),
        on(
            "rcp-for-the-anonymous",
            "everybody reads, but for the anonymous: strangers do",
            {"exit": [1], "rules": {PUBLIC: ["violated"]}},
            rcp("s3:*", StringEquals={"aws:PrincipalAccount": "anonymous"}),
            "rcp",
            statements=[ALL_READ],
            block=None,
        ),
        on(
            "rcp-by-role-name",
            "a member's role of that name is spared",
            BARE,
            rcp("s3:*", ArnNotLikeIfExists={"aws:PrincipalArn": "arn:aws:iam::*:role/audit"}, BoolIfExists=NO_SERVICE),
            "rcp",
        ),
        on(
            "rcp-and-scp",
            "the RCP keeps strangers out, the SCP members",
            {"rules": {READ: ["proved"], PUBLIC: ["proved"]}},
            attached(
                "RESOURCE",
                [
                    deny(
                        "Out",
                        "*",
                        "s3:*",
                        "*",
                        StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION},
                        BoolIfExists=NO_SERVICE,
                    )
                ],
            )
            + attached("SERVICE", [control("s3:*", LOGS)], name="members"),
            "rcp",
            statements=[ALL_READ],
            block=None,
        ),
        on(
            "block-shuts-out-the-named",
            "while the policy is public for a site, a named account is shut out, too",
            {"rules": {PUBLIC: ["proved"], READ: ["proved"]}},
            "",
            "block-public-access",
            statements=[site, named],
            block=restrict,
        ),
        on(
            "block-not-public-lets-the-named",
            "the same without the public site",
            {"exit": [1]},
            "",
            "block-public-access",
            statements=[named],
            block=restrict,
        ),
        on(
            "block-by-variable",
            "whether the block restricts isn't shown",
            BAD,
            'variable "restrict" {\n  type = bool\n}\n',
            "block-public-access",
            statements=[ALL_READ],
            block={**restrict, "restrict_public_buckets": Raw("var.restrict")},
        ),
    ]


def _keys() -> list[Case]:
    opened = allow("All", "*", "kms:Decrypt", "*")
    perimeter = deny(
        "Out", "*", "kms:*", "*", StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION}, BoolIfExists=NO_SERVICE
    )

    def on(name: str, why: str, right: dict[str, object], more: str, page: str, key: list[object]) -> Case:
        return stack(f"guard-key-{name}", why, page, Stack(key=key, more=more), **right)

    return [
        on(
            "rcp",
            "the RCP keeps strangers from the key, members decrypt",
            {"exit": [1], "rules": {OUTSIDERS: ["proved"], MEMBERS: ["violated"]}},
            attached("RESOURCE", [perimeter]),
            "rcp",
            [*key_statements(), opened],
        ),
        on(
            "scp",
            "the SCP keeps members from the key",
            {"rules": {MEMBERS: ["proved"]}},
            scp(control("kms:Decrypt", "*")),
            "scp",
            [
                *key_statements(),
                allow("Org", "*", "kms:Decrypt", "*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            ],
        ),
        on(
            "scp-of-s3",
            "an SCP on S3 leaves the key alone",
            {"exit": [1], "rules": {MEMBERS: ["violated"]}},
            scp(control("s3:*", "*")),
            "scp",
            [
                *key_statements(),
                allow("Org", "*", "kms:Decrypt", "*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            ],
        ),
        on(
            "rcp-stops-cloudtrail",
            "services aren't spared: CloudTrail can't encrypt",
            {"exit": [1], "rules": {"cloudtrail-can-use-key": ["violated"]}},
            attached(
                "RESOURCE",
                [deny("Out", "*", "kms:*", "*", StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION})],
            ),
            "rcp",
            key_statements(),
        ),
        stack(
            "decrypt-external-key-without-material",
            "a key that has no material encrypts nothing",
            "kms-state",
            Stack(
                trail={"kms_key_id": Raw("aws_kms_external_key.logs.arn")},
                more=f'resource "aws_kms_external_key" "logs" {{\n  provider = aws.archive\n  policy   = {encoded(key_statements())}\n}}\n',
            ),
            **BAD,
        ),
    ]


def _deliveries() -> list[Case]:
    notify, feed = "cloudtrail-can-notify", "cloudtrail-can-feed-cloudwatch"
    publish = allow(
        "Publish",
        service("cloudtrail"),
        "SNS:Publish",
        "${aws_sns_topic.trail.arn}",
        StringEquals={"aws:SourceArn": TRAIL},
    )
    use = allow("Notify", service("cloudtrail"), ["kms:GenerateDataKey*", "kms:Decrypt"], "*")
    root = allow("Owner", {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}, "kms:*", "*")

    def topic(name: str, why: str, right: dict[str, object], key: str, more: str = "") -> Case:
        told = f'resource "aws_sns_topic" "trail" {{\n  name              = "trail"\n  kms_master_key_id = {key}\n}}\n\nresource "aws_sns_topic_policy" "trail" {{\n  arn    = aws_sns_topic.trail.arn\n  policy = {encoded([publish])}\n}}\n{more}'
        trail = {
            "sns_topic_name": Raw("aws_sns_topic.trail.name"),
            "depends_on": Raw(
                "[aws_organizations_organization.this, aws_s3_bucket_policy.logs, aws_sns_topic_policy.trail]"
            ),
        }
        return stack(f"delivery-topic-{name}", why, "sns", Stack(trail=trail, more=told), **right)

    def key(statements: list[object]) -> str:
        return f'\nresource "aws_kms_key" "topic" {{\n  policy = {encoded(statements)}\n}}\n'

    trust = allow("Trust", service("cloudtrail"), "sts:AssumeRole", None)
    del trust["Resource"]
    may = {
        "Sid": "Streams",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "${aws_cloudwatch_log_group.trail.arn}:*",
    }
    group = 'resource "aws_cloudwatch_log_group" "trail" {\n  name = "organization-trail"\n}\n'

    def role(name: str, why: str, right: dict[str, object], more: str, waits: str, inline: str = "") -> Case:
        told = f'{group}\nresource "aws_iam_role" "trail" {{\n  name               = "trail"\n  assume_role_policy = {encoded([trust])}\n{inline}}}\n{more}'
        trail = {
            "cloud_watch_logs_group_arn": Raw('"${aws_cloudwatch_log_group.trail.arn}:*"'),
            "cloud_watch_logs_role_arn": Raw("aws_iam_role.trail.arn"),
            "depends_on": Raw(f"[aws_organizations_organization.this, aws_s3_bucket_policy.logs{waits}]"),
        }
        return stack(f"delivery-streams-{name}", why, "cloudwatch", Stack(trail=trail, more=told), **right)

    def proved(rule: str) -> dict[str, object]:
        return {"exit": [0], "rules": {rule: ["proved"]}}

    def violated(rule: str) -> dict[str, object]:
        return {"exit": [1], "rules": {rule: ["violated"]}}

    attached_policy = f'\nresource "aws_iam_policy" "trail" {{\n  name   = "streams"\n  policy = {encoded([may])}\n}}\n\nresource "aws_iam_role_policy_attachment" "trail" {{\n  role       = aws_iam_role.trail.name\n  policy_arn = aws_iam_policy.trail.arn\n}}\n'
    denied = {"Sid": "No", "Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": "*"}
    halves = [{**may, "Action": "logs:CreateLogStream"}, {**may, "Sid": "Put", "Action": "logs:PutLogEvents"}]

    def own(statements: list[object]) -> str:
        return f'\nresource "aws_iam_role_policy" "trail" {{\n  name   = "streams"\n  role   = aws_iam_role.trail.id\n  policy = {encoded(statements)}\n}}\n'

    return [
        topic(
            "with-a-key",
            "the topic's key lets CloudTrail in",
            proved(notify),
            "aws_kms_key.topic.arn",
            key([root, use]),
        ),
        topic(
            "with-a-closed-key",
            "the topic's key doesn't let CloudTrail in",
            {"exit_not": 0, "rules": {notify: ["violated"]}},
            "aws_kms_key.topic.arn",
            key([root]),
        ),
        topic(
            "with-the-managed-key",
            "AWS's own key for SNS can't be opened for CloudTrail",
            {"exit_not": 0, "rules": {notify: ["violated"]}},
            '"alias/aws/sns"',
        ),
        role(
            "attached-policy",
            "a policy of its own, attached",
            proved(feed),
            attached_policy,
            ", aws_iam_role_policy_attachment.trail",
        ),
        role(
            "attached-unordered",
            "the trail waits for the policy, not for its attachment",
            violated(feed),
            attached_policy,
            ", aws_iam_policy.trail",
        ),
        role(
            "inline-block",
            "the role's own block",
            proved(feed),
            "",
            "",
            f'  inline_policy {{\n    name   = "streams"\n    policy = {encoded([may])}\n  }}\n',
        ),
        role("two-halves", "two statements together", proved(feed), own(halves), ", aws_iam_role_policy.trail"),
        role(
            "denied", "a Deny takes the putting away", violated(feed), own([may, denied]), ", aws_iam_role_policy.trail"
        ),
    ]


def _copies() -> list[Case]:
    feeds = {
        "cloud_watch_logs_group_arn": Raw('"${aws_cloudwatch_log_group.trail.arn}:*"'),
        "cloud_watch_logs_role_arn": Raw("aws_iam_role.trail.arn"),
        "depends_on": Raw(
            "[aws_organizations_organization.this, aws_s3_bucket_policy.logs, aws_iam_role_policy.trail]"
        ),
    }
    group = """
resource "aws_cloudwatch_log_group" "trail" {
  name = "organization-trail"
}

resource "aws_iam_role" "trail" {
  name               = "trail"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_iam_role_policy" "trail" {
  name   = "streams"
  role   = aws_iam_role.trail.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.trail.arn}:*" }] })
}
"""
    hose = """
resource "aws_kinesis_firehose_delivery_stream" "out" {
  name        = "out"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = "arn:aws:iam::111111111111:role/firehose"
    bucket_arn = %s
  }
}

resource "aws_cloudwatch_log_subscription_filter" "out" {
  name            = "out"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = ""
  destination_arn = aws_kinesis_firehose_delivery_stream.out.arn
  role_arn        = "arn:aws:iam::111111111111:role/logs"
}
"""
    mine = 'resource "aws_s3_bucket" "events" {\n  bucket = "acme-events"\n}\n'
    reads = allow(
        "Org", "*", "s3:GetObject", "${aws_s3_bucket.events.arn}/*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}
    )
    opened = (
        mine
        + f'\nresource "aws_s3_bucket_policy" "events" {{\n  bucket = aws_s3_bucket.events.id\n  policy = {encoded([reads])}\n}}\n'
    )
    link = """
resource "aws_oam_link" "monitoring" {
  label_template  = "$AccountName"
  resource_types  = [%s]
  sink_identifier = "arn:aws:oam:us-east-1:%s:sink/12345678-1234-1234-1234-123456789012"
}
"""

    def on(name: str, why: str, right: dict[str, object], more: str, page: str = "firehose") -> Case:
        return stack(f"copy-{name}", why, page, Stack(trail=feeds, more=group + more), **right)

    return [
        on(
            "hose-to-its-own-bucket",
            "the events go to a closed bucket of the management account",
            GOOD,
            mine + hose % "aws_s3_bucket.events.arn",
        ),
        on(
            "hose-to-an-open-bucket",
            "the events go to a bucket that the organization reads",
            BAD,
            opened + hose % "aws_s3_bucket.events.arn",
        ),
        on(
            "hose-to-somewhere",
            "whose bucket the events go to can't be seen",
            BAD,
            hose % '"arn:aws:s3:::events-of-somebody"',
        ),
        on(
            "link-to-a-member",
            "a member's monitoring reads the log group",
            BAD,
            link % ('"AWS::Logs::LogGroup"', MEMBER),
            "cloudwatch",
        ),
        on(
            "link-of-metrics",
            "a member's monitoring reads metrics only",
            GOOD,
            link % ('"AWS::CloudWatch::Metric"', MEMBER),
            "cloudwatch",
        ),
        on(
            "link-to-the-archive",
            "the archive's monitoring reads the log group",
            GOOD,
            link % ('"AWS::Logs::LogGroup"', ARCHIVE),
            "cloudwatch",
        ),
    ]


def _orders() -> list[Case]:
    access = "trusted-access-before-trail"
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
    before, after = {"exit": [0], "rules": {access: ["proved"]}}, {"exit": [1], "rules": {access: ["violated"]}}

    def on(name: str, why: str, right: dict[str, object], more: str, *waits: str, **trail: object) -> Case:
        told = {"depends_on": Raw(f"[{', '.join(('aws_s3_bucket_policy.logs', *waits))}]"), **trail}
        return stack(f"order-{name}", why, "organization-prepare", Stack(base=literal, trail=told, more=more), **right)

    sleep = 'resource "time_sleep" "access" {\n  create_duration = "30s"\n%s}\n'
    data = 'resource "terraform_data" "access" {\n  %s\n}\n'
    local = "locals {\n  root = aws_organizations_organization.this.roots[0].id\n}\n"
    source = 'data "aws_organizations_organization" "now" {\n  depends_on = [aws_organizations_organization.this]\n}\n'
    waits = "  depends_on = [aws_organizations_organization.this]\n"
    return [
        on(
            "through-a-pause",
            "the trail waits for a pause that waits for trusted access",
            before,
            sleep % waits,
            "time_sleep.access",
        ),
        on("beside-a-pause", "the pause waits for nothing", after, sleep % "", "time_sleep.access"),
        on(
            "through-data",
            "the trail waits for something that names the organization",
            before,
            data % "input = aws_organizations_organization.this.id",
            "terraform_data.access",
        ),
        on(
            "beside-data",
            "the thing that the trail waits for names nothing",
            after,
            data % 'input = "organization"',
            "terraform_data.access",
        ),
        on(
            "through-tags",
            "a tag names the organization's root by a local",
            before,
            local,
            tags=Raw("{ root = local.root }"),
        ),
        on(
            "through-a-data-source",
            "a data source that waits for the organization",
            before,
            source,
            tags=Raw("{ id = data.aws_organizations_organization.now.id }"),
        ),
    ]
