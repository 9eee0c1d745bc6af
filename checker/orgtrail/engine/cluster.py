"""Many inputs on a Dask cluster: the work of `many`, where the processes are other machines'.

Each input is a task. Dask runs it again elsewhere where its worker dies, and gives up on one whose workers died several
times (`distributed.scheduler.allowed-failures`). That one is tried once more when all others are done, and is only then
reported as what can't be read.
Timeouts and TLS are Dask's own configuration. Whoever runs the cluster runs code on both ends: name your own only.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from orgtrail import __version__
from orgtrail.engine.one_input import Checked, checked
from orgtrail.errors import InputError
from orgtrail.inputs import remote
from orgtrail.inputs.content import STANDARD_INPUT

if TYPE_CHECKING:
    from distributed import Client

    from orgtrail.config import Settings

_INSTALL = "pip install 'orgtrail[dask]'"

#: A check is all Python: threads of one worker would only take turns, and share what is meant for one.
_ONE_AT_A_TIME = threading.Lock()


def check_all(
    scheduler: str, named: list[str], settings: "Settings", progress: Callable[[str], None], *, views: bool = False
) -> Iterator[Checked]:
    """What comes of each input, in order and each once, worked out by the workers of the Dask scheduler at `scheduler`.

    Paths are made absolute; workers must find them there, so give URLs where they share no file system. Raises
    InputError where the scheduler can't be reached, or its workers can't do the work.
    """
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise InputError("--engine dask", "Dask isn't installed", hint=_INSTALL) from None
    if STANDARD_INPUT in named:
        raise InputError(STANDARD_INPUT, "is standard input, which workers can't read", "paths or URLs")
    if not named:
        return
    # What Dask logs on this side is said by the results, or by the one error.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        get_address_host_port(scheduler)  # a client of no address would look for it a minute long
        client = Client(scheduler, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError("--scheduler", f"{scheduler} can't be reached ({reason})", "tcp://host:8786") from None
    with client:
        if not client.scheduler_info()["workers"]:
            from orgtrail.output import say

            say(f"orgtrail: {scheduler} has no workers yet; waiting for one")
        wanted = list(map(_from_the_root, named))
        yield from _results(client, wanted, _with_paths_from_the_root(settings), progress, views=views)


def _results(
    client: "Client", named: list[str], settings: "Settings", progress: Callable[[str], None], *, views: bool
) -> list[Checked]:
    from distributed import KilledWorker

    def given(some: list[str]) -> Any:
        return client.map(_checked, some, settings=settings, views=views, version=__version__, pure=False)

    found: list[Checked | None] = []
    pending = given(named)
    try:
        for one, future in zip(named, pending, strict=True):
            progress(one)
            try:
                found.append(future.result())
            except KilledWorker:
                found.append(None)
            # The cluster needn't hold until the end what is here.
            future.release()
        for place, one in enumerate(named):
            if found[place] is None:
                # It may only have waited on workers that another input killed. Now nothing runs beside it.
                pending = given([one])
                try:
                    found[place] = pending[0].result()
                except KilledWorker:
                    what = f"{one}: workers that checked it died; is it larger than their memory?"
                    found[place] = Checked(error=what)
    except (ImportError, RuntimeError) as error:
        # A task that can't be read where it arrives: no orgtrail there, or another Python.
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError("--scheduler", f"the cluster can't run orgtrail ({reason})") from None
    except BaseException:
        client.cancel(pending)
        raise
    return [one for one in found if one is not None]


def _checked(named: str, *, settings: "Settings", views: bool, version: str) -> Checked:
    """The task. It refuses to mix the verdicts of different versions in one report."""
    if version != __version__:
        raise InputError("--scheduler", f"a worker has orgtrail {__version__}", f"{version}, as here")
    with _ONE_AT_A_TIME:
        return checked(named, settings, views=views)


def _from_the_root(named: str) -> str:
    return named if remote.is_url(named) else os.path.abspath(named)


def _with_paths_from_the_root(settings: "Settings") -> "Settings":
    """Settings whose paths are found from any working directory."""
    return msgspec.structs.replace(
        settings,
        source=settings.source and os.path.abspath(settings.source),
        evidence=settings.evidence and os.path.abspath(settings.evidence),
        var_files=tuple(map(os.path.abspath, settings.var_files)),
    )
