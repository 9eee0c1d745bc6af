"""The cost of starting, of large plans and of many plans: ratios within one run, medians of processor time.

`python -m tools.bench_scale [--all] [--write]` prints the table; `--all` adds the largest plan (700 MB),
`--write` puts it into docs/benchmarks.md and docs/benchmarks.json.
"""

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tools import figures
from tools.bench_source import TRAIL, write_tree
from tools.large_plans import SHAPES

TIMES = 5
SMALL = ("examples/no-bucket-policy/plan.json", "examples/recommended-policy/plan.json")
#: A plan of all modules, for which no bound is set.
MODULES = "examples/existing-organization/plan.json"
SAVED = "tests/recorded/saved/examples.recommended-policy.tfplan"
LARGE = (4_000, 40_000, 400_000)
MANY = 200
MEGABYTE = 2**20


class Cost(NamedTuple):
    """What a command takes: processor seconds, seconds from start to exit (medians), and megabytes (the most)."""

    seconds: float
    megabytes: float
    elapsed: float


def cost(command: Sequence[str], times: int = TIMES) -> Cost:
    return costs([command], times)[0]


def costs(commands: Sequence[Sequence[str]], times: int) -> list[Cost]:
    """The costs of commands that run in turns, so that what else the machine does meets them all alike."""
    runs: list[list[Cost]] = [[] for _ in commands]
    for _ in range(times):
        for command, seen in zip(commands, runs, strict=True):
            begun = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, _, used = os.wait4(process.pid, 0)
            elapsed = time.perf_counter() - begun
            seen.append(Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, elapsed))
    return [
        Cost(
            statistics.median(one.seconds for one in seen),
            max(one.megabytes for one in seen),
            statistics.median(one.elapsed for one in seen),
        )
        for seen in runs
    ]


def _orgtrail(*named: str) -> list[str]:
    return [str(Path(sys.executable).with_name("orgtrail")), "check", *named]


def rows(sizes: Sequence[int] = LARGE) -> list[dict[str, Any]]:
    """Each measurement with its bound, where the issue sets one."""
    found: list[dict[str, Any]] = []

    def row(what: str, measured: float, bound: float | None, unit: str) -> None:
        found.append({"what": what, "measured": round(measured, 1), "bound": bound, "unit": unit})
        print(f"  {what:<58} {measured:7.1f} {unit:<24} bound {bound if bound is not None else '-'}", flush=True)

    # What isn't compiled yet would be compiled on the way, where nothing is written down for the next time.
    compileall.compile_dir("checker", quiet=1)
    alone = [(name, ("--no-source", name), 5 if name in SMALL else None) for name in (*SMALL, MODULES, SAVED)]
    named = [(f"{name}, {Path(name).stat().st_size // 1000} kB", words, bound) for name, words, bound in alone]
    named.append((f"{SMALL[1]} with the source that lies beside it", (SMALL[1],), None))
    version = [str(Path(sys.executable).with_name("orgtrail")), "--version"]
    commands = [version, *(_orgtrail(*words) for _, words, _ in named)]
    start, told, *checks = costs([[sys.executable, "-c", "pass"], *commands], 25)
    row("--version: processor time", told.seconds / start.seconds, 3, "x `python -c pass`")
    for (what, _, bound), check in zip(named, checks, strict=True):
        row(f"{what}: start to exit", check.elapsed / start.elapsed, bound, "x `python -c pass`")
        row(f"{what}: processor time", check.seconds / start.seconds, bound, "x `python -c pass`")
    per_megabyte = []
    with tempfile.TemporaryDirectory() as scratch:
        for wanted in (*map(str, sizes), *SHAPES):
            file = Path(scratch) / f"plan-{wanted}.json"
            # In a process of its own: what this one has in memory would count as its children's peak.
            subprocess.run([sys.executable, "-m", "tools.large_plans", scratch, wanted], check=True)
            megabytes = file.stat().st_size / MEGABYTE
            hashed, checked = cost(["sha256sum", str(file)]), cost(_orgtrail(str(file)))
            shape = f"{wanted} resources" if wanted.isdigit() else wanted.replace("-", " ")
            what = f"{shape}, {megabytes:.0f} MB"
            bound = 3.0 if megabytes > 40 else None
            row(what, checked.seconds / hashed.seconds, bound, "x `sha256sum`")
            # The bound is set for 70 MB; what a plan of ten times as many resources needs grows with them.
            memory = round(80 * max(1.0, megabytes / 70)) if bound else None
            row(f"{what}: memory beyond the file's size", checked.megabytes - megabytes, memory, "MB")
            if wanted.isdigit():
                per_megabyte.append(checked.seconds / megabytes * 1000)
            file.unlink()
        tree = Path(scratch) / "tree"
        write_tree(tree)
        with_source = cost(_orgtrail(str(TRAIL / "plan.json"), "--source", str(tree)))
        row("a plan with --source, 2,000 .tf files (118,000 lines)", with_source.seconds, 2, "s")
        plan = Path(SMALL[0]).read_bytes()
        # Beside the tree each of them would look whether that is its source.
        many = Path(scratch) / "many"
        many.mkdir()
        for number in range(MANY):
            # Those that name one bucket would be joined, each with all others.
            (many / f"{number:04}.json").write_bytes(plan.replace(b"acme-org", b"acme-%d" % number))
        one = cost(_orgtrail(SMALL[0])).seconds
        all_of_them = cost(_orgtrail(f"{many}/*.json")).seconds
        row(f"{MANY} plans in one run, each", all_of_them / MANY / one, 1, "x one plan in a run")
    row("processor time a megabyte, largest plan", per_megabyte[-1] / per_megabyte[-2], 1.5, "x the next smaller one")
    return found


def write(table: list[dict[str, Any]]) -> None:
    """Put the table into docs/."""
    figures.write(
        "Small, large and many plans",
        f"`python -m tools.bench_scale --write`, medians of at least {TIMES}.",
        ["what", "measured", "bound"],
        [[row["what"], f"{row['measured']} {row['unit']}", row["bound"]] for row in table],
    )


def scale() -> None:
    """Starting, large plans, many plans."""
    rows(LARGE[:2])


if __name__ == "__main__":
    table = rows(LARGE if "--all" in sys.argv else LARGE[:2])
    if "--write" in sys.argv:
        write(table)
