"""`orgtrail explain`."""

from typing import Any

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser, UsageError

USAGE = "[OPTIONS] RULE, or --permissions INPUT"
EXAMPLE = "orgtrail explain members-cannot-read-logs"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument("rule", nargs="?", metavar="RULE", help="One of those that `orgtrail rules` lists.")
    parser.add_argument(
        "--permissions",
        metavar="INPUT",
        help="Say what whoever applies this plan needs to be allowed; the options below say what is so.",
    )
    options.form(parser, "text", "markdown", "json")
    options.source(parser)
    options.facts(parser)
    options.evidence(parser)
    options.variables(parser)
    options.config(parser)


def explain(rule: str | None, permissions: str | None, form: str, **told: Any) -> None:
    """Say why a rule exists, what breaks and how to fix it.

    With the pages where AWS says so, and examples that are tests.

    With --permissions, say what the role that applies a plan has to be allowed: each action that the AWS provider calls
    for it, those too that AWS asks for unseen, as a table and as an IAM policy, and what an SCP of the input denies.
    """
    from orgtrail.output import show

    if (rule is None) == (permissions is None):
        raise UsageError("give a RULE, or --permissions INPUT (try `orgtrail explain --help`)")
    said = _permissions(permissions, form, told) if permissions is not None else _rule(rule or "", form)
    show(said, "json" if form == "json" else "text")


def _rule(rule: str, form: str) -> str:
    from orgtrail import explain as explanations

    return explanations.FORMATS[form](explanations.explain(rule))


def _permissions(named: str, form: str, told: dict[str, Any]) -> str:
    from orgtrail.engine import one_input
    from orgtrail.permissions import needs, stops, written
    from orgtrail.redaction import cleaned
    from orgtrail.report import made_visible

    settings, _ = options.settings_of(told)
    domain = one_input.read(named, settings)
    with one_input.reading(domain.estate):
        found = needs.needs_of(domain)
        denials = stops.stops_of(domain, found)
        controls = any(guard.kind == "SCP" for guard in domain.guards)
    answer = cleaned(written.PlanPermissions(named, found, tuple(denials), controls), domain.secrets)
    return written.FORMATS[form](answer if form == "json" else made_visible(answer))
