"""What counts: which results are set aside (comment, orgtrail.toml, baseline), and which exit code a run ends with.

A suppression never changes a verdict. One that is past its day doesn't set anything aside any more and says so, and
one that nothing needs is reported, so that no silence outlives its reason.
"""

import datetime
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from orgtrail import rules
from orgtrail.address import block_address
from orgtrail.config import Ignore
from orgtrail.estate import Comment
from orgtrail.results import Notice, Report, Result, Suppression

if TYPE_CHECKING:
    from orgtrail.engine.baseline import Baseline

EXIT_OK = 0
EXIT_VIOLATED = 1
EXIT_USAGE = 2
EXIT_UNDECIDED = 3

#: What can be set aside at all.
_OPEN = ("violated", "undecided")

_MARKER = r"(?i)orgtrail:\s*ignore\b"
_COMMENT = r"(?s)orgtrail:ignore\[([^\]]*)\]\s*(.*)$"
_UNTIL = r"(?:^|\s)until=(\S+)"
_COMMENT_SIGNS = r"^\s*(?:#+|//+|/\*+|\*+(?!/))\s*|\s*\*+/\s*$"


def exit_code(report: Report) -> int:
    """0: nothing counts. 1: violated at or above `fail_on`. 3: not that, but an error-severity rule is undecided.

    2 before all of these where an input couldn't be read: nobody knows what is in it.
    """
    if report.unreadable:
        return EXIT_USAGE
    counted = {result.verdict for result in report.results if report.counts(result)}
    if "violated" in counted:
        return EXIT_VIOLATED
    return EXIT_UNDECIDED if "undecided" in counted else EXIT_OK


def set_aside(
    results: Iterable[Result],
    ignores: Iterable[Ignore],
    *,
    baseline: "Baseline | None" = None,
    ran: Iterable[str] = (),
    today: datetime.date | None = None,
) -> tuple[list[Result], list[Notice]]:
    """Results with their suppressions, and notices of those that nothing needs.

    `ran` are the ids of the rules that ran: a suppression of another isn't called unused. `today` is in UTC.
    """
    listed = list(dict.fromkeys(ignores))
    day = today or datetime.datetime.now(datetime.UTC).date()
    used: set[Ignore] = set()
    done = []
    for result in results:
        fitting = [one for one in listed if result.verdict in _OPEN and _fits(one, result)]
        used.update(fitting)
        done.append(_suppressed(result, fitting, baseline, day))
    selected = set(ran)
    # A comment in a module that is called twice is one suppression, which one of the calls may not need.
    needed = {(one.rule, one.place) for one in used if one.place}
    unused = [one for one in listed if one not in used and (one.rule, one.place) not in needed]
    notices = [
        Notice(f"the suppression of `{one.rule}` ({one.reason}) sets nothing aside: take it out", one.place)
        for one in unused
        if one.rule in selected or not selected
    ]
    return done, list(dict.fromkeys(notices))


def _suppressed(result: Result, fitting: list[Ignore], baseline: "Baseline | None", day: datetime.date) -> Result:
    # One that still counts comes before one that is past its day.
    for one in sorted(fitting, key=lambda ignore: _is_past(ignore, day)):
        until = one.until.isoformat() if one.until else None
        suppression = Suppression(one.by, one.reason, until, _is_past(one, day))
        if suppression.expired and baseline is not None and baseline.holds(result):
            break
        return msgspec.structs.replace(result, suppression=suppression)
    if result.verdict in _OPEN and baseline is not None and baseline.holds(result):
        return msgspec.structs.replace(result, suppression=Suppression(baseline.name, "it was there before"))
    return result


def _is_past(ignore: Ignore, day: datetime.date) -> bool:
    return ignore.until is not None and ignore.until < day


def _fits(ignore: Ignore, result: Result) -> bool:
    if ignore.rule != result.rule:
        return False
    pattern = re.compile(".*".join(map(re.escape, ignore.address.split("*"))), re.DOTALL)
    return any(pattern.fullmatch(address) for address in (result.address, block_address(result.address)))


def in_comments(comments: Iterable[Comment], *, count: bool = True) -> tuple[list[Ignore], list[Notice]]:
    """The suppressions that stand in comments above blocks; notices of those that don't count.

    Those don't that can't be read, and none does where `count` is false (`--no-inline-ignores`).
    """
    ignores: list[Ignore] = []
    notices: list[Notice] = []
    for comment in comments:
        if not re.search(_MARKER, comment.text):
            continue
        if not count:
            notices.append(Notice("a suppression that doesn't count: the run takes none from comments", comment.place))
            continue
        try:
            ignores += _read(comment)
        except ValueError as error:
            notices.append(Notice(f"a suppression that doesn't count: {error}", comment.place))
    return ignores, notices


def _read(comment: Comment) -> list[Ignore]:
    """The suppressions of one comment. Raises ValueError where it isn't one."""
    found = re.search(_COMMENT, re.sub(_COMMENT_SIGNS, "", comment.text))
    if found is None:
        raise ValueError("write it as `orgtrail:ignore[rule] until=2027-03-31 reason`")
    words = found[2].strip()
    until = None
    if day := re.search(_UNTIL, words):
        try:
            until = datetime.date.fromisoformat(day[1])
        except ValueError:
            raise ValueError(f"`{day[1]}` is no day; write it as until=2027-03-31") from None
        words = (words[: day.start()] + " " + words[day.end() :]).strip()
    reason = words.removeprefix("reason=").strip().strip("\"'").strip(" :-")
    if not reason:
        raise ValueError("it gives no reason")
    named = [one.strip() for one in found[1].split(",") if one.strip()]
    unknown = [one for one in named if one not in rules.ids()]
    if unknown or not named:
        raise ValueError(f"there is no rule `{unknown[0]}`" if unknown else "it names no rule")
    # What stands above a module call is meant for everything inside.
    address = f"{comment.block}.*" if comment.is_call else comment.block
    return [Ignore(rule, reason, address, until, f"comment {comment.place}", comment.place) for rule in named]
