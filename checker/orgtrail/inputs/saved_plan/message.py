"""The message inside a saved plan: the numbers of its fields, and what becomes of them.

It becomes what `terraform show -json` makes of it, `terraform.plans.plan.Plan`, so that everything behind reads one
kind of plan. Source: HashiCorp, terraform, internal/plans/planproto/planfile.proto (version 3 of the format; OpenTofu
has the same numbers). Fields that a later version adds are passed over, as the format asks for.
"""

import re
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from orgtrail.address import block_address, plain_steps, read_block
from orgtrail.inputs.saved_plan import values
from orgtrail.inputs.saved_plan.archive import RefusedError
from orgtrail.inputs.saved_plan.wire import BrokenError, Message, as_text, fields
from orgtrail.terraform.plans.plan import Change, ResourceChange

#: The only version of the format there has been since Terraform 0.12.
VERSION = 3

#: What an action is called in JSON, by its number.
_ACTIONS = {
    0: ["no-op"],
    1: ["create"],
    2: ["read"],
    3: ["update"],
    5: ["delete"],
    6: ["delete", "create"],
    7: ["create", "delete"],
    8: ["forget"],
    9: ["create", "forget"],
}
#: Of the values that stand in a change: which are those before, and after. None: there is nothing.
_BOTH, _SAME, _ONLY_AFTER, _ONLY_BEFORE = (0, 1), (0, 0), (None, 0), (0, None)
_PLACES: dict[int, tuple[int | None, int | None]] = {
    0: _SAME,
    1: _ONLY_AFTER,
    2: _BOTH,
    3: _BOTH,
    5: _ONLY_BEFORE,
    6: _BOTH,
    7: _BOTH,
    8: _ONLY_BEFORE,
    9: _BOTH,
}

_NULL = msgspec.Raw(b"null")


class SavedChange(ResourceChange, kw_only=True, gc=False):
    """One change of a resource, whose `raw_change` is a message. It is read when somebody asks for it."""

    provider: str = ""

    @classmethod
    def of(cls, content: bytes) -> "SavedChange":
        """The change that a message tells of. Raises RefusedError and BrokenError."""
        # There may be 40,000: each is read in one go.
        texts: dict[int, bytes] = {}
        for number, field in fields(content):
            if isinstance(field, bytes):
                texts[number] = field
        address = as_text(texts.get(13, b""))
        if not address:
            raise RefusedError("has a change without an address, as Terraform before 1.1 wrote it")
        mode, kind, name = _taken_apart(address)
        return cls(
            address=address,
            mode=mode,
            type=kind,
            name=name,
            deposed=as_text(texts[7]) if 7 in texts else None,
            previous_address=as_text(texts[14]) if 14 in texts else None,
            provider=as_text(texts.get(8, b"")),
            raw_change=msgspec.Raw(texts.get(9, b"")),
        )

    @property
    def is_object(self) -> bool:
        """It is a message."""
        return True

    @property
    def may_delete(self) -> bool:
        """Whether it may delete anything, as far as the number of the action shows."""
        try:
            return "delete" in _ACTIONS.get(Message.of(bytes(self.raw_change)).number(1), ["delete"])
        except BrokenError:
            return True

    @property
    def may_be_unknown(self) -> bool:
        """Only who reads the message knows."""
        return True

    def surely_text(self, argument: str) -> bool:
        """A message doesn't show what is a string until it is read."""
        return False

    def may_set(self, argument: str, *, marks: bool) -> bool:
        """Whether an argument may have a value: only who reads the message knows."""
        return argument.encode() in self.held

    @property
    def actions(self) -> list[str]:
        """What will be done, without the values."""
        return self.change.actions

    @property
    def change(self) -> Change:
        """What will be done, as JSON. Raises msgspec.ValidationError where it isn't what Terraform writes."""
        try:
            return _change(Message.of(bytes(self.raw_change)))
        except BrokenError as error:
            raise msgspec.ValidationError(str(error)) from None
        except RecursionError:
            raise msgspec.ValidationError("it is nested too deep") from None


def _taken_apart(address: str) -> tuple[str, str, str]:
    """Mode, type and name of a resource, as they stand in its address."""
    steps = plain_steps(read_block(block_address(address)).local)
    mode = "managed"
    if len(steps) == 3 and steps[0] in ("data", "ephemeral"):
        mode, *steps = steps
    if len(steps) != 2 or not all(steps):
        raise BrokenError(f"`{address[:80]}` isn't the address of a resource")
    return mode, steps[0], steps[1]


def _place(change: ResourceChange) -> tuple[str, bool, str, str, int, str]:
    """Where a change comes in Terraform's order: module, data first, type, name, keys as numbers before texts."""
    address = change.address
    block = f"{'' if change.mode == 'managed' else change.mode + '.'}{change.type}.{change.name}"
    module, _, key = address.rpartition(block)
    number = int(key[1:-1]) if key[1:-1].isdecimal() else -1 if not key else sys.maxsize
    return module, change.mode == "managed", change.type, change.name, number, key


def _change(message: Message) -> Change:
    action = message.number(1)
    if action not in _ACTIONS:
        raise BrokenError(f"an action has the number {action}, which no version is known to have")
    found = [values.decoded(one.blob(1)) for one in message.all_inside(2)]
    before, after = (None if place is None else _at(found, place) for place in _PLACES[action])
    known_before, _ = values.known_and_unknown(before)
    known_after, unknown = values.known_and_unknown(after)
    return Change(
        actions=_ACTIONS[action],
        before=_raw(known_before),
        after=_raw(known_after),
        after_unknown=_raw(unknown),
        before_sensitive=_raw(values.marked(known_before, values.steps_of(message.all_inside(3)))),
        after_sensitive=_raw(values.marked(known_after, values.steps_of(message.all_inside(4)))),
        importing=_raw({"id": message.inside(5).text(1)}) if 5 in message.found else _NULL,
    )


def _at(found: list[Any], place: int) -> Any:
    if place >= len(found):
        raise BrokenError("a change lacks a value")
    return found[place]


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


class Saved:
    """The message: what Terraform planned."""

    def __init__(self, content: bytes) -> None:
        self._message = Message.of(content)
        self.version = self._message.number(1)
        self.terraform_version = self._message.text(14)

    @cached_property
    def changes(self) -> list[ResourceChange]:
        """What is done to each resource, in the order of `show -json`; in the message they have none."""
        return sorted((SavedChange.of(one) for one in self._message.blobs(3)), key=_place)

    @cached_property
    def drift(self) -> list[ResourceChange]:
        """What was changed outside of Terraform."""
        return [SavedChange.of(one) for one in self._message.blobs(18)]

    @cached_property
    def deferred(self) -> list[ResourceChange]:
        """What is left to a later plan."""
        return [SavedChange.of(one.blob(2)) for one in self._message.all_inside(27)]

    @property
    def targets(self) -> list[str]:
        """What `-target` named."""
        return self._message.texts(5)

    @property
    def errored(self) -> bool:
        """Whether planning ended with an error."""
        return self._message.flag(20)

    @property
    def is_of_opentofu(self) -> bool:
        """Whether OpenTofu wrote it: nothing says so but where its providers come from."""
        return any("registry.opentofu.org/" in one.provider for one in self.changes if isinstance(one, SavedChange))

    @property
    def says_whether_complete(self) -> bool:
        """Whether the version that wrote it says of plans that they are complete: Terraform does since 1.8."""
        version = re.match(r"(\d+)\.(\d+)", self.terraform_version)
        return version is not None and (int(version[1]), int(version[2])) >= (1, 8) and not self.is_of_opentofu

    @property
    def says_complete(self) -> bool:
        """Whether it says that it covers everything; versions before 1.8 don't say it of any plan."""
        return self._message.flag(26)

    @property
    def workspace(self) -> str:
        """The workspace that it is for."""
        return self._message.inside(13).text(3)

    def variables(self) -> Iterator[tuple[str, Any]]:
        """The values of root variables that were given."""
        for entry in self._message.all_inside(2):
            known, unknown = values.known_and_unknown(values.decoded(entry.inside(2).blob(1)))
            if unknown is not True:
                yield entry.text(1), known
