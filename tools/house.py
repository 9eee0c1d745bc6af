"""Counts what the house asks of its code, and fails where there is more: `python -m tools.house [--list]`.

One name a type, no import circle, short functions with few branches, addresses and ARNs cut apart in one place each.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Container, Iterator
from pathlib import Path

PACKAGE = Path("checker/orgtrail")

#: What may be there at most.
MOST = {
    "type names in several files": 0,
    "imports of Domain under TYPE_CHECKING in organization/": 0,
    "import circles": 0,
    "functions over 60 lines": 0,
    "functions with over 15 branches": 3,
    "places that cut addresses or ARNs by hand": 5,
    "cases made in rules and views": 0,
}

_BRANCHES = (
    ast.If, ast.For, ast.While, ast.IfExp, ast.comprehension, ast.ExceptHandler, ast.match_case, ast.BoolOp,
)  # fmt: skip
_CUTS = ("split", "rsplit", "partition", "rpartition")


def found(package: Path = PACKAGE) -> dict[str, list[str]]:
    """What there is of each, by where it is."""
    trees = {file: ast.parse(file.read_text()) for file in sorted(package.rglob("*.py"))}
    places: dict[str, list[str]] = {name: [] for name in MOST}
    names: dict[str, list[str]] = defaultdict(list)
    for file, tree in trees.items():
        where = file.relative_to(package).as_posix()
        for name in _types(tree):
            names[name].append(where)
        for node in ast.walk(tree):
            for what in _counted(node, where):
                places[what].append(f"{where}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', '')}".rstrip())
    places["type names in several files"] = [f"{one}: {', '.join(at)}" for one, at in names.items() if len(at) > 1]
    places["import circles"] = [", ".join(circle) for circle in _circles(_imports(package, trees))]
    return places


def _types(tree: ast.Module) -> Iterator[str]:
    """The public types that a module makes: classes, and aliases, which are spelled like them."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper():
                yield target.id


def _counted(node: ast.AST, where: str) -> Iterator[str]:
    if where.startswith("organization/") and isinstance(node, ast.If) and _is_for_types(node):
        if any(name.name == "Domain" for one in node.body if isinstance(one, ast.ImportFrom) for name in one.names):
            yield "imports of Domain under TYPE_CHECKING in organization/"
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        if (node.end_lineno or node.lineno) - node.lineno > 60:
            yield "functions over 60 lines"
        if sum(isinstance(one, _BRANCHES) for one in ast.walk(node)) > 15:
            yield "functions with over 15 branches"
    elif isinstance(node, ast.Call):
        if _cuts(node) and not where.endswith(("address.py", "arn.py")):
            yield "places that cut addresses or ARNs by hand"
        if getattr(node.func, "id", "") == "Case" and where.startswith(("rules/", "views/")):
            yield "cases made in rules and views"


def _cuts(node: ast.Call) -> bool:
    by = getattr(node.args[0], "value", None) if node.args else None
    return isinstance(node.func, ast.Attribute) and node.func.attr in _CUTS and by in (":", ".")


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"


def _imports(package: Path, trees: dict[Path, ast.Module]) -> dict[str, set[str]]:
    """The modules that each module imports, late or not; what is only for types doesn't count."""
    modules = {_module(package, file): tree for file, tree in trees.items()}
    return {name: set(_imported(tree, modules.keys())) - {name} for name, tree in modules.items()}


def _module(package: Path, file: Path) -> str:
    return ".".join(file.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")


def _imported(tree: ast.AST, modules: Container[str]) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in modules)
        elif isinstance(node, ast.ImportFrom):
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                yield from (name for name in (inner if inner in modules else node.module or "",) if name in modules)
        elif not _is_for_types(node):
            yield from _imported(node, modules)


def _circles(imports: dict[str, set[str]]) -> Iterator[list[str]]:
    """The modules that import each other, by way of others or not."""
    reached = {name: _reached(imports, name) for name in imports}
    seen: set[str] = set()
    for name in imports:
        circle = [other for other in imports if other in reached[name] and name in reached[other]]
        if name not in seen and circle:
            seen.update(circle)
            yield circle


def _reached(imports: dict[str, set[str]], start: str) -> set[str]:
    found, ahead = set[str](), [start]
    while ahead:
        for name in imports[ahead.pop()] - found:
            found.add(name)
            ahead.append(name)
    return found


def main() -> None:
    """Print the counts, and the places with `--list` or where there is too much."""
    places = found()
    too_much = [name for name, most in MOST.items() if len(places[name]) > most]
    for name, most in MOST.items():
        print(f"{len(places[name]):3} {name} (at most {most})")
        if name in too_much or "--list" in sys.argv:
            print(*(f"      {place}" for place in places[name]), sep="\n")
    sys.exit(f"the house asks for less: {', '.join(too_much)}" if too_much else 0)


if __name__ == "__main__":
    main()
