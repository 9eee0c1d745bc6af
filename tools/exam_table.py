"""Remakes docs/exam.md: every tool that installs here sits the exam, each in an environment of its own.

`python -m tools.exam_table [TOOL...]` (`make exam-table`); environments are kept in build/exam. A tool that can't be
installed keeps the row that it has, and is told of.
"""

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from tools.exam_page import HOW

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "build" / "exam"


def _from_pypi(package: str, program: str) -> Callable[[Path], Path]:
    """What installs a package of PyPI, and gives the program to ask."""

    def install(folder: Path) -> Path:
        there = folder / "bin" / program
        if not there.exists() or not any(folder.glob(f"lib/*/site-packages/{package}")):
            venv.create(folder, with_pip=True)
            subprocess.run([folder / "bin" / "pip", "install", "--quiet", package], check=True)
        return there

    return install


def _from_npm(package: str) -> Callable[[Path], Path]:
    """What installs a package of npm, and gives the folder to ask from."""

    def install(folder: Path) -> Path:
        if not (folder / "node_modules" / package).exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", folder, package], check=True)
        return folder

    return install


#: How each adapter's tool is installed; None: it is this checkout.
TOOLS: dict[str, Callable[[Path], Path] | None] = {
    "orgtrail": None,
    "simulator": _from_npm("@cloud-copilot/iam-simulate"),
    "checkov": _from_pypi("checkov", "checkov"),
    "prowler": _from_pypi("prowler", "python"),
    "rego": _from_pypi("regopy", "python"),
}


def main() -> int:
    failed = []
    for tool in sys.argv[1:] or HOW:
        install = TOOLS[tool]
        try:
            command = ["--command", str(install(FOLDER / tool))] if install else []
        except (OSError, subprocess.CalledProcessError) as error:
            failed.append(tool)
            print(f"{tool} can't be installed here: {error}", flush=True)
            continue
        print(f"{tool}:", flush=True)
        # Its exit code says whether every case is right, which is no failure here.
        ask = [sys.executable, "-m", "tools.exam", "--tool", tool, *command, "--quiet", "--save"]
        if subprocess.run(ask, cwd=REPOSITORY, check=False).returncode not in (0, 1):
            failed.append(tool)
    print(f"not asked: {', '.join(failed)}" if failed else "every tool was asked")
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main())
