"""The source of a plan in JSON, found by itself: the root module beside or below the plan whose blocks are the plan's.

A plan lies in its root module, or in the folder above (`plans/` beside `infra/`); it was given a name, not an address.
So a folder is taken only where it holds the very blocks that the plan's configuration names, in every module that is
there, and no others: a folder that lacks one, or has one more, was changed since, or is another stack.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from orgtrail.address import split_reference
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.inputs.content import STANDARD_INPUT
from orgtrail.inputs.roots import holds_configuration
from orgtrail.results import Notice
from orgtrail.terraform.plans.plan_configuration import PlanConfiguration
from orgtrail.terraform.source.root_module import RootModule, load_source

#: Folders below the plan's that are looked into.
_MOST_FOLDERS = 50


def found_source(
    named: str, configuration: PlanConfiguration, settings: Settings
) -> tuple[RootModule | None, list[Notice]]:
    """The source that fits a plan, and what to say of it; None where no folder fits."""
    blocks = set(configuration.blocks)
    if named == STANDARD_INPUT or "://" in named or not blocks:
        return None, []
    fitting: list[tuple[str, RootModule]] = []
    others: list[tuple[str, str]] = []
    for folder in _folders(os.path.dirname(named) or "."):
        try:
            source = load_source(Path(folder), allow_outside=settings.allow_outside)
        except InputError:
            continue
        wrong = _differs(source, blocks) or _refers_elsewhere(source, configuration)
        if wrong:
            others.append((folder, wrong))
        else:
            fitting.append((folder, source))
    if len(fitting) == 1:
        folder, source = fitting[0]
        return source, [Notice(f"the source of {named} is read from {folder}: its blocks are the plan's (--no-source)")]
    if fitting:
        listed = " and ".join(folder for folder, _ in fitting[:2])
        return None, [Notice(f"{listed} both fit {named}, so no source is read: give --source DIR")]
    return None, [Notice(f"{folder} isn't read as the source of {named}: {wrong}") for folder, wrong in others[:1]]


def _folders(beside: str) -> Iterator[str]:
    """The plan's folder, then those right below it that hold configuration."""
    if holds_configuration(beside):
        yield beside
    try:
        below = sorted(entry.name for entry in os.scandir(beside) if entry.is_dir() and not entry.name.startswith("."))
    except OSError:
        return
    yield from (
        folder for name in below[:_MOST_FOLDERS] if holds_configuration(folder := os.path.normpath(f"{beside}/{name}"))
    )


def _differs(source: RootModule, blocks: set[str]) -> str:
    """How a source and a plan differ in their blocks; empty where they don't."""
    if source.errors:
        place, message = source.errors[0]
        return f"{place}: {message}"
    own = {
        module.prefix + address
        for module in source.root.walk()
        for address, block in module.folder.resources.items()
        if block.kind in ("resource", "data")
    }
    absent = tuple(f"{module.prefix}module.{name}." for module in source.root.walk() for name in module.missing)
    lacking = next((block for block in sorted(blocks - own) if not block.startswith(absent)), None)
    if lacking is not None:
        return f"it has no `{lacking}`"
    more = next(iter(sorted(own - blocks)), None)
    return f"the plan has no `{more}`" if more is not None else ""


#: Larger plans are compared by their blocks alone.
_MOST_COMPARED = 5_000


def _refers_elsewhere(source: RootModule, configuration: PlanConfiguration) -> str:
    """The block whose expressions name something in the plan that they don't name in the source; empty for none."""
    if len(configuration.blocks) > _MOST_COMPARED:
        return ""
    written = {module.path: module for module in source.configuration(configuration.root).walk()}
    for module in configuration.root.walk():
        own = written.get(module.path)
        for address, planned in module.resources.items():
            found = own.resources.get(address) if own is not None else None
            if found is None:
                continue
            written_there = {_steps(one.subject) for one in (*found.references, *found.depends_on)}
            for one in (*planned.references, *planned.depends_on):
                if not any(_same(_steps(one.subject), other) for other in written_there):
                    return f"the plan's `{module.prefix}{address}` refers to `{one.subject}`, and it doesn't there"
    return ""


def _steps(subject: str) -> tuple[str, ...]:
    """What a reference names, without keys: `aws_s3_bucket.logs.arn`."""
    return tuple(step for step in split_reference(subject) if not step.startswith("["))


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two references may be the same: a plan cuts some of them short."""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]
