"""The HTML report: the page that people who review policies read, print and sign. One file, nothing loaded or run.

It works without JavaScript (details open by themselves, reasons behind a cell are popovers); the script copies edits
and opens what a link leads to. The Content-Security-Policy allows the page's own style and script by their hashes, and
nothing else.
"""

import base64
import hashlib
import importlib.resources
import re
from typing import Any

from orgtrail import __version__, links
from orgtrail.report import words
from orgtrail.report.answers import answers
from orgtrail.report.html import order, record, results, views
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.results import Report

#: What the page is made of, in this order.
_STYLES = ("screen.css", "picture.css", "print.css")


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as one HTML page."""
    import jinja2
    from markupsafe import Markup

    css = "".join(map(_text, _STYLES))
    script = _text("page.js")
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(_text),
    )
    environment.filters["prose"] = _prose
    environment.filters["name"] = _breakable
    environment.filters["spoken"] = _spoken
    environment.filters["sentence"] = _sentence
    environment.globals["rule_page"] = links.rule_page
    environment.globals["reason"] = words.reason
    return environment.get_template("page.html.j2").render(
        # Ours, not the input's: beside the rails of the picture, which hold numbers only, all that isn't escaped.
        css=Markup(css),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_content_security_policy(css, script),
        report=report,
        version=__version__,
        headline=words.headline(report),
        answers=answers(report),
        signs={"yes": "\u2713", "no": "\u2715", "unknown": "?", "not asked": "\u2013"},
        said={"yes": "Yes", "no": "No", "unknown": "Not known", "not asked": "Not asked"},
        record=record.record(report),
        inputs=record.inputs(report),
        found=results.found(report),
        controls=results.controls(report),
        views=[views.view(view, number, report) for number, view in enumerate(report.views) if views.is_drawn(view)],
        rows=order.rows,
        assumptions=record.assumptions(report),
        assumptions_page=f"{links.SITE}/assumptions/",
    )


def _text(name: str) -> str:
    folder = importlib.resources.files("orgtrail.report").joinpath("templates")
    return folder.joinpath(name).read_text(encoding="utf-8")


def _content_security_policy(css: str, script: str) -> str:
    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; style-src {digest(css)}; script-src {digest(script)}; base-uri 'none'; form-action 'none'"
    )


def _prose(text: str) -> Any:
    """A sentence, what stands in backquotes as code; everything escaped."""
    from markupsafe import Markup, escape

    pieces = words.spelled_out(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(words.spelled_out(text))
    made = (
        f"<code>{_breakable(piece)}</code>" if number % 2 else _spoken(piece) for number, piece in enumerate(pieces)
    )
    return Markup("").join(Markup(piece) for piece in made)  # noqa: S704 - each piece is escaped


def _spoken(text: str) -> Any:
    """Words, escaped, in which no line ends inside the name of an option."""
    from markupsafe import Markup, escape

    made = re.sub(r"--[a-z][a-z-]*", lambda found: f'<span class="option">{found[0]}</span>', str(escape(text)))
    return Markup(made)  # noqa: S704 - an option's name needs no escape, the rest has it


def _breakable(text: str) -> Any:
    """A name, escaped, that a line may end in where a reader would part it: behind a dot, a slash or an underscore."""
    from markupsafe import Markup, escape

    pieces = re.split(r"(?<=[./_:])(?=[^./_:\s])", words.spelled_out(text))
    return Markup("<wbr>").join(escape(piece) for piece in pieces)


def _sentence(text: str) -> str:
    """A message as a heading: its first letter large, unless a name begins it."""
    first = text.split(" ", 1)[0].removesuffix(":")
    return text[:1].upper() + text[1:] if first.isalpha() else text
