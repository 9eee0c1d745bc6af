"""The command. Its commands are files of this folder: argument parsing only, each imported when it is asked for."""

import importlib
import os
import signal
import sys
from collections.abc import MutableMapping
from functools import partial
from typing import cast

import click

from orgtrail import __version__
from orgtrail.errors import InputError
from orgtrail.lazy import LazyMapping

EXIT_USAGE = 2

_COMMANDS = ("access", "audit", "check", "completion", "explain", "graph", "init", "rules")


def _command(name: str) -> click.Command:
    """The command `name`: the function of that name in the file of that name."""
    found: click.Command = getattr(importlib.import_module(f"orgtrail.cli.{name}"), name)
    return found


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    # \b: click wraps no lines of such a paragraph, so that an example can be copied.
    epilog="\b\nExample: orgtrail check plan.json --source .\nEach command has its own --help.",
    # click only reads it.
    commands=cast(
        "MutableMapping[str, click.Command]", LazyMapping({name: partial(_command, name) for name in _COMMANDS})
    ),
)
@click.version_option(__version__, prog_name="orgtrail")
def cli() -> None:
    """Prove that an AWS organization trail will work, and that no member account can read its logs."""


def program() -> None:
    """Run the command as a process of its own, which lives for a moment.

    Looking for garbage on the way, and freeing one by one what the system frees at once, would take a tenth of it.
    """
    import gc

    gc.set_threshold(100_000, 50, 50)
    try:
        main()
    finally:
        _leave(sys.exc_info()[1])


def _leave(end: BaseException | None) -> None:
    """End the process with the exit code of `end`, where nobody else has something to do at its end."""
    code = end.code if isinstance(end, SystemExit) else 0 if end is None else "a bug's traceback"
    if isinstance(code, int) and "multiprocessing" not in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Run the command. Whatever is wrong with input or usage is one line on standard error, and exit code 2."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        cli.main(sys.argv[1:] or ["--help"], prog_name="orgtrail", standalone_mode=False)
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
        drop_output()
        _fail(f"can't write the output: {(error.strerror or type(error).__name__).lower()}")


def drop_output() -> None:
    """Send what is still buffered nowhere: the interpreter would try again at its end, and fail loudly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _terminated(signal_: int, _: object) -> None:
    """End as on an interrupt: half-written reports are removed on the way out."""
    sys.exit(128 + signal_)


def _fail(message: str) -> None:
    # click lists the choices of an argument on lines of their own.
    print("orgtrail:", *message.split(), file=sys.stderr)
    sys.exit(EXIT_USAGE)
