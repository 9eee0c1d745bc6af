"""One instance of a resource or data block: its values, and what deriving wants to know of it."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from orgtrail.estate import Values, fill
from orgtrail.provider import derived
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import Block
from orgtrail.terraform.language.expressions import TemplateScope, evaluate
from orgtrail.terraform.language.operations import Lazy
from orgtrail.terraform.source.evaluation.bodies import nested, value_of
from orgtrail.terraform.source.evaluation.keys import Key, show_key
from orgtrail.terraform.source.root_module import provider_of
from orgtrail.values import Symbol, Unknown, Value, causes

if TYPE_CHECKING:
    from orgtrail.terraform.source.evaluation.scopes import ModuleScope

META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider", "providers", "source", "version"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "dynamic"})


class BlockInstance:
    """One instance of a resource or data block: its values, and what deriving wants to know of it."""

    def __init__(self, scope: "ModuleScope", local: str, key: Key) -> None:
        self.scope = scope
        self.key = key
        self._evaluation = scope.evaluation
        self._block = scope.module.folder.resources[local]
        self._inside = scope.within(self._block, local, key)
        self._local = local
        self.address = f"{scope.prefix}{local}{show_key(key)}"
        self.type = self._block.labels[0]
        self.mode = "managed" if self._block.kind == "resource" else self._block.kind

    @cached_property
    def object(self) -> Lazy:
        """All of its attributes, worked out one by one."""
        return Lazy(self._names, self._attribute, open_ended=True)

    @cached_property
    def _known(self) -> Values:
        return self._evaluation.facts.read(self.address) or {}

    @cached_property
    def _blocks(self) -> dict[str, list[Block]]:
        found: dict[str, list[Block]] = {}
        for block in self._block.blocks:
            kind = block.labels[0] if block.kind == "dynamic" and block.labels else block.kind
            if kind not in META_BLOCKS:
                found.setdefault(kind, []).append(block)
        return found

    def _names(self) -> Iterable[str]:
        return (
            *(name for name in self._block.attributes if name not in META_ARGUMENTS),
            *self._blocks,
            *self._known,
            *derived.names(self.mode, self.type),
        )

    def _attribute(self, name: str) -> Value:
        subject = f"{self.address}.{name}"
        known = self._known.get(name)
        if name in self._known and not any(causes(known)):
            return known
        value = self._evaluation.work.on(subject, lambda: self._configured(name))
        if name in self._known:
            # What a plan knows in part wins over the configuration, part by part; what is left of it is unknown.
            value = fill(known, value)
        return value

    def _configured(self, name: str) -> Value:
        written = self._written(name)
        if written is not None and not isinstance(written, Unknown):
            return self._settled(name, written)
        derives = derived.derives(self, name)
        if isinstance(written, Unknown) and not derives:
            return written
        if derives:
            found = derived.derive(self, name)
            return written if isinstance(written, Unknown) and isinstance(found, Unknown) else found
        is_set = name in self._block.attributes
        if is_set or (name in derived.defaults(self.mode, self.type) and name not in self._known):
            return derived.default(self, name)
        return derived.derive(self, name)

    def _settled(self, name: str, written: Value) -> Value:
        """What is written, unless it has unknown parts and the provider makes one fixed string of it all the same."""
        if any(causes(written)) and derived.derives(self, name):
            return derived.derive(self, name)
        return written

    def _written(self, name: str) -> Value:
        """What the configuration says; null where it says nothing."""
        attribute = self._block.attributes.get(name)
        if attribute is not None and name not in META_ARGUMENTS:
            return derived.typed(self.type, name, evaluate(attribute.node, self._inside))
        blocks = self._blocks.get(name)
        if not blocks:
            return None
        return derived.typed(self.type, name, [*nested(blocks, self._inside, {}, f"{self.address}.{name}")])

    def provisioners(self) -> Iterator[tuple[Value, bool, Value]]:
        """What its local-exec provisioners run, whether they do so when it is destroyed, and in which environment."""
        for block in self._block.blocks:
            if block.kind != "provisioner" or block.labels[:1] != ("local-exec",):
                continue
            command, when = block.attributes.get("command"), block.attributes.get("when")
            if command is not None:
                destroys = when is not None and [name for name, _ in syntax.traversals(when.node)] == ["destroy"]
                given = block.attributes.get("environment")
                environment = value_of(given, self._inside, {}, f"{self.address}.environment") if given else None
                yield value_of(command, self._inside, {}, f"{self.address}.command"), destroys, environment

    # What deriving asks for.

    def get(self, name: str) -> Value:
        """The value of an attribute, null where it isn't set: as known, then as written, but nothing derived."""
        if name in self._known and not any(causes(self._known[name])):
            return self._known[name]
        if name in self._block.attributes or name in self._blocks:
            value = self._evaluation.work.on(f"{self.address}.{name} (written)", lambda: self._written(name))
            return fill(self._known[name], value) if name in self._known else value
        return self._known.get(name)

    @cached_property
    def _provider(self) -> str:
        return self.scope.module.provider_key(provider_of(self._block))

    def account(self) -> Value:
        """The account that its provider acts in."""
        return self._evaluation.actors.account(self._provider)

    def region(self) -> Value:
        """The region that it is in: its own (provider 6), or its provider's."""
        written = self._block.attributes.get("region")
        if written is not None:
            found = self._evaluation.work.on(f"{self.address}.region", lambda: evaluate(written.node, self._inside))
            if isinstance(found, str | Symbol) and found != "":
                return found
            if found is not None and found != "":
                return Symbol(f"{self.address}.region", "region")
        return self._evaluation.actors.region(self._provider)

    def organization_id(self) -> Value:
        """The organization's id."""
        return self._evaluation.actors.organization_id()

    def management_account(self) -> Value:
        """The management account's id."""
        return self._evaluation.actors.management_account()

    def render(self, template: str, given: dict[str, Value]) -> Value:
        """What a template makes of the given values."""
        from orgtrail.terraform.language.hcl import parse_template

        return evaluate(parse_template(template), TemplateScope(self.scope, given))
