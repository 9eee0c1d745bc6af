"""Draws how cost grows with the size of a plan: `python -m tools.bench_plot` writes docs/images/growth.svg.

matplotlib is needed for nothing else and isn't among the development dependencies: `pip install matplotlib`.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.bench_scale import MEGABYTE, cost

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 40_000)
TIMES = 5
PICTURE = Path("docs/images/growth.svg")


def measured() -> list[tuple[float, float, float, float]]:
    """Per size: MB of the plan, seconds of sha256sum and of a check, and MB of memory beyond the file."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for resources in SIZES:
            file = Path(scratch) / f"plan-{resources}.json"
            subprocess.run([sys.executable, "-m", "tools.large_plans", scratch, str(resources)], check=True)
            size = file.stat().st_size / MEGABYTE
            hashed = cost(["sha256sum", str(file)], TIMES)
            checked = cost([sys.executable, "-m", "orgtrail", "check", str(file)], TIMES)
            found.append((size, hashed.seconds, checked.seconds, checked.megabytes - size))
            file.unlink()
            print(
                f"  {resources} resources, {size:.1f} MB: {checked.seconds / hashed.seconds:.1f} x sha256sum",
                flush=True,
            )
    return found


def draw(points: list[tuple[float, float, float, float]]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "orgtrail"
    from matplotlib import pyplot

    unit = statistics.median(hashed / size for size, hashed, _, _ in points)
    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    sizes = [point[0] for point in points]
    time.plot(sizes, [point[2] / unit for point in points], marker="o", label="orgtrail check")
    time.plot(sizes, [point[1] / unit for point in points], marker="s", label="sha256sum")
    time.set(xlabel="size of the plan (MB)", ylabel="cost (sha256sum of 1 MB = 1)", title="Processor time")
    time.legend()
    memory.plot(sizes, [point[3] for point in points], marker="o")
    memory.set(xlabel="size of the plan (MB)", ylabel="MB", title="Peak memory beyond the file's size", ylim=(0, None))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, metadata={"Date": None})


if __name__ == "__main__":
    draw(measured())
