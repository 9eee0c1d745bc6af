"""The simulator `@cloud-copilot/iam-simulate` with the requests that a careful tester tries.

A simulator answers one request, it searches none: a question is violated where one of the requests below is allowed
(or, for CloudTrail's writing, where one is refused), and counts as proved where none is. `--command` is the folder
whose
node_modules has the package, or `node` finds it from here.
"""

import functools
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.exam_adapters.inputs import bare_policy, option, options
from tools.exam_scoring import Case, Mark, cases, mark_peer

SCRIPT = Path(__file__).with_name("simulate.mjs")
MEMBER, STRANGER, OTHERS = "555555555555", "888888888888", "o-zzzz999999"
READ = ("s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket")
ALTER = ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl", "s3:PutBucketAcl")
_OF_BUCKET = ("s3:ListBucket", "s3:PutBucketAcl", "s3:GetBucketAcl")


class Asked(NamedTuple):
    """One request, and the rule that it is a question of."""

    rule: str
    principal: str
    action: str
    resource: str
    context: dict[str, object]


def version(command: str | None) -> str:
    """The package's version."""
    package = Path(command or ".", "node_modules", "@cloud-copilot", "iam-simulate", "package.json")
    found: str = json.loads(package.read_text())["version"]
    return found


def ask(case: Case, command: str | None) -> Mark:
    """The mark of what the requests' answers mean."""
    said = _found(command or ".").get(case.name)
    if said is None:
        return Mark("not asked")
    if isinstance(said, str):
        # It refuses policies that it finds malformed, as AWS does.
        return mark_peer(case, {"policies-are-valid": "violated"})
    verdicts: dict[str, str] = {}
    for one, allowed in zip(requests(case), said, strict=True):
        bad = not allowed if one.rule == "cloudtrail-can-write-logs" else allowed
        if bad or one.rule not in verdicts:
            verdicts[one.rule] = "violated" if bad else "proved"
    # What S3 itself refuses is no question for a simulator of IAM.
    return Mark("not asked") if case.kind == "refused" else mark_peer(case, verdicts)


def requests(case: Case) -> list[Asked]:
    """What is tried of a bare policy."""
    text = (case.folder / "policy.json").read_text()
    known = {option(case, "--archive-account"), option(case, "--management-account")}
    trusted = set(options(case, "--trusted-account"))
    named = sorted(set(re.findall(r"(?<!\d)\d{12}(?!\d)", text)) - known)
    found: list[Asked] = []
    for account in {MEMBER: 0, **dict.fromkeys(named)}:
        found += _of_account(
            case, account, "members", {"aws:PrincipalOrgID": option(case, "--organization-id")}, trusted
        )
    for account in {STRANGER: 0, **dict.fromkeys(named)}:
        found += _of_account(case, account, "outsiders", {"aws:PrincipalOrgID": OTHERS}, trusted)
    return [*found, *_of_nobody(case), *_of_services(case), *_of_cloudtrail(case)]


def _resource(case: Case, action: str) -> str:
    bucket = f"arn:aws:s3:::{option(case, '--bucket')}"
    organization = option(case, "--organization-id")
    day = f"AWSLogs/{organization}/{MEMBER}/CloudTrail/us-east-1/2026/11/28"
    file = f"{MEMBER}_CloudTrail_us-east-1_20261128T0000Z_0123456789abcdef.json.gz"
    return bucket if action in _OF_BUCKET else f"{bucket}/{day}/{file}"


def _of_account(
    case: Case, account: str, who: str, organization: dict[str, object], trusted: set[str]
) -> Iterator[Asked]:
    arn = f"arn:aws:iam::{account}:role/admin"
    context = {
        "aws:PrincipalAccount": account,
        "aws:PrincipalArn": arn,
        "aws:PrincipalIsAWSService": "false",
        "aws:SecureTransport": "true",
        "aws:SourceIp": "54.240.143.10",
        **organization,
    }
    reading = "members-cannot-read-logs" if who == "members" else "logs-not-public"
    for action in READ if account not in trusted else ():
        yield Asked(reading, arn, action, _resource(case, action), context)
    for action in ALTER:
        yield Asked(f"{who}-cannot-alter-logs", arn, action, _resource(case, action), context)


def _of_nobody(case: Case) -> Iterator[Asked]:
    context: dict[str, object] = {"aws:SecureTransport": "true", "aws:SourceIp": "54.240.143.10"}
    for rule, actions in (("logs-not-public", READ), ("outsiders-cannot-alter-logs", ALTER)):
        for action in actions:
            yield Asked(rule, "anonymous", action, _resource(case, action), context)


def _service(name: str, account: str, arn: str, organization: str) -> dict[str, object]:
    return {
        "aws:PrincipalIsAWSService": "true",
        "aws:PrincipalServiceName": name,
        "aws:SecureTransport": "true",
        "aws:SourceAccount": account,
        "aws:SourceArn": arn,
        "aws:SourceOrgID": organization,
    }


def _of_services(case: Case) -> Iterator[Asked]:
    organization = option(case, "--organization-id")
    for name in ("cloudfront.amazonaws.com", "serverlessrepo.amazonaws.com"):
        for account, whose in ((MEMBER, organization), (STRANGER, OTHERS)):
            arn = f"arn:aws:{name.split('.')[0]}::{account}:distribution/EDFDVBD6EXAMPLE"
            context = _service(name, account, arn, whose)
            yield Asked("logs-not-lent-to-services", name, "s3:GetObject", _resource(case, "s3:GetObject"), context)


def _of_cloudtrail(case: Case) -> Iterator[Asked]:
    management, organization = option(case, "--management-account"), option(case, "--organization-id")
    bucket, name = f"arn:aws:s3:::{option(case, '--bucket')}", "cloudtrail.amazonaws.com"
    context = _service(name, management, f"arn:aws:cloudtrail:us-east-1:{management}:trail/org", organization)
    rule = "cloudtrail-can-write-logs"
    yield Asked(rule, name, "s3:GetBucketAcl", bucket, context)
    for folder in (management, f"{organization}/{MEMBER}"):
        key = f"AWSLogs/{folder}/CloudTrail/us-east-1/2026/11/28/log.json.gz"
        written = {**context, "s3:x-amz-acl": "bucket-owner-full-control"}
        yield Asked(rule, name, "s3:PutObject", f"{bucket}/{key}", written)


@functools.cache
def _found(folder: str) -> dict[str, list[bool] | str]:
    given = [
        {
            "name": case.name,
            "policy": policy,
            "owner": option(case, "--archive-account"),
            "requests": [one._asdict() for one in requests(case)],
        }
        for case in cases()
        if (policy := bare_policy(case)) is not None
    ]
    told = json.dumps({"folder": str(Path(folder).resolve()), "cases": given})
    run = subprocess.run(["node", SCRIPT], input=told, capture_output=True, text=True, check=True, timeout=900)
    found: dict[str, list[bool] | str] = json.loads(run.stdout)
    return found
