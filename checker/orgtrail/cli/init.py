"""`orgtrail init`."""

from typing import Any

import click

from orgtrail.cli import options


@click.command(
    epilog="\b\nExample: orgtrail init trail --bucket-name acme-org-trail-logs --archive-account 222222222222"
)
@click.argument("folder", metavar="DIR")
@click.option("--bucket-name", metavar="NAME", required=True, help="The bucket that the logs will be in.")
@click.option("--trail-name", metavar="NAME", help="The trail's name (default: org).")
@click.option(
    "--trusted-access",
    type=click.Choice(["manage", "confirm"]),
    help="Own the organization here, or confirm that another stack turned trusted access on (default: confirm).",
)
@click.option("--region", metavar="REGION", help="The trail's home region, and the bucket's (default: us-east-1).")
@click.option(
    "--archive-account", metavar="ID", help="The account that keeps the logs (default: the management account)."
)
@click.option(
    "--archive-role", metavar="NAME", help="The role to assume there (default: OrganizationAccountAccessRole)."
)
@options.trusted_accounts
@click.option("--delegated-administrator", metavar="ID", help="An account that may look after CloudTrail.")
@click.option("--log-prefix", metavar="PREFIX", help="What stands before AWSLogs/ in the bucket.")
@click.option(
    "--keep-service",
    "keep_services",
    metavar="PRINCIPAL",
    multiple=True,
    help="With --trusted-access manage: a service that keeps its trusted access.",
)
@click.option("--cloudwatch-logs", is_flag=True, default=None, help="Send the events to CloudWatch Logs, too.")
@click.option("--guardrails", is_flag=True, default=None, help="Add a service control policy that protects the trail.")
@click.option("--modules", metavar="SOURCE", help="Where the modules are (default: copied into DIR/modules).")
def init(folder: str, **told: Any) -> None:
    """Write a root module that uses the bundled modules.

    It is ready for `terraform init`. Nothing that is there already is overwritten.
    """
    from pathlib import Path

    from orgtrail import scaffold

    answers = scaffold.Answers(**{name: value for name, value in told.items() if value not in (None, ())})
    for path in scaffold.init(Path(folder), answers):
        click.echo(f"wrote {path}")
    click.echo(f"\nNext:\n{scaffold.next_steps(Path(folder), answers)}", nl=False)
