"""`orgtrail access`."""

from typing import Any

import click

from orgtrail.cli import options


@click.command(epilog="Example: orgtrail access plan.json --source . --before-after")
@click.argument("input_", metavar="INPUT")
@options.source
@options.facts
@options.variables
@click.option("--before-after", is_flag=True, help="Show only what the plan newly allows (+) and denies (-).")
@options.form("text", "json", "markdown")
def access(input_: str, before_after: bool, form: str, **told: Any) -> None:
    """Show who can do what on the log bucket and its key, and the request behind every yes."""
    from orgtrail import access as matrix
    from orgtrail import engine, inputs
    from orgtrail.organization import Domain
    from orgtrail.redaction import cleaned
    from orgtrail.report import print_safely
    from orgtrail.report.access import FORMATS

    settings, _ = options.settings_of(None, told)
    estate = inputs.read(input_, settings)
    with engine.reading(estate):
        domain = Domain(estate, settings)
        found = matrix.changes(domain) if before_after else matrix.matrix(domain)
    cells = cleaned(found, estate.secrets)
    print_safely(FORMATS[form](cells))
