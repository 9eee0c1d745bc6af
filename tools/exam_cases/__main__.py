"""Write the cases to tests/exam/cases, or say with --check which of them differ."""

import importlib
import sys
from pathlib import Path

from tools.exam_cases.case import Case

MATTERS = (
    "services",
    "outsiders",
    "principals",
    "real",
    "refused",
    "where",
    "guards",
    "keys",
    "stacks",
    "copies",
    "quiet",
    "quiet_stacks",
    "plans",
    "routes",
    "written",
    "readings",
    "further",
    "further_stacks",
    "doubts",
    "doubts_policies",
)
CASES = Path(__file__).resolve().parents[2] / "tests" / "exam" / "cases"


def authored() -> list[Case]:
    """Every case of this package; a name stands once."""
    found = [case for matter in MATTERS for case in importlib.import_module(f"tools.exam_cases.{matter}").cases()]
    names = [case.name for case in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SystemExit(f"two cases are named {', '.join(sorted(twice))}")
    return found


def differing(case: Case) -> list[str]:
    """The files of a case that aren't as its author wrote them."""
    files = {**case.files, "expect.json": case.expect()}
    folder = CASES / case.name
    return [name for name, text in files.items() if not (folder / name).exists() or (folder / name).read_text() != text]


def write(case: Case) -> None:
    """The files of a case; a recorded plan beside them stays."""
    for name, text in {**case.files, "expect.json": case.expect()}.items():
        path = CASES / case.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main(arguments: list[str]) -> int:
    wanted = [case for case in authored() if differing(case)]
    for case in wanted:
        print(f"{case.name}: {', '.join(differing(case))}")
        if "--check" not in arguments:
            write(case)
    return int(bool(wanted) and "--check" in arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
