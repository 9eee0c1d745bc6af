"""The exam: how many cases a tool answers rightly, and how often a rule speaks where it shouldn't.

`python -m tools.exam [--tool TOOL] [--command PATH] [NAME-PREFIX...]`; `make exam` and `make exam TOOL=checkov` are the
same. Right, undecided, wrong and not asked are told for all and by kind. For orgtrail, also how often each rule is
violated or undecided where a reviewer says otherwise: in the exam, and in the recorded plans of examples/ and of
tests/configurations.
"""

import argparse
import importlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from tools.exam_adapters.orgtrail import answer as orgtrails_answer
from tools.exam_page import save
from tools.exam_scoring import CASES, MARKS, Answer, Case, Mark, cases, gravest, mark

REPOSITORY = Path(__file__).resolve().parents[1]
RECORDED = ("examples", "tests/configurations")
OPEN = CASES.parent / "open.toml"
_BAD = ("violated", "undecided")

Counts = dict[str, Counter[str]]


def adapter(tool: str) -> ModuleType:
    """The module that asks a tool."""
    return importlib.import_module(f"tools.exam_adapters.{tool}")


def counted(marks: Iterable[tuple[str, Mark]]) -> Counts:
    """Kind -> how many of each mark; `all` counts all."""
    by_kind: Counts = {}
    for kind, one in marks:
        for key in (kind, "all"):
            by_kind.setdefault(key, Counter())[one.mark] += 1
    return by_kind


def table(by_kind: Counts) -> list[str]:
    """Kind, right, undecided, wrong, not asked: one line a kind, and one for all."""
    order = [*sorted(by_kind.keys() - {"all"}), *by_kind.keys() & {"all"}]
    head = f"{'kind':12}" + "".join(f"{one:>11}" for one in MARKS)
    return [head, *(f"{kind:12}" + "".join(f"{by_kind[kind][one]:11}" for one in MARKS) for kind in order)]


def misplaced(case: Case, answer: Answer) -> set[tuple[str, str]]:
    """(rule, verdict) of one case that a reviewer wouldn't say: alarms, and questions left open."""
    found = set()
    for rule, verdict in answer.verdicts.items():
        if verdict not in _BAD:
            continue
        named = rule in case.rules and verdict not in case.rules[rule]
        unnamed = rule not in case.rules and case.is_correct and (answer.severities or {}).get(rule) == "error"
        if named or unnamed:
            found.add((rule, verdict))
    return found


def misplaced_in_recorded() -> tuple[int, Counter[tuple[str, str]]]:
    """The same of every recorded plan: what expect.json says otherwise, or doesn't foresee."""
    from workbench.run import check

    found: Counter[tuple[str, str]] = Counter()
    folders = [path.parent for one in RECORDED for path in sorted((REPOSITORY / one).glob("*/expect.json"))]
    for folder in folders:
        expect = json.loads((folder / "expect.json").read_text())
        results = check(folder / "plan.json", "--source", folder, *expect.get("options", ())).json()["results"]
        severe = {one["rule"] for one in results if one["severity"] == "error"}
        for rule, verdict in gravest(results).items():
            wanted = expect["with_source"].get(rule, "proved" if rule in severe else verdict)
            if verdict in _BAD and verdict != wanted:
                found[rule, verdict] += 1
    return len(folders), found


def _told(found: Counter[tuple[str, str]]) -> list[str]:
    rules = sorted({rule for rule, _ in found})
    lines = [f"  {rule:45}{found[rule, 'violated']:6}{found[rule, 'undecided']:11}" for rule in rules]
    return [f"  {'rule':45}{'fires':>6}{'undecided':>11}", *lines] if lines else ["  none"]


def shrink(right: set[str]) -> None:
    """Strike the cases that are right out of the list of open ones; the list is never lengthened by itself."""
    lines = OPEN.read_text().splitlines(keepends=True)
    OPEN.write_text("".join(line for line in lines if line.split(" = ")[0].strip('"') not in right))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.exam", description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="cases whose names begin so (default: all)")
    parser.add_argument("--tool", default="orgtrail", help="a module of tools/exam_adapters")
    parser.add_argument("--command", help="where the tool is, if it isn't on PATH")
    parser.add_argument("--shrink", action="store_true", help="strike out of open.toml what is answered rightly")
    parser.add_argument("--save", action="store_true", help="keep the counts in docs/exam.json and remake docs/exam.md")
    parser.add_argument("--quiet", action="store_true", help="leave out the cases that aren't right")
    return parser.parse_args()


def main() -> int:
    chosen = _arguments()
    marks: list[tuple[str, Mark]] = []
    right: set[str] = set()
    misplaced_here: Counter[tuple[str, str]] = Counter()
    ours = chosen.tool == "orgtrail" and chosen.command is None
    for case in cases(chosen.names):
        if ours:
            answered = orgtrails_answer(case)
            one = mark(case, answered)
            misplaced_here.update(misplaced(case, answered))
        else:
            one = adapter(chosen.tool).ask(case, chosen.command)
        marks.append((case.kind, one))
        if one.mark == "right":
            right.add(case.name)
        if one.mark in ("undecided", "wrong") and not chosen.quiet:
            print(f"{one.mark}: {case.name}: {one.said}", flush=True)
    if chosen.shrink:
        shrink(right)
    by_kind = counted(marks)
    print("\n".join(table(by_kind)))
    if chosen.save:
        save(chosen.tool, adapter(chosen.tool).version(chosen.command), by_kind)
    if ours:
        print(f"\nOf the exam's {len(marks)} cases, how often a rule speaks where a reviewer says otherwise:")
        print("\n".join(_told(misplaced_here)))
        if not chosen.names:
            number, found = misplaced_in_recorded()
            print(f"\nOf {number} recorded plans, how often an error rule speaks where expect.json doesn't say so:")
            print("\n".join(_told(found)))
    return int(any(one.mark in ("undecided", "wrong") for _, one in marks))


if __name__ == "__main__":
    raise SystemExit(main())
