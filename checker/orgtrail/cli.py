"""The command: argument parsing only. Everything of weight is imported where it is used."""

import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from orgtrail import __version__
from orgtrail.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from orgtrail.config import Settings, Told

EXIT_USAGE = 2
#: From how many inputs on progress is shown.
_MANY = 3
FORMAT_HELP = "Report format; FORMAT=FILE writes it to FILE, and may be given again and again."


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: orgtrail check plan.json --source . (each command has its own --help)",
)
@click.version_option(__version__, prog_name="orgtrail")
def cli() -> None:
    """Prove that an AWS organization trail will work, and that no member account can read its logs."""


@cli.command(epilog="Example: terraform show -json tfplan | orgtrail check - --source .")
@click.argument("inputs", nargs=-1, metavar="INPUT...")
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
@click.option("--config", metavar="FILE", help="Settings (default: orgtrail.toml here or in a folder above).")
@click.option("--baseline", metavar="FILE", help="Set aside what this file holds of an earlier run.")
@click.option(
    "--write-baseline",
    metavar="[FILE]",
    is_flag=False,
    flag_value="",
    help="Write what is open now to FILE, or to the file of --baseline.",
)
@click.option("--format", "formats", metavar="FORMAT[=FILE]", multiple=True, help=FORMAT_HELP)
@click.option("--output", metavar="FILE", help="Write the report to FILE.")
@click.option("--fix", is_flag=True, help="Write suggested fixes into the folder's files, after showing the changes.")
@click.option("--allow-dirty", is_flag=True, help="Let --fix change files with uncommitted changes.")
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
    config: str | None,
    write_baseline: str | None,
    fix: bool,
    allow_dirty: bool,
    **options: Any,
) -> None:
    """Check plans, states, Terraform folders or bucket policies (- is standard input).

    Exit codes: 0 nothing counts, 1 a rule is violated, 2 wrong usage or unreadable input, 3 an error-severity rule is
    undecided and nothing is violated.
    """
    from orgtrail import engine
    from orgtrail.many import expanded
    from orgtrail.report import DRAWN, deliver, parse_formats

    settings, told = _settings(config, options)
    if write_baseline and settings.baseline is not None:
        # `--baseline FILE --write-baseline INPUT`: what stands behind the flag is an input.
        inputs, write_baseline = (write_baseline, *inputs), ""
    if write_baseline is not None:
        settings = _with_baseline(settings, write_baseline or settings.baseline, inputs)
    if not inputs:
        raise click.UsageError("give at least one INPUT: a plan, a state, a folder or a bucket policy")
    inputs = tuple(expanded(inputs))
    targets = parse_formats(formats or told.formats, output or told.output)
    views = any(target.format in DRAWN for target in targets)
    quiet, verbose, color = quiet or told.quiet, verbose or told.verbose, not (no_color or told.no_color)
    if fix:
        from orgtrail import fixes

        for one in inputs:
            fixes.fix(one, settings, allow_dirty=allow_dirty, show=lambda text: click.echo(text, nl=False, err=True))
    with _progress(len(inputs), shown=color and not quiet) as progress:
        report = engine.check(inputs, settings, views=views, progress=progress, pool=True)
    try:
        if report.inputs:
            deliver(report, targets, quiet=quiet, verbose=verbose, color=color)
    except BrokenPipeError:
        # Whoever reads our output has seen enough (`| head`); the verdict is what it is.
        _drop_output()
    for one in report.unreadable:
        print(f"orgtrail: {one}", file=sys.stderr)
    sys.exit(report.exit_code)


@cli.command(epilog="Example: orgtrail access plan.json --source . --before-after")
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
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="How to print it."
)
def access(input_: str, before_after: bool, form: str, **options: Any) -> None:
    """Show who can do what on the log bucket and its key, and the request behind every yes."""
    from orgtrail import access as matrix
    from orgtrail import inputs
    from orgtrail.organization import Domain
    from orgtrail.redaction import cleaned
    from orgtrail.report import print_safely
    from orgtrail.report.access import FORMATS

    settings, _ = _settings(None, options)
    domain = Domain(inputs.read(input_, settings), settings)
    cells = cleaned(matrix.changes(domain) if before_after else matrix.matrix(domain), domain.estate.secrets)
    print_safely(FORMATS[form](cells))


@cli.command(epilog="Example: orgtrail explain members-cannot-read-logs")
@click.argument("rule", metavar="RULE")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", help="How to print it."
)
def explain(rule: str, form: str) -> None:
    """Say why a rule exists, what breaks, how to fix it, and where AWS says so."""
    from orgtrail import explain as explanations

    click.echo(explanations.FORMATS[form](explanations.explain(rule)), nl=False)


@cli.command(epilog="Example: orgtrail rules --format markdown")
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
    from orgtrail.report import DRAWN, deliver, parse_formats

    settings, told = _settings(None, options)
    targets = parse_formats(formats or told.formats, output or told.output)
    quiet, verbose, no_color = quiet or told.quiet, verbose or told.verbose, no_color or told.no_color
    way = Way(
        profile=profile,
        region=region,
        role_arn=role_arn,
        archive_role_arn=archive_role_arn,
        endpoint_url=endpoint_url,
    )
    views = any(target.format in DRAWN for target in targets)
    report = run(way, inputs, settings, save=save, quiet=quiet, views=views)
    deliver(report, targets, quiet=quiet, verbose=verbose, color=not no_color)
    sys.exit(report.exit_code)


@cli.command(epilog="Example: orgtrail init trail --bucket-name acme-org-trail-logs --archive-account 222222222222")
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
@click.option(
    "--trusted-account", "trusted_accounts", metavar="ID", multiple=True, help="An account that may read the logs."
)
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
def init(folder: str, **options: Any) -> None:
    """Write a root module that uses the bundled modules.

    It is ready for `terraform init`. Nothing that is there already is overwritten.
    """
    from pathlib import Path

    from orgtrail import scaffold

    answers = scaffold.Answers(**{name: value for name, value in options.items() if value not in (None, ())})
    for path in scaffold.init(Path(folder), answers):
        click.echo(f"wrote {path}")
    click.echo(f"\nNext:\n{scaffold.next_steps(Path(folder), answers)}", nl=False)


def _settings(config: str | None, options: dict[str, Any]) -> "tuple[Settings, Told]":
    """Settings of orgtrail.toml and of the command line, which wins; and what the file says to the command."""
    from pathlib import Path

    from orgtrail import config as configuration

    file = Path(config) if config is not None else configuration.find(Path.cwd())
    told = configuration.read(file) if file is not None else configuration.Told()
    given = {name: value for name, value in options.items() if value not in (None, ())}
    return configuration.Settings(**(told.settings | given)), told


def _with_baseline(settings: "Settings", file: str | None, inputs: tuple[str, ...]) -> "Settings":
    """Write the baseline of these inputs, and check against it."""
    import msgspec

    from orgtrail import baseline, engine
    from orgtrail.many import expanded

    if file is None:
        raise click.UsageError("--write-baseline needs a file: --write-baseline=FILE, or --baseline FILE beside it")
    if not inputs:
        raise click.UsageError("give at least one INPUT beside --write-baseline=FILE")
    found = engine.check(expanded(inputs), msgspec.structs.replace(settings, baseline=None), pool=True)
    if found.unreadable:
        # A baseline of half the inputs would call the other half new.
        raise InputError("--write-baseline", f"an input can't be read, so nothing is written: {found.unreadable[0]}")
    baseline.write(file, found.results)
    return msgspec.structs.replace(settings, baseline=file)


@contextlib.contextmanager
def _progress(count: int, *, shown: bool) -> "Iterator[Callable[[str], None]]":
    """Tells which input is being read, on a terminal and where there are several."""
    from orgtrail.report import on_terminal

    if count < _MANY or not shown or not on_terminal(sys.stderr):
        yield lambda named: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.text import Text

    from orgtrail.report.visible import visible

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=count)
        seen = iter(range(count))

        def advance(named: str) -> None:
            bar.update(task, completed=next(seen, count), description=Text(visible(named)).plain)

        yield advance


@cli.command(epilog="Example: orgtrail graph plan.json --source . --format svg --output order.svg")
@click.argument("named", metavar="INPUT")
@click.option("--source", metavar="DIR", help="The root module that the plan was made from.")
@click.option(
    "--format",
    "drawing",
    type=click.Choice(["svg", "dot", "mermaid"]),
    default="svg",
    help="What to draw as (default: svg).",
)
@click.option("--output", metavar="FILE", help="Write the picture to FILE.")
@click.option("--config", metavar="FILE", help="Settings (default: orgtrail.toml here or in a folder above).")
def graph(named: str, drawing: str, output: str | None, config: str | None, source: str | None) -> None:
    """Draw what comes before the organization trail, and the edge that is missing.

    Only what lies between trusted access, policy, bucket, key and trail is shown. Earlier things stand above later
    ones; a red dashed arrow is an order that a rule asks for and Terraform doesn't know of.
    """
    from orgtrail import engine
    from orgtrail.diagram import drawer
    from orgtrail.report import print_safely, write_whole
    from orgtrail.results import Diagram

    settings, _ = _settings(config, {"source": source})
    report = engine.check([named], settings, views=True)
    text = drawer(drawing)(report.views[0].diagram or Diagram((), ()))
    if output is None:
        print_safely(text)
    else:
        write_whole(output, text)


@cli.command(epilog="Example: orgtrail completion bash > ~/.local/share/bash-completion/completions/orgtrail")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes orgtrail's commands and options in a shell.

    bash: save it as ~/.local/share/bash-completion/completions/orgtrail. zsh: save it as _orgtrail in a folder of
    $fpath. fish: save it as ~/.config/fish/completions/orgtrail.fish.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, shell  # noqa: S101 - click knows each of the three
    click.echo(found(cli, {}, "orgtrail", "_ORGTRAIL_COMPLETE").source())


def program() -> None:
    """Run the command as a process of its own, which lives for a moment.

    Looking for garbage on the way, and through everything once more at the end, would take a tenth of that moment.
    """
    import gc

    gc.set_threshold(100_000, 50, 50)
    try:
        main()
    finally:
        gc.freeze()


def main() -> None:
    """Run the command. Whatever is wrong with input or usage is one line on standard error, and exit code 2."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        cli.main(prog_name="orgtrail", standalone_mode=False)
    except InputError as error:
        _fail(str(error))
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "orgtrail"
        _fail(f"{error.format_message()} (try `{command} --help`)")
    except click.ClickException as error:
        _fail(error.format_message())
    except click.Abort:
        sys.exit(130)
    except OSError as error:
        # A full disk under standard output, for example; what concerns an input says so itself.
        _drop_output()
        _fail(f"can't write the report: {(error.strerror or type(error).__name__).lower()}")


def _drop_output() -> None:
    """Send what is still buffered nowhere: the interpreter would try again at its end, and fail loudly."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _terminated(signal_: int, _: object) -> None:
    """End as on an interrupt: half-written reports are removed on the way out."""
    sys.exit(128 + signal_)


def _fail(message: str) -> None:
    print(f"orgtrail: {message}", file=sys.stderr)
    sys.exit(EXIT_USAGE)
