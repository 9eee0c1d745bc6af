"""The package as others get it: what the wheel and the sdist hold, and that they run with nothing of the checkout."""

import email
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from workbench.terraform import REPOSITORY

from orgtrail import __version__

PLAN = REPOSITORY / "examples" / "no-ordering" / "plan.json"
BIN = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path, **told: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORGTRAIL_", "PYTHON"))}
    return subprocess.run(
        command, cwd=cwd, env=environment | told, capture_output=True, text=True, check=False, timeout=500
    )


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sdist, and of the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, REPOSITORY, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="session")
def described(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return email.message_from_bytes(archive.read(f"orgtrail-{__version__}.dist-info/METADATA"))


def test_the_wheel_holds_the_package_and_the_modules_and_nothing_else(wheel: Path, dist: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0] for name in names} == {"orgtrail", f"orgtrail-{__version__}.dist-info"}
    assert {"orgtrail/py.typed", "orgtrail/modules/organization-trail/main.tf"} <= names
    package = REPOSITORY / "checker"
    ours = {one.relative_to(package).as_posix() for one in (package / "orgtrail").rglob("*") if one.is_file()}
    assert {name for name in ours if "__pycache__" not in name} <= names
    assert not [name for name in names if "__pycache__" in name or ".terraform" in name or "tfstate" in name]
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    assert {"checker", "modules", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"} <= tops
    assert not tops & {"tests", "tools", "docs", "examples"}


def test_the_extras_are_those_that_the_page_on_installing_names(described: Message) -> None:
    page = (REPOSITORY / "docs" / "install.md").read_text()
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert set(described.get_all("Provides-Extra", [])) == told | {"dev", "docs"}
    # What isn't an extra is needed by everybody: it is little.
    needed = [one for one in described.get_all("Requires-Dist", []) if "extra ==" not in one]
    assert not [one for one in needed if one.startswith(("google-re2", "dask", "fsspec", "zensical", "moto"))]


def test_the_readme_on_pypi_has_no_link_that_leads_nowhere(described: Message) -> None:
    assert described["Description-Content-Type"] == "text/markdown"
    text = str(described.get_payload())
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 8
    base = f"https://github.com/orgtrail/orgtrail/blob/v{__version__}/"
    for link in links:
        assert link.startswith(base), link
        assert (REPOSITORY / link.removeprefix(base)).exists(), link
    assert "](docs/" in (REPOSITORY / "README.md").read_text()


def test_the_wheel_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """Unpacked, before everything else on the path: what is read is what the wheel holds."""
    inside = tmp_path / "inside"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(inside)

    def orgtrail(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "orgtrail", *words, cwd=tmp_path, PYTHONPATH=str(inside))

    found = run(sys.executable, "-c", "import orgtrail; print(orgtrail.__file__)", cwd=tmp_path, PYTHONPATH=str(inside))
    assert found.stdout.strip() == str(inside / "orgtrail" / "__init__.py")
    assert orgtrail("--version").stdout == f"orgtrail, version {__version__}\n"
    checked = orgtrail("check", PLAN, "--format", "html=report.html", "--format", "text")
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "fails  trusted-access-before-trail" in checked.stdout
    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert "## Examples" in orgtrail("explain", "logs-not-public", "--format", "markdown").stdout
    assert orgtrail("completion", "bash").returncode == 0
    made = orgtrail("init", "trail", "--bucket-name", "acme-logs", "--archive-account", "222222222222")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "trail" / "modules" / "organization-trail" / "main.tf").exists()


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with what people install programs with."""
    folder = tmp_path_factory.mktemp("tools") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "--quiet", "pipx", "shiv", "uv"], check=True)
    return folder / "bin"


def checks(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "fails  trusted-access-before-trail" in done.stdout


@pytest.mark.long
def test_the_wheel_alone_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    """Without any extra and without what the tests need."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    there = tmp_path / "venv" / "bin"
    subprocess.run([there / "pip", "install", "--quiet", wheel], check=True)
    checks(run(there / "orgtrail", "check", PLAN, cwd=tmp_path))
    checks(run(there / "python", "-m", "orgtrail", "check", PLAN, cwd=tmp_path))
    folder = REPOSITORY / "tests" / "configurations" / "policies-combined"
    assert run(there / "orgtrail", "check", folder, cwd=tmp_path).returncode in (0, 1, 3)
    assert run(there / "python", "-c", "import re2", cwd=tmp_path).returncode == 1
    assert run(there / "pip", "check", cwd=tmp_path).returncode == 0


@pytest.mark.long
def test_pipx_runs_it(tools: Path, wheel: Path, tmp_path: Path) -> None:
    told = {"PIPX_HOME": str(tmp_path / "home"), "PIPX_DEFAULT_PYTHON": sys.executable}
    checks(run(tools / "pipx", "run", "--spec", wheel, "orgtrail", "check", PLAN, cwd=tmp_path, **told))


@pytest.mark.long
def test_uvx_runs_it(tools: Path, wheel: Path, tmp_path: Path) -> None:
    told = {"UV_CACHE_DIR": str(tmp_path / "cache"), "UV_PYTHON": sys.executable}
    checks(run(tools / "uvx", "--from", wheel, "orgtrail", "check", PLAN, cwd=tmp_path, **told))


@pytest.mark.long
def test_a_shiv_runs_it(tools: Path, wheel: Path, tmp_path: Path) -> None:
    made = tmp_path / "orgtrail.pyz"
    built = run(tools / "shiv", "--console-script", "orgtrail", "--output-file", made, wheel, cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    checks(run(sys.executable, made, "check", PLAN, cwd=tmp_path, SHIV_ROOT=str(tmp_path / "root")))
