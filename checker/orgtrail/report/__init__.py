"""Reports: one file a format, each with a function `write` from a `Report` to text."""

import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from orgtrail.errors import InputError
from orgtrail.results import Report

#: Every format and the module that writes it. A module is imported only when its format is asked for.
FORMATS = {
    "text": "orgtrail.report.text",
    "json": "orgtrail.report.json",
}


class Target(msgspec.Struct, frozen=True):
    """One report to write: its format, and its file (None: standard output)."""

    format: str
    file: str | None = None


def writer(name: str) -> Callable[[Report], str]:
    """The function that writes a report in the format `name`, one of `FORMATS`."""
    write: Callable[[Report], str] = importlib.import_module(FORMATS[name]).write
    return write


def parse_formats(given: Iterable[str], output: str | None) -> list[Target]:
    """What `--format` and `--output` ask for. Raises InputError for an unknown format, or two on standard output."""
    targets = []
    for one in given or ["text"]:
        name, _, file = one.partition("=")
        if name not in FORMATS:
            raise InputError("--format", f"there is no format `{name}`", "one of " + ", ".join(FORMATS))
        targets.append(Target(name, file or None))
    open_ended = [target for target in targets if target.file is None]
    if len(open_ended) > 1:
        names = " and ".join(target.format for target in open_ended)
        raise InputError("--format", f"{names} would both go to standard output", "FORMAT=FILE for all but one")
    return [Target(target.format, output) if target.file is None else target for target in targets]


def deliver(report: Report, targets: Iterable[Target], *, quiet: bool, verbose: bool, color: bool) -> None:
    """Write every report that was asked for: files whole or not at all, the rest to standard output."""
    for target in targets:
        if target.file is None:
            if not quiet or report.exit_code:
                sys.stdout.write(writer(target.format)(report))
                sys.stdout.flush()
        else:
            write_whole(target.file, writer(target.format)(report))


def write_whole(file: str, content: str) -> None:
    """Write a file whole or not at all: beside it first, then moved to its place. Raises InputError where it can't."""
    path = Path(file)
    try:
        descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(content)
            Path(scratch).replace(path)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise InputError(file, f"can't write the report: {reason}", "a file that can be written") from None
