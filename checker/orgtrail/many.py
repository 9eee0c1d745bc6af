"""Many inputs: patterns that the shell didn't expand, every core, and one that can't be read doesn't stop the others.

Results come in the order of the inputs. A worker process that dies takes nothing with it: what it had not handed in is
checked again, alone, and is only then reported as what killed it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail import engine
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Comment
from orgtrail.results import Input, Result

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

#: From this many inputs on, a process for each core is worth its start (a fifth of a second).
WORTH_A_POOL = 16

_MAGIC = frozenset("*?[")


class Checked(msgspec.Struct, frozen=True):
    """What came of one input. `error` says why it couldn't be read, and is empty where it could."""

    input: Input | None = None
    results: tuple[Result, ...] = ()
    comments: tuple[Comment, ...] = ()
    error: str = ""


def expanded(named: Iterable[str]) -> list[str]:
    """`named` with patterns such as `plans/**/plan.json` expanded, where no file has that very name.

    Raises InputError where a pattern matches nothing: a check of no plan must not pass.
    """
    found: list[str] = []
    for one in named:
        if _MAGIC.isdisjoint(one) or os.path.lexists(one):
            found.append(one)
            continue
        import glob

        matched = sorted(glob.glob(one, recursive=True))
        # `plans/**` matches folders on the way, too; they are meant only where there is nothing else.
        files = [match for match in matched if not os.path.isdir(match)]
        if not matched:
            raise InputError(one, "matches no file", "a pattern such as plans/**/plan.json")
        found += files or matched
    return list(dict.fromkeys(found))


def checked(named: str, settings: Settings) -> Checked:
    """What comes of one input, as plain data that may travel between processes."""
    try:
        estate, results = engine.check_one(named, settings)
    except InputError as error:
        return Checked(error=str(error))
    return Checked(estate.input, tuple(results), tuple(estate.comments()))


def check_all(named: list[str], settings: Settings, progress: Callable[[str], None]) -> Iterator[Checked]:
    """What comes of each input, in order, worked out on all cores. `progress` is told each before it is handed out."""
    from concurrent.futures.process import BrokenProcessPool

    with _pool(min(os.cpu_count() or 1, len(named))) as pool:
        try:
            pending = [(one, pool.submit(checked, one, settings)) for one in named]
            for one, future in pending:
                progress(one)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    yield _alone(one, settings)
        except BaseException:
            # Whoever interrupts doesn't wait for a thousand plans.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _alone(named: str, settings: Settings) -> Checked:
    """One input in a process of its own, after a process that had several has died."""
    from concurrent.futures.process import BrokenProcessPool

    with _pool(1) as pool:
        future: Future[Checked] = pool.submit(checked, named, settings)
        try:
            return future.result()
        except BrokenProcessPool:
            return Checked(error=f"{named}: the process that checked it died; is it larger than the memory?")


def _pool(processes: int) -> "ProcessPoolExecutor":
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Not forked: a progress bar is a thread, and a fork copies the locks of threads but not the threads.
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    """Leave an interrupt to the process that hands out the work."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
