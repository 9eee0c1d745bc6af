"""`orgtrail init`: what it writes is formatted, ready for terraform, and proved by `orgtrail check`."""

import json
import shutil
import subprocess

import pytest
from workbench import aws, terraform
from workbench.run import check, orgtrail
from workbench.terraform import Workspace

from orgtrail import __version__, config_file
from orgtrail.scaffold import modules_folder
from orgtrail.scaffold.upgrade import stamp
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
    "add": (*BUCKET, "--trusted-access", "add"),
    "one-account-with-guardrails": (*BUCKET, "--trusted-access", "manage", "--guardrails"),
    "confirm-with-archive": (*BUCKET, "--archive-account", "222222222222", "--trusted-account", "444444444444"),
    "everything": EVERYTHING,
}


@pytest.mark.parametrize("case", CASES)
def test_folder_is_proved(case, tmp_path):
    assert orgtrail("init", tmp_path / "trail", *CASES[case]).code == 0
    found = set(unproved(tmp_path / "trail", *FACTS))
    # Only a plan asks the data source whether another stack turned trusted access on.
    confirms = {"trusted-access-before-trail", "organization-all-features"}
    asks = {"add": {"trusted-access-before-trail"}, "least": confirms, "confirm-with-archive": confirms}
    assert found == asks.get(case, set()), found


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
    assert f"orgtrail check '{tmp_path}/my trail'/tfplan --config '{tmp_path}/my trail'/orgtrail.toml" in said
    told = config_file.read(tmp_path / "my trail" / "orgtrail.toml", is_found=True).settings
    assert told == {"archive_account": "222222222222", "trusted_accounts": ("444444444444", "555555555555")}


def test_modules_can_stay_elsewhere(tmp_path):
    assert orgtrail("init", tmp_path, *BUCKET, "--modules", "git::https://example.com/modules").code == 0
    found = sorted(path.name for path in tmp_path.iterdir())
    assert found == ["main.tf", "orgtrail.toml", "outputs.tf", "providers.tf", "terraform.tf"]
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


def test_modules_are_stamped_and_renewed(tmp_path):
    assert orgtrail("init", tmp_path, *BUCKET, "--guardrails").code == 0
    modules = tmp_path / "modules"
    stamped = json.loads((modules / ".orgtrail.json").read_text())
    assert stamped["orgtrail"] == __version__
    assert "guardrails/main.tf" in stamped["files"]
    assert f"# Written by orgtrail {__version__}.\n" in (tmp_path / "terraform.tf").read_text()

    # As an earlier version would have left it: without a module, and with another text.
    shutil.rmtree(modules / "alerts")
    (modules / "log-key" / "main.tf").write_text("# earlier\n")
    stamp(modules, "0.0.9")
    (tmp_path / "main.tf").write_text("# mine\n")
    run = orgtrail("init", "--upgrade", tmp_path)
    assert run.code == 0, run.err
    assert f"modules of orgtrail 0.0.9 -> {__version__}, " in run.out
    assert f"changed {modules}/log-key/main.tf\n" in run.out
    assert f"changed {modules}/alerts/main.tf\n" in run.out
    assert "log-bucket" not in run.out
    assert json.loads((modules / ".orgtrail.json").read_text()) == stamped
    assert (modules / "log-key" / "main.tf").read_text() == (modules_folder() / "log-key" / "main.tf").read_text()
    assert (tmp_path / "main.tf").read_text() == "# mine\n"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    assert f"{__version__}, 0 files changed" in orgtrail("init", "--upgrade", tmp_path).out


def test_modules_with_changes_of_ones_own_are_left_alone(tmp_path):
    assert orgtrail("init", tmp_path, *BUCKET).code == 0
    (tmp_path / "modules" / "log-key" / "main.tf").write_text("# mine\n")
    (tmp_path / "modules" / "log-key" / "more.tf").write_text("# mine\n")
    (tmp_path / "modules" / "log-key" / ".terraform.lock.hcl").write_text("# terraform's\n")
    run = orgtrail("init", "--upgrade", tmp_path)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "has changes of your own: log-key/main.tf, log-key/more.tf" in run.err
    assert (tmp_path / "modules" / "log-key" / "main.tf").read_text() == "# mine\n"


def test_what_init_did_not_write_is_not_upgraded(tmp_path):
    run = orgtrail("init", "--upgrade", tmp_path)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "has no modules/.orgtrail.json" in run.err
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / ".orgtrail.json").write_text("[]")
    assert orgtrail("init", "--upgrade", tmp_path).code == 2
    run = orgtrail("init", "--upgrade", tmp_path, *BUCKET)
    assert "takes no other option" in run.err


def test_init_says_how_to_renew_what_it_wrote(tmp_path):
    assert orgtrail("init", tmp_path, *BUCKET).code == 0
    assert "`orgtrail init --upgrade`" in orgtrail("init", tmp_path, *BUCKET).err


def test_partition_comes_from_the_region(tmp_path):
    archive = ("--archive-account", "222222222222")
    assert orgtrail("init", tmp_path, *BUCKET, "--region", "eusc-de-east-1", *archive).code == 0
    assert "arn:aws-eusc:iam::222222222222:role/" in (tmp_path / "providers.tf").read_text()
