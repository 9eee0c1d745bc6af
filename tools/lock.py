"""Remakes the locks in pipelines/: every package that orgtrail, its build and its site need, by its hash.

usage: python -m tools.lock (asks the package index; pip-tools is installed into an environment of its own)
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "pipelines"

#: Each lock: the extras that are in it, and what it is for.
LOCKS = {
    "requirements.txt": (
        ("re2",),
        "What orgtrail and its build need: what the action, the image and the template install.",
    ),
    "site-requirements.txt": (("docs", "re2"), "What the documentation site needs, orgtrail among it."),
}
HEAD = """\
# {about}
# Each package by its hash; remade by `make lock`.

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


def lock(python: Path, folder: Path, name: str) -> None:
    """Write one of the locks."""
    extras, about = LOCKS[name]
    (folder / "build.in").write_text("hatchling>=1.26\n")
    made = folder / name
    command = [python, "-m", "piptools", "compile", *OPTIONS, "--allow-unsafe", "-o", made]
    chosen = [f"--extra={one}" for one in extras]
    subprocess.run([*command, *chosen, REPOSITORY / "pyproject.toml", folder / "build.in"], check=True)
    text = made.read_text().replace(f"-r {folder / 'build.in'}", "the build")
    text = text.replace(f" ({REPOSITORY / 'pyproject.toml'})", "")
    (FOLDER / name).write_text(HEAD.format(about=about) + text.lstrip())


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pip-tools"], check=True)
        for name in LOCKS:
            lock(python, folder, name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
