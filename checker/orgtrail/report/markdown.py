"""The Markdown report: a comment on a pull request. Verdict first, then a table, then the details folded.

GitHub refuses a comment of more than 65,536 characters, so what doesn't fit is cut, whole results at a time, with a
count. Everything from the input stands in code or is escaped: no link, mention or tag of its comes alive. Source:
GitHub Flavored Markdown Spec.
"""

import re
from collections.abc import Iterable, Iterator

from orgtrail import links
from orgtrail.report.answers import answers
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.report.words import by_gravity, counted, details, fix_title, headline, state, told, word
from orgtrail.report.words import subject as subject_of
from orgtrail.results import Report, Result

#: GitHub's limit, less room for what a workflow may put around the report.
LIMIT = 65_536 - 1_536

#: How many rows a table may have before the rest is cut.
_ROWS = 100

#: How long one piece of an input may be.
_LONG = 2_000

_SIGNS = {"violated": "❌", "undecided": "❔", "suppressed": "🔕", "proved": "✅", "not-applicable": "⚪"}
_ANSWERS = {"yes": "✅", "no": "❌", "unknown": "❔", "not asked": "❔"}
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#!|~&@$^=.:]")
#: What a code span shows as it stands, in tables too.
_PLAIN_CODE = re.compile(r"(?! )[^`|<>&\\]+(?<! )")
#: Signs of Markdown that would work inside an HTML element.
_IN_HTML = re.compile(r"[\\`*_\[\]|~$@!]")
_HARMLESS = re.compile(r"^[A-Za-z0-9 ,;'?%]*$")


def write(report: Report, style: TextStyle = PLAIN) -> str:
    """The report as GitHub Flavored Markdown, never longer than `LIMIT` characters."""
    shown = by_gravity(result for result in report.results if result.verdict != "not-applicable")
    page = _Page()
    page.add(f"## orgtrail: {escaped(headline(report))}", "")
    for answer in answers(report):
        page.add(f"{_ANSWERS[answer.word]} **{answer.question}** {escaped(answer.text)}", "")
    for line in told(report):
        page.add(f"{line.label}: {escaped(line.text)}", "")
    page.add(counted(report), "")
    if shown:
        _table(shown, report, page)
    for notice in report.notices:
        page.add(f"- {escaped(notice.message)}" + (f" ({code(str(notice.place))})" if notice.place else ""))
    page.add("")
    folded = [result for result in shown if result.verdict != "proved"]
    cut = sum(not page.add(*_details(result, _sign(result, report))) for result in folded)
    # Pictures last: they mustn't take the room of what has to be read.
    _diagrams(report, page)
    if cut:
        page.end(f"_… and the details of {cut} more {'result' if cut == 1 else 'results'}: see the other reports._")
    return page.text()


class _Page:
    """Lines up to a limit; what doesn't fit as a whole is refused."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        # Room for the lines that say how much was cut.
        self._left = LIMIT - 400

    def add(self, *lines: str) -> bool:
        size = sum(len(line) + 1 for line in lines)
        if size > self._left:
            return False
        self._lines += lines
        self._left -= size
        return True

    def end(self, line: str) -> None:
        self._lines += [line]

    def text(self) -> str:
        return "\n".join(self._lines).rstrip("\n") + "\n"


def _table(shown: list[Result], report: Report, page: _Page) -> None:
    page.add("| | severity | rule | about | finding |", "| --- | --- | --- | --- | --- |")
    rows = 0
    for result in shown[:_ROWS]:
        about = [code(subject_of(result), 200)]
        if result.location:
            about.append(code(str(result.location), 200))
        if len(report.inputs) > 1:
            about.append(f"in {code(result.input, 200)}")
        sign = f"{_sign(result, report)} {word(result, report)}"
        finding = escaped(result.message, 200)
        rule = f"[{code(result.rule)}]({links.rule_page(result.rule)})"
        row = f"| {sign} | {result.severity} | {rule} | {'<br>'.join(about)} | {finding} |"
        if not page.add(row):
            break
        rows += 1
    if rows < len(shown):
        page.end(f"| | | | | … and {len(shown) - rows} more |")
    page.end("")


def _sign(result: Result, report: Report) -> str:
    """What fails the run is a cross; what is violated and doesn't count, a warning."""
    if result.verdict == "violated" and not result.is_suppressed and not report.counts(result):
        return "⚠️"
    return _SIGNS[state(result)]


def _diagrams(report: Report, page: _Page) -> None:
    from orgtrail.report.drawing.mermaid import draw

    for view in report.views:
        if view.diagram is None or not view.diagram.edges:
            continue
        of = f" in <code>{_html(_cut(view.input, 200))}</code>" if len(report.views) > 1 else ""
        page.add(
            f"<details><summary>What comes before the trail{of}</summary>",
            "",
            "```mermaid",
            draw(view.diagram).rstrip("\n"),
            "```",
            "",
            "</details>",
            "",
        )


def _details(result: Result, sign: str) -> Iterator[str]:
    title = f"{sign} <b>{_html(result.rule)}</b> <code>{_html(_cut(subject_of(result), 200))}</code>"
    # No Markdown is read here: a line that begins with an HTML block is HTML up to the next empty line.
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield escaped(result.message)
    yield ""
    place = f" at {code(str(result.location))}" if result.location else ""
    yield f"- in {code(subject_of(result))}{place} ({code(result.input)})"
    for line in details(result):
        yield f"- {line.label}: {escaped(line.text) if line.is_prose else code(line.text)}"
    if result.fix is not None:
        yield f"- fix: {escaped(fix_title(result.fix))}"
        yield ""
        yield from fenced(result.fix.hcl.splitlines(), "hcl")
    yield ""
    yield "</details>"
    yield ""


def escaped(text: str, longest: int = _LONG) -> str:
    """`text` as Markdown that reads as it stands: `code` where it stands in backquotes, else every sign escaped."""
    pieces = re.split(r"`([^`]+)`", _cut(text, longest))
    return "".join(code(piece) if position % 2 else _escape(piece) for position, piece in enumerate(pieces))


def _escape(text: str) -> str:
    if _HARMLESS.match(text):
        return text
    return "".join(_escape_one(text, position) for position in range(len(text)))


def _escape_one(text: str, position: int) -> str:
    sign = text[position]
    if sign in "<>&":
        return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}[sign]
    if sign == "@":
        # GitHub makes a mention of an escaped sign, too; of an empty comment behind it, it doesn't.
        return "@<!-- -->"
    if sign == "." and not text[:position].lower().endswith("www"):
        return sign
    if sign == ":" and text[position + 1 : position + 2] != "/":
        return sign
    return "\\" + sign if _SPECIAL.match(sign) else sign


def code(text: str, longest: int = _LONG) -> str:
    """`text` as code: in backquotes, or as an HTML element where it holds what backquotes or a table can't."""
    shown = _cut(text, longest)
    if _PLAIN_CODE.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{re.sub(_IN_HTML, lambda found: f'&#{ord(found.group())};', _html(shown))}</code>"


def fenced(lines: Iterable[str], language: str) -> list[str]:
    """Lines as a code block, with a fence longer than any in them."""
    body = list(lines)
    runs = re.findall(r"`+", "\n".join(body))
    fence = "`" * max(3, 1 + max(map(len, runs), default=0))
    return [f"{fence}{language}", *body, fence]


def _html(text: str) -> str:
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
