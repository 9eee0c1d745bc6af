"""Checks the same plans again and again, and shows that memory stays flat: `python -m tools.soak [PLANS]`.

Once in one process, once in a pool whose processes are watched from outside. Fails where memory grows: where the last
quarter of the run had more, by the median, than the second one had (the first fills caches).
"""

import contextlib
import multiprocessing
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from orgtrail.config import Settings
from orgtrail.engine import many
from orgtrail.engine import run as engine

PLANS = 2_000
#: How much more memory the end of a run may have than its middle, in megabytes: what an allocator holds on to.
SLACK = 4.0
#: What is checked: plans with different answers, so that no cache of one answer holds all.
SEEDS = ("no-bucket-policy", "recommended-policy", "organization-wide-read", "policy-heredoc")
SAMPLES = 40
EXAMPLES = Path(__file__).parents[1] / "examples"


def resident(process: int | str = "self") -> float:
    """The memory that a process has now, in megabytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def growth(samples: Sequence[float]) -> float:
    """By how many megabytes the last quarter of a run had more than the second one."""
    quarter = len(samples) // 4
    return statistics.median(samples[-quarter:]) - statistics.median(samples[quarter : 2 * quarter])


def in_one_process(named: Sequence[str]) -> list[float]:
    """The memory of this process while it checks every input, one run after the other."""
    found = []
    for number, one in enumerate(named):
        engine.check([one])
        if number % max(1, len(named) // SAMPLES) == 0:
            found.append(resident())
    return found


def in_a_pool(named: Sequence[str]) -> list[float]:
    """The memory of all processes of a pool while it checks every input in one run."""
    found = []
    for number, _ in enumerate(many.check_all(list(named), Settings(), lambda _: None)):
        if number % max(1, len(named) // SAMPLES) == 0:
            found.append(sum(resident(one.pid) for one in multiprocessing.active_children() if one.pid))
    return found


@contextlib.contextmanager
def plans(count: int) -> Iterator[list[str]]:
    """So many plans, all with names of their own: what is the same in two of them isn't the same text."""
    seeds = [(EXAMPLES / one / "plan.json").read_bytes() for one in SEEDS]
    with tempfile.TemporaryDirectory() as scratch:
        files = [Path(scratch) / f"{number:05}.json" for number in range(count)]
        for number, file in enumerate(files):
            file.write_bytes(seeds[number % len(seeds)].replace(b"acme", b"acme%d" % number))
        yield list(map(str, files))


def main(count: int) -> int:
    grown = 0
    with plans(count) as named:
        for what, run in (("one process", in_one_process), ("a pool", in_a_pool)):
            samples = run(named)
            more = growth(samples)
            shown = " ".join(f"{one:.0f}" for one in samples[:: max(1, len(samples) // 10)])
            verdict = "flat" if more <= SLACK else "GROWS"
            print(f"{count} plans in {what}: {shown} MB; {more:+.1f} MB from its second quarter to its last: {verdict}")
            grown += more > SLACK
    return min(grown, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PLANS))
