"""`orgtrail audit`."""

from typing import Any

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser

USAGE = "[OPTIONS] [INPUT]..."
EXAMPLE = "orgtrail audit --archive-role-arn arn:aws:iam::222222222222:role/audit --save seen.json"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "inputs", nargs="*", metavar="INPUT", help="A plan or state, to be compared with what AWS shows."
    )
    parser.add_argument("--profile", metavar="NAME", help="The profile of the AWS CLI to act as.")
    parser.add_argument(
        "--region", metavar="REGION", help="The region to ask first (default: as the AWS CLI finds it)."
    )
    parser.add_argument("--role-arn", metavar="ARN", help="A role in the management account to assume.")
    parser.add_argument(
        "--archive-role-arn", metavar="ARN", help="A role in the account that owns the log bucket to assume."
    )
    parser.add_argument("--endpoint-url", metavar="URL", help="Where AWS is, for those who have one of their own.")
    parser.add_argument(
        "--save", metavar="FILE", help="Write what was seen as evidence for `orgtrail check --evidence`."
    )
    parser.flag("--print-policy", help="Print the least IAM policy that the audit needs, and do nothing.")
    options.trusted_accounts(parser)
    options.archive_account(parser)
    options.judging(parser)
    options.config(parser)
    options.reports(parser)
    options.loudness(parser)


def audit(
    inputs: tuple[str, ...],
    profile: str | None,
    region: str | None,
    role_arn: str | None,
    archive_role_arn: str | None,
    endpoint_url: str | None,
    save: str | None,
    print_policy: bool,
    formats: tuple[str, ...],
    output: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    **told: Any,
) -> None:
    """Check the living organization, read-only.

    Rules and exit codes are those of `check`. Plans or states given as INPUT are compared with what AWS shows.
    """
    if print_policy:
        from orgtrail.audit import permissions

        print(permissions.write([role_arn, archive_role_arn]), end="")
        return
    from orgtrail.audit import Way
    from orgtrail.audit.command import run
    from orgtrail.cli.reporting import Reporting

    settings, file = options.settings_of(told)
    reporting = Reporting.told(file, formats, output, quiet=quiet, verbose=verbose, no_color=no_color)
    way = Way(
        profile=profile,
        region=region,
        role_arn=role_arn,
        archive_role_arn=archive_role_arn,
        endpoint_url=endpoint_url,
    )
    reporting.finish(run(way, inputs, settings, save=save, quiet=reporting.quiet, views=reporting.views))
