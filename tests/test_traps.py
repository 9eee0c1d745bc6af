"""Every command in a folder full of traps: nothing that lies in it, or that the environment names there, is run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
EXAMPLE = REPOSITORY / "examples" / "member-account-root"
FACTS = ("--management-account", "123456789012", "--archive-account", "123456789012")
PROGRAMS = (
    "git",
    "terraform",
    "tofu",
    "python",
    "python3",
    "sh",
    "less",
    "more",
    "pager",
    "stty",
    "tput",
    "uname",
    "direnv",
)
MODULES = ("sitecustomize", "usercustomize", "conftest", "msgspec", "jinja2", "hcl2", "rich", "json", "multiprocessing")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root module that is a bare git repository, has providers of its own, and programs and modules by every name."""
    top = tmp_path_factory.mktemp("traps")
    folder = top / "root"
    shutil.copytree(EXAMPLE, folder)
    trap = f'#!/bin/sh\necho "$0 $@" >> {top}/fired\n'
    for name in PROGRAMS:
        _program(folder / name, trap)
    for name in MODULES:
        (folder / f"{name}.py").write_text(f"open({str(top / 'fired')!r}, 'a').write(__file__ + chr(10))\n")
    # A bare repository in a working tree: git would take it for one, with the programs that its configuration names.
    for name in ("objects", "refs", "hooks", "info"):
        (folder / name).mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    monitor = folder / "git"
    (folder / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = {folder}\n"
        f"\tfsmonitor = {monitor}\n\tpager = {monitor}\n"
        f'\tsshCommand = {monitor}\n[filter "x"]\n\tclean = {monitor}\n\tprocess = {monitor}\n'
    )
    (folder / ".gitattributes").write_text("* filter=x diff=x\n")
    for hook in ("pre-commit", "post-index-change", "fsmonitor-watchman"):
        _program(folder / "hooks" / hook, trap)
    provider = folder / ".terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64"
    provider.mkdir(parents=True)
    _program(provider / "terraform-provider-aws_v5.100.0_x5", trap)
    (folder / ".envrc").write_text(f"echo envrc >> {top}/fired\n")
    (folder / ".netrc").write_text("machine example.com login x password canary-netrc\n")
    (folder / ".terraformrc").write_text('provider_installation { dev_overrides { "hashicorp/aws" = "." } }\n')
    (folder / "also").mkdir()
    shutil.copy(folder / "plan.json", folder / "also" / "plan.json")
    return folder


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check", ".", *FACTS),
    ("check", "plan.json", "--source", ".", *FACTS),
    ("check", "plan.json", "also/plan.json", "plan.json", ".", *FACTS),
    ("check", "plan.json", "--format", "html=../report.html", "--format", "markdown=../report.md", *FACTS),
    ("check", ".", "--fix", *FACTS),
    ("access", "plan.json", "--source", ".", *FACTS),
    ("graph", ".", "--format", "svg"),
    ("init", "../made", "--bucket-name", "acme-logs"),
    ("explain", "members-cannot-read-logs"),
    ("rules",),
    ("audit", "--print-policy"),
    ("completion", "bash"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: "-".join(words[:2]))
def test_nothing_fires(folder: Path, command: tuple[str, ...]) -> None:
    program = Path(sys.executable).with_name("orgtrail")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GIT_", "COV"))},
        "PATH": f".:{folder}:{os.environ['PATH']}",
        "HOME": str(folder),
        "GIT_DIR": str(folder),
        "PAGER": str(folder / "pager"),
        "MANPAGER": str(folder / "pager"),
        "GIT_PAGER": str(folder / "pager"),
        "GIT_EXTERNAL_DIFF": str(folder / "git"),
        "TF_CLI_CONFIG_FILE": str(folder / ".terraformrc"),
        "EDITOR": str(folder / "sh"),
        "SHELL": str(folder / "sh"),
        "COLUMNS": "",
    }
    done = subprocess.run(
        [str(program), *command], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode in (0, 1, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert "canary" not in done.stdout + done.stderr
    assert not (folder.parent / "fired").exists(), (folder.parent / "fired").read_text()
    assert not list(folder.rglob("__pycache__"))


def test_the_traps_do_fire(folder: Path, tmp_path: Path) -> None:
    """That the folder is one to be afraid of: what others do in it fires."""
    copy = tmp_path / "root"
    shutil.copytree(folder, copy)
    fired = folder.parent / "fired"
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    try:
        for command in (["./terraform", "show"], [sys.executable, "-c", "import msgspec"]):
            subprocess.run(command, cwd=copy, env=plain, capture_output=True, check=False, timeout=60)
            assert fired.exists(), command
            fired.unlink()
        real = shutil.which("git")
        if real is not None:
            subprocess.run([real, "status"], cwd=copy, env=plain, capture_output=True, check=False, timeout=60)
            assert fired.exists(), "git status"
    finally:
        fired.unlink(missing_ok=True)
