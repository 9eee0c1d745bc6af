"""`orgtrail init`: what it writes is formatted, ready for terraform, and proved by `orgtrail check`."""

import subprocess

import pytest
from workbench import aws, terraform
from workbench.run import check, orgtrail
from workbench.terraform import Workspace

from orgtrail.scaffold import modules_folder
from tests.modules.proofs import unproved

BUCKET = ("--bucket-name", "acme-org-trail-logs")
EVERYTHING = (
    *BUCKET,
    *("--trail-name", "org.main"),
    *("--trusted-access", "manage"),
    *("--region", "eu-central-1"),
    *("--archive-account", "222222222222"),
    *("--archive-role", "platform/Terraform"),
    *("--trusted-account", "444444444444", "--trusted-account", "555555555555"),
    *("--delegated-administrator", "333333333333"),
    *("--log-prefix", "audit/trail"),
    *("--keep-service", "config.amazonaws.com"),
    "--cloudwatch-logs",
    "--guardrails",
)
FACTS = (
    *("--management-account", aws.MANAGEMENT_ACCOUNT),
    # The delegated administrator may change the trail: whoever is asked for proofs has to trust it.
    *("--trusted-account", "333333333333"),
    *("--trusted-account", "444444444444", "--trusted-account", "555555555555"),
)
CASES = {
    "least": BUCKET,
    "manage": (*BUCKET, "--trusted-access", "manage"),
    "one-account-with-guardrails": (*BUCKET, "--trusted-access", "manage", "--guardrails"),
    "confirm-with-archive": (*BUCKET, "--archive-account", "222222222222", "--trusted-account", "444444444444"),
    "everything": EVERYTHING,
}


@pytest.mark.parametrize("case", CASES)
def test_folder_is_proved(case, tmp_path):
    assert orgtrail("init", tmp_path / "trail", *CASES[case]).code == 0
    found = unproved(tmp_path / "trail", *FACTS)
    # Only a plan asks the data source whether another stack turned trusted access on.
    confirms = "manage" not in CASES[case]
    assert set(found) == ({"trusted-access-before-trail", "organization-all-features"} if confirms else set()), found


@pytest.mark.terraform
def test_terraform_finds_nothing_to_format(tmp_path):
    for case, options in CASES.items():
        assert orgtrail("init", tmp_path / case, *options).code == 0
    command = ["terraform", "fmt", "-check", "-diff", "-recursive", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=terraform.base_environment())
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.terraform
def test_terraform_plans_it_and_the_plan_is_proved(tmp_path):
    aws.server().reset()
    written = tmp_path / "trail"
    assert orgtrail("init", written, *EVERYTHING).code == 0
    workspace = Workspace(written, tmp_path / "scratch", aliases={"log_archive": "222222222222"})
    workspace.plan()
    plan = workspace.folder / "shown.json"
    plan.write_text(workspace.run("show", "-json", "tfplan"))
    assert unproved(plan, "--source", workspace.folder, *FACTS) == {}
    verdicts = check(plan, "--source", workspace.folder, *FACTS).verdicts()
    assert verdicts["trusted-access-before-trail"] == verdicts["members-cannot-read-logs"] == "proved"


def test_next_steps_name_the_facts(tmp_path):
    said = orgtrail("init", tmp_path / "my trail", *EVERYTHING).out
    assert f"terraform -chdir='{tmp_path}/my trail' init" in said
    assert "--archive-account 222222222222 --trusted-account 444444444444 --trusted-account 555555555555" in said


def test_modules_can_stay_elsewhere(tmp_path):
    assert orgtrail("init", tmp_path, *BUCKET, "--modules", "git::https://example.com/modules").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.tf", "outputs.tf", "providers.tf", "terraform.tf"]
    assert 'source = "git::https://example.com/modules/organization-trail"' in (tmp_path / "main.tf").read_text()


def test_copied_modules_are_the_bundled_ones_without_their_tests(tmp_path):
    assert orgtrail("init", tmp_path, *BUCKET).code == 0
    copied = {path.relative_to(tmp_path / "modules") for path in (tmp_path / "modules").rglob("*.tf")}
    assert {path.parts[0] for path in copied} == {
        "alerts",
        "log-bucket",
        "log-key",
        "organization-trail",
        "trusted-access",
    }
    for path in copied:
        assert (tmp_path / "modules" / path).read_text() == (modules_folder() / path).read_text()
    assert not list(tmp_path.rglob("*.tftest.hcl"))


@pytest.mark.parametrize("name", ["main.tf", "modules"])
def test_nothing_is_overwritten(name, tmp_path):
    (tmp_path / name).write_text("mine")
    run = orgtrail("init", tmp_path, *BUCKET)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert f"has {name} already" in run.err
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--bucket-name", "Acme"], "--bucket-name"),
        (["--bucket-name", 'a"${x}'], "--bucket-name"),
        ([*BUCKET, "--archive-account", "2222"], "--archive-account"),
        ([*BUCKET, "--trusted-account", "444444444444", "--trusted-account", "x"], "--trusted-account"),
        ([*BUCKET, "--delegated-administrator", "security"], "--delegated-administrator"),
        ([*BUCKET, "--region", "Frankfurt"], "--region"),
        ([*BUCKET, "--trail-name", "my trail"], "--trail-name"),
        ([*BUCKET, "--log-prefix", "/audit/"], "--log-prefix"),
        ([*BUCKET, "--archive-role", 'x" }'], "--archive-role"),
        ([*BUCKET, "--trusted-access", "manage", "--keep-service", "config"], "--keep-service"),
        ([*BUCKET, "--keep-service", "config.amazonaws.com"], "--keep-service"),
        ([*BUCKET, "--trusted-access", "maybe"], "--trusted-access"),
        ([], "--bucket-name"),
    ],
)
def test_answers_that_the_modules_would_refuse(options, named, tmp_path):
    run = orgtrail("init", tmp_path / "trail", *options)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert named in run.err
    assert not (tmp_path / "trail").exists()


def test_a_folder_that_cant_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    run = orgtrail("init", tmp_path / "file" / "trail", *BUCKET)
    assert (run.code, run.err.count("\n")) == (2, 1)
