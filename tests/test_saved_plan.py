"""A saved plan is read through the real terraform; where there is none, that is one clear line."""

from pathlib import Path

import pytest

from tests.support.run import check
from tests.support.terraform import REPOSITORY, Workspace


@pytest.mark.terraform
def test_a_saved_plan_is_shown_by_terraform(tmp_path: Path) -> None:
    workspace = Workspace(REPOSITORY / "examples" / "other-service-only", tmp_path)
    workspace.run("plan", "-out=tfplan")
    run = check(workspace.folder / "tfplan", "--select", "trusted-access-before-trail")
    assert run.err == ""
    assert run.verdicts() == {"trusted-access-before-trail": "violated"}
    assert run.code == 1


def test_without_terraform_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tfplan").write_bytes(b"PK\x03\x04 and so on")
    monkeypatch.setenv("PATH", str(tmp_path))
    run = check(tmp_path / "tfplan")
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "terraform isn't on PATH" in run.err
    assert "terraform show -json" in run.err
