"""OSCAL assessment results: observations of the rules, findings on the NIST controls that they answer a part of.

Every result is an observation. A control gets a finding only where that can be said: `not-satisfied` where a rule
behind it is violated, `satisfied` where every rule behind it was asked, none is undecided or set aside, and something
was proved. Of what isn't known there are observations and no finding. A finding says which part of the control it is
about: no control is satisfied by a plan. Identifiers follow from what they identify (RFC 9562, version 5), so the same
input gives the same ones; times are those of the run.

Source: NIST, OSCAL 1.1.3, "Assessment Results Model". Control ids are those of NIST's catalog of SP 800-53 rev. 5.
"""

import datetime
import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from orgtrail import __version__, controls, links
from orgtrail.report.answers import answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import by_input, details, reason, state, subject, told
from orgtrail.results import Input, Report, Result

OSCAL = "1.1.3"
_CATALOG = "nist-800-53-r5"
_NAMESPACE = f"{links.SITE}/ns/oscal"
_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, _NAMESPACE)
#: Longer texts tell nobody more.
_LONGEST = 4000


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as an OSCAL assessment-results document in JSON."""
    return msgspec.json.format(msgspec.json.encode(_document(report)), indent=2).decode() + "\n"


def _document(report: Report) -> dict[str, Any]:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    parts = [_input(one, results, report, now) for one, results in _each(report)]
    rules = {"uuid": _id("rules", __version__), "title": f"The rules of orgtrail {__version__}", "rlinks": [_rlink()]}
    return {
        "assessment-results": {
            "uuid": _id("document", *(one["uuid"] for one in parts)),
            "metadata": {
                "title": "orgtrail: an organization's trail and who can read its logs",
                "last-modified": now,
                "version": __version__,
                "oscal-version": OSCAL,
                "props": [_prop("exit-code", str(report.exit_code))],
                "remarks": _text("\n".join(_told(report))),
            },
            "import-ap": {"href": f"#{rules['uuid']}"},
            "results": parts,
            "back-matter": {"resources": [rules]},
        }
    }


def _told(report: Report) -> Iterator[str]:
    """The answers, what the run was told, and what a reader should know of it."""
    yield from (f"{answer.question} {answer.word}: {answer.text}" for answer in answers(report))
    yield from (f"{line.label}: {line.text}" for line in told(report))
    yield from (notice.message for notice in report.notices)
    yield from report.unreadable


def _rlink() -> dict[str, str]:
    return {"href": f"{links.SITE}/controls/"}


def _each(report: Report) -> Iterator[tuple[Input, list[Result]]]:
    known = {one.path: one for one in report.inputs}
    for path, results in by_input(report).items():
        yield known.get(path) or Input(path, "plan"), results


def _input(one: Input, results: list[Result], report: Report, now: str) -> dict[str, Any]:
    """The results of one input."""
    marks = _marks(results)
    observations = [_observation(result, mark, now) for result, mark in zip(results, marks, strict=True)]
    items = {result.address: _item(result) for result in results if result.address}
    findings = list(_findings(results, marks, report))
    asked = [control for control in _nist() if set(control.rules) - set(report.configuration.not_asked)]
    data: dict[str, Any] = {
        "uuid": _id("results", one.path, *marks, *(str(finding["uuid"]) for finding in findings)),
        "title": _text(f"orgtrail check {one.path}"),
        "description": _text(f"What the rules of orgtrail say of a {one.kind}, before it is applied."),
        "start": now,
        "end": now,
        "props": [_prop("input-kind", one.kind)],
        "reviewed-controls": {"control-selections": [_selection(asked)]},
    }
    if items:
        data["local-definitions"] = {"inventory-items": list(items.values())}
    # An empty list isn't allowed.
    return data | {name: found for name, found in (("observations", observations), ("findings", findings)) if found}


def _nist() -> list[controls.FrameworkControl]:
    return [one for one in controls.CONTROLS if one.framework == _CATALOG]


def control_id(number: str) -> str:
    """The id of a control in NIST's catalog: `au-9.4` of `AU-9(4)`."""
    return re.sub(r"\((\d+)\)", r".\1", number.lower())


def _selection(asked: list[controls.FrameworkControl]) -> dict[str, Any]:
    said: dict[str, Any] = {"description": "Of each control the part that orgtrail's rules ask about."}
    if asked:
        said["include-controls"] = [{"control-id": control_id(one.id)} for one in asked]
    return said


def _marks(results: Iterable[Result]) -> list[str]:
    """An id for each result: of what it is about, numbered where several are about the same."""
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for result in results:
        key = (result.input, result.rule, result.address, result.verdict)
        seen[key] = seen.get(key, 0) + 1
        found.append(_id("observation", *key, str(seen[key])))
    return found


def _observation(result: Result, mark: str, now: str) -> dict[str, Any]:
    lines = [result.message, *(f"{line.label}: {line.text}" for line in details(result))]
    props = [_prop("rule", result.rule), _prop("verdict", result.verdict), _prop("severity", result.severity)]
    props += [_prop("control", name) for name in controls.names_of(result.rule)]
    if result.suppression is not None:
        props.append(_prop("set-aside" if result.is_suppressed else "set-aside-until", reason(result.suppression)))
    data: dict[str, Any] = {
        "uuid": mark,
        "title": _text(f"{result.rule}: {state(result)}"),
        "description": _text("\n".join(lines)),
        "props": props,
        "links": [{"href": links.rule_page(result.rule), "rel": "reference"}],
        "methods": ["TEST"],
        "types": ["control-objective" if result.verdict in ("proved", "not-applicable") else "finding"],
        "collected": now,
    }
    if result.address:
        item = _item(result)
        data["subjects"] = [{"subject-uuid": item["uuid"], "type": "inventory-item", "title": _text(subject(result))}]
    if result.location is not None:
        data["relevant-evidence"] = [{"description": _text(f"at {result.location}")}]
    return data


def _item(result: Result) -> dict[str, Any]:
    """A resource of the input, as the thing that observations are about."""
    return {
        "uuid": _id("item", result.input, result.address),
        "description": _text(f"The resource {result.address} of {result.input}"),
        "props": [{"name": "asset-id", "value": _line(result.address)}],
    }


def _findings(results: list[Result], marks: list[str], report: Report) -> Iterator[dict[str, Any]]:
    """A finding for each control of which something can be said."""
    for control in _nist():
        behind = [
            (result, mark)
            for result, mark in zip(results, marks, strict=True)
            if result.rule in control.rules and result.verdict != "not-applicable"
        ]
        found = _state(control, [result for result, _ in behind], report)
        if not found:
            continue
        path = results[0].input
        failing = [mark for result, mark in behind if found == "satisfied" or _fails(result)]
        yield {
            "uuid": _id("finding", path, control.name, found),
            "title": _text(f"{control.id}: {control.title}"),
            "description": _text(f"The part that the rules ask about: {control.part}."),
            "props": [_prop("part-of-control", control.part)],
            "target": {
                "type": "statement-id",
                "target-id": f"{control_id(control.id)}_smt",
                "status": {
                    "state": found,
                    "reason": "pass" if found == "satisfied" else "fail",
                    "remarks": f"Of a part of the control: {control.part}.",
                },
            },
            "related-observations": [{"observation-uuid": mark} for mark in failing],
        }


def _fails(result: Result) -> bool:
    return result.verdict == "violated" and not result.is_suppressed


def _state(control: controls.FrameworkControl, behind: list[Result], report: Report) -> str:
    """`satisfied`, `not-satisfied`, or nothing where it can't be said."""
    if any(_fails(result) for result in behind):
        return "not-satisfied"
    whole = not report.unreadable and not set(control.rules) & set(report.configuration.not_asked)
    return "satisfied" if behind and whole and all(result.verdict == "proved" for result in behind) else ""


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _NAMESPACE, "value": _line(value)}


def _line(text: str) -> str:
    """A text as OSCAL's strings are: one line, no space around it, never empty."""
    return " ".join(text.split())[:_LONGEST].strip() or "-"


#: What Markdown reads as a link, an image, a tag or code: descriptions of OSCAL are Markdown.
_MARKUP = re.compile(r"[\\`*_\[\]<>!|#]")


def _text(text: str) -> str:
    """A text in which nothing is markup but the line breaks."""
    plain = _MARKUP.sub(lambda found: f"\\{found.group()}", text.strip()[:_LONGEST])
    return plain or "-"


def _id(*of: str) -> str:
    """An identifier that follows from what it identifies."""
    return str(uuid.uuid5(_ROOT, "\0".join(of).encode(errors="replace").decode()))
