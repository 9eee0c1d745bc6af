"""Commands that set a policy beside Terraform: what stands in the plan isn't what is there in the end."""

from pathlib import Path

import pytest
from workbench.run import check

from tests.test_guards import BASE, FACTS, ORGANIZED, bucket_policy

RULE = "members-cannot-read-logs"


def verdict(folder: Path, command: str, *, when: str = "") -> str:
    provisioner = f"""
resource "terraform_data" "more" {{
  provisioner "local-exec" {{
    command = "{command}"
    {when}
  }}
}}
"""
    (folder / "main.tf").write_text(BASE + bucket_policy() + provisioner)
    run = check(folder, "--select", RULE, *FACTS, *ORGANIZED)
    assert run.code in (0, 1, 3), run.err
    return run.verdicts()[RULE]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("aws s3api put-bucket-policy --bucket acme-org-trail-logs --policy file://open.json", "undecided"),
        ("aws s3api delete-bucket-policy --bucket=acme-org-trail-logs", "undecided"),
        ("aws s3api put-bucket-policy --bucket $BUCKET --policy file://open.json", "undecided"),
        ("python3 -c 's3.put_bucket_policy(Bucket=name, Policy=text)'", "undecided"),
        ("Write-S3BucketPolicy -BucketName acme-org-trail-logs -Policy $p", "undecided"),
        # Another bucket's, no change, or only words.
        ("aws s3api put-bucket-policy --bucket acme-web --policy file://open.json", "proved"),
        ("aws s3api get-bucket-policy --bucket acme-org-trail-logs", "proved"),
        ("echo aws s3api put-bucket-policy --bucket acme-org-trail-logs", "proved"),
        ("aws kms put-key-policy --key-id 1 --policy-name default --policy file://k.json", "proved"),
    ],
)
def test_commands_that_set_the_bucket_s_policy(tmp_path: Path, command: str, expected: str) -> None:
    assert verdict(tmp_path, command) == expected


def test_a_command_that_runs_on_destroy_comes_after_the_end(tmp_path: Path) -> None:
    command = "aws s3api delete-bucket-policy --bucket acme-org-trail-logs"
    assert verdict(tmp_path, command, when="when = destroy") == "proved"
