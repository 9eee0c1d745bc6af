"""What plans with very many of one thing cost: `python -m tools.bench_crowds [--before COMMIT] [--write]`.

Processor time of a check as a multiple of `sha256sum` of the same file in the same run, and memory beyond the file's
size. With `--before` the package of that commit checks the same files, too.
"""

import compileall
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tools import figures
from tools.bench_scale import MEGABYTE, Cost, costs

REPOSITORY = Path(__file__).resolve().parents[1]


class Bound(NamedTuple):
    """What a shape may cost: times `sha256sum`, and megabytes beyond the file's size."""

    times: float
    megabytes: float | None = None


BOUNDS = {
    "40,000 buckets": Bound(3, 80),
    "5,000 roles": Bound(60),
    "10,000 roles": Bound(60),
    "a bit of everything": Bound(15),
    "4,000 known bucket policies": Bound(10),
    "3,000 buckets with documents": Bound(12),
    "200 log buckets": Bound(100),
}
#: How much more twice as many roles may cost.
DOUBLED = ("5,000 roles", "10,000 roles", 2.3)


def _check(package: Path, file: Path) -> list[str]:
    """A check by the package in a folder."""
    start = f"import sys; sys.path.insert(0, {str(package)!r}); from orgtrail.cli import program; program()"
    return [sys.executable, "-c", start, "check", "--no-source", str(file)]


@contextmanager
def package_of(commit: str) -> Iterator[Path]:
    """The package as it was in a commit, compiled."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, commit], check=True, cwd=REPOSITORY)
        try:
            compileall.compile_dir(tree / "checker", quiet=1)
            yield tree / "checker"
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], check=True, cwd=REPOSITORY)


def _measured(packages: list[Path], scratch: Path) -> dict[str, tuple[float, list[Cost]]]:
    """Megabytes of each shape's file, and the costs of hashing it and of checking it with each package."""
    found = {}
    for name in BOUNDS:
        short = name.replace(" ", "-")
        # In a process of its own: what this one has in memory would count as its children's peak.
        command = [sys.executable, "-m", "tools.printed_plans", str(scratch), short]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        file = scratch / f"{short}.json"
        now, *before = [_check(package, file) for package in packages]
        found[name] = file.stat().st_size / MEGABYTE, [*costs([["sha256sum", str(file)], now], 3), *costs(before, 1)]
        print(f"  {name} measured", file=sys.stderr, flush=True)
        file.unlink()
    return found


def rows(before: Path | None = None) -> list[list[Any]]:
    """What was measured of each shape: before, where that is asked for, now, and the bound."""
    # What isn't compiled yet would be compiled on the way.
    compileall.compile_dir(REPOSITORY / "checker", quiet=1)
    packages = [REPOSITORY / "checker", *([before] if before else [])]
    made: list[list[Any]] = []

    def row(what: str, values: list[float], bound: float | None, unit: str) -> None:
        now, *old = [f"{value:.1f} {unit}" for value in values]
        over = bound is not None and values[0] > bound
        made.append([what, *(old or [""]), now, f"{bound:g}" if bound is not None else None, "over" if over else ""])
        print(
            f"  {what:<58} {now:<20} before {''.join(old):<20} bound {bound or '-'}{'  OVER' if over else ''}",
            flush=True,
        )

    with tempfile.TemporaryDirectory() as scratch:
        measured = _measured(packages, Path(scratch))
    for name, bound in BOUNDS.items():
        megabytes, (hashed, *checks) = measured[name]
        what = f"{name}, {megabytes:.0f} MB"
        row(what, [check.seconds / hashed.seconds for check in checks], bound.times, "x `sha256sum`")
        row(f"{what}: memory", [check.megabytes - megabytes for check in checks], bound.megabytes, "MB")
    few, many, bound = DOUBLED
    pairs = zip(measured[many][1][1:], measured[few][1][1:], strict=True)
    row(f"{many} beside {few}", [one.seconds / other.seconds for one, other in pairs], bound, "times")
    return made


def write(table: list[list[Any]], since: str) -> None:
    """Put the table into docs/."""
    figures.write(
        "Plans with very many of one thing",
        f"`python -m tools.bench_crowds --before {since or 'COMMIT'} --write`, medians of 3 (before: one run). Each "
        "resource is printed as Terraform prints it, but for the roles, which are as bare as their bound was set on. "
        f"Memory is taken beyond the file's size. `before` is {since or 'not measured'}.",
        ["what", "before", "now", "bound", ""],
        table,
    )


def crowds() -> None:
    """Very many buckets, roles, policies, documents."""
    rows()


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--write"]
    since = words[words.index("--before") + 1] if "--before" in words else ""
    if since:
        with package_of(since) as before:
            table = rows(before)
    else:
        table = rows()
    if "--write" in sys.argv:
        write(table, since)


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    main()
