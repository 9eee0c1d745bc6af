"""The text report: what fails, each with its place, its lines, the request and the edit; then advice, a line each.

What holds is a count; `--verbose` lists it with its grounds. A terminal gets the same lines in colour.
"""

from collections.abc import Iterator
from typing import NamedTuple

from orgtrail import links
from orgtrail.report.answers import Answer, answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import (
    by_cause,
    by_statement,
    by_word,
    counted,
    details,
    fix_title,
    headline,
    reason,
    request_line,
    spelled_out,
    told,
    unknown_lines,
)
from orgtrail.report.words import subject as subject_of
from orgtrail.results import Report, RequestWitness, Result

_WORDS = {"yes": "yes", "no": "NO", "unknown": "not known", "not asked": "not asked"}
_COLORS = {
    "yes": "bold green",
    "no": "bold red",
    "unknown": "bold yellow",
    "not asked": "bold yellow",
    "fails": "bold red",
    "advice": "yellow",
    "not known": "bold yellow",
    "set aside": "blue",
    "holds": "green",
    "quiet": "dim",
    "added": "green",
    "removed": "red",
}


class _Line(NamedTuple):
    """One line; `look` is what its first `reach` characters look like (all of it, where that is 0)."""

    text: str
    look: str = ""
    reach: int = 0


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as text."""
    lines = list(_lines(report, verbose=style.verbose))
    if style.color:
        return _in_colour(lines, style)
    return "\n".join(line.text for line in lines) + "\n"


def _lines(report: Report, *, verbose: bool) -> Iterator[_Line]:
    color = {0: "holds", 1: "fails", 3: "not known"}.get(report.exit_code, "fails")
    yield _Line(headline(report), color)
    yield from map(_answered, answers(report))
    yield from (_Line(f"{line.label}: {line.text}", "quiet") for line in told(report, by_files=True))
    listed = by_word(report)
    yield from _results(report, listed, verbose=verbose)
    for notice in report.notices:
        place = f" ({notice.place})" if notice.place else ""
        yield _Line("")
        yield _Line(f"note: {notice.message}{place}", "advice")
    yield _Line("")
    end = "; --verbose lists what holds, and why" if not verbose and listed.get("holds") else ""
    yield _Line(f"{counted(report)}{end}", "quiet")


def _results(report: Report, found: dict[str, list[Result]], *, verbose: bool) -> Iterator[_Line]:
    several = len(report.inputs) > 1
    edits: dict[str, str] = {}
    for group in by_statement(found.get("fails", ())):
        yield _Line("")
        yield from _failing(group, edits, verbose=verbose, several=several)
        yield from (line for one in group for line in _controls(one)) if verbose else ()
    for group in by_cause(found.get("not known", ())):
        yield _Line("")
        yield from _unknown(group, several=several)
        yield from (line for one in group for line in _controls(one)) if verbose else ()
    yield from _listed("advice", found.get("advice", []), verbose, several)
    yield from _listed("set aside", found.get("set aside", []), verbose, several)
    if verbose:
        yield from _listed("holds", found.get("holds", []), verbose, several)
        yield from _listed("not applicable", found.get("not applicable", []), False, several)


def _controls(result: Result) -> Iterator[_Line]:
    """The controls that its rule answers a part of, in a line."""
    from orgtrail import controls

    if lines := controls.lines_of(result.rule):
        yield _Line(f"  {result.rule} answers a part of {'; '.join(lines)}", "quiet")


def _answered(answer: Answer) -> _Line:
    word = _WORDS[answer.word]
    if answer.premise:
        return _Line(f"{word}, {answer.premise}: {spelled_out(answer.sentence)}", answer.word, len(word))
    return _Line(f"{word:<9}  {spelled_out(answer.sentence)}", answer.word, len(word))


def _failing(group: list[Result], edits: dict[str, str], *, verbose: bool, several: bool) -> Iterator[_Line]:
    """What fails the run for one cause, with all that is needed to mend it; of several the gravest's request."""
    first = group[0]
    for one in group:
        yield _Line(f"fails  {one.rule}: {spelled_out(one.message)}", "fails", 5)
    yield _Line(f"  {_whereabouts(first, several=several)}", "quiet")
    yield from _excerpt(first)
    for one in group if verbose else group[:1]:
        yield from _found(one)
    for one in group:
        if one.suppression is not None:
            yield _Line(f"  suppression: {reason(one.suppression)}")
    yield from _mending(first, edits)
    yield from _mending_too(group[1:], edits)
    pages = dict.fromkeys(links.rule_page(one.rule) for one in group)
    yield _Line(f"  why: {' '.join(pages)}", "quiet")


def _mending_too(others: list[Result], edits: dict[str, str]) -> Iterator[_Line]:
    """Of what the same statement lets through: that it may need another edit, once the first is made."""
    for one in others:
        if one.fix is not None and one.fix.diff not in edits:
            yield _Line(f"  mend {one.rule}, too, if it still fails then: {fix_title(one.fix)}")


def _found(result: Result) -> Iterator[_Line]:
    """What was found, in a line or two: the request, the missing dependency, the setting."""
    witness = result.witness
    labels = None
    if isinstance(witness, RequestWitness):
        yield _Line(f"  request: {request_line(witness)}")
        shown = "\n".join(result.excerpt.lines) if result.excerpt else ""
        is_shown = all(name in shown for name in witness.allowed_by)
        labels = [label for label in _BESIDE if label != "allowed by" or not is_shown]
    for line in details(result):
        if labels is None or line.label in labels:
            yield _Line(f"  {line.label}: {line.text}")


#: What a line of an excerpt is made of that only closes something.
_SAYS_NOTHING = " \t}]),"
#: Lines of an excerpt.
_MOST_LINES = 12

#: What a request's own line doesn't say.
_BESIDE = ("allowed by", "denied by", "near miss", "unknown", "to settle", "because")


def _mending(result: Result, edits: dict[str, str]) -> Iterator[_Line]:
    """The edit: as a difference where the source is there, and told once where several results share it."""
    fix = result.fix
    if fix is None:
        return
    if fix.diff and fix.diff in edits:
        yield _Line(f"  mend: with the edit of {edits[fix.diff]} above")
        return
    if fix.diff:
        edits[fix.diff] = result.rule
    yield _Line(f"  mend: {fix_title(fix)}:")
    for line in (fix.diff or fix.hcl).rstrip("\n").split("\n"):
        look = {"+": "added", "-": "removed"}.get(line[:1], "") if fix.diff else ""
        yield _Line(f"    {line}" if line else "", look)


def _excerpt(result: Result) -> Iterator[_Line]:
    """The lines that say something: what closes a block, and what is empty, doesn't."""
    found = result.excerpt
    if found is None:
        return
    width = len(str(found.first + len(found.lines) - 1))
    lines = [(number, line) for number, line in enumerate(found.lines, found.first) if line.strip(_SAYS_NOTHING)]
    for number, line in lines[:_MOST_LINES]:
        yield _Line(f"  {number:>{width}} | {line}".rstrip(), "quiet", width + 4)
    if found.is_cut or len(lines) > _MOST_LINES:
        yield _Line(f"  {'':>{width}} | ...", "quiet")


def _whereabouts(result: Result, *, several: bool) -> str:
    place = f"{result.location}: " if result.location else ""
    return f"{place}{subject_of(result)}" + (f" ({result.input})" if several else "")


def _unknown(group: list[Result], *, several: bool) -> Iterator[_Line]:
    for result in group:
        place = _whereabouts(result, several=several)
        yield _Line(f"not known  {result.rule}: {spelled_out(result.message)}; {place}", "not known", 9)
    yield from (_Line(f"  unknown: {line}") for line in unknown_lines(group))
    for result in group:
        yield from _mending(result, {})


def _listed(said: str, results: list[Result], verbose: bool, several: bool) -> Iterator[_Line]:
    """Results in a line each; with their grounds where everything is asked for."""
    if results:
        yield _Line("")
    for result in results:
        by = f" ({reason(result.suppression)})" if result.suppression is not None and said == "set aside" else ""
        place = _whereabouts(result, several=several)
        yield _Line(f"{said}  {result.rule}: {spelled_out(result.message)}{by}; {place}", said, len(said))
        if verbose:
            yield from (_Line(f"  {line.label}: {line.text}") for line in details(result))
            yield from _controls(result)
            yield from _mending(result, {}) if result.verdict == "violated" else ()


def _in_colour(lines: list[_Line], style: TextStyle) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    page = StringIO()
    console = Console(file=page, force_terminal=True, color_system="standard", width=style.width, highlight=False)
    for line in lines:
        text = Text(line.text)
        text.stylize(_COLORS.get(line.look, ""), 0, line.reach or len(line.text))
        console.print(text, overflow="fold")
    if len(lines) > _A_PAGE:
        # The end of a long report is what a terminal still shows.
        console.print(Text(lines[0].text, style=_COLORS.get(lines[0].look, "")))
    return page.getvalue()


#: Lines that a terminal shows at once.
_A_PAGE = 40
