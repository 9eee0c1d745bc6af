"""Somebody who has only the README: from a clean clone to the first true verdict on a root of their own.

`newcomer/session.txt` is the session as it went, command by command with what each printed. What needs the network or
AWS was recorded once; what orgtrail says is said again here (`python -m tools.newcomer` writes it down anew).
"""

import re
from pathlib import Path

from tools.newcomer import SESSION, laid, said_again, steps
from workbench.terraform import REPOSITORY

README = (REPOSITORY / "README.md").read_text()
STEPS = steps(SESSION.read_text())


def test_the_first_verdict_takes_five_commands() -> None:
    first = next(number for number, (command, _) in enumerate(STEPS, 1) if command.startswith("orgtrail check"))
    assert first <= 5


def test_every_command_is_one_of_the_readme_or_of_what_was_printed() -> None:
    printed = ""
    for command, said in STEPS:
        options = {word for word in command.split(" ") if word.startswith("--")}
        is_known = command.startswith("cd ") or f" {command}\n" in README or f"`{command}`" in README
        assert is_known or options <= set(re.findall(r"--[a-z-]+", README + printed)), command
        printed += said


def test_what_orgtrail_says_is_what_was_recorded(tmp_path: Path) -> None:
    recorded = SESSION.read_text()
    assert said_again(recorded, laid(tmp_path)) == recorded, "if that is meant: python -m tools.newcomer"
    # The last verdict is true: the statement is shut out.
    said = STEPS[-1][1].splitlines()
    assert [line[:3] for line in said if line.startswith(("yes", "NO", "not"))] == ["yes", "yes", "yes"]
