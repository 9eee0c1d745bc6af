"""The answers to the questions that orgtrail is there for: the head of every report, and no wider than their proof.

An answer is `yes` only where every rule behind it was asked and holds. What was taken for true because a file says so
stands in the answer itself, with the file's name.
"""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail import rules
from orgtrail.report.words import VERDICTS, by_gravity, many
from orgtrail.results import Fact, Report, Result
from orgtrail.rules import Concern


class Answer(msgspec.Struct, frozen=True):
    """One of the questions that orgtrail is there for, answered. `word` is yes, no, unknown or not asked.

    `premise` is what the answer rests on beside the input and the command line, such as `with 666666666666 trusted by
    orgtrail.toml`; empty where there is nothing.
    """

    question: str
    word: str
    sentence: str
    premise: str = ""

    @property
    def text(self) -> str:
        """The sentence, what it rests on first."""
        return f"{self.premise[0].upper()}{self.premise[1:]}: {self.sentence}" if self.premise else self.sentence


#: The questions as they are asked, and the sentences for yes, no and unknown. Which rules answer them, the rules say.
_QUESTIONS: dict[Concern, tuple[str, str, str, str]] = {
    "trusted access first": (
        "Is trusted access there before the trail?",
        "Trusted access for CloudTrail comes before every organization trail, and stays.",
        "An organization trail may be made without trusted access for CloudTrail",
        "Whether trusted access for CloudTrail comes before the organization trail isn't known",
    ),
    "members kept out": (
        "Do member accounts stay out of the logs?",
        "No member account and nobody outside can read or alter the trail's logs.",
        "The trail's logs are open to somebody who must stay out",
        "Whether member accounts are kept out of the trail's logs isn't known",
    ),
    "logs delivered": (
        "Can CloudTrail deliver the logs?",
        "CloudTrail can make the trail and write its logs.",
        "CloudTrail can't make the trail or write its logs",
        "Whether CloudTrail can write the logs isn't known",
    ),
}


#: How a rule says no, or that it isn't known, where that is something else than what the question's others say: what a
#: plan does to a trail that is there isn't what befalls one that is still to be made.
_NO: dict[str, tuple[str, str]] = {
    "trusted-access-kept": (
        "The organization trail stops working for member accounts",
        "Whether trusted access for CloudTrail stays for those trails that need it isn't known",
    ),
    "event-data-store-after-trusted-access": (
        "An event data store of the organization may be made without trusted access for CloudTrail",
        "Whether trusted access for CloudTrail comes before the event data store isn't known",
    ),
    "delegated-admin-after-trusted-access": (
        "A delegated administrator may be registered without trusted access for CloudTrail",
        "Whether trusted access for CloudTrail comes before the delegated administrator isn't known",
    ),
    "organization-trail-kept": (
        "The organization trail doesn't stay, and member accounts aren't logged any more",
        "Whether the organization trail stays isn't known",
    ),
    "log-bucket-kept": ("What holds the logs doesn't stay", "Whether what holds the logs stays isn't known"),
    "trail-logs-management-events": (
        "The trail doesn't log all that happens",
        "Whether the trail logs all management events isn't known",
    ),
    "cloudtrail-can-feed-cloudwatch": (
        "CloudTrail can't send all events to CloudWatch Logs",
        "Whether CloudTrail can send all events to CloudWatch Logs isn't known",
    ),
    "cloudtrail-can-notify": (
        "CloudTrail can't make the trail, or can't tell of its logs",
        "Whether CloudTrail can tell of its logs isn't known",
    ),
}


#: A yes needs a proof by one of these: what else answers a question is beside the point without.
_AT_LEAST: dict[Concern, frozenset[str]] = {
    "trusted access first": frozenset({"trusted-access-before-trail", "trusted-access-kept"}),
    "members kept out": frozenset({"members-cannot-read-logs"}),
    "logs delivered": frozenset({"cloudtrail-can-write-logs", "trail-delivers-logs"}),
}


#: So many of the rules that weren't asked are named in the answer; the report lists them all.
_LISTED = 3
_NOT_ALL = "Not everything behind this answer was asked"

#: The facts that can open an answer: whoever is exempt isn't asked, and whatever is assumed isn't shown.
_OPENING: dict[Concern, tuple[str, ...]] = {
    "trusted access first": (
        "management-account",
        "assume-trusted-access",
        "assume-no-other-trail",
        "evidence",
        "var",
        "var-file",
    ),
    "members kept out": ("trusted-account", "archive-account", "management-account", "evidence", "var", "var-file"),
    "logs delivered": ("archive-account", "management-account", "evidence", "var", "var-file"),
}

#: How an answer says a fact; `{}` is its value.
_PREMISES = {
    "trusted-account": "{} trusted",
    "archive-account": "{} as the log archive",
    "management-account": "{} as the management account",
    "assume-trusted-access": "trusted access assumed ({})",
    "assume-no-other-trail": "no other organization trail assumed ({})",
    "evidence": "evidence of {}",
    "var": "the variable {} set",
    "var-file": "variables of {} set",
}


#: What says of an input that something of it isn't read, whatever it is asked.
_READ = "trail-is-read"


def answers(report: Report) -> list[Answer]:
    """Each question with its answer, as far as the results hold one."""
    found = []
    by_question: dict[Concern | None, list[Result]] = {}
    for result in by_gravity(report.results):
        if result.verdict != "not-applicable":
            by_question.setdefault(rules.load(result.rule).answers, []).append(result)
    for name, asked in ((name, by_question.get(name, [])) for name in _QUESTIONS):
        answer = _answer(name, asked, report)
        if answer is not None:
            found.append(answer)
    return found


def _answer(name: Concern, asked: list[Result], report: Report) -> Answer | None:
    question, proved, violated, undecided = _QUESTIONS[name]
    if not asked:
        return None
    gravest = min(asked, key=lambda result: (result.is_suppressed, VERDICTS.index(result.verdict)))
    violated, undecided = _NO.get(gravest.rule, (violated, undecided))
    where = _inputs(gravest, asked) if len(report.inputs) > 1 else ""
    if gravest.verdict == "violated":
        return Answer(question, "no", f"{violated}{where}: {gravest.message}.")
    if gravest.verdict == "undecided":
        return Answer(question, "unknown", f"{undecided}{where}: {gravest.message}.{_settling(gravest)}")
    unread = next((one for one in report.results if one.rule == _READ and one.verdict == "undecided"), None)
    if unread is not None and not unread.is_suppressed:
        cause = unread.unknowns[0].what if unread.unknowns else unread.message
        return Answer(question, "unknown", f"{undecided}, since not everything is read: {cause}.")
    aside = [*_set_aside(asked), *_set_aside([unread] if unread else []), *_left_out(report, name)]
    if aside:
        return Answer(question, "not asked", f"{_NOT_ALL}: {'; '.join(aside)}.")
    if not any(result.rule in _AT_LEAST[name] for result in asked):
        return None
    assumed = " This rests on an assumption." if any(result.is_assumed for result in asked) else ""
    return Answer(question, "yes", f"{proved}{_unasked(name, report)}{assumed}", _premise(name, report))


def _unasked(name: Concern, report: Report) -> str:
    """What of a living organization wasn't looked at: no audit asks every service that may copy the logs."""
    if all(one.kind != "live" for one in report.inputs):
        return ""
    found = dict.fromkeys(what for one in rules.catalogue() if one.answers == name for what in one.unasked)
    return f" What an audit doesn't ask for isn't in this: {', '.join(found)}." if found else ""


def _settling(result: Result) -> str:
    return next((f" To settle it, {cause.settle}." for cause in result.unknowns if cause.settle), "")


def _set_aside(results: Iterable[Result]) -> Iterator[str]:
    for one in results:
        if one.is_suppressed:
            yield f"`{one.rule}` is set aside{_by(one)}: {one.message}"


def _left_out(report: Report, question: Concern) -> Iterator[str]:
    """The rules on a question that the run left out: whoever is asked says something, if only `not-applicable`."""
    ran = {result.rule for result in report.results}
    missing = [
        f"`{one}`" for one in rules.ids() if one not in ran and (rules.load(one).answers == question or one == _READ)
    ]
    if missing:
        more = [many(len(missing) - _LISTED, "more rule")] if len(missing) > _LISTED else []
        yield f"not {', '.join([*missing[:_LISTED], *more])}"


def _by(result: Result) -> str:
    return f" by {result.suppression.by}" if result.suppression else ""


def _premise(name: Concern, report: Report) -> str:
    """What a file says and an answer rests on. What the command line says, whoever reads its output said himself."""
    said = [fact for fact in report.configuration.facts if fact.by and fact.name in _OPENING[name]]
    return f"with {', '.join(_premises(said))}" if said else ""


def _premises(facts: list[Fact]) -> Iterator[str]:
    for fact in facts:
        yield f"{_PREMISES[fact.name].format(fact.value)} by {fact.by}"


def _inputs(gravest: Result, asked: list[Result]) -> str:
    """Where an answer comes from, of several inputs: the gravest's, and how many more say the same."""
    others = {result.input for result in asked if result.verdict == gravest.verdict} - {gravest.input}
    return f" (`{gravest.input}`" + (f" and {many(len(others), 'more input')}" if others else "") + ")"
