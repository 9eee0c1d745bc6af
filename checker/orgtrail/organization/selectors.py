"""Which management events a trail logs: its event selectors, basic and advanced, and its insight selectors.

Source: CloudTrail User Guide, "Logging management events"; CloudTrail API Reference, "EventSelector",
"AdvancedFieldSelector".
"""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Instance, listed
from orgtrail.values import Cause, Unknown, Value, causes

#: The operators of a field of an advanced selector: those that pick some values, and those that leave some out.
_POSITIVE = ("equals", "starts_with", "ends_with")
_NEGATIVE = ("not_starts_with", "not_ends_with")
_OPERATORS = (*_POSITIVE, "not_equals", *_NEGATIVE)


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """The management events that one selector lets through: reads and writes, but for those of the sources `excluded`.

    `at` is its place in the trail's block.
    """

    reads: bool | Unknown
    writes: bool | Unknown
    excluded: tuple[str, ...] | Unknown = ()
    at: tuple[str | int, ...] = ()


def selections(trail: Instance) -> list[Selection]:
    """What each selector of a trail lets through; a trail without any logs all management events."""
    found = [*_basic(trail), *_advanced(trail)]
    configured = any(trail.now.get(name) for name in ("event_selector", "advanced_event_selector"))
    return found if configured else [Selection(reads=True, writes=True)]


def logged(found: list[Selection], kind: str) -> bool | Unknown:
    """Whether the selectors together let through `reads` or `writes`."""
    answers: list[bool | Unknown] = [getattr(one, kind) for one in found]
    return True in answers or next((one for one in answers if isinstance(one, Unknown)), False)


def left_out(found: list[Selection], kind: str) -> tuple[str, ...] | Unknown:
    """The event sources whose `reads` or `writes` every selector for these leaves out."""
    sure = [one.excluded for one in found if getattr(one, kind) is True]
    known = [set(one) for one in sure if not isinstance(one, Unknown)]
    common = set.intersection(*known) if known else set()
    if known and not common:
        return ()
    doubt = next((one for one in sure if isinstance(one, Unknown)), None)
    perhaps = next((one for one in (getattr(each, kind) for each in found) if isinstance(one, Unknown)), None)
    if doubt or perhaps:
        return doubt or perhaps or ()
    return tuple(sorted(common))


def insights(trail: Instance) -> list[str | Unknown]:
    """The types of Insights on management events that a trail is to log."""
    found: list[str | Unknown] = []
    for one in trail.blocks("insight_selector"):
        if isinstance(one, Unknown):
            found.append(one)
        elif isinstance(one, dict):
            kind = one.get("insight_type")
            found.append(kind if isinstance(kind, str) else Unknown(_why(kind)))
    return found


def _why(value: Value) -> Cause:
    return next(causes(value), Cause("part of a selector isn't known"))


def _basic(trail: Instance) -> Iterator[Selection]:
    for index, one in enumerate(trail.blocks("event_selector")):
        at = ("event_selector", index)
        if not isinstance(one, dict):
            unknown = Unknown(_why(one))
            yield Selection(reads=unknown, writes=unknown, excluded=unknown, at=at)
            continue
        # The provider's defaults, and AWS's: management events, reads and writes.
        kind, includes = one.get("read_write_type"), one.get("include_management_events")
        if includes is False:
            continue
        whole = includes if isinstance(includes, Unknown) else True
        yield Selection(
            reads=_both(whole, _is_one_of(kind, (None, "", "All", "ReadOnly"))),
            writes=_both(whole, _is_one_of(kind, (None, "", "All", "WriteOnly"))),
            excluded=_sources(one.get("exclude_management_event_sources")),
            at=at,
        )


def _both(one: bool | Unknown, other: bool | Unknown) -> bool | Unknown:
    if one is False or other is False:
        return False
    return one if isinstance(one, Unknown) else other


def _is_one_of(value: Value, wanted: tuple[Value, ...]) -> bool | Unknown:
    if value is None or isinstance(value, str):
        return value in wanted
    return Unknown(_why(value))


def _sources(value: Value) -> tuple[str, ...] | Unknown:
    elements = listed(value)
    names = tuple(one for one in elements if isinstance(one, str))
    unclear = next((one for one in elements if not isinstance(one, str)), None)
    return names if unclear is None else Unknown(_why(unclear))


def _advanced(trail: Instance) -> Iterator[Selection]:
    for index, one in enumerate(trail.blocks("advanced_event_selector")):
        at = ("advanced_event_selector", index)
        fields = listed(one.get("field_selector")) if isinstance(one, dict) else [one]
        known = [field for field in fields if isinstance(field, dict) and isinstance(field.get("field"), str)]
        unclear = [field for field in fields if field not in known]
        if unclear:
            unknown = Unknown(_why(unclear))
            yield Selection(reads=unknown, writes=unknown, excluded=unknown, at=at)
        else:
            yield _selection(known, at)


def _selection(fields: list[dict[str, Value]], at: tuple[str | int, ...]) -> Selection:
    """What an advanced selector lets through: an event has to match each of its fields."""
    is_management = _passes(fields, "eventCategory", "Management")
    if not any(field.get("field") == "eventCategory" for field in fields):
        # AWS asks for it.
        is_management = False
    excluded: tuple[str, ...] | Unknown = ()
    whole = is_management
    for field in fields:
        if field.get("field") in ("eventCategory", "readOnly"):
            continue
        names = _sources(field.get("not_equals")) if field.get("field") == "eventSource" else ()
        excluded = names if isinstance(names, Unknown) or isinstance(excluded, Unknown) else (*excluded, *names)
        whole = _both(whole, _leaves_the_rest(field))
    return Selection(
        reads=_both(whole, _passes(fields, "readOnly", "true")),
        writes=_both(whole, _passes(fields, "readOnly", "false")),
        excluded=excluded,
        at=at,
    )


def _leaves_the_rest(field: dict[str, Value]) -> bool | Unknown:
    """Whether a field takes no more away than the sources that it names."""
    if any(field.get(operator) for operator in _POSITIVE):
        return False
    is_named = field.get("field") == "eventSource" and not any(field.get(name) for name in _NEGATIVE)
    what = f"an advanced selector goes by `{field.get('field')}` in a way that AWS takes for event data stores only"
    return is_named or Unknown(Cause(what))


def _passes(fields: list[dict[str, Value]], name: str, value: str) -> bool | Unknown:
    """Whether an event whose field `name` is `value` matches; what isn't selected by lets everything through."""
    answer: bool | Unknown = True
    for field in fields:
        if field.get("field") == name:
            for operator in _OPERATORS:
                words = listed(field.get(operator))
                if words:
                    answer = _both(answer, _compares(operator, words, value))
    return answer


def _compares(operator: str, words: list[Value], value: str) -> bool | Unknown:
    unclear = next((word for word in words if not isinstance(word, str)), None)
    if unclear is not None:
        return Unknown(_why(unclear))
    how = operator.removeprefix("not_")
    met = any(
        value == word
        if how == "equals"
        else value.startswith(str(word))
        if how == "starts_with"
        else value.endswith(str(word))
        for word in words
    )
    return met is not operator.startswith("not_")
