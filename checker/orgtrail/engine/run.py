"""The one way through: input -> Estate -> rules -> results."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail import rules
from orgtrail.config import Settings, facts_of
from orgtrail.engine import judging, many, triage
from orgtrail.engine.one_input import Checked, as_checked, elsewhere, found_beside, found_in, read
from orgtrail.errors import InputError
from orgtrail.estate import Estate
from orgtrail.organization.domain import Domain
from orgtrail.results import Configuration, Notice, Report, Result

if TYPE_CHECKING:
    from orgtrail.engine.baseline import Baseline


def check(
    named: Iterable[str],
    settings: Settings | None = None,
    *,
    views: bool = False,
    progress: Callable[[str], None] = lambda named: None,
    pool: bool = False,
    scheduler: str | None = None,
) -> Report:
    """Check every input with every selected rule.

    `named` are paths (or `-`, or URLs that fsspec reads) of plans, states, folders, saved plans or policies. `views`
    fills `Report.views`, what the HTML and Markdown reports draw. `progress` is told each input before it is read.
    `pool` lets many inputs be checked on all cores, in processes that import the caller's main module; `scheduler` is
    the address of a Dask scheduler whose workers check them.

    Raises InputError where a setting is wrong or no input can be read; where some can, `Report.unreadable` says which
    can't.
    """
    settings = settings or Settings()
    judging.select(settings)
    if settings.evidence:
        # What is wrong with the evidence is wrong with the run, not with its first input.
        elsewhere(settings)
    wanted = list(named)
    executor = many.executor(wanted, pool=pool, scheduler=scheduler)
    if executor is None:
        return _report(_checked_together(wanted, settings, progress, views=views), settings)
    alone = list(executor(wanted, settings, progress, views=views))
    return _report(_joined(wanted, alone, settings, views=views), settings)


def _checked_together(
    wanted: list[str], settings: Settings, progress: Callable[[str], None], *, views: bool
) -> Iterator[Checked]:
    """What comes of each input, all checked in this process, where each sees what the others hold.

    Raises InputError where the only input can't be read.
    """
    if len(wanted) == 1:
        progress(wanted[0])
        yield found_in(read(wanted[0], settings, digest=views), views=views)
        return
    found: list[Domain | InputError] = []
    for one in wanted:
        progress(one)
        try:
            found.append(read(one, settings, digest=True))
        except InputError as error:
            found.append(error)
    domains = [one for one in found if isinstance(one, Domain)]
    _lose_between(domains)
    for own in found:
        if isinstance(own, InputError):
            yield Checked(error=str(own))
            continue
        try:
            yield found_beside(own, _each_once(other for other in domains if other is not own), views=views)
        except InputError as error:
            yield Checked(error=str(error))


def _joined(named: list[str], alone: list[Checked], settings: Settings, *, views: bool) -> Iterator[Checked]:
    """What comes of inputs that were checked alone; those that want what another holds are checked again with it."""
    holders: dict[str, list[int]] = {}
    for position, one in enumerate(alone):
        for word in one.holds:
            holders.setdefault(word, []).append(position)
    joins = [sorted(_partners(alone, position, holders)) for position in range(len(alone))]
    known: dict[int, Domain] = {}
    for asked in sorted({one for place, partners in enumerate(joins) if partners for one in (place, *partners)}):
        # Whoever checked it could read it; where that fails now, what it found then stands.
        with contextlib.suppress(InputError):
            known[asked] = read(named[asked], settings, digest=True)
    _lose_between(list(known.values()))
    for position, (checked_alone, partners) in enumerate(zip(alone, joins, strict=True)):
        own = known.get(position) if partners else None
        beside = _each_once(known[other] for other in partners if other in known)
        if own is None or not beside:
            yield checked_alone
            continue
        try:
            yield found_beside(own, beside, views=views)
        except InputError as error:
            yield Checked(error=str(error))


def _partners(alone: list[Checked], position: int, holders: dict[str, list[int]]) -> set[int]:
    """The inputs that one has to be checked again with.

    One that holds a bucket of its own name is the same stack at another time, and has nothing to add to what it holds.
    """
    own = alone[position]
    found = {other for word in own.wants if not word.startswith(_ADDED) for other in holders.get(word, ())}
    buckets = {word for word in own.holds if word.startswith("bucket ")}
    adding = {other for word in own.wants if word.startswith(_ADDED) for other in holders.get(word, ())}
    return (found | {other for other in adding if buckets.isdisjoint(alone[other].holds)}) - {position}


def _each_once(found: Iterable[Domain]) -> list[Domain]:
    """Of copies of one plan, one: they hold the same bucket, and a thousand beside a thousand are a million joins."""
    kept: dict[str | int, Domain] = {}
    for one in found:
        # What the source around a plan adds, isn't in its digest.
        kept.setdefault(one.estate.digest if one.estate.described is None else id(one), one)
    return list(kept.values())


def _lose_between(domains: list[Domain]) -> None:
    if len(domains) > 1:
        from orgtrail.organization.lost_between import lose_between

        lose_between(domains)


def write_baseline(file: str, named: Iterable[str], settings: Settings, *, scheduler: str | None = None) -> None:
    """Write what is open in these inputs now as the baseline of runs to come. `scheduler` is as in `check`.

    Raises InputError where an input can't be read: a baseline of half the inputs would call the other half new.
    """
    from orgtrail.engine import baseline

    found = check(named, msgspec.structs.replace(settings, baseline=None), pool=True, scheduler=scheduler)
    if found.unreadable:
        raise InputError("--write-baseline", f"an input can't be read, so nothing is written: {found.unreadable[0]}")
    baseline.write(file, found.results)


def report(found: Iterable[tuple[Estate, Iterable[Result]]], settings: Settings, *, views: bool = False) -> Report:
    """What rules found in each of some Estates, with what is set aside, as a report."""
    every = [as_checked(Domain(estate, settings), results, views=views) for estate, results in found]
    return _report(every, settings)


#: How the words of `neighbours.wants` begin that ask for what others may add to what an input holds itself.
_ADDED = ("of ", "roles of ", "topic ", "log group ")

#: Settings that are for one kind of input.
FOR_SOME = ("source", "no_source", "variables", "var_files", "bucket")


def _report(found: Iterable[Checked], settings: Settings) -> Report:
    every = list(found)
    results = [result for one in every for result in one.results]
    comments = (comment for one in every for comment in one.comments)
    commented, unread = triage.in_comments(comments, count=settings.inline_ignores)
    known = _baseline(settings)
    ran = [rule.id for rule in judging.select(settings)]
    triaged, unused = triage.set_aside(
        results, (*settings.suppressions, *commented), baseline=known, ran=ran, today=settings.day
    )
    made = Report(
        inputs=tuple(one.input for one in every if one.input is not None),
        results=tuple(triaged),
        exit_code=0,
        notices=(*_read_so(every, settings), *dict.fromkeys(unread), *unused),
        unreadable=tuple(one.error for one in every if one.error),
        fail_on=settings.fail_on,
        undecided=settings.undecided,
        views=tuple(one.view for one in every if one.view is not None),
        configuration=_configuration(settings, ran),
    )
    if known is not None:
        # What can't be read isn't mended.
        mended = () if made.unreadable else known.mended(results, ran)
        made = msgspec.structs.replace(made, baseline=known.name, mended=mended)
    exit_code = triage.exit_code(made)
    if exit_code != triage.EXIT_USAGE and settings.require_trail and not any(one.has_trail for one in every):
        exit_code = triage.EXIT_VIOLATED
    return msgspec.structs.replace(made, exit_code=exit_code)


def _baseline(settings: Settings) -> "Baseline | None":
    if settings.baseline is None:
        return None
    from orgtrail.engine import baseline

    return baseline.read(settings.baseline)


def _read_so(every: list[Checked], settings: Settings) -> Iterator[Notice]:
    """What a reader should know of how the inputs were read, before anything else."""
    if settings.require_trail and not any(one.has_trail for one in every):
        yield Notice("no input holds an organization trail, which --require-trail asks for: the run fails")
    for one in every:
        yield from one.notices
        if one.input is not None and one.input.kind == "directory" and not one.has_trail:
            from orgtrail.engine.roots_left_out import roots_left_out

            yield from roots_left_out(one.input.path, [other.input.path for other in every if other.input])
    if any(getattr(settings, name) for name in FOR_SOME):
        from orgtrail.engine.without_effect import without_effect

        yield from without_effect(settings, [one.input for one in every if one.input is not None])


def _configuration(settings: Settings, ran: list[str]) -> Configuration:
    """What the run was told, for whoever reads its report."""
    file = settings.config
    return Configuration(
        file=file.name if file else "",
        is_found=bool(file and file.is_found),
        facts=facts_of(settings),
        not_asked=tuple(one for one in rules.ids() if one not in ran),
        today=settings.day.isoformat(),
    )
