"""checkov, its checks that ask one of our questions. It isn't a dependency: `--command` names it.

It reads Terraform files; a bare policy is given to it inside a resource. All cases are scanned in one run.
"""

import functools
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tools.exam_adapters.inputs import write_terraform
from tools.exam_scoring import Case, Mark, cases, mark_peer

# A check -> the rules of ours that ask the same.
CHECKS = {
    "CKV_AWS_33": ("members-cannot-decrypt-logs", "outsiders-cannot-decrypt-logs"),
    "CKV_AWS_67": ("trail-covers-organization",),
    "CKV_AWS_70": (
        "logs-not-public",
        "members-cannot-read-logs",
        "members-cannot-alter-logs",
        "outsiders-cannot-alter-logs",
    ),
    "CKV_AWS_227": ("cloudtrail-can-use-key",),
    "CKV_AWS_251": ("trail-covers-organization",),
}


def version(command: str | None) -> str:
    """The command's version."""
    run = subprocess.run([command or "checkov", "--version"], capture_output=True, text=True, check=True, timeout=120)
    return run.stdout.strip()


def ask(case: Case, command: str | None) -> Mark:
    """The mark of what the checks say together: one that fails is an alarm."""
    return mark_peer(case, _found(command or "checkov").get(case.name, {}))


@functools.cache
def _found(command: str) -> dict[str, dict[str, str]]:
    """Case -> rule -> verdict."""
    with tempfile.TemporaryDirectory() as scratch:
        for case in cases():
            write_terraform(case, Path(scratch, case.name))
        arguments = ["-d", scratch, "--framework", "terraform", "--compact", "-o", "json", "--skip-download"]
        run = [command, *arguments, "--check", ",".join(CHECKS)]
        shown = subprocess.run(run, capture_output=True, text=True, check=False, timeout=3600).stdout
    told = json.loads(shown)
    found: dict[str, dict[str, str]] = {}
    for report in told if isinstance(told, list) else [told]:
        for verdict, name in (("proved", "passed_checks"), ("violated", "failed_checks")):
            for check in report["results"][name]:
                _add(found, check, verdict)
    return found


def _add(found: dict[str, dict[str, str]], check: dict[str, Any], verdict: str) -> None:
    verdicts = found.setdefault(Path(check["file_path"]).parts[1], {})
    for rule in CHECKS[check["check_id"]]:
        if verdicts.get(rule) != "violated":
            verdicts[rule] = verdict
