"""Many inputs: patterns that the shell didn't expand, every core, and one that can't be read doesn't stop the others.

Results come in the order of the inputs. A worker process that dies takes nothing with it: what it had not handed in is
checked again, alone, and is only then reported as what killed it.
"""

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from orgtrail.config import Settings
from orgtrail.engine.one_input import Checked, checked
from orgtrail.errors import InputError
from orgtrail.inputs import remote
from orgtrail.inputs.content import STANDARD_INPUT

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

#: From this many inputs on, a process for each core is worth its start (a fifth of a second).
WORTH_A_POOL = 16

_MAGIC = frozenset("*?[")


class Executor(Protocol):
    """Checks each input somewhere else; yields what comes of each, in their order and each once."""

    def __call__(
        self, named: list[str], settings: Settings, progress: Callable[[str], None], *, views: bool
    ) -> Iterator[Checked]:
        """`progress` is told each input before its turn, `views` asks for what the drawing formats draw."""


def executor(named: list[str], *, pool: bool, scheduler: str | None) -> Executor | None:
    """Who checks these inputs: a cluster, every core, or (None) this process, where each sees what the others hold."""
    if scheduler is not None:
        from orgtrail.engine import cluster

        return functools.partial(cluster.check_all, scheduler)
    return check_all if pool and len(named) >= WORTH_A_POOL and STANDARD_INPUT not in named else None


def expanded(named: Iterable[str], *, recursive: bool = False) -> list[str]:
    """`named` with patterns such as `plans/**/plan.json` expanded, where no file has that very name; URLs, too.

    With `recursive`, a folder stands for the root modules in it and below it. Raises InputError where a pattern or
    folder gives nothing: a check of no plan must not pass.
    """
    found: list[str] = []
    for one in named:
        if remote.is_url(one):
            found += remote.expanded(one)
            continue
        if recursive and os.path.isdir(one):
            from orgtrail.inputs.roots import roots_below

            below = roots_below(one)
            if not below:
                raise InputError(
                    one, "holds no .tf, .tf.json or .tofu file, nor does a folder below it", "a root module"
                )
            found += below
            continue
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


def check_all(
    named: list[str], settings: Settings, progress: Callable[[str], None], *, views: bool = False
) -> Iterator[Checked]:
    """What comes of each input, in order, worked out on all cores."""
    from concurrent.futures.process import BrokenProcessPool

    done = 0
    while done < len(named):
        # After a death the others go on together: only the first that isn't done may be to blame, and is tried alone.
        try:
            for one in _on_all_cores(named[done:], settings, progress, views=views):
                yield one
                done += 1
        except BrokenProcessPool:
            yield _alone(named[done], settings, views=views)
            done += 1


def _on_all_cores(
    named: list[str], settings: Settings, progress: Callable[[str], None], *, views: bool
) -> Iterator[Checked]:
    """What comes of each input, in order. Raises BrokenProcessPool where a process dies."""
    with _pool(min(os.cpu_count() or 1, len(named))) as pool:
        try:
            pending = [(one, pool.submit(checked, one, settings, views=views)) for one in named]
            for one, future in pending:
                progress(one)
                yield future.result()
        except BaseException:
            # Whoever interrupts doesn't wait for a thousand plans.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _alone(named: str, settings: Settings, *, views: bool) -> Checked:
    """One input in a process of its own, after a process that had several has died."""
    from concurrent.futures.process import BrokenProcessPool

    with _pool(1) as pool:
        future: Future[Checked] = pool.submit(checked, named, settings, views=views)
        try:
            return future.result()
        except BrokenProcessPool:
            return Checked(error=f"{named}: the process that checked it died; is it larger than the memory?")


def _pool(processes: int) -> "ProcessPoolExecutor":
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A new interpreter looks for its own modules in the working directory first, which may be a pull request's.
    os.environ["PYTHONSAFEPATH"] = "1"
    # Not forked: a progress bar is a thread, and a fork copies the locks of threads but not the threads.
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    """Leave an interrupt to the process that hands out the work, and end with it however it ends."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Whoever is killed outright tells nobody; its workers would wait for work for ever."""
    import multiprocessing
    from multiprocessing.connection import wait

    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
