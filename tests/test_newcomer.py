"""Somebody who has only the README: from a clean clone to the first true verdict on a root of their own.

`newcomer/session.txt` is the session as it went, command by command with what each printed. What needs the network or
AWS was recorded once; what orgtrail says is said again here. The root is that of `examples/organization-wide-read`,
whose saved plan the real terraform made.
"""

import re
import shutil
from pathlib import Path

import pytest
from workbench import saved_plans
from workbench.run import orgtrail, working_directory
from workbench.terraform import REPOSITORY

SESSION = Path(__file__).with_name("newcomer") / "session.txt"
OWN = REPOSITORY / "examples" / "organization-wide-read"
README = (REPOSITORY / "README.md").read_text()


def session() -> list[tuple[str, str]]:
    """Each command with what it printed."""
    parts = re.split(r"^\$ (.*)\n", SESSION.read_text(), flags=re.MULTILINE)
    assert parts[0] == ""
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    shutil.copy(OWN / "main.tf", tmp_path)
    shutil.copy(saved_plans.of_case(OWN), tmp_path / "tfplan")
    return tmp_path


def test_the_first_verdict_takes_five_commands() -> None:
    commands = [command for command, _ in session()]
    first = next(number for number, command in enumerate(commands, 1) if command.startswith("orgtrail check"))
    assert first <= 5


def test_every_command_is_one_of_the_readme_or_of_what_was_printed() -> None:
    printed = ""
    for command, said in session():
        words = command.split(" ")
        options = {word for word in words if word.startswith("--")}
        is_known = command.startswith("cd ") or f" {command}\n" in README or f"`{command}`" in README
        assert is_known or options <= set(re.findall(r"--[a-z-]+", README + printed)), command
        printed += said


def test_what_orgtrail_says_is_what_was_recorded(own: Path) -> None:
    with working_directory(own):
        for command, said in session():
            if command.startswith("orgtrail "):
                run = orgtrail(*command.split()[1:])
                assert run.err + run.out == said, command
    # The last one is true: the statement is shut out, and nothing else was touched.
    assert [line[:3] for line in said.splitlines() if line.startswith(("yes", "NO", "not"))] == ["yes", "yes", "yes"]
