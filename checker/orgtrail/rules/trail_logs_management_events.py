"""The rule `trail-logs-management-events`."""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.edits import AddBlock, SetArgument
from orgtrail.estate import listed
from orgtrail.organization.domain import Domain
from orgtrail.organization.selectors import Selection, logged, selections
from orgtrail.organization.trails import Trail
from orgtrail.results import Fix
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import Requirement, if_organization, judge, mending
from orgtrail.values import Unknown, Value

#: What mends a trail with selectors of each form: one more, for what the others leave out.
_BLOCKS: dict[str, dict[str, Value]] = {
    "event_selector": {"read_write_type": "All", "include_management_events": True},
    "advanced_event_selector": {
        "name": "Management events",
        "field_selector": {"field": "eventCategory", "equals": ["Management"]},
    },
}


@rule("error", since="0.1.0", answers="logs delivered", looks_at=("aws_cloudtrail",))
def trail_logs_management_events(domain: Domain) -> Iterable[Finding]:
    """The organization trail logs management events, both those that read and those that write.

    Why:
        Selectors replace what a trail logs by itself. One that asks for data events only, or for `WriteOnly`, leaves
        out who looked at what before somebody acted, in every account, and nothing says so: log files still arrive.

    Holds when:
        The trail has no selectors, or those that it has let all management events through together: one
        `event_selector` may be for reads and another for writes. An `advanced_event_selector` counts where its
        `eventCategory` is `Management`, and where it picks by nothing but `readOnly` and sources that it leaves out.
        Which sources are left out is another rule's (`trail-excludes-no-events`).

    Fix:
        Add a selector for all management events: an `event_selector` with `read_write_type = "All"`, or an
        `advanced_event_selector` with nothing but `eventCategory` = `Management`.

    Sources:
        CloudTrail User Guide, "Logging management events"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
        CloudTrail API Reference, "AdvancedFieldSelector"
        https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
    """
    for trail in domain.organization_trails:
        found = judge(
            trail.address,
            _requirements(trail),
            "the trail logs all management events",
            "the trail doesn't log all management events",
        )
        if found.verdict == "violated":
            found = msgspec.structs.replace(found, at=(_form(trail),), fix=_fix(trail))
        yield if_organization([trail], found)


def _requirements(trail: Trail) -> Iterator[Requirement]:
    found = selections(trail.instance)
    for kind in ("reads", "writes"):
        answer = logged(found, kind)
        by = [one for one in found if getattr(one, kind) is True]
        yield Requirement(
            attribute=f"logging of {kind}",
            holds=answer,
            found="off",
            expected=f"a selector that lets all management events through that are {kind}",
            ground=_ground(trail, kind, by),
        )


def _ground(trail: Trail, kind: str, by: list[Selection]) -> str:
    if not by or isinstance(by[0].reads, Unknown):
        return ""
    if not by[0].at:
        return f"`{trail.address}` has no selectors, so it logs all {kind}"
    name, index = by[0].at
    return f"`{trail.address}.{name}[{index}]` lets all {kind} through"


def _form(trail: Trail) -> str:
    return "advanced_event_selector" if trail.instance.blocks("advanced_event_selector") else "event_selector"


def _fix(trail: Trail) -> Fix:
    """The selector for management events with both kinds, where one is for nothing else; one more where none is."""
    block = trail.instance.block
    form = _form(trail)
    for index, one in enumerate(trail.instance.blocks("event_selector") if form == "event_selector" else ()):
        # One that is for data events, too, would log more of those.
        if (
            isinstance(one, dict)
            and one.get("include_management_events") is not False
            and not listed(one.get("data_resource"))
        ):
            edit = SetArgument(block, "read_write_type", "All", ("event_selector", index))
            return mending(f"set in the block of `{block}`", edit)
    return mending(f"add to the block of `{block}`", AddBlock(block, form, _BLOCKS[form]))
