"""`python -m tools.website [--version X [--publish FOLDER]]`: see the package."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from tools.website.publish import publish
from tools.website.sources import REPOSITORY, assemble

FOLDER = REPOSITORY / "build" / "site"


def build(folder: Path, version: str = "") -> Path:
    """Build the site strictly below a folder, and return where it lies."""
    return strictly(assemble(folder, version))


def strictly(config: Path) -> Path:
    """What an assembled folder becomes; a dead link or anchor in it ends the run."""
    # In a process of its own, where it stands: a warning of any kind is an error.
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "-f", config.name],
        cwd=config.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # Its warnings; not the traceback that it ends with.
        raise SystemExit(re.sub(r"\x1b\[[\d;]*m", "", done.stderr).partition("Traceback (most")[0].strip())
    return config.parent / "out"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.website")
    parser.add_argument("--version", default="", help="the release that is published (default: none, from main)")
    parser.add_argument("--publish", metavar="FOLDER", type=Path, help="a checkout of the branch gh-pages")
    told = parser.parse_args()
    if told.publish and not told.version:
        parser.error("--publish needs --version")
    built = build(FOLDER, told.version)
    if told.publish:
        publish(built, told.version, told.publish)
    print(f"built {built.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
