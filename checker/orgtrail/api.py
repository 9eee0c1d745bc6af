"""What Python code needs beside `check()`: settings out of an orgtrail.toml, and a report as text."""

from pathlib import Path

from orgtrail.config import Settings
from orgtrail.config_file import read
from orgtrail.errors import InputError
from orgtrail.report import FORMATS, writer
from orgtrail.report.style import TextStyle
from orgtrail.results import Report


def settings_of(file: str | Path) -> Settings:
    """The settings that an orgtrail.toml holds. Raises InputError, with file and line, for what it may not say."""
    return Settings(**read(Path(file)).settings)


def write(report: Report, format: str = "text", *, verbose: bool = False) -> str:  # noqa: A002 - as the option is called
    """A report in one of the formats, as `check --format` writes it. Raises InputError for a format there isn't.

    HTML and Markdown draw the order and the access matrix where the report was made with `check(..., views=True)`.
    """
    if format not in FORMATS:
        raise InputError("format", f"there is no format `{format}`", "one of " + ", ".join(FORMATS))
    return writer(format)(report, TextStyle(verbose=verbose))
