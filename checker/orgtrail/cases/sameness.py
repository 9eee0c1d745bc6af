"""The result that a case is about, and whether another check gives the same one."""

import re
from collections.abc import Iterable

import msgspec

from orgtrail.errors import InputError
from orgtrail.results import FactWitness, Report, RequestWitness, Result

#: What differs between two that say the same: what is quoted, ARNs, ids and numbers.
_NAMES = re.compile(r"`[^`]*`|\"[^\"]*\"|arn:\S+|\S+\.\S+|\S*\d\S*|\S*[_/]\S*")


class Sought(msgspec.Struct, frozen=True):
    """What stays the same: rule and verdict, the kind of the witness, and what a verdict without one rests on."""

    rule: str
    verdict: str
    address: str
    kind: str
    grounds: frozenset[str]

    def is_in(self, report: Report, *, anywhere: bool = False) -> bool:
        """Whether a report has the same result; of the same resource, unless it may be `anywhere`."""
        return any(
            self._is(result, anywhere=anywhere) for result in report.results if result.rule == self.rule
        ) and not any(_is_graver(result, self.verdict) for result in report.results if result.rule == self.rule)

    def _is(self, result: Result, *, anywhere: bool) -> bool:
        if result.verdict != self.verdict or not (anywhere or result.address == self.address):
            return False
        if kind_of(result) != self.kind:
            return False
        found = grounds_of(result)
        # What isn't known may be for fewer causes. What is proved has to rest on the same grounds.
        return bool(found) and found <= self.grounds if self.verdict == "undecided" else found == self.grounds


_ORDER = ("not-applicable", "proved", "undecided", "violated")


def _is_graver(result: Result, verdict: str) -> bool:
    return _ORDER.index(result.verdict) > _ORDER.index(verdict)


def sought(result: Result) -> Sought:
    """What has to stay the same of a result."""
    return Sought(result.rule, result.verdict, result.address, kind_of(result), grounds_of(result))


def kind_of(result: Result) -> str:
    """What kind of witness a result has."""
    match result.witness:
        case RequestWitness(action=action, acting_for=acting, account=account):
            return f"{action} {'for somebody' if acting else ''} {'of an account' if account else ''}"
        case FactWitness():
            return re.sub(_NAMES, "_", result.message)
    return type(result.witness).__name__


def grounds_of(result: Result) -> frozenset[str]:
    """What a result without a witness rests on, without the names in it."""
    if result.witness is not None:
        return frozenset()
    said: Iterable[str] = [one.what for one in result.unknowns] or result.because or [result.message]
    return frozenset(re.sub(_NAMES, "_", one) for one in said)


def chosen(report: Report, rule: str | None, address: str | None) -> Result:
    """The result that is meant: of a rule or a resource where one is named, the gravest of all. Raises InputError."""
    from orgtrail.report.words import by_gravity

    listed = [
        result
        for result in by_gravity(report.results)
        if rule in (None, result.rule) and address in (None, result.address)
    ]
    if not listed:
        what = f"of rule `{rule}`" if rule else "of any rule"
        raise InputError("report-case", f"the check gives no result {what}" + (f" at {address}" if address else ""))
    return max(listed, key=lambda one: _ORDER.index(one.verdict)) if rule or address else listed[0]
