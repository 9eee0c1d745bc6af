"""The results as the page shows them: what fails first, by question and gravity; each edit once."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from orgtrail import controls as catalogue
from orgtrail import rules
from orgtrail.report import words
from orgtrail.results import Fix, Report, RequestWitness, Result, StatementText

#: What is printed of edits: who signs needn't apply them, so long ones stay on the screen.
_PRINTED_LINES = 40
#: Signs of a heading.
_LONG_HEADING = 140
_LABELS = {"near miss", "found", "missing", "denied by"}


def found(report: Report) -> dict[str, Any]:
    """Everything by the words that people read."""
    by_word = words.by_word(report)
    page = _Shown(report)
    return {
        "fails": [page.failing(group) for group in words.by_statement(by_word.get("fails", ()))],
        "unknown": [page.unknown(group) for group in words.by_cause(by_word.get("not known", ()))],
        "advice": [page.whole(one) for one in by_word.get("advice", ())],
        "aside": [page.plain(one) for one in by_word.get("set aside", ())],
        "holds": [page.plain(one) for one in by_word.get("holds", ())],
        "not_applicable": sorted({one.rule for one in by_word.get("not applicable", ())}),
        "counts": {word: len(of) for word, of in by_word.items()},
    }


class _Shown:
    """What was shown already, so that nothing is told twice."""

    def __init__(self, report: Report) -> None:
        self._several = len(report.inputs) > 1
        self._edits: dict[str, str] = {}
        self._printed = 0
        self._statements = {
            (view.input, policy.address, one.name): one
            for view in report.views
            for policy in view.policies
            for one in policy.statements
        }

    def plain(self, result: Result) -> dict[str, Any]:
        """A result in a line, with its grounds."""
        return {
            "of": result,
            "subject": words.subject(result),
            "input": result.input if self._several else "",
            "grounds": list(_together(result.because)),
        }

    def whole(self, result: Result) -> dict[str, Any]:
        """A result with all that is needed to see and to mend it."""
        witness = result.witness
        title, more = _parted(result.message)
        return self.plain(result) | {
            "title": title,
            "more": more,
            "lines": list(_lines(result)),
            "excerpt": list(_excerpt(result)),
            "is_cut": bool(result.excerpt and result.excerpt.is_cut),
            "statement": None if result.excerpt else self._statement(result),
            "request": witness if isinstance(witness, RequestWitness) else None,
            "edit": self._edit(result.rule, result.fix) if result.fix else None,
            "controls": [one.label for one in catalogue.of(result.rule)],
            "others": [],
            "edits": [],
        }

    def failing(self, group: list[Result]) -> dict[str, Any]:
        """What fails for one cause: the gravest as a whole, and what the same statement lets through beside it."""
        first, others = self.whole(group[0]), group[1:]
        edits = [(one, self._edit(one.rule, one.fix)) for one in others if one.fix is not None]
        return first | {
            "others": [self.plain(one) for one in others],
            "edits": [{"rule": one.rule, "edit": edit} for one, edit in edits if not edit["as_above"]],
            "controls": list(dict.fromkeys(control.label for one in group for control in catalogue.of(one.rule))),
        }

    def unknown(self, group: list[Result]) -> dict[str, Any]:
        """One cause, with all that it leaves open."""
        edits = [self._edit(one.rule, one.fix) for one in group if one.fix is not None]
        alike: dict[tuple[object, ...], list[dict[str, Any]]] = {}
        for one in group:
            key = (one.message, one.location, one.address, one.input)
            alike.setdefault(key, []).append(self.plain(one))
        causes = dict.fromkeys(cause for one in group for cause in one.unknowns)
        return {"causes": list(causes), "open": list(alike.values()), "edits": edits}

    def _statement(self, result: Result) -> StatementText | None:
        """The statement that lets a witness in, where no source shows it."""
        witness = result.witness
        if not isinstance(witness, RequestWitness) or not witness.allowed_by:
            return None
        return self._statements.get((result.input, result.address, witness.allowed_by[0]))

    def _edit(self, rule: str, fix: Fix) -> dict[str, Any]:
        text = fix.diff or fix.hcl
        known = self._edits.setdefault(fix.diff or f"{fix.where}\n{fix.hcl}", rule)
        is_shown = known != rule
        lines = text.rstrip("\n").split("\n")
        is_printed = not is_shown and self._printed + len(lines) <= _PRINTED_LINES
        if is_printed:
            self._printed += len(lines)
        return {
            "title": words.fix_title(fix),
            "as_above": known if is_shown else "",
            "is_diff": bool(fix.diff),
            "lines": [{"look": _look(line) if fix.diff else "", "text": line} for line in lines],
            "is_printed": is_printed,
        }


def _together(grounds: Iterable[str]) -> Iterator[str]:
    """Grounds that say the same of several statements as one."""
    found: dict[str, list[str]] = {}
    for ground in grounds:
        _, name, rest = ground.split("`", 2) if ground.startswith("`") and ground.count("`") == 2 else ("", "", ground)
        found.setdefault(rest if name else ground, []).append(name)
    for rest, names in found.items():
        if names == [""] * len(names):
            yield rest
        else:
            listed = ", ".join(f"`{name}`" for name in names)
            yield f"{listed}{': each' if len(names) > 1 else ''}{rest}"


def _parted(message: str) -> tuple[str, str]:
    """A message as a heading and the rest: what is long is parted at its first colon outside of names."""
    if len(message) <= _LONG_HEADING:
        return message, ""
    for found in re.finditer(": ", message):
        if message.count("`", 0, found.start()) % 2 == 0:
            return message[: found.start()], message[found.end() :]
    return message, ""


def _look(line: str) -> str:
    if line.startswith(("---", "+++", "@@")):
        return "file"
    return {"+": "added", "-": "removed"}.get(line[:1], "")


def _lines(result: Result) -> Iterator[words.Line]:
    """What the request's own line doesn't say."""
    is_request = isinstance(result.witness, RequestWitness)
    for line in words.details(result):
        if line.label in _LABELS or not is_request or line.label in ("allowed by", "expired suppression"):
            yield line


def _excerpt(result: Result) -> Iterator[dict[str, Any]]:
    if result.excerpt is None:
        return
    for number, line in enumerate(result.excerpt.lines, result.excerpt.first):
        yield {"number": number, "text": line}


def controls(report: Report) -> list[dict[str, Any]]:
    """Each control that a rule of this report answers a part of, and what its rules say."""
    standing: dict[str, list[Result]] = {}
    for result in report.results:
        standing.setdefault(result.rule, []).append(result)
    every: dict[str, Any] = {}
    for rule in rules.ids():
        for one in catalogue.of(rule) if rule in standing else ():
            every.setdefault(one.label, one)
    return [
        {"of": one, "said": said}
        for one in every.values()
        if (said := _said(report, [result for rule in one.rules for result in standing.get(rule, ())]))
    ]


def _said(report: Report, results: Iterable[Result]) -> str:
    """What the rules behind a control say together; empty where none is about the input."""
    found: dict[str, list[str]] = {}
    for result in results:
        if result.verdict != "not-applicable":
            found.setdefault(words.word(result, report), []).append(result.rule)
    return "; ".join(
        f"{word}: {', '.join(dict.fromkeys(found[word]))}" if word != "holds" else f"{len(found[word])} hold"
        for word in ("fails", "not known", "advice", "set aside", "holds")
        if word in found
    )
