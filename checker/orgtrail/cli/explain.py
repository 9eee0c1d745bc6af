"""`orgtrail explain`."""

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser

USAGE = "[OPTIONS] RULE"
EXAMPLE = "orgtrail explain members-cannot-read-logs"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument("rule", metavar="RULE", help="One of those that `orgtrail rules` lists.")
    options.form(parser, "text", "markdown", "json")


def explain(rule: str, form: str) -> None:
    """Say why a rule exists, what breaks and how to fix it.

    With the pages where AWS says so, and examples that are tests.
    """
    from orgtrail import explain as explanations
    from orgtrail.output import show

    show(explanations.FORMATS[form](explanations.explain(rule)), "json" if form == "json" else "text")
