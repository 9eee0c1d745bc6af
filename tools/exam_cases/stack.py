"""Whole stacks: an organization trail as AWS's guide sets it up, and what a case changes in it."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tools.exam_cases.case import ARCHIVE, MANAGEMENT, TRAIL, Case, allow, cloudtrail, document, service, tls

ORGANIZATION = "${aws_organizations_organization.this.id}"
BUCKET_ARN = "${aws_s3_bucket.logs.arn}"
KEY_ARN = "${aws_kms_key.logs.arn}"
ROOT_ID = "aws_organizations_organization.this.roots[0].id"
ALL_CLOSED = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
)
_PROVIDERS = f"""\
terraform {{
  required_providers {{
    aws = {{ source = "hashicorp/aws" }}
  }}
}}

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


class Raw(str):
    """An expression of HCL, written as it is."""


@dataclass
class Stack:
    """What differs from AWS's guide. `None` in a mapping of arguments leaves the argument out."""

    statements: Sequence[object] = ()
    base: Sequence[object] | None = None
    key: Sequence[object] | None = None
    key_arguments: Mapping[str, object] = field(default_factory=dict)
    organization: Mapping[str, object] = field(default_factory=dict)
    trail: Mapping[str, object] = field(default_factory=dict)
    trail_blocks: str = ""
    block: Mapping[str, object] | None = field(default_factory=lambda: ALL_CLOSED)
    owner: str = ARCHIVE
    more: str = ""
    without: Sequence[str] = ()

    def text(self) -> str:
        """main.tf."""
        mine = [] if self.owner == MANAGEMENT else ["  provider = aws.archive"]
        parts = {
            "providers": _PROVIDERS,
            "organization": _resource("aws_organizations_organization", "this", self._organization()),
            "bucket": self._bucket(mine),
            "key": self._key(mine),
            "trail": _resource("aws_cloudtrail", "org", self._trail(), blocks=self.trail_blocks),
            "more": textwrap.dedent(self.more).strip() + "\n" if self.more else "",
        }
        return "\n".join(text for name, text in parts.items() if text and name not in self.without)

    def _organization(self) -> Mapping[str, object]:
        usual = {
            "aws_service_access_principals": ["cloudtrail.amazonaws.com"],
            "enabled_policy_types": ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"],
            "feature_set": "ALL",
        }
        return {**usual, **self.organization}

    def _bucket(self, mine: Sequence[str]) -> str:
        base = cloudtrail(BUCKET_ARN, organization=ORGANIZATION) if self.base is None else self.base
        statements = [*base, tls(BUCKET_ARN), *self.statements]
        it = {"bucket": Raw("aws_s3_bucket.logs.id")}
        policy = {**it, "policy": encoded(statements)}
        parts = [
            _resource("aws_s3_bucket", "logs", {"bucket": "acme-org-logs"}, mine),
            _resource(
                "aws_s3_bucket_ownership_controls",
                "logs",
                it,
                mine,
                '  rule {\n    object_ownership = "BucketOwnerEnforced"\n  }',
            ),
            _resource(
                "aws_s3_bucket_versioning",
                "logs",
                it,
                mine,
                '  versioning_configuration {\n    status = "Enabled"\n  }',
            ),
            _resource("aws_s3_bucket_policy", "logs", policy, mine),
        ]
        if self.block is not None:
            parts.append(_resource("aws_s3_bucket_public_access_block", "logs", {**it, **self.block}, mine))
        return "\n".join(parts)

    def _key(self, mine: Sequence[str]) -> str:
        if self.key is None:
            return ""
        arguments = {"description": "the trail's logs", "policy": encoded(self.key), **self.key_arguments}
        return _resource("aws_kms_key", "logs", arguments, mine)

    def _trail(self) -> Mapping[str, object]:
        usual: dict[str, object] = {
            "name": "org",
            "s3_bucket_name": Raw("aws_s3_bucket.logs.id"),
            "is_organization_trail": True,
            "is_multi_region_trail": True,
            "include_global_service_events": True,
            "enable_log_file_validation": True,
            "depends_on": Raw("[aws_organizations_organization.this, aws_s3_bucket_policy.logs]"),
        }
        if self.key is not None:
            usual["kms_key_id"] = Raw("aws_kms_key.logs.arn")
        return {**usual, **self.trail}


def key_statements(owner: str = ARCHIVE, trail: str = TRAIL) -> list[object]:
    """AWS's key policy: the owner's account administers, CloudTrail encrypts for this trail."""
    return [
        allow("Owner", {"AWS": f"arn:aws:iam::{owner}:root"}, "kms:*", "*"),
        allow(
            "Encrypt",
            service("cloudtrail"),
            "kms:GenerateDataKey*",
            "*",
            StringEquals={"aws:SourceArn": trail},
            StringLike={"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*"},
        ),
        allow("Describe", service("cloudtrail"), "kms:DescribeKey", "*", StringEquals={"aws:SourceArn": trail}),
    ]


def encoded(statements: Sequence[object]) -> Raw:
    """`jsonencode(...)` of a policy document."""
    body = textwrap.indent(document(statements).strip(), "  ").lstrip()
    return Raw(f"jsonencode({body})")


def attached(kind: str, statements: Sequence[object], target: str = ROOT_ID, name: str = "guard") -> str:
    """A policy of the organization and its attachment; `kind` is SERVICE or RESOURCE."""
    policy = {"name": name, "type": f"{kind}_CONTROL_POLICY", "content": encoded(statements)}
    target_of = {"policy_id": Raw(f"aws_organizations_policy.{name}.id"), "target_id": Raw(target)}
    return "\n".join(
        [
            _resource("aws_organizations_policy", name, policy),
            _resource("aws_organizations_policy_attachment", name, target_of),
        ]
    )


def stack(
    name: str, why: str, page: str, what: Stack | None = None, *, options: Sequence[str] = (), **right: object
) -> Case:
    """A case on a folder of Terraform files."""
    what = what or Stack()
    args = [".", "--management-account", MANAGEMENT, "--archive-account", what.owner, *options]
    return Case(name, why, page, {"main.tf": what.text()}, args, right)


def _resource(kind: str, name: str, arguments: Mapping[str, object], mine: Sequence[str] = (), blocks: str = "") -> str:
    lines = [f'resource "{kind}" "{name}" {{', *mine]
    lines += [f"  {key} = {_value(value)}" for key, value in arguments.items() if value is not None]
    lines += [blocks.rstrip()] if blocks else []
    return "\n".join([*lines, "}"]) + "\n"


def _value(value: object) -> str:
    return value if isinstance(value, Raw) else json.dumps(value)
