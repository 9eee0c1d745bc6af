"""`orgtrail graph`."""

from typing import Any

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser

USAGE = "[OPTIONS] INPUT"
EXAMPLE = "orgtrail graph plan.json --source . --format svg --output order.svg"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument("named", metavar="INPUT", help="A plan, a state or a Terraform folder.")
    options.source(parser)
    parser.add_argument(
        "--format",
        dest="drawing",
        choices=["svg", "dot", "mermaid"],
        default="svg",
        help="What to draw as (default: svg).",
    )
    parser.add_argument("--output", metavar="FILE", help="Write the picture to FILE.")
    options.config(parser)


def graph(named: str, drawing: str, output: str | None, **told: Any) -> None:
    """Draw what comes before the organization trail.

    Only what lies between trusted access, policy, bucket, key and trail is shown. Earlier things stand above later
    ones; a red dashed arrow is an order that a rule asks for and Terraform doesn't know of.
    """
    from orgtrail.engine import run as engine
    from orgtrail.output import say, show, write_whole
    from orgtrail.report.drawing import drawer
    from orgtrail.results import Diagram
    from orgtrail.visible import Form

    settings, _ = options.settings_of(told)
    report = engine.check([named], settings, views=True)
    diagram = report.views[0].diagram or Diagram((), ())
    if not diagram.nodes:
        say(f"orgtrail: {named}: no organization trail and no log bucket to draw")
    text = drawer(drawing)(diagram)
    form: Form = "xml" if drawing == "svg" else "text"
    if output is None:
        show(text, form)
    else:
        write_whole(output, text, form)
