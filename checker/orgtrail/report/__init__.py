"""Reports: one file a format, each with a function `write` from a `Report` (and a `TextStyle`) to text."""

import importlib
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO, TypeVar

import msgspec

from orgtrail.errors import InputError
from orgtrail.output import show, write_whole
from orgtrail.report.style import TextStyle
from orgtrail.results import Report
from orgtrail.visible import Form, harmless, visible

#: Every format and the module that writes it. A module is imported only when its format is asked for.
FORMATS = {
    "text": "orgtrail.report.text",
    "json": "orgtrail.report.json",
    "sarif": "orgtrail.report.sarif",
    "junit": "orgtrail.report.junit",
    "markdown": "orgtrail.report.markdown",
    "github": "orgtrail.report.github",
    "gitlab": "orgtrail.report.gitlab",
    "html": "orgtrail.report.html",
    "oscal": "orgtrail.report.oscal",
}

#: The formats that show more than results, so `Report.views`.
DRAWN = frozenset({"html", "markdown"})


class Output(msgspec.Struct, frozen=True):
    """One report to write: its format, and its file (None: standard output)."""

    format: str
    file: str | None = None


#: What a format is written in.
_FORMS: dict[str, Form] = {
    "json": "json",
    "sarif": "json",
    "gitlab": "json",
    "oscal": "json",
    "junit": "xml",
    "html": "xml",
    "github": "commands",
}


def form_of(name: str) -> Form:
    """What the format `name` is written in."""
    return _FORMS.get(name, "text")


def writer(name: str) -> Callable[[Report, TextStyle], str]:
    """The function that writes a report in the format `name`, one of `FORMATS`, with every text in it made visible."""
    write: Callable[[Report, TextStyle], str] = importlib.import_module(FORMATS[name]).write

    def written(report: Report, style: TextStyle) -> str:
        # JSON has escapes of its own, and scripts want names as they are.
        return harmless(write(report if name == "json" else made_visible(report), style), form_of(name))

    return written


#: Fields whose text has lines.
_LINES = frozenset({"hcl", "json", "raw", "diff", "put"})

AnyData = TypeVar("AnyData")


def made_visible(data: AnyData, field: str = "") -> AnyData:
    """A report, or any part of one, with every text in it made visible."""
    changed: Any = data
    match data:
        case str():
            changed = visible(data, keep_lines=field in _LINES)
        case tuple():
            changed = tuple(made_visible(element, field) for element in data)
        case list():
            changed = [made_visible(element, field) for element in data]
        case dict():
            changed = {made_visible(key): made_visible(value) for key, value in data.items()}
        case msgspec.Struct() if _is_plain(data):
            pass
        case msgspec.Struct():
            fields = {name: made_visible(getattr(data, name), name) for name in data.__struct_fields__}
            changed = type(data)(**fields)
    result: AnyData = changed
    return result


def _is_plain(data: msgspec.Struct) -> bool:
    """Whether every text in a part of a report is visible already: printable ASCII, as JSON spells without escapes.

    Nearly all of a report is; a thousand plans have 60,000 results, which needn't be made anew for that.
    """
    try:
        encoded = msgspec.json.encode(data)
    except UnicodeEncodeError:
        # Half of a surrogate pair.
        return False
    return encoded.isascii() and b"\\" not in encoded and b"\x7f" not in encoded


def parse_formats(given: Iterable[str], output: str | None) -> list[Output]:
    """What `--format` and `--output` ask for. Raises InputError for an unknown format, or two on standard output."""
    targets = []
    for one in given or ["text"]:
        name, _, file = one.partition("=")
        if name not in FORMATS:
            raise InputError("--format", f"there is no format `{name}`", "one of " + ", ".join(FORMATS))
        targets.append(Output(name, file or None))
    open_ended = [target for target in targets if target.file is None]
    if len(open_ended) > 1:
        names = " and ".join(target.format for target in open_ended)
        raise InputError("--format", f"{names} would both go to standard output", "FORMAT=FILE for all but one")
    return [Output(target.format, output) if target.file is None else target for target in targets]


def deliver(report: Report, targets: Iterable[Output], *, quiet: bool, verbose: bool, color: bool) -> None:
    """Write every report that was asked for: files whole or not at all, the rest to standard output.

    `quiet` prints nothing where nothing counts. Colour is for terminals only, and not where NO_COLOR is set.
    """
    for target in targets:
        if target.file is None:
            if not quiet or report.exit_code:
                show(writer(target.format)(report, _style(verbose=verbose, color=color)), form_of(target.format))
        else:
            write_whole(target.file, writer(target.format)(report, TextStyle(verbose=verbose)), form_of(target.format))


def _style(*, verbose: bool, color: bool) -> TextStyle:
    if not (color and on_terminal(sys.stdout)):
        return TextStyle(verbose=verbose)
    import shutil

    return TextStyle(color=True, verbose=verbose, width=shutil.get_terminal_size().columns)


def on_terminal(stream: TextIO) -> bool:
    """Whether colour and progress may be shown: a terminal that understands them, and a user who wants them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
