"""A baseline: results that were there before somebody began to look, which are set aside until they change.

It is kept by rule and address, not by line, and by verdict: a result that was undecided and is violated now counts.
"""

import os
from collections.abc import Iterable

import msgspec

from orgtrail import files
from orgtrail.errors import InputError
from orgtrail.results import OpenBefore, Result

VERSION = "orgtrail-baseline/1"
_EXPECTED = "a file that `orgtrail check --write-baseline FILE` wrote"


#: Bytes of a baseline.
LARGEST = 100_000_000


class _File(msgspec.Struct, frozen=True):
    version: str
    results: tuple[OpenBefore, ...]


class Baseline:
    """A set of known results; `name` is how reports speak of it."""

    def __init__(self, name: str, known: Iterable[OpenBefore]) -> None:
        self.name = name
        self._known = set(known)

    def holds(self, result: Result) -> bool:
        """Whether a result was there before, no less grave."""
        return any(OpenBefore(result.rule, result.address, was) in self._known for was in {result.verdict, "violated"})

    def mended(self, results: Iterable[Result], ran: Iterable[str]) -> tuple[OpenBefore, ...]:
        """What was open before, of the rules that `ran`, and isn't any more."""
        still = {(one.rule, one.address) for one in results if one.verdict in ("violated", "undecided")}
        asked = set(ran)
        return tuple(sorted(one for one in self._known if one.rule in asked and (one.rule, one.address) not in still))


def read(path: str) -> Baseline:
    """The baseline in a file. Raises InputError where it isn't one."""
    try:
        file = msgspec.json.decode(files.read(path, LARGEST, pipes=True), type=_File)
    except OSError as error:
        raise InputError(path, (error.strerror or "can't be read").lower(), _EXPECTED) from None
    except msgspec.DecodeError:
        raise InputError(path, "isn't a baseline", _EXPECTED) from None
    if file.version != VERSION:
        raise InputError(path, f"is a baseline of version {file.version}", VERSION)
    return Baseline(f"baseline {path}", file.results)


def write(path: str, results: Iterable[Result]) -> None:
    """Write what is open in `results` as a baseline. Raises InputError rather than replace a file that isn't one."""
    from orgtrail.output import write_whole

    if os.path.lexists(path):
        read(path)
    entries = {
        OpenBefore(result.rule, result.address, result.verdict)
        for result in results
        if result.verdict in {"violated", "undecided"} and (result.suppression is None or result.suppression.expired)
    }
    file = _File(VERSION, tuple(sorted(entries)))
    write_whole(path, msgspec.json.format(msgspec.json.encode(file), indent=2).decode() + "\n", "json")
