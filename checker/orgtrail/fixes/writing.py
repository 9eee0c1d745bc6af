"""`orgtrail check --fix`: writes the suggested HCL into a folder's files, and leaves everything else as it stands.

Text is only added or replaced where the fix is: a new argument goes before its block's closing brace (`arguments`), a
statement to the end of a policy, however that is written (`repairs`). What was written is checked again; where a fix
doesn't make its rule hold, or breaks another, its file is put back.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.errors import InputError
from orgtrail.files import reason
from orgtrail.fixes.rounds import Round, text_of
from orgtrail.fixes.written import difference
from orgtrail.output import replace_all
from orgtrail.redaction import cleaned
from orgtrail.results import SEVERITIES, Report, Result
from orgtrail.secrets import Secrets
from orgtrail.terraform.source.described import describe_directory

#: One fix may uncover the next (a list first, then the order), and a round changes a policy's file once.
_ROUNDS = 60


def fix(
    named: str,
    settings: Settings,
    *,
    show: Callable[[str], None],
    agreed: Callable[[], bool],
    allow_dirty: bool = False,
    advice: bool = False,
) -> None:
    """Fix what is mechanical in the folder `named`: what fails, and `advice` where that is asked for.

    `show` is given the differences, and then `agreed` says whether they are written; where it doesn't, nothing is.
    Raises InputError where `named` isn't a folder, or where a file to be changed has uncommitted changes and
    `allow_dirty` is false.
    """
    if not Path(named).is_dir():
        raise InputError(named, "isn't a folder, and --fix changes files of folders only", "a folder of .tf files")
    refused: set[tuple[str, str]] = set()
    touched: set[Path] = set()
    before = engine.check([named], settings)
    is_each_alone = False
    for _ in range(_ROUNDS):
        wanted = [one for one in before.results if advice or _is_asked(one, before, settings)]
        made, secrets = _round(named, settings, wanted, refused, at_most=1 if is_each_alone else len(wanted))
        changed = made.changed
        refused |= made.hopeless
        _say(show, "left alone: what mends {} for {} isn't mechanical", made.hopeless)
        if not changed and not made.hopeless:
            return
        # A file that an earlier round changed has changes of ours, which are shown already.
        _refuse_dirty(() if allow_dirty else sorted(changed.keys() - touched))
        if not _is_written(changed, show, agreed, secrets):
            return
        touched |= changed.keys()
        after = engine.check([named], settings)
        failed = _failed(made.tried, before, after)
        if not failed:
            before = after
            continue
        # One of the edits doesn't hold: put back what they share, and leave it out from now on.
        _write({path: old for path, (old, _new) in changed.items()})
        is_known = len(failed) == 1 or is_each_alone
        is_each_alone = not is_known
        refused |= failed if is_known else set()
        if is_known:
            _say(show, "put back: the fix doesn't make {} hold for {}", failed)
        else:
            show("put back: together they don't hold, so each is tried alone\n")


def _is_written(
    changed: dict[Path, tuple[str, str]], show: Callable[[str], None], agreed: Callable[[], bool], secrets: Secrets
) -> bool:
    """Show the differences, and write them where that is agreed."""
    for path, (old, new) in changed.items():
        show(cleaned(difference(path, old, new), secrets))
    is_agreed = agreed()
    if is_agreed:
        _write({path: new for path, (_old, new) in changed.items()})
    return is_agreed


def _say(show: Callable[[str], None], words: str, named: Iterable[tuple[str, str]]) -> None:
    for rule, address in sorted(named):
        show(f"{words.format(rule, address)}\n")


def _round(
    named: str, settings: Settings, wanted: Iterable[Result], refused: set[tuple[str, str]], *, at_most: int
) -> tuple[Round, Secrets]:
    """The edits of what is wanted and not refused, and what the source says that nobody may read."""
    described = describe_directory(named, settings)
    described.hide_variables()
    made = Round(described.source, described.evaluation, text_of)
    for one in wanted:
        if _is_open(one) and (one.rule, one.address) not in refused and len(made.tried) < at_most:
            made.make(one)
    return made, described.evaluation.facts.secrets


def _write(texts: dict[Path, str]) -> None:
    """Write all of these files or none. Raises InputError."""
    try:
        # A link stays one: what it leads to is replaced.
        replace_all({path.resolve(): new.encode() for path, new in texts.items()})
    except OSError as error:
        named = ", ".join(map(str, texts))
        raise InputError(named, f"can't be written, and nothing was: {reason(error)}", "files to write to") from None


def _is_asked(result: Result, report: Report, settings: Settings) -> bool:
    """Whether a result fails the run, or may; or is of a rule that was asked for by its name."""
    return report.counts(result) or result.severity == "error" or result.rule in settings.select


def _is_open(result: Result) -> bool:
    """Whether there is something to mend. A folder may leave open which rule breaks, but not what is missing."""
    return (
        result.verdict in ("violated", "undecided")
        and not result.is_suppressed
        and bool(result.fix and result.fix.block)
    )


def _failed(tried: list[Result], before: Report, after: Report) -> set[tuple[str, str]]:
    """The fixes that did nothing (the rule says the same of the same subject), or all where they break what held.

    What wasn't known before may turn out to be wrong; and advice that what was mended calls for breaks nothing.
    """
    asked = {(one.rule, one.address) for one in tried}
    held = {(one.rule, one.address) for one in before.results if one.verdict in ("proved", "not-applicable")}
    gravest = max((SEVERITIES.index(one.severity) for one in tried), default=0)
    opened = {
        (one.rule, one.address)
        for one in after.results
        if one.verdict == "violated" and SEVERITIES.index(one.severity) >= gravest
    }
    if (opened & held) - asked:
        return asked
    same = {(one.rule, one.address, one.message) for one in after.results if one.verdict in ("violated", "undecided")}
    return {(one.rule, one.address) for one in tried if (one.rule, one.address, one.message) in same}


def _refuse_dirty(paths: Iterable[Path]) -> None:
    """Refuse a file whose present text git couldn't bring back."""
    from orgtrail.fixes.version_control import is_kept

    for path in paths:
        if is_kept(path) is False:
            raise InputError(
                str(path),
                "has uncommitted changes, which --fix won't mix with its own",
                "a committed file",
                "commit it, or give --allow-dirty",
            )
