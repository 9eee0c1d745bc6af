"""The Python API: the names, and that they are what the command runs."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import orgtrail
from orgtrail import InputError, Report, Settings, check, settings_of, write

REPOSITORY = Path(__file__).resolve().parents[1]
PLAN = str(REPOSITORY / "examples" / "no-ordering" / "plan.json")


def test_every_public_name_is_there() -> None:
    for name in orgtrail.__all__:
        assert getattr(orgtrail, name) is not None
    assert dir(orgtrail) == orgtrail.__all__
    with pytest.raises(AttributeError, match="has no attribute 'no_such'"):
        _ = orgtrail.no_such  # type: ignore[attr-defined]


def test_check_is_what_the_command_runs() -> None:
    report = check([PLAN], Settings(source=str(REPOSITORY / "examples" / "no-ordering")))
    assert isinstance(report, Report)
    command = [sys.executable, "-m", "orgtrail", "check", PLAN, "--format", "json", "--source"]
    source = str(REPOSITORY / "examples" / "no-ordering")
    shown = subprocess.run([*command, source], capture_output=True, text=True, check=False).stdout
    assert json.loads(write(report, "json")) == json.loads(shown)


def test_errors_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.json"):
        check([str(tmp_path / "missing.json")])
    with pytest.raises(InputError, match="there is no format `yaml`"):
        write(check([PLAN]), "yaml")


def test_settings_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "orgtrail.toml").write_text('undecided = "warn"\n')
    assert settings_of(tmp_path / "orgtrail.toml") == Settings(undecided="warn")


def test_importing_the_package_imports_nothing_else_of_it() -> None:
    script = "import sys, orgtrail; print(sorted(name for name in sys.modules if name.startswith('orgtrail.')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_example_of_the_documentation_runs(tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / "python.md").read_text()
    (script,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    saved = REPOSITORY / "tests" / "recorded" / "saved" / "examples.no-ordering.tfplan"
    (tmp_path / "tfplan").write_bytes(saved.read_bytes())
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("trusted-access-before-trail") or "\ntrusted-access-before-trail" in done.stdout
