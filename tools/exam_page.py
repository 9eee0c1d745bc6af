"""docs/exam.md: what each tool that was asked made of the exam, from the counts in docs/exam.json.

`python -m tools.exam --tool TOOL --save` keeps a tool's counts and remakes the page.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.exam_scoring import MARKS, cases

DOCS = Path(__file__).resolve().parents[1] / "docs"
COUNTS, PAGE = DOCS / "exam.json", DOCS / "exam.md"
HOW = {
    "orgtrail": ("orgtrail", "every case, as a user runs it"),
    "simulator": (
        "[iam-simulate](https://www.npmjs.com/package/@cloud-copilot/iam-simulate)",
        "bare policies, with the requests that a careful tester tries: a simulator answers one, it searches none",
    ),
    "checkov": (
        "[checkov](https://www.checkov.io)",
        "Terraform files and bare policies, by the five of its checks that ask one of these questions",
    ),
    "prowler": (
        "[Prowler](https://prowler.com)",
        "bare policies, by its function `is_policy_public`: Prowler itself looks at accounts, not at plans",
    ),
    "rego": (
        "a Rego rule",
        "bare policies, by the rule that most teams write: nothing to everybody without a condition",
    ),
}
_HEAD = """\
# The exam

[tests/exam](../tests/exam/README.md) holds {cases} policies, stacks and plans with the right answer, each with the page
that its label rests on. {correct} of them are correct stacks, so that an alarm counts as much as a silence. Any tool
may sit it: `make exam TOOL=... COMMAND=...`; `make exam-table` installs those below, asks them all and remakes this
page.

The other tools were made for other questions than this one, and most cases they are not asked. What stands here is how
far one gets with them on this question, nothing else. The cases are the project's own: labelled from AWS's pages before
they were run, but orgtrail was mended by those that it failed, and the others weren't.
"""


def save(tool: str, version: str, by_kind: Mapping[str, Mapping[str, int]]) -> None:
    """Keep a tool's counts, and remake the page."""
    kept: dict[str, Any] = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    counts = {kind: dict(found) for kind, found in sorted(by_kind.items())}
    kept[tool] = {"version": version, "counts": counts, "correct": sum(case.is_correct for case in cases())}
    COUNTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page(kept))


def page(kept: Mapping[str, Any]) -> str:
    """The text of docs/exam.md."""
    told = [tool for tool in HOW if tool in kept]
    most = max(kept.values(), key=lambda one: sum(one["counts"]["all"].values()))
    lines = [
        _HEAD.format(cases=sum(most["counts"]["all"].values()), correct=most["correct"]),
        f"| tool | version | {' | '.join(MARKS)} | what it was asked |",
        "| --- | --- |" + " ---: |" * 4 + " --- |",
    ]
    for tool in told:
        name, asked = HOW[tool]
        lines.append(f"| {name} | {kept[tool]['version']} | {_cells(kept[tool]['counts'], 'all')} | {asked} |")
    kinds = sorted({kind for tool in told for kind in kept[tool]["counts"]} - {"all"})
    lines += ["", "## By kind", "Right / undecided / wrong; a dash where the tool is asked nothing of the kind.", ""]
    lines += [f"| kind | {' | '.join(HOW[tool][0] for tool in told)} |", "| --- |" + " --- |" * len(told)]
    lines += [f"| {kind} | {' | '.join(_short(kept[tool]['counts'], kind) for tool in told)} |" for kind in kinds]
    return "\n".join([*lines, ""])


def _cells(counts: Mapping[str, Mapping[str, int]], kind: str) -> str:
    return " | ".join(str(counts.get(kind, {}).get(one, 0)) for one in MARKS)


def _short(counts: Mapping[str, Mapping[str, int]], kind: str) -> str:
    found = counts.get(kind, {})
    numbers = [found.get(one, 0) for one in MARKS[:3]]
    return " / ".join(map(str, numbers)) if any(numbers) else "-"
