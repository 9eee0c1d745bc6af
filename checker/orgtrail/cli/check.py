"""`orgtrail check`."""

from typing import TYPE_CHECKING, Any

import click

from orgtrail.cli import options

if TYPE_CHECKING:
    from orgtrail.config import Settings


@click.command(epilog="\b\nExample: terraform show -json tfplan | orgtrail check - --source .")
@click.argument("inputs", nargs=-1, metavar="INPUT...")
@options.source
@options.facts
@click.option("--evidence", metavar="FILE", help="What `orgtrail audit --save` saw.")
@click.option("--evidence-max-age", metavar="HOURS", type=float, help="How old evidence may be (default 24).")
@click.option("--assume-trusted-access", metavar="REASON", help="Take trusted access for granted, and say why.")
@options.variables
@options.judging
@click.option(
    "--allow-outside", is_flag=True, default=None, help="Let file() and templatefile() leave the source tree."
)
@options.config
@click.option("--baseline", metavar="FILE", help="Set aside what this file holds of an earlier run.")
@click.option(
    "--write-baseline",
    metavar="[FILE]",
    is_flag=False,
    flag_value="",
    help="Write what is open now to FILE, or to the file of --baseline.",
)
@options.reports
@click.option(
    "--engine",
    "runs_on",
    type=click.Choice(["local", "dask"]),
    default="local",
    help="Where inputs are checked: on this machine's cores (default), or on a Dask cluster.",
)
@click.option("--scheduler", metavar="URL", help="The cluster's scheduler, such as tcp://host:8786.")
@click.option("--fix", is_flag=True, help="Write suggested fixes into the folder's files, after showing the changes.")
@click.option("--allow-dirty", is_flag=True, help="Let --fix change files with uncommitted changes.")
@options.loudness
def check(
    inputs: tuple[str, ...],
    formats: tuple[str, ...],
    output: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    config: str | None,
    write_baseline: str | None,
    runs_on: str,
    scheduler: str | None,
    fix: bool,
    allow_dirty: bool,
    **told: Any,
) -> None:
    """Check plans, states, Terraform folders or bucket policies.

    An INPUT is recognised by what is in it; - is standard input. Several are checked together.

    Exit codes: 0 nothing counts, 1 a rule is violated, 2 wrong usage or unreadable input, 3 an error-severity rule is
    undecided and nothing is violated.
    """
    from orgtrail import engine
    from orgtrail.cli.reporting import Reporting
    from orgtrail.many import expanded
    from orgtrail.report.progress import over_inputs

    if (runs_on == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask and --scheduler URL need each other")
    settings, file = options.settings_of(config, told)
    if write_baseline and settings.baseline is not None:
        # `--baseline FILE --write-baseline INPUT`: what stands behind the flag is an input.
        inputs, write_baseline = (write_baseline, *inputs), ""
    if write_baseline is not None:
        settings = _with_baseline(settings, write_baseline or settings.baseline, inputs, scheduler)
    if not inputs:
        raise click.UsageError("give at least one INPUT: a plan, a state, a folder or a bucket policy")
    inputs = tuple(expanded(inputs))
    reporting = Reporting.told(file, formats, output, quiet=quiet, verbose=verbose, no_color=no_color)
    if fix:
        from orgtrail import fixes

        for one in inputs:
            fixes.fix(one, settings, allow_dirty=allow_dirty, show=lambda text: click.echo(text, nl=False, err=True))
    with over_inputs(len(inputs), shown=reporting.color and not reporting.quiet) as progress:
        report = engine.check(
            inputs, settings, views=reporting.views, progress=progress, pool=True, scheduler=scheduler
        )
    reporting.finish(report)


def _with_baseline(
    settings: "Settings", file: str | None, inputs: tuple[str, ...], scheduler: str | None
) -> "Settings":
    """Write the baseline of these inputs, and check against it."""
    import msgspec

    from orgtrail import engine
    from orgtrail.many import expanded

    if file is None:
        raise click.UsageError("--write-baseline needs a file: --write-baseline=FILE, or --baseline FILE beside it")
    if not inputs:
        raise click.UsageError("give at least one INPUT beside --write-baseline=FILE")
    engine.write_baseline(file, expanded(inputs), settings, scheduler=scheduler)
    return msgspec.structs.replace(settings, baseline=file)
