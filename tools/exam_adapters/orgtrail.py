"""orgtrail itself, inside this process; or the command that is named."""

import json
import subprocess
from typing import Any

from tools.exam_scoring import Answer, Case, Mark, gravest, mark

SECONDS = 90


def answer(case: Case, command: str | None = None) -> Answer:
    """What `orgtrail check` says of a case, run in its folder."""
    asked = case.expect["args"]
    code, out, err = _run(case, [*asked, "--format", "json"], command)
    try:
        results: list[dict[str, Any]] = json.loads(out)["results"]
    except (ValueError, KeyError):
        results = []
    wants_text = "says" in case.expect or "says_not" in case.expect
    text = _run(case, asked, command)[1] if wants_text else ""
    severities = {one["rule"]: one["severity"] for one in results}
    return Answer(code, gravest(results), text, err, severities)


def version(_command: str | None) -> str:
    """The version of this checkout."""
    from orgtrail import __version__

    return __version__


def ask(case: Case, command: str | None) -> Mark:
    """The mark of orgtrail's answer."""
    return mark(case, answer(case, command))


def _run(case: Case, arguments: list[str], command: str | None) -> tuple[int, str, str]:
    if command is not None:
        try:
            run = subprocess.run(
                [command, "check", *arguments],
                cwd=case.folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return 2, "", f"no answer in {SECONDS} s"
        return run.returncode, run.stdout, run.stderr
    # Only here: what the tests need isn't installed where a command is asked.
    from workbench.run import orgtrail, working_directory

    with working_directory(case.folder):
        done = orgtrail("check", *arguments)
    return done.code, done.out, done.err
