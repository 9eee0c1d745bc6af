"""A case for an issue, made and written."""

import os
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from orgtrail import __version__
from orgtrail.cases import words
from orgtrail.cases.bundle import Bundle, bundle_of
from orgtrail.cases.naming import Renamed
from orgtrail.cases.reducing import Reduction
from orgtrail.cases.sameness import Sought, chosen, sought
from orgtrail.cases.shrinking import Budget
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.results import Result


class IssueCase(msgspec.Struct, frozen=True):
    """The smallest input that gives the same rule and verdict, without names; what was found, and how it was made."""

    bundle: Bundle
    result: Result
    #: Bytes before and after, without the spaces of JSON.
    before: int
    after: int
    checks: int
    #: Whether the checks were spent before nothing more could be taken away.
    is_cut_short: bool


def case_of(named: str, settings: Settings, rule: str | None, address: str | None, checks: int) -> IssueCase:
    """The case of one INPUT. Raises InputError where it can't be read, or can't be made."""
    try:
        return _case_of(named, settings, rule, address, checks)
    except RecursionError:
        raise InputError(named, "is nested too deep for a case to be made of it", "", _BY_HAND) from None


def _case_of(named: str, settings: Settings, rule: str | None, address: str | None, checks: int) -> IssueCase:
    from orgtrail.engine import run

    plain = msgspec.structs.replace(settings, suppressions=(), baseline=None, inline_ignores=False)
    result = chosen(run.check([named], msgspec.structs.replace(plain, select=(rule,) if rule else ())), rule, address)
    budget = Budget(checks)
    start = _same(named, plain, sought(result), budget)
    reduction = Reduction(start, sought(result), budget)
    small = _tidied(reduction, reduction.reduced())
    made, found = _renamed(start, small, sought(result))
    return IssueCase(made, found, start.size, made.size, budget.checks, budget.is_spent)


def _same(named: str, settings: Settings, wanted: Sought, budget: Budget) -> Bundle:
    """The input as files that give the same result: alone where it does, else with the source that lies by it."""
    alone = bundle_of(named, settings)
    tried = [alone]
    if alone.named == "plan.json" and settings.source is None and not settings.no_source:
        beside = os.path.dirname(named) or "."
        if any(one.endswith((".tf", ".tofu")) for one in os.listdir(beside)):
            tried.append(bundle_of(named, msgspec.structs.replace(settings, source=beside)))
    if alone.source is not None and settings.source is None:
        # A saved plan holds its source, and says no more of the order than that does.
        inner = {name: one for name, one in alone.files.items() if name != alone.named}
        tried.append(msgspec.structs.replace(alone, files=inner, named=alone.source, source=None))
    for one in tried:
        if Reduction(one, wanted, budget).holds(one):
            return one
    raise InputError(named, "gives another result once it is written again: no case can be made of it", "", _BY_HAND)


_BY_HAND = "cut it down by hand, please"


def _tidied(reduction: Reduction, bundle: Bundle) -> Bundle:
    """Without what is left of lists and blocks that lost their last element."""
    tidy = {
        name: re.sub(r",\s*\]", "]", re.sub(r"\{\s*\n\s*\}", "{}", one)) if isinstance(one, str) else one
        for name, one in bundle.files.items()
    }
    tried = bundle.with_files(tidy)
    return tried if tidy != bundle.files and reduction.holds(tried) else bundle


def _renamed(start: Bundle, small: Bundle, wanted: Sought) -> tuple[Bundle, Result]:
    """With other names, which must give the same result and hold no name of the input."""
    made = Renamed(small).made()
    report = made.report(wanted.rule)
    if not wanted.is_in(report, anywhere=True):
        said = "gives another result under other names: no case can be made of it that shows none of yours"
        raise InputError("report-case", said, "", _BY_HAND)
    if left := _left(start, made):
        raise InputError("report-case", f"{left} of the names of the input would be left in the case", "", _BY_HAND)
    found = next(one for one in report.results if (one.rule, one.verdict) == (wanted.rule, wanted.verdict))
    return made, found


def _left(start: Bundle, made: Bundle) -> int:
    """How many names of the input a case still holds. There are none: this is looked at, not believed."""
    whole = Renamed(start)
    whole.made()
    text = "\n".join(content.decode(errors="replace") for _, content in made.written())
    # Somebody may call a statement as AWS calls an action.
    text = words.SURE_ACTION.sub("", text)
    found = [
        old
        for old in whole.names.replaced
        if len(old) >= _SAYS_SOMETHING and old in text and not _is_word(old)
        and re.search(rf"(?<![\w-]){re.escape(old)}(?![\w-])", text)
    ]  # fmt: skip
    return len(found)


#: A shorter string says nothing of anybody.
_SAYS_SOMETHING = 4


def _is_word(text: str) -> bool:
    return text in words.known() or text in words.STRUCTURE or not re.search(r"[^\W\d_]{3}", text)


def command_of(case: IssueCase) -> str:
    """The command that shows the result, where the files of the case are."""
    bundle, settings = case.bundle, case.bundle.settings
    said: list[str] = ["orgtrail", "check", bundle.named, "--select", case.result.rule]
    if bundle.source is not None:
        said += ["--source", bundle.source]
    elif bundle.named == "plan.json":
        said += ["--no-source"]
    for option, value in _told(bundle, settings):
        said += [option, value] if value else [option]
    return " ".join(one if re.fullmatch(r"[\w./=:@-]+", one) else f"'{one}'" for one in said)


def _told(bundle: Bundle, settings: Settings) -> Iterator[tuple[str, str]]:
    """The options that the result rests on."""
    single: dict[str, Any] = {
        "--organization-id": settings.organization_id,
        "--management-account": settings.management_account,
        "--archive-account": settings.archive_account,
        "--bucket": settings.bucket,
        "--evidence": bundle.evidence,
        "--assume-trusted-access": settings.assume_trusted_access,
        "--assume-no-other-trail": settings.assume_no_other_trail,
        "--today": settings.day.isoformat() if settings.today or _speaks_of_days(bundle) else None,
        "--retention-days": str(settings.retention_days) if settings.retention_days != _YEAR else None,
    }
    yield from ((option, value) for option, value in single.items() if value)
    if settings.one_account:
        yield "--one-account", ""
    for option, values in (
        ("--trusted-account", settings.trusted_accounts),
        ("--var", settings.variables),
        ("--var-file", bundle.var_files),
    ):
        yield from ((option, value) for value in values)


_YEAR = 365


def _speaks_of_days(bundle: Bundle) -> bool:
    """Whether the result may be another one on another day."""
    return any(re.search(rb"\d{4}-\d\d-\d\dT", content) for _, content in bundle.written())


def as_text(case: IssueCase) -> str:
    """The case as Markdown, to be pasted into an issue."""
    from orgtrail.visible import visible

    lines = [
        f"### The command (orgtrail {__version__})",
        "",
        f"    {command_of(case)}",
        "",
        "### What it said",
        "",
        f"`{case.result.rule}`: **{case.result.verdict}** at `{case.result.address or 'the whole input'}`",
        "",
        f"> {visible(case.result.message)}",
        "",
        "### What is so",
        "",
        "(proved, violated or undecided, and the page of AWS's that says it)",
        "",
        "### The input",
        "",
        f"Cut down from {case.before} to {case.after} bytes in {case.checks} checks"
        + (", which were all there were" if case.is_cut_short else "")
        + "; every name in it is made up.",
    ]
    for name, content in case.bundle.written():
        text = content.decode(errors="replace").rstrip("\n")
        fence = "`" * max(3, *(len(found) + 1 for found in re.findall("`+", text)), 3)
        kind = "json" if name.endswith(".json") else "hcl" if name.endswith((".tf", ".tfvars")) else ""
        lines += ["", f"`{name}`:", "", f"{fence}{kind}", visible(text, keep_lines=True), fence]
    return "\n".join(lines) + "\n"


def write(case: IssueCase, folder: str) -> None:
    """Write the files of a case, and the case as Markdown, into a folder that isn't there or is empty."""
    from orgtrail.output import write_whole

    if os.path.lexists(folder) and (not os.path.isdir(folder) or os.listdir(folder)):
        raise InputError(folder, "is there already, and isn't empty", "a folder to be made")
    for name, content in [*case.bundle.written(), ("case.md", as_text(case).encode())]:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_whole(path, content.decode(errors="replace"), "json" if name.endswith(".json") else "text")
