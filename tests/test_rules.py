"""How rules are built: what each may import, and when what judges is imported at all."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from workbench.terraform import REPOSITORY

from orgtrail import rules

RULES = REPOSITORY / "checker/orgtrail/rules"
FILES = sorted(RULES.rglob("*.py"))
VIEWS = sorted((REPOSITORY / "checker/orgtrail/views").glob("*.py"))
PLAN = REPOSITORY / "examples/recommended-policy/plan.json"


def _imports(file: Path) -> set[str]:
    """The modules that a file imports, late ones too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(RULES)))
def test_what_a_rule_is_made_of_is_its_own(file: Path) -> None:
    own = file.relative_to(RULES).parts[0].removesuffix(".py")
    others = {one.replace("-", "_") for one in rules.ids()} - {own}
    assert not [name for name in _imports(file) if name.removeprefix("orgtrail.rules.").split(".")[0] in others]


@pytest.mark.parametrize(
    "file", sorted((REPOSITORY / "checker/orgtrail/views").glob("*.py")), ids=lambda file: file.stem
)
def test_views_take_nothing_private_from_rules(file: Path) -> None:
    assert not [name for name in _imports(file) if name.startswith("orgtrail.rules.") and "._" in name]
    assert not [name for name in _imports(file) if name.startswith("orgtrail.rules.shared.policies")]


def test_what_judges_is_imported_only_where_there_is_something_to_judge() -> None:
    faces = [one for one in rules.catalogue() if one.check is None]
    assert len(faces) > 5
    assert all(one.looks_at for one in faces)
    # An organization trail with a bucket policy, and nothing of what these rules look at.
    code = (
        f"import sys; from orgtrail.engine.run import check; check([{str(PLAN)!r}]);"
        "print(*[name for name in sys.modules if name.endswith('.judging')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert imported <= {"orgtrail.engine.judging", "orgtrail.rules.logs_not_shared_through_access_points.judging"}
