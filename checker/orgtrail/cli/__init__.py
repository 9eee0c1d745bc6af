"""The command. Its commands are files of this folder: argument parsing only, each imported when it is asked for.

A file holds `declare`, which adds the command's arguments to its parser; the function of the file's name, which runs it
with what was told and whose docstring `--help` shows; and `USAGE` and `EXAMPLE`.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from orgtrail import __version__
from orgtrail.cli import lean
from orgtrail.cli.arguments import Parser, UsageError, did_you_mean
from orgtrail.errors import InputError

EXIT_USAGE = 2

COMMANDS = ("access", "audit", "check", "completion", "explain", "graph", "init", "report-case", "rules")


_VERSION = f"orgtrail, version {__version__}"


def _file(name: str) -> Any:
    return importlib.import_module(f"orgtrail.cli.{name.replace('-', '_')}")


def _function(name: str) -> Callable[..., None]:
    """What runs a command: the function of its file's name."""
    found: Callable[..., None] = getattr(_file(name), name.replace("-", "_"))
    return found


def _said(name: str) -> dict[str, Any]:
    """What the parser of a command is made of."""
    file = _file(name)
    return {
        "prog": f"orgtrail {name}",
        "about": _function(name).__doc__,
        "usage": file.USAGE,
        "example": file.EXAMPLE,
    }


def parser_of(name: str) -> Parser:
    """The parser of one command."""
    parser = Parser(**_said(name))
    _file(name).declare(parser)
    return parser


def everything() -> Parser:
    """The parser of the whole, with those of all commands below it."""
    parser = Parser(
        "orgtrail",
        about="Prove that an AWS organization trail will work, and that no member account can read its logs.\n\n"
        "Each command has its own --help.",
        example="orgtrail check plan.json --source .",
        usage="[OPTIONS] COMMAND ...",
    )
    parser.add_argument("--version", action="version", version=_VERSION)
    below = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in COMMANDS:
        said = _said(name)
        _file(name).declare(below.add_parser(name, help=said["about"].partition("\n\n")[0], **said))
    return parser


def program() -> None:
    """Run the command as a process of its own, which lives for a moment.

    Looking for garbage on the way, and freeing one by one what the system frees at once, would take a tenth of it.
    """
    import gc

    gc.set_threshold(100_000, 50, 50)
    if sys.argv[1:] != ["--version"]:
        lean.import_msgspec()
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


def main(words: Sequence[str] | None = None) -> None:
    """Run the command with `words` (default: those of the process).

    Whatever is wrong with input or usage is one line on standard error, and exit code 2.
    """
    signal.signal(signal.SIGTERM, _terminated)
    try:
        try:
            _run(sys.argv[1:] if words is None else words)
        finally:
            # What is buffered still may fail to be written, and that has to be told.
            sys.stdout.flush()
    except InputError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except MemoryError:
        # Whatever was being made is let go by now: there is room for one line.
        _fail("there isn't memory enough for this input; expected a smaller one, or a machine with more")
    except BrokenPipeError:
        # Whoever reads our output has seen enough (`| head`); a check that got so far says its verdict itself.
        drop_output()
        sys.exit(1)
    except OSError as error:
        # A full disk under standard output, for example; what concerns an input says so itself.
        drop_output()
        _fail(f"can't write the output: {(error.strerror or type(error).__name__).lower()}")


def _run(words: Sequence[str]) -> None:
    if words and words[0] in COMMANDS:
        _function(words[0])(**parser_of(words[0]).told(words[1:]))
        return
    if list(words) == ["--version"]:
        # Without the parser of every command.
        print(_VERSION)
        return
    if words and not words[0].startswith("-"):
        raise UsageError(f"there is no command {words[0]}{did_you_mean(words[0], COMMANDS)} (try `orgtrail --help`)")
    everything().told(words or ["--help"])
    raise UsageError("give a command (try `orgtrail --help`)")


def drop_output() -> None:
    """Send what is still buffered nowhere: the interpreter would try again at its end, and fail loudly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _terminated(signal_: int, _: object) -> None:
    """End as on an interrupt: half-written reports are removed on the way out."""
    sys.exit(128 + signal_)


def _fail(message: str) -> None:
    from orgtrail.output import say

    say(" ".join(["orgtrail:", *message.split()]))
    sys.exit(EXIT_USAGE)
