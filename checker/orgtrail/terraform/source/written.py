"""The configuration of a plan as its source writes it: a saved plan holds the source, and nothing made of it."""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from typing import Any

from orgtrail.address import split_reference
from orgtrail.graph.configuration import ModuleConfig, Reference
from orgtrail.lazy import LazyMapping
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import Block
from orgtrail.terraform.plans.plan import ConfiguredProvisioner, ConfiguredResource, Plan, decoded
from orgtrail.terraform.plans.plan_configuration import PlanConfiguration
from orgtrail.terraform.source.modules import Module
from orgtrail.terraform.source.root_module import RootModule, provider_of, references


class WrittenConfiguration(PlanConfiguration):
    """What `PlanConfiguration` reads from a plan in JSON, read from the source."""

    def __init__(self, plan: Plan, source: RootModule) -> None:
        super().__init__(plan)
        self._source = source

    @cached_property
    def root(self) -> ModuleConfig:
        """The root module, with its locals, dynamic blocks and conditions."""
        return self._source.configuration()

    def secret_variables(self) -> Iterator[str]:
        """None: evaluating the source hides them."""
        return iter(())

    def provider_settings(self) -> dict[str, dict[str, Any]]:
        """None: evaluating the source gives them."""
        return {}

    @cached_property
    def blocks(self) -> LazyMapping[ConfiguredResource]:  # type: ignore[override]
        """Every resource and data block by its full address without instance keys."""
        return LazyMapping(
            {
                module.prefix + address: partial(_configured, module, address, block)
                for module in self._source.root.walk()
                for address, block in module.folder.resources.items()
            }
        )

    def configures(self, block: str, attribute: str) -> bool:
        """Whether the block sets the attribute, or holds a block of that name."""
        found = self._source.block(block)
        if found is None:
            return False
        return attribute in found.attributes or attribute in {_name(one) for one in found.blocks}

    def sets_anywhere(self, kind: str, attribute: str) -> bool:
        """Whether any block of a type sets the attribute, or holds a block of that name."""
        return any(
            attribute in block.attributes or attribute in {_name(one) for one in block.blocks}
            for module in self._source.root.walk()
            for block in module.folder.resources.values()
            if block.labels[0] == kind and block.kind == "resource"
        )

    def _references_of(self, block: str, attribute: str) -> list[Reference]:
        found = self._source.block(block)
        written = found.attributes.get(attribute) if found is not None else None
        return list(references(written.node, written)) if written is not None else []

    def _only_chooses(self, module: tuple[str, ...], steps: Sequence[str]) -> bool:
        if len(steps) < 2 or steps[0] != "var":
            return False
        name, inner = steps[1], steps[2:]
        own = self._source.modules.get(module)
        block = own.folder.variables.get(name) if own is not None else None
        default = block.attributes.get("default") if block is not None else None
        given = own.call.attributes.get(name) if own is not None and own.call is not None else None
        if given is not None:
            if passed := list(references(given.node, given)):
                above = split_reference(passed[0].subject)
                return len(passed) == 1 and self._only_chooses(module[:-1], [*above, *inner])
            value = _constant(given.node)
        elif not module and name in self._plan.variables:
            value = decoded(self._plan.variables[name].value)
        else:
            value = _constant(default.node) if default is not None else None
        for step in inner:
            value = value.get(step) if isinstance(value, dict) else None
        return value is None or isinstance(value, dict)


def _constant(node: syntax.Node) -> Any:
    """What an expression without references says; an empty text where it takes working out."""
    match node:
        case syntax.Literal(value):
            return value
        case syntax.Tuple(items):
            return [_constant(item) for item in items]
        case syntax.Object(items):
            keys = ((getattr(key, "value", None) or getattr(key, "name", ""), value) for key, value in items)
            return {str(key): _constant(value) for key, value in keys}
    return ""


def _name(block: Block) -> str:
    """What a nested block sets; a dynamic one is named by its label."""
    return block.labels[0] if block.kind == "dynamic" and block.labels else block.kind


def _configured(module: Module, address: str, block: Block) -> ConfiguredResource:
    return ConfiguredResource(
        address=address,
        mode="managed" if block.kind == "resource" else block.kind,
        type=block.labels[0],
        name=block.labels[1],
        provider_config_key=module.provider_key(provider_of(block)),
        provisioners=[ConfiguredProvisioner(type=one.labels[0]) for one in block.nested("provisioner") if one.labels],
    )
