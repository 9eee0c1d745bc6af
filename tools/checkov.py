"""Runs checkov over the modules and compares what it finds with the table in modules/CHECKOV.md.

checkov isn't a dependency (its pins don't go with ours): install it elsewhere and say where it is:
`python -m tools.checkov ~/venvs/checkov/bin/checkov`. Fails where a failed check isn't explained, or an explained one
doesn't fail any more.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
TABLE = REPOSITORY / "modules" / "CHECKOV.md"
EXAMPLES = (
    "one-account",
    "separate-log-archive",
    "existing-organization",
    "delegated-administrator",
    "one-module-each",
)


def failed_checks(command: str) -> dict[str, set[str]]:
    """Id of each check that fails -> the resources that it fails for, over all examples (one run each)."""
    found: dict[str, set[str]] = {}
    ignore = shutil.ignore_patterns(".terraform*", "tests", "elsewhere", "*.json")
    arguments = ["--framework", "terraform", "--compact", "--quiet", "-o", "json", "--skip-download"]
    for name in EXAMPLES:
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copytree(REPOSITORY / "modules", Path(scratch, "modules"), ignore=ignore)
            shutil.copytree(REPOSITORY / "examples" / name, Path(scratch, "examples", name), ignore=ignore)
            run = [command, "-d", scratch, *arguments]
            shown = subprocess.run(run, capture_output=True, text=True, check=False, timeout=600).stdout
        reports = json.loads(shown)
        for report in reports if isinstance(reports, list) else [reports]:
            for check in report["results"]["failed_checks"]:
                found.setdefault(check["check_id"], set()).add(check["resource"])
    return found


def explained() -> set[str]:
    """The ids that the table sets aside."""
    return set(re.findall(r"^\| `(CKV\w+)`", TABLE.read_text(), re.MULTILINE))


def main(arguments: list[str]) -> int:
    found = failed_checks(arguments[0] if arguments else "checkov")
    for check in sorted(found.keys() - explained()):
        print(f"not explained in {TABLE.name}: {check} for {', '.join(sorted(found[check]))}")
    for check in sorted(explained() - found.keys()):
        print(f"explained in {TABLE.name}, but doesn't fail: {check}")
    return int(found.keys() != explained())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
