"""What `check` and `audit` do with a report: write it wherever it was asked for, and end with its exit code."""

import sys
from typing import NoReturn

import msgspec

from orgtrail.config import Told
from orgtrail.output import say
from orgtrail.report import DRAWN, Output, deliver, parse_formats
from orgtrail.results import Report, Run


class Reporting(msgspec.Struct, frozen=True):
    """Where reports go and how much they say."""

    targets: tuple[Output, ...]
    quiet: bool
    verbose: bool
    color: bool

    @classmethod
    def told(
        cls, told: Told, formats: tuple[str, ...], output: str | None, *, quiet: bool, verbose: bool, no_color: bool
    ) -> "Reporting":
        """What the command line says, and orgtrail.toml (`told`) where it says nothing. Raises InputError."""
        return cls(
            tuple(parse_formats(formats or told.formats, output or told.output)),
            quiet=quiet or told.quiet,
            verbose=verbose or told.verbose,
            color=not (no_color or told.no_color),
        )

    @property
    def views(self) -> bool:
        """Whether a format is among them that draws."""
        return any(target.format in DRAWN for target in self.targets)

    def finish(self, report: Report) -> NoReturn:
        """Write the reports, name the inputs that couldn't be read, and end with the report's exit code."""
        if self.views:
            report = msgspec.structs.replace(report, run=_run())
        try:
            if report.inputs:
                deliver(report, self.targets, quiet=self.quiet, verbose=self.verbose, color=self.color)
        except BrokenPipeError:
            # Whoever reads our output has seen enough (`| head`); the verdict is what it is.
            from orgtrail.cli import drop_output

            drop_output()
        for one in report.unreadable:
            say(f"orgtrail: {one}")
        sys.exit(report.exit_code)


def _run() -> Run:
    """When this report is made, and by which command; the values of variables may be secret."""
    import datetime

    words = ["orgtrail"]
    for word in sys.argv[1:]:
        is_value = words[-1] == "--var"
        name, is_assigned, _ = (word.removeprefix("--var=") if word.startswith("--var=") else word).partition("=")
        if (is_value or word.startswith("--var=")) and is_assigned:
            word = f"{'' if is_value else '--var='}{name}=..."
        words.append(word)
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return Run(at.replace("+00:00", "Z"), tuple(words))
