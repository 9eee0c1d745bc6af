"""The words that every format shares: what a verdict is called, what a witness says, the run in a sentence.

Plain text only. A format marks it up; it doesn't reword it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from orgtrail import rules
from orgtrail.results import (
    FactWitness,
    Fix,
    OrderWitness,
    Report,
    RequestWitness,
    Result,
    Suppression,
    Verdict,
    Witness,
)

#: Of what has one way out, so many causes are named.
_MOST_UNKNOWNS = 4

#: The gravest first: the order of every list.
VERDICTS: tuple[Verdict, ...] = ("violated", "undecided", "proved", "not-applicable")
_SEVERITY_ORDER = {"error": 0, "warning": 1, "note": 2}

NOTHING_TO_CHECK = "no organization trail and no log bucket in the input: there is nothing to check"


def state(result: Result) -> str:
    """The verdict, or `suppressed` where the result is set aside."""
    return "suppressed" if result.is_suppressed else result.verdict


def word(result: Result, report: Report) -> str:
    """What people read for a verdict: fails, advice, not known, holds, set aside."""
    if result.is_suppressed:
        return "set aside"
    if result.verdict == "violated":
        return "fails" if report.counts(result) else "advice"
    return {"undecided": "not known", "proved": "holds", "not-applicable": "not applicable"}[result.verdict]


def request_line(witness: RequestWitness) -> str:
    """A request in one line: who calls what, and what it carries."""
    who = "a principal of any such account, here " if witness.any_account and not witness.acting_for else ""
    whom = "any account, here" if witness.any_account else "account"
    acting = f", acting for {whom} {witness.acting_for}" if witness.acting_for else ""
    carried = ", ".join(
        f"{key} = {value if isinstance(value, str) else ', '.join(value)}" for key, value in witness.context.items()
    )
    return spelled_out(
        f"{who}{witness.principal}{acting} calls {witness.action} on {witness.resource}"
        + (f" with {carried}" if carried else "")
        + (f"{',' if carried else ''} without {', '.join(witness.without)}" if witness.without else "")
    )


def spelled_out(text: str) -> str:
    """A sentence in which what nobody can spell yet stands as AWS's pages write it: `<the organization's id>`.

    An address of the configuration stays the expression that it is.
    """
    return re.sub(r"\$\{(the [^{}]*)\}", r"<\1>", text)


def by_gravity(results: Iterable[Result]) -> list[Result]:
    """What is open before what is suppressed before what is proved; then by severity, violated before undecided.

    An undecided error fails a run, a violated note doesn't, so the severity counts first. Equals keep their order.
    """
    return sorted(results, key=_gravity)


def by_cause(results: Iterable[Result]) -> list[list[Result]]:
    """Undecided results, those that the same would settle together, or else those with the same causes.

    One cause is told once, with all that it leaves open.
    """
    found: dict[tuple[object, ...], list[Result]] = {}
    for result in results:
        settled = frozenset(cause.settle for cause in result.unknowns)
        causes = tuple((cause.what, cause.settle) for cause in result.unknowns)
        # What is open for want of a source has many causes and one way out.
        key = (settled,) if settled and "" not in settled else causes or (result.message,)
        found.setdefault(key, []).append(result)
    return list(found.values())


def unknown_lines(group: Iterable[Result]) -> Iterator[str]:
    """What isn't known of results with one cause: what the same would settle in one line, of much the beginning."""
    by_settle: dict[str, dict[str, None]] = {}
    for result in group:
        for cause in result.unknowns:
            by_settle.setdefault(cause.settle, {})[cause.what] = None
    for settle, whats in by_settle.items():
        named = list(whats) if not settle else list(whats)[:_MOST_UNKNOWNS]
        more = f"; and {len(whats) - len(named)} more" if len(whats) > len(named) else ""
        said = f"{'; '.join(named)}{more}"
        yield spelled_out(f"{said}; to settle it, {settle}" if settle else said)


def by_statement(results: Iterable[Result]) -> list[list[Result]]:
    """Results with requests, those that one statement of a policy lets through together; each other alone."""
    found: dict[tuple[object, ...], list[Result]] = {}
    for number, result in enumerate(results):
        witness = result.witness
        by = witness.allowed_by[:1] if isinstance(witness, RequestWitness) else ()
        found.setdefault((result.input, result.address, by) if by else (number,), []).append(result)
    return list(found.values())


def by_word(report: Report) -> dict[str, list[Result]]:
    """The results by what people read for them, the gravest first."""
    found: dict[str, list[Result]] = {}
    for result in by_gravity(report.results):
        found.setdefault(word(result, report), []).append(result)
    return found


def by_input(report: Report) -> dict[str, list[Result]]:
    """The results of each input, in their order."""
    found: dict[str, list[Result]] = {one.path: [] for one in report.inputs}
    for result in report.results:
        found.setdefault(result.input, []).append(result)
    return found


#: The order of the questions that a report answers; what answers none comes after them.
_QUESTIONS = ("trusted access first", "members kept out", "logs delivered", None)
#: What is graver than the other rules of its question: whoever reads has all of it.
_GRAVEST = ("members-cannot-read-logs", "logs-not-public", "logs-not-lent-to-services")


def _gravity(result: Result) -> tuple[int, int, int, int, int]:
    is_open = result.verdict in ("violated", "undecided")
    stage = 1 if result.is_suppressed else 0 if is_open else 2
    concern = rules.load(result.rule).answers if result.rule in rules.ids() else None
    grave = _GRAVEST.index(result.rule) if result.rule in _GRAVEST else len(_GRAVEST)
    return (
        stage,
        _SEVERITY_ORDER[result.severity],
        VERDICTS.index(result.verdict),
        _QUESTIONS.index(concern) if is_open else 0,
        grave,
    )


def summary(report: Report) -> dict[str, int]:
    """How many results have which verdict; suppressed ones are counted apart, and so are proofs on an assumption."""
    standing = [result for result in report.results if not result.is_suppressed]
    counts = {verdict: sum(r.verdict == verdict for r in standing) for verdict in ("proved", "violated", "undecided")}
    return counts | {
        "suppressed": len(report.results) - len(standing),
        "assumed": sum(result.is_assumed for result in standing),
        "exit_code": report.exit_code,
    }


def counted(report: Report) -> str:
    """The counts in one line, such as `9 hold, 1 fails, 3 advice, 0 not known, 0 set aside`."""
    standing = [result for result in report.results if not result.is_suppressed]
    violated = [result for result in standing if result.verdict == "violated"]
    failing = sum(map(report.counts, violated))
    counts = summary(report)
    words = [
        f"{counts['proved']} {'holds' if counts['proved'] == 1 else 'hold'}",
        f"{failing} {'fails' if failing == 1 else 'fail'}",
        f"{len(violated) - failing} advice",
        f"{counts['undecided']} not known",
        f"{counts['suppressed']} set aside",
    ]
    if counts["assumed"]:
        words.append(f"{counts['assumed']} on an assumption")
    return ", ".join(words)


def subject(result: Result) -> str:
    """What a result is about, for a list: its address, or words for the whole input."""
    return result.address or "the whole input"


class Line(msgspec.Struct, frozen=True):
    """One labelled line under a result, such as `request: s3:GetObject on arn:...`; prose is a sentence of ours."""

    label: str
    text: str
    is_prose: bool = False


def witness_lines(witness: Witness) -> Iterator[Line]:
    """A witness in words."""
    match witness:
        case RequestWitness():
            yield Line("request", f"{witness.action} on {witness.resource}")
            acting = f" for account {witness.acting_for}" if witness.acting_for else ""
            yield Line("by", witness.principal + (f" (account {witness.account})" if witness.account else acting))
            for key, value in witness.context.items():
                yield Line("with", f"{key} = {value if isinstance(value, str) else ', '.join(value)}")
            for label, names in (
                ("without", witness.without),
                ("allowed by", witness.allowed_by),
                ("not denied by", witness.not_denied_by),
                ("denied by", witness.denied_by),
            ):
                if names:
                    yield Line(label, ", ".join(names))
        case OrderWitness():
            yield Line("missing", witness.missing)
        case FactWitness():
            yield Line("found", f"{witness.attribute} = {witness.found}, expected {witness.expected}")


def details(result: Result) -> Iterator[Line]:
    """Everything below a result's first line, but its fix."""
    if result.witness is not None:
        yield from witness_lines(result.witness)
    for cause in result.unknowns:
        yield Line("unknown", cause.what, is_prose=True)
        if cause.settle:
            yield Line("to settle", cause.settle, is_prose=True)
    for ground in result.because:
        yield Line("because", ground, is_prose=True)
    if result.assumptions and result.verdict == "proved":
        yield Line("assumes", ", ".join(result.assumptions))
    if result.suppression is not None:
        label = "expired suppression" if result.suppression.expired else "suppressed"
        yield Line(label, reason(result.suppression), is_prose=True)


def reason(suppression: Suppression) -> str:
    """Who set a result aside, until when, and why."""
    until = f" until {suppression.until}" if suppression.until else ""
    ended = " (that day is past, so it is not set aside any more)" if suppression.expired else ""
    return f"by {suppression.by}{until}: {suppression.reason}{ended}"


def fix_title(fix: Fix) -> str:
    """What to do with the HCL of a fix, and where."""
    return fix.where + (f" ({fix.place})" if fix.place else "")


def headline(report: Report) -> str:
    """The run in one sentence: what fails it first, then what doesn't count."""
    if not report.unreadable:
        return _judged(report)
    unread = f"{many(len(report.unreadable), 'input')} couldn't be read"
    judged = _judged(report)
    return f"{unread}; of the rest: {judged[0].lower()}{judged[1:]}" if report.inputs else unread


def _judged(report: Report) -> str:
    shown = [result for result in report.results if result.verdict != "not-applicable"]
    if not shown:
        return NOTHING_TO_CHECK[0].upper() + NOTHING_TO_CHECK[1:]
    standing = [result for result in shown if not result.is_suppressed]
    violated = [result for result in standing if result.verdict == "violated"]
    failing = [result for result in violated if report.counts(result)]
    unknown = [result for result in standing if result.verdict == "undecided"]
    blocking = sum(map(report.counts, unknown))
    aside = _aside(len(violated) - len(failing), len(unknown) - blocking, len(shown) - len(standing))
    if failing:
        return _failing(failing) + (f", {blocking} not known" if blocking else "") + aside
    if blocking:
        nothing = "" if aside else ", and nothing fails"
        return f"{many(blocking, 'answer')} {'is' if blocking == 1 else 'are'} not known{nothing}{aside}"
    if aside:
        return f"Nothing fails{aside}"
    is_whole = {result.rule for result in report.results}.issuperset(rules.ids())
    return "Everything holds" if is_whole else "Everything that was asked for holds"


def _failing(results: list[Result]) -> str:
    rules_of = len({result.rule for result in results})
    said = f"{many(rules_of, 'rule')} {'fails' if rules_of == 1 else 'fail'}"
    return f"{said} in {len(results)} places" if len(results) > rules_of else said


def _aside(advice: int, unknown: int, suppressed: int) -> str:
    """What is open and doesn't fail the run, such as `; 3 pieces of advice, 1 set aside`."""
    parts = [f"{many(advice, 'piece')} of advice"] if advice else []
    parts += [f"{unknown} not known"] if unknown else []
    parts += [f"{suppressed} set aside"] if suppressed else []
    return "; " + ", ".join(parts) if parts else ""


def many(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def told(report: Report, *, by_files: bool = False) -> Iterator[Line]:
    """What the run was told: the file it ran under, what it took for true, and the rules that weren't asked.

    With `by_files` what the command line says is left out, for whoever has just typed it.
    """
    told = report.configuration
    known = [fact for fact in told.facts if fact.by or not by_files]
    if told.file:
        yield Line("configuration", told.file + (" (found by itself)" if told.is_found else ""))
    if known:
        facts = (f"{fact.name} {fact.value}" + (f" ({fact.by})" if fact.by else "") for fact in known)
        yield Line("taken for true", ", ".join(facts))
    if told.not_asked:
        asked = [one for one in rules.ids() if one not in told.not_asked]
        few = len(asked) < len(told.not_asked)
        yield Line("asked only" if few else "not asked", ", ".join(asked if few else told.not_asked))


def fingerprints(results: Iterable[Result]) -> list[str]:
    """One id for each result that stays when lines move: from rule and address, numbered where these repeat."""
    import hashlib

    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for result in results:
        key = (result.rule, result.address)
        text = "\0".join((*key, str(seen[key])) if seen[key] else key)
        seen[key] += 1
        found.append(hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest())
    return found
