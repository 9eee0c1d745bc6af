"""Edits of blocks: what they look like, and what they make of a file."""

from pathlib import Path

import pytest
from workbench.run import orgtrail

from orgtrail import rules
from orgtrail.edits import (
    AddBlock,
    AddResource,
    AddToList,
    AppendText,
    DependsOn,
    Edit,
    RemoveBlock,
    SetArgument,
)
from orgtrail.fixes.arguments import edited
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import mending
from orgtrail.terraform.language.hcl_edits import as_hcl
from orgtrail.terraform.source.root_module import load_source
from orgtrail.values import Symbol

BLOCK = "aws_s3_bucket_versioning.logs"


@pytest.mark.parametrize(
    ("edit", "hcl"),
    [
        (SetArgument(BLOCK, "name", True), "name = true"),
        (SetArgument(BLOCK, "name", 'a"b${c}\n'), 'name = "a\\"b$${c}\\n"'),
        (SetArgument(BLOCK, "name", ["x", 1]), 'name = ["x", 1]'),
        (SetArgument(BLOCK, "name", Symbol("aws_sns_topic.x.arn", "arn")), "name = aws_sns_topic.x.arn"),
        (SetArgument(BLOCK, "status", "Enabled", ("one", "two")), 'one {\n  two {\n    status = "Enabled"\n  }\n}'),
        (AddToList(BLOCK, "names", "x"), 'names = ["x"] # and what is there already'),
        (DependsOn(BLOCK, "module.x"), "depends_on = [module.x] # and what is there already"),
        (SetArgument(BLOCK, "days", 365, ("rule", 1, "expiration")), "rule {\n  expiration {\n    days = 365\n  }\n}"),
        (AppendText(BLOCK, "arn", ":*"), '# arn: append ":*"'),
        (RemoveBlock(BLOCK, ("rule", 1)), "# without rule.1"),
        (
            AddBlock(BLOCK, "rule", {"id": "x", "enabled": True, "filter": {"prefix": ""}}),
            'rule {\n  id      = "x"\n  enabled = true\n\n  filter {\n    prefix = ""\n  }\n}',
        ),
    ],
)
def test_an_edit_as_hcl(edit: Edit, hcl: str) -> None:
    assert as_hcl(edit) == hcl


BEFORE = """\
resource "aws_s3_bucket_versioning" "logs" {
  bucket = "logs"

  versioning_configuration {
    status = "Suspended" # for now
  }
}
"""


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (SetArgument(BLOCK, "status", "Enabled", ("versioning_configuration",)), '"Suspended"', '"Enabled"'),
        (SetArgument(BLOCK, "bucket", "x"), '"logs"\n', '"x"\n'),
        (
            SetArgument(BLOCK, "mfa_delete", "Enabled", ("versioning_configuration",)),
            '"Suspended" # for now\n',
            '"Suspended" # for now\n\n    mfa_delete = "Enabled"\n',
        ),
        (
            SetArgument(BLOCK, "x", 1, ("other", "deeper")),
            "  }\n}\n",
            "  }\n\n  other {\n    deeper {\n      x = 1\n    }\n  }\n}\n",
        ),
        (AddBlock(BLOCK, "rule", {"x": 1}), "  }\n}\n", "  }\n\n  rule {\n    x = 1\n  }\n}\n"),
        (
            AddResource(BLOCK, "aws_x", "y", {"bucket": Symbol("aws_s3_bucket.logs.id", "name"), "on": True}),
            "  }\n}\n",
            '  }\n}\n\nresource "aws_x" "y" {\n  bucket = aws_s3_bucket.logs.id\n  on     = true\n}\n',
        ),
        (DependsOn(BLOCK, "module.x"), "  }\n}\n", "  }\n  depends_on = [module.x]\n}\n"),
    ],
)
def test_an_edit_in_a_file(edit: Edit, old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(BEFORE)
    block = load_source(tmp_path).block(BLOCK)
    assert block is not None
    assert edited(BEFORE, block, edit) == BEFORE.replace(old, new)


def test_a_rule_whose_fix_is_a_nested_block_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule of the test's own, since it is the mechanism that is asked."""

    @rule("error", since="0.1")
    def members_cannot_read_logs(domain: object) -> list[Finding]:
        """A bucket is versioned."""
        found = list(domain.estate.of_type("aws_s3_bucket_versioning"))  # type: ignore[attr-defined]
        mended = SetArgument(found[0].block, "status", "Enabled", ("versioning_configuration",))
        status = found[0].now["versioning_configuration"][0]["status"]
        if status == "Enabled":
            return [Finding(address=found[0].address, verdict="proved", message="it is")]
        fix = mending(f"set in the block of `{found[0].block}`", mended)
        return [Finding(address=found[0].address, verdict="violated", message="it isn't", fix=fix)]

    monkeypatch.setattr(rules, "load", lambda rule_id: members_cannot_read_logs)
    (tmp_path / "main.tf").write_text(BEFORE)
    asked = ("check", tmp_path, "--select", "members-cannot-read-logs")
    shown = orgtrail(*asked)
    assert shown.code == 1
    assert '    -    status = "Suspended" # for now\n    +    status = "Enabled" # for now\n' in shown.out
    assert orgtrail(*asked, "--fix", "--allow-dirty").code == 0
    assert (tmp_path / "main.tf").read_text() == BEFORE.replace("Suspended", "Enabled")


SEVERAL = """\
resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id # its own
  name   = "org-logs"

  rule {
    days = 1
  }

  rule {
    days = 2

    expiration {
      days = 3
    }
  }
}
"""
MADE = """\
resource "aws_s3_bucket_versioning" "logs" {
  dynamic "rule" {
    for_each = var.days
    content {
      days = rule.value
    }
  }
}
"""


@pytest.mark.parametrize(
    ("source", "edit", "old", "new"),
    [
        (SEVERAL, SetArgument(BLOCK, "days", 9, ("rule", 1)), "days = 2", "days = 9"),
        (SEVERAL, SetArgument(BLOCK, "days", 9, ("rule", 1, "expiration")), "days = 3", "days = 9"),
        (SEVERAL, SetArgument(BLOCK, "days", 9, ("rule", 2)), "", ""),
        (SEVERAL, RemoveBlock(BLOCK, ("rule", 0)), "\n  rule {\n    days = 1\n  }\n", ""),
        (SEVERAL, RemoveBlock(BLOCK, ("rule", 1, "expiration")), "\n    expiration {\n      days = 3\n    }\n", ""),
        (SEVERAL, RemoveBlock(BLOCK, ("rule", 2)), "", ""),
        (SEVERAL, AppendText(BLOCK, "name", ":*"), '"org-logs"', '"org-logs:*"'),
        (SEVERAL, AppendText(BLOCK, "bucket", ":*"), "aws_s3_bucket.logs.id", '"${aws_s3_bucket.logs.id}:*"'),
        (SEVERAL, AppendText(BLOCK, "missing", ":*"), "", ""),
        # Which of the blocks an expression makes it is, nobody can say.
        (MADE, SetArgument(BLOCK, "days", 9, ("rule", 0)), "", ""),
        (MADE, RemoveBlock(BLOCK, ("rule", 0)), "", ""),
    ],
)
def test_an_edit_of_one_of_several(source: str, edit: Edit, old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(source)
    block = load_source(tmp_path).block(BLOCK)
    assert block is not None
    assert edited(source, block, edit) == source.replace(old, new, 1)
