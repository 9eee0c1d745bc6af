"""Nothing that an input says is ever executed: every way in which Terraform runs something ends at a canary."""

import json
import os
import re
from pathlib import Path

import pytest
from workbench.run import check, orgtrail

_SOURCE = """
terraform {
  backend "http" {
    address = "http://127.0.0.1:9/CANARY"
  }
}
provider "aws" {
  region = "us-east-1"
  assume_role_with_web_identity {
    web_identity_token_file = "CANARY"
  }
}
data "external" "run" {
  program = ["touch", "CANARY"]
}
data "http" "get" {
  url = "http://127.0.0.1:9/CANARY"
}
module "fetched" {
  source = "git::ssh://127.0.0.1:9/CANARY?ref=$(touch CANARY)"
}
resource "terraform_data" "run" {
  provisioner "local-exec" {
    command     = "touch CANARY"
    interpreter = ["sh", "-c"]
  }
  provisioner "local-exec" {
    when    = destroy
    command = "touch CANARY; $(touch CANARY) `touch CANARY`"
  }
}
resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com", data.external.run.result["x"]]
  feature_set                   = "ALL"
  provisioner "local-exec" {
    command = "aws organizations disable-aws-service-access --service-principal cloudtrail.amazonaws.com; touch CANARY"
  }
}
resource "aws_s3_bucket" "logs" {
  bucket = "logs-$(touch CANARY)-`touch CANARY`-${data.http.get.response_body}"
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = templatefile("policy.tftpl", { run = data.external.run.result })
}
resource "aws_cloudtrail" "org" {
  name                  = "{{ cycler.__init__.__globals__.os.system('touch CANARY') }}"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
}
"""
_TEMPLATE = '{"Statement": [{"Sid": "{{ 7 * 7 }}${run["x"]}", "Effect": "Allow", "Principal": "*", "Action": "s3:*"}]}'


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which whatever is started, from the PATH or by Python, leaves a canary."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("terraform", "tofu", "touch", "sh", "git", "ssh", "aws", "curl", "dot", "python3"):
        program = programs / name
        program.write_text(f"#!/bin/sh\necho {name} > {tmp_path}/CANARY\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.chdir(root)
    for name in ("system", "posix_spawn", "posix_spawnp", "fork", "execv", "execve"):
        monkeypatch.setattr(os, name, lambda *_, name=name: (tmp_path / "CANARY").write_text(name))
    (root / "main.tf").write_text(_SOURCE.replace("touch CANARY", f"touch {tmp_path}/CANARY"))
    (root / "policy.tftpl").write_text(_TEMPLATE)
    (root / "conftest.py").write_text("open('CANARY', 'w')\n")
    return tmp_path


def _plan(root: Path) -> Path:
    addresses = [
        ("managed", "aws_organizations_organization", "this", {"feature_set": "ALL"}),
        ("managed", "aws_s3_bucket", "logs", {"bucket": "logs-$(touch CANARY)"}),
        ("managed", "aws_s3_bucket_policy", "logs", {"policy": _TEMPLATE, "bucket": "logs"}),
        ("managed", "aws_cloudtrail", "org", {"name": "$(touch CANARY)", "is_organization_trail": True}),
        ("managed", "terraform_data", "run", {}),
        ("data", "external", "run", {"program": ["touch", "CANARY"]}),
    ]
    changes, configured = [], []
    for mode, kind, name, values in addresses:
        address = f"{'data.' if mode == 'data' else ''}{kind}.{name}"
        change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
        changes.append({"address": address, "mode": mode, "type": kind, "name": name, "change": change})
        runs = [{"type": "local-exec", "expressions": {"command": {"constant_value": "touch CANARY"}}}]
        configured.append({"address": address, "mode": mode, "type": kind, "name": name, "provisioners": runs})
    plan = {
        "format_version": "1.2",
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
    }
    file = root / "plan.json"
    file.write_text(json.dumps(plan))
    return file


def test_nothing_in_a_folder_or_plan_is_executed(watched: Path) -> None:
    root = watched / "root"
    plan = _plan(root)
    formats = [f"--format={name}={watched / name}" for name in ("html", "markdown", "sarif", "junit", "json")]
    for named, *options in ((root,), (plan,), (plan, "--source", root)):
        run = orgtrail("check", named, *options, *formats)
        assert run.code in (1, 3), run.err
        assert orgtrail("access", named, *options).code == 0
        assert orgtrail("graph", named, *options, "--format", "dot").code == 0
    orgtrail("check", root, "--fix", "--allow-dirty")
    assert not (watched / "CANARY").exists()
    assert not list(watched.rglob("CANARY"))
    # What a template would make of `7*7`; a difference may well be of line 49.
    body = (watched / "html").read_text().partition("<body")[2]
    assert not re.search(r"(?<![-+@,:\d])49(?![\d,])", re.sub(r"@@.*?@@|:\d+|[0-9a-f]{64}", "", body))


def test_a_canary_would_be_seen(watched: Path) -> None:
    """A saved plan is the one input for which terraform is run, and only where the user asks for it."""
    saved = watched / "root" / "tfplan"
    saved.write_bytes(b"PK\x03\x04")
    (watched / "CANARY").unlink(missing_ok=True)
    check(saved)
    assert not (watched / "CANARY").exists()
    check(saved, "--with-terraform")
    assert (watched / "CANARY").exists()
