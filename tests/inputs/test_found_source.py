"""A plan in JSON finds its source where it lies; what is no input at all is found, or refused."""

import json
import shutil
from pathlib import Path

import pytest
from workbench.run import Run, check, orgtrail
from workbench.terraform import REPOSITORY

CASE = REPOSITORY / "examples" / "policy-jsonencode"
SELECT = ("--select", "cloudtrail-can-write-logs")
FACTS = ("--management-account", "123456789012")


def laid(folder: Path, plan: str = "plan.json", source: str = "main.tf") -> Path:
    """The plan and its source, each at its place in a folder."""
    for name, at in (("plan.json", plan), ("main.tf", source)):
        (folder / at).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CASE / name, folder / at)
    return folder / plan


def found(*arguments: str | Path) -> Run:
    """`check` as users run it: nothing says where the source is."""
    return orgtrail("check", *arguments, "--format", "json")


def notices(run: Run) -> str:
    return " ".join(one["message"] for one in run.json().get("notices", ()))


@pytest.fixture(autouse=True)
def _as_users_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbench gives recorded plans `--no-source`."""
    monkeypatch.setattr("workbench.run._alone", lambda arguments: arguments)


@pytest.mark.parametrize("source", ["main.tf", "infra/main.tf"])
def test_source_beside_or_below_is_taken_and_told(source: str, tmp_path: Path) -> None:
    plan = laid(tmp_path, source=source)
    run = found(plan, *SELECT, *FACTS)
    assert run.verdicts() == {"cloudtrail-can-write-logs": "proved"}
    folder = (tmp_path / source).parent
    assert f"is read from {folder}: its blocks are the plan's" in notices(run)
    alone = found(plan, *SELECT, *FACTS, "--no-source")
    assert alone.verdicts() == {"cloudtrail-can-write-logs": "undecided"}
    assert "is read from" not in alone.out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"aws_cloudtrail" "org"', '"aws_cloudtrail" "other"', "it has no `aws_cloudtrail.org`"),
        ('resource "aws_cloudtrail"', 'resource "aws_sqs_queue" "q" {}\nresource "aws_cloudtrail"', "the plan has no"),
        ("= aws_s3_bucket.logs.id", '= "x"', "refers to `aws_s3_bucket.logs.id`"),
        ('resource "aws_cloudtrail"', "resource aws_cloudtrail {{{", "main.tf"),
    ],
)
def test_source_that_does_not_fit_is_left_alone(old: str, new: str, words: str, tmp_path: Path) -> None:
    plan = laid(tmp_path)
    file = tmp_path / "main.tf"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    run = found(plan, *SELECT, *FACTS)
    assert run.verdicts() == {"cloudtrail-can-write-logs": "undecided"}
    assert f"{tmp_path} isn't read as the source of {plan}" in notices(run)
    assert words in notices(run)


def test_two_folders_that_fit_are_none(tmp_path: Path) -> None:
    laid(tmp_path, source="a/main.tf")
    plan = laid(tmp_path, source="b/main.tf")
    run = found(plan, *SELECT, *FACTS)
    assert run.verdicts() == {"cloudtrail-can-write-logs": "undecided"}
    assert "both fit" in notices(run)


def test_a_plan_alone_is_a_plan_alone(tmp_path: Path) -> None:
    shutil.copy(CASE / "plan.json", tmp_path / "plan.json")
    run = found(tmp_path / "plan.json", *SELECT, *FACTS)
    assert (run.verdicts(), notices(run)) == ({"cloudtrail-can-write-logs": "undecided"}, "")


def test_without_input_the_plan_that_lies_here_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nothing = orgtrail("check")
    assert (nothing.code, nothing.err.count("\n")) == (2, 1)
    assert "give at least one INPUT" in nothing.err
    shutil.copy(CASE / "main.tf", tmp_path / "main.tf")
    kinds = []
    recorded = REPOSITORY / "tests" / "recorded" / "saved" / "examples.policy-jsonencode.tfplan"
    for name, content in (
        ("", b""),
        ("plan.json", (CASE / "plan.json").read_bytes()),
        ("tfplan", recorded.read_bytes()),
    ):
        if name:
            (tmp_path / name).write_bytes(content)
        (one,) = found(*SELECT).json()["inputs"]
        kinds.append((one["path"], one["kind"]))
    assert kinds == [(".", "directory"), ("plan.json", "plan"), ("tfplan", "plan")]


# Folders of folders


def stacks(top: Path) -> None:
    trail = (CASE / "main.tf").read_text()
    for name, content in {
        "live/org/main.tf": 'module "logs" {\n  source = "../../modules/logs"\n}\n' + trail,
        "live/network/main.tf": 'resource "aws_vpc" "this" {\n  cidr_block = "10.0.0.0/16"\n}\n',
        "modules/logs/main.tf": 'resource "aws_sqs_queue" "this" {}\n',
        "unit/.terragrunt-cache/Ab12/Cd34/main.tf": 'resource "aws_sns_topic" "this" {}\n',
        "cdktf.out/stacks/trail/cdk.tf.json": json.dumps({"resource": {"aws_sns_topic": {"this": {}}}}),
        ".terraform/modules/x/main.tf": "",
        "notes/readme.md": "nothing",
    }.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(content)


ROOTS = ["cdktf.out/stacks/trail", "live/network", "live/org", "unit/.terragrunt-cache/Ab12/Cd34"]


def test_a_folder_of_folders_names_its_roots(tmp_path: Path) -> None:
    stacks(tmp_path)
    run = check(tmp_path)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert all(str(tmp_path / one) in run.err for one in ROOTS)
    assert "modules/logs" not in run.err
    assert "--recursive" in run.err


def test_recursive_checks_each_root(tmp_path: Path) -> None:
    stacks(tmp_path)
    run = check(tmp_path, "--recursive", *SELECT)
    assert [one["path"] for one in run.json()["inputs"]] == [str(tmp_path / one) for one in ROOTS]
    assert run.verdicts() == {"cloudtrail-can-write-logs": "proved"} or run.code in (1, 3)


def test_a_folder_without_any_configuration_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for options in ((), ("--recursive",)):
        run = check(tmp_path, *options)
        assert (run.code, run.err.count("\n")) == (2, 1)
        assert "holds no .tf" in run.err


# What a run asks for


def test_a_run_may_ask_for_a_trail(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "this" {}\n')
    assert check(tmp_path).code == 0
    run = check(tmp_path, "--require-trail")
    assert run.code == 1
    assert "no input holds an organization trail" in notices(run)
    both = check(tmp_path, CASE / "plan.json", "--require-trail", "--select", "organization-all-features")
    assert both.code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--var", "a=1"), "--var had no effect: no input is a folder"),
        (("--var-file", CASE / "main.tf"), "--var-file had no effect: no input is a folder"),
        (("--bucket", "acme"), "--bucket had no effect: no input is a bare policy"),
    ],
)
def test_an_option_that_no_input_is_for_says_so(options: tuple[str, str], words: str) -> None:
    assert words in notices(check(CASE / "plan.json", *options, *SELECT))


def test_a_bucket_that_no_statement_names_is_an_error(tmp_path: Path) -> None:
    def policy(resource: str) -> str:
        allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource}
        return json.dumps({"Version": "2012-10-17", "Statement": [allow]})

    file = tmp_path / "policy.json"
    file.write_text(policy("arn:aws:s3:::acme-logs/*"))
    run = check(file, "--bucket", "acme-log")
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "no statement" in run.err
    for resource in (
        "arn:aws:s3:::acme-log/*",
        "arn:aws:s3:::acme-*/*",
        "*",
        "arn:aws:s3:::acme-lo?/x",
        "arn:aws:s3:::${x}",
    ):
        file.write_text(policy(resource))
        assert check(file, "--bucket", "acme-log").code != 2, resource
