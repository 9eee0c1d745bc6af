"""Terraform's JSON plan, decoded only as far as somebody asks.

The frame of a plan is decoded with types; the values of each resource stay raw bytes until a rule wants them. Fields
that nobody here knows are skipped, wrong types in known ones are an error with their place.
Source: HashiCorp, "JSON Output Format" (plan and values representation, configuration representation).
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from orgtrail.address import block_address
from orgtrail.errors import InputError

#: JSON nested deeper than this isn't read: no plan of Terraform's is, and whoever walks over it would run out of stack.
MAX_DEPTH = 500

_OBJECT = ord("{")
#: How what is done to something new begins.
_NEW = b'{"actions":["create"],"before":null'

SOURCE_HINT = "give --source DIR, the root module that the plan was made from"


#: A member that isn't there.
ABSENT = msgspec.Raw(b"")

#: What Terraform does, in its words.
ACTIONS = frozenset({"no-op", "create", "read", "update", "delete", "forget"})


class Change(msgspec.Struct, kw_only=True):
    """What a plan says of one object's values. `after_unknown` marks with `true` what is known only after apply."""

    actions: list[str]
    before: msgspec.Raw = ABSENT
    after: msgspec.Raw = ABSENT
    after_unknown: msgspec.Raw = ABSENT
    before_sensitive: msgspec.Raw = msgspec.Raw(b"null")
    after_sensitive: msgspec.Raw = msgspec.Raw(b"null")
    importing: msgspec.Raw = msgspec.Raw(b"null")


def has_escapes(text: bytes) -> bool:
    """Whether an escape stands in JSON text that may spell any character. One byte alone is found much faster."""
    return b"\\" in text and b"\\u" in text


def sets_in(text: bytes, argument: str, *, marks: bool = True) -> bool:
    """Whether a member of that name stands in JSON text with a value that isn't empty; an escape may spell any name.

    Without `marks`, `true` isn't taken for one: it marks what isn't known, and what is sensitive.
    """
    name = b'"' + argument.encode()
    held = _held(marks)
    at = text.find(name)
    while at >= 0:
        at += len(name)
        if held.match(text, at):
            return True
        at = text.find(name, at)
    return has_escapes(text)


@cache
def _held(marks: bool) -> "re.Pattern[bytes]":
    """What follows a member's name where its value isn't empty: one pattern for all names."""
    # Possessive: a space that is given back would stand where the value is looked at.
    return re.compile(rb'"\s*+:\s*+(?!null\b|false\b|""|\[\s*\]|\{\s*\}' + (b"" if marks else rb"|true\b") + b")")


def surely_text(text: bytes, argument: str) -> bool:
    """Whether members of that name stand in JSON text, each with a string as its value: it is known then."""
    name = b'"' + argument.encode() + b'"'
    return name in text and _no_text(argument).search(text) is None and not has_escapes(text)


@cache
def _no_text(argument: str) -> "re.Pattern[bytes]":
    return re.compile(b'"' + re.escape(argument.encode()) + rb'"\s*+:\s*+(?!")')


class _Done(msgspec.Struct, kw_only=True):
    """What will be done, without the values."""

    actions: list[str]


class ResourceChange(msgspec.Struct, kw_only=True, gc=False):
    """One instance in `resource_changes`. Its values, and what is done to it, stay raw: most are never looked at."""

    address: str
    mode: str = "managed"
    type: str
    name: str
    deposed: str | None = None
    previous_address: str | None = None
    raw_change: msgspec.Raw = msgspec.field(name="change")

    @property
    def is_object(self) -> bool:
        """Whether `change` is an object, as far as its first character shows."""
        return bool(memoryview(self.raw_change)[0] == _OBJECT)

    @property
    def may_delete(self) -> bool:
        """Whether it may delete anything; nothing is decoded for that."""
        return b'"delete"' in bytes(self.raw_change)

    @property
    def is_new(self) -> bool:
        """Whether it surely isn't there yet, as Terraform writes that; nothing is decoded for that."""
        return bytes(memoryview(self.raw_change)[: len(_NEW)]) == _NEW

    @property
    def held(self) -> bytes:
        """All that is said of it, as it is written."""
        return bytes(self.raw_change)

    @property
    def may_be_unknown(self) -> bool:
        """Whether a part of it may be known only after apply; nothing is decoded for that."""
        return b"true" in self.held

    def may_set(self, argument: str, *, marks: bool) -> bool:
        """Whether an argument may have a value, as far as the text shows; `marks` as in `sets_in`."""
        return sets_in(self.held, argument, marks=marks)

    def surely_text(self, argument: str) -> bool:
        """Whether an argument is known, and a string, as far as the text shows."""
        return surely_text(self.held, argument)

    @property
    def actions(self) -> list[str]:
        """What will be done, without the values. Raises as `change` does."""
        return msgspec.json.decode(self.raw_change, type=_Done).actions

    @property
    def change(self) -> Change:
        """What will be done. Raises msgspec.ValidationError where it isn't what Terraform writes."""
        change = msgspec.json.decode(self.raw_change, type=Change)
        for name in ("before", "after", "after_unknown"):
            if not memoryview(getattr(change, name)) and (name != "after_unknown" or bytes(change.after) != b"null"):
                raise msgspec.ValidationError(f"Object missing required field `{name}`")
        unknown = [word for word in change.actions if word not in ACTIONS]
        if unknown or not change.actions:
            raise msgspec.ValidationError(f"no action is called {unknown}")
        _check_agrees(change)
        return change


def _check_agrees(change: Change) -> None:
    """What is made or stays has values afterwards, and what is destroyed or let go of had some."""
    goes = change.actions in (["delete"], ["forget"])
    for name, wanted in (("after", not goes), ("after_unknown", not goes), ("before", goes)):
        raw = memoryview(getattr(change, name))
        if wanted and raw[0] != _OBJECT:
            raise msgspec.ValidationError(f"`{name}` of what is to {change.actions[0]} isn't an object")


class StateResource(msgspec.Struct, kw_only=True, gc=False):
    """One instance in a state's or a prior state's values."""

    address: str
    mode: str = "managed"
    type: str
    name: str
    deposed_key: str | None = None
    values: msgspec.Raw = msgspec.Raw(b"{}")
    sensitive_values: msgspec.Raw = msgspec.Raw(b"{}")
    depends_on: msgspec.Raw = msgspec.Raw(b"[]")

    @property
    def held(self) -> bytes:
        """Its values, as they are written."""
        return bytes(self.values)

    def may_set(self, argument: str, *, marks: bool) -> bool:
        """Whether an argument may have a value, as far as the text shows; in a state `true` is one."""
        return sets_in(self.held, argument)

    def surely_text(self, argument: str) -> bool:
        """Whether an argument is a string, as far as the text shows."""
        return surely_text(self.held, argument)

    @property
    def made_after(self) -> frozenset[str]:
        """The blocks that it was made after."""
        return frozenset(map(block_address, msgspec.json.decode(self.depends_on, type=list[str])))


class StateModule(msgspec.Struct, kw_only=True):
    """One module of a state's values."""

    resources: list[StateResource] = []
    child_modules: list["StateModule"] = []

    def walk(self) -> Iterator[StateResource]:
        """Every resource of this module and of those below it."""
        yield from self.resources
        for child in self.child_modules:
            yield from child.walk()


class StateValues(msgspec.Struct, kw_only=True):
    """The `values` of a state."""

    root_module: StateModule = msgspec.field(default_factory=StateModule)


class State(msgspec.Struct, kw_only=True):
    """What `terraform show -json` says of a state, and what stands in a plan's `prior_state`."""

    format_version: str | None = None
    terraform_version: str | None = None
    values: StateValues | None = None

    def resources(self) -> Iterator[StateResource]:
        """Every resource instance in it."""
        if self.values is not None:
            yield from self.values.root_module.walk()


class ConfiguredProvisioner(msgspec.Struct, kw_only=True):
    """One provisioner of a resource block."""

    type: str = ""
    expressions: msgspec.Raw = msgspec.Raw(b"null")


class ConfiguredResource(msgspec.Struct, kw_only=True):
    """One resource or data block in a plan's configuration."""

    address: str
    mode: str = "managed"
    type: str
    name: str
    provider_config_key: str = ""
    expressions: msgspec.Raw = msgspec.Raw(b"null")
    count_expression: msgspec.Raw = msgspec.Raw(b"null")
    for_each_expression: msgspec.Raw = msgspec.Raw(b"null")
    provisioners: list[ConfiguredProvisioner] = []
    depends_on: list[str] = []


class ConfiguredOutput(msgspec.Struct, kw_only=True):
    """One output block in a plan's configuration."""

    expression: msgspec.Raw = msgspec.Raw(b"null")
    depends_on: list[str] = []


class ConfiguredCall(msgspec.Struct, kw_only=True):
    """One module block in a plan's configuration, with the module that it calls."""

    source: str = ""
    expressions: msgspec.Raw = msgspec.Raw(b"null")
    count_expression: msgspec.Raw = msgspec.Raw(b"null")
    for_each_expression: msgspec.Raw = msgspec.Raw(b"null")
    depends_on: list[str] = []
    module: "ConfiguredModule" = msgspec.field(default_factory=lambda: ConfiguredModule())


class ConfiguredVariable(msgspec.Struct, kw_only=True):
    """One variable block in a plan's configuration."""

    default: msgspec.Raw = msgspec.Raw(b"null")
    sensitive: bool = False


class ConfiguredModule(msgspec.Struct, kw_only=True):
    """One module in a plan's configuration."""

    variables: dict[str, ConfiguredVariable] = {}
    resources: list[ConfiguredResource] = []
    module_calls: dict[str, ConfiguredCall] = {}
    outputs: dict[str, ConfiguredOutput] = {}


class ConfiguredProvider(msgspec.Struct, kw_only=True):
    """One provider configuration in a plan."""

    name: str = ""
    alias: str | None = None
    module_address: str | None = None
    expressions: msgspec.Raw = msgspec.Raw(b"null")


class ConfigurationPart(msgspec.Struct, kw_only=True):
    """A plan's `configuration`."""

    provider_config: dict[str, ConfiguredProvider] = {}
    root_module: ConfiguredModule = msgspec.field(default_factory=ConfiguredModule)


class CheckAddress(msgspec.Struct, kw_only=True):
    """What a check in a plan belongs to."""

    kind: str = ""
    to_display: str = ""


class CheckResult(msgspec.Struct, kw_only=True):
    """One checkable object: it has conditions, whose references a plan doesn't show."""

    address: CheckAddress = msgspec.field(default_factory=CheckAddress)


class VariableValue(msgspec.Struct, kw_only=True):
    """The value of one root variable."""

    value: msgspec.Raw = msgspec.Raw(b"null")


class DeferredChange(msgspec.Struct, kw_only=True):
    """A change that Terraform can't plan yet."""

    reason: str = ""
    resource_change: ResourceChange


class Plan(msgspec.Struct, kw_only=True):
    """What `terraform show -json` says of a plan."""

    format_version: str
    terraform_version: str | None = None
    variables: dict[str, VariableValue] = {}
    #: What there will be, once more; it isn't read where nothing is asked of it.
    planned_values: msgspec.Raw = ABSENT
    resource_changes: list[ResourceChange] = []
    #: What differs between the state as it was and as AWS shows it now.
    resource_drift: list[ResourceChange] = []
    prior_state: State | None = None
    configuration: ConfigurationPart = msgspec.field(default_factory=ConfigurationPart)
    checks: list[CheckResult] = []
    errored: bool = False
    #: Whether it covers everything; None where the version of Terraform doesn't say.
    complete: bool | None = None
    #: What is left to a later plan.
    deferred_changes: list[DeferredChange] = []


def decoded(raw: msgspec.Raw) -> Any:
    """The value of raw JSON. Raises InputError where it is nested too deeply for those who walk over it."""
    content = memoryview(raw)
    if len(content) > 2 * MAX_DEPTH and deep_place(bytes(content)) is not None:
        raise InputError("the input", f"is nested over {MAX_DEPTH} deep", "JSON as Terraform writes it")
    try:
        return msgspec.json.decode(raw)
    except UnicodeDecodeError as error:
        raise InputError("the input", f"isn't utf-8 text ({error.reason})", "JSON as Terraform writes it") from None


# Atomic: for each character of a string that it might come back to, a pattern would remember where it was.
_BRACKETS = rb'(?s)"(?:[^"\\]++|\\.)*+"|[{}\[\]]'


def deep_place(content: bytes) -> int | None:
    """Where JSON text is nested deeper than MAX_DEPTH; None where it isn't."""
    if content.count(b"{") + content.count(b"[") <= MAX_DEPTH:
        return None
    depth = 0
    for found in re.finditer(_BRACKETS, content):
        token = found.group()
        if token in b"{[":
            depth += 1
            if depth > MAX_DEPTH:
                return found.start()
        elif token in b"}]":
            depth -= 1
    return None


def members(raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The members of a raw JSON object, still raw; none where it is null. Raises msgspec.ValidationError."""
    return msgspec.json.decode(raw, type=dict[str, msgspec.Raw] | None) or {}


class TwiceError(msgspec.ValidationError):
    """An object has a member twice: who reads the first of them sees another plan than who reads the last."""


def check_once(content: bytes) -> None:
    """Refuse JSON text with a member twice. Raises TwiceError; says nothing of what isn't JSON."""
    import json

    def once(pairs: list[tuple[str, Any]]) -> None:
        if len(pairs) > 1:
            names = [name for name, _ in pairs]
            if len(set(names)) != len(names):
                double = next(name for name in names if names.count(name) > 1)
                raise TwiceError(f"Object has the field `{double}` twice")

    try:
        json.loads(content, object_pairs_hook=once)
    except TwiceError:
        raise
    except (ValueError, RecursionError):
        return
