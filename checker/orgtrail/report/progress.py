"""How far a run is, on a terminal: standard error, and nothing where it is none or wants no colour."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from orgtrail.report import on_terminal

#: From how many inputs on progress is shown.
_MANY = 3


@contextmanager
def over_inputs(count: int, *, shown: bool) -> Iterator[Callable[[str], None]]:
    """Tells which input is being read, where there are several."""
    if count < _MANY or not shown or not on_terminal(sys.stderr):
        yield lambda named: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.text import Text

    from orgtrail.visible import visible

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=count)
        seen = iter(range(count))

        def advance(named: str) -> None:
            bar.update(task, completed=next(seen, count), description=Text(visible(named)).plain)

        yield advance


@contextmanager
def over_calls(*, shown: bool) -> Iterator[Callable[[str, int], None] | None]:
    """Tells which permission AWS was asked with last, and how many calls there were."""
    if not shown or not on_terminal(sys.stderr):
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("asking AWS") as status:
        yield lambda permission, count: status.update(f"asking AWS: {permission} (call {count})")
