"""Correct stacks as people run them."""

from tools.exam_cases.case import (
    ARCHIVE,
    MANAGEMENT,
    MEMBER,
    STRANGER,
    TRAIL,
    TRUSTED,
    Case,
    account,
    allow,
    cloudtrail,
    deny,
    document,
    service,
)
from tools.exam_cases.stack import BUCKET_ARN, ORGANIZATION, Raw, Stack, attached, encoded, key_statements, stack

OBJECTS = f"{BUCKET_ARN}/*"
EVERYTHING = [BUCKET_ARN, OBJECTS]
SPARED = {"aws:PrincipalIsAWSService": "false"}
CLOSED = (
    "members-cannot-read-logs",
    "logs-not-public",
    "members-cannot-alter-logs",
    "cloudtrail-can-write-logs",
    "trusted-access-before-trail",
)
RIGHT: dict[str, object] = {"exit": [0], "rules": {rule: ["proved"] for rule in CLOSED}}


def cases() -> list[Case]:
    return [*_plain(), *_guarded(), *_whole(), *_written()]


def _quiet(name: str, why: str, page: str, what: Stack | None = None, **more: object) -> Case:
    return stack(f"quiet-stack-{name}", why, page, what, **{**RIGHT, **more})


def _plain() -> list[Case]:
    trusted = ("--trusted-account", TRUSTED, "--trusted-account", STRANGER)
    vendor = allow("Siem", account(STRANGER, "role/collector"), ["s3:GetObject", "s3:ListBucket"], EVERYTHING)
    audit = allow("Audit", account(TRUSTED), ["s3:GetObject", "s3:ListBucket"], EVERYTHING)
    decrypt = allow(
        "Readers",
        {"AWS": [f"arn:aws:iam::{TRUSTED}:root", f"arn:aws:iam::{STRANGER}:role/collector"]},
        "kms:Decrypt",
        "*",
        Null={"kms:EncryptionContext:aws:cloudtrail:arn": "false"},
    )
    return [
        _quiet("plain", "AWS's guide, with the bucket in the log archive", "organization"),
        _quiet(
            "in-the-management-account",
            "AWS's guide, with the bucket in the management account",
            "organization",
            Stack(owner=MANAGEMENT),
        ),
        _quiet("encrypted", "with a key in the log archive", "key-policy", Stack(key=key_statements())),
        _quiet(
            "encrypted-with-readers",
            "a vendor and the audit account read and decrypt",
            "share",
            Stack(statements=[vendor, audit], key=[*key_statements(), decrypt]),
            options=trusted,
        ),
        _quiet(
            "prefixed",
            "under a prefix",
            "bucket-policy",
            Stack(
                base=cloudtrail(BUCKET_ARN, organization=ORGANIZATION, prefix="trail/"),
                trail={"s3_key_prefix": "trail"},
            ),
        ),
        _quiet(
            "other-services-trusted",
            "trusted access of many services",
            "trusted-access",
            Stack(
                organization={
                    "aws_service_access_principals": [
                        "cloudtrail.amazonaws.com",
                        "config.amazonaws.com",
                        "sso.amazonaws.com",
                        "guardduty.amazonaws.com",
                        "ram.amazonaws.com",
                    ]
                }
            ),
        ),
        _quiet(
            "tied-by-the-organization",
            "CloudTrail is tied by aws:SourceOrgID",
            "bucket-policy",
            Stack(
                base=[
                    allow("Acl", service("cloudtrail"), "s3:GetBucketAcl", BUCKET_ARN),
                    allow(
                        "Write",
                        service("cloudtrail"),
                        "s3:PutObject",
                        [f"{BUCKET_ARN}/AWSLogs/{MANAGEMENT}/*", f"{BUCKET_ARN}/AWSLogs/{ORGANIZATION}/*"],
                        StringEquals={"aws:SourceOrgID": ORGANIZATION},
                    ),
                ]
            ),
        ),
        _quiet(
            "delegated-administrator",
            "the log archive administers CloudTrail",
            "delegated-administrator",
            Stack(
                more=f'resource "aws_cloudtrail_organization_delegated_admin_account" "archive" {{\n  account_id = "{ARCHIVE}"\n  depends_on = [aws_organizations_organization.this]\n}}\n'
            ),
        ),
        _quiet(
            "no-public-access-block",
            "the block is advice where the policy isn't public",
            "block-public-access",
            Stack(block=None),
        ),
        _quiet(
            "locked",
            "with object lock",
            "bucket-policy",
            Stack(
                more='resource "aws_s3_bucket_object_lock_configuration" "logs" {\n  provider = aws.archive\n  bucket   = aws_s3_bucket.logs.id\n  rule {\n    default_retention {\n      mode = "COMPLIANCE"\n      days = 365\n    }\n  }\n}\n'
            ),
        ),
        _quiet(
            "another-bucket-beside",
            "a public site of the same stack isn't the log bucket",
            "s3-examples",
            Stack(
                more='resource "aws_s3_bucket" "site" {\n  provider = aws.archive\n  bucket   = "acme-site"\n}\n\nresource "aws_s3_bucket_policy" "site" {\n  provider = aws.archive\n  bucket   = aws_s3_bucket.site.id\n  policy   = '
                + encoded([allow("Public", "*", "s3:GetObject", "${aws_s3_bucket.site.arn}/*")])
                + "\n}\n"
            ),
        ),
        _quiet(
            "second-trail-of-one-account",
            "a trail of the management account beside",
            "bucket-policy",
            Stack(
                more='resource "aws_cloudtrail" "own" {\n  name           = "own"\n  s3_bucket_name = "acme-management-trail"\n}\n'
            ),
            rules={"trusted-access-before-trail": ["proved"], "members-cannot-read-logs": ["proved"]},
        ),
    ]


def _guarded() -> list[Case]:
    def control(action: object, resource: object, **condition: dict[str, object]) -> dict[str, object]:
        told = deny("Guard", None, action, resource, **condition)
        return {key: value for key, value in told.items() if value is not None}

    tower = control(
        ["cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail"],
        "arn:aws:cloudtrail:*:*:trail/aws-controltower-*",
        ArnNotLike={"aws:PrincipalARN": "arn:aws:iam::*:role/AWSControlTowerExecution"},
    )
    archive = control(
        ["s3:DeleteBucket", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration", "s3:PutEncryptionConfiguration"],
        "arn:aws:s3:::acme-org-logs",
        ArnNotLike={"aws:PrincipalARN": "arn:aws:iam::*:role/AWSControlTowerExecution"},
    )
    root = control("*", "*", StringLike={"aws:PrincipalArn": ["arn:aws:iam::*:root"]})
    region = {
        "Sid": "Regions",
        "Effect": "Deny",
        "NotAction": ["iam:*", "organizations:*", "sts:*", "support:*", "cloudfront:*", "route53:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}},
    }
    leave = control("organizations:LeaveOrganization", "*")
    perimeter = deny(
        "Identity",
        "*",
        ["s3:*", "sqs:*", "kms:*", "secretsmanager:*", "sts:AssumeRole"],
        "*",
        StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION},
        BoolIfExists=SPARED,
    )
    deputies = deny(
        "Deputies",
        "*",
        ["s3:*", "sqs:*", "kms:*"],
        "*",
        StringNotEqualsIfExists={"aws:SourceOrgID": ORGANIZATION},
        Null={"aws:SourceAccount": "false"},
        Bool={"aws:PrincipalIsAWSService": "true"},
    )
    tls = deny("Tls", "*", "s3:*", "*", BoolIfExists={"aws:SecureTransport": "false"})
    return [
        _quiet(
            "control-tower-controls",
            "Control Tower's mandatory controls",
            "control-tower-controls",
            Stack(more=attached("SERVICE", [tower, archive])),
        ),
        _quiet(
            "root-users-denied",
            "AWS's example: members' root users do nothing",
            "scp-examples",
            Stack(more=attached("SERVICE", [root])),
        ),
        _quiet(
            "regions-denied",
            "AWS's example: regions that aren't used",
            "scp-examples",
            Stack(more=attached("SERVICE", [region])),
        ),
        _quiet("leaving-denied", "no account leaves", "scp-examples", Stack(more=attached("SERVICE", [leave]))),
        _quiet(
            "all-controls",
            "the usual SCPs together",
            "scp-examples",
            Stack(more=attached("SERVICE", [tower, archive, root, region, leave])),
        ),
        _quiet(
            "resource-perimeter",
            "AWS's RCP of the data perimeter",
            "data-perimeter",
            Stack(more=attached("RESOURCE", [perimeter, deputies])),
        ),
        _quiet(
            "resource-perimeter-encrypted",
            "the same, with a key",
            "data-perimeter",
            Stack(key=key_statements(), more=attached("RESOURCE", [perimeter, deputies])),
        ),
        _quiet("tls-for-all", "an RCP asks for TLS everywhere", "rcp", Stack(more=attached("RESOURCE", [tls]))),
        _quiet(
            "tag-policy",
            "a tag policy stops nobody",
            "policy-types",
            Stack(
                organization={"enabled_policy_types": ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]},
                more='resource "aws_organizations_policy" "tags" {\n  name    = "tags"\n  type    = "TAG_POLICY"\n  content = jsonencode({ tags = { team = { tag_key = { "@@assign" = "team" } } } })\n}\n',
            ),
        ),
    ]


def _whole() -> list[Case]:
    """Key, topic, log group, insights, lifecycle: everything at once."""
    trust = allow("Trust", service("cloudtrail"), "sts:AssumeRole", None)
    del trust["Resource"]
    publish = allow(
        "Publish",
        service("cloudtrail"),
        "SNS:Publish",
        "${aws_sns_topic.trail.arn}",
        StringEquals={"aws:SourceArn": TRAIL},
    )
    streams = {
        "Sid": "Streams",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "${aws_cloudwatch_log_group.trail.arn}:*",
    }
    beside = f"""
resource "aws_sns_topic" "trail" {{
  name = "trail"
}}

resource "aws_sns_topic_policy" "trail" {{
  arn    = aws_sns_topic.trail.arn
  policy = {encoded([publish])}
}}

resource "aws_cloudwatch_log_group" "trail" {{
  name              = "organization-trail"
  retention_in_days = 365
}}

resource "aws_iam_role" "trail" {{
  name               = "trail-to-cloudwatch"
  assume_role_policy = {encoded([trust])}
}}

resource "aws_iam_role_policy" "trail" {{
  name   = "streams"
  role   = aws_iam_role.trail.id
  policy = {encoded([streams])}
}}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {{
  provider = aws.archive
  bucket   = aws_s3_bucket.logs.id
  rule {{
    id     = "logs"
    status = "Enabled"
    filter {{}}
    transition {{
      days          = 90
      storage_class = "GLACIER"
    }}
    expiration {{
      days = 2557
    }}
  }}
}}
"""
    trail = {
        "sns_topic_name": Raw("aws_sns_topic.trail.name"),
        "cloud_watch_logs_group_arn": Raw('"${aws_cloudwatch_log_group.trail.arn}:*"'),
        "cloud_watch_logs_role_arn": Raw("aws_iam_role.trail.arn"),
        "enable_logging": True,
        "depends_on": Raw(
            "[aws_organizations_organization.this, aws_s3_bucket_policy.logs, aws_sns_topic_policy.trail, aws_iam_role_policy.trail]"
        ),
    }
    selectors = '  insight_selector {\n    insight_type = "ApiCallRateInsight"\n  }\n  insight_selector {\n    insight_type = "ApiErrorRateInsight"\n  }'
    return [
        _quiet("with-copies", "topic, log group and lifecycle", "cloudwatch", Stack(trail=trail, more=beside)),
        _quiet(
            "with-everything",
            "key, topic, log group, Insights and lifecycle",
            "cloudwatch",
            Stack(key=key_statements(), trail=trail, trail_blocks=selectors, more=beside),
        ),
    ]


_HEAD = f"""\
provider "aws" {{
  region = "us-east-1"
}}

provider "aws" {{
  alias  = "archive"
  region = "us-east-1"
  assume_role {{
    role_arn = "arn:aws:iam::{ARCHIVE}:role/OrganizationAccountAccessRole"
  }}
}}
"""
_BUCKET = """
resource "aws_s3_bucket" "logs" {
  provider = aws.archive
  bucket   = "${var.namespace}-org-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  provider = aws.archive
  bucket   = aws_s3_bucket.logs.id
  policy   = data.aws_iam_policy_document.logs.json
}

variable "namespace" {
  default = "acme"
}
"""
_DOCUMENT = """
data "aws_partition" "this" {}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "AclCheck"
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.logs.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }

  statement {
    sid       = "Write"
    actions   = ["s3:PutObject"]
    resources = [for owner in local.owners : "${aws_s3_bucket.logs.arn}/AWSLogs/${owner}/*"]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }

  dynamic "statement" {
    for_each = var.readers
    content {
      sid       = "Reader${statement.key}"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.logs.arn}/*"]
      principals {
        type        = "AWS"
        identifiers = [statement.value]
      }
    }
  }
}

variable "readers" {
  type    = list(string)
  default = %s
}
"""
_TRAIL = """
resource "aws_cloudtrail" "org" {
  name                       = "org"
  s3_bucket_name             = aws_s3_bucket_policy.logs.bucket
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
%s}
"""


def _written() -> list[Case]:
    """Written out with data sources, variables and dynamic blocks."""
    locals_ = """
locals {
  trail_arn = "arn:${data.aws_partition.this.partition}:cloudtrail:us-east-1:${data.aws_caller_identity.this.account_id}:trail/org"
  owners    = [data.aws_caller_identity.this.account_id, %s.id]
}

data "aws_caller_identity" "this" {}
"""
    organization = '\nresource "aws_organizations_organization" "this" {\n  aws_service_access_principals = ["cloudtrail.amazonaws.com", "sso.amazonaws.com"]\n  feature_set                   = "ALL"\n}\n'
    data = '\ndata "aws_organizations_organization" "this" {}\n'
    facts = [".", "--management-account", MANAGEMENT, "--archive-account", ARCHIVE]
    owned = _HEAD.replace('region = "us-east-1"', f'region = "us-east-1"\n  allowed_account_ids = ["{MANAGEMENT}"]', 1)
    mine, theirs = "aws_organizations_organization.this", "data.aws_organizations_organization.this"
    waits = f"  depends_on                 = [{mine}]\n"
    elsewhere = ("--assume-trusted-access", "the organization's stack keeps it enabled")

    def written(name: str, why: str, text: str, right: dict[str, object], *more: str) -> Case:
        return Case(name, why, "organization", {"main.tf": text}, [*facts, *more], right)

    readers = f'["arn:aws:iam::{ARCHIVE}:role/analyst", "{TRUSTED}"]'
    strangers = f'["arn:aws:iam::{ARCHIVE}:role/analyst", "{MEMBER}"]'
    heredoc = document(
        [*cloudtrail("${aws_s3_bucket.logs.arn}", organization="${aws_organizations_organization.this.id}")]
    ).strip()
    text = _HEAD + organization + _BUCKET + _DOCUMENT % "[]" + locals_ % mine + _TRAIL % waits
    return [
        written("quiet-stack-documents", "a policy document with locals and loops", text, RIGHT),
        written(
            "quiet-stack-documents-with-readers",
            "readers by a variable, both may read",
            _HEAD + organization + _BUCKET + _DOCUMENT % readers + locals_ % mine + _TRAIL % waits,
            RIGHT,
            "--trusted-account",
            TRUSTED,
        ),
        written(
            "outsider-reader-by-variable",
            "the second reader of the variable's list is an account that may not",
            _HEAD + organization + _BUCKET + _DOCUMENT % strangers + locals_ % mine + _TRAIL % waits,
            {"exit": [1]},
        ),
        written(
            "quiet-stack-organization-elsewhere",
            "the organization is another stack's, and that is said",
            owned + data + _BUCKET + _DOCUMENT % "[]" + locals_ % theirs + _TRAIL % "",
            RIGHT,
            *elsewhere,
        ),
        written(
            "order-organization-elsewhere",
            "the organization is another stack's: nobody can say from here",
            _HEAD + data + _BUCKET + _DOCUMENT % "[]" + locals_ % theirs + _TRAIL % "",
            {"exit": [3], "rules": {"trusted-access-before-trail": ["undecided"]}},
        ),
        written(
            "quiet-stack-heredoc",
            "the policy in a heredoc",
            _HEAD
            + organization
            + _BUCKET.replace("data.aws_iam_policy_document.logs.json", f"<<-EOT\n{heredoc}\nEOT")
            + _TRAIL % waits,
            RIGHT,
        ),
        written(
            "quiet-stack-only-the-bucket",
            "the bucket's stack alone: the trail is another one's",
            _HEAD + organization + _BUCKET + _DOCUMENT % "[]" + locals_ % mine,
            {"exit": [0], "rules": {"members-cannot-read-logs": ["proved"], "cloudtrail-can-write-logs": ["proved"]}},
        ),
    ]
