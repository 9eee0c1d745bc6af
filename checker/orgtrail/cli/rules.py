"""`orgtrail rules`."""

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser

USAGE = "[OPTIONS]"
EXAMPLE = "orgtrail rules --format markdown"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    options.form(parser, "text", "markdown", "json")


def rules(form: str) -> None:
    """List all rules with their severities."""
    from orgtrail import explain as explanations
    from orgtrail.output import show

    show(explanations.catalogue(form), "json" if form == "json" else "text")
