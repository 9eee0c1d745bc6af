"""Evaluates a source: the values of every block's instances, as far as anybody can know them before the apply.

For each attribute what the plan or state knows comes first, then what the configuration says, then what the provider
derives from it. Nothing is worked out before somebody asks for it, and the work is bounded.
"""

from collections.abc import Iterator
from functools import cached_property

import msgspec

from orgtrail.address import split_reference
from orgtrail.estate import Values
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.expressions import Exhausted, evaluate
from orgtrail.terraform.language.operations import plain
from orgtrail.terraform.source.evaluation.actors import Actors
from orgtrail.terraform.source.evaluation.bounds import Work, guarded, too_much
from orgtrail.terraform.source.evaluation.facts import Given
from orgtrail.terraform.source.evaluation.files import Reader
from orgtrail.terraform.source.evaluation.instance import BlockInstance
from orgtrail.terraform.source.evaluation.keys import Key, keys_shown, read_key, show_key
from orgtrail.terraform.source.evaluation.scopes import ModuleScope
from orgtrail.terraform.source.modules import Module
from orgtrail.terraform.source.root_module import RootModule, provider_of
from orgtrail.values import Unknown, Value

__all__ = ["Evaluation", "Given", "InstanceOf"]


class InstanceOf(msgspec.Struct, frozen=True):
    """One instance of a resource or data block; `key` is Unknown where it stands for any number of instances."""

    address: str
    block: str
    module: tuple[str, ...]
    mode: str
    type: str
    name: str
    provider: str
    key: Key


class Evaluation:
    """The values of one source, given what is known beside it."""

    def __init__(self, source: RootModule, facts: Given) -> None:
        self.source = source
        self.facts = facts
        self.reader = Reader(source.tree)
        self.work = Work()
        self.actors = Actors(source, facts, self._first_scope)
        self._scopes: dict[str, ModuleScope] = {}

    # What the Estate asks for.

    def values(self, address: str) -> Values | None:
        """All values of one instance: configuration, derived ones, and what is known; None where there is no block."""
        instance = self._instance(address)
        if instance is None:
            return None
        found = guarded(lambda: plain(instance.object), address)
        return found if isinstance(found, dict) else None

    def provisioners(self, address: str) -> list[tuple[Value, bool, Value]] | None:
        """What an instance's local-exec provisioners run, whether they do when it is destroyed, and their variables.

        None where the source has no such block.
        """
        instance = self._instance(address)
        return list(instance.provisioners()) if instance is not None else None

    def instances(self) -> Iterator[InstanceOf]:
        """Every instance of every resource and data block."""
        for scope in self._all_scopes():
            for local, block in scope.module.folder.resources.items():
                for key in self._keys(scope, local):
                    yield InstanceOf(
                        address=f"{scope.prefix}{local}{show_key(key)}",
                        block=f"{scope.module.prefix}{local}",
                        module=scope.module.path,
                        mode="managed" if block.kind == "resource" else block.kind,
                        type=block.labels[0],
                        name=block.labels[1],
                        provider=scope.module.provider_key(provider_of(block)),
                        key=key,
                    )

    def providers(self) -> dict[str, Values]:
        """The settings of every provider configuration, by its key."""
        return self.actors.all()

    def output(self, name: str) -> Value:
        """The value of an output of the root module."""
        return guarded(lambda: plain(self.root.output(name)), f"output.{name}")

    def expression(self, node: syntax.Node) -> Value:
        """The value of an expression in the root module, as `terraform console` gives it. Raises EvaluationError."""
        return plain(evaluate(node, self.root))

    def expression_near(self, node: syntax.Node, module: Module, address: str, local: str = "") -> Value:
        """The value of an expression in `module` as it is for the instance at `address`.

        `local` is the block of the module that it stands in, empty for none. Raises EvaluationError.
        """
        instance = self._instance(address)
        scope: ModuleScope | None = instance.scope if instance is not None else None
        while scope is not None and scope.module is not module:
            scope = scope.parent
        found = scope or self._first_scope(module)
        block = module.folder.resources.get(local)
        if instance is None or block is None:
            return plain(evaluate(node, found))
        return plain(evaluate(node, found.within(block, local, instance.key)))

    # What its scopes ask for.

    @cached_property
    def root(self) -> ModuleScope:
        """The scope of the root module."""
        return self.scope(self.source.root, None, None)

    def scope(self, module: Module, parent: ModuleScope | None, key: Key) -> ModuleScope:
        """The scope of one instance of a module."""
        name = module.path[-1] if module.path else ""
        prefix = f"{parent.prefix}module.{name}{show_key(key)}." if parent is not None else ""
        if prefix not in self._scopes:
            self._scopes[prefix] = ModuleScope(self, module, parent, key, prefix)
        return self._scopes[prefix]

    def known_keys(self, address: str) -> list[Key]:
        """The instance keys of a block or module call that a plan or state shows."""
        return self._known_keys.get(address, [])

    @cached_property
    def _known_keys(self) -> dict[str, list[Key]]:
        return keys_shown(self.facts.addresses)

    def _first_scope(self, module: Module) -> ModuleScope:
        """The scope of a module that has provider blocks, so that can't be repeated."""
        if module.parent is None:
            return self.root
        return self.scope(module, self._first_scope(module.parent), None)

    def scopes_of(self, module: Module) -> list[ModuleScope]:
        """The scope of every instance of a module."""
        if module.parent is None:
            return [self.root]
        name = module.path[-1]
        return [
            self.scope(module, above, key)
            for above in self.scopes_of(module.parent)
            for key in self._keys(above, f"module.{name}")
        ]

    def _all_scopes(self) -> Iterator[ModuleScope]:
        pending = [self.root]
        while pending:
            scope = pending.pop(0)
            yield scope
            for name, child in scope.module.children.items():
                pending += [self.scope(child, scope, key) for key in self._keys(scope, f"module.{name}")]

    def _keys(self, scope: ModuleScope, local: str) -> list[Key]:
        try:
            return scope.keys(local)
        except (Exhausted, RecursionError):
            return [Unknown(too_much(f"{scope.prefix}{local}"))]

    def _instance(self, address: str) -> BlockInstance | None:
        steps = split_reference(address)
        scope = self.root
        while len(steps) > 2 and steps[0] == "module":
            child = scope.module.children.get(steps[1])
            if child is None:
                return None
            keyed = len(steps) > 2 and steps[2].startswith("[")
            scope = self.scope(child, scope, read_key(steps[2]) if keyed else None)
            steps = steps[3:] if keyed else steps[2:]
        key: Key = None
        if steps and steps[-1].startswith("["):
            key = read_key(steps.pop())
        local = ".".join(steps)
        return scope.instance(local, key) if local in scope.module.folder.resources else None
