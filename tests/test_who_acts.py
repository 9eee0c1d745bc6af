"""Which account a trail's provider acts in, as people configure providers."""

import json
from pathlib import Path

import pytest
from workbench.run import check

RULE = "trail-in-management-account"
TRAIL = """
resource "aws_cloudtrail" "org" {
  PROVIDER
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
}
"""
ORGANIZATION = """
resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
}
"""


def role(account: str) -> str:
    return f'assume_role {{\n  role_arn = "arn:aws:iam::{account}:role/deploy"\n}}\n'


#: Settings of the trail's provider -> verdict, where 123456789012 is the management account.
SETTINGS = {
    "a role of the management account": (role("123456789012"), "proved"),
    "a role of a member": (role("222222222222"), "violated"),
    "a chain that ends in the management account": (role("222222222222") + role("123456789012"), "proved"),
    "a chain that ends in a member": (role("123456789012") + role("222222222222"), "violated"),
    "a chain whose end nobody knows": (role("123456789012") + role("${var.account}"), "undecided"),
    "a web identity": (
        'assume_role_with_web_identity {\n  role_arn = "arn:aws:iam::222222222222:role/ci"\n}\n',
        "violated",
    ),
    "a web identity that assumes another role": (
        'assume_role_with_web_identity {\n  role_arn = "arn:aws:iam::222222222222:role/ci"\n}\n' + role("123456789012"),
        "proved",
    ),
    "one account is allowed": ('allowed_account_ids = ["123456789012"]', "proved"),
    "two accounts are allowed": ('allowed_account_ids = ["123456789012", "222222222222"]', "undecided"),
    "a role from a local": ("", "proved"),
    "a profile": ('profile = "management"', "undecided"),
}


@pytest.mark.parametrize(("settings", "verdict"), SETTINGS.values(), ids=SETTINGS)
def test_settings_of_a_provider(settings: str, verdict: str, tmp_path: Path) -> None:
    settings = settings or 'assume_role {\n  role_arn = local.roles["management"]\n}\n'
    (tmp_path / "main.tf").write_text(
        TRAIL.replace("PROVIDER", "provider = aws.trail")
        + 'variable "account" {}\nlocals {\n  id    = "123456789012"\n'
        + '  roles = { management = "arn:aws:iam::${local.id}:role/deploy" }\n}\n'
        + f'provider "aws" {{\n  alias = "trail"\n  {settings}\n}}\n'
        + 'provider "aws" {}\n'
        + ORGANIZATION
    )
    run = check(tmp_path, "--select", RULE, "--management-account", "123456789012")
    assert run.verdicts()[RULE] == verdict


@pytest.mark.parametrize(("passed", "verdict"), [("aws.archive", "violated"), ("aws", "proved")])
def test_a_provider_that_is_passed_through_modules(passed: str, verdict: str, tmp_path: Path) -> None:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    declared = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
    (tmp_path / "outer" / "inner" / "main.tf").write_text(declared + TRAIL.replace("PROVIDER", ""))
    (tmp_path / "outer" / "main.tf").write_text(
        declared + 'module "inner" {\n  source    = "./inner"\n  providers = { aws = aws }\n}\n'
    )
    (tmp_path / "main.tf").write_text(
        ORGANIZATION
        + f'module "outer" {{\n  source    = "./outer"\n  providers = {{ aws = {passed} }}\n}}\n'
        + 'provider "aws" {}\n'
        + f'provider "aws" {{\n  alias = "archive"\n  {role("222222222222")}}}\n'
    )
    run = check(tmp_path, "--select", RULE, "--management-account", "123456789012")
    assert run.verdicts()[RULE] == verdict


SCP = """
resource "aws_organizations_policy" "guard" {
  type    = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [STATEMENT]
  })
}

resource "aws_organizations_policy_attachment" "guard" {
  policy_id = aws_organizations_policy.guard.id
  target_id = "ou-abcd-12345678"
}
"""
#: Statement of an attached SCP -> whether the service-linked role can still be made.
STATEMENTS = {
    "everything of IAM": ('{ Effect = "Deny", Action = "iam:*", Resource = "*" }', "violated"),
    "a list with wildcards": (
        '{ Effect = "Deny", Action = ["s3:*", "iam:CreateService*"], Resource = "*" }',
        "violated",
    ),
    "everything but": ('{ Effect = "Deny", NotAction = ["s3:*", "sts:*"], Resource = "*" }', "violated"),
    "other services only": (
        '{ Effect = "Deny", Action = "iam:CreateServiceLinkedRole", Resource = "*",'
        ' Condition = { StringNotLike = { "iam:AWSServiceName" = ["cloudtrail.amazonaws.com", "x.amazonaws.com"] } } }',
        "proved",
    ),
    "another role": (
        '{ Effect = "Deny", Action = "iam:CreateServiceLinkedRole",'
        ' Resource = "arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/*" }',
        "proved",
    ),
    "nothing of IAM": (
        '{ Effect = "Deny", Action = ["cloudtrail:StopLogging", "iam:DeleteRole"], Resource = "*" }',
        "proved",
    ),
    "an allow list without IAM": ('{ Effect = "Allow", Action = ["s3:*"], Resource = "*" }', "proved"),
}


@pytest.mark.parametrize(("statement", "verdict"), STATEMENTS.values(), ids=STATEMENTS)
def test_control_policies_and_the_service_linked_role(statement: str, verdict: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SCP.replace("STATEMENT", statement) + ORGANIZATION)
    run = check(tmp_path, "--select", "service-linked-role-intact")
    assert run.verdicts()["service-linked-role-intact"] == verdict


def test_an_account_that_the_plan_makes_is_a_member(tmp_path: Path) -> None:
    """Only the plan shows that it is new: a folder's account may be there already, and have any id."""
    (tmp_path / "main.tf").write_text("""
resource "aws_organizations_account" "security" {
  name  = "security"
  email = "security@example.com"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = "acme-org-trail-logs"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = aws_organizations_account.security.id }
        Action    = "s3:GetObject"
        Resource  = "arn:aws:s3:::acme-org-trail-logs/*"
      },
    ]
  })
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
}
""")
    made = {
        "aws_organizations_account.security": ({"name": "security"}, {"id": True}),
        "aws_s3_bucket_policy.logs": ({"bucket": "acme-org-trail-logs"}, {"policy": True}),
        "aws_cloudtrail.org": (
            {"name": "org", "s3_bucket_name": "acme-org-trail-logs", "is_organization_trail": True},
            {"arn": True},
        ),
    }
    changes = []
    for address, (after, unknown) in made.items():
        kind, name = address.split(".")
        change = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown}
        changes.append({"address": address, "mode": "managed", "type": kind, "name": name, "change": change})
    (tmp_path / "plan.json").write_text(json.dumps({"format_version": "1.2", "resource_changes": changes}))
    rule = "members-cannot-read-logs"
    asked = ("--select", rule, "--management-account", "123456789012", "--archive-account", "222222222222")
    planned = check(tmp_path / "plan.json", "--source", tmp_path, *asked)
    assert planned.verdicts() == {rule: "violated"}
    assert planned.json()["results"][0]["witness"]["account"] == "${aws_organizations_account.security.id}"
    assert check(tmp_path, *asked).verdicts() == {rule: "undecided"}
