"""Workflow commands of GitHub Actions: each result becomes an annotation on the line it is about.

GitHub shows ten errors, ten warnings and ten notices of a step, so the gravest come first. Source: GitHub Docs,
"Workflow commands for GitHub Actions".
"""

from orgtrail.report.answers import answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import by_gravity, counted, details, fix_title, headline, subject, told, word
from orgtrail.results import Report, Result

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as workflow commands, with one line of counts that is plain log."""
    shown = [
        result
        for result in by_gravity(report.results)
        if result.verdict in {"violated", "undecided"} and not result.is_suppressed
    ]
    order = list(_COMMANDS)
    shown.sort(key=lambda result: order.index(_level(result, report)))
    lines = [_command(_COMMANDS[_level(result, report)], result, word(result, report)) for result in shown]
    lines += [f"::notice title=orgtrail::{_text(notice.message)}" for notice in report.notices]
    lines += [f"orgtrail: {answer.question} {answer.word}: {answer.text}" for answer in answers(report)]
    lines += [f"orgtrail: {line.label}: {line.text}" for line in told(report)]
    return "\n".join([*lines, f"orgtrail: {headline(report)} ({counted(report)})"]) + "\n"


def _level(result: Result, report: Report) -> str:
    """What counts is an error, so that what stops the job is what is red."""
    if report.counts(result):
        return "error"
    return "warning" if result.severity == "error" else result.severity


def _command(command: str, result: Result, said: str) -> str:
    properties = {"title": f"{result.rule} ({said})"}
    if result.location is not None:
        properties |= {"file": result.location.file}
        if result.location.line is not None:
            properties["line"] = str(result.location.line)
        if result.location.column is not None:
            properties["col"] = str(result.location.column)
    lines = [f"{subject(result)}: {result.message}", *(f"{line.label}: {line.text}" for line in details(result))]
    if result.fix is not None:
        lines += [f"fix: {fix_title(result.fix)}:", *result.fix.hcl.splitlines()]
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {listed}::{_text(chr(10).join(lines))}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
