"""`orgtrail check --fix` on whole root modules (tests/fixes/*): policies in every way in which people write them."""

import difflib
import shutil
import subprocess
from pathlib import Path

import pytest
from workbench.run import check
from workbench.terraform import REPOSITORY, Workspace

ROOTS = REPOSITORY / "tests" / "fixes"
FACTS = ("--organization-id", "o-abcd123456", "--management-account", "123456789012")
OWNER = ("--archive-account", "123456789012")

#: Root module -> the rule that it breaks. `broken/` is before the fix, `fixed/` what was reviewed by hand after it.
BROKEN = {
    "order-in-one-file": "trusted-access-before-trail",
    "principal-missing": "trusted-access-before-trail",
    "principal-list-is-a-local": "trusted-access-before-trail",
    "path-in-a-document": "cloudtrail-can-write-logs",
    "path-in-jsonencode": "cloudtrail-can-write-logs",
    "path-in-a-heredoc": "cloudtrail-can-write-logs",
    "path-in-a-file": "cloudtrail-can-write-logs",
    "guard-in-a-document": "members-explicitly-denied",
    "guard-through-a-module": "members-explicitly-denied",
    "arn-in-a-document": "cloudtrail-can-write-logs",
    "arn-in-jsonencode": "cloudtrail-can-write-logs",
    "arn-in-a-key-policy": "cloudtrail-can-use-key",
    "scope-in-a-heredoc": "cloudtrail-write-is-scoped",
    "statements-in-a-local": "cloudtrail-can-write-logs",
    "statements-concatenated": "members-cannot-read-logs",
    "hardening-of-several": "bucket-is-hardened",
    "tie-in-a-document": "logs-not-lent-to-services",
    "pass-in-a-heredoc": "cloudtrail-can-write-logs",
    "guard-in-a-key-document": "members-cannot-decrypt-logs",
    "block-on-one-line": "trusted-access-before-trail",
    "circle": "bucket-policy-before-trail",
}
PRINCIPAL_MISSING = {"principal-missing", "principal-list-is-a-local", "block-on-one-line"}
#: Roots that say who is who by themselves: what is written there refers to their resources.
SELF_CONTAINED = {"path-in-a-document", "guard-in-a-document"}


def options(name: str) -> tuple[str, ...]:
    return () if name in SELF_CONTAINED else (*FACTS, *OWNER)


def texts(folder: Path) -> dict[str, list[str]]:
    return {
        str(path.relative_to(folder)): path.read_text().splitlines() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    copied = tmp_path / "root"
    shutil.copytree(ROOTS / request.param / "broken", copied)
    return copied


def test_every_root_is_tried() -> None:
    assert {path.name for path in ROOTS.iterdir()} == set(BROKEN)


@pytest.mark.parametrize(("name", "root"), [(name, name) for name in BROKEN], indirect=["root"])
def test_it_is_proved_and_nothing_else_changes(name: str, root: Path) -> None:
    rule = BROKEN[name]
    chosen = ("--select", rule, *options(name))
    # Without a state, a missing principal breaks one of two rules: which one is left open.
    wanted = "undecided" if name in PRINCIPAL_MISSING else "violated"
    assert check(root, *chosen).verdicts()[rule] == wanted
    before = texts(root)
    run = check(root, *chosen, "--fix")
    assert run.verdicts()[rule] == "proved", run.err
    after = texts(root)
    assert after == texts(ROOTS / name / "fixed")
    lines = [line for file in before for line in difflib.ndiff(before[file], after[file]) if line[:2] in ("- ", "+ ")]
    # What is shown is what is done.
    shown = [line for line in run.err.splitlines() if line[:1] in "-+" and line[:3] not in ("---", "+++")]
    assert sorted(f"{line[0]} {line[1:]}" for line in shown) == sorted(lines)
    again = check(root, *chosen, "--fix")
    assert (again.err, texts(root)) == ("", after)


@pytest.mark.parametrize("root", ["path-in-jsonencode"], indirect=True)
def test_line_ends_stay_as_they_are(root: Path) -> None:
    main = root / "main.tf"
    main.write_bytes(main.read_bytes().replace(b"\n", b"\r\n"))
    check(root, "--select", "cloudtrail-can-write-logs", *FACTS, *OWNER, "--fix")
    fixed = (ROOTS / "path-in-jsonencode" / "fixed" / "main.tf").read_bytes()
    assert main.read_bytes() == fixed.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("root", ["path-in-a-heredoc"], indirect=True)
def test_with_all_rules_nothing_that_held_breaks(root: Path) -> None:
    before = check(root, *FACTS, *OWNER).json()["results"]
    held = {(one["rule"], one["address"]) for one in before if one["verdict"] in ("proved", "not-applicable")}
    run = check(root, *FACTS, *OWNER, "--fix", "--advice")
    broken = {(one["rule"], one["address"]) for one in run.json()["results"] if one["verdict"] == "violated"}
    assert not broken & held
    found = run.verdicts()
    fixable = ("members-cannot-read-logs", "members-explicitly-denied", "logs-not-public", "bucket-policy-before-trail")
    assert {found[rule] for rule in fixable} == {"proved"}
    fixed = texts(root)
    assert "+++" not in check(root, *FACTS, *OWNER, "--fix", "--advice").err
    assert texts(root) == fixed


def test_no_guard_shuts_out_an_account_that_nobody_can_name(tmp_path: Path) -> None:
    shutil.copytree(ROOTS / "guard-in-a-document" / "broken", tmp_path / "root")
    main = tmp_path / "root" / "main.tf"
    old = main.read_text()
    # Which account owns the bucket isn't known: a guard would shut it out, so none is written.
    block = 'resource "aws_s3_bucket" "logs" {'
    main.write_text(old.replace(block, f"{block}\n  provider = aws.archive"))
    written = main.read_text()
    run = check(tmp_path / "root", "--select", "members-explicitly-denied", "--fix")
    assert run.verdicts()["members-explicitly-denied"] == "violated"
    assert run.err == (
        "left alone: what mends members-explicitly-denied for aws_s3_bucket_policy.logs[0] isn't mechanical\n"
    )
    assert main.read_text() == written


@pytest.mark.parametrize("root", ["path-in-a-file"], indirect=True)
def test_a_policy_outside_of_the_folder_is_left_alone(root: Path) -> None:
    (root / "policy.json").rename(root.parent / "policy.json")
    main = root / "main.tf"
    main.write_text(main.read_text().replace("${path.module}/policy.json", "${path.module}/../policy.json"))
    (root.parent / ".git").mkdir()
    run = check(root, "--select", "cloudtrail-can-write-logs", *FACTS, *OWNER, "--fix")
    assert run.verdicts()["cloudtrail-can-write-logs"] == "violated"
    assert run.err.startswith("left alone: ")
    assert "CloudTrailWritesForTheMembers" not in (root.parent / "policy.json").read_text()


@pytest.mark.terraform
def test_terraform_takes_what_was_written(tmp_path: Path) -> None:
    """All fixed roots as modules of one configuration: a syntax error or a circle in one fails them all."""
    calls = []
    for name in BROKEN:
        shutil.copytree(ROOTS / name / "fixed", tmp_path / "all" / name)
        calls.append(f'module "{name}" {{\n  source = "./{name}"\n}}\n')
    (tmp_path / "all" / "main.tf").write_text("\n".join(calls))
    workspace = Workspace.of(tmp_path / "all")
    assert "Success!" in workspace.run("validate")


def test_a_policy_made_inside_a_template_file_is_left_alone(tmp_path: Path) -> None:
    """Such a file isn't JSON, however its template is masked."""
    shutil.copytree(ROOTS / "path-in-a-file" / "broken", tmp_path / "root")
    root = tmp_path / "root"
    policy = (root / "policy.json").read_text()
    for name in ("policy.json", "main.tf"):
        old = (root / name).read_text()
        new = old.replace('file("${path.module}/policy.json")', 'templatefile("${path.module}/policy.json", {})')
        (root / name).write_text(f"${{jsonencode({policy})}}" if name == "policy.json" else new)
    before = texts(root)
    assert len(before["policy.json"]) > 10
    run = check(root, "--select", "cloudtrail-can-write-logs", *FACTS, *OWNER, "--fix")
    assert run.verdicts()["cloudtrail-can-write-logs"] == "violated"
    assert run.err.startswith("left alone: ")
    assert texts(root) == before


@pytest.mark.terraform
def test_what_is_added_is_formatted_as_terraform_does() -> None:
    """But for `}, {` and comments behind elements, which `terraform fmt` moves by what stands in the lines around."""
    moved = {"guard-through-a-module", "path-in-jsonencode", "principal-missing"}
    done = subprocess.run(
        ["terraform", "fmt", "-list=true", "-check", "-recursive", ROOTS], capture_output=True, text=True
    )
    assert {name for name in BROKEN if f"/{name}/fixed/" in done.stdout} == moved
