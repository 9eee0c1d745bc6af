"""Each module alone, without AWS: `terraform test` with mocked providers, and the form of the code."""

import shutil
import subprocess

import pytest
from workbench import terraform
from workbench.terraform import REPOSITORY, Workspace

MODULES = sorted(path.name for path in (REPOSITORY / "modules").iterdir() if path.is_dir())


@pytest.mark.terraform
@pytest.mark.parametrize("name", MODULES)
def test_module_passes_its_own_tests(name, tmp_path):
    shutil.copytree(REPOSITORY / "modules", tmp_path / "modules", ignore=shutil.ignore_patterns(".terraform*"))
    workspace = Workspace.of(tmp_path / "modules" / name)
    said = workspace.run("test")
    assert ", 0 failed." in said
    assert "Success! 0 passed" not in said


@pytest.mark.terraform
def test_modules_and_examples_are_formatted():
    command = ["terraform", "fmt", "-check", "-recursive", REPOSITORY / "modules", REPOSITORY / "examples"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=terraform.base_environment())
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", MODULES)
def test_module_asks_for_the_versions_it_was_written_for(name):
    text = (REPOSITORY / "modules" / name / "terraform.tf").read_text()
    assert 'required_version = ">= 1.5"' in text
    # guardrails writes resource control policies, which 5.77 is the first to know.
    least = "5.77" if name == "guardrails" else "5.40"
    assert f'version = ">= {least}, < 7"' in text


@pytest.mark.parametrize("name", MODULES)
def test_module_has_no_provider_and_no_dependency_on_the_caller(name):
    """A module with a provider block of its own can't be given count, for_each or depends_on, nor be removed."""
    for file in (REPOSITORY / "modules" / name).glob("*.tf"):
        assert not any(line.startswith("provider ") for line in file.read_text().splitlines())
