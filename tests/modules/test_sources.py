"""The modules as others call them: from git, by themselves, nested, counted, and by for_each."""

import shutil
import subprocess

import pytest
from workbench.run import check
from workbench.terraform import REPOSITORY, Workspace

WRAPPER = """
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "regions" {
  type    = set(string)
  default = ["eu", "us"]
}

module "organization_trail" {
  source = "git::file://@REPOSITORY@//modules/organization-trail?ref=v1"
  count  = 1

  trail_name          = "org"
  bucket_name         = "acme-org-trail-logs"
  trusted_access_mode = "confirm"

  providers = {
    aws.management  = aws
    aws.log_archive = aws
  }
}

module "log_bucket" {
  source   = "git::file://@REPOSITORY@//modules/log-bucket?ref=v1"
  for_each = var.regions

  bucket_name           = "acme-org-trail-logs-${each.key}"
  organization_id       = module.organization_trail[0].organization_id
  management_account_id = module.organization_trail[0].management_account_id
  trail_name            = "org"
  trail_region          = "us-east-1"
}

output "organization_id" {
  value = module.organization_trail[0].organization_id
}
"""
ROOT = """
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

module "security" {
  source = "./security"

  providers = {
    aws = aws
  }
}

module "event_data_store" {
  source     = "git::file://@REPOSITORY@//modules/event-data-store?ref=v1"
  depends_on = [module.security]

  name            = "organization"
  organization_id = module.security.organization_id
}
"""


@pytest.mark.terraform
def test_from_git_nested_counted_and_for_each(tmp_path):
    repository = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "modules", repository / "modules", ignore=shutil.ignore_patterns(".terraform*"))
    as_somebody = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "modules"], ["tag", "v1"]):
        subprocess.run(["git", *as_somebody, *command], cwd=repository, check=True)
    root = tmp_path / "root"
    (root / "security").mkdir(parents=True)
    (root / "main.tf").write_text(ROOT.replace("@REPOSITORY@", str(repository)))
    (root / "security" / "main.tf").write_text(WRAPPER.replace("@REPOSITORY@", str(repository)))
    workspace = Workspace.of(root)
    assert "Success!" in workspace.run("validate")


def test_event_data_store_comes_after_trusted_access():
    root = REPOSITORY / "tests" / "modules" / "roots" / "lake"
    verdicts = check(root, "--management-account", "123456789012").verdicts()
    assert verdicts["event-data-store-after-trusted-access"] == "proved"
