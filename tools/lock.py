"""Remakes pipelines/requirements.txt: every package that orgtrail and its build need, by its hash.

usage: python -m tools.lock (asks the package index; pip-tools is installed into an environment of its own)
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FILE = REPOSITORY / "pipelines" / "requirements.txt"
HEAD = """\
# What orgtrail and its build need, each by its hash: what the action, the image and the template install.
# Remade by `make lock`.
"""
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--strip-extras",
    "--no-header",
)


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pip-tools"], check=True)
        (folder / "build.in").write_text("hatchling>=1.26\n")
        command = [python, "-m", "piptools", "compile", *OPTIONS, "--allow-unsafe", "-o", folder / "lock.txt"]
        subprocess.run([*command, REPOSITORY / "pyproject.toml", folder / "build.in"], check=True)
        text = (folder / "lock.txt").read_text()
    text = text.replace(f"-r {folder / 'build.in'}", "the build").replace(f"({REPOSITORY / 'pyproject.toml'})", "")
    FILE.write_text(HEAD + text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
