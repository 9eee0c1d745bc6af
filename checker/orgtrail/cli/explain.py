"""`orgtrail explain`."""

import click

from orgtrail.cli import options


@click.command(epilog="\b\nExample: orgtrail explain members-cannot-read-logs")
@click.argument("rule", metavar="RULE")
@options.form("text", "markdown", "json")
def explain(rule: str, form: str) -> None:
    """Say why a rule exists, what breaks and how to fix it.

    With the pages where AWS says so, and examples that are tests.
    """
    from orgtrail import explain as explanations

    click.echo(explanations.FORMATS[form](explanations.explain(rule)), nl=False)
