"""The one way through: input -> Estate -> rules -> results."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail import rules
from orgtrail.config import Settings, facts_of
from orgtrail.engine import triage
from orgtrail.errors import InputError
from orgtrail.estate import Comment, Estate
from orgtrail.inputs import recognise as inputs
from orgtrail.organization.domain import Domain
from orgtrail.redaction import redacted, without_secrets
from orgtrail.results import Configuration, Fix, Input, Report, Result, View
from orgtrail.rules import Finding, Rule
from orgtrail.values import Cause

if TYPE_CHECKING:
    from orgtrail.evidence import Elsewhere


class Checked(msgspec.Struct, frozen=True):
    """What came of one input: plain data that may travel between processes and machines.

    `error` says why it couldn't be read, and is empty where it could. `view` is there where it was asked for. What an
    input that was checked alone `holds` for others, and `wants` of them, is said in words that both write alike.
    """

    input: Input | None = None
    results: tuple[Result, ...] = ()
    comments: tuple[Comment, ...] = ()
    view: View | None = None
    error: str = ""
    holds: frozenset[str] = frozenset()
    wants: frozenset[str] = frozenset()


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
    from orgtrail.engine import many

    settings = settings or Settings()
    select(settings)
    if settings.evidence:
        # What is wrong with the evidence is wrong with the run, not with its first input.
        _elsewhere(settings)
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
        yield _found_in(_read(wanted[0], settings), views=views)
        return
    read: list[Domain | InputError] = []
    for one in wanted:
        progress(one)
        try:
            read.append(_read(one, settings))
        except InputError as error:
            read.append(error)
    domains = [one for one in read if isinstance(one, Domain)]
    for own in read:
        if isinstance(own, InputError):
            yield Checked(error=str(own))
            continue
        try:
            yield _found_beside(own, [other for other in domains if other is not own], views=views)
        except InputError as error:
            yield Checked(error=str(error))


def _joined(named: list[str], alone: list[Checked], settings: Settings, *, views: bool) -> Iterator[Checked]:
    """What comes of inputs that were checked alone; those that want what another holds are checked again with it."""
    known: dict[str, Domain | None] = {}
    holders: dict[str, list[int]] = {}
    for position, one in enumerate(alone):
        for word in one.holds:
            holders.setdefault(word, []).append(position)

    def read(one: str) -> Domain | None:
        if one not in known:
            try:
                known[one] = _read(one, settings)
            except InputError:
                # Whoever checked it could read it; what it found then stands.
                known[one] = None
        return known[one]

    for position, checked_alone in enumerate(alone):
        partners = {other for word in checked_alone.wants for other in holders.get(word, ())} - {position}
        own = read(named[position]) if partners else None
        others = [read(named[other]) for other in sorted(partners)] if own else []
        beside = [found for found in others if found is not None]
        if own is None or not beside:
            yield checked_alone
            continue
        try:
            yield _found_beside(own, beside, views=views)
        except InputError as error:
            yield Checked(error=str(error))


def _read(named: str, settings: Settings) -> Domain:
    estate = inputs.read(named, settings)
    with reading(estate):
        return Domain(estate, settings, _elsewhere(settings))


def _found_beside(own: Domain, beside: list[Domain], *, views: bool) -> Checked:
    # Each was read alone and is asked alone what it holds, so that no two wait for each other.
    with reading(own.estate):
        return _found_in(Domain(own.estate, own.settings, own.surroundings.elsewhere, beside), views=views)


def _found_in(domain: Domain, *, views: bool) -> Checked:
    with reading(domain.estate):
        return _checked(domain, _results(domain, select(domain.settings)), views=views)


def _elsewhere(settings: Settings) -> "Elsewhere | None":
    if not settings.evidence:
        return None
    from orgtrail import evidence

    return evidence.elsewhere(settings.evidence, settings.evidence_max_age)


@contextlib.contextmanager
def reading(estate: Estate) -> Iterator[None]:
    """While what an input holds is read, now or when a rule asks for it: whatever is wrong with it is an InputError.

    The message says nothing that Terraform marks sensitive.
    """
    try:
        yield
    except InputError as error:
        raise without_secrets(error, estate.secrets) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        found = f"isn't as Terraform writes it ({error})"
        raise without_secrets(InputError(estate.input.path, found), estate.secrets) from None


def checked(named: str, settings: Settings, *, views: bool = False) -> Checked:
    """What comes of one input that is checked alone."""
    try:
        domain = _read(named, settings)
        found = _found_in(domain, views=views)
    except InputError as error:
        return Checked(error=str(error))
    return _as_alone(found, domain)


def _as_alone(found: Checked, domain: Domain) -> Checked:
    """With what others may join it by, and what it wants of them."""
    from orgtrail.organization import neighbours

    trails = domain.organization_trails
    holds = neighbours.holds(domain.estate, domain.accounts, trails)
    wants = neighbours.wants(domain.accounts, trails, domain.log_buckets, domain.log_keys)
    return msgspec.structs.replace(found, holds=frozenset(holds), wants=frozenset(wants))


def _checked(domain: Domain, results: Iterable[Result], *, views: bool) -> Checked:
    found = tuple(results)
    drawn = None
    if views:
        from orgtrail.views.view import unseen, view

        try:
            drawn = view(domain, found)
        except InputError:
            raise
        except Exception as error:
            # What can't be drawn keeps no verdict from anybody.
            drawn = unseen(domain, _bug("what the report draws", error))
    return Checked(domain.estate.input, found, tuple(domain.estate.comments()), drawn)


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
    every = [_checked(Domain(estate, settings), results, views=views) for estate, results in found]
    return _report(every, settings)


def _report(found: Iterable[Checked], settings: Settings) -> Report:
    every = list(found)
    results = [result for one in every for result in one.results]
    comments = (comment for one in every for comment in one.comments)
    commented, unread = triage.in_comments(comments, count=settings.inline_ignores)
    known = None
    if settings.baseline is not None:
        from orgtrail.engine import baseline

        known = baseline.read(settings.baseline)
    ran = [rule.id for rule in select(settings)]
    triaged, unused = triage.set_aside(results, (*settings.suppressions, *commented), baseline=known, ran=ran)
    made = Report(
        inputs=tuple(one.input for one in every if one.input is not None),
        results=tuple(triaged),
        exit_code=0,
        notices=(*dict.fromkeys(unread), *unused),
        unreadable=tuple(one.error for one in every if one.error),
        fail_on=settings.fail_on,
        undecided=settings.undecided,
        views=tuple(one.view for one in every if one.view is not None),
        configuration=_configuration(settings, ran),
    )
    return msgspec.structs.replace(made, exit_code=triage.exit_code(made))


def _configuration(settings: Settings, ran: list[str]) -> Configuration:
    """What the run was told, for whoever reads its report."""
    file = settings.config
    return Configuration(
        file=file.name if file else "",
        is_found=bool(file and file.is_found),
        facts=facts_of(settings),
        not_asked=tuple(one for one in rules.ids() if one not in ran),
    )


def select(settings: Settings) -> list[Rule]:
    """The rules that `--select` and `--ignore` leave. Raises InputError for an id that no rule has."""
    known = rules.ids()
    for option, given in (("--select", settings.select), ("--ignore", settings.ignore)):
        for rule_id in given:
            if rule_id not in known:
                raise rules.unknown(option, rule_id)
    return [rules.load(one) for one in settings.select or known if one not in settings.ignore]


def run(
    estate: Estate, selected: Iterable[Rule], settings: Settings, elsewhere: "Elsewhere | None" = None
) -> Iterator[Result]:
    """The results of the selected rules on one Estate, without what Terraform marks sensitive.

    `elsewhere` is what evidence shows of the world around it.
    """
    yield from _results(Domain(estate, settings, elsewhere), selected)


def _results(domain: Domain, selected: Iterable[Rule]) -> Iterator[Result]:
    estate = domain.estate
    for rule in selected:
        for finding in _isolated(rule, domain):
            yield redacted(_result(rule, finding, estate), domain.secrets)


def _isolated(rule: Rule, domain: Domain) -> list[Finding]:
    """What a rule finds. A rule that raises is undecided and names the bug; the other rules run all the same."""
    try:
        found = list(rule.check(domain))
    except (InputError, msgspec.DecodeError, UnicodeDecodeError):
        # What is wrong with the input isn't wrong with the rule.
        raise
    except Exception as error:
        cause = _bug(f"`{rule.id}`", error)
        return [Finding(address="", verdict="undecided", message="this rule could not be run", unknowns=(cause,))]
    if found:
        return found
    return [Finding(address="", verdict="not-applicable", message="the input holds nothing that this rule is about")]


def _bug(where: str, error: Exception) -> Cause:
    what = f"a bug in orgtrail: {where} raised {type(error).__name__}: {error}"
    return Cause(what, "please report it with the input, or the part of it that you can share")


def _drift(finding: Finding, estate: Estate) -> Iterator[str]:
    """What was done outside of Terraform to the subject of a finding, and to what its grounds name."""
    if not estate.drift:
        return
    named = [finding.address, *(word for ground in finding.because for word in ground.split("`")[1::2])]
    for address in dict.fromkeys(named):
        told = estate.drift.get(address)
        if told:
            yield told


def _placed(fix: Fix | None, estate: Estate) -> Fix | None:
    """A fix with the place of the block that it goes into."""
    if fix is None or not fix.block:
        return fix
    return msgspec.structs.replace(fix, place=estate.place_of_block(fix.block))


def _result(rule: Rule, finding: Finding, estate: Estate) -> Result:
    return Result(
        rule=rule.id,
        verdict=finding.verdict,
        severity=rule.severity,
        input=estate.input.path,
        address=finding.address,
        message=finding.message,
        location=estate.place(finding.address, *finding.at),
        witness=finding.witness,
        unknowns=finding.unknowns,
        because=(*finding.because, *_drift(finding, estate)),
        fix=_placed(finding.fix, estate),
    )
