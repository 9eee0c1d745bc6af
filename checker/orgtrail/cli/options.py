"""Options that several commands have, each declared once; and what orgtrail.toml says beside them."""

import datetime
from typing import Any

from orgtrail.cli.arguments import Parser
from orgtrail.config import ConfigFile, Settings, Told, find
from orgtrail.errors import InputError


def source(parser: Parser) -> None:
    """`--source`."""
    parser.add_argument("--source", metavar="DIR", help="The root module that the plan was made from.")
    parser.flag("--no-source", default=None, help="Read plans in JSON without the source that lies by them.")
    parser.flag("--with-terraform", default=None, help="Let terraform show saved plans, in DIR or here.")


def archive_account(parser: Parser) -> None:
    """`--archive-account`."""
    parser.add_argument("--archive-account", metavar="ID", help="The id of the account that owns the log bucket.")


def trusted_accounts(parser: Parser) -> None:
    """`--trusted-account`."""
    parser.repeatable(
        "--trusted-account",
        dest="trusted_accounts",
        metavar="ID",
        help="An account that may read the logs.",
    )


def config(parser: Parser) -> None:
    """`--config`: the parameter of `settings_of`."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="Settings (default: orgtrail.toml here or above, up to the repository's root, which may say less).",
    )
    parser.flag("--no-discovered-config", help="Read no orgtrail.toml but that of --config.")


def facts(parser: Parser) -> None:
    """What the user is sure of, where the input doesn't say it."""
    parser.add_argument("--organization-id", metavar="ID", help="The organization's id, such as o-abcd123456.")
    parser.add_argument("--management-account", metavar="ID", help="The id of the management account.")
    archive_account(parser)
    trusted_accounts(parser)
    parser.add_argument("--bucket", metavar="NAME", help="The bucket that a bare policy document is for.")
    parser.flag("--one-account", default=None, help="The bucket is for trails of one account, not an organization's.")
    parser.add_argument(
        "--today", metavar="DATE", type=day, help="The day of the requests that are asked about (default: today, UTC)."
    )


def day(written: str) -> datetime.date:
    """A day as `--today` takes it."""
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise InputError("--today", f"`{written}` is no day", "one such as 2026-01-31") from None


def evidence(parser: Parser) -> None:
    """What was seen elsewhere, or is taken for granted."""
    parser.add_argument("--evidence", metavar="FILE", help="What `orgtrail audit --save` saw.")
    parser.add_argument(
        "--evidence-max-age", metavar="HOURS", type=float, help="How old evidence may be, in hours (default: 24)."
    )
    parser.add_argument(
        "--assume-trusted-access", metavar="REASON", help="Take trusted access for granted, and say why."
    )
    parser.add_argument(
        "--assume-no-other-trail", metavar="REASON", help="No other organization trail is there; say how you know."
    )


def variables(parser: Parser) -> None:
    """What Terraform is told of a folder's variables."""
    parser.repeatable(
        "--var",
        dest="variables",
        metavar="NAME=VALUE",
        help="A variable's value for a folder.",
    )
    parser.repeatable(
        "--var-file",
        dest="var_files",
        metavar="FILE",
        help="A file of variables' values for a folder.",
    )


def judging(parser: Parser) -> None:
    """What runs, and what counts."""
    parser.repeatable("--select", metavar="RULE", help="Run this rule only.")
    parser.repeatable("--ignore", metavar="RULE", help="Leave this rule out.")
    parser.add_argument(
        "--fail-on",
        choices=["error", "warning", "note"],
        help="The least severity that fails a run (default: error).",
    )
    parser.add_argument(
        "--no-inline-ignores",
        dest="inline_ignores",
        action="store_false",
        default=None,
        help="Take no suppressions from comments in the source.",
    )
    parser.add_argument(
        "--undecided", choices=["fail", "warn"], help="Whether undecided errors fail a run (default: fail)."
    )
    parser.add_argument(
        "--retention-days", metavar="N", type=int, help="How many days logs have to be kept (default: 365)."
    )


def reports(parser: Parser) -> None:
    """Where reports go: the parameters of `reporting.Reporting.told`."""
    parser.repeatable(
        "--format",
        dest="formats",
        metavar="FORMAT[=FILE]",
        help="Report format; FORMAT=FILE writes it to FILE.",
    )
    parser.add_argument("--output", metavar="FILE", help="Write the report to FILE.")


def loudness(parser: Parser) -> None:
    """How much is said: the other parameters of `reporting.Reporting.told`."""
    parser.flag("--quiet", "-q", help="Print nothing where nothing fails the run.")
    parser.flag("--verbose", "-v", help="Show what is not applicable, too.")
    parser.flag("--no-color", help="Plain text on a terminal, too.")


def form(parser: Parser, *forms: str) -> None:
    """`--format` of a command that prints one thing, in one of `forms`; the first is the default."""
    parser.add_argument("--format", dest="form", choices=forms, default=forms[0], help="How to print it.")


def settings_of(options: dict[str, Any]) -> tuple[Settings, Told]:
    """Settings of orgtrail.toml and of the command line, which wins; and what the file says to the command.

    `options` are those of the command line by their names in `Settings`, and those of `config` above.
    """
    file, alone = options.pop("config"), options.pop("no_discovered_config")
    found = file if file is not None or alone else find(".")
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if found is None:
        return Settings(**given), Told()
    from pathlib import Path

    from orgtrail import config_file

    told = config_file.read(Path(found), is_found=file is None)
    said = ConfigFile(config_file.name_of(Path(found)), file is None, frozenset(told.settings) - given.keys())
    return Settings(**(told.settings | given), config=said), told
