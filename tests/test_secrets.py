"""Canary secrets everywhere that Terraform lets one mark them: no report, graph, matrix, message or file holds one."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench.run import Run, orgtrail
from workbench.terraform import REPOSITORY

from orgtrail.redaction import cleaned
from orgtrail.report import FORMATS
from orgtrail.report.access import FORMATS as ACCESS_FORMATS
from orgtrail.report.drawing import DRAWINGS
from orgtrail.secrets import Secrets, secrets_in

#: In one form or another in everything below.
MARK = "canary"
LONG = MARK + "-long-" + "x" * 150

FOLDER = {
    "main.tf": """
variable "root" {
  default   = "canary-default"
  sensitive = true
}
variable "given" {
  type      = string
  sensitive = true
}
variable "long" {
  default   = "LONG"
  sensitive = true
}
variable "number" {
  type      = number
  default   = "canary-number"
  sensitive = true
}
variable "account" {
  default   = "777788889999"
  sensitive = true
}
locals {
  hidden  = sensitive("canary-function")
  upper   = upper(var.given)
  encoded = base64encode(var.given)
  parts   = split("-", "first-${var.root}")
  quoted  = sensitive("canary\\"quoted\\"<x>")
}
module "child" {
  source = "./child"
  secret = "canary-child"
}
resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["config.amazonaws.com"]
  feature_set                   = "ALL"
}
resource "aws_s3_bucket" "logs" {
  bucket = "logs-${var.root}"
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Statement = [
      { Sid = "A${var.root}", Effect = "Allow", Principal = "*", Action = "s3:GetObject",
        Resource = "${aws_s3_bucket.logs.arn}/*",
        Condition = { StringLike = { "aws:PrincipalTag/${local.hidden}" = var.given } } },
      { Sid = "B${local.upper}", Effect = "Allow",
        Principal = { AWS = "arn:aws:iam::${var.account}:role/${local.hidden}" },
        Action    = ["s3:PutObject", "s3:List*"],
        Resource  = ["${aws_s3_bucket.logs.arn}", "${aws_s3_bucket.logs.arn}/*"] },
      { Sid = "C${local.encoded}${local.quoted}", Effect = "Deny", Principal = "*", Action = "s3:DeleteObject",
        Resource = "${aws_s3_bucket.logs.arn}/AWSLogs/${module.child.out}/*",
        Condition = { NoSuchOperator = { "aws:SourceArn" = var.long } } },
      { Sid = local.parts[1], Effect = var.long, Principal = { Nobody = var.given }, Action = var.long,
        Resource = "*" },
    ]
  })
}
resource "aws_cloudtrail" "org" {
  name                  = "org-${module.child.out}"
  s3_bucket_name        = aws_s3_bucket.logs.id
  s3_key_prefix         = module.child.named
  is_organization_trail = true
  enable_logging        = tonumber(var.given)
  is_multi_region_trail = var.number
  kms_key_id            = tolist(var.given)
}
""".replace("LONG", LONG),
    "child/main.tf": """
variable "secret" {
  sensitive = true
}
output "out" {
  value = var.secret
}
output "named" {
  value     = "canary-output"
  sensitive = true
}
""",
    "values.tfvars": 'given = "canary-given"\n',
}


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def _everything(tmp_path: Path, named: Path, *options: str) -> Iterator[tuple[str, str]]:
    """All that orgtrail prints or writes about an input: what made it, and its text."""

    def said(what: str, run: Run) -> Iterator[tuple[str, str]]:
        assert "Traceback" not in run.err, run.err
        yield what, run.out + run.err

    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    formats = [f"--format={name}={out / name}" for name in FORMATS]
    yield from said("check", orgtrail("check", named, "--verbose", *options, *formats))
    yield from said("text", orgtrail("check", named, "--verbose", *options))
    yield from said("baseline", orgtrail("check", named, *options, f"--write-baseline={out / 'baseline.json'}"))
    for form in ACCESS_FORMATS:
        yield from said(f"access {form}", orgtrail("access", named, "--format", form, *options))
        yield from said(f"changes {form}", orgtrail("access", named, "--before-after", "--format", form, *options))
    if "--var-file" not in options:
        for drawing in DRAWINGS:
            yield from said(f"graph {drawing}", orgtrail("graph", named, "--format", drawing, *options))
    for file in sorted(out.iterdir()):
        yield file.name, file.read_text()


def _assert_hidden(found: Iterable[tuple[str, str]]) -> None:
    forms = {
        "plain": MARK,
        "encoded": base64.b64encode(b"canary-given").decode(),
        "encoded once more": base64.b64encode(base64.b64encode(b"canary-given")).decode(),
        "account": "777788889999",
    }
    leaks = []
    for what, text in found:
        for form, secret in forms.items():
            at = text.lower().find(secret.lower())
            if at >= 0:
                leaks.append(f"{what} ({form}): ...{text[max(0, at - 80) : at + 60]}...")
    assert not leaks, "\n".join(leaks)


def test_a_folder_keeps_its_secrets(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _write(root, FOLDER)
    found = list(_everything(tmp_path, root, "--var-file", str(root / "values.tfvars")))
    assert any("(sensitive value)" in text for _, text in found)
    _assert_hidden(found)


def test_a_fix_shows_no_secret(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _write(root, FOLDER)
    run = orgtrail("check", root, "--fix", "--allow-dirty", "--var-file", root / "values.tfvars")
    assert "+++" in run.err
    _assert_hidden([("fix", run.out + run.err)])


def _plan() -> Any:
    return json.loads((REPOSITORY / "examples" / "organization-wide-read" / "plan.json").read_text())


POLICY = {
    "Statement": [
        {
            "Sid": "canarySid",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::777788889999:role/canary-role"},
            "Action": "s3:GetObject",
            "Resource": "*",
            "Condition": {"StringLike": {"aws:PrincipalTag/canary-key": ["canary-value", LONG]}},
        },
        {"Sid": "canaryOther", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"},
        {"Sid": "canaryBroken", "Effect": LONG, "Principal": "*", "Action": "s3:*", "Resource": "*"},
    ]
}


@pytest.mark.parametrize("side", ["after", "before"])
def test_a_plan_keeps_what_it_marks(tmp_path: Path, side: str) -> None:
    plan = _plan()
    for change in plan["resource_changes"]:
        if change["type"] == "aws_s3_bucket_policy":
            policy = {"policy": json.dumps(POLICY), "bucket": "canary-bucket", "id": "canary-bucket"}
            change["change"] = {
                "actions": ["update"],
                "before": policy if side == "before" else {"policy": "{}", "bucket": "b"},
                "after": policy if side == "after" else {"policy": json.dumps(_plain()), "bucket": "b"},
                "after_unknown": {},
                "before_sensitive": {"policy": True, "bucket": True, "id": True} if side == "before" else {},
                "after_sensitive": {"policy": True, "bucket": True, "id": True} if side == "after" else {},
            }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    _assert_hidden(_everything(tmp_path, file))


def _plain() -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}


def test_a_plan_keeps_the_secrets_of_its_source(tmp_path: Path) -> None:
    """What the plan leaves unknown comes from the source, and so do its secrets."""
    root = tmp_path / "root"
    files = dict(FOLDER)
    files["main.tf"] = files["main.tf"].replace("tonumber(var.given)", "true").replace("var.number", "true")
    files["main.tf"] = files["main.tf"].replace("tolist(var.given)", "null")
    _write(root, files)
    addresses = {
        "aws_organizations_organization.this": {"feature_set": "ALL", "aws_service_access_principals": ["x"]},
        "aws_s3_bucket.logs": {},
        "aws_s3_bucket_policy.logs": {},
        "aws_cloudtrail.org": {"is_organization_trail": True},
    }
    unknown = {
        "aws_s3_bucket.logs": ["bucket", "arn", "id"],
        "aws_s3_bucket_policy.logs": ["policy", "bucket"],
        "aws_cloudtrail.org": ["name", "s3_bucket_name", "s3_key_prefix", "arn"],
    }
    split = {address: address.split(".") for address in addresses}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "variables": {"given": {"value": "canary-given"}, "root": {"value": "canary-default"}},
        "resource_changes": [
            {
                "address": address,
                "mode": "managed",
                "type": split[address][0],
                "name": split[address][1],
                "change": {
                    "actions": ["create"],
                    "before": None,
                    "after": values,
                    "after_unknown": dict.fromkeys(unknown.get(address, ()), True),
                    "after_sensitive": {"bucket": True} if address == "aws_s3_bucket.logs" else {},
                },
            }
            for address, values in addresses.items()
        ],
        "configuration": {
            "root_module": {
                "variables": {"given": {"sensitive": True}, "root": {"sensitive": True}},
                "resources": [
                    {"address": address, "mode": "managed", "type": kind, "name": name}
                    for address, (kind, name) in split.items()
                ],
            }
        },
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    found = list(_everything(tmp_path, file, "--source", str(root)))
    assert any("(sensitive value)" in text for _, text in found)
    _assert_hidden(found)


def test_a_state_keeps_what_it_marks(tmp_path: Path) -> None:
    values = {
        "aws_cloudtrail": {"name": "canary-trail", "is_organization_trail": True, "s3_bucket_name": "canary-bucket"},
        "aws_s3_bucket": {"bucket": "canary-bucket", "id": "canary-bucket", "arn": "arn:aws:s3:::canary-bucket"},
        "aws_s3_bucket_policy": {"bucket": "canary-bucket", "policy": json.dumps(POLICY)},
    }
    resources = [
        {
            "address": f"{kind}.x",
            "mode": "managed",
            "type": kind,
            "name": "x",
            "values": held,
            "sensitive_values": dict.fromkeys(held, True),
        }
        for kind, held in values.items()
    ]
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"format_version": "1.0", "values": {"root_module": {"resources": resources}}}))
    _assert_hidden(_everything(tmp_path, file))


def test_an_error_message_shows_no_secret(tmp_path: Path) -> None:
    plan = _plan()
    for change in plan["resource_changes"]:
        if change["type"] == "aws_organizations_organization":
            change["change"]["after"]["master_account_id"] = "777788889999"
            change["change"]["after_sensitive"] = {"master_account_id": True}
            change["change"]["after_unknown"].pop("master_account_id", None)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    run = orgtrail("check", file, "--management-account", "111111111111")
    assert run.code == 2
    assert "(sensitive value)" in run.err
    _assert_hidden([("error", run.err)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("holds secret-words-of-mine here", "holds (sensitive value) here"),
        ("cut `secret-wor...`", "cut `(sensitive value)...`"),
        ("cut `secret-words-`", "cut `(sensitive value)`"),
        ("secret-words elsewhere stay", "secret-words elsewhere stay"),
        ('as JSON: a\\"b', "as JSON: (sensitive value)"),
        ("abc", "(sensitive value)"),
        ("abcd", "abcd"),
    ],
)
def test_what_counts_as_a_secret_in_a_text(text: str, expected: str) -> None:
    assert cleaned(text, Secrets({"secret-words-of-mine", 'a"b', "abc"})) == expected


def test_names_are_cleaned_as_values_are() -> None:
    assert cleaned({"tag/canary": ["canary"]}, Secrets({"canary"})) == {"tag/(sensitive value)": ["(sensitive value)"]}


DOCUMENT = json.dumps(
    {
        "Statement": [
            {"Sid": "canarySid", "Action": "s3:GetObject", "Principal": {"Service": "config.amazonaws.com"}},
            {"Sid": "Writers", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-canary12345"}}},
        ]
    }
)


def test_of_a_marked_document_words_of_aws_and_of_others_stay() -> None:
    secrets = Secrets(secrets_in({"policy": DOCUMENT}, {"policy": True}))
    secrets.readers.append(lambda: ["Writers"])
    said = "canarySid and Writers allow s3:GetObject to config.amazonaws.com if aws:PrincipalOrgID is o-canary12345"
    assert cleaned(said, secrets) == (
        "(sensitive value) and Writers allow s3:GetObject to config.amazonaws.com if aws:PrincipalOrgID is "
        "(sensitive value)"
    )
    assert cleaned(f"the policy is {DOCUMENT}", secrets) == "the policy is (sensitive value)"


def test_what_is_marked_itself_is_hidden_though_it_stands_elsewhere() -> None:
    secrets = Secrets(secrets_in({"name": "canary-name", "action": "s3:GetObject"}, {"name": True, "action": True}))
    secrets.readers.append(lambda: ["canary-name", "s3:GetObject"])
    assert cleaned("canary-name may s3:GetObject", secrets) == "(sensitive value) may (sensitive value)"


def test_one_marked_policy_leaves_the_words_of_another_ones_report(tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:root"}, "Action": "s3:GetObject"}
    other = {"Sid": "canaryOnly", **statement, "Resource": "arn:aws:s3:::canary-other/*"}
    marked = json.dumps({"Statement": [{"Sid": "Readers", **statement, "Resource": "arn:aws:s3:::x/*"}, other]})
    files = {
        "main.tf": f"""
variable "policy" {{
  sensitive = true
  default   = {json.dumps(marked)}
}}
resource "aws_s3_bucket" "other" {{
  bucket = "x"
}}
resource "aws_s3_bucket_policy" "other" {{
  bucket = aws_s3_bucket.other.id
  policy = var.policy
}}
resource "aws_s3_bucket" "logs" {{
  bucket = "logs"
}}
resource "aws_s3_bucket_policy" "logs" {{
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({{
    Statement = [
      {{ Sid = "CloudTrail", Effect = "Allow", Principal = {{ Service = "cloudtrail.amazonaws.com" }},
        Action = "s3:PutObject", Resource = "arn:aws:s3:::logs/*" }},
      {{ Sid = "Readers", Effect = "Allow", Principal = {{ AWS = "arn:aws:iam::222222222222:root" }},
        Action = "s3:GetObject", Resource = "arn:aws:s3:::logs/*" }},
    ]
  }})
}}
"""
    }
    _write(tmp_path / "root", files)
    run = orgtrail("check", tmp_path / "root", "--management-account", "123456789012", "--archive-account", "1" * 12)
    assert '{ Sid = "Readers", Effect = "Allow", Principal' in run.out
    assert " calls s3:GetObject on " in run.out
    assert "canary" not in run.out
