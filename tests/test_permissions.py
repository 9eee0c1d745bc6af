"""`orgtrail explain --permissions`: what whoever applies a plan needs to be allowed, and which SCP takes it away."""

import json
from pathlib import Path
from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data
from policy_sentry.querying.all import get_all_actions
from workbench.run import orgtrail
from workbench.terraform import REPOSITORY

from orgtrail.provider import calls

PLAN = REPOSITORY / "examples" / "organization-wide-read" / "plan.json"
DENIED = REPOSITORY / "tests" / "exam" / "cases" / "life-delegated-administrator-denied"

KNOWN = {name.lower() for name in get_all_actions()}
EVERY = [(mode, kind) for mode, table in (("managed", calls.CALLS), ("data", calls.DATA)) for kind in table]


def actions_of(one: calls.Calls) -> set[str]:
    added = [*one.for_argument.values(), *one.on_change.values()]
    return {*one.create, *one.read, *one.update, *one.delete, *one.beside, *(name for some in added for name in some)}


def table(mode: str) -> dict[str, calls.Calls]:
    return calls.CALLS if mode == "managed" else calls.DATA


@pytest.mark.parametrize(("mode", "kind"), EVERY)
def test_aws_has_every_action_of_the_table(mode: str, kind: str) -> None:
    assert {one for one in actions_of(table(mode)[kind]) if one.lower() not in KNOWN} == set()


@pytest.mark.parametrize(("mode", "kind"), EVERY)
def test_an_action_is_asked_on_what_aws_takes_for_it(mode: str, kind: str) -> None:
    """An action without types of resources in AWS's reference only works on `*`."""
    one = table(mode)[kind]
    for name in actions_of(one) - one.elsewhere.keys() - one.beside.keys():
        service, action = name.split(":")
        forms = {entry["resource_arn_format"] for entry in get_action_data(service, action)[service]}
        is_anywhere = name in one.anywhere or one.at == ("*",)
        assert is_anywhere or forms != {"*"}, name


def dependents(name: str) -> set[str]:
    service, action = name.split(":")
    return {one for entry in get_action_data(service, action)[service] for one in entry["dependent_actions"]}


@pytest.mark.parametrize(
    "name",
    ["cloudtrail:CreateTrail", "cloudtrail:UpdateTrail", "cloudtrail:CreateEventDataStore"],
)
def test_what_cloudtrail_asks_unseen_is_what_aws_says_of_it(name: str) -> None:
    # Tags and keys stand with the arguments that ask for them.
    seen = {"cloudtrail:AddTags", "kms:Decrypt", "kms:GenerateDataKey"}
    assert dependents(name) - seen <= calls.OF_ORGANIZATION.keys()


def permissions(*arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = orgtrail("explain", "--permissions", *arguments, "--format", "json").json()
    return found


def asked(found: dict[str, Any], address: str, *, phase: str = "apply") -> set[str]:
    return {one["action"] for one in found["permissions"] if (one["address"], one["phase"]) == (address, phase)}


def test_making_an_organization_trail() -> None:
    found = permissions(PLAN, "--management-account", "123456789012")
    assert asked(found, "aws_cloudtrail.org") == {
        *("cloudtrail:CreateTrail", "cloudtrail:StartLogging"),
        *("iam:CreateServiceLinkedRole", "iam:GetRole"),
        *("organizations:DescribeOrganization", "organizations:ListAWSServiceAccessForOrganization"),
    }
    trail = next(one for one in found["permissions"] if one["action"] == "cloudtrail:CreateTrail")
    assert trail["resource"] == "arn:aws:cloudtrail:us-east-1:123456789012:trail/org"
    hidden = {one["action"] for one in found["permissions"] if one["hidden"]}
    assert {"iam:CreateServiceLinkedRole", "iam:GetRole"} <= hidden
    # It is made with what it trusts; nothing is switched off, and no object lock was asked for.
    assert asked(found, "aws_organizations_organization.this") == {
        *("organizations:CreateOrganization", "organizations:EnableAWSServiceAccess", "iam:CreateServiceLinkedRole"),
    }
    assert asked(found, "aws_s3_bucket.logs") == {"s3:CreateBucket"}


def test_the_policy_allows_each_permission_and_no_more() -> None:
    found = permissions(PLAN, "--management-account", "123456789012")
    ((account, policy),) = found["policies"].items()
    assert account == "123456789012"
    allowed = set()
    for statement in policy["Statement"]:
        resources = statement["Resource"]
        for on in resources if isinstance(resources, list) else [resources]:
            allowed |= {(action, on) for action in statement["Action"]}
    assert allowed == {(one["action"], one["resource"]) for one in found["permissions"]}
    sids = [statement["Sid"] for statement in policy["Statement"]]
    assert len(set(sids)) == len(sids)


def changed(tmp_path: Path, kind: str, **change: Any) -> Path:
    """The plan, with other actions and values of the only resource of a type."""
    plan = json.loads(PLAN.read_text())
    one = next(one for one in plan["resource_changes"] if one["type"] == kind)
    plan = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [one]}
    one["change"] |= {"after_unknown": {}, **change}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    return tmp_path / "plan.json"


TRAIL = {"name": "org", "s3_bucket_name": "logs", "is_organization_trail": True, "enable_logging": True, "tags": None}


def test_a_change_asks_for_what_changes(tmp_path: Path) -> None:
    plan = changed(tmp_path, "aws_cloudtrail", actions=["update"], before=TRAIL, after={**TRAIL, "tags": {"a": "b"}})
    assert asked(permissions(plan), "aws_cloudtrail.org") - calls.OF_ORGANIZATION.keys() == {
        *("cloudtrail:UpdateTrail", "cloudtrail:AddTags", "cloudtrail:RemoveTags"),
    }


def test_what_stays_is_read_and_what_goes_is_deleted(tmp_path: Path) -> None:
    plan = changed(tmp_path, "aws_cloudtrail", actions=["no-op"], before=TRAIL, after=TRAIL)
    found = permissions(plan)
    assert asked(found, "aws_cloudtrail.org") == set()
    assert "cloudtrail:GetTrailStatus" in asked(found, "aws_cloudtrail.org", phase="plan")
    plan = changed(tmp_path, "aws_cloudtrail", actions=["delete"], before=TRAIL, after=None)
    assert asked(permissions(plan), "aws_cloudtrail.org") == {"cloudtrail:DeleteTrail"}


def test_a_bucket_that_is_emptied(tmp_path: Path) -> None:
    before = {"bucket": "acme-logs", "force_destroy": True}
    plan = changed(tmp_path, "aws_s3_bucket", actions=["delete"], before=before, after=None)
    on = {one["action"]: one["resource"] for one in permissions(plan)["permissions"]}
    assert on["s3:DeleteBucket"] == "arn:aws:s3:::acme-logs"
    assert on["s3:DeleteObjectVersion"] == "arn:aws:s3:::acme-logs/*"


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_lambda_function" "f" {\n  function_name = "f"\n}\n')
    run = orgtrail("explain", "--permissions", tmp_path)
    assert "not known: what the provider calls for aws_lambda_function (aws_lambda_function.f)" in run.out
    assert "no SCP was asked" in run.out


def test_an_scp_that_denies_is_named() -> None:
    found = permissions(DENIED, "--management-account", "123456789012")
    denied = {(one["action"], tuple(one["statements"])) for one in found["denied"] if not one["doubts"]}
    assert denied, found["denied"]
    assert all(statements for _, statements in denied)
    assert {action for action, _ in denied} <= {"cloudtrail:CreateTrail", "cloudtrail:StartLogging"}
    run = orgtrail("explain", "--permissions", DENIED, "--management-account", "123456789012")
    assert "denied: cloudtrail:CreateTrail for aws_cloudtrail.org, by " in run.out
    # The rule that asks the same of the trail says the same.
    rule = orgtrail("check", DENIED, "--management-account", "123456789012", "--select", "trail-maker-is-allowed")
    assert "fails  trail-maker-is-allowed" in rule.out


SCP = """
provider "aws" {
  region = "us-east-1"
}
provider "aws" {
  alias  = "archive"
  region = "us-east-1"
  assume_role { role_arn = "arn:aws:iam::222222222222:role/deploy" }
}
resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
}
resource "aws_organizations_policy" "guard" {
  name    = "guard"
  type    = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Buckets", Effect = "Deny", Action = "s3:PutBucketPolicy", Resource = "RESOURCE" }]
  })
}
resource "aws_organizations_policy_attachment" "guard" {
  policy_id = aws_organizations_policy.guard.id
  target_id = aws_organizations_organization.this.roots[0].id
}
resource "aws_s3_bucket_policy" "logs" {
  provider = aws.archive
  bucket   = BUCKET
  policy   = "{}"
}
variable "bucket" {
  type = string
}
"""


@pytest.mark.parametrize(
    ("resource", "bucket", "said"),
    [
        ("*", '"acme-logs"', "denied: s3:PutBucketPolicy for aws_s3_bucket_policy.logs, by "),
        ("arn:aws:s3:::acme-logs", '"acme-logs"', "denied: s3:PutBucketPolicy for aws_s3_bucket_policy.logs, by "),
        ("arn:aws:s3:::other", '"acme-logs"', "no Deny of an SCP of the input takes any of it away"),
        ("arn:aws:s3:::acme-logs", "var.bucket", "may be denied: s3:PutBucketPolicy for aws_s3_bucket_policy.logs"),
    ],
)
def test_a_deny_counts_where_it_is_on_the_resource(resource: str, bucket: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SCP.replace("RESOURCE", resource).replace("BUCKET", bucket))
    run = orgtrail("explain", "--permissions", tmp_path, "--management-account", "111111111111")
    assert said in run.out
    assert "In account 222222222222, as arn:aws:iam::222222222222:role/deploy, to apply it:" in run.out


def test_every_format_and_wrong_usage() -> None:
    assert orgtrail("explain", "--permissions", PLAN, "--format", "markdown").out.startswith("## In ")
    assert orgtrail("explain").code == 2
    assert orgtrail("explain", "members-cannot-read-logs", "--permissions", PLAN).code == 2
    assert (run := orgtrail("explain", "--permissions", "no-such-file")).code == 2
    assert run.err.count("\n") == 1


def test_nothing_hostile_reaches_the_terminal(tmp_path: Path) -> None:
    name = "a\x1b[31m\u202eb"
    plan = changed(tmp_path, "aws_cloudtrail", actions=["create"], before=None, after={**TRAIL, "name": name})
    for form in ("text", "markdown", "json"):
        run = orgtrail("explain", "--permissions", plan, "--format", form)
        assert run.code == 0, run.err
        assert "\x1b" not in run.out
        assert "\u202e" not in run.out
