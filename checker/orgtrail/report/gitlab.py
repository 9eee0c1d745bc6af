"""GitLab's code quality report: a list of issues for the widget of a merge request.

Source: GitLab Docs, "Code Quality report format". A path must be relative to the repository, so an issue without a
place in source stands at the first line of its input.
"""

from typing import Any

import msgspec

from orgtrail import links, rules
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import by_gravity, fingerprints, subject
from orgtrail.results import Place, Report, Result


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as the JSON of a code quality report; suppressed results and proofs are left out."""
    marks = dict(zip(map(id, report.results), fingerprints(report.results), strict=True))
    issues = [
        _issue(result, marks[id(result)], report)
        for result in by_gravity(report.results)
        if result.verdict in {"violated", "undecided"} and not result.is_suppressed
    ]
    return msgspec.json.format(msgspec.json.encode(issues), indent=2).decode() + "\n"


def _issue(result: Result, mark: str, report: Report) -> dict[str, Any]:
    place = result.location or Place("stdin" if result.input == "-" else result.input)
    return {
        "description": _described(result),
        "check_name": result.rule,
        "fingerprint": mark,
        "severity": _severity(result, report),
        "location": {"path": place.file.removeprefix("./"), "lines": {"begin": max(place.line or 1, 1)}},
    }


def _described(result: Result) -> str:
    """What was found, what the rule asks for, and where more of it stands: the format has room for one text."""
    found = f"{subject(result)}: {result.message}" + (" (not known)" * (result.verdict == "undecided"))
    if result.rule not in rules.ids():
        return found
    return f"{found}. Asked for: {rules.load(result.rule).summary} {links.rule_page(result.rule)}"


def _severity(result: Result, report: Report) -> str:
    """One of info, minor, major, critical, blocker: what counts blocks."""
    if report.counts(result):
        return "blocker" if result.verdict == "violated" else "critical"
    return {"error": "major", "warning": "minor", "note": "info"}[result.severity]
