"""What a plan does to a trail that is there: recorded by the real terraform (`python -m tools.plans NAME...`)."""

from tools.exam_cases.case import ARCHIVE, MANAGEMENT, TRAIL, Case, allow, service
from tools.exam_cases.stack import BUCKET_ARN, ORGANIZATION, Raw, Stack, attached, encoded, key_statements

MOTO = "123456789012"
KEPT, BUCKET, SETTINGS, ACCESS = (
    "organization-trail-kept",
    "log-bucket-kept",
    "organization-settings-kept",
    "trusted-access-kept",
)


def cases() -> list[Case]:
    return [*_trails(), *_buckets(), *_settings(), *_new()]


def _planned(name: str, why: str, page: str, before: Stack | None, after: Stack, **right: object) -> Case:
    """A case on a plan from one stack to another; moto's management account is the one that it always has."""
    files = {"main.tf": after.text().replace(MANAGEMENT, MOTO)}
    if before is not None:
        files["before/main.tf"] = before.text().replace(MANAGEMENT, MOTO)
    args = ["plan.json", "--source", ".", "--management-account", MOTO, "--archive-account", ARCHIVE]
    return Case(f"life-plan-{name}", why, page, files, args, {**right, "plan": {"aliases": {"archive": ARCHIVE}}})


def _kept(*rules: str) -> dict[str, object]:
    return {"exit": [0], "rules": {rule: ["proved", None] for rule in rules}}


def _lost(*rules: str) -> dict[str, object]:
    return {"exit": [1], "rules": {rule: ["violated"] for rule in rules}}


def _trails() -> list[Case]:
    base, gone = Stack(), Stack(without=["trail"])
    renamed = Stack(
        without=["trail"],
        more="""
        resource "aws_cloudtrail" "organization" {
          name                       = "organization"
          s3_bucket_name             = aws_s3_bucket.logs.id
          is_organization_trail      = true
          is_multi_region_trail      = true
          enable_log_file_validation = true
          depends_on                 = [aws_organizations_organization.this, aws_s3_bucket_policy.logs]
        }
        """,
        base=_both_trails(),
    )
    moved = "moved {\n  from = aws_cloudtrail.org\n  to   = aws_cloudtrail.organization\n}\n"
    moving = Stack(more=moved).text().replace('"aws_cloudtrail" "org"', '"aws_cloudtrail" "organization"')
    forgotten = "removed {\n  from = aws_cloudtrail.org\n  lifecycle {\n    destroy = false\n  }\n}\n"
    one = _planned("trail-moved", "another address, the same trail", "organization", base, base, **_kept(KEPT))
    return [
        _planned("trail-gone", "the only organization trail is destroyed", "delete-trail", base, gone, **_lost(KEPT)),
        _planned(
            "trail-renamed",
            "a new organization trail takes its place",
            "delete-trail",
            base,
            renamed,
            rules={KEPT: ["proved"]},
        ),
        _planned(
            "trail-of-one-account",
            "the organization's trail becomes one account's",
            "organization",
            base,
            Stack(trail={"is_organization_trail": False}),
            exit=[1],
        ),
        _planned(
            "trail-switched-off",
            "the trail stops logging",
            "create-trail",
            base,
            Stack(trail={"enable_logging": False}),
            exit=[1],
        ),
        _planned(
            "trail-tagged",
            "tags change nothing",
            "organization",
            base,
            Stack(trail={"tags": Raw('{ team = "security" }')}),
            **_kept(KEPT, BUCKET, ACCESS),
        ),
        _planned(
            "trail-forgotten",
            "terraform forgets the trail, AWS keeps it",
            "delete-trail",
            base,
            Stack(without=["trail"], more=forgotten),
            rules={KEPT: ["proved", None]},
        ),
        Case(
            one.name, one.why, one.page, {**one.files, "main.tf": moving.replace(MANAGEMENT, MOTO)}, one.args, one.right
        ),
        _planned(
            "trail-one-region",
            "from every region to one",
            "organization",
            base,
            Stack(trail={"is_multi_region_trail": False}),
            exit=[1],
        ),
        _planned("nothing", "nothing changes", "organization", base, base, **_kept(KEPT, BUCKET, ACCESS)),
    ]


def _both_trails() -> list[object]:
    tied = {"aws:SourceArn": [TRAIL, TRAIL.replace(":trail/org", ":trail/organization")]}
    folders = [f"{BUCKET_ARN}/AWSLogs/{MANAGEMENT}/*", f"{BUCKET_ARN}/AWSLogs/{ORGANIZATION}/*"]
    return [
        allow("AclCheck", service("cloudtrail"), "s3:GetBucketAcl", BUCKET_ARN, StringEquals=tied),
        allow("Write", service("cloudtrail"), "s3:PutObject", folders, StringEquals=tied),
    ]


def _buckets() -> list[Case]:
    base, keyed = Stack(), Stack(key=key_statements())
    opened = allow("Read", "*", "s3:GetObject", f"{BUCKET_ARN}/*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    second = f"""
resource "aws_kms_key" "new" {{
  provider = aws.archive
  policy   = {encoded(key_statements())}
}}
"""
    return [
        _planned(
            "policy-opened",
            "an update lets the organization read",
            "bucket-policy",
            base,
            Stack(statements=[opened]),
            exit=[1],
            rules={"members-cannot-read-logs": ["violated"]},
        ),
        _planned(
            "policy-closed",
            "an update takes the organization's reading away",
            "bucket-policy",
            Stack(statements=[opened]),
            base,
            exit=[0],
            rules={"members-cannot-read-logs": ["proved"]},
        ),
        _planned(
            "bucket-gone",
            "trail and bucket are destroyed",
            "delete-bucket",
            base,
            Stack(without=["trail", "bucket"]),
            **_lost(KEPT),
        ),
        _planned(
            "key-replaced",
            "a new key takes over and the old one is deleted: what it encrypted can't be read",
            "kms-state",
            keyed,
            Stack(more=second, trail={"kms_key_id": Raw("aws_kms_key.new.arn")}),
            rules={BUCKET: ["violated"]},
        ),
        _planned("key-added", "from now on the logs are encrypted", "key-policy", base, keyed, **_kept(BUCKET, KEPT)),
    ]


def _settings() -> list[Case]:
    base = Stack()
    many = {
        "aws_service_access_principals": ["cloudtrail.amazonaws.com", "config.amazonaws.com", "guardduty.amazonaws.com"]
    }
    guard = attached(
        "SERVICE", [{"Sid": "Leave", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]
    )
    return [
        _planned(
            "access-gone",
            "trusted access goes, the trail stays",
            "trusted-access",
            base,
            Stack(organization={"aws_service_access_principals": ["config.amazonaws.com"]}),
            **_lost(ACCESS),
        ),
        _planned(
            "access-added",
            "another service's trusted access",
            "trusted-access",
            base,
            Stack(organization=many),
            **_kept(ACCESS, SETTINGS),
        ),
        _planned(
            "other-access-gone",
            "GuardDuty's trusted access goes: advice",
            "trusted-access",
            Stack(organization=many),
            base,
            exit=[0],
            rules={SETTINGS: ["violated"], ACCESS: ["proved", None]},
        ),
        _planned(
            "policy-types-gone",
            "SCPs are switched off: advice",
            "policy-types",
            Stack(more=guard),
            Stack(more=guard, organization={"enabled_policy_types": ["RESOURCE_CONTROL_POLICY"]}),
            exit=[0],
            rules={SETTINGS: ["violated"]},
        ),
    ]


def _new() -> list[Case]:
    opened = allow("Read", "*", "s3:GetObject", f"{BUCKET_ARN}/*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    right: dict[str, object] = {
        "exit": [0],
        "rules": {
            rule: ["proved"]
            for rule in (
                "members-cannot-read-logs",
                "cloudtrail-can-write-logs",
                "trusted-access-before-trail",
                "bucket-policy-before-trail",
            )
        },
    }
    return [
        _planned("first", "the first apply of AWS's guide", "organization", None, Stack(), **right),
        _planned(
            "first-encrypted", "the first apply with a key", "key-policy", None, Stack(key=key_statements()), **right
        ),
        _planned(
            "first-open",
            "the first apply of an open policy",
            "organization",
            None,
            Stack(statements=[opened]),
            exit=[1],
            rules={"members-cannot-read-logs": ["violated"]},
        ),
        _planned(
            "first-unordered",
            "the trail may come before the bucket's policy",
            "organization-prepare",
            None,
            Stack(trail={"depends_on": Raw("[aws_organizations_organization.this]")}),
            exit=[1],
            rules={"bucket-policy-before-trail": ["violated"]},
        ),
    ]
