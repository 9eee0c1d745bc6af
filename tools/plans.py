"""Remake the recorded plans with the real terraform against moto's server.

`make plans` remakes all, `python -m tools.plans NAME...` some.

A recorded plan is `plan.json` beside a root module, in a folder that holds `expect.json`:

- `examples/<case>/`, `tests/configurations/<case>/` and the exam's cases whose `expect.json` says `plan` hold the root
  module itself;
- `before/` in it is an earlier version of the root module's files, applied first, to the same state;
- `elsewhere/` is another stack, applied first, to a state of its own.

What Terraform saved (`plan -out`) is kept by `saved_plans`. The examples of the rules (`rules/<rule>`) are recorded by
`rule_plans`, what was changed by hand (`drift`) by `drift_plans`, what lives in something that is replaced (`replaced`)
by `replaced_plans`.

What differs from run to run and means nothing (ports, times) is written the same every time.
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from workbench import aws, rule_plans, saved_plans
from workbench.terraform import REPOSITORY, Workspace

from tools import drift_plans, exam_scoring, replaced_plans

FOLDERS = ("examples", "tests/configurations")
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+")
_TIMESTAMP = re.compile(r'("timestamp": ?)"[^"]*"')


def cases() -> list[Path]:
    """Every folder with a recorded plan, or with one to be recorded."""
    found = (path.parent for folder in FOLDERS for path in (REPOSITORY / folder).glob("*/expect.json"))
    mine = [path for path in found if not json.loads((path / "expect.json").read_text()).get("hand_written")]
    return sorted(mine) + [case.folder for case in exam_scoring.cases() if "plan" in case.expect]


def record(case: Path) -> str:
    """Plan one case for real and write its plan.json; returns the case's name."""
    expect = json.loads((case / "expect.json").read_text())
    aliases = expect.get("plan", expect).get("aliases", {})
    aws.server().reset()
    with tempfile.TemporaryDirectory() as scratch:
        if (case / "elsewhere").is_dir():
            Workspace(case / "elsewhere", Path(scratch) / "elsewhere", aliases=aliases).apply()
        if (case / "before").is_dir():
            files = {path.name: path.read_text() for path in (case / "before").iterdir()}
            workspace = Workspace(case, Path(scratch), aliases=aliases, files=files)
            workspace.apply()
            for name in files:
                original = case / name
                if original.exists():
                    shutil.copy(original, workspace.folder / name)
                else:
                    (workspace.folder / name).unlink()
            # The later version may call modules that the earlier one didn't.
            workspace.run("init")
        else:
            workspace = Workspace(case, Path(scratch), aliases=aliases)
        plan = json.dumps(workspace.plan(), indent=1, sort_keys=True) + "\n"
        if "plan" not in expect:
            saved_plans.FOLDER.mkdir(parents=True, exist_ok=True)
            shutil.copy(workspace.folder / "tfplan", saved_plans.of_case(case))
    plan = _LOOPBACK.sub("http://127.0.0.1:5000", plan)
    (case / "plan.json").write_text(_TIMESTAMP.sub(r'\1"2026-01-01T00:00:00Z"', plan))
    return case.name


def main() -> None:
    wanted = set(sys.argv[1:])
    jobs: list[tuple[Callable[[Any], str], Any]] = [
        *((record, case) for case in cases() if not wanted or case.name in wanted),
        *((rule_plans.record, name) for name in rule_plans.names() if not wanted or name in wanted),
        *((drift_plans.record, name) for name in (drift_plans.NAME,) if not wanted or name in wanted),
        *((replaced_plans.record, name) for name in (replaced_plans.NAME,) if not wanted or name in wanted),
    ]
    with ProcessPoolExecutor(2) as pool:
        running = [pool.submit(job, subject) for job, subject in jobs]
        for done, one in enumerate(running, 1):
            print(f"{done}/{len(jobs)} {one.result()}", flush=True)


if __name__ == "__main__":
    main()
