"""The rule `trail-excludes-no-events`."""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.edits import Edit, RemoveBlock, SetArgument
from orgtrail.estate import listed
from orgtrail.organization.domain import Domain
from orgtrail.organization.selectors import Selection, insights, left_out, logged, selections
from orgtrail.organization.trails import Trail
from orgtrail.results import Fix
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import Requirement, if_organization, judge, mending
from orgtrail.values import Unknown, Value

#: The management events that each type of Insights is made from; any of them will do.
_MADE_FROM = {"ApiCallRateInsight": ("writes",), "ApiErrorRateInsight": ("reads", "writes")}


@rule("warning", since="0.1.0", looks_at=("aws_cloudtrail",))
def trail_excludes_no_events(domain: Domain) -> Iterable[Finding]:
    """No source of management events is left out of the organization trail, and Insights have what they are made from.

    Why:
        The calls of AWS KMS and of the RDS Data API are many, so people leave them out to save money. Without those of
        KMS nobody sees who decrypted what in any account, or who scheduled a key's deletion: that of the key that the
        logs themselves are encrypted with, too. Insights that are switched on and get no events stay silent for good.

    Holds when:
        No selector's `exclude_management_event_sources`, and no `not_equals` on `eventSource`, leaves a source out that
        another selector doesn't let through. `ApiCallRateInsight` needs a selector that logs writes,
        `ApiErrorRateInsight` one that logs reads or writes.

    Fix:
        Take the source out of `exclude_management_event_sources`, or the field `eventSource` out of the advanced
        selector.

    Sources:
        CloudTrail User Guide, "Logging management events"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
        CloudTrail User Guide, "Working with CloudTrail Insights"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
    """
    for trail in domain.organization_trails:
        found = judge(
            trail.address,
            _requirements(trail),
            "the trail leaves no source of management events out",
            "the trail leaves events out",
        )
        if found.verdict == "violated":
            found = msgspec.structs.replace(found, fix=_fix(trail))
        yield if_organization([trail], found)


def _fix(trail: Trail) -> Fix | None:
    """What takes the exclusions out; None where Insights lack their events, for what should be logged is a choice."""
    block, form = trail.instance.block, "advanced_event_selector"
    edits: list[Edit] = []
    for one in selections(trail.instance):
        if not one.at or isinstance(one.excluded, Unknown) or not one.excluded:
            continue
        if one.at[0] != form:
            edits.append(SetArgument(block, "exclude_management_event_sources", [], one.at))
            continue
        selector = trail.instance.blocks(form)[int(one.at[1])]
        fields = listed(selector.get("field_selector")) if isinstance(selector, dict) else []
        # From the last to the first, so that a number stays what it is.
        numbers = [number for number, field in enumerate(fields) if _leaves_out(field)]
        edits += [RemoveBlock(block, (*one.at, "field_selector", number)) for number in reversed(numbers)]
    where = f"let the selectors of `{block}` leave nothing out"
    return mending(where, *edits) if edits else None


def _leaves_out(field: Value) -> bool:
    return isinstance(field, dict) and field.get("field") == "eventSource" and bool(field.get("not_equals"))


def _requirements(trail: Trail) -> Iterator[Requirement]:
    found = selections(trail.instance)
    for kind in ("reads", "writes"):
        names = left_out(found, kind)
        yield Requirement(
            attribute=f"what of the {kind} is left out",
            holds=names if isinstance(names, Unknown) else not names,
            found="" if isinstance(names, Unknown) else ", ".join(names),
            expected="nothing",
        )
    for insight in insights(trail.instance):
        yield _insight(insight, found)


def _insight(insight: str | Unknown, found: list[Selection]) -> Requirement:
    name = "an insight_selector" if isinstance(insight, Unknown) else insight
    answers = [logged(found, kind) for kind in _MADE_FROM.get(name, ("reads", "writes"))]
    doubt = next((one for one in answers if isinstance(one, Unknown)), False)
    holds = insight if isinstance(insight, Unknown) else True in answers or doubt
    return Requirement(
        attribute=f"what {name} is made from",
        holds=holds,
        found="not logged",
        expected=f"logging of {' or '.join(_MADE_FROM.get(name, ('reads', 'writes')))}",
        ground="" if isinstance(insight, Unknown) else f"{name} has the events that it is made from",
    )
