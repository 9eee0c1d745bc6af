"""The command: argument parsing only. Everything of weight is imported where it is used."""

import sys
from typing import Any

import click

from orgtrail import __version__
from orgtrail.errors import InputError

EXIT_USAGE = 2
FORMAT_HELP = "Report format; FORMAT=FILE writes it to FILE, and may be given again and again."


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="orgtrail")
def cli() -> None:
    """Prove that an AWS organization trail will work, and that no member account can read its logs."""


@cli.command(epilog="Example: terraform show -json tfplan | orgtrail check - --source .")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--source", metavar="DIR", help="The root module that the plan was made from.")
@click.option("--organization-id", metavar="ID", help="The organization's id, such as o-abcd123456.")
@click.option("--management-account", metavar="ID", help="The id of the management account.")
@click.option("--archive-account", metavar="ID", help="The id of the account that owns the log bucket.")
@click.option(
    "--trusted-account", "trusted_accounts", metavar="ID", multiple=True, help="An account that may read the logs."
)
@click.option("--bucket", metavar="NAME", help="The bucket that a bare policy document is for.")
@click.option("--evidence", metavar="FILE", help="What `orgtrail audit --save` saw.")
@click.option("--evidence-max-age", metavar="HOURS", type=float, help="How old evidence may be (default 24).")
@click.option("--assume-trusted-access", metavar="REASON", help="Take trusted access for granted, and say why.")
@click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="A variable's value for a directory.")
@click.option("--var-file", "var_files", metavar="FILE", multiple=True, help="A file of variable values.")
@click.option("--select", metavar="RULE", multiple=True, help="Run this rule only (again and again).")
@click.option("--ignore", metavar="RULE", multiple=True, help="Leave this rule out (again and again).")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note"]), help="What counts (default: error).")
@click.option(
    "--undecided", type=click.Choice(["fail", "warn"]), help="Whether undecided errors count (default: fail)."
)
@click.option(
    "--allow-outside", is_flag=True, default=None, help="Let file() and templatefile() leave the source tree."
)
@click.option("--format", "formats", metavar="FORMAT[=FILE]", multiple=True, help=FORMAT_HELP)
@click.option("--output", metavar="FILE", help="Write the report to FILE.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing where nothing counts.")
@click.option("--verbose", "-v", is_flag=True, help="Show what is not applicable, too.")
@click.option("--no-color", is_flag=True, help="Plain text on a terminal, too.")
def check(
    inputs: tuple[str, ...],
    formats: tuple[str, ...],
    output: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    **options: Any,
) -> None:
    """Check plans, states, Terraform folders or bucket policies (- is standard input).

    Exit codes: 0 nothing counts, 1 a rule is violated, 2 wrong usage or unreadable input, 3 an error-severity rule is
    undecided and nothing is violated.
    """
    from orgtrail import engine
    from orgtrail.config import Settings
    from orgtrail.report import deliver, parse_formats

    targets = parse_formats(formats, output)
    settings = Settings(**{name: value for name, value in options.items() if value not in (None, ())})
    report = engine.check(inputs, settings)
    deliver(report, targets, quiet=quiet, verbose=verbose, color=not no_color)
    sys.exit(report.exit_code)


@cli.command()
@click.argument("input_", metavar="INPUT")
@click.option("--source", metavar="DIR", help="The root module that the plan was made from.")
@click.option("--organization-id", metavar="ID", help="The organization's id, such as o-abcd123456.")
@click.option("--management-account", metavar="ID", help="The id of the management account.")
@click.option("--archive-account", metavar="ID", help="The id of the account that owns the log bucket.")
@click.option("--trusted-account", "trusted_accounts", metavar="ID", multiple=True, help="An account that may read.")
@click.option("--bucket", metavar="NAME", help="The bucket that a bare policy document is for.")
@click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="A variable's value for a directory.")
@click.option("--var-file", "var_files", metavar="FILE", multiple=True, help="A file of variable values.")
@click.option("--before-after", is_flag=True, help="Show only what the plan newly allows (+) and denies (-).")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
def access(input_: str, before_after: bool, form: str, **options: Any) -> None:
    """Show who can do what on the log bucket and its key, and the request behind every yes."""
    from orgtrail import access as matrix
    from orgtrail import inputs
    from orgtrail.config import Settings
    from orgtrail.organization import Domain

    settings = Settings(**{name: value for name, value in options.items() if value not in (None, ())})
    domain = Domain(inputs.read(input_, settings), settings)
    cells = matrix.changes(domain) if before_after else matrix.matrix(domain)
    click.echo(matrix.FORMATS[form](cells), nl=False)


@cli.command()
@click.argument("rule", metavar="RULE")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", help="How to print it."
)
def explain(rule: str, form: str) -> None:
    """Say why a rule exists, what breaks, how to fix it, and where AWS says so."""
    from orgtrail import explain as explanations

    click.echo(explanations.FORMATS[form](explanations.explain(rule)), nl=False)


@cli.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", help="How to print it."
)
def rules(form: str) -> None:
    """List all rules with their severities."""
    from orgtrail import explain as explanations

    click.echo(explanations.catalogue(form), nl=False)


@cli.command(epilog="Example: orgtrail audit --archive-role-arn arn:aws:iam::222222222222:role/audit --save seen.json")
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--profile", metavar="NAME", help="The profile of the AWS CLI to act as.")
@click.option("--region", metavar="REGION", help="The region to ask first (default: as the AWS CLI finds it).")
@click.option("--role-arn", metavar="ARN", help="A role in the management account to assume.")
@click.option("--archive-role-arn", metavar="ARN", help="A role in the account that owns the log bucket to assume.")
@click.option("--endpoint-url", metavar="URL", help="Where AWS is, for those who have one of their own.")
@click.option("--save", metavar="FILE", help="Write what was seen as evidence for `orgtrail check --evidence`.")
@click.option("--print-policy", is_flag=True, help="Print the least IAM policy that the audit needs, and do nothing.")
@click.option(
    "--trusted-account", "trusted_accounts", metavar="ID", multiple=True, help="An account that may read the logs."
)
@click.option("--archive-account", metavar="ID", help="The id of the account that owns the log bucket.")
@click.option("--select", metavar="RULE", multiple=True, help="Run this rule only (again and again).")
@click.option("--ignore", metavar="RULE", multiple=True, help="Leave this rule out (again and again).")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note"]), help="What counts (default: error).")
@click.option(
    "--undecided", type=click.Choice(["fail", "warn"]), help="Whether undecided errors count (default: fail)."
)
@click.option("--format", "formats", metavar="FORMAT[=FILE]", multiple=True, help=FORMAT_HELP)
@click.option("--output", metavar="FILE", help="Write the report to FILE.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing where nothing counts.")
@click.option("--verbose", "-v", is_flag=True, help="Show what is not applicable, too.")
@click.option("--no-color", is_flag=True, help="Plain text on a terminal, too.")
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
    **options: Any,
) -> None:
    """Check the living organization, read-only, with the rules of `check`.

    Plans or states given as INPUT are compared with what AWS shows. Exit codes are those of `check`.
    """
    if print_policy:
        from orgtrail.audit import permissions

        click.echo(permissions.write([role_arn, archive_role_arn]), nl=False)
        return
    from orgtrail.audit import Way
    from orgtrail.audit.command import run
    from orgtrail.config import Settings
    from orgtrail.report import deliver, parse_formats

    targets = parse_formats(formats, output)
    settings = Settings(**{name: value for name, value in options.items() if value not in (None, ())})
    way = Way(
        profile=profile,
        region=region,
        role_arn=role_arn,
        archive_role_arn=archive_role_arn,
        endpoint_url=endpoint_url,
    )
    report = run(way, inputs, settings, save=save, quiet=quiet)
    deliver(report, targets, quiet=quiet, verbose=verbose, color=not no_color)
    sys.exit(report.exit_code)


def main() -> None:
    """Run the command. Whatever is wrong with input or usage is one line on standard error, and exit code 2."""
    try:
        cli.main(standalone_mode=False)
    except InputError as error:
        _fail(str(error))
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "orgtrail"
        _fail(f"{error.format_message()} (try `{command} --help`)")
    except click.ClickException as error:
        _fail(error.format_message())
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever reads our output has seen enough; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(EXIT_USAGE)


def _fail(message: str) -> None:
    print(f"orgtrail: {message}", file=sys.stderr)
    sys.exit(EXIT_USAGE)
