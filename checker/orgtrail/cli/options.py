"""Options that several commands have, each declared once; and what orgtrail.toml says beside them."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from orgtrail.config import Settings, Told, find

Function = TypeVar("Function", bound=Callable[..., Any])
Option = Callable[[Function], Function]


def _together(*options: Option[Any]) -> Option[Any]:
    """Several options as one decorator; `--help` lists them in this order."""

    def decorate(command: Function) -> Function:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


source = click.option("--source", metavar="DIR", help="The root module that the plan was made from.")
archive_account = click.option(
    "--archive-account", metavar="ID", help="The id of the account that owns the log bucket."
)
trusted_accounts = click.option(
    "--trusted-account",
    "trusted_accounts",
    metavar="ID",
    multiple=True,
    help="An account that may read the logs (repeatable).",
)
config = click.option("--config", metavar="FILE", help="Settings (default: orgtrail.toml here or in a folder above).")

#: What the user is sure of, where the input doesn't say it.
facts = _together(
    click.option("--organization-id", metavar="ID", help="The organization's id, such as o-abcd123456."),
    click.option("--management-account", metavar="ID", help="The id of the management account."),
    archive_account,
    trusted_accounts,
    click.option("--bucket", metavar="NAME", help="The bucket that a bare policy document is for."),
)

variables = _together(
    click.option(
        "--var",
        "variables",
        metavar="NAME=VALUE",
        multiple=True,
        help="A variable's value for a folder (repeatable).",
    ),
    click.option(
        "--var-file", "var_files", metavar="FILE", multiple=True, help="A file of variables' values for a folder."
    ),
)

#: What runs, and what counts.
judging = _together(
    click.option("--select", metavar="RULE", multiple=True, help="Run this rule only (repeatable)."),
    click.option("--ignore", metavar="RULE", multiple=True, help="Leave this rule out (repeatable)."),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "note"]),
        help="The least severity that fails a run (default: error).",
    ),
    click.option(
        "--undecided",
        type=click.Choice(["fail", "warn"]),
        help="Whether undecided errors fail a run (default: fail).",
    ),
)

#: Where reports go: the parameters of `reporting.Reporting.told`.
reports = _together(
    click.option(
        "--format",
        "formats",
        metavar="FORMAT[=FILE]",
        multiple=True,
        help="Report format; FORMAT=FILE writes it to FILE (repeatable).",
    ),
    click.option("--output", metavar="FILE", help="Write the report to FILE."),
)
loudness = _together(
    click.option("--quiet", "-q", is_flag=True, help="Print nothing where nothing fails the run."),
    click.option("--verbose", "-v", is_flag=True, help="Show what is not applicable, too."),
    click.option("--no-color", is_flag=True, help="Plain text on a terminal, too."),
)


def form(*forms: str) -> Option[Any]:
    """`--format` of a command that prints one thing, in one of `forms`; the first is the default."""
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], help="How to print it.")


def settings_of(file: str | None, options: dict[str, Any]) -> tuple[Settings, Told]:
    """Settings of orgtrail.toml and of the command line, which wins; and what the file says to the command."""
    found = file if file is not None else find(".")
    told = Told()
    if found is not None:
        from pathlib import Path

        from orgtrail import config_file

        told = config_file.read(Path(found))
    given = {name: value for name, value in options.items() if value not in (None, ())}
    return Settings(**(told.settings | given)), told
