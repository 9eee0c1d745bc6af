"""Reports: one file a format, each with a function `write` from a `Report` (and a `TextStyle`) to text."""

import importlib
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

import msgspec

from orgtrail.errors import InputError
from orgtrail.files import reason
from orgtrail.report.style import TextStyle
from orgtrail.results import Report

if TYPE_CHECKING:
    from pathlib import Path

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
}

#: The formats that show more than results, so `Report.views`.
DRAWN = frozenset({"html", "markdown"})


class Output(msgspec.Struct, frozen=True):
    """One report to write: its format, and its file (None: standard output)."""

    format: str
    file: str | None = None


def writer(name: str) -> Callable[[Report, TextStyle], str]:
    """The function that writes a report in the format `name`, one of `FORMATS`."""
    write: Callable[[Report, TextStyle], str] = importlib.import_module(FORMATS[name]).write
    return write


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
                print_safely(writer(target.format)(report, _style(verbose=verbose, color=color)))
        else:
            write_whole(target.file, writer(target.format)(report, TextStyle(verbose=verbose)))


def _style(*, verbose: bool, color: bool) -> TextStyle:
    if not (color and on_terminal(sys.stdout)):
        return TextStyle(verbose=verbose)
    import shutil

    return TextStyle(color=True, verbose=verbose, width=shutil.get_terminal_size().columns)


def on_terminal(stream: TextIO) -> bool:
    """Whether colour and progress may be shown: a terminal that understands them, and a user who wants them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def print_safely(text: str) -> None:
    """Print to standard output, whatever its encoding is."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, errors="backslashreplace").decode(encoding))
    sys.stdout.flush()


def write_whole(file: str, content: str) -> None:
    """Write a file whole or not at all: beside it first, then moved to its place. Raises InputError where it can't.

    A link stays one, and a device or a pipe (`/dev/stdout`) is written to as it is.
    """
    from pathlib import Path

    try:
        if _takes_what_is_written(Path(file)):
            with Path(file).open("w", encoding="utf-8") as stream:
                stream.write(content)
        else:
            _put_in_place(Path(os.path.realpath(file)), content)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(file, f"can't be written: {reason(error)}", "a file in a folder that is there") from None


def _takes_what_is_written(path: "Path") -> bool:
    """Whether nothing may be put in the place of what is there."""
    return path.exists() and (not path.is_file() or path.is_relative_to("/dev") or path.is_relative_to("/proc"))


def _put_in_place(path: "Path", content: str) -> None:
    import tempfile

    descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:200]}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(content)
        os.chmod(scratch, _mode(path))
        os.replace(scratch, path)
    except BaseException:
        # Where it has been moved already, there is nothing to remove.
        if os.path.lexists(scratch):
            os.unlink(scratch)
        raise


def _mode(path: "Path") -> int:
    """The mode of the file that is there, else that of any new file: a scratch file is for its owner's eyes only."""
    if path.exists():
        return path.stat().st_mode & 0o777
    # The mask can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
