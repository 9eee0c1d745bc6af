"""`orgtrail access`."""

from typing import Any

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser

USAGE = "[OPTIONS] INPUT [OTHER]..."
EXAMPLE = "orgtrail access plan.json --source . --before-after"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument("input_", metavar="INPUT", help="A plan, a state, a Terraform folder or a bucket policy.")
    parser.add_argument(
        "beside",
        nargs="*",
        default=(),
        metavar="OTHER",
        help="An input that may hold the bucket or key that INPUT names.",
    )
    options.source(parser)
    options.facts(parser)
    options.variables(parser)
    options.config(parser)
    parser.flag("--before-after", help="Show only what the plan newly allows (+) and denies (-).")
    options.form(parser, "text", "json", "markdown")


def access(input_: str, beside: tuple[str, ...], before_after: bool, form: str, **told: Any) -> None:
    """Show who can do what on the log bucket and its key.

    Behind every yes stands the request that gets through, behind every no what stops it.
    """
    from orgtrail.engine.one_input import reading
    from orgtrail.inputs import recognise as inputs
    from orgtrail.organization.domain import Domain
    from orgtrail.output import show
    from orgtrail.redaction import cleaned
    from orgtrail.report.access import FORMATS
    from orgtrail.views import access as matrix

    settings, _ = options.settings_of(told)
    estate = inputs.read(input_, settings)
    with reading(estate):
        others = [Domain(inputs.read(other, settings), settings) for other in beside]
        domain = Domain(estate, settings, beside=others)
        found = matrix.changes(domain) if before_after else matrix.matrix(domain)
    cells = cleaned(found, domain.secrets)
    nothing = "nothing changes" if before_after else "no log bucket, and no key of an organization trail, in the input"
    show(FORMATS[form](cells) or f"{nothing}\n", "json" if form == "json" else "text")
