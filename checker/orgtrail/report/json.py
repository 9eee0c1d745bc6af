"""The JSON report, version `orgtrail/1`: what others script against, so its names are held still."""

from typing import Any

import msgspec

from orgtrail.results import Report, Result

VERSION = "orgtrail/1"


def write(report: Report) -> str:
    """The report as JSON text with a line break at its end."""
    return msgspec.json.format(msgspec.json.encode(as_data(report)), indent=2).decode() + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data, in the order of the contract."""
    return {
        "version": VERSION,
        "inputs": msgspec.to_builtins(report.inputs),
        "summary": summary(report),
        "results": [_result(result) for result in report.results],
    }


def summary(report: Report) -> dict[str, int]:
    """How many results have which verdict; suppressed ones are counted apart, and so are proofs on an assumption."""
    standing = [result for result in report.results if not result.is_suppressed]
    counts = {verdict: sum(r.verdict == verdict for r in standing) for verdict in ("proved", "violated", "undecided")}
    return counts | {
        "suppressed": len(report.results) - len(standing),
        "assumed": sum(result.is_assumed for result in standing),
        "exit_code": report.exit_code,
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
    )
    return {key: data[key] for key in (*ordered, "suppression")} | ({"fix": data["fix"]} if result.fix else {})
