"""What of a plan's resources is gone after the apply although the plan leaves it alone: it died with its home.

When a bucket is replaced, its policy goes with the old one. The plan says `no-op` of the policy, or `update` where a
part isn't known yet; when the apply comes to such an update and finds that nothing differs from what it saw before, it
sends nothing. Only what is created, replaced or really changed after the new bucket is there stands in it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from orgtrail.estate import Instance, Values
from orgtrail.graph.paths import Graph
from orgtrail.provider.resource_types import Home, resource_type
from orgtrail.values import Cause, Json, Symbol, Text, Unknown, Value

#: Settings that live in Terraform or beside the thing: to change them doesn't write the thing anew.
_BESIDE = frozenset({"id", "arn", "region", "tags", "tags_all", "timeouts", "skip_destroy"})

_ORDER = "refer to the new one, or name it in depends_on, so that Terraform comes to it afterwards"


#: Whether an instance and a home are of one account and region; the cause where that isn't known.
Together: TypeAlias = Callable[[Instance, Instance, Home], bool | Cause]


class Losses:
    """Tells of instances that they die with what they live in, when their type is first asked for.

    `leaving` gives the homes that an input deletes. Where that is another input, `elsewhere` is its path: then nothing
    orders the two, and `together` says whether an instance and a home are of one account and region.
    """

    def __init__(
        self,
        leaving: Callable[[str], Iterable[Instance]],
        graph: Graph | None = None,
        *,
        elsewhere: str = "",
        together: "Together | None" = None,
    ) -> None:
        self._all_leaving = leaving
        self._graph = graph
        self._elsewhere = elsewhere
        self._together = together or _are_together
        self._going: dict[str, list[Instance]] = {}

    def settle(self, kind: str, instances: Iterable[Instance]) -> None:
        """Mark those of a type that are lost, or that may be."""
        home = resource_type(kind).home
        going = [parent for one in home.types for parent in self._leaving(one)] if home else []
        if home is None or not going:
            return
        by_name = {name: parent for parent in going for name in _names(parent, home)}
        for instance in instances:
            values = instance.before or instance.after or {}
            named = values.get(home.attribute)
            parent = by_name.get(named) if isinstance(named, str) else None
            if parent is None or instance.lost_with is not None:
                continue
            same_place = self._together(instance, parent, home)
            if isinstance(same_place, Cause):
                _veil(instance, same_place, home)
            elif same_place:
                self._mark(instance, parent, home)

    def _leaving(self, kind: str) -> list[Instance]:
        """The resources of a type that the plan deletes, whether or not it makes them anew."""
        if kind not in self._going:
            self._going[kind] = [one for one in self._all_leaving(kind) if _is_deleted(one)]
        return self._going[kind]

    def _mark(self, instance: Instance, parent: Instance, home: Home) -> None:
        if instance.actions == ("delete",):
            return
        is_same = "create" not in instance.actions
        if instance.actions == ("update",):
            found = home.is_left_behind or _is_same(instance.before, _without_reference(instance.after, home))
            if isinstance(found, Cause):
                what = (
                    f"whether `{instance.address}` outlives `{parent.address}`, which the plan replaces, isn't known: "
                    f"it is written anew only if it comes out changed, and {found.what}"
                )
                _veil(instance, Cause(what, found.settle), home)
                return
            is_same = found
        if is_same:
            instance.lost_with, instance.lost_in, instance.after = parent, self._elsewhere, None
        elif self._elsewhere:
            does = "replaces" if "create" in parent.actions else "destroys"
            when = f"before {self._elsewhere} {does} `{parent.address}`"
            what = f"`{instance.address}` may be written {when}, and is gone then"
            _veil(instance, Cause(what, f"apply {self._elsewhere} first, and plan this input anew"), home)
        elif "create" in parent.actions and (cause := self._out_of_order(instance, parent)):
            _veil(instance, cause, home)

    def _out_of_order(self, instance: Instance, parent: Instance) -> Cause | None:
        """Why what is written may be written before its home is replaced; None where it waits for that."""
        start = self._graph.resource(instance.block) if self._graph else None
        goal = self._graph.resource(parent.block) if self._graph else None
        if self._graph is None or start is None or goal is None or self._graph.path(start[0], [goal[0]]) is not None:
            return None
        doubts = self._graph.doubts(start[0], [goal[0]])
        what = f"`{instance.address}` may be written before `{parent.address}` is replaced, and is gone with it then"
        return Cause(f"{what}: {doubts[0].what}", doubts[0].settle) if doubts else Cause(what, _ORDER)


def _veil(instance: Instance, cause: Cause, home: Home) -> None:
    """Let everything of an instance be unknown but for what it lives in."""
    values = instance.if_kept = instance.after
    veiled: Values = {
        name: value if name == home.attribute else Unknown(cause) for name, value in (values or {}).items()
    }
    instance.may_be_lost, instance.after = cause, veiled


def _is_deleted(parent: Instance) -> bool:
    """Whether AWS really deletes it: a log group may be told to stay."""
    return "delete" in parent.actions and (parent.before or {}).get("skip_destroy") is not True


def _names(parent: Instance, home: Home) -> Iterator[str]:
    values = parent.before or {}
    for attribute in home.names:
        name = values.get(attribute)
        if isinstance(name, str) and name:
            yield name


def _are_together(instance: Instance, parent: Instance, home: Home) -> bool | Cause:
    """Whether both are of one account and region, where that makes a difference."""
    if home.is_global:
        return True
    one, other = ((each.before or {}).get("region") for each in (instance, parent))
    return instance.provider == parent.provider and (one is None or other is None or one == other)


def _without_reference(values: Values | None, home: Home) -> Values | None:
    """The values, with a reference to what will have a new name as one that surely differs from the old name."""
    if values is None or not home.is_renamed or isinstance(values.get(home.attribute), str):
        return values
    return {**values, home.attribute: None}


def _is_same(before: Values | None, after: Values | None) -> bool | Cause:
    """Whether what is written comes out as it was before; the cause where that isn't known."""
    old, new = before or {}, after or {}
    names = [name for name in dict.fromkeys((*old, *new)) if name not in _BESIDE]
    try:
        return _all(_is_equal(old.get(name), new.get(name)) for name in names)
    except RecursionError:
        return Cause("its values are nested too deeply")


def _all(answers: Iterable[bool | Cause]) -> bool | Cause:
    """Whether all are equal: one that surely isn't settles it."""
    doubt: Cause | None = None
    for answer in answers:
        if answer is False:
            return False
        if isinstance(answer, Cause):
            doubt = doubt or answer
    return doubt or True


def _is_equal(old: Value, new: Value) -> bool | Cause:
    """Whether two values are the same to the provider, which doesn't mind how the JSON of a policy is written."""
    match new:
        case Unknown(cause):
            return cause
        case Symbol() | Text():
            return Cause("a part of it is known only after apply")
        case Json(inner):
            return _is_equal(_document(old), inner)
        case str() if isinstance(old, str) and new.lstrip()[:1] in ("{", "["):
            return old == new or _plain(_document(old)) == _plain(_document(new))
        case dict() if isinstance(old, dict):
            return _all(_is_equal(old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new)))
        case list() if isinstance(old, list):
            if _plain(old) == _plain(new):
                return True
            if len(old) != len(new):
                return False
            pairs = _all(map(_is_equal, old, new))
            # Terraform knows sets: where a part isn't known, which elements belong together isn't, either.
            return next(_doubts(new), False) if pairs is False else pairs
    # A provider reads nothing as null, empty text, list or map alike.
    return old == new or (not old and not new and old is not False and new is not False)


def _doubts(value: Value) -> Iterator[Cause]:
    if isinstance(value, Unknown):
        yield value.cause
    elif isinstance(value, Symbol | Text):
        yield Cause("a part of it is known only after apply")
    elif isinstance(value, Json):
        yield from _doubts(value.value)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _doubts(inner)


def _document(value: Value) -> Value:
    try:
        decoded: Value = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value
    return decoded


def _plain(value: Value) -> Value:
    """A value in one form: lists without order, and one element alone as the element itself."""
    if isinstance(value, dict):
        return {name: _plain(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        elements = sorted(map(_plain, value), key=repr)
        return elements[0] if len(elements) == 1 else elements
    return value
