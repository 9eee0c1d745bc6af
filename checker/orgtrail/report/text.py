"""The text report: what a person reads in a log, and with colour and a table in a terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orgtrail.report.answers import Answer, answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import by_gravity, counted, details, fix_title, headline, state, told
from orgtrail.report.words import subject as subject_of
from orgtrail.results import Report, Result

if TYPE_CHECKING:
    from rich.console import Console

_COLORS = {
    "violated": "bold red",
    "undecided": "bold yellow",
    "suppressed": "blue",
    "proved": "green",
    "not-applicable": "dim",
}
_WORDS = {"yes": "yes", "no": "NO", "unknown": "not known", "not asked": "not asked"}
_ANSWER_COLORS = {"yes": "bold green", "no": "bold red", "unknown": "bold yellow", "not asked": "bold yellow"}


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as text: the run in a sentence, the answers, then the results, gravest first, and a line of counts."""
    shown = by_gravity(result for result in report.results if style.verbose or result.verdict != "not-applicable")
    return _on_terminal(report, shown, style) if style.color else _plain(report, shown)


# Plain


def _plain(report: Report, shown: list[Result]) -> str:
    opening = [headline(report), *map(_answered, answers(report))]
    opening += [f"{line.label}: {line.text}" for line in told(report, by_files=True)]
    blocks = ["\n".join(opening), *("\n".join(_block(result)) for result in shown)]
    if report.notices:
        blocks.append("\n".join(_notices(report)))
    return "\n\n".join([*blocks, counted(report)]) + "\n"


def _answered(answer: Answer) -> str:
    word = _WORDS[answer.word]
    return f"{word}, {answer.premise}: {answer.sentence}" if answer.premise else f"{word:<9}  {answer.sentence}"


def _block(result: Result) -> Iterator[str]:
    yield f"{state(result)} [{result.severity}] {result.rule}: {result.message}"
    yield f"  {_whereabouts(result)}"
    for line in details(result):
        yield f"  {line.label}: {line.text}"
    if result.fix is not None:
        yield f"  fix: {fix_title(result.fix)}:"
        yield from (f"    {line}" if line else "" for line in result.fix.hcl.splitlines())


def _whereabouts(result: Result) -> str:
    place = f" at {result.location}" if result.location else ""
    return f"in {subject_of(result)}{place} ({result.input})"


def _notices(report: Report) -> Iterator[str]:
    for notice in report.notices:
        yield f"note: {notice.message}" + (f" ({notice.place})" if notice.place else "")


# On a terminal


def _on_terminal(report: Report, shown: list[Result], style: TextStyle) -> str:
    from io import StringIO

    from rich.console import Console

    page = StringIO()
    console = Console(file=page, force_terminal=True, color_system="standard", width=style.width, highlight=False)
    _draw(console, report, shown, style)
    return page.getvalue()


def _draw(console: "Console", report: Report, shown: list[Result], style: TextStyle) -> None:
    from rich.table import Table
    from rich.text import Text

    color = {0: "green", 1: "red", 3: "yellow"}.get(report.exit_code, "red")
    console.print(Text(headline(report), style=f"bold {color}"))
    questions = Table.grid(padding=(0, 2))
    questions.add_column(no_wrap=True)
    questions.add_column(overflow="fold")
    for answer in answers(report):
        questions.add_row(Text(_WORDS[answer.word], style=_ANSWER_COLORS[answer.word]), Text(answer.text))
    if questions.row_count:
        console.print(questions)
    for one in told(report, by_files=True):
        console.print(Text(f"{one.label}: {one.text}", style="dim"))
    console.print()
    several = len(report.inputs) > 1
    # Of several inputs, what is proved would bury the rest; it is counted.
    listed = [result for result in shown if not several or state(result) != "proved" or style.verbose]
    table = Table(box=None, pad_edge=False, header_style="bold dim", padding=(0, 2, 0, 0))
    table.add_column("verdict", no_wrap=True)
    table.add_column("severity", no_wrap=True)
    table.add_column("rule", overflow="fold")
    table.add_column("about", overflow="fold")
    for result in listed:
        look = _COLORS[state(result)]
        where = Text(subject_of(result))
        if several:
            where.append(f"\nin {result.input}", style="dim")
        if result.location is not None:
            where.append(f"\n{result.location}", style="dim")
        table.add_row(
            Text(state(result), style=look), Text(result.severity, style="dim"), Text(result.rule, style="bold"), where
        )
    if listed:
        console.print(table)
    for result in shown:
        if result.verdict in {"violated", "undecided"} or result.suppression is not None:
            console.print()
            _draw_one(console, result)
    if listed:
        console.print()
    for line in _notices(report):
        console.print(Text(line, style="yellow"))
    if shown:
        # The end of a long report is what a terminal still shows.
        console.print(Text(f"{headline(report)} ({counted(report)})", style=f"bold {color}"))


def _draw_one(console: "Console", result: Result) -> None:
    from rich.padding import Padding
    from rich.syntax import Syntax
    from rich.table import Table
    from rich.text import Text

    title = Text(state(result), style=_COLORS[state(result)])
    title.append(f" {result.rule}", style="bold")
    title.append(f"  {result.message}", style="default not bold")
    console.print(title)
    console.print(Padding(Text(_whereabouts(result), style="dim"), (0, 0, 0, 2)))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="cyan", justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for line in details(result):
        grid.add_row(Text(line.label), Text(line.text))
    if grid.row_count:
        console.print(Padding(grid, (0, 0, 0, 2)))
    if result.fix is not None:
        console.print(Padding(Text(f"fix: {fix_title(result.fix)}", style="green"), (0, 0, 0, 2)))
        code = Syntax(result.fix.hcl, "terraform", theme="ansi_dark", background_color="default", word_wrap=True)
        console.print(Padding(code, (0, 0, 0, 4)))
