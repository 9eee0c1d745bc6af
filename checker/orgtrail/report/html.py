"""The HTML report: the page that people who review policies read. One file, nothing loaded, nothing of the input run.

It works without JavaScript (details open by themselves, witnesses are popovers); the script adds filters and copying.
The Content-Security-Policy allows the page's own style and script by their hashes, and nothing else.
"""

import base64
import hashlib
import importlib.resources
from typing import Any

import msgspec

from orgtrail import __version__
from orgtrail.report import words
from orgtrail.report.answers import answers
from orgtrail.report.drawing import described
from orgtrail.report.drawing.svg import picture
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.results import OrderWitness, PolicyText, Report, RequestWitness, Result, StatementText, View

_MARK_WORDS = {
    "allows": "lets the witness in",
    "misses": "doesn't stop it",
    "stops": "stops it",
}


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as one HTML page."""
    import jinja2
    from markupsafe import Markup

    folder = importlib.resources.files("orgtrail.report").joinpath("templates")
    css = folder.joinpath("report.css").read_text(encoding="utf-8")
    script = folder.joinpath("report.js").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["prose"] = _prose
    template = environment.from_string(folder.joinpath("report.html.j2").read_text(encoding="utf-8"))
    shown = words.by_gravity(result for result in report.results if result.verdict != "not-applicable")
    by_input = words.by_input(report)
    drawn = [(number, view) for number, view in enumerate(report.views) if _is_drawn(view)]
    return template.render(
        # Ours, not the input's: the only two texts that aren't escaped, beside the picture, which escapes its own.
        css=Markup(css),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_content_security_policy(css, script),
        report=report,
        version=__version__,
        headline=words.headline(report),
        tone={0: "good", 1: "bad", 3: "unknown"}.get(report.exit_code, "bad"),
        answers=answers(report),
        told=list(words.told(report)),
        counts=words.summary(report),
        inputs=_inputs(report, by_input, {view.input: number for number, view in drawn}),
        results=[_result(result, number) for number, result in enumerate(shown)],
        quiet=[result for result in report.results if result.verdict == "not-applicable"],
        unknowns=_unknowns(shown),
        suppressed=[result for result in shown if result.suppression is not None],
        views=[_view(view, number, by_input[view.input]) for number, view in drawn],
        mark_words=_MARK_WORDS,
        reason=words.reason,
    )


def _inputs(report: Report, by_input: dict[str, list[Result]], views: dict[str, int]) -> list[dict[str, Any]]:
    """Every input with its counts and the number of its view, those that fail the run first."""
    found = []
    for one in report.inputs:
        part = msgspec.structs.replace(report, results=tuple(by_input[one.path]))
        fails = sum(report.counts(result) for result in part.results)
        found.append({"of": one, "counts": words.summary(part), "fails": fails, "view": views.get(one.path)})
    return sorted(found, key=lambda one: not one["fails"])


def _is_drawn(view: View) -> bool:
    return bool((view.diagram is not None and view.diagram.nodes) or view.access or view.policies)


def _content_security_policy(css: str, script: str) -> str:
    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; style-src {digest(css)}; script-src {digest(script)}; base-uri 'none'; form-action 'none'"
    )


def _prose(text: str) -> Any:
    """A sentence, what stands in backquotes as code; everything escaped."""
    from markupsafe import Markup, escape

    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    made = (f"<code>{escape(piece)}</code>" if number % 2 else escape(piece) for number, piece in enumerate(pieces))
    return Markup("").join(Markup(piece) for piece in made)  # noqa: S704 - each piece is escaped


def _result(result: Result, number: int) -> dict[str, Any]:
    return {
        "id": f"result-{number}",
        "state": words.state(result),
        "subject": words.subject(result),
        "lines": list(words.details(result)),
        "fix_title": words.fix_title(result.fix) if result.fix else "",
        "is_open": result.verdict in {"violated", "undecided"} and not result.is_suppressed,
        "of": result,
    }


def _unknowns(results: list[Result]) -> list[dict[str, Any]]:
    """Every cause once, with the rules that hang on it."""
    found: dict[tuple[str, str], list[str]] = {}
    for result in results:
        for cause in result.unknowns:
            rules = found.setdefault((cause.what, cause.settle), [])
            if result.rule not in rules:
                rules.append(result.rule)
    return [{"what": what, "settle": settle, "rules": rules} for (what, settle), rules in found.items()]


def _view(view: View, number: int, results: list[Result]) -> dict[str, Any]:
    from markupsafe import Markup

    diagram = view.diagram if view.diagram is not None and view.diagram.nodes else None
    # The picture escapes what comes from the input itself.
    drawn = Markup(picture(diagram, identity=f"order-{number}")) if diagram else None  # noqa: S704
    return {
        "number": number,
        "input": view.input,
        "picture": drawn,
        "missing": [edge for edge in diagram.edges if edge.state == "missing"] if diagram else [],
        "sentences": list(described(diagram)) if diagram else [],
        "tables": view.access,
        "policies": [_policy(policy, results) for policy in view.policies],
        "asks_order": any(isinstance(result.witness, OrderWitness) for result in results),
    }


def _policy(policy: PolicyText, results: list[Result]) -> dict[str, Any]:
    marks: dict[str, dict[str, list[str]]] = {}
    for result in results:
        witness = result.witness
        if result.address != policy.address or not isinstance(witness, RequestWitness):
            continue
        for kind, names in (
            ("allows", witness.allowed_by),
            ("misses", witness.not_denied_by),
            ("stops", witness.denied_by),
        ):
            for name in names:
                rules = marks.setdefault(name, {}).setdefault(kind, [])
                if result.rule not in rules:
                    rules.append(result.rule)
    return {"of": policy, "statements": [_marked(statement, marks) for statement in policy.statements]}


def _marked(statement: StatementText, marks: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    return {"of": statement, "marks": marks.get(statement.name, {})}
