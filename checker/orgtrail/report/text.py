"""The text report: what a person reads in a terminal or a log."""

from collections.abc import Iterator

from orgtrail.report.json import summary
from orgtrail.results import FactWitness, OrderWitness, Report, RequestWitness, Result, Witness

#: How long the text may be that stands before a verdict.
_ORDER = {"violated": 0, "undecided": 1, "proved": 2, "not-applicable": 3}


def write(report: Report) -> str:
    """The report as plain text, gravest verdicts first, with a line of counts at its end."""
    shown = [result for result in report.results if result.verdict != "not-applicable"]
    blocks = ["\n".join(_block(result)) for result in sorted(shown, key=lambda result: _ORDER[result.verdict])]
    if not blocks:
        blocks = ["no organization trail and no log bucket in the input: there is nothing to check"]
    return "\n\n".join([*blocks, _counts(report)]) + "\n"


def _block(result: Result) -> Iterator[str]:
    verdict = "suppressed" if result.is_suppressed else result.verdict
    yield f"{verdict} [{result.severity}] {result.rule}: {result.message}"
    place = f" at {result.location}" if result.location else ""
    yield f"  in {result.address or 'the whole input'}{place} ({result.input})"
    if result.witness is not None:
        yield from (f"  {line}" for line in _witness(result.witness))
    for cause in result.unknowns:
        yield f"  unknown: {cause.what}" + (f"; {cause.settle}" if cause.settle else "")
    for ground in result.because:
        yield f"  because: {ground}"
    if result.fix is not None:
        yield f"  fix: {result.fix.where}:"
        yield from (f"    {line}" for line in result.fix.hcl.splitlines())
    if result.suppression is not None:
        until = f" until {result.suppression.until}" if result.suppression.until else ""
        state = "expired suppression" if result.suppression.expired else "suppressed"
        yield f"  {state} by {result.suppression.by}{until}: {result.suppression.reason}"


def _witness(witness: Witness) -> Iterator[str]:
    match witness:
        case RequestWitness():
            yield f"request: {witness.action} on {witness.resource}"
            account = f" (account {witness.account})" if witness.account else ""
            yield f"     by: {witness.principal}{account}"
            for key, value in witness.context.items():
                yield f"   with: {key} = {value if isinstance(value, str) else ', '.join(value)}"
            if witness.allowed_by:
                yield f"allowed by {', '.join(witness.allowed_by)}"
            if witness.not_denied_by:
                yield f"not denied by {', '.join(witness.not_denied_by)}"
            if witness.denied_by:
                yield f"denied by {', '.join(witness.denied_by)}"
        case OrderWitness():
            yield f"missing: {witness.missing}"
        case FactWitness():
            yield f"found: {witness.attribute} = {witness.found}, expected {witness.expected}"


def _counts(report: Report) -> str:
    counts = summary(report)
    words = [f"{counts[name]} {name}" for name in ("proved", "violated", "undecided", "suppressed")]
    if counts["assumed"]:
        words.append(f"{counts['assumed']} proved on an assumption")
    return ", ".join(words)
