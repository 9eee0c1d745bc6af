"""From nothing to a trail that is there, by the commands that `orgtrail init` prints: each of them ends green."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from workbench import aws
from workbench.run import orgtrail, working_directory
from workbench.terraform import base_environment, override

ANSWERS = (
    *("--bucket-name", "acme-org-trail-logs", "--trusted-access", "manage"),
    *("--archive-account", "222222222222", "--trusted-account", "444444444444"),
)


def green(line: str) -> str:
    """What a printed command says, with what is piped into it; it has to end with 0."""
    said = b""
    for command in line.split(" | "):
        words = shlex.split(command)
        if words[0] == "orgtrail":
            run = orgtrail(*words[1:], stdin=said)
            assert run.code == 0, f"{command}\n{run.out}{run.err}"
            said = run.out.encode()
        else:
            done = subprocess.run(words, env=base_environment(), capture_output=True, check=False, timeout=300)
            assert done.returncode == 0, f"{command}\n{done.stdout.decode()}{done.stderr.decode()}"
            said = done.stdout
    return said.decode()


@pytest.mark.terraform
def test_every_printed_command_ends_green(tmp_path: Path) -> None:
    aws.server().reset()
    with working_directory(tmp_path):
        printed = orgtrail("init", "trail", *ANSWERS).out
        # Where terraform finds AWS is all that isn't as a user has it.
        Path("trail/provider_override.tf").write_text(override({"log_archive": "222222222222"}))
        commands = printed.partition("Next:\n")[2].splitlines()
        said = {line: green(line) for line in commands}
    verbs = [re.sub(r" -\S+| trail\S*", "", line) for line in commands]
    assert verbs == [
        "terraform init",
        "terraform plan",
        "orgtrail check",
        "terraform apply tfplan",
        "terraform show | orgtrail check -",
    ]
    for answers in (answers for line, answers in said.items() if "orgtrail" in line):
        assert [line[:3] for line in answers.splitlines()[1:4]] == ["yes", "yes", "yes"], answers
