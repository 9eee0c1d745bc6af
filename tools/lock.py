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

#: Each lock: what it is for, the extras of orgtrail that are in it (None: orgtrail isn't), and what else is.
LOCKS: dict[str, tuple[str, tuple[str, ...] | None, tuple[str, ...]]] = {
    "requirements.txt": (
        "What orgtrail and its build need: what the action, the image and the template install.",
        ("re2",),
        ("hatchling>=1.26",),
    ),
    "site-requirements.txt": (
        "What the documentation site needs, orgtrail among it.",
        ("docs", "re2"),
        ("hatchling>=1.26",),
    ),
    "release-requirements.txt": (
        "What a release is built with.",
        None,
        ("build>=1.2", "cyclonedx-bom>=4.6", "hatchling>=1.26", "twine>=6"),
    ),
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
    about, extras, more = LOCKS[name]
    (folder / "build.in").write_text("".join(f"{one}\n" for one in more))
    made = folder / name
    command = [python, "-m", "piptools", "compile", *OPTIONS, "--allow-unsafe", "-o", made, folder / "build.in"]
    if extras is not None:
        command += [REPOSITORY / "pyproject.toml", *(f"--extra={one}" for one in extras)]
    subprocess.run(command, check=True)
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
