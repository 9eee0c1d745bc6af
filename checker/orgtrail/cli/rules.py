"""`orgtrail rules`."""

import click

from orgtrail.cli import options


@click.command(epilog="\b\nExample: orgtrail rules --format markdown")
@options.form("text", "markdown", "json")
def rules(form: str) -> None:
    """List all rules with their severities."""
    from orgtrail import explain as explanations

    click.echo(explanations.catalogue(form), nl=False)
