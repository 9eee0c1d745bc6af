"""Terraform's JSON plan, decoded only as far as somebody asks.

The frame of a plan is decoded with types; the values of each resource stay raw bytes until a rule wants them. Fields
that nobody here knows are skipped, wrong types in known ones are an error with their place.
Source: HashiCorp, "JSON Output Format" (plan and values representation, configuration representation).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from orgtrail.terraform.configuration import (
    ModuleCall,
    ModuleConfig,
    OutputConfig,
    ProviderConfig,
    Reference,
    ResourceConfig,
    split_reference,
    unwind,
)
from orgtrail.values import Cause

T = TypeVar("T")

#: A key of count or for_each at the end of an address or between its modules.
_KEY = re.compile(r'\[(?:-?\d+|"(?:[^"\\]|\\.)*")\]')

SOURCE_HINT = "give --source DIR, the root module that the plan was made from"


class Change(msgspec.Struct, kw_only=True):
    """What a plan says of one object's values. `after_unknown` marks with `true` what is known only after apply."""

    actions: list[str]
    before: msgspec.Raw = msgspec.Raw(b"null")
    after: msgspec.Raw = msgspec.Raw(b"null")
    after_unknown: msgspec.Raw = msgspec.Raw(b"null")
    before_sensitive: msgspec.Raw = msgspec.Raw(b"null")
    after_sensitive: msgspec.Raw = msgspec.Raw(b"null")
    importing: msgspec.Raw | None = None


class ResourceChange(msgspec.Struct, kw_only=True):
    """One instance in `resource_changes` or `resource_drift`."""

    address: str
    mode: str = "managed"
    type: str
    name: str
    deposed: str | None = None
    previous_address: str | None = None
    change: msgspec.Raw


class StateResource(msgspec.Struct, kw_only=True):
    """One instance in a state's or a prior state's values."""

    address: str
    mode: str = "managed"
    type: str
    name: str
    deposed_key: str | None = None
    values: msgspec.Raw = msgspec.Raw(b"{}")
    sensitive_values: msgspec.Raw = msgspec.Raw(b"{}")


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


class ConfiguredModule(msgspec.Struct, kw_only=True):
    """One module in a plan's configuration."""

    resources: list[ConfiguredResource] = []
    module_calls: dict[str, ConfiguredCall] = {}
    outputs: dict[str, ConfiguredOutput] = {}


class ConfiguredProvider(msgspec.Struct, kw_only=True):
    """One provider configuration in a plan."""

    name: str = ""
    alias: str | None = None
    module_address: str | None = None
    expressions: msgspec.Raw = msgspec.Raw(b"null")


class Configuration(msgspec.Struct, kw_only=True):
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


class Plan(msgspec.Struct, kw_only=True):
    """What `terraform show -json` says of a plan."""

    format_version: str
    terraform_version: str | None = None
    variables: dict[str, VariableValue] = {}
    resource_changes: list[ResourceChange] = []
    resource_drift: list[ResourceChange] = []
    prior_state: State | None = None
    configuration: Configuration = msgspec.field(default_factory=Configuration)
    checks: list[CheckResult] = []
    errored: bool = False


def block_address(address: str) -> str:
    """The address of the block that an instance belongs to: `module.a["x"].aws_t.n[0]` -> `module.a.aws_t.n`."""
    return _KEY.sub("", address)


def references(expression: msgspec.Raw | bytes) -> list[Reference]:
    """Every reference inside a raw expression, or inside a block of them."""
    if b'"references"' not in bytes(expression):
        return []
    return [Reference(subject) for subject in _subjects(msgspec.json.decode(expression))]


def _subjects(expression: Any) -> Iterator[str]:
    if isinstance(expression, list):
        for element in expression:
            yield from _subjects(element)
    elif isinstance(expression, dict):
        listed = expression.get("references")
        if isinstance(listed, list) and all(isinstance(one, str) for one in listed):
            yield from unwind(listed)
        else:
            for element in expression.values():
                yield from _subjects(element)


class _Lazy(Mapping[str, T]):
    """A mapping whose values are made when they are first asked for: a plan may hold 40,000 blocks."""

    def __init__(self, makers: dict[str, Callable[[], T]]) -> None:
        self._makers = makers
        self._made: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __contains__(self, key: object) -> bool:
        return key in self._makers


class PlanConfiguration:
    """A plan's `configuration` as a tree of `ModuleConfig`, and the expressions behind single attributes."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._checked = {
            block_address(check.address.to_display)
            for check in plan.checks
            if check.address.kind in {"resource", "output_value"}
        }

    @cached_property
    def root(self) -> ModuleConfig:
        """The root module; a plan holds no locals, no dynamic blocks and no conditions."""
        root = self._module((), self._plan.configuration.root_module)
        root.providers = {
            key: ProviderConfig(
                key,
                tuple(name for name in split_reference(provider.module_address or "") if name != "module"),
                tuple(references(provider.expressions)),
            )
            for key, provider in self._plan.configuration.provider_config.items()
        }
        return root

    @cached_property
    def blocks(self) -> dict[str, ConfiguredResource]:
        """Every resource and data block by its full address without instance keys."""
        found: dict[str, ConfiguredResource] = {}
        pending: list[tuple[str, ConfiguredModule]] = [("", self._plan.configuration.root_module)]
        while pending:
            prefix, module = pending.pop()
            found.update((prefix + block.address, block) for block in module.resources)
            pending += [(f"{prefix}module.{name}.", call.module) for name, call in module.module_calls.items()]
        return found

    @cached_property
    def _changes(self) -> dict[str, ResourceChange]:
        return {block_address(change.address): change for change in self._plan.resource_changes}

    def _module(self, path: tuple[str, ...], module: ConfiguredModule) -> ModuleConfig:
        prefix = "".join(f"module.{name}." for name in path)
        return ModuleConfig(
            path=path,
            resources=_Lazy({block.address: self._maker(prefix, block) for block in module.resources}),
            calls={
                name: ModuleCall(
                    name=name,
                    inputs={
                        argument: tuple(references(expression))
                        for argument, expression in _members(call.expressions).items()
                    },
                    repetition=(*references(call.count_expression), *references(call.for_each_expression)),
                    depends_on=tuple(map(Reference, call.depends_on)),
                    module=self._module((*path, name), call.module),
                )
                for name, call in module.module_calls.items()
            },
            outputs={
                name: OutputConfig(
                    tuple(references(output.expression)),
                    tuple(map(Reference, output.depends_on)),
                    self._conditions(f"{prefix}output.{name}"),
                )
                for name, output in module.outputs.items()
            },
        )

    def _maker(self, prefix: str, block: ConfiguredResource) -> Callable[[], ResourceConfig]:
        def make() -> ResourceConfig:
            return ResourceConfig(
                address=block.address,
                mode=block.mode,
                type=block.type,
                name=block.name,
                provider=block.provider_config_key,
                references=(
                    *references(block.expressions),
                    *references(block.count_expression),
                    *references(block.for_each_expression),
                    *(found for provisioner in block.provisioners for found in references(provisioner.expressions)),
                ),
                depends_on=tuple(map(Reference, block.depends_on)),
                hidden=self._conditions(prefix + block.address) or self._dynamic(prefix + block.address, block),
            )

        return make

    def _conditions(self, address: str) -> Cause | None:
        if address not in self._checked:
            return None
        return Cause(f"`{address}` has pre- or postconditions, whose references a plan doesn't show", SOURCE_HINT)

    def _dynamic(self, address: str, block: ConfiguredResource) -> Cause | None:
        """A plan's configuration leaves dynamic blocks out; more blocks in the values than there give them away."""
        change = self._changes.get(address)
        if change is None:
            return None
        planned = _members(msgspec.json.decode(change.change, type=Change).after)
        written = _members(block.expressions)
        for name, raw in planned.items():
            blocks = msgspec.json.decode(raw)
            if not isinstance(blocks, list) or not blocks or not isinstance(blocks[0], dict):
                continue
            shown = msgspec.json.decode(written[name]) if name in written else []
            # An attribute whose type is a list of objects has one expression, not a list of blocks.
            if isinstance(shown, list) and len(blocks) > len(shown):
                cause = f"`{address}` has dynamic `{name}` blocks, whose references a plan doesn't show"
                return Cause(cause, SOURCE_HINT)
        return None


def _members(raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The members of a raw JSON object, still raw; none where it isn't an object."""
    return msgspec.json.decode(raw, type=dict[str, msgspec.Raw] | None) or {}
