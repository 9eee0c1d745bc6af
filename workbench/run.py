"""Runs the command as a user does, inside this process."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from orgtrail import cli


class Run(NamedTuple):
    """What one run of the command gave."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return msgspec.json.decode(self.out)

    def verdicts(self) -> dict[str, str]:
        """Rule -> verdict of its subject; the gravest one where there are several."""
        order = ["not-applicable", "proved", "undecided", "violated"]
        found: dict[str, str] = {}
        for result in self.json()["results"]:
            one, other = result["verdict"], found.get(result["rule"], "not-applicable")
            found[result["rule"]] = max(one, other, key=order.index)
        return found


def orgtrail(*arguments: str | Path, stdin: bytes = b"") -> Run:
    """`orgtrail ARGUMENTS`, with its exit code and both outputs."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["orgtrail", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            cli.main()
            code = 0
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 1 if exit_.code else 0
    return Run(code, out.getvalue(), err.getvalue())


def check(*arguments: str | Path, stdin: bytes = b"") -> Run:
    """`orgtrail check ARGUMENTS --format json`."""
    return orgtrail("check", *arguments, "--format", "json", stdin=stdin)


@contextmanager
def working_directory(folder: Path) -> Iterator[None]:
    """Work in `folder` for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield
