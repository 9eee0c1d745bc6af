"""`orgtrail access`."""

from typing import Any

import click

from orgtrail.cli import options


@click.command(epilog="\b\nExample: orgtrail access plan.json --source . --before-after")
@click.argument("input_", metavar="INPUT")
@click.argument("beside", nargs=-1, metavar="[OTHER]...")
@options.source
@options.facts
@options.variables
@options.config
@click.option("--before-after", is_flag=True, help="Show only what the plan newly allows (+) and denies (-).")
@options.form("text", "json", "markdown")
def access(
    input_: str, beside: tuple[str, ...], before_after: bool, form: str, config: str | None, **told: Any
) -> None:
    """Show who can do what on the log bucket and its key.

    Behind every yes stands the request that gets through, behind every no what stops it.

    Each OTHER is an input that may hold the bucket or key which the trail in INPUT names.
    """
    from orgtrail import access as matrix
    from orgtrail import engine, inputs
    from orgtrail.organization import Domain
    from orgtrail.redaction import cleaned
    from orgtrail.report import print_safely
    from orgtrail.report.access import FORMATS

    settings, _ = options.settings_of(config, told)
    estate = inputs.read(input_, settings)
    with engine.reading(estate):
        others = [Domain(inputs.read(other, settings), settings) for other in beside]
        domain = Domain(estate, settings, beside=others)
        found = matrix.changes(domain) if before_after else matrix.matrix(domain)
    cells = cleaned(found, domain.secrets)
    nothing = "nothing changes" if before_after else "no log bucket, and no key of an organization trail, in the input"
    print_safely(FORMATS[form](cells) or f"{nothing}\n")
