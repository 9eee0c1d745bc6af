"""Routes by which the logs leave their bucket, what isn't read, what Terraform doesn't apply, and roles that read."""

import json

from tools.exam_cases.case import ARCHIVE, MANAGEMENT, MEMBER, Case, allow, service
from tools.exam_cases.stack import BUCKET_ARN, ORGANIZATION, Raw, Stack, attached, encoded, stack

GOOD: dict[str, object] = {"exit": [0]}
BAD: dict[str, object] = {"exit_not": 0}


def cases() -> list[Case]:
    return [*_replicas(), *_backups(), *_others(), *_roles(), *_life(), *_unread(), *_json()]


def _replica(statements: list[object], destination: str = "", provider: str = "  provider = aws.archive\n") -> str:
    policy = (
        f"""
resource "aws_s3_bucket_policy" "copy" {{
{provider}  bucket = aws_s3_bucket.copy.id
  policy = {encoded(statements)}
}}
"""
        if statements
        else ""
    )
    return f"""
resource "aws_s3_bucket" "copy" {{
{provider}  bucket = "acme-org-logs-copy"
}}

resource "aws_s3_bucket_ownership_controls" "copy" {{
{provider}  bucket = aws_s3_bucket.copy.id
  rule {{
    object_ownership = "BucketOwnerEnforced"
  }}
}}

resource "aws_s3_bucket_versioning" "copy" {{
{provider}  bucket = aws_s3_bucket.copy.id
  versioning_configuration {{
    status = "Enabled"
  }}
}}
{policy}
resource "aws_s3_bucket_replication_configuration" "logs" {{
  provider   = aws.archive
  bucket     = aws_s3_bucket.logs.id
  role       = "arn:aws:iam::{ARCHIVE}:role/replication"
  depends_on = [aws_s3_bucket_versioning.logs]
  rule {{
    id     = "all"
    status = "Enabled"
    destination {{
      bucket = {destination or "aws_s3_bucket.copy.arn"}
    }}
  }}
}}
"""


def _replicas() -> list[Case]:
    arn = "${aws_s3_bucket.copy.arn}"
    tied = {"aws:PrincipalOrgID": ORGANIZATION}
    opened = allow("Analysts", "*", "s3:GetObject", f"{arn}/*", StringEquals=tied)
    owner = allow("Analysts", {"AWS": f"arn:aws:iam::{ARCHIVE}:role/analyst"}, "s3:GetObject", f"{arn}/*")
    lists = allow("Analysts", "*", "s3:ListBucket", arn, StringEquals=tied)
    member = """  provider = aws.member
"""
    alias = f"""
provider "aws" {{
  alias  = "member"
  region = "us-east-1"
  assume_role {{
    role_arn = "arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole"
  }}
}}
"""

    def on(name: str, more: str, why: str, right: dict[str, object]) -> Case:
        return stack(f"copy-replica-{name}", why, "replication", Stack(more=more), **right)

    return [
        on("closed", _replica([]), "the replica has no policy: nobody but its owner reads", GOOD),
        on("read-by-the-owner", _replica([owner]), "a role of the owner reads the replica", GOOD),
        on("read-by-the-organization", _replica([opened]), "the organization reads the replica", {"exit": [1]}),
        on("listed-by-the-organization", _replica([lists]), "the replica's names are the logs' names", {"exit": [1]}),
        on("of-a-member", alias + _replica([], provider=member), "the replica belongs to a member", {"exit": [1]}),
        on(
            "of-nobody-knows-whom",
            _replica([], '"arn:aws:s3:::acme-somewhere-else"'),
            "whose bucket that is can't be seen",
            BAD,
        ),
    ]


def _backups() -> list[Case]:
    def plan(copy: str, resources: str = "aws_s3_bucket.logs.arn") -> str:
        return f"""
resource "aws_backup_vault" "logs" {{
  provider = aws.archive
  name     = "logs"
}}

resource "aws_backup_plan" "logs" {{
  provider = aws.archive
  name     = "logs"
  rule {{
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.logs.name
{copy}  }}
}}

resource "aws_backup_selection" "logs" {{
  provider     = aws.archive
  name         = "logs"
  plan_id      = aws_backup_plan.logs.id
  iam_role_arn = "arn:aws:iam::{ARCHIVE}:role/backup"
  resources    = [{resources}]
}}
"""

    def to(vault: str) -> str:
        return f'    copy_action {{\n      destination_vault_arn = "{vault}"\n    }}\n'

    def on(name: str, more: str, why: str, right: dict[str, object]) -> Case:
        return stack(f"copy-backup-{name}", why, "backup", Stack(more=more), **right)

    return [
        on("in-the-owners-vault", plan(""), "the backup stays in the owner's account", GOOD),
        on(
            "to-the-owners-other-region",
            plan(to(f"arn:aws:backup:eu-west-1:{ARCHIVE}:backup-vault:logs")),
            "the owner's vault in another region",
            GOOD,
        ),
        on(
            "to-a-member",
            plan(to(f"arn:aws:backup:us-east-1:{MEMBER}:backup-vault:v")),
            "a member's vault",
            {"exit": [1]},
        ),
        on(
            "of-another-bucket",
            plan(to(f"arn:aws:backup:us-east-1:{MEMBER}:backup-vault:v"), '"arn:aws:s3:::acme-site"'),
            "another bucket goes to the member's vault",
            GOOD,
        ),
    ]


def _others() -> list[Case]:
    def inventory(destination: str, account: str = "") -> str:
        whose = f'      account_id = "{account}"\n' if account else ""
        return f"""
resource "aws_s3_bucket" "inventory" {{
  provider = aws.archive
  bucket   = "acme-inventory"
}}

resource "aws_s3_bucket_inventory" "logs" {{
  provider                 = aws.archive
  bucket                   = aws_s3_bucket.logs.id
  name                     = "all"
  included_object_versions = "All"
  schedule {{
    frequency = "Daily"
  }}
  destination {{
    bucket {{
      format     = "CSV"
      bucket_arn = {destination}
{whose}    }}
  }}
}}
"""

    firehose = """
resource "aws_cloudwatch_log_group" "trail" {
  name = "organization-trail"
}

resource "aws_cloudwatch_log_subscription_filter" "out" {
  name            = "out"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = ""
  destination_arn = "%s"
  role_arn        = "arn:aws:iam::111111111111:role/out"
}

resource "aws_iam_role" "trail" {
  name               = "trail-to-cloudwatch"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_iam_role_policy" "trail" {
  name   = "streams"
  role   = aws_iam_role.trail.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.trail.arn}:*" }] })
}
"""
    feeds = {
        "cloud_watch_logs_group_arn": Raw('"${aws_cloudwatch_log_group.trail.arn}:*"'),
        "cloud_watch_logs_role_arn": Raw("aws_iam_role.trail.arn"),
        "depends_on": Raw(
            "[aws_organizations_organization.this, aws_s3_bucket_policy.logs, aws_iam_role_policy.trail]"
        ),
    }
    grant = """
resource "aws_glue_catalog_database" "trail" {
  provider = aws.archive
  name     = "trail"
}

resource "aws_glue_catalog_table" "trail" {
  provider      = aws.archive
  name          = "events"
  database_name = aws_glue_catalog_database.trail.name
  table_type    = "EXTERNAL_TABLE"
  storage_descriptor {
    location = "s3://${aws_s3_bucket.logs.bucket}/AWSLogs/"
  }
}

resource "aws_lakeformation_resource" "logs" {
  provider = aws.archive
  arn      = aws_s3_bucket.logs.arn
  role_arn = "arn:aws:iam::222222222222:role/lake"
}

resource "aws_lakeformation_permissions" "reader" {
  provider    = aws.archive
  principal   = "%s"
  permissions = ["SELECT"]
  table {
    database_name = aws_glue_catalog_database.trail.name
    name          = aws_glue_catalog_table.trail.name
  }
}
"""
    distribution = """
resource "aws_cloudfront_origin_access_control" "logs" {
  provider                          = aws.archive
  name                              = "logs"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "logs" {
  provider = aws.archive
  enabled  = true
  origin {
    domain_name              = %s
    origin_id                = "logs"
    origin_access_control_id = aws_cloudfront_origin_access_control.logs.id
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "logs"
    viewer_protocol_policy = "https-only"
    forwarded_values {
      query_string = false
      cookies {
        forward = "none"
      }
    }
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
"""
    served = allow(
        "Cdn",
        service("cloudfront"),
        "s3:GetObject",
        f"{BUCKET_ARN}/*",
        StringEquals={"aws:SourceArn": "${aws_cloudfront_distribution.logs.arn}"},
    )
    datasync = """
resource "aws_datasync_location_s3" "from" {
  provider      = aws.archive
  s3_bucket_arn = aws_s3_bucket.logs.arn
  subdirectory  = "/AWSLogs"
  s3_config {
    bucket_access_role_arn = "arn:aws:iam::222222222222:role/datasync"
  }
}

resource "aws_datasync_location_s3" "to" {
  provider      = aws.archive
  s3_bucket_arn = %s
  subdirectory  = "/copy"
  s3_config {
    bucket_access_role_arn = "arn:aws:iam::222222222222:role/datasync"
  }
}

resource "aws_datasync_task" "out" {
  provider                 = aws.archive
  name                     = "out"
  source_location_arn      = aws_datasync_location_s3.from.arn
  destination_location_arn = aws_datasync_location_s3.to.arn
}
"""
    closed_copy = 'resource "aws_s3_bucket" "copy" {\n  provider = aws.archive\n  bucket   = "acme-org-logs-copy"\n}\n'
    return [
        stack(
            "copy-inventory-of-the-owner",
            "the inventory stays in the owner's account",
            "inventory",
            Stack(more=inventory("aws_s3_bucket.inventory.arn")),
            **GOOD,
        ),
        stack(
            "copy-inventory-to-a-member",
            "the logs' names go to a member",
            "inventory",
            Stack(more=inventory('"arn:aws:s3:::inventory-of-a-member"', MEMBER)),
            exit=[1],
        ),
        stack(
            "copy-stream-to-a-member",
            "the events go to a member's destination",
            "firehose",
            Stack(trail=feeds, more=firehose % f"arn:aws:logs:us-east-1:{MEMBER}:destination:out"),
            exit=[1],
        ),
        stack(
            "copy-stream-to-management",
            "the events stay in the management account",
            "firehose",
            Stack(trail=feeds, more=firehose % f"arn:aws:lambda:us-east-1:{MANAGEMENT}:function:alarms"),
            **GOOD,
        ),
        stack(
            "copy-grant-to-a-member",
            "Lake Formation lets a member read the table over the logs",
            "lake-formation",
            Stack(more=grant % MEMBER),
            **BAD,
        ),
        stack(
            "copy-grant-to-the-owner",
            "a role of the owner reads the table",
            "lake-formation",
            Stack(more=grant % f"arn:aws:iam::{ARCHIVE}:role/analyst"),
            **GOOD,
        ),
        stack(
            "copy-distribution-of-the-owner",
            "the owner's own distribution serves the logs to the internet",
            "cloudfront",
            Stack(statements=[served], more=distribution % "aws_s3_bucket.logs.bucket_regional_domain_name"),
            **BAD,
        ),
        stack(
            "copy-distribution-of-a-site",
            "the distribution serves another bucket",
            "cloudfront",
            Stack(
                more='resource "aws_s3_bucket" "site" {\n  provider = aws.archive\n  bucket   = "acme-site"\n}\n'
                + distribution % "aws_s3_bucket.site.bucket_regional_domain_name"
            ),
            **GOOD,
        ),
        stack(
            "copy-datasync-to-a-member",
            "a task copies the logs to a bucket that may be anybody's",
            "datasync",
            Stack(more=datasync % '"arn:aws:s3:::bucket-of-a-member"'),
            **BAD,
        ),
        stack(
            "copy-datasync-to-the-owner",
            "a task copies the logs to a closed bucket of the owner's",
            "datasync",
            Stack(more=closed_copy + datasync % "aws_s3_bucket.copy.arn"),
            **GOOD,
        ),
    ]


def _roles() -> list[Case]:
    assume = "members-cannot-assume-log-readers"

    def role(who: dict[str, object], action: object, resource: object, **condition: dict[str, object]) -> str:
        trust = allow("Trust", who, "sts:AssumeRole", None, **condition)
        del trust["Resource"]
        reads = {"Sid": "Reads", "Effect": "Allow", "Action": action, "Resource": resource}
        return f"""
resource "aws_iam_role" "reader" {{
  provider           = aws.archive
  name               = "log-reader"
  assume_role_policy = {encoded([trust])}
}}

resource "aws_iam_role_policy" "reader" {{
  provider = aws.archive
  name     = "reads"
  role     = aws_iam_role.reader.id
  policy   = {encoded([reads])}
}}
"""

    objects = f"{BUCKET_ARN}/*"
    member, own = {"AWS": f"arn:aws:iam::{MEMBER}:root"}, {"AWS": f"arn:aws:iam::{ARCHIVE}:root"}

    def on(name: str, more: str, why: str, right: dict[str, object], options: tuple[str, ...] = ()) -> Case:
        return stack(f"role-{name}", why, "roles", Stack(more=more), options=options, **right)

    bad, good = {"exit": [1], "rules": {assume: ["violated"]}}, {"exit": [0], "rules": {assume: ["proved", None]}}
    return [
        on("for-a-member", role(member, "s3:GetObject", objects), "a member assumes a role that reads the logs", bad),
        on("for-the-owner", role(own, "s3:GetObject", objects), "the owner's own role", good),
        on(
            "for-a-trusted-account",
            role(member, "s3:GetObject", objects),
            "an account that may read",
            good,
            ("--trusted-account", MEMBER),
        ),
        on(
            "for-a-member-elsewhere",
            role(member, "s3:GetObject", "arn:aws:s3:::acme-site/*"),
            "the role reads another bucket",
            good,
        ),
        on(
            "for-the-organization",
            role({"AWS": "*"}, "s3:*", "*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            "every member assumes it",
            bad,
        ),
        on("for-a-function", role(service("lambda"), "s3:GetObject", objects), "a function of the owner's", good),
        on("for-a-member-that-only-lists-others", role(member, "ec2:Describe*", "*"), "the role reads no logs", good),
    ]


def _life() -> list[Case]:
    scp = attached(
        "SERVICE",
        [
            {
                "Sid": "Trail",
                "Effect": "Deny",
                "Action": [
                    "cloudtrail:StopLogging",
                    "cloudtrail:DeleteTrail",
                    "cloudtrail:UpdateTrail",
                    "cloudtrail:CreateTrail",
                ],
                "Resource": "*",
            }
        ],
    )
    ignored = "  lifecycle {\n    ignore_changes = [%s]\n  }"
    spared = attached(
        "SERVICE",
        [
            {
                "Sid": "Trail",
                "Effect": "Deny",
                "Action": "cloudtrail:*",
                "Resource": "*",
                "Condition": {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:role/*"}},
            }
        ],
    )
    admin = f'resource "aws_cloudtrail_organization_delegated_admin_account" "archive" {{\n  account_id = "{ARCHIVE}"\n  depends_on = [aws_organizations_organization.this]\n}}\n'
    made_there = {
        "provider": Raw("aws.archive"),
        "depends_on": Raw("[aws_cloudtrail_organization_delegated_admin_account.archive, aws_s3_bucket_policy.logs]"),
    }
    allowed = "trail-maker-is-allowed"
    return [
        stack(
            "life-guarded-trail-of-management",
            "an SCP doesn't bind the management account, which makes the trail",
            "scp",
            Stack(more=scp),
            exit=[0],
            rules={allowed: ["proved", None]},
        ),
        stack(
            "life-guarded-trail-of-the-administrator",
            "the SCP stops the delegated administrator that makes the trail",
            "scp",
            Stack(more=admin + scp, trail=made_there),
            exit=[1],
            rules={allowed: ["violated"]},
        ),
        stack(
            "life-guarded-but-for-the-administrator",
            "the SCP spares the administrator's roles",
            "scp",
            Stack(more=admin + spared, trail=made_there),
            rules={allowed: ["proved"]},
        ),
        stack(
            "life-ignored-tags",
            "tags mean nothing to the trail",
            "bucket-policy",
            Stack(trail_blocks=ignored % "tags"),
            **GOOD,
        ),
        stack(
            "life-ignored-selectors",
            "which events are logged stands in AWS alone",
            "event-selector",
            Stack(trail_blocks=ignored % "event_selector, advanced_event_selector"),
            **BAD,
        ),
        stack(
            "life-ignored-logging",
            "whether the trail logs stands in AWS alone",
            "create-trail",
            Stack(trail_blocks=ignored % "enable_logging"),
            rules={"trail-covers-organization": ["undecided"]},
        ),
        stack(
            "life-prevented-destruction",
            "prevent_destroy keeps the trail",
            "delete-trail",
            Stack(trail_blocks="  lifecycle {\n    prevent_destroy = true\n  }"),
            **GOOD,
        ),
        stack(
            "life-expires-after-seven-years",
            "an expiry long after the year that is asked for",
            "lifecycle",
            Stack(more=_expiry(2557)),
            exit=[0],
            rules={"logs-are-retained": ["proved"]},
        ),
        stack(
            "life-expires-after-a-month",
            "the logs are gone after thirty days: advice",
            "lifecycle",
            Stack(more=_expiry(30)),
            exit=[0],
            rules={"logs-are-retained": ["violated"]},
        ),
        stack(
            "life-expires-after-a-month-as-asked",
            "thirty days are asked for",
            "lifecycle",
            Stack(more=_expiry(30)),
            options=("--retention-days", "30"),
            exit=[0],
            rules={"logs-are-retained": ["proved"]},
        ),
        stack(
            "life-expires-elsewhere",
            "the rule's prefix isn't the trail's",
            "lifecycle",
            Stack(more=_expiry(1, "athena/")),
            exit=[0],
            rules={"logs-are-retained": ["proved", None]},
        ),
        stack(
            "life-moves-to-glacier",
            "a transition keeps the logs",
            "lifecycle",
            Stack(more=_expiry(0)),
            exit=[0],
            rules={"logs-are-retained": ["proved", None]},
        ),
    ]


def _expiry(days: int, prefix: str = "") -> str:
    what = (
        f"    expiration {{\n      days = {days}\n    }}"
        if days
        else '    transition {\n      days          = 90\n      storage_class = "GLACIER"\n    }'
    )
    return f"""
resource "aws_s3_bucket_lifecycle_configuration" "logs" {{
  provider = aws.archive
  bucket   = aws_s3_bucket.logs.id
  rule {{
    id     = "logs"
    status = "Enabled"
    filter {{
      prefix = "{prefix}"
    }}
{what}
  }}
}}
"""


def _unread() -> list[Case]:
    awscc = """
resource "awscc_cloudtrail_trail" "org" {
  trail_name                    = "org"
  s3_bucket_name                = aws_s3_bucket.logs.id
  is_logging                    = true
  is_organization_trail         = true
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
%s}
"""
    template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    cloudformation = (
        'resource "aws_cloudformation_stack" "queue" {\n  name          = "queue"\n  template_body = %s\n}\n'
    )
    by_url = 'resource "aws_cloudformation_stack" "what" {\n  name         = "baseline"\n  template_url = "https://s3.amazonaws.com/acme-templates/baseline.yaml"\n}\n'
    return [
        stack(
            "unread-not-awscc-ordered",
            "the same trail by the awscc provider, after policy and trusted access",
            "organization-prepare",
            Stack(
                without=["trail"],
                more=awscc % "  depends_on = [aws_organizations_organization.this, aws_s3_bucket_policy.logs]\n",
            ),
            **GOOD,
        ),
        stack(
            "unread-not-awscc-of-one-account",
            "an unordered trail of one account needs no trusted access",
            "organization-prepare",
            Stack(
                without=["trail"],
                more=(awscc % "  depends_on = [aws_s3_bucket_policy.logs]\n").replace(
                    "is_organization_trail         = true", "is_organization_trail         = false"
                ),
            ),
            rules={"trusted-access-before-trail": ["proved", None]},
        ),
        stack(
            "unread-not-cloudformation-queue",
            "the template makes a queue, no trail",
            "cloudformation",
            Stack(more=cloudformation % json.dumps(template)),
            **GOOD,
        ),
        stack(
            "unread-cloudformation-by-url",
            "what that template makes can't be seen",
            "cloudformation",
            Stack(without=["trail", "key"], more=by_url),
            rules={"trail-is-read": ["undecided"]},
        ),
        stack(
            "unread-cloudformation-trail-beside",
            "a second organization trail inside a template",
            "cloudformation",
            Stack(
                more=cloudformation
                % json.dumps(
                    json.dumps(
                        {
                            "Resources": {
                                "T": {
                                    "Type": "AWS::CloudTrail::Trail",
                                    "Properties": {
                                        "IsLogging": True,
                                        "IsOrganizationTrail": True,
                                        "S3BucketName": "acme-other",
                                    },
                                }
                            }
                        }
                    )
                )
            ),
            **BAD,
        ),
        stack(
            "unread-control-tower",
            "a landing zone makes an organization trail of its own",
            "control-tower",
            Stack(
                without=["trail", "bucket"],
                more='resource "aws_controltower_landing_zone" "this" {\n  version       = "3.3"\n  manifest_json = jsonencode({ centralizedLogging = { accountId = "222222222222", enabled = true } })\n}\n',
            ),
            **BAD,
        ),
    ]


def _json() -> list[Case]:
    def files(name: str, why: str, principal: str, right: dict[str, object], *, nested_list: bool = False) -> Case:
        trust = json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}],
            }
        )
        reads = json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
        )
        inline: object = {"name": "read", "policy": reads}
        told = {
            "provider": {"aws": {"region": "us-east-1", "allowed_account_ids": [MANAGEMENT]}},
            "resource": {
                "aws_s3_bucket": {"logs": {"bucket": "acme-org-logs"}},
                "aws_cloudtrail": {
                    "org": {
                        "name": "org",
                        "s3_bucket_name": "${aws_s3_bucket.logs.bucket}",
                        "is_organization_trail": True,
                    }
                },
                "aws_iam_role": {
                    "reader": {
                        "name": "reader",
                        "assume_role_policy": trust,
                        "inline_policy": [inline] if nested_list else inline,
                    }
                },
            },
        }
        return Case(
            f"json-{name}",
            why,
            "roles",
            {"main.tf.json": json.dumps(told, indent=1) + "\n"},
            [".", "--management-account", MANAGEMENT],
            right,
        )

    rule = "members-cannot-assume-log-readers"
    selector = (
        json.dumps(
            {
                "resource": {
                    "aws_cloudtrail": {
                        "org": {
                            "name": "org",
                            "s3_bucket_name": "acme-org-logs",
                            "is_organization_trail": True,
                            "is_multi_region_trail": True,
                            "event_selector": {"read_write_type": "ReadOnly"},
                        }
                    }
                }
            },
            indent=1,
        )
        + "\n"
    )
    return [
        files(
            "inline-policy-list",
            "a block in a list, the same role",
            f"arn:aws:iam::{MEMBER}:root",
            {"rules": {rule: ["violated"]}},
            nested_list=True,
        ),
        files(
            "inline-policy-object",
            "a block as an object",
            f"arn:aws:iam::{MEMBER}:root",
            {"rules": {rule: ["violated"]}},
        ),
        files(
            "inline-policy-of-the-account",
            "the role is for the account itself",
            f"arn:aws:iam::{MANAGEMENT}:root",
            {"rules": {rule: ["proved", None]}},
        ),
        Case(
            "json-selector-object",
            "a selector as an object: writes aren't logged",
            "event-selector",
            {"main.tf.json": selector},
            [".", "--management-account", MANAGEMENT, "--assume-trusted-access", "elsewhere"],
            {"exit_not": 0, "rules": {"trail-logs-management-events": ["violated"]}},
        ),
    ]
