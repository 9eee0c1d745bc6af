"""Reports: one file a format, each a function from a `Report` to text."""

import importlib
from collections.abc import Callable

from orgtrail.results import Report

#: Every format and the module that writes it. A module is imported only when its format is asked for.
FORMATS = {
    "text": "orgtrail.report.text",
    "json": "orgtrail.report.json",
}


def writer(name: str) -> Callable[[Report], str]:
    """The function that writes a report in the format `name`, one of `FORMATS`."""
    write: Callable[[Report], str] = importlib.import_module(FORMATS[name]).write
    return write
