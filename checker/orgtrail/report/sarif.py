"""The SARIF 2.1.0 report, for GitHub code scanning and everything else that reads it.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", and GitHub Docs, "SARIF support for
code scanning". What is violated is `fail`, what is undecided is `open`; proofs are left out, since code scanning shows
every result as an alert. It refuses a run of more than `LIMIT` results, so the gravest are kept, and how many aren't is
said.
"""

from typing import Any
from urllib.parse import quote

import msgspec

from orgtrail import __version__, controls, links, rules
from orgtrail.report.answers import answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import by_gravity, details, fingerprints, fix_title, reason
from orgtrail.results import Fix, Place, Report, Result, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SHOWN = ("violated", "undecided")
#: GitHub's limit on the results of a run.
LIMIT = 25_000

#: What GitHub makes of `security-severity`: from 7.0 on high, from 4.0 on medium, below low.
_SECURITY_SEVERITY: dict[Severity, str] = {"error": "8.0", "warning": "5.0", "note": "2.0"}


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as a SARIF log with one run."""
    return msgspec.json.format(msgspec.json.encode(_log(report)), indent=2).decode() + "\n"


def _log(report: Report) -> dict[str, Any]:
    shown = [
        (result, mark)
        for result, mark in zip(report.results, fingerprints(report.results), strict=True)
        if result.verdict in _SHOWN
    ]
    cut = len(shown) - LIMIT
    if cut > 0:
        kept = {id(result) for result in by_gravity(result for result, _ in shown)[:LIMIT]}
        shown = [(result, mark) for result, mark in shown if id(result) in kept]
    described = list(dict.fromkeys(result.rule for result, _ in shown))
    positions = {rule: position for position, rule in enumerate(described)}
    catalogues = _catalogues(described)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "orgtrail",
                "semanticVersion": __version__,
                "informationUri": links.SITE,
                "rules": [_rule(rule, report, list(catalogues)) for rule in described],
                "supportedTaxonomies": [{"name": name, "index": index} for index, name in enumerate(catalogues)],
            }
        },
        "taxonomies": list(catalogues.values()),
        "artifacts": [{"location": _artifact(one.path)} for one in report.inputs],
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, max(cut, 0))],
        "results": [_result(result, mark, positions[result.rule]) for result, mark in shown],
        "properties": {
            "answers": msgspec.to_builtins(answers(report)),
            "configuration": msgspec.to_builtins(report.configuration),
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(report: Report, cut: int) -> dict[str, Any]:
    """How the run went: what couldn't be read makes it a failed one, whatever was found in the rest."""
    data: dict[str, Any] = {"executionSuccessful": not report.unreadable, "exitCode": report.exit_code}
    told: list[dict[str, Any]] = [{"level": "error", "message": {"text": error}} for error in report.unreadable]
    told += [
        {"level": "note", "message": {"text": notice.message}}
        | ({"locations": [{"physicalLocation": _physical(notice.place)}]} if notice.place else {})
        for notice in report.notices
    ]
    if cut:
        text = f"{cut} more {'result' if cut == 1 else 'results'} left out: GitHub takes {LIMIT} of a run"
        told.append({"level": "warning", "message": {"text": text}})
    if told:
        data["toolExecutionNotifications"] = told
    return data


def _catalogues(described: list[str]) -> dict[str, dict[str, Any]]:
    """The catalogues of controls that the rules answer parts of, as taxonomies (section 3.19.3), by their names."""
    found: dict[str, dict[str, Any]] = {}
    for one in controls.CONTROLS:
        if not any(rule in described for rule in one.rules):
            continue
        framework = controls.FRAMEWORKS[one.framework]
        taxonomy = found.setdefault(
            framework.id,
            {
                "name": framework.id,
                "fullName": framework.label,
                "version": framework.version,
                "informationUri": framework.source,
                "isComprehensive": False,
                "taxa": [],
            },
        )
        taxonomy["taxa"].append(
            {"id": one.id, "shortDescription": {"text": one.title}, "fullDescription": {"text": one.part}}
        )
    return found


def _relationships(rule_id: str, catalogues: list[str]) -> list[dict[str, Any]]:
    """The controls that a rule answers a part of: it is relevant to them, and no more."""
    return [
        {
            "target": {
                "id": one.id,
                "toolComponent": {"name": one.framework, "index": catalogues.index(one.framework)},
            },
            "kinds": ["relevant"],
        }
        for one in controls.of(rule_id)
    ]


def _rule(rule_id: str, report: Report, catalogues: list[str]) -> dict[str, Any]:
    """What the log says of a rule: from its docstring, where the rule is one of ours."""
    severity = next(result.severity for result in report.results if result.rule == rule_id)
    described: dict[str, Any] = {
        "id": rule_id,
        "name": "".join(word.capitalize() for word in rule_id.split("-")),
        "defaultConfiguration": {"level": severity},
        "properties": {"tags": ["security", "terraform"], "security-severity": _SECURITY_SEVERITY[severity]},
    }
    if rule_id in rules.ids():
        rule = rules.load(rule_id)
        described["helpUri"] = links.rule_page(rule_id)
        described["shortDescription"] = {"text": rule.summary}
        described["fullDescription"] = {"text": rule.summary}
        described["help"] = {"text": help_text(rule), "markdown": _help_page(rule)}
        if related := _relationships(rule_id, catalogues):
            described["relationships"] = related
    return described


def help_text(rule: rules.Rule) -> str:
    """A rule's documentation as plain text, without the indentation of its docstring."""
    from inspect import cleandoc

    return cleandoc(rule.page)


def _help_page(rule: rules.Rule) -> str:
    """The same as Markdown, which GitHub shows where there is some."""
    from orgtrail.explain import SECTIONS, explained

    said = explained(rule, with_examples=False)
    sources = "\n".join(f"- [{source.title}]({source.url})" for source in said.sources)
    parts = {"Why": said.why, "Holds when": said.holds_when, "Fix": said.fix, "Sources": sources}
    return "\n\n".join([said.summary, *(f"### {SECTIONS[name]}\n\n{text}" for name, text in parts.items() if text)])


def _result(result: Result, mark: str, rule_index: int) -> dict[str, Any]:
    is_violated = result.verdict == "violated"
    data: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": rule_index,
        # A result that isn't a failure has no level (section 3.27.10).
        "kind": "fail" if is_violated else "open",
        "level": result.severity if is_violated else "none",
        "message": {"text": _message(result)},
        "locations": [_location(result)],
        "partialFingerprints": {"orgtrail/v1": mark, "primaryLocationLineHash": mark},
        "properties": {"verdict": result.verdict, "address": result.address, "input": result.input},
    }
    if result.fix is not None and result.fix.changes:
        data["fixes"] = [_fix(result.fix)]
    suppression = result.suppression
    if suppression is not None:
        data["suppressions"] = [
            {
                "kind": "inSource" if suppression.by.startswith("comment") else "external",
                "status": "rejected" if suppression.expired else "accepted",
                "justification": reason(suppression),
            }
        ]
    return data


def _message(result: Result) -> str:
    """A message as plain text. SARIF reads `[text](target)` in one as a link, so brackets are escaped where one is."""
    lines = [result.message]
    lines += [f"{line.label}: {line.text}" for line in details(result)]
    if result.fix is not None:
        lines += [f"fix: {fix_title(result.fix)}:", *(f"  {line}".rstrip() for line in result.fix.hcl.splitlines())]
    text = "\n".join(lines)
    if "](" in text:
        text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return text


def _location(result: Result) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(result.location or Place(result.input))}
    if result.excerpt is not None and not result.excerpt.is_cut and len(result.excerpt.lines) > 1:
        # The statement as a whole, not its first line.
        region = location["physicalLocation"].get("region")
        if region is not None:
            region["endLine"] = result.excerpt.first + len(result.excerpt.lines) - 1
    if result.address:
        location["logicalLocations"] = [{"fullyQualifiedName": result.address, "kind": "resource"}]
    return location


def _fix(fix: Fix) -> dict[str, Any]:
    """The edits of a fix, as lines that are taken away and put in (section 3.55)."""
    by_file: dict[str, list[dict[str, Any]]] = {}
    for one in fix.changes:
        region = {"startLine": one.line, "startColumn": 1, "endLine": one.line + one.taken, "endColumn": 1}
        by_file.setdefault(one.file, []).append({"deletedRegion": region, "insertedContent": {"text": one.put}})
    changes = [{"artifactLocation": _artifact(file), "replacements": found} for file, found in by_file.items()]
    return {"description": {"text": fix_title(fix)}, "artifactChanges": changes}


def _physical(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.file)}
    if place.line is not None:
        physical["region"] = {"startLine": max(place.line, 1)}
        if place.column is not None:
            physical["region"]["startColumn"] = max(place.column, 1)
    return physical


def _artifact(path: str) -> dict[str, str]:
    """A path as a URI reference: relative ones stay relative, and nothing in one reads as a scheme."""
    if path == "-":
        return {"uri": "stdin"}
    quoted = quote(path.replace("\\", "/").removeprefix("./"), safe="/._-~")
    return {"uri": f"file://{quoted}" if quoted.startswith("/") else quoted or "input"}
