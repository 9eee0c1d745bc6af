"""The Markdown report: a comment on a pull request, of which one screen is open and the rest folded.

First the answers, then what changes against the base (what the plan does to who may reach the logs, what a baseline
holds), then what fails in a line each; folded below it stand the lines, the request and the edit. GitHub refuses a
comment of more than 65,536 characters, so what doesn't fit is left out, whole results at a time, with a count.
Everything from the input is quoted by `markdown_marks`.
"""

from collections.abc import Iterable, Iterator

from orgtrail import links, rules
from orgtrail.report.answers import answers
from orgtrail.report.markdown_marks import code, cut, escaped, fenced, in_html
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import (
    by_cause,
    by_statement,
    by_word,
    counted,
    details,
    fix_title,
    headline,
    many,
    reason,
    request_line,
    spelled_out,
    told,
    unknown_lines,
)
from orgtrail.report.words import subject as subject_of
from orgtrail.results import AccessChange, Report, RequestWitness, Result

#: GitHub's limit, less room for what a workflow may put around the report.
LIMIT = 65_536 - 1_536

#: So many lines of a list are open; the rest is folded.
_OPEN_LINES = 8
#: Lines of a folded list.
_MOST_LINES = 100
#: Pictures: they take no room from what has to be read.
_MOST_PICTURES = 20

_ANSWERS = {"yes": "✅", "no": "❌", "unknown": "❔", "not asked": "❔"}
_SIGNS = {"fails": "❌", "not known": "❔"}


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as GitHub Flavored Markdown, never longer than `LIMIT` characters."""
    found = by_word(report)
    page = _Page()
    page.add(f"## orgtrail: {escaped(headline(report))}", "")
    for answer in answers(report):
        page.add(f"{_ANSWERS[answer.word]} **{answer.question}** {escaped(spelled_out(answer.text), 600)}", "")
    _changes(report, page)
    _open(report, found, page)
    for notice in report.notices:
        page.add(f"- note: {escaped(notice.message)}" + (f" ({code(str(notice.place))})" if notice.place else ""))
    page.add(*([""] if report.notices else []))
    for line in told(report):
        page.add(f"{line.label}: {escaped(line.text)}", "")
    page.add(counted(report), "")
    _folded(report, found, page)
    _diagrams(report, page)
    if page.is_cut:
        page.end("_More is left out here, for GitHub takes no longer comment: see the other reports._")
    return page.text()


class _Page:
    """Lines up to a limit; what doesn't fit as a whole is refused."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        # Room for the lines that say how much was left out.
        self._left = LIMIT - 1_000
        self.is_cut = False

    def add(self, *lines: str) -> bool:
        size = sum(len(line) + 1 for line in lines)
        if size > self._left:
            self.is_cut = True
            return False
        self._lines += lines
        self._left -= size
        return True

    def end(self, line: str) -> None:
        self._lines += [line]

    def text(self) -> str:
        return "\n".join(self._lines).rstrip("\n") + "\n"


# What changes


def _changes(report: Report, page: _Page) -> None:
    """What the plans change for those who may reach the logs, and what a baseline says of the rest."""
    planned = [view for view in report.views if view.changes is not None]
    lines = [
        _change(change, view.input if len(report.inputs) > 1 else "")
        for view in planned
        for change in sorted(view.changes or (), key=_harm)
    ]
    if planned:
        which = "This plan changes" if len(planned) == 1 else "These plans change"
        nothing = f"**{which} nothing** in who may reach the logs."
        page.add(f"**{which} who may reach the logs:**" if lines else nothing, "")
        page.add(*lines[:_OPEN_LINES], *([""] if lines else []))
        if len(lines) > _OPEN_LINES:
            page.add(*_fold(f"{len(lines) - _OPEN_LINES} more changes", lines[_OPEN_LINES:_MOST_LINES]))
    if report.baseline:
        _compared(report, page)


def _harm(change: AccessChange) -> tuple[bool, bool]:
    """The gravest first: what lets somebody in who must stay out; then what isn't known."""
    return not (change.newly == "allowed" and change.must_stay_out), change.answer == "yes"


def _change(change: AccessChange, of: str) -> str:
    opens = change.newly == "allowed" and change.must_stay_out
    actions = escaped(", ".join(change.actions))
    where = f" ({code(change.address, 200)}{f', {code(of, 200)}' if of else ''})"
    who = f"**{escaped(change.principal)}**"
    if change.answer == "unknown":
        more = "more" if change.newly == "allowed" else "less"
        why = f": {escaped(change.why[0], 300)}" if change.why else ""
        return f"- ❔ whether {who} may do {more} isn't known: {actions}{where}{why}"
    sign = "❌" if opens else "🔓" if change.newly == "allowed" else "🔒"
    may = "newly may" if change.newly == "allowed" else "may no longer"
    return f"- {sign} {who} {may}: {actions}{where}"


def _compared(report: Report, page: _Page) -> None:
    """What is new, what was there before, what is mended."""
    is_open = [one for one in report.results if one.verdict in ("violated", "undecided")]
    before = [one for one in is_open if report.was_there_before(one)]
    new = [one for one in is_open if not one.is_suppressed]
    page.add(
        f"**Against the {escaped(report.baseline)}:** {len(new)} new, {len(before)} there before, "
        f"{len(report.mended)} mended",
        "",
    )
    mended = [f"- ✅ {_rule(one.rule)} {code(one.address or 'the whole input', 200)}" for one in report.mended]
    page.add(*mended[:_OPEN_LINES], *([""] if mended else []))
    if len(mended) > _OPEN_LINES:
        page.add(*_fold(f"{len(mended) - _OPEN_LINES} more mended", mended[_OPEN_LINES:_MOST_LINES]))


# What fails


def _open(report: Report, found: dict[str, list[Result]], page: _Page) -> None:
    """What fails and what isn't known, in a line each."""
    lines = [_line(one, report, "❌ fails") for one in found.get("fails", ())]
    lines += [_unknown(group, report) for group in by_cause(found.get("not known", ()))]
    shown = 0
    for line in lines[:_OPEN_LINES]:
        shown += page.add(line)
    if shown < len(lines):
        page.add(f"- … and {len(lines) - shown} more, folded below")
    page.add(*([""] if lines else []))


def _rule(rule_id: str) -> str:
    if rule_id not in rules.ids():
        # A baseline may be written by anybody.
        return code(rule_id)
    return f"[{code(rule_id)}]({links.rule_page(rule_id)})"


def _about(result: Result, report: Report) -> str:
    place = result.location or subject_of(result)
    return code(str(place), 200) + (f" ({code(result.input, 200)})" if len(report.inputs) > 1 else "")


def _line(result: Result, report: Report, said: str) -> str:
    return f"- {said} {_rule(result.rule)} at {_about(result, report)}: {escaped(spelled_out(result.message), 300)}"


def _unknown(group: list[Result], report: Report) -> str:
    """One cause, with all that it leaves open."""
    first = group[0]
    named = ", ".join(dict.fromkeys(_rule(one.rule) for one in group))
    what = escaped("; ".join(unknown_lines(group)) or first.message, 400)
    return f"- ❔ not known {named} at {_about(first, report)}: {what}"


# What is folded


def _folded(report: Report, found: dict[str, list[Result]], page: _Page) -> None:
    left_out = 0
    edits: dict[str, str] = {}
    for group in by_statement(found.get("fails", ())):
        left_out += 0 if page.add(*_details(group, "fails", edits)) else len(group)
    for group in by_cause(found.get("not known", ())):
        left_out += 0 if page.add(*_details(group, "not known", edits)) else len(group)
    if left_out:
        page.end(f"_… and the details of {many(left_out, 'more result')}: see the other reports._")
        page.end("")
    advice, aside, holds = (found.get(word, []) for word in ("advice", "set aside", "holds"))
    _listed(f"⚠️ {many(len(advice), 'piece')} of advice", advice, report, page)
    _listed(f"🔕 {len(aside)} set aside", aside, report, page)
    _listed(f"✅ {len(holds)} {'holds' if len(holds) == 1 else 'hold'}", holds, report, page)


def _listed(title: str, results: list[Result], report: Report, page: _Page) -> None:
    if not results:
        return
    lines = []
    for one in results[:_MOST_LINES]:
        by = f" ({escaped(reason(one.suppression))})" if one.is_suppressed and one.suppression else ""
        lines.append(_line(one, report, "").replace("-  ", "- ", 1) + by)
    if len(results) > _MOST_LINES:
        lines.append(f"- … and {len(results) - _MOST_LINES} more")
    page.add(*_fold(title, lines))


def _fold(title: str, lines: Iterable[str]) -> Iterator[str]:
    # No Markdown is read in the title: a line that begins with an HTML block is HTML up to the next empty line.
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
    yield ""


def _details(group: list[Result], said: str, edits: dict[str, str]) -> Iterator[str]:
    """What is known of one result; of several with one cause, of the first, and what else it leaves open."""
    first, *others = group
    more = f" and {len(others)} more" if others else ""
    title = f"{_SIGNS[said]} <b>{in_html(first.rule)}</b> <code>{in_html(cut(subject_of(first), 200))}</code>{more}"
    also = [f"- for the same cause: {_rule(one.rule)} for {code(subject_of(one), 200)}" for one in others]
    yield from _fold(title, [*_body(first, edits), *([""] if also else []), *also])


def _body(result: Result, edits: dict[str, str]) -> Iterator[str]:
    place = f" at {code(str(result.location))}" if result.location else ""
    yield f"{escaped(spelled_out(result.message))}"
    yield ""
    if result.excerpt is not None:
        yield from fenced((*result.excerpt.lines, *(["…"] if result.excerpt.is_cut else [])), "hcl")
        yield ""
    yield f"- in {code(subject_of(result))}{place} ({code(result.input)})"
    is_request = isinstance(result.witness, RequestWitness)
    if isinstance(result.witness, RequestWitness):
        yield f"- request: {code(request_line(result.witness))}"
    for line in details(result):
        if not is_request or line.label not in ("request", "by", "with"):
            yield f"- {line.label}: {escaped(line.text) if line.is_prose else code(line.text)}"
    fix = result.fix
    if fix is None:
        return
    if fix.diff and fix.diff in edits:
        yield f"- mend: with the edit of {code(edits[fix.diff])} above"
        return
    edits |= {fix.diff: result.rule} if fix.diff else {}
    yield f"- mend: {escaped(fix_title(fix))}"
    yield ""
    yield from fenced((fix.diff or fix.hcl).splitlines(), "diff" if fix.diff else "hcl")


def _diagrams(report: Report, page: _Page) -> None:
    from orgtrail.report.drawing.mermaid import draw

    drawn = [view for view in report.views if view.diagram is not None and view.diagram.edges]
    for view in drawn[:_MOST_PICTURES]:
        assert view.diagram is not None  # noqa: S101 - those without aren't drawn
        of = f" in <code>{in_html(cut(view.input, 200))}</code>" if len(report.views) > 1 else ""
        picture = ["```mermaid", draw(view.diagram).rstrip("\n"), "```"]
        page.add(*_fold(f"What comes before the trail{of}", picture))
