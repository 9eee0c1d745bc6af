"""1,000 plans on all cores, and on a Dask cluster: `python -m tools.bench_many [--write]`.

What they cost together is set beside the sum of their work: one process that checks one after the other. In processor
time, since other work on the machine takes cores away; that divided by the cores is how long it takes on idle ones.
"""

import compileall
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from tools import figures
from tools.bench_scale import cost
from tools.crowded_plans import EXAMPLE
from tools.printed_plans import mixed, printed

PLANS = 1_000
BOUND = 1.2
#: What the resources of three services are called.
_NAMES = ("s0", "s1", "s2")

_ALONE = """
import glob, sys
from orgtrail.config import Settings
from orgtrail.engine.one_input import checked
for one in sorted(glob.glob(sys.argv[1])):
    checked(one, Settings(no_source=True))
"""
_CLUSTER = """
import glob, os, sys
if __name__ == "__main__":
    from dask.distributed import LocalCluster
    from orgtrail.config import Settings
    from orgtrail.engine import run
    with LocalCluster(n_workers=os.cpu_count(), threads_per_worker=1, dashboard_address=None) as cluster:
        named = sorted(glob.glob(sys.argv[1]))[: int(sys.argv[2])]
        run.check(named, Settings(no_source=True), scheduler=cluster.scheduler_address)
"""


def _stack() -> bytes:
    """The plan of three small services, and nothing else."""
    plan = printed(mixed(3))
    plan["resource_changes"] = [one for one in plan["resource_changes"] if one["name"] in _NAMES]
    for part in (plan["planned_values"], plan["configuration"]):
        root = part["root_module"]
        root["resources"] = [one for one in root["resources"] if one["name"] in _NAMES]
    return msgspec.json.encode(plan)


def rows() -> list[list[Any]]:
    """The processor time of each way to check 1,000 plans, as a multiple of the sum of their work."""
    compileall.compile_dir("checker", quiet=1)
    made: list[list[Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        stack = _stack()
        for number in range(PLANS):
            # One stack holds the trail, the others are of teams.
            content = stack.replace(b"acme-service", b"acme-%d-service" % number) if number else EXAMPLE.read_bytes()
            (Path(scratch) / f"{number:04}.json").write_bytes(content)
        named = f"{scratch}/*.json"
        cluster = Path(scratch) / "on_a_cluster.py"
        cluster.write_text(_CLUSTER)
        alone = cost([sys.executable, "-c", _ALONE, named], 1).seconds
        pool = cost([str(Path(sys.executable).with_name("orgtrail")), "check", "--no-source", named], 1).seconds
        # A cluster that is there already has been started once: that isn't the plans' work.
        start = cost([sys.executable, str(cluster), named, "1"], 1).seconds
        dask = cost([sys.executable, str(cluster), named, str(PLANS)], 1).seconds - start
    for what, took in ((f"on {os.cpu_count()} cores", pool), ("on a Dask cluster that runs already", dask)):
        ratio = took / alone
        print(
            f"  {PLANS} plans {what:<40} {ratio:.2f} x the sum of their work ({alone:.1f} s)   bound {BOUND}",
            flush=True,
        )
        made.append([f"{PLANS:,} plans {what}", f"{ratio:.2f} x the sum of their work", BOUND])
    return made


def many() -> None:
    """1,000 plans on all cores."""
    table = rows()
    if "--write" in sys.argv:
        figures.write(
            "1,000 plans",
            "`python -m tools.bench_many --write`, in processor time: divided by the cores it is how long it takes.",
            ["what", "measured", "bound"],
            table,
        )


if __name__ == "__main__":
    many()
