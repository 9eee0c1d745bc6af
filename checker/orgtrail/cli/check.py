"""`orgtrail check`."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser, UsageError

if TYPE_CHECKING:
    from orgtrail.config import Settings


USAGE = "[OPTIONS] [INPUT...]"
EXAMPLE = "terraform plan -out=tfplan && orgtrail check tfplan"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "inputs",
        nargs="*",
        metavar="INPUT",
        help="A plan, a state, a Terraform folder or a bucket policy; - is standard input.",
    )
    options.source(parser)
    options.facts(parser)
    options.evidence(parser)
    options.variables(parser)
    options.judging(parser)
    parser.flag("--require-trail", default=None, help="Fail where no input holds an organization trail.")
    parser.flag("--recursive", help="Check the root modules below a folder.")
    parser.flag("--allow-outside", default=None, help="Let file() and templatefile() leave the source tree.")
    options.config(parser)
    parser.add_argument("--baseline", metavar="FILE", help="Set aside what this file holds of an earlier run.")
    parser.add_argument(
        "--write-baseline",
        metavar="FILE",
        nargs="?",
        const="",
        help="Write what is open now to FILE, or to the file of --baseline.",
    )
    options.reports(parser)
    parser.add_argument(
        "--engine",
        dest="runs_on",
        choices=["local", "dask"],
        default="local",
        help="Where inputs are checked: on this machine's cores (default), or on a Dask cluster.",
    )
    parser.add_argument("--scheduler", metavar="URL", help="The cluster's scheduler, such as tcp://host:8786.")
    parser.flag("--fix", help="Write fixes of what fails into the folder's files, after showing the changes.")
    parser.flag("--diff", help="With --fix: show the changes and write nothing.")
    parser.flag("--advice", help="With --fix: mend what is advice, too.")
    parser.flag("--yes", help="With --fix: write without asking on a terminal.")
    parser.flag("--allow-dirty", help="Let --fix change files with uncommitted changes.")
    options.loudness(parser)


def check(
    inputs: tuple[str, ...],
    formats: tuple[str, ...],
    output: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    write_baseline: str | None,
    runs_on: str,
    scheduler: str | None,
    fix: bool,
    allow_dirty: bool,
    diff: bool,
    advice: bool,
    yes: bool,
    recursive: bool,
    **told: Any,
) -> None:
    """Check plans, states, Terraform folders or bucket policies.

    An INPUT is recognised by what is in it; - is standard input. Several are checked together.

    Exit codes: 0 nothing fails, 1 a rule fails, 2 wrong usage or unreadable input, 3 nothing fails, and the answer of a
    rule of severity error isn't known.
    """
    from orgtrail.cli.reporting import Reporting
    from orgtrail.engine import run as engine
    from orgtrail.engine.many import expanded
    from orgtrail.report.progress import over_inputs

    if (runs_on == "dask") != (scheduler is not None):
        raise UsageError("--engine dask and --scheduler URL need each other")
    settings, file = options.settings_of(told)
    if write_baseline and settings.baseline is not None:
        # `--baseline FILE --write-baseline INPUT`: what stands behind the flag is an input.
        inputs, write_baseline = (write_baseline, *inputs), ""
    if write_baseline is not None:
        settings = _with_baseline(settings, write_baseline or settings.baseline, inputs, scheduler)
    inputs = tuple(expanded(inputs or (default_input(mends=fix),), recursive=recursive))
    reporting = Reporting.told(file, formats, output, quiet=quiet, verbose=verbose, no_color=no_color)
    if (diff or advice or yes) and not fix:
        raise UsageError("--diff, --advice and --yes say how --fix works: give --fix, too")
    if fix:
        agreed = _nobody if diff else _somebody if yes or not _asks() else _asked
        _fix(inputs, settings, agreed, allow_dirty=allow_dirty or diff, advice=advice)
    with over_inputs(len(inputs), shown=reporting.color and not reporting.quiet) as progress:
        report = engine.check(
            inputs, settings, views=reporting.views, progress=progress, pool=True, scheduler=scheduler
        )
    reporting.finish(report)


def _fix(
    inputs: tuple[str, ...], settings: "Settings", agreed: Callable[[], bool], *, allow_dirty: bool, advice: bool
) -> None:
    """`--fix`: shows what would mend each input, and writes it where that is `agreed`."""
    from orgtrail.fixes import writing
    from orgtrail.output import say

    for one in inputs:
        writing.fix(
            one,
            settings,
            show=lambda text: say(text.rstrip("\n")),
            agreed=agreed,
            allow_dirty=allow_dirty,
            advice=advice,
        )


def _nobody() -> bool:
    """`--diff`: what is shown isn't written."""
    return False


def _somebody() -> bool:
    """`--yes`, or nobody there to be asked: what is shown is written."""
    return True


def _asks() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked() -> bool:
    """Whether who sits at the terminal wants the changes that were shown."""
    from orgtrail.output import say

    say("orgtrail: write these changes? [y/N]")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


#: What plans are called, those that `terraform plan -out` saves first.
_NAMES = ("tfplan", "tfplan.binary", "plan.tfplan", "terraform.tfplan", "plan.out", "plan.json", "tfplan.json")


def default_input(*, mends: bool = False) -> str:
    """What is checked where nobody names an input: the plan that lies here, else the folder. Raises UsageError.

    What is mended are files, whatever plan lies beside them.
    """
    import os

    from orgtrail.inputs.roots import holds_configuration

    found = next((name for name in _NAMES if os.path.isfile(name)), None)
    if found is not None and not mends:
        return found
    if not holds_configuration("."):
        raise UsageError("give at least one INPUT: a plan, a state, a folder or a bucket policy")
    return "."


def _with_baseline(
    settings: "Settings", file: str | None, inputs: tuple[str, ...], scheduler: str | None
) -> "Settings":
    """Write the baseline of these inputs, and check against it."""
    import msgspec

    from orgtrail.engine import run as engine
    from orgtrail.engine.many import expanded

    if file is None:
        raise UsageError("--write-baseline needs a file: --write-baseline=FILE, or --baseline FILE beside it")
    if not inputs:
        raise UsageError("give at least one INPUT beside --write-baseline=FILE")
    engine.write_baseline(file, expanded(inputs), settings, scheduler=scheduler)
    return msgspec.structs.replace(settings, baseline=file)
