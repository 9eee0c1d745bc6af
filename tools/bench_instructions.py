"""What a change costs, in instructions: `python -m tools.bench_instructions [--write]`, or `make bench-instructions`.

callgrind counts what the processor is told to do, from start to exit. Unlike seconds that is the same in every run, but
for a few in a thousand, so a change of one per cent shows. The counts are kept in docs/benchmarks.json; those of now
are shown beside them, with what Python alone takes, and `--write` keeps the new ones. It needs valgrind.
"""

import compileall
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import figures
from tools.printed_plans import plan_of

PART = "Instructions"
_COLLECTED = re.compile(r"Collected : (\d+)")
#: Small ones, without their source: python-hcl2 makes its grammar anew under valgrind.
PLANS = ("examples/recommended-policy/plan.json", "examples/existing-organization/plan.json")
_CROWD = "200 log buckets"


def instructions(command: list[str]) -> int:
    """How many instructions a command takes."""
    counted = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    # Sets are walked in the order of hashes, which would be others in every run.
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(counted, capture_output=True, text=True, check=False, env=env)
    found = _COLLECTED.search(done.stderr)
    if found is None:
        raise SystemExit(f"bench_instructions: valgrind counts nothing: {done.stderr[-400:]}")
    return int(found.group(1))


def measured() -> dict[str, int]:
    """What is counted, and the instructions that it takes."""
    # What isn't compiled yet would be on the way.
    compileall.compile_dir("checker", quiet=1)
    program = [sys.executable, str(Path(sys.executable).with_name("orgtrail"))]
    with tempfile.TemporaryDirectory() as scratch:
        crowd = Path(scratch) / "crowd.json"
        crowd.write_bytes(plan_of(_CROWD))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "orgtrail --version": [*program, "--version"],
            **{name: [*program, "check", "--no-source", name] for name in PLANS},
            _CROWD: [*program, "check", "--no-source", str(crowd)],
        }
        return {what: instructions(command) for what, command in commands.items()}


def main() -> None:
    if shutil.which("valgrind") is None:
        raise SystemExit("bench_instructions: valgrind isn't installed")
    kept = {row[0]: int(row[1].replace(",", "")) for row in figures.read().get(PART, {}).get("rows", ())}
    now = measured()
    for what, count in now.items():
        before = kept.get(what)
        change = f"{(count - before) / before:+.1%}" if before else "new"
        print(f"  {what:<56} {count:>15,}   kept {before or 0:>15,}   {change}")
    if "--write" in sys.argv:
        alone = now["python -c pass"]
        figures.write(
            PART,
            "`make bench-instructions`: what callgrind counts from start to exit, on CPython "
            f"{'.'.join(map(str, sys.version_info[:2]))}.",
            ["what", "instructions", "times `python -c pass`"],
            [[what, f"{count:,}", f"{count / alone:.1f}"] for what, count in now.items()],
        )


if __name__ == "__main__":
    main()
