"""Where the names of expressions lead: inside one instance of a module, and inside one instance of a block."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from orgtrail.address import local_type
from orgtrail.secrets import Secrets, secrets_in
from orgtrail.terraform.language.block import Block
from orgtrail.terraform.language.expressions import evaluate
from orgtrail.terraform.language.operations import EvaluationError, Lazy
from orgtrail.terraform.language.types import ANY, Collection, ObjectType, TupleType, Type, convert, read_type
from orgtrail.terraform.source.evaluation.files import Reader
from orgtrail.terraform.source.evaluation.instance import BlockInstance
from orgtrail.terraform.source.evaluation.keys import Key, keys_made, show_key
from orgtrail.terraform.source.modules import Module
from orgtrail.terraform.source.variables import Written
from orgtrail.values import Cause, Unknown, Value

if TYPE_CHECKING:
    from orgtrail.terraform.source.evaluation import Evaluation


class ModuleScope:
    """One instance of a module: where the names of its expressions lead."""

    def __init__(
        self, evaluation: "Evaluation", module: Module, parent: "ModuleScope | None", key: Key, prefix: str
    ) -> None:
        self.evaluation = evaluation
        self.module = module
        self.parent = parent
        self.key = key
        self.prefix = prefix
        self._objects: dict[str, Value] = {}
        self._instances: dict[tuple[str, str], BlockInstance] = {}
        self._keys: dict[str, list[Key]] = {}

    def files(self) -> Reader:
        """What `file()` and its like may read."""
        return self.evaluation.reader

    def step(self, count: int = 1) -> None:
        """Count steps of work."""
        self.evaluation.work.step(count)

    def lookup(self, name: str) -> Value:
        """What the first name of a traversal stands for. Raises EvaluationError where there is no such name."""
        if name not in self._objects:
            self._objects[name] = self._namespace(name)
        return self._objects[name]

    def _namespace(self, name: str) -> Value:
        folder = self.module.folder
        match name:
            case "var":
                return Lazy(lambda: folder.variables, self.variable)
            case "local":
                return Lazy(lambda: folder.locals, self.local)
            case "module":
                return Lazy(lambda: folder.calls, self.called)
            case "data" | "ephemeral":
                return self._of_mode(f"{name}.")
            case "resource":
                return self._of_mode("")
            case "path":
                return {"module": self._folder_path(), "root": ".", "cwd": str(self.evaluation.source.tree.root)}
            case "terraform":
                return {"workspace": self.evaluation.facts.workspace, "applying": False}
        names = self._named(f"{name}.")
        if names:
            return Lazy(lambda: names, lambda own: self.resource(f"{name}.{own}"))
        raise EvaluationError(f"there is no `{name}` here")

    def _folder_path(self) -> str:
        return os.path.relpath(self.module.folder.directory, self.evaluation.source.tree.root)

    def _named(self, prefix: str) -> list[str]:
        return [local.removeprefix(prefix) for local in self.module.folder.resources if local.startswith(prefix)]

    def _of_mode(self, mode: str) -> Value:
        def of_type(kind: str) -> Value:
            names = self._named(f"{mode}{kind}.")
            return Lazy(lambda: names, lambda own: self.resource(f"{mode}{kind}.{own}"))

        kinds = {local_type(local) for local in self._named(mode)}
        return Lazy(lambda: kinds, of_type)

    # Variables, locals, outputs.

    def variable(self, name: str) -> Value:
        """The value of a variable, given or its default, converted to its type."""
        address = f"{self.prefix}var.{name}"
        return self.evaluation.work.on(address, lambda: self._variable(name, address))

    def _variable(self, name: str, address: str) -> Value:
        block = self.module.folder.variables[name]
        kind = self._type(block)
        value = self._given(name, kind)
        secret = self._is_secret(block)
        if secret and not isinstance(value, _Unset):
            # What can't be converted is named in the error.
            self.hide(value)
        nullable = block.attributes.get("nullable")
        refuses_null = nullable is not None and evaluate(nullable.node, self) is False
        default = block.attributes.get("default")
        if value is _UNSET or (value is None and refuses_null):
            if default is None:
                settle = "give --var or --var-file" if self.parent is None else ""
                return Unknown(Cause(f"`{address}` has no value", settle))
            value = evaluate(default.node, self)
            if secret:
                self.hide(value)
        converted = convert(value, kind, lambda node: evaluate(node, self))  # type: ignore[arg-type]
        if secret:
            self.hide(converted)
        return converted

    def _is_secret(self, block: Block) -> bool:
        """Whether a variable or output is marked, or may be: what can't be evaluated isn't printed either."""
        marks = [block.attributes[name] for name in ("sensitive", "ephemeral") if name in block.attributes]
        return any(evaluate(mark.node, self) is not False for mark in marks)

    def hide(self, value: Value) -> None:
        """Keep the strings in `value` out of every report."""
        self.evaluation.facts.secrets.update(secrets_in(value, True))

    def hidden(self) -> Secrets:
        """The strings that no report prints."""
        return self.evaluation.facts.secrets

    def _given(self, name: str, kind: Type) -> "Value | _Unset":
        facts = self.evaluation.facts
        if self.parent is not None and self.module.call is not None:
            attribute = self.module.call.attributes.get(name)
            if attribute is None:
                return _UNSET
            return evaluate(
                attribute.node, self.parent.within(self.module.call, f"module.{self.module.path[-1]}", self.key)
            )
        if name in facts.variables:
            return facts.variables[name]
        node = facts.assigned.get(name)
        if node is None:
            return _UNSET
        if isinstance(node, Written) and isinstance(kind, (Collection, ObjectType, TupleType)):
            from orgtrail.terraform.language.hcl import parse_expression

            node = parse_expression(str(node.value))
        elif isinstance(node, Written):
            return node.value
        return evaluate(node, self)

    def _type(self, block: Block) -> Type:
        written = block.attributes.get("type")
        return read_type(written.node) if written is not None else ANY

    def local(self, name: str) -> Value:
        """The value of a local."""
        attribute = self.module.folder.locals[name]
        return self.evaluation.work.on(f"{self.prefix}local.{name}", lambda: evaluate(attribute.node, self))

    def output(self, name: str) -> Value:
        """The value of an output."""
        block = self.module.folder.outputs[name]
        value = block.attributes.get("value")
        if value is None:
            return Unknown(Cause(f"`{self.prefix}output.{name}` has no value"))
        found = self.evaluation.work.on(f"{self.prefix}output.{name}", lambda: evaluate(value.node, self))
        if self._is_secret(block):
            self.hide(found)
        return found

    def called(self, name: str) -> Value:
        """What `module.name` stands for: the outputs of a module, or a list or map of them."""
        missing = self.module.missing.get(name)
        if missing is not None:
            return Unknown(missing)
        child = self.module.children[name]

        def outputs(key: Key) -> Value:
            scope = self.evaluation.scope(child, self, key)
            return Lazy(lambda: child.folder.outputs, scope.output)

        return self._by_key(self.keys(f"module.{name}"), outputs)

    # Resources.

    def resource(self, local: str) -> Value:
        """What `type.name` stands for: an object, or a list or map of them."""
        keys = self.keys(local)
        return self._by_key(keys, lambda key: self.instance(local, key).object)

    def _by_key(self, keys: list[Key], make: Callable[[Key], Value]) -> Value:
        unknown = next((key for key in keys if isinstance(key, Unknown)), None)
        if unknown is not None:
            return Unknown(unknown.cause)
        if keys == [None]:
            return make(None)
        if all(isinstance(key, int) for key in keys) and keys:
            return [make(key) for key in keys]
        if not keys:
            return []
        return {str(key): make(key) for key in keys}

    def instance(self, local: str, key: Key) -> "BlockInstance":
        """One instance of a block of this module."""
        at = (local, show_key(key))
        if at not in self._instances:
            self._instances[at] = BlockInstance(self, local, key)
        return self._instances[at]

    def keys(self, local: str) -> list[Key]:
        """The instance keys of a block or module call, as its count or for_each says; else as a plan shows them."""
        if local not in self._keys:
            folder = self.module.folder
            block = (
                folder.calls[local.removeprefix("module.")] if local.startswith("module.") else folder.resources[local]
            )
            address = f"{self.prefix}{local}"
            self._keys[local] = [Unknown(Cause(f"`{address}` refers to itself"))]
            keys = keys_made(address, block, self, self.evaluation.work)
            if any(isinstance(key, Unknown) for key in keys):
                keys = self.evaluation.known_keys(address) or keys
            self._keys[local] = keys
        return self._keys[local]

    def within(self, block: Block, local: str, key: Key) -> "InstanceScope":
        """The scope inside one instance of a block."""
        return InstanceScope(self, block, local, key)


class _Unset:
    """A variable that nobody gave a value; null is a value."""


_UNSET = _Unset()


class InstanceScope:
    """Inside one instance of a block: the module's names, and `each`, `count` and `self`."""

    def __init__(self, module: ModuleScope, block: Block, local: str, key: Key) -> None:
        self._module = module
        self._block = block
        self._local = local
        self._key = key

    def files(self) -> Reader:
        """What `file()` and its like may read."""
        return self._module.files()

    def step(self, count: int = 1) -> None:
        """Count steps of work."""
        self._module.step(count)

    def hide(self, value: Value) -> None:
        """Keep the strings in `value` out of every report."""
        self._module.hide(value)

    def hidden(self) -> Secrets:
        """The strings that no report prints."""
        return self._module.hidden()

    def lookup(self, name: str) -> Value:
        """What the first name of a traversal stands for, here first."""
        match name:
            case "count" if "count" in self._block.attributes:
                return {"index": self._key}
            case "each" if "for_each" in self._block.attributes:
                return Lazy(lambda: ("key", "value"), self._each)
            case "self" if not self._local.startswith("module."):
                return self._module.instance(self._local, self._key).object
        return self._module.lookup(name)

    def _each(self, name: str) -> Value:
        if name == "key" or isinstance(self._key, Unknown):
            return self._key
        found = evaluate(self._block.attributes["for_each"].node, self._module)
        if isinstance(found, dict):
            return found[str(self._key)]
        return self._key if isinstance(found, list) else found
