"""What a trail's selectors let through together: CloudTrail User Guide, "Logging management events"."""

from typing import Any

import pytest

from orgtrail.estate import Instance
from orgtrail.organization.selectors import left_out, logged, selections
from orgtrail.values import Cause, Unknown

UNKNOWN = Unknown(Cause("nobody knows"))


def trail(**values: Any) -> Instance:
    return Instance(
        address="aws_cloudtrail.org",
        block="aws_cloudtrail.org",
        module=(),
        mode="managed",
        type="aws_cloudtrail",
        name="org",
        read_before=lambda: None,
        read_after=lambda: values,
    )


def basic(kind: Any = "All", **more: Any) -> dict[str, Any]:
    return {"read_write_type": kind, "include_management_events": True, **more}


def advanced(*fields: tuple[str, str, list[Any]]) -> dict[str, Any]:
    return {"field_selector": [{"field": name, operator: values} for name, operator, values in fields]}


MANAGEMENT = ("eventCategory", "equals", ["Management"])
NOT_KMS = ("eventSource", "not_equals", ["kms.amazonaws.com"])

#: Selectors, and whether reads and writes are logged: True, False, or None for what isn't known.
LOGGED: dict[str, tuple[dict[str, Any], bool | None, bool | None]] = {
    "none": ({}, True, True),
    "an empty list": ({"event_selector": [], "advanced_event_selector": []}, True, True),
    "defaults": ({"event_selector": [{}]}, True, True),
    "reads": ({"event_selector": [basic("ReadOnly")]}, True, False),
    "two that complete each other": ({"event_selector": [basic("ReadOnly"), basic("WriteOnly")]}, True, True),
    "no management events": ({"event_selector": [basic(include_management_events=False)]}, False, False),
    "an unknown type": ({"event_selector": [basic(UNKNOWN)]}, None, None),
    "an unknown one beside a whole one": ({"event_selector": [basic(UNKNOWN), basic()]}, True, True),
    "unknown selectors": ({"advanced_event_selector": UNKNOWN}, None, None),
    "advanced, whole": ({"advanced_event_selector": [advanced(MANAGEMENT)]}, True, True),
    "advanced, writes": (
        {"advanced_event_selector": [advanced(MANAGEMENT, ("readOnly", "equals", ["false"]))]},
        False,
        True,
    ),
    "advanced, data": ({"advanced_event_selector": [advanced(("eventCategory", "equals", ["Data"]))]}, False, False),
    "advanced, without a category": ({"advanced_event_selector": [advanced(NOT_KMS)]}, False, False),
    "advanced, one source": (
        {"advanced_event_selector": [advanced(MANAGEMENT, ("eventSource", "equals", ["iam.amazonaws.com"]))]},
        False,
        False,
    ),
    "advanced, but one caller": (
        {"advanced_event_selector": [advanced(MANAGEMENT, ("userIdentity.arn", "not_equals", ["x"]))]},
        None,
        None,
    ),
}


@pytest.mark.parametrize(("values", "reads", "writes"), LOGGED.values(), ids=LOGGED)
def test_what_is_logged(values: dict[str, Any], reads: bool | None, writes: bool | None) -> None:
    found = selections(trail(**values))
    answers = [logged(found, kind) for kind in ("reads", "writes")]
    assert [None if isinstance(one, Unknown) else one for one in answers] == [reads, writes]


def test_a_source_is_left_out_where_every_selector_leaves_it_out() -> None:
    one = basic(exclude_management_event_sources=["kms.amazonaws.com", "rdsdata.amazonaws.com"])
    other = basic("WriteOnly", exclude_management_event_sources=["kms.amazonaws.com"])
    found = selections(trail(event_selector=[one, other]))
    assert left_out(found, "reads") == ("kms.amazonaws.com", "rdsdata.amazonaws.com")
    assert left_out(found, "writes") == ("kms.amazonaws.com",)


def test_a_source_that_another_selector_logs_is_not_left_out() -> None:
    found = selections(trail(advanced_event_selector=[advanced(MANAGEMENT, NOT_KMS), advanced(MANAGEMENT)]))
    assert left_out(found, "reads") == ()


def test_unknown_sources_may_be_any() -> None:
    found = selections(trail(event_selector=[basic(exclude_management_event_sources=UNKNOWN)]))
    assert isinstance(left_out(found, "reads"), Unknown)
