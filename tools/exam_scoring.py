"""How an answer to a case of the exam is marked: right, undecided or wrong.

Wrong: exit 0 where it must not be, a verdict that says what is false, an alarm where there is none.
Undecided: exit 3 or an undecided verdict where an answer is due.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parents[1] / "tests" / "exam" / "cases"
MARKS = ("right", "undecided", "wrong", "not asked")
_GRAVITY = ("not-applicable", "proved", "undecided", "violated")


@dataclass(frozen=True)
class Case:
    """A folder with an input and its expect.json."""

    folder: Path
    expect: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def kind(self) -> str:
        """The first word of the name: what the case is about."""
        return self.name.split("-", 1)[0]

    @property
    def rules(self) -> Mapping[str, Sequence[str | None]]:
        """Rule -> the verdicts that are right."""
        found: Mapping[str, Sequence[str | None]] = self.expect.get("rules", {})
        return found

    @property
    def is_correct(self) -> bool:
        """A correct stack: nothing may fail it."""
        return self.expect.get("exit") == [0]


@dataclass(frozen=True)
class Answer:
    """What a tool said: an exit code as `orgtrail check` means it, rule -> gravest verdict, and its text."""

    code: int
    verdicts: Mapping[str, str]
    text: str = ""
    error: str = ""
    severities: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Mark:
    """One case's mark, and what was said instead of what is right."""

    mark: str
    said: str = ""


def cases(names: Sequence[str] = ()) -> list[Case]:
    """Every case, or those whose names begin so."""
    folders = sorted(path.parent for path in CASES.glob("*/expect.json"))
    wanted = tuple(names)
    return [
        Case(folder, json.loads((folder / "expect.json").read_text()))
        for folder in folders
        if not wanted or folder.name.startswith(wanted)
    ]


def gravest(results: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Rule -> the gravest verdict of a report's results, not-applicable left out."""
    found: dict[str, str] = {}
    for result in results:
        if result["verdict"] != "not-applicable":
            other = found.get(result["rule"], "not-applicable")
            found[result["rule"]] = max(result["verdict"], other, key=_GRAVITY.index)
    return found


def mark(case: Case, answer: Answer) -> Mark:
    """Mark an answer that follows orgtrail's contract."""
    if answer.code == 2 and 2 not in case.expect.get("exit", ()):
        return Mark("wrong", f"exit 2: {answer.error.strip()[-160:]}")
    faults = [*_exit_faults(case, answer), *_rule_faults(case, answer), *_text_faults(case, answer)]
    if not faults:
        return Mark("right")
    worst = max((one for one, _ in faults), key=MARKS.index)
    return Mark(worst, "; ".join(said for _, said in faults))


def _exit_faults(case: Case, answer: Answer) -> Iterator[tuple[str, str]]:
    wanted = case.expect.get("exit")
    if wanted and answer.code not in wanted:
        open_ = [
            f"{rule}={verdict}"
            for rule, verdict in answer.verdicts.items()
            if verdict in ("violated", "undecided") and (answer.severities or {}).get(rule) == "error"
        ]
        told = f" ({', '.join(open_[:4])})" if open_ else ""
        yield "undecided" if answer.code == 3 else "wrong", f"exit {answer.code}, not {wanted}{told}"
    if case.expect.get("exit_not") == answer.code:
        yield "wrong", f"exit {answer.code}"


def _rule_faults(case: Case, answer: Answer, asked: Sequence[str] | None = None) -> Iterator[tuple[str, str]]:
    for rule, wanted in case.rules.items():
        if asked is not None and rule not in asked:
            continue
        verdict = answer.verdicts.get(rule)
        if verdict not in wanted:
            shown = " or ".join(one or "no result" for one in wanted)
            yield "undecided" if verdict == "undecided" else "wrong", f"{rule} is {verdict or 'no result'}, not {shown}"


def _text_faults(case: Case, answer: Answer) -> Iterator[tuple[str, str]]:
    for words in case.expect.get("says", ()):
        if words not in answer.text:
            yield "wrong", f"doesn't say {words!r}"
    for words in case.expect.get("says_not", ()):
        if words in answer.text:
            yield "wrong", f"says {words!r}"


# What a case of this kind asks where it names no rule.
_ASKED = {
    "decrypt": ("members-cannot-decrypt-logs", "outsiders-cannot-decrypt-logs"),
    "guard": ("members-cannot-read-logs", "logs-not-public"),
    "outsider": (
        "members-cannot-read-logs",
        "logs-not-public",
        "members-cannot-alter-logs",
        "outsiders-cannot-alter-logs",
    ),
    "principal": ("members-cannot-read-logs", "logs-not-public"),
    "quiet": ("members-cannot-read-logs", "logs-not-public"),
    "real": ("members-cannot-read-logs", "logs-not-public"),
    "refused": ("policies-are-valid",),
    "service": ("logs-not-lent-to-services",),
}


def mark_peer(case: Case, verdicts: Mapping[str, str]) -> Mark:
    """Mark a tool that answers some of the questions, by the names of our rules; the rest it isn't asked."""
    asked = [rule for rule in case.rules or _ASKED.get(case.kind, ()) if rule in verdicts]
    if not asked:
        return Mark("not asked")
    faults = list(_rule_faults(case, Answer(0, {rule: verdicts[rule] for rule in asked}), asked))
    alarmed = [rule for rule in asked if verdicts[rule] == "violated"]
    if case.is_correct and alarmed and not faults:
        faults.append(("wrong", f"{', '.join(alarmed)} violated on a correct stack"))
    if not case.rules and not case.is_correct and not alarmed:
        said = "undecided" if any(verdicts[rule] == "undecided" for rule in asked) else "wrong"
        faults.append((said, f"{', '.join(asked)} not violated"))
    if not faults:
        return Mark("right")
    return Mark(max((one for one, _ in faults), key=MARKS.index), "; ".join(said for _, said in faults))
