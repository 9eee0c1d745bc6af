"""Each module alone, without AWS: `terraform test` with mocked providers, and the form of the code."""

import shutil
import subprocess

import pytest
from workbench import terraform
from workbench.terraform import REPOSITORY, Workspace

MODULES = sorted(path.name for path in (REPOSITORY / "modules").iterdir() if path.is_dir())
#: What asks for another version of the provider than the others, and why.
LEAST = {
    "guardrails": "5.77",  # the first that knows resource control policies
    "service-access": "6.62",  # what its names were compared with
}
#: Provider 6 can't be had where the tests run: the names are compared (test_provider_names.py), the order is proved.
TESTED = [name for name in MODULES if not LEAST.get(name, "5").startswith("6")]


@pytest.mark.terraform
@pytest.mark.parametrize("name", TESTED)
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
    assert f'version = ">= {LEAST.get(name, "5.40")}, < 7"' in text


@pytest.mark.parametrize("name", MODULES)
def test_module_has_no_provider_and_no_dependency_on_the_caller(name):
    """A module with a provider block of its own can't be given count, for_each or depends_on, nor be removed."""
    for file in (REPOSITORY / "modules" / name).glob("*.tf"):
        assert not any(line.startswith("provider ") for line in file.read_text().splitlines())
