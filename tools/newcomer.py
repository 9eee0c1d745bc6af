"""`python -m tools.newcomer`: say again what orgtrail says in the recorded session of a newcomer.

What needs the network or AWS (git, pip, terraform) stays as it was recorded.
"""

import shutil
import tempfile
from pathlib import Path

from workbench import saved_plans
from workbench.run import orgtrail, working_directory
from workbench.terraform import REPOSITORY

SESSION = REPOSITORY / "tests" / "newcomer" / "session.txt"
#: The root of somebody's own.
OWN = REPOSITORY / "examples" / "organization-wide-read"


def steps(text: str) -> list[tuple[str, str]]:
    """Each command with what it printed."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].rstrip("\n"), ""))
        else:
            command, said = found[-1]
            found[-1] = (command, said + line)
    return found


def laid(folder: Path) -> Path:
    """The newcomer's root in a folder, with the plan that the real terraform made of it."""
    shutil.copy(OWN / "main.tf", folder)
    shutil.copy(saved_plans.of_case(OWN), folder / "tfplan")
    return folder


def said_again(text: str, folder: Path) -> str:
    """The session with what orgtrail says now, in the folder of the root."""
    shown = ""
    with working_directory(folder):
        for command, before in steps(text):
            words = command.split()
            run = orgtrail(*words[1:]) if words[0] == "orgtrail" else None
            shown += f"$ {command}\n" + (run.err + run.out if run else before)
    return shown


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        SESSION.write_text(said_again(SESSION.read_text(), laid(Path(scratch))))
