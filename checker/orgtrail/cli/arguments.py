"""How a command declares its arguments, and what `--help` and wrong usage look like."""

import argparse
import os
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NoReturn

from orgtrail.errors import InputError

#: Stands before a word that is no option, though it looks like one. No system lets it into a word.
_INPUT = "\0"


class UsageError(InputError):
    """The command line itself is wrong; the message is a whole sentence."""

    def __init__(self, message: str) -> None:
        Exception.__init__(self, message)


class Parser(argparse.ArgumentParser):
    """The arguments of one command. `about` is what `--help` says of it, in paragraphs; `example` stands below."""

    def __init__(self, prog: str, *, about: str = "", example: str = "", usage: str = "[OPTIONS]") -> None:
        super().__init__(
            prog=prog,
            usage=f"{prog} {usage}",
            description=about,
            epilog=f"Example: {example}" if example else None,
            formatter_class=_Help,
            # A script that says --ignor would change its meaning on the day there is an --ignored.
            allow_abbrev=False,
        )

    def repeatable(self, *flags: str, help: str, **more: Any) -> None:  # noqa: A002 - argparse's name
        """An option with a value that may be given many times: all of them in a tuple."""
        self.add_argument(*flags, action="append", default=[], help=help.replace(".", " (repeatable).", 1), **more)

    def flag(self, *flags: str, default: bool | None = False, **more: Any) -> None:
        """An option without a value."""
        self.add_argument(*flags, action="store_true", default=default, **more)

    def error(self, message: str) -> NoReturn:
        """Wrong usage is an error like any other: one line."""
        raise UsageError(f"{message} (try `{self.prog} --help`)")

    def told(self, words: Sequence[str]) -> dict[str, Any]:
        """What `words` say, by parameter; what may be repeated is a tuple. Raises UsageError."""
        # Options and inputs may stand in any order; argparse can't do that where there are commands below.
        parse = self.parse_known_args if self._subparsers else self.parse_known_intermixed_args
        place = words.index("--") if "--" in words else len(words)
        # That nothing behind `--` is an option isn't known to all versions of it.
        inputs = [_INPUT + word if word.startswith("-") else word for word in words[place + 1 :]]
        found, unknown = parse([*words[:place], *inputs])
        if unknown:
            self.error(f"there is no {unknown[0]}{self._like(unknown[0])}")
        return {name: _plain(value) for name, value in vars(found).items()}

    def _like(self, word: str) -> str:
        flags = [flag for argument in arguments_of(self) for flag in argument.option_strings]
        return did_you_mean(word.partition("=")[0], flags)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_plain, value))
    return value.removeprefix(_INPUT) if isinstance(value, str) else value


def arguments_of(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """What a parser knows, and those of the commands below it."""
    # argparse shows it nowhere; whoever completes or documents a parser reads it there.
    for argument in parser._actions:
        yield argument
        if isinstance(argument, argparse._SubParsersAction):
            for below in argument.choices.values():
                yield from arguments_of(below)


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A hint at what is spelled like `word`; empty where nothing is."""
    import difflib

    found = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {found[0]}?" if found else ""


class _Help(argparse.HelpFormatter):
    """Paragraphs stay paragraphs, lists and examples stay as they are, and lines are at most 100 characters long."""

    def __init__(self, prog: str) -> None:
        # With a width of its own it doesn't import shutil, which takes as long as a proof.
        super().__init__(prog, max_help_position=32, width=_width())

    def add_argument(self, action: argparse.Action) -> None:
        """The commands stand further in than argparse reckons with."""
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            self._action_max_length += 2

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        from inspect import cleandoc

        fill = super()._fill_text
        return "\n\n".join(
            paragraph if paragraph.startswith(("  ", "Example: ")) else fill(paragraph, width, indent)
            for paragraph in cleandoc(text).split("\n\n")
        )


@cache
def _width() -> int:
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        columns = 80
    return max(40, min(columns, 100))
