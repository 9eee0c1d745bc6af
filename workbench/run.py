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
    arguments = _alone(arguments)
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


def _alone(arguments: tuple[str | Path, ...]) -> tuple[str | Path, ...]:
    """A recorded plan lies by its source; where a test says nothing of that, it asks what the plan says alone."""
    said = {"--source", "--no-source"}.intersection(map(str, arguments))
    recorded = [one for one in arguments if str(one).endswith("plan.json") and Path(one).is_file()]
    if said or not recorded or arguments[0] not in ("check", "access", "graph"):
        return arguments
    return (arguments[0], "--no-source", *arguments[1:])


def check(*arguments: str | Path, stdin: bytes = b"") -> Run:
    """`orgtrail check ARGUMENTS --format json`."""
    return orgtrail("check", *arguments, "--format", "json", stdin=stdin)


@contextmanager
def working_directory(folder: Path) -> Iterator[None]:
    """Work in `folder` for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield
