"""What an auditor files: the bytes that were read, the command, who was taken for whom, how old the evidence is."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from workbench.run import orgtrail

from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.results import Fact

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "organization-wide-read"


def test_the_digests_are_what_sha256sum_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE)
    origin = engine.check(["plan.json"], Settings(source="."), views=True).views[0].origin
    assert origin.digest == hashlib.sha256(Path("plan.json").read_bytes()).hexdigest()
    listed = subprocess.run("sha256sum main.tf | sha256sum", shell=True, capture_output=True, text=True, check=True)
    assert origin.source_digest == listed.stdout.split()[0]
    assert origin.files == 1


def test_a_folder_has_the_digest_of_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE)
    origin = engine.check(["."], views=True).views[0].origin
    assert (origin.digest, origin.files) == ("", 1)
    assert len(origin.source_digest) == 64


def test_who_is_who_says_who_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE)
    told = Settings(management_account="123456789012", trusted_accounts=("666666666666",), no_source=True)
    report = engine.check(["plan.json"], told, views=True)
    found = report.views[0].accounts
    assert Fact("management account", "123456789012", "told") in found
    assert Fact("trusted account (may read the logs)", "666666666666", "told") in found
    assert Fact("organization", "", "") in found
    trusted = next(row for row in report.views[0].access[0].rows if row.principal == "trusted accounts")
    assert trusted.accounts == ("666666666666",)


@pytest.mark.parametrize("words", [["--var", "token=hunter2"], ["--var=token=hunter2"]])
def test_the_command_is_told_without_the_values_of_variables(tmp_path: Path, words: list[str]) -> None:
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "main.tf").write_text('variable "token" {}\nresource "aws_s3_bucket" "b" {}\n')
    page = tmp_path / "page.html"
    ran = orgtrail("check", str(folder), *words, "--format", f"html={page}")
    assert ran.code == 0, ran.err
    text = page.read_text()
    assert "hunter2" not in text
    assert "token=..." in text
    assert "--format" in text
