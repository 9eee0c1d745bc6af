"""What pipelines are given: hook and action run from a scratch repository, the rest meets its schema."""

import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from tools.lock import LOCKS

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "examples"
BIN = Path(sys.executable).parent


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "ORGTRAIL_"))}
    names = ("author", "committer")
    people = {f"GIT_{name.upper()}_{what}": "test@example.com" for name in names for what in ("NAME", "EMAIL")}
    return kept | people | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | more


def run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False, timeout=300
    )


# pre-commit


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A repository of its own, with our hook as its file here describes it, and a home of its own for pre-commit."""
    (described,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    # The command is the one of this checkout: what is tested is the hook, not pip.
    hook = described | {"language": "unsupported"}
    repository = tmp_path / "repository"
    repository.mkdir()
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    assert run(repository, "git", "init", "-q").returncode == 0
    home = str(tmp_path / "home")
    installed = run(repository, "pre-commit", "install", PRE_COMMIT_HOME=home)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return repository


def commit(repository: Path, example: str) -> subprocess.CompletedProcess[str]:
    (repository / "main.tf").write_text((EXAMPLES / example / "main.tf").read_text())
    run(repository, "git", "add", "-A")
    home = str(repository.parent / "home")
    return run(repository, "git", "commit", "-q", "-m", "change", PRE_COMMIT_HOME=home)


def test_the_hook_lets_a_good_change_through_and_stops_a_bad_one(scratch: Path) -> None:
    good = commit(scratch, "recommended-policy")
    assert good.returncode == 0, good.stdout + good.stderr
    bad = commit(scratch, "no-ordering")
    assert bad.returncode == 1
    assert "fails  trusted-access-before-trail" in bad.stdout + bad.stderr
    assert run(scratch, "git", "log", "--oneline").stdout.count("\n") == 1


def test_the_hook_looks_only_where_terraform_changes(scratch: Path) -> None:
    commit(scratch, "recommended-policy")
    (scratch / "notes.md").write_text("words\n")
    run(scratch, "git", "add", "-A")
    done = run(scratch, "git", "commit", "-m", "words", PRE_COMMIT_HOME=str(scratch.parent / "home"))
    assert done.returncode == 0
    assert "no files to check" in done.stdout + done.stderr


# The GitHub Action


def action(folder: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run the action's script in a scratch folder as a runner would, and return what it says of its outputs."""
    output, summary = folder / "output", folder / "summary"
    done = run(
        folder,
        str(REPOSITORY / "pipelines" / "github" / "check.sh"),
        GITHUB_OUTPUT=str(output),
        GITHUB_STEP_SUMMARY=str(summary),
        RUNNER_TEMP=str(folder),
        **{f"ORGTRAIL_{name.upper()}": value for name, value in inputs.items()},
    )
    said = dict(line.split("=", 1) for line in output.read_text().splitlines()) if output.exists() else {}
    return done, said


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    run(tmp_path, "git", "init", "-q")
    for name in ("main.tf", "plan.json"):
        (tmp_path / name).write_text((EXAMPLES / "no-ordering" / name).read_text())
    return tmp_path


def saved_plan(example: str, folder: Path) -> str:
    """What Terraform saved of an example, in a folder that may be written to."""
    shutil.copy(REPOSITORY / "tests" / "recorded" / "saved" / f"examples.{example}.tfplan", folder / "plan")
    return str(folder / "plan")


@pytest.mark.parametrize("form", ["action", "gitlab", "atlantis"])
def test_a_pull_request_cannot_speak_for_itself(form: str, tmp_path: Path) -> None:
    """Its own orgtrail.toml counts for nothing, nor do its comments; the base branch's does."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    example = EXAMPLES / "member-account-root"
    for name in ("main.tf", "plan.json"):
        (origin / name).write_text((example / name).read_text())
    (origin / "orgtrail.toml").write_text('management-account = "123456789012"\narchive-account = "123456789012"\n')
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com")
    run(origin, "git", "init", "-q", "-b", "main")
    run(origin, "git", "add", ".")
    run(origin, *git, "commit", "-q", "-m", "x")
    run(tmp_path, "git", "clone", "-q", str(origin), str(clone))
    (clone / "orgtrail.toml").write_text('trusted-account = ["222222222222"]\nselect = ["trail-feeds-cloudwatch"]\n')
    main = (clone / "main.tf").read_text()
    silenced = "# orgtrail:ignore[members-cannot-read-logs] it is fine\n"
    (clone / "main.tf").write_text(main.replace("resource", silenced + "resource"))
    if form == "action":
        output, reports = tmp_path / "output", tmp_path / "reports"
        done = run(
            clone,
            str(REPOSITORY / "pipelines" / "github" / "check.sh"),
            GITHUB_OUTPUT=str(output),
            RUNNER_TEMP=str(reports),
            GITHUB_BASE_REF="main",
            ORGTRAIL_INPUTS="plan.json",
            ORGTRAIL_SOURCE=".",
        )
        assert done.returncode == 0, done.stderr
        assert "exit-code=1\n" in output.read_text()
    elif form == "gitlab":
        template = yaml.safe_load((REPOSITORY / "pipelines/gitlab/orgtrail.gitlab-ci.yml").read_text())["orgtrail"]
        told = {"ORGTRAIL_PLAN": "plan.json", "ORGTRAIL_SOURCE": ".", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
        done = run(clone, "sh", "-e", "-c", "\n".join(template["script"][1:]), **told)
        assert done.returncode == 1, done.stderr
    else:
        steps = yaml.safe_load((REPOSITORY / "pipelines/atlantis/repos.yaml").read_text())
        command = steps["workflows"]["orgtrail"]["plan"]["steps"][-1]["run"]
        told = {"PLANFILE": saved_plan("member-account-root", tmp_path), "BASE_BRANCH_NAME": "main"}
        done = run(clone, "sh", "-e", "-c", command, **told)
        assert done.returncode == 1, done.stderr
    assert "members-cannot-read-logs" in done.stdout


def test_the_actions_script_writes_every_report_and_leaves_the_verdict_to_the_end(checkout: Path) -> None:
    done, said = action(checkout, inputs="plan.json\n", source=".", arguments="--management-account=123456789012\n")
    assert done.returncode == 0, done.stderr
    assert said["exit-code"] == "1"
    assert done.stdout.startswith("::error title=trusted-access-before-trail (fails),file=main.tf,line=")
    assert '"version": "2.1.0"' in Path(said["sarif"]).read_text()
    comment = Path(said["markdown"]).read_text()
    assert comment.startswith("## orgtrail: 2 rules fail")
    assert (checkout / "summary").read_text() == comment
    assert Path(said["html"]).read_text().startswith("<!DOCTYPE html>")


def test_nothing_in_an_input_of_the_action_is_run(checkout: Path) -> None:
    done, said = action(checkout, inputs="$(touch owned)`touch owned`; touch owned\n--help", arguments="")
    assert done.returncode == 2
    assert not said
    assert not (checkout / "owned").exists()


def test_unreadable_input_ends_the_action_at_once(checkout: Path) -> None:
    done, said = action(checkout, inputs="missing.json")
    assert (done.returncode, said) == (2, {})
    assert done.stderr.startswith("orgtrail: missing.json: ")


def test_the_action_hands_every_input_over_as_environment() -> None:
    steps = yaml.safe_load((REPOSITORY / "action.yml").read_text())["runs"]["steps"]
    for step in steps:
        assert "${{" not in step.get("run", ""), step


_GH = """#!/bin/sh
printf '%s ' "$@" >>"$CALLS"; echo >>"$CALLS"
case "$1 $2" in "pr view") printf '%s' "$EARLIER";; esac
for one in "$@"; do if [ -f "${one#body=@}" ]; then cat "${one#body=@}" >"$BODY"; fi; done
exit "${FAILS:-0}"
"""


@pytest.mark.parametrize(
    ("earlier", "fails", "called"),
    [
        ("", 0, "pr comment https://github.com/o/r/pull/7 --body-file"),
        ("https://github.com/o/r/pull/7#issuecomment-42", 0, "--method PATCH repos/o/r/issues/comments/42 -F body=@"),
        ("", 1, "pr view"),
    ],
)
def test_the_action_edits_its_own_comment_and_a_token_that_may_not_is_no_failure(
    tmp_path: Path, earlier: str, fails: int, called: str
) -> None:
    gh, report = tmp_path / "gh", tmp_path / "report.md"
    gh.write_text(_GH)
    gh.chmod(0o755)
    report.write_text("## orgtrail: everything holds\n")
    calls, body = tmp_path / "calls", tmp_path / "body"
    told = {"NAME": "logs --> $(touch owned)", "PULL_REQUEST": "https://github.com/o/r/pull/7", "MARKDOWN": str(report)}
    told |= {
        "GITHUB_REPOSITORY": "o/r",
        "EARLIER": earlier,
        "FAILS": str(fails),
        "CALLS": str(calls),
        "BODY": str(body),
    }
    path = f"{tmp_path}{os.pathsep}{environment()['PATH']}"
    done = run(tmp_path, str(REPOSITORY / "pipelines" / "github" / "comment.sh"), PATH=path, **told)
    assert done.returncode == 0, done.stderr
    assert called in calls.read_text()
    assert not (tmp_path / "owned").exists()
    if fails:
        assert done.stdout.startswith("::warning title=orgtrail::no comment")
    else:
        assert done.stdout == ""
        assert body.read_text() == "<!-- orgtrail: logs --_ __touch owned_ -->\n## orgtrail: everything holds\n"


# Schemas, from check-jsonschema, which carries them


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-actions", "action.yml"),
        ("vendor.gitlab-ci", "pipelines/gitlab/orgtrail.gitlab-ci.yml"),
    ],
)
def test_pipeline_files_meet_their_schemas(schema: str, file: str) -> None:
    done = run(REPOSITORY, "check-jsonschema", f"--builtin-schema={schema}", file)
    assert done.returncode == 0, done.stdout


def test_the_hooks_file_is_one_that_pre_commit_takes() -> None:
    done = run(REPOSITORY, "pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
    assert done.returncode == 0, done.stdout


def test_gitlab_runs_only_options_that_there_are(tmp_path: Path) -> None:
    template = yaml.safe_load((REPOSITORY / "pipelines/gitlab/orgtrail.gitlab-ci.yml").read_text())["orgtrail"]
    command = "\n".join(template["script"][1:])
    example = EXAMPLES / "no-ordering"
    done = run(tmp_path, "sh", "-c", command, ORGTRAIL_PLAN=str(example / "plan.json"), ORGTRAIL_SOURCE=str(example))
    assert done.returncode == 1, done.stderr
    kept = [*template["artifacts"]["paths"], *template["artifacts"]["reports"].values()]
    assert all((tmp_path / name).stat().st_size for name in kept)


def test_atlantis_runs_only_options_that_there_are(tmp_path: Path) -> None:
    steps = yaml.safe_load((REPOSITORY / "pipelines/atlantis/repos.yaml").read_text())
    command = steps["workflows"]["orgtrail"]["plan"]["steps"][-1]["run"]
    example = EXAMPLES / "no-ordering"
    saved = saved_plan("no-ordering", tmp_path)
    done = run(example, "sh", "-c", command, PLANFILE=saved, BASE_BRANCH_NAME="main")
    assert done.returncode == 1, done.stderr


# Supply chain


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_by_its_hash(lock: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    about, extras, more = LOCKS[lock]
    locked = (REPOSITORY / "pipelines" / lock).read_text()
    assert locked.startswith(f"# {about}\n")
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", locked, re.MULTILINE))
    of_ours = [] if extras is None else [*project["dependencies"]]
    of_ours += [package for one in extras or () for package in project["optional-dependencies"][one]]
    needed = [re.match(r"[A-Za-z0-9-]+", one) for one in (*of_ours, *more)]
    assert {found[0] for found in needed if found} <= pins.keys()
    assert locked.count("--hash=sha256:") >= len(pins)
    assert not re.search(r"https?://|--(extra-)?index-url", locked)


def test_patterns_are_known_wherever_orgtrail_is_installed_for_others() -> None:
    """Action, image and template install the lock, and nobody there chooses extras."""
    assert "re2" in (LOCKS["requirements.txt"][1] or ())


def test_actions_and_images_are_named_by_digest() -> None:
    for file in (REPOSITORY / "action.yml", *(REPOSITORY / ".github" / "workflows").glob("*.yml")):
        for used in re.findall(r"uses: (\S+)", file.read_text()):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used), (file.name, used)
    bases = re.findall(r"^FROM (\S+)", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:[\w.-]+@sha256:[0-9a-f]{64}", one) for one in bases)


def test_sarif_is_uploaded_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "gh").write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" >"$SAID"\n'
        'for one; do case "$one" in sarif=@*) cat "${one#sarif=@}" >"$SENT";; esac; done\n'
    )
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "report.sarif").write_text('{"version": "2.1.0", "runs": [{"results": []}]}')
    done = run(
        tmp_path,
        str(REPOSITORY / "pipelines" / "github" / "upload.sh"),
        PATH=f"{tmp_path}:{os.environ['PATH']}",
        SAID=str(tmp_path / "said"),
        SENT=str(tmp_path / "sent"),
        SARIF=str(tmp_path / "report.sarif"),
        NAME="plans of prod",
        COMMIT="c" * 40,
        REF="refs/pull/7/head",
        GITHUB_REPOSITORY="acme/infra",
    )
    assert done.returncode == 0, done.stderr
    assert "repos/acme/infra/code-scanning/sarifs" in (tmp_path / "said").read_text()
    sent = json.loads(gzip.decompress(base64.b64decode((tmp_path / "sent").read_bytes())))
    assert sent["runs"][0]["automationDetails"] == {"id": "plans of prod/"}


def test_what_the_image_copies_is_let_through() -> None:
    let_through = re.findall(r"^!(\S+)$", (REPOSITORY / ".dockerignore").read_text(), re.MULTILINE)
    copied = re.findall(r"^COPY ((?!--).+) \S+$", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    sources = {one for line in copied for one in line.split()}
    assert "pipelines/requirements.txt" in sources
    assert sources <= set(let_through)
    assert all((REPOSITORY / one).exists() for one in sources)


def test_the_image_copies_all_that_the_package_is_built_of(tmp_path: Path) -> None:
    """No docker here: the build stage's own steps, on what it copies and nothing else."""
    copied = re.findall(r"^COPY ((?!--).+) \S+$", (REPOSITORY / "Dockerfile").read_text(), re.MULTILINE)
    for one in {one for line in copied for one in line.split()}:
        target = tmp_path / "src" / one
        target.parent.mkdir(parents=True, exist_ok=True)
        source = REPOSITORY / one
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".terraform"))
        else:
            shutil.copy(source, target)
    built = run(tmp_path / "src", sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "..", ".")
    assert built.returncode == 0, built.stdout + built.stderr
    assert list(tmp_path.glob("orgtrail-*.whl"))
