"""`orgtrail explain`."""

import click

from orgtrail.cli import options


@click.command(epilog="Example: orgtrail explain members-cannot-read-logs")
@click.argument("rule", metavar="RULE")
@options.form("text", "markdown", "json")
def explain(rule: str, form: str) -> None:
    """Say why a rule exists, what breaks, how to fix it, and where AWS says so."""
    from orgtrail import explain as explanations

    click.echo(explanations.FORMATS[form](explanations.explain(rule)), nl=False)
