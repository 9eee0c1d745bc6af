"""One case of the exam: its files and its expect.json."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.exam_cases.pages import PAGES

MANAGEMENT = "111111111111"
ARCHIVE = "222222222222"
TRUSTED = "333333333333"
MEMBER = "444444444444"
OTHER_MEMBER = "555555555555"
STRANGER = "999999999999"
ORGANIZATION = "o-abcd123456"
BUCKET = "acme-org-logs"
ARN = f"arn:aws:s3:::{BUCKET}"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/org"

_FACTS = ("--management-account", MANAGEMENT, "--archive-account", ARCHIVE)
_POLICY = (
    *("policy.json", "--bucket", BUCKET, *_FACTS, "--organization-id", ORGANIZATION),
    *("--assume-trusted-access", "another stack keeps it enabled"),
)

Json = Mapping[str, object]


@dataclass
class Case:
    """What expect.json says, and the files beside it."""

    name: str
    why: str
    page: str
    files: Mapping[str, str]
    args: Sequence[str]
    right: Json
    folders: Mapping[str, Path] = field(default_factory=dict)

    def expect(self) -> str:
        """The text of expect.json."""
        told = {"args": list(self.args), **self.right, "why": self.why, "page": PAGES[self.page]}
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def allow(sid: str, principal: object, action: object, resource: object, **condition: Json) -> dict[str, object]:
    """An Allow statement; the operators of its condition are keywords."""
    return _statement(sid, "Allow", principal, action, resource, condition)


def deny(sid: str, principal: object, action: object, resource: object, **condition: Json) -> dict[str, object]:
    """A Deny statement."""
    return _statement(sid, "Deny", principal, action, resource, condition)


def _statement(
    sid: str, effect: str, principal: object, action: object, resource: object, condition: Json
) -> dict[str, object]:
    told = {"Sid": sid, "Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    return {**told, "Condition": condition} if condition else told


def service(name: str) -> dict[str, str]:
    """A service as principal: `cloudfront` is cloudfront.amazonaws.com."""
    return {"Service": f"{name}.amazonaws.com"}


def account(number: str, what: str = "root") -> dict[str, str]:
    """A principal of an account."""
    return {"AWS": f"arn:aws:iam::{number}:{what}"}


def cloudtrail(arn: str = ARN, trail: str = TRAIL, organization: str = ORGANIZATION, prefix: str = "") -> list[object]:
    """The three statements that AWS's guide gives the bucket of an organization trail."""
    tied = {"aws:SourceArn": trail}
    written = {**tied, "s3:x-amz-acl": "bucket-owner-full-control"}
    owner = trail.split(":")[4]
    return [
        allow("AclCheck", service("cloudtrail"), "s3:GetBucketAcl", arn, StringEquals=tied),
        allow("Write", service("cloudtrail"), "s3:PutObject", f"{arn}/{prefix}AWSLogs/{owner}/*", StringEquals=written),
        allow(
            "OrganizationWrite",
            service("cloudtrail"),
            "s3:PutObject",
            f"{arn}/{prefix}AWSLogs/{organization}/*",
            StringEquals=written,
        ),
    ]


def tls(arn: str = ARN) -> dict[str, object]:
    """The Deny of plain HTTP that nearly every bucket has."""
    return deny("TlsOnly", "*", "s3:*", [arn, f"{arn}/*"], Bool={"aws:SecureTransport": "false"})


def document(statements: Sequence[object], version: str | None = "2012-10-17") -> str:
    """A policy document's text."""
    told = {"Statement": list(statements)}
    return json.dumps({"Version": version, **told} if version else told, indent=1) + "\n"


def policy(
    name: str,
    extra: Sequence[object],
    why: str,
    page: str,
    *,
    base: Sequence[object] | None = None,
    version: str | None = "2012-10-17",
    trusted: Sequence[str] = (),
    more: Sequence[str] = (),
    **right: object,
) -> Case:
    """A case on a bare bucket policy: CloudTrail's statements of AWS's guide and `extra`."""
    text = document([*(cloudtrail() if base is None else base), *extra], version)
    options = [word for one in trusted for word in ("--trusted-account", one)]
    return Case(name, why, page, {"policy.json": text}, [*_POLICY, *options, *more], right)


def open_(*rules: str) -> dict[str, object]:
    """Violated, whichever of several rules of one question says so first."""
    return {"exit": [1], "rules": {rule: ["violated"] for rule in rules}}


def closed(*rules: str) -> dict[str, object]:
    """Exit 0; the rules, where they are named, proved."""
    return {"exit": [0], **({"rules": {rule: ["proved"] for rule in rules}} if rules else {})}


def unclear(*rules: str) -> dict[str, object]:
    """Nobody can say: exit 0 is wrong, and so is `proved`."""
    return {"exit_not": 0, **({"rules": {rule: ["undecided", "violated"] for rule in rules}} if rules else {})}
