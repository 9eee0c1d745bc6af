"""What an orgtrail.toml says that nobody named: whoever opens a pull request may have written it."""

import json
import shutil
from pathlib import Path

import pytest
from workbench.run import orgtrail

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
CHECK = (
    "check",
    "plan.json",
    "--source",
    ".",
    "--management-account",
    "123456789012",
    "--archive-account",
    "123456789012",
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a root module whose bucket lets account 222222222222 read."""
    folder = tmp_path / "repository"
    shutil.copytree(EXAMPLES / "member-account-root", folder)
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ('select = ["trail-feeds-cloudwatch"]', "select"),
        ('ignore = ["members-cannot-read-logs"]', "ignore"),
        ('undecided = "warn"', "undecided"),
        ('fail-on = "error"', "fail-on"),
        ("allow-outside = true", "allow-outside"),
        ('evidence = "seen.json"', "evidence"),
        ("evidence-max-age = 1000000", "evidence-max-age"),
        ('baseline = "known.json"', "baseline"),
        ('output = "report.txt"', "output"),
        ('format = ["markdown=report.md"]', "format"),
        ('source = ".."', "source"),
        ('var-file = ["../x.tfvars"]', "var-file"),
    ],
)
def test_what_only_a_named_file_may_say(root: Path, setting: str, named: str) -> None:
    (root / "orgtrail.toml").write_text(f"# found\n{setting}\n")
    ran = orgtrail(*CHECK)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"orgtrail: orgtrail.toml:2: `{named}` ")
    assert "expected a file that is named (give --config orgtrail.toml, or the option)" in ran.err
    assert not (root / "report.txt").exists()
    assert not (root / "report.md").exists()


def test_named_it_may_say_them(root: Path) -> None:
    (root / "orgtrail.toml").write_text('select = ["trail-feeds-cloudwatch"]\noutput = "report.txt"\n')
    ran = orgtrail(*CHECK, "--config", "orgtrail.toml")
    assert ran.code == 0
    text = (root / "report.txt").read_text()
    assert "\nconfiguration: orgtrail.toml\n" in text
    assert "\nasked only: trail-feeds-cloudwatch\n" in text


def test_a_fact_that_opens_stands_in_the_answer(root: Path) -> None:
    assert orgtrail(*CHECK).code == 1
    (root / "orgtrail.toml").write_text('trusted-account = ["222222222222"]\n')
    ran = orgtrail(*CHECK)
    assert ran.code == 0
    answer = next(line for line in ran.out.splitlines() if "222222222222" in line)
    assert answer.startswith("yes, with 222222222222 trusted by orgtrail.toml: ")
    data = orgtrail(*CHECK, "--format", "json").json()
    assert data["configuration"]["file"] == "orgtrail.toml"
    assert data["configuration"]["is_found"] is True
    assert {"name": "trusted-account", "value": "222222222222", "by": "orgtrail.toml", "is_found": True} in (
        data["configuration"]["facts"]
    )


@pytest.mark.parametrize("option", [("--no-discovered-config",), ("--config", "gate.toml")])
def test_a_gate_reads_none_that_lies_about(root: Path, option: tuple[str, ...]) -> None:
    (root / "orgtrail.toml").write_text('trusted-account = ["222222222222"]\nselect = ["trail-feeds-cloudwatch"]\n')
    (root / "gate.toml").write_text("quiet = false\n")
    ran = orgtrail(*CHECK, *option)
    assert ran.code == 1
    assert "orgtrail.toml" not in ran.out


def test_a_named_file_counts_beside_none_that_lies_about(root: Path) -> None:
    (root / "gate.toml").write_text('trusted-account = ["222222222222"]\n')
    ran = orgtrail(*CHECK, "--config", "gate.toml", "--no-discovered-config")
    assert ran.code == 0
    assert "yes, with 222222222222 trusted by gate.toml: " in ran.out


def test_the_search_stops_at_the_repositorys_root(root: Path) -> None:
    (root.parent / "orgtrail.toml").write_text('trusted-account = ["222222222222"]\n')
    assert orgtrail(*CHECK).code == 1
    shutil.rmtree(root / ".git")
    assert orgtrail(*CHECK).code == 1, "outside of a repository, a folder speaks for itself"


def test_a_gate_takes_no_suppressions_from_comments(root: Path) -> None:
    main = root / "main.tf"
    marked = main.read_text().replace(
        'resource "aws_s3_bucket_policy"',
        '# orgtrail:ignore[members-cannot-read-logs] fine\nresource "aws_s3_bucket_policy"',
    )
    assert marked != main.read_text()
    main.write_text(marked)
    arguments = CHECK
    kept = json.loads(orgtrail(*arguments, "--format", "json").out)
    assert [one["suppression"]["by"] for one in kept["results"] if one["suppression"]] == ["comment main.tf:109"]
    assert next(one["word"] for one in kept["answers"] if "logs" in one["question"]) != "yes"
    ran = orgtrail(*arguments, "--no-inline-ignores")
    assert ran.code == 1
    assert "a suppression that doesn't count: the run takes none from comments (main.tf:" in ran.out
