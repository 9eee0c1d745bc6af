"""`orgtrail report-case`."""

from typing import Any

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser

USAGE = "[OPTIONS] INPUT"
EXAMPLE = "orgtrail report-case plan.json --rule members-cannot-read-logs --output case"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument("named", metavar="INPUT", help="A plan, a state, a Terraform folder or a bucket policy.")
    parser.add_argument("--rule", metavar="RULE", help="The rule whose result is wrong (default: the gravest result).")
    parser.add_argument("--address", metavar="ADDRESS", help="The resource that the result is about.")
    parser.add_argument("--output", metavar="DIR", help="Write the files of the case into DIR.")
    parser.add_argument(
        "--checks", metavar="N", type=int, default=3000, help="How often the input may be checked (default: 3000)."
    )
    options.source(parser)
    options.facts(parser)
    options.evidence(parser)
    options.variables(parser)
    parser.add_argument("--retention-days", metavar="N", type=int, help="As `orgtrail check` was told.")
    options.config(parser)


def report_case(
    named: str, rule: str | None, address: str | None, output: str | None, checks: int, **told: Any
) -> None:
    """Cut an input down to what an issue needs.

    The smallest input that still gives the same verdict of the same rule, with every account, name and id replaced and
    nothing sensitive in it; with the command that shows it. Of a proof only what it doesn't speak of is taken away.
    """
    from orgtrail import rules
    from orgtrail.cases import case as cases
    from orgtrail.output import say, show

    if rule is not None and rule not in rules.ids():
        raise rules.unknown("--rule", rule)
    settings, _ = options.settings_of(told)
    made = cases.case_of(named, settings, rule, address, checks)
    if output is None:
        show(cases.as_text(made))
        return
    cases.write(made, output)
    said = f"{made.result.rule} is {made.result.verdict} ({made.before} bytes are {made.after} now)"
    say(f"orgtrail: {output}/case.md is ready for an issue: {said}. Read it before you send it.")
