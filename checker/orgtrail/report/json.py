"""The JSON report, version `orgtrail/1`: what others script against, so its names are held still."""

from typing import Any

import msgspec

from orgtrail import controls, links
from orgtrail.report import made_visible
from orgtrail.report.answers import answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import summary
from orgtrail.results import Report, Result
from orgtrail.visible import unseen_escaped

VERSION = "orgtrail/1"

#: What is there only where there is any.
_WHERE_ANY = ("notices", "unreadable", "mended")


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as JSON text with a line break at its end."""
    try:
        encoded = msgspec.json.encode(as_data(report))
    except UnicodeEncodeError:
        # A name in the input may hold half of a surrogate pair, which no UTF-8 text can.
        encoded = msgspec.json.encode(as_data(made_visible(report)))
    return unseen_escaped(msgspec.json.format(encoded, indent=2).decode()) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data, in the order of the contract."""
    return {
        "version": VERSION,
        "inputs": msgspec.to_builtins(report.inputs),
        "summary": summary(report),
        "answers": msgspec.to_builtins(answers(report)),
        "configuration": msgspec.to_builtins(report.configuration),
        "results": [_result(result) for result in report.results],
    } | {
        name: msgspec.to_builtins(getattr(report, name))
        for name in ("notices", "unreadable", "mended")
        if getattr(report, name)
    }


def _result(result: Result) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(result)
    ordered = (
        "rule",
        "verdict",
        "severity",
        "input",
        "address",
        "location",
        "message",
        "witness",
        "unknowns",
        "because",
        "assumptions",
    )
    shown = {key: data[key] for key in (*ordered, "suppression", "excerpt")}
    shown["page"] = links.rule_page(result.rule)
    shown["controls"] = controls.names_of(result.rule)
    # How a policy is mended is for `--fix`; readers have it as HCL.
    fix = {name: value for name, value in (data["fix"] or {}).items() if name not in ("edits", "changes")}
    return shown | ({"fix": fix} if fix else {})
