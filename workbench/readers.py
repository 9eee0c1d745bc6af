"""Hostile input for every reader: how a folder of files is read, and what is wrong with how orgtrail takes it.

`make fuzz` makes such folders at random; the failures that it found are kept in tests/corpus.
"""

import resource
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from orgtrail import config_file
from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.engine.one_input import reading
from orgtrail.errors import InputError
from orgtrail.inputs import recognise as inputs
from orgtrail.organization.domain import Domain
from orgtrail.report import DRAWN, FORMATS, writer
from orgtrail.report.access import FORMATS as ACCESS_FORMATS
from orgtrail.report.drawing import DRAWINGS, drawer
from orgtrail.report.style import TextStyle
from orgtrail.results import Diagram, Report
from orgtrail.views import access
from workbench.terraform import REPOSITORY

#: Bounds of one run, in seconds of processor time and megabytes of resident memory.
SECONDS = 2.0
MEGABYTES = 500

_GOOD_PLAN = REPOSITORY / "examples" / "no-bucket-policy" / "plan.json"


def _told(folder: Path, **more: object) -> Settings:
    """Settings under which as much as possible is decided, so that the rules look at everything."""
    return Settings(organization_id="o-abcd123456", bucket="acme-org-trail-logs", **more)  # type: ignore[arg-type]


def _check(named: Iterable[Path], settings: Settings, *, views: bool) -> Report:
    report = engine.check(map(str, named), settings, views=views)
    for result in report.results:
        for cause in result.unknowns:
            if "a bug in orgtrail" in cause.what:
                raise AssertionError(cause.what)
    return report


def _plan(folder: Path, views: bool) -> Report:
    return _check([folder / "plan.json"], Settings(), views=views)


def _saved(folder: Path, views: bool) -> Report:
    return _check([folder / "tfplan"], Settings(management_account="123456789012"), views=views)


def _policy(folder: Path, views: bool) -> Report:
    return _check([folder / "policy.json"], _told(folder), views=views)


def _source(folder: Path, views: bool) -> Report:
    values = [str(folder / name) for name in ("values.tfvars",) if (folder / name).is_file()]
    return _check([folder], Settings(var_files=tuple(values)), views=views)


def _joined(folder: Path, views: bool) -> Report:
    return _check([folder / "plan.json"], Settings(source=str(folder)), views=views)


def _several(folder: Path, views: bool) -> Report:
    return _check(sorted(folder.glob("*.json")), Settings(), views=views)


def _evidence(folder: Path, views: bool) -> Report:
    return _check([_GOOD_PLAN], Settings(evidence=str(folder / "evidence.json")), views=views)


def _configuration(folder: Path, views: bool) -> Report:
    told = config_file.read(folder / "orgtrail.toml")
    return _check([_GOOD_PLAN], Settings(**told.settings), views=views) if views else Report((), (), 0)


#: Each reader by its name: it reads the folder, with the views that drawn reports need or without.
READERS: dict[str, Callable[[Path, bool], Report]] = {
    "plan": _plan,
    "saved": _saved,
    "state": _plan,
    "policy": _policy,
    "source": _source,
    "joined": _joined,
    "several": _several,
    "evidence": _evidence,
    "configuration": _configuration,
}


def _written(report: Report, formats: Iterable[str]) -> None:
    for name in formats:
        writer(name)(report, TextStyle(verbose=True))


def _drawn(reader: str, folder: Path) -> None:
    report = READERS[reader](folder, True)
    _written(report, sorted(DRAWN))
    for view in report.views:
        for drawing in DRAWINGS:
            drawer(drawing)(view.diagram or Diagram((), ()))


def _accessed(reader: str, folder: Path) -> None:
    named = {"source": folder, "policy": folder / "policy.json", "saved": folder / "tfplan"}.get(
        reader, folder / "plan.json"
    )
    if not named.exists():
        return
    settings = Settings(source=str(folder)) if reader == "joined" else _told(folder)
    estate = inputs.read(str(named), settings)
    with reading(estate):
        domain = Domain(estate, settings)
        for table in (access.matrix, access.changes):
            cells = table(domain)
            for form in ACCESS_FORMATS.values():
                form(cells)


def wrong(reader: str, folder: Path, *, whole: bool = False) -> tuple[str, float]:
    """What is wrong with how orgtrail takes the files in `folder` (empty where nothing is), and its longest run.

    Every text format is written. `whole` also makes the drawn reports, the graph and the access matrix.
    """
    steps: list[tuple[str, Callable[[], None]]] = [
        ("check", lambda: _written(READERS[reader](folder, False), FORMATS.keys() - DRAWN))
    ]
    if whole:
        steps += [("drawn", lambda: _drawn(reader, folder)), ("access", lambda: _accessed(reader, folder))]
    longest = 0.0
    for name, step in steps:
        start, peak = time.process_time(), _peak()
        try:
            step()
        except InputError:
            pass
        except Exception:
            return f"{name}: {traceback.format_exc(limit=-6)}", longest
        took, now = time.process_time() - start, _peak()
        longest = max(longest, took)
        if took > SECONDS:
            return f"{name} took {took:.1f} s", longest
        if now > MEGABYTES and now > peak:
            return f"{name}: memory is at {now:.0f} MB", longest
    return "", longest


def failure(reader: str, folder: Path) -> str:
    """As `wrong`, of the whole and without the clock, which tests don't look at."""
    try:
        _written(READERS[reader](folder, False), FORMATS.keys() - DRAWN)
        _drawn(reader, folder)
        _accessed(reader, folder)
    except InputError:
        pass
    except Exception:
        return traceback.format_exc(limit=-6)
    return ""


def _peak() -> float:
    """The most resident memory that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
