"""`orgtrail audit`."""

from typing import Any

import click

from orgtrail.cli import options


@click.command(
    epilog="\b\nExample: orgtrail audit --archive-role-arn arn:aws:iam::222222222222:role/audit --save seen.json"
)
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--profile", metavar="NAME", help="The profile of the AWS CLI to act as.")
@click.option("--region", metavar="REGION", help="The region to ask first (default: as the AWS CLI finds it).")
@click.option("--role-arn", metavar="ARN", help="A role in the management account to assume.")
@click.option("--archive-role-arn", metavar="ARN", help="A role in the account that owns the log bucket to assume.")
@click.option("--endpoint-url", metavar="URL", help="Where AWS is, for those who have one of their own.")
@click.option("--save", metavar="FILE", help="Write what was seen as evidence for `orgtrail check --evidence`.")
@click.option("--print-policy", is_flag=True, help="Print the least IAM policy that the audit needs, and do nothing.")
@options.trusted_accounts
@options.archive_account
@options.judging
@options.config
@options.reports
@options.loudness
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
    config: str | None,
    **told: Any,
) -> None:
    """Check the living organization, read-only.

    Rules and exit codes are those of `check`. Plans or states given as INPUT are compared with what AWS shows.
    """
    if print_policy:
        from orgtrail.audit import permissions

        click.echo(permissions.write([role_arn, archive_role_arn]), nl=False)
        return
    from orgtrail.audit import Way
    from orgtrail.audit.command import run
    from orgtrail.cli.reporting import Reporting

    settings, file = options.settings_of(config, told)
    reporting = Reporting.told(file, formats, output, quiet=quiet, verbose=verbose, no_color=no_color)
    way = Way(
        profile=profile,
        region=region,
        role_arn=role_arn,
        archive_role_arn=archive_role_arn,
        endpoint_url=endpoint_url,
    )
    reporting.finish(run(way, inputs, settings, save=save, quiet=reporting.quiet, views=reporting.views))
