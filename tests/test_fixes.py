"""`orgtrail check --fix`: what is mechanical is written into the files, and nothing else is."""

import contextlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from workbench.run import check, orgtrail, working_directory
from workbench.terraform import REPOSITORY

ORGANIZATION = """resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"] # all of them
}
"""
TRAIL = """
# The trail of the whole organization.
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
}
"""
BUCKET = """
resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-trail-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::acme-org-trail-logs/*"
    }]
  })
}
"""
ADMINISTRATOR = """
resource "aws_cloudtrail_organization_delegated_admin_account" "security" {
  account_id = "222222222222"
}
"""


def with_line(line: str) -> str:
    return TRAIL.replace("= true\n}", f"= true\n  {line}\n}}")


#: Rule, root module, and what the fix adds to it.
BROKEN = {
    "no order": (
        "trusted-access-before-trail",
        ORGANIZATION + TRAIL,
        "depends_on = [aws_organizations_organization.this]",
    ),
    "an order on something else": (
        "trusted-access-before-trail",
        ORGANIZATION + BUCKET + with_line("depends_on = [aws_s3_bucket_policy.logs]"),
        "depends_on = [aws_s3_bucket_policy.logs, aws_organizations_organization.this]",
    ),
    "a list over several lines": (
        "trusted-access-before-trail",
        ORGANIZATION + BUCKET + with_line("depends_on = [\n    aws_s3_bucket_policy.logs, # first\n  ]"),
        "    aws_s3_bucket_policy.logs, # first\n    aws_organizations_organization.this,\n  ]",
    ),
    "the global services are left out, and one region": (
        "trail-covers-organization",
        with_line("include_global_service_events = false"),
        "include_global_service_events = true\n  is_multi_region_trail = true\n}",
    ),
    "no order with the bucket policy": (
        "bucket-policy-before-trail",
        BUCKET + TRAIL.replace('"acme-org-trail-logs"', "aws_s3_bucket.logs.id"),
        "depends_on = [aws_s3_bucket_policy.logs]",
    ),
    "no order with the registration": (
        "delegated-admin-after-trusted-access",
        ORGANIZATION + ADMINISTRATOR,
        "depends_on = [aws_organizations_organization.this]",
    ),
    "one region": ("trail-covers-organization", TRAIL, "  is_multi_region_trail = true\n}"),
    "logging is off": (
        "trail-covers-organization",
        with_line("is_multi_region_trail = true\n  enable_logging = false # for now"),
        "enable_logging = true # for now",
    ),
    "no validation": ("trail-validates-log-files", TRAIL, "  enable_log_file_validation = true\n}"),
    "validation is off": (
        "trail-validates-log-files",
        with_line("enable_log_file_validation = false"),
        "enable_log_file_validation = true",
    ),
    "consolidated billing": (
        "organization-all-features",
        'resource "aws_organizations_organization" "this" {\n  feature_set = "CONSOLIDATED_BILLING"\n}\n',
        'feature_set = "ALL"',
    ),
}


@pytest.mark.parametrize(("rule", "source", "added"), BROKEN.values(), ids=BROKEN)
def test_a_broken_example_is_proved_after_it(rule: str, source: str, added: str, tmp_path: Path) -> None:
    main = tmp_path / "main.tf"
    main.write_text(source)
    assert check(tmp_path, "--select", rule).verdicts()[rule] == "violated"
    run = check(tmp_path, "--select", rule, "--fix")
    assert run.verdicts()[rule] == "proved"
    assert added in re.sub(" +=", " =", main.read_text())
    assert "+++ b/" in run.err
    fixed = main.read_text()
    again = check(tmp_path, "--select", rule, "--fix")
    assert (again.err, main.read_text()) == ("", fixed)


@pytest.mark.parametrize(("rule", "source", "added"), BROKEN.values(), ids=BROKEN)
def test_everything_else_stays_as_it_stands(rule: str, source: str, added: str, tmp_path: Path) -> None:
    main = tmp_path / "main.tf"
    main.write_text(source)
    check(tmp_path, "--select", rule, "--fix")
    kept = [line for line in source.splitlines() if line in main.read_text().splitlines()]
    assert len(source.splitlines()) - len(kept) <= 1
    assert all(comment in main.read_text() for comment in ("# The trail of",) if comment in source)


def test_a_file_with_uncommitted_changes_is_refused(tmp_path: Path) -> None:
    main = tmp_path / "main.tf"
    main.write_text(ORGANIZATION + TRAIL)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    run = orgtrail("check", tmp_path, "--select", "trusted-access-before-trail", "--fix")
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "has uncommitted changes" in run.err
    assert main.read_text() == ORGANIZATION + TRAIL
    check(tmp_path, "--select", "trusted-access-before-trail", "--fix", "--allow-dirty")
    assert "depends_on" in main.read_text()


def test_inside_a_local_module_the_call_gets_the_order(tmp_path: Path) -> None:
    (tmp_path / "trail").mkdir()
    (tmp_path / "trail" / "main.tf").write_text(TRAIL)
    (tmp_path / "main.tf").write_text(ORGANIZATION + '\nmodule "trail" {\n  source = "./trail"\n}\n')
    run = check(tmp_path, "--select", "trusted-access-before-trail", "--fix")
    assert run.verdicts()["trusted-access-before-trail"] == "proved"
    assert (
        '  source = "./trail"\n\n  depends_on = [aws_organizations_organization.this]\n'
        in (tmp_path / "main.tf").read_text()
    )
    assert (tmp_path / "trail" / "main.tf").read_text() == TRAIL


def test_a_plan_cant_be_fixed(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('{"format_version": "1.2", "resource_changes": []}')
    run = orgtrail("check", plan, "--fix")
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "isn't a folder" in run.err


def test_a_result_says_where_its_fix_goes(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ORGANIZATION + TRAIL)
    (found,) = check(tmp_path, "--select", "trusted-access-before-trail").json()["results"]
    assert found["fix"]["hcl"] == "depends_on = [aws_organizations_organization.this] # and what is there already"
    assert found["fix"]["block"] == "aws_cloudtrail.org"
    assert found["fix"]["place"] == {"file": str(tmp_path / "main.tf"), "line": 6, "column": 1}


def test_diff_shows_what_would_be_written_and_writes_nothing(tmp_path: Path) -> None:
    """And `patch` makes of it what --fix makes."""
    root, other = tmp_path / "root", tmp_path / "other"
    example = REPOSITORY / "examples" / "no-ordering" / "main.tf"
    for folder in (root, other):
        folder.mkdir()
        shutil.copy(example, folder / "main.tf")
    asked = ("check", ".", "--select", "trusted-access-before-trail", "--fix")
    with contextlib.chdir(root):
        shown = orgtrail(*asked, "--diff")
        assert (root / "main.tf").read_text() == example.read_text()
        patched = subprocess.run(["patch", "-p1"], input=shown.err, text=True, capture_output=True, check=False)
        assert patched.returncode == 0, patched.stdout
    with contextlib.chdir(other):
        assert orgtrail(*asked).code == 0
    assert (root / "main.tf").read_text() == (other / "main.tf").read_text() != example.read_text()


def test_advice_is_mended_only_where_it_is_asked_for(tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "examples" / "recommended-policy" / "main.tf", tmp_path / "main.tf")
    before = (tmp_path / "main.tf").read_text()
    facts = ("--management-account", "123456789012", "--archive-account", "123456789012")
    orgtrail("check", tmp_path, "--fix", *facts)
    assert (tmp_path / "main.tf").read_text() == before
    run = orgtrail("check", tmp_path, "--fix", "--advice", *facts)
    mended = (tmp_path / "main.tf").read_text()
    for added in ("aws_s3_bucket_versioning", "aws_s3_bucket_public_access_block", "aws_s3_bucket_ownership_controls"):
        assert f'resource "{added}" "logs"' in mended, run.err
    assert "bucket-is-hardened: versioning" not in run.out


@pytest.mark.parametrize("option", ["--diff", "--advice", "--yes"])
def test_what_says_how_to_fix_needs_fix(option: str, tmp_path: Path) -> None:
    run = orgtrail("check", tmp_path, option)
    assert (run.code, run.err.count("\n")) == (2, 1)


def test_without_an_input_the_files_here_are_mended_whatever_plan_lies_beside(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ORGANIZATION + TRAIL)
    (tmp_path / "tfplan").write_bytes(b"a plan")
    with working_directory(tmp_path):
        run = check("--select", "trusted-access-before-trail", "--fix", "--yes", "--allow-dirty")
    assert run.verdicts()["trusted-access-before-trail"] == "proved", run.err


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_difference_can_be_put_in_wherever_the_folder_is(elsewhere: bool, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text(ORGANIZATION + TRAIL)
    (tmp_path / "other").mkdir()
    with working_directory(tmp_path / "other" if elsewhere else tmp_path):
        (found,) = check(root, "--select", "trusted-access-before-trail").json()["results"]
        top = Path("/") if elsewhere else Path()
        (named,) = re.findall(r"^--- a/(.*)$", found["fix"]["diff"], re.MULTILINE)
        assert (top / named).resolve() == (root / "main.tf").resolve()
        assert not named.startswith(("/", ".."))


def test_a_name_that_is_taken_by_what_makes_nothing_is_left_alone(tmp_path: Path) -> None:
    bare = BUCKET.replace('"aws_s3_bucket_policy" "logs" {', '"aws_s3_bucket_policy" "logs" {\n  count  = 0')
    trail = TRAIL.replace('"acme-org-trail-logs"', "aws_s3_bucket.logs.id")
    (tmp_path / "main.tf").write_text(bare + trail)
    facts = ("--management-account", "123456789012", "--organization-id", "o-abcd123456")
    run = check(tmp_path, "--select", "bucket-policy-before-trail", *facts, "--fix", "--yes", "--allow-dirty")
    assert run.verdicts()["bucket-policy-before-trail"] == "violated"
    assert (tmp_path / "main.tf").read_text() == bare + trail
    assert "left alone" in run.err
