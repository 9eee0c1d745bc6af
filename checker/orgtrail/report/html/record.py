"""What an auditor files beside the answers: what was checked, when, by which command, on whose word."""

import shlex
from collections.abc import Iterator
from typing import Any

import msgspec

from orgtrail.report import words
from orgtrail.report.answers import answers
from orgtrail.results import ASSUMED, Fact, Report, Result, ShownEvidence

#: What is counted of each input.
_COUNTED = ("fails", "not known", "advice", "set aside", "holds")

#: The facts that say who is who; they stand there.
_WHO = ("organization-id", "management-account", "archive-account", "trusted-account")


def record(report: Report) -> dict[str, Any]:
    """The facts of the run itself."""
    told = report.configuration
    day, _, time = report.run.at.removesuffix("Z").partition("T")
    return {
        "day": day or told.today,
        "time": f"{time[:5]} UTC" if time else "",
        "command": shlex.join(report.run.command),
        "accounts": _accounts(report),
        "facts": [{"name": fact.name, "value": fact.value, "by": _by(fact)} for fact in _others(report)],
        "evidence": [_evidence(one) for one in dict.fromkeys(view.evidence for view in report.views) if one],
        "assumed": list(dict.fromkeys(_assumed(report))),
        "told": [line for line in words.told(report) if line.label != "taken for true"],
        "baseline": _baseline(report),
        "today": told.today if day and told.today != day else "",
    }


def _accounts(report: Report) -> list[dict[str, Any]]:
    """Who is who, where all inputs say the same; of several, what differs stands beside each input."""
    every = [view.accounts for view in report.views if view.accounts]
    shared = [fact for fact in every[0] if all(fact in others for others in every)] if every else []
    shown = "shown by the input" + (" or by evidence" if any(view.evidence for view in report.views) else "")
    told = {fact.value: _by(fact) for fact in report.configuration.facts if fact.name in _WHO}
    return [
        {
            "name": fact.name,
            "value": fact.value or "not known",
            "is_name": " " not in fact.value,
            "by": told.get(fact.value, "told") if fact.by == "told" else shown if fact.by else "",
        }
        for fact in shared
    ]


def _others(report: Report) -> list[Fact]:
    """What was taken for true beside who is who; all of it where no view says that."""
    shown = any(view.accounts for view in report.views)
    return [fact for fact in report.configuration.facts if not (shown and fact.name in _WHO)]


def _by(fact: Fact) -> str:
    by = f"told by {fact.by}" if fact.by else "told on the command line"
    return f"{by}, found by itself" if fact.is_found else by


def _evidence(seen: ShownEvidence) -> str:
    age = words.many(round(seen.hours), "hour") + " old" if seen.hours >= 1 else "less than an hour old"
    return f"{seen.ground}; {age}" + (", too old to be relied on" if seen.is_stale else "")


def _baseline(report: Report) -> str:
    """What is new against an earlier run, what was there before, what is mended; empty without one."""
    if not report.baseline:
        return ""
    is_open = [one for one in report.results if one.verdict in ("violated", "undecided")]
    before = sum(map(report.was_there_before, is_open))
    new = sum(not one.is_suppressed for one in is_open)
    return f"against the {report.baseline}: {new} new, {before} there before, {len(report.mended)} mended"


def _assumed(report: Report) -> Iterator[str]:
    """What the user asked to take for granted, with the reason that was given."""
    for result in report.results:
        yield from (ground.removeprefix(ASSUMED) for ground in result.because if ground.startswith(ASSUMED))


def inputs(report: Report) -> list[dict[str, Any]]:
    """Every input with its answers, its counts and its view, those that fail the run first."""
    by_input = words.by_input(report)
    origins = {view.input: view.origin for view in report.views}
    numbers = {view.input: number for number, view in enumerate(report.views)}
    several = len(report.inputs) > 1
    made = []
    for one in report.inputs:
        results = by_input[one.path]
        part = msgspec.structs.replace(report, inputs=(one,), results=tuple(results))
        made.append(
            {
                "of": one,
                "origin": origins.get(one.path),
                "number": numbers.get(one.path),
                "answers": {answer.question: answer for answer in answers(part)} if several else {},
                "counts": dict.fromkeys(_COUNTED, 0) | {word: len(of) for word, of in words.by_word(part).items()},
                "fails": sum(map(report.counts, results)),
            }
        )
    return sorted(made, key=lambda one: not one["fails"])


def assumptions(report: Report) -> list[dict[str, Any]]:
    """What proofs took for true beside the input: each with its sentence, and how many results rest on it."""
    from orgtrail.iam.assumptions import ASSUMPTIONS

    proofs: list[Result] = [one for one in report.results if one.verdict == "proved"]
    used = {name for one in proofs for name in one.assumptions}
    return [
        {"id": name, "text": text, "count": sum(name in one.assumptions for one in proofs)}
        for name, text in ASSUMPTIONS.items()
        if name in used
    ]
