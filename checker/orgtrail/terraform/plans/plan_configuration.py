"""A plan's `configuration` as a tree of `ModuleConfig`, and what stands behind single attributes.

It shows references only: no definitions of locals, no dynamic blocks, no pre- and postconditions.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from orgtrail.address import block_address, module_path, module_prefix, read_block, split_reference, unwind
from orgtrail.estate import Referent
from orgtrail.graph.configuration import (
    ModuleCall,
    ModuleConfig,
    OutputConfig,
    ProviderConfig,
    Reference,
    ResourceConfig,
)
from orgtrail.lazy import LazyMapping
from orgtrail.provider.resource_types import resource_type
from orgtrail.secrets import secrets_in
from orgtrail.terraform.plans.plan import (
    SOURCE_HINT,
    ConfiguredModule,
    ConfiguredResource,
    Plan,
    ResourceChange,
    decoded,
    members,
)
from orgtrail.values import Cause

T = TypeVar("T")


def references(expression: msgspec.Raw | bytes) -> list[Reference]:
    """Every reference inside a raw expression, or inside a block of them."""
    if b'"references"' not in bytes(expression):
        return []
    return [Reference(subject) for subject in _subjects(decoded(msgspec.Raw(expression)))]


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


#: What a reference begins with that isn't to a resource.
_NO_RESOURCE = {"var", "local", "module", "each", "data"}


class PlanConfiguration:
    """A plan's `configuration` as a tree of `ModuleConfig`, and the expressions behind single attributes."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._last: dict[str, dict[str, ResourceChange]] = {}
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
                module_path(provider.module_address or ""),
                tuple(references(provider.expressions)),
            )
            for key, provider in self._plan.configuration.provider_config.items()
        }
        return root

    def secret_variables(self) -> Iterator[str]:
        """The strings in the values of root variables that are marked sensitive."""
        for name, variable in self._plan.configuration.root_module.variables.items():
            given = self._plan.variables.get(name)
            if variable.sensitive and given is not None:
                yield from secrets_in(decoded(given.value), True)

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
    def _of_type(self) -> dict[str, list[ConfiguredResource]]:
        """The blocks by type."""
        found: dict[str, list[ConfiguredResource]] = {}
        for block in self.blocks.values():
            found.setdefault(block.type, []).append(block)
        return found

    @cached_property
    def _changes(self) -> dict[str, list[ResourceChange]]:
        """The instances by type: one block's are looked for among those only, in a plan that may hold 40,000."""
        found: dict[str, list[ResourceChange]] = {}
        for change in self._plan.resource_changes:
            found.setdefault(change.type, []).append(change)
        return found

    def _change(self, address: str, block: ConfiguredResource) -> ResourceChange | None:
        """The last instance of a block."""
        if block.type not in self._last:
            of_type = self._changes.get(block.type, ())
            self._last[block.type] = {block_address(change.address): change for change in of_type}
        return self._last[block.type].get(address)

    def _module(self, path: tuple[str, ...], module: ConfiguredModule) -> ModuleConfig:
        prefix = module_prefix(path)
        return ModuleConfig(
            path=path,
            resources=LazyMapping({block.address: self._maker(prefix, block) for block in module.resources}),
            calls={
                name: ModuleCall(
                    name=name,
                    inputs={
                        argument: tuple(references(expression))
                        for argument, expression in members(call.expressions).items()
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
        change = self._change(address, block)
        if change is None:
            return None
        planned = members(change.change.after)
        written = members(block.expressions)
        for name, raw in planned.items():
            blocks = decoded(raw)
            if not isinstance(blocks, list) or not blocks or not isinstance(blocks[0], dict):
                continue
            if name in resource_type(block.type).computed:
                continue
            shown = decoded(written[name]) if name in written else []
            # An attribute whose type is a list of objects has one expression, not a list of blocks.
            if isinstance(shown, list) and len(blocks) > len(shown):
                cause = f"`{address}` has dynamic `{name}` blocks, whose references a plan doesn't show"
                return Cause(cause, SOURCE_HINT)
        return None

    def follow(self, block: str, attribute: str) -> Referent | None:
        """What an attribute refers to, through module inputs and outputs, where it refers to one thing only."""
        found = self.follow_all(block, attribute)
        return found[0] if len(found) == 1 else None

    def follow_all(self, block: str, attribute: str) -> list[Referent | None]:
        """Everything that an attribute refers to, in the order of writing; None for what isn't one thing."""
        configured = self.blocks.get(block)
        if configured is None:
            return []
        path = read_block(block).path
        return [self._trace(path, [one]) for one in self._telling(path, self._references_of(block, attribute))]

    def _references_of(self, block: str, attribute: str) -> list[Reference]:
        """What stands in an attribute of a block."""
        expression = members(self.blocks[block].expressions).get(attribute)
        return references(expression) if expression is not None else []

    def configures(self, block: str, attribute: str) -> bool:
        """Whether the block sets the attribute."""
        configured = self.blocks.get(block)
        return configured is not None and attribute in members(configured.expressions)

    def sets_anywhere(self, kind: str, attribute: str) -> bool:
        """Whether any block of a type sets the attribute."""
        written = f'"{attribute}"'.encode()
        return any(
            written in bytes(block.expressions) and attribute in members(block.expressions)
            for block in self._of_type.get(kind, ())
        )

    def _trace(self, module: tuple[str, ...], found: Sequence[Reference]) -> Referent | None:
        """The end of a chain of bare references that starts in `module`; None where it isn't one."""
        for _ in range(64):
            found = self._telling(module, found)
            if len(found) != 1:
                return None
            configured = self._configured(module)
            match [step for step in split_reference(found[0].subject) if not step.startswith("[")]:
                case ["var", name] if module:
                    above = self._configured(module[:-1])
                    call = above.calls.get(module[-1]) if above is not None else None
                    found = call.inputs.get(name, ()) if call is not None else ()
                    module = module[:-1]
                case ["module", name, output] if configured is not None and name in configured.calls:
                    below = configured.calls[name].module
                    inner = below.outputs.get(output) if below is not None else None
                    found = inner.references if inner is not None else ()
                    module = (*module, name)
                # An organization has one root.
                case ["data", kind, name, attribute] | ["data", kind, name, "roots" as attribute, "id"]:
                    return Referent(f"{module_prefix(module)}data.{kind}.{name}", attribute)
                case [kind, name, attribute] | [kind, name, "roots" as attribute, "id"] if kind not in _NO_RESOURCE:
                    return Referent(f"{module_prefix(module)}{kind}.{name}", attribute)
                case _:
                    return None
        return None

    def _telling(self, module: tuple[str, ...], found: Sequence[Reference]) -> Sequence[Reference]:
        """The references that a text may come from: a null or an object is only asked for a choice between them."""
        if len(found) < 2:
            return found
        return [one for one in found if not self._only_chooses(module, split_reference(one.subject))]

    def _only_chooses(self, module: tuple[str, ...], steps: Sequence[str]) -> bool:
        """Whether `steps` lead to a null or an object in a variable of `module` (`var.key == null ? ... : ...`)."""
        if len(steps) < 2 or steps[0] != "var":
            return False
        name, inner = steps[1], steps[2:]
        if not module:
            given = self._plan.variables.get(name)
            value = decoded(given.value) if given is not None else None
        else:
            above = self._written(module[:-1])
            called = above.module_calls.get(module[-1]) if above is not None else None
            if called is None:
                return False
            expression = decoded(members(called.expressions).get(name, msgspec.Raw(b"{}")))
            if passed := list(map(Reference, _subjects(expression))):
                steps = split_reference(passed[0].subject)
                return len(passed) == 1 and self._only_chooses(module[:-1], [*steps, *inner])
            variable = called.module.variables.get(name)
            default = decoded(variable.default) if variable is not None else None
            value = expression.get("constant_value", default) if isinstance(expression, dict) else expression
        for step in inner:
            value = value.get(step) if isinstance(value, dict) else None
        return value is None or isinstance(value, dict)

    def _written(self, path: tuple[str, ...]) -> ConfiguredModule | None:
        """A module as the configuration has it; None where there is none: a saved plan brings its source instead."""
        module = self._plan.configuration.root_module
        for name in path:
            if name not in module.module_calls:
                return None
            module = module.module_calls[name].module
        return module

    def _configured(self, path: tuple[str, ...]) -> ModuleConfig | None:
        module: ModuleConfig | None = self.root
        for name in path:
            call = module.calls.get(name) if module is not None else None
            module = call.module if call is not None else None
        return module

    def provider_settings(self) -> dict[str, dict[str, Any]]:
        """The constant arguments of every provider configuration by its key; blocks as lists of dicts."""
        found = {
            key: _constants(decoded(provider.expressions))
            for key, provider in self._plan.configuration.provider_config.items()
        }
        return {key: settings if isinstance(settings, dict) else {} for key, settings in found.items()}


def _constants(expression: Any) -> Any:
    """What an expression, or a block of them, says with constants only; what refers to anything is left out."""
    if isinstance(expression, list):
        return [_constants(element) for element in expression]
    if isinstance(expression, dict):
        if "constant_value" in expression:
            return expression["constant_value"]
        if "references" in expression:
            return None
        return {name: found for name, value in expression.items() if (found := _constants(value)) is not None}
    return None
