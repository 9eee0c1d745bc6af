"""What the house asks of its code, and who may import whom outside of the package."""

import ast
from pathlib import Path

import pytest
from tools import house
from workbench.terraform import REPOSITORY

FOUND = house.found(REPOSITORY / "checker/orgtrail")


@pytest.mark.parametrize("what", house.MOST)
def test_there_is_no_more_than_the_house_allows(what: str) -> None:
    assert len(FOUND[what]) <= house.MOST[what], "\n".join(FOUND[what])


def test_circles_are_found_through_late_imports_and_not_through_types(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("def f():\n    from package import b\n")
    (package / "b.py").write_text("from package.c import x\n")
    (package / "c.py").write_text(
        "from typing import TYPE_CHECKING\nx = 1\nif TYPE_CHECKING:\n    from package import a\n"
    )
    assert house.found(package)["import circles"] == []
    (package / "c.py").write_text("x = 1\ndef f():\n    import package.a\n")
    assert house.found(package)["import circles"] == ["package.a, package.b, package.c"]


@pytest.mark.parametrize("folder", ["tools", "workbench", "checker"])
def test_nothing_imports_tests(folder: str) -> None:
    for file in (REPOSITORY / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "tests"], file
