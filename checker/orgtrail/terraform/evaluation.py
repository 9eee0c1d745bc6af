"""Evaluates a source: the values of every block's instances, as far as anybody can know them before the apply.

For each attribute what the plan or state knows comes first, then what the configuration says, then what the provider
derives from it. Nothing is worked out before somebody asks for it, and the work is bounded.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import msgspec

from orgtrail.estate import Values, fill
from orgtrail.terraform import derived, syntax
from orgtrail.terraform.blocks import Attribute, Block
from orgtrail.terraform.configuration import split_reference
from orgtrail.terraform.expressions import Exhausted, elements, evaluate
from orgtrail.terraform.modules import Folder, Module, Tree
from orgtrail.terraform.operations import EvaluationError, Lazy, Set, plain, to_bool, to_number
from orgtrail.terraform.source import Source, provider_of
from orgtrail.terraform.types import ANY, Collection, ObjectType, TupleType, Type, convert, read_type
from orgtrail.terraform.variables import Written
from orgtrail.values import Cause, Rest, Symbol, Unknown, Value, causes

#: An instance key: none, a number of count, a string of for_each, or nobody knows.
Key: TypeAlias = "int | str | Unknown | None"
#: The names and keys of the module calls that lead to a module instance.
Path_: TypeAlias = "tuple[tuple[str, Key], ...]"

#: Evaluation steps for one source. A real one takes some thousands.
MOST_STEPS = 400_000
#: Expressions that wait for each other; beyond that Python's stack ends.
DEEPEST = 120
#: Instances of one block.
MOST_INSTANCES = 10_000

META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider", "providers", "source", "version"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "dynamic"})


class Facts(msgspec.Struct, kw_only=True):
    """What is known beside the source.

    `read` gives the values of a resource instance that a plan or state holds (with holes), by its address; `addresses`
    names all of these. `variables` are values of the root module's variables, `assigned` expressions for them.
    """

    read: Callable[[str], Values | None] = lambda _: None
    addresses: Iterable[str] = ()
    variables: dict[str, Value] = {}
    assigned: dict[str, syntax.Node] = {}
    workspace: str | Unknown = "default"
    organization_id: str | None = None
    management_account: str | None = None
    #: Whether `variables` holds every variable of the root module (a plan's do).
    planned: bool = False


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


def show_key(key: Key) -> str:
    """An instance key as it stands in an address."""
    match key:
        case None:
            return ""
        case int():
            return f"[{key}]"
        case str():
            return f"[{json.dumps(key, ensure_ascii=False)}]"
    return "[?]"


class Evaluation:
    """The values of one source, given what is known beside it."""

    def __init__(self, source: Source, facts: Facts) -> None:
        self.source = source
        self.facts = facts
        self.reader = _Reader(source.tree)
        self.steps = 0
        self.depth = 0
        self._scopes: dict[str, _ModuleScope] = {}
        self._expanding: set[str] = set()

    # What the Estate asks for.

    def values(self, address: str) -> Values | None:
        """All values of one instance: configuration, derived ones, and what is known; None where there is no block."""
        subject = self._subject(address)
        if subject is None:
            return None
        found = self._guarded(lambda: plain(subject.object), address)
        return found if isinstance(found, dict) else None

    def provisioners(self, address: str) -> list[tuple[Value, bool]] | None:
        """The commands of the local-exec provisioners of one instance, and whether each runs when it is destroyed.

        None where the source has no such block.
        """
        subject = self._subject(address)
        return list(subject.provisioners()) if subject is not None else None

    def instances(self) -> Iterator[InstanceOf]:
        """Every instance of every resource and data block."""
        for scope in self._all_scopes():
            for local, block in scope.module.folder.resources.items():
                for key in self._keys_of_block(scope, local, block):
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
        return {
            key: settings
            for module in self.source.root.walk()
            for name in module.folder.providers
            if isinstance(settings := self.provider(key := module._key(name)), dict)
        }

    def output(self, name: str) -> Value:
        """The value of an output of the root module."""
        return self._guarded(lambda: plain(self.root.output(name)), f"output.{name}")

    def expression(self, node: syntax.Node) -> Value:
        """The value of an expression in the root module, as `terraform console` gives it. Raises EvaluationError."""
        return plain(evaluate(node, self.root))

    # Scopes.

    @cached_property
    def root(self) -> "_ModuleScope":
        """The scope of the root module."""
        return self.scope(self.source.root, None, None)

    def scope(self, module: Module, parent: "_ModuleScope | None", key: Key) -> "_ModuleScope":
        """The scope of one instance of a module."""
        name = module.path[-1] if module.path else ""
        prefix = f"{parent.prefix}module.{name}{show_key(key)}." if parent is not None else ""
        if prefix not in self._scopes:
            self._scopes[prefix] = _ModuleScope(self, module, parent, key, prefix)
        return self._scopes[prefix]

    def _all_scopes(self) -> Iterator["_ModuleScope"]:
        pending = [self.root]
        while pending:
            scope = pending.pop(0)
            yield scope
            for name, child in scope.module.children.items():
                keys = self._guarded_keys(scope, f"module.{name}", scope.module.folder.calls[name])
                pending += [self.scope(child, scope, key) for key in keys]

    def _subject(self, address: str) -> "_Subject | None":
        steps = split_reference(address)
        scope = self.root
        while len(steps) > 2 and steps[0] == "module":
            child = scope.module.children.get(steps[1])
            if child is None:
                return None
            keyed = len(steps) > 2 and steps[2].startswith("[")
            scope = self.scope(child, scope, _read_key(steps[2]) if keyed else None)
            steps = steps[3:] if keyed else steps[2:]
        key: Key = None
        if steps and steps[-1].startswith("["):
            key = _read_key(steps.pop())
        local = ".".join(steps)
        return scope.subject(local, key) if local in scope.module.folder.resources else None

    # Repetition.

    def _keys_of_block(self, scope: "_ModuleScope", local: str, block: Block) -> list[Key]:
        return self._guarded_keys(scope, local, block)

    def _guarded_keys(self, scope: "_ModuleScope", local: str, block: Block) -> list[Key]:
        try:
            return scope.keys(local, block)
        except (Exhausted, RecursionError):
            return [Unknown(_too_much(f"{scope.prefix}{local}"))]

    @cached_property
    def _known_keys(self) -> dict[str, list[Key]]:
        """The instance keys that a plan or state shows, by the address without the last key."""
        found: dict[str, dict[Key, None]] = {}
        for address in self.facts.addresses:
            steps = split_reference(address)
            prefix = ""
            position = 0
            while position < len(steps):
                width = 2 if steps[position] == "module" else len(steps)
                own = [step for step in steps[position : position + width] if not step.startswith("[")]
                prefix += ("." if prefix else "") + ".".join(own)
                position += len(own)
                keyed = position < len(steps) and steps[position].startswith("[")
                key = _read_key(steps[position]) if keyed else None
                found.setdefault(prefix, {})[key] = None
                if keyed:
                    prefix += steps[position]
                    position += 1
        return {name: list(keys) for name, keys in found.items()}

    def known_keys(self, address: str) -> list[Key]:
        """The instance keys of a block that a plan or state shows."""
        return self._known_keys.get(address, [])

    # Providers, accounts, regions.

    @cached_property
    def _provider_cache(self) -> dict[str, Value]:
        return {}

    def provider(self, key: str) -> Value:
        """The settings of a provider configuration; null where it has no block."""
        if key in self._provider_cache:
            return self._provider_cache[key]
        self._provider_cache[key] = Unknown(Cause(f"the provider `{key}` refers to itself"))
        where, _, name = key.rpartition(":")
        path = tuple(step for step in where.split(".") if step and step != "module")
        module = self.source.modules.get(path)
        block = module.folder.providers.get(name) if module is not None else None
        value: Value = None
        if module is not None and block is not None:
            scope = self._first_scope(module)
            value = self._guarded(lambda: plain(_body(block, scope, {}, f"provider.{name}")), f"provider {key}")
        self._provider_cache[key] = value
        return value

    def _first_scope(self, module: Module) -> "_ModuleScope":
        if module.parent is None:
            return self.root
        return self.scope(module, self._first_scope(module.parent), None)

    def setting(self, provider: str, name: str) -> Value:
        """One setting of a provider configuration; null where it isn't set."""
        settings = self.provider(provider)
        return settings.get(name) if isinstance(settings, dict) else None

    def region(self, provider: str) -> Value:
        """The region that a provider configuration acts in."""
        written = self.setting(provider, "region")
        if isinstance(written, str) and written:
            return written
        for address in self._known_of("data.aws_region", provider):
            found = (self.facts.read(address) or {}).get("name")
            if isinstance(found, str):
                return found
        return Symbol(f"the region of provider {provider or 'aws'}", "region")

    def account(self, provider: str) -> Value:
        """The account that a provider configuration acts in."""
        for address in self._known_of("data.aws_caller_identity", provider):
            found = (self.facts.read(address) or {}).get("account_id")
            if isinstance(found, str):
                return found
        organizations = self._known_of("aws_organizations_organization", provider)
        for address in organizations:
            found = (self.facts.read(address) or {}).get("master_account_id")
            if isinstance(found, str):
                return found
        configured = self._configured_account(provider)
        if configured:
            return configured
        if provider in self._organization_providers:
            return self.management_account()
        return Symbol(f"the account of provider {provider or 'aws'}", "account-id")

    def _configured_account(self, provider: str) -> str:
        roles = self.setting(provider, "assume_role")
        for role in roles if isinstance(roles, list) else []:
            arn = role.get("role_arn") if isinstance(role, dict) else None
            if isinstance(arn, str) and arn.count(":") >= 5:
                return arn.split(":")[4]
        allowed = self.setting(provider, "allowed_account_ids")
        if isinstance(allowed, list) and len(allowed) == 1 and isinstance(allowed[0], str):
            return allowed[0]
        return ""

    @cached_property
    def _organization_providers(self) -> frozenset[str]:
        """The provider configurations that hold the organization itself: only the management account can."""
        return frozenset(self._blocks_of("aws_organizations_organization").values())

    def _blocks_of(self, kind: str) -> dict[str, str]:
        """The provider key of every block of a type (`data.` in front for data sources), by the block's address."""
        return {
            f"{module.prefix}{local}": module.provider_key(provider_of(block))
            for module in self.source.root.walk()
            for local, block in module.folder.resources.items()
            if local.startswith(f"{kind}.")
        }

    def _known_of(self, kind: str, provider: str) -> list[str]:
        blocks = self._blocks_of(kind)
        return [address for address in self.facts.addresses if blocks.get(_without_keys(address)) == provider]

    def organization_id(self) -> Value:
        """The organization's id, or the symbol for it."""
        return self.facts.organization_id or self._organization_fact("id") or derived.ORGANIZATION_ID

    def management_account(self) -> Value:
        """The management account's id, or the symbol for it."""
        told = self.facts.management_account or self._organization_fact("master_account_id")
        return told or derived.MANAGEMENT_ACCOUNT

    def _organization_fact(self, name: str) -> str:
        for address in self.facts.addresses:
            if "aws_organizations_organization." in address:
                found = (self.facts.read(address) or {}).get(name)
                if isinstance(found, str) and found:
                    return found
        return ""

    # Bounds.

    def step(self) -> None:
        """Count one step of work; raises Exhausted where there were too many."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Exhausted

    def worked_out(self, subject: str, work: Callable[[], Value]) -> Value:
        """`work()`, once for each subject at a time and not too deep; an error becomes an Unknown that names it."""
        if subject in self._expanding:
            return Unknown(Cause(f"`{subject}` refers to itself"))
        if self.depth >= DEEPEST:
            return Unknown(Cause(f"`{subject}` hangs on more than {DEEPEST} other values in a row"))
        self._expanding.add(subject)
        self.depth += 1
        try:
            return work()
        except EvaluationError as error:
            return Unknown(Cause(f"`{subject}` can't be evaluated: {error}"))
        finally:
            self.depth -= 1
            self._expanding.discard(subject)

    def _guarded(self, work: Callable[[], Value], subject: str) -> Value:
        try:
            return work()
        except EvaluationError as error:
            return Unknown(Cause(f"`{subject}` can't be evaluated: {error}"))
        except (Exhausted, RecursionError):
            return Unknown(_too_much(subject))


def _too_much(subject: str) -> Cause:
    return Cause(f"`{subject}` takes more work to evaluate than orgtrail does for any configuration")


def _read_key(step: str) -> Key:
    inside = step.strip("[]") if not step.startswith('["') else step[1:].removesuffix("]")
    if inside.isdigit():
        return int(inside)
    if inside.startswith('"'):
        try:
            return str(json.loads(inside))
        except ValueError:
            return inside.strip('"')
    return Unknown(Cause("the instance key isn't known"))


def _without_keys(address: str) -> str:
    return ".".join(step for step in split_reference(address) if not step.startswith("["))


class _Reader:
    """What functions may read from disk: nothing outside of the source tree, nothing large, nothing special."""

    LARGEST = 4_000_000

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def _path(self, path: str) -> "Path | Unknown":
        found = Path(os.path.normpath(self.tree.root / path))
        if "\0" in path or not self.tree.holds(found):
            return Unknown(
                Cause(f"the file `{path[:80]}` is outside of the source tree", "allow it with --allow-outside")
            )
        return found

    def read(self, path: str) -> "str | Unknown":
        found = self._path(path)
        if isinstance(found, Unknown):
            return found
        try:
            if not found.is_file():
                raise EvaluationError(f"there is no file `{path[:80]}`")
            if found.stat().st_size > self.LARGEST:
                return Unknown(Cause(f"the file `{path[:80]}` is larger than {self.LARGEST // 1_000_000} MB"))
            return found.read_bytes().decode()
        except UnicodeDecodeError:
            raise EvaluationError(f"the file `{path[:80]}` isn't UTF-8") from None
        except OSError as error:
            return Unknown(Cause(f"the file `{path[:80]}` can't be read: {(error.strerror or '').lower()}"))

    def exists(self, path: str) -> "bool | Unknown":
        found = self._path(path)
        return found if isinstance(found, Unknown) else found.is_file()

    def absolute(self, path: str) -> "str | Unknown":
        return os.path.normpath(self.tree.root / path)


class _ModuleScope:
    """One instance of a module: where the names of its expressions lead."""

    def __init__(
        self, evaluation: Evaluation, module: Module, parent: "_ModuleScope | None", key: Key, prefix: str
    ) -> None:
        self.evaluation = evaluation
        self.module = module
        self.parent = parent
        self.key = key
        self.prefix = prefix
        self._objects: dict[str, Value] = {}
        self._subjects: dict[tuple[str, str], _Subject] = {}
        self._keys: dict[str, list[Key]] = {}

    def files(self) -> _Reader:
        return self.evaluation.reader

    def step(self) -> None:
        self.evaluation.step()

    def lookup(self, name: str) -> Value:
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

        kinds = {local.partition(".")[0] for local in self._named(mode)}
        return Lazy(lambda: kinds, of_type)

    # Variables, locals, outputs.

    def variable(self, name: str) -> Value:
        address = f"{self.prefix}var.{name}"
        return self.evaluation.worked_out(address, lambda: self._variable(name, address))

    def _variable(self, name: str, address: str) -> Value:
        block = self.module.folder.variables[name]
        kind = self._type(block)
        value = self._given(name, kind)
        nullable = block.attributes.get("nullable")
        refuses_null = nullable is not None and evaluate(nullable.node, self) is False
        default = block.attributes.get("default")
        if value is _UNSET or (value is None and refuses_null):
            if default is None:
                settle = "give --var or --var-file" if self.parent is None else ""
                return Unknown(Cause(f"`{address}` has no value", settle))
            value = evaluate(default.node, self)
        return convert(value, kind, lambda node: evaluate(node, self))  # type: ignore[arg-type]

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
            from orgtrail.terraform.hcl import parse_expression

            node = parse_expression(str(node.value))
        elif isinstance(node, Written):
            return node.value
        return evaluate(node, self)

    def _type(self, block: Block) -> Type:
        written = block.attributes.get("type")
        return read_type(written.node) if written is not None else ANY

    def local(self, name: str) -> Value:
        attribute = self.module.folder.locals[name]
        return self.evaluation.worked_out(f"{self.prefix}local.{name}", lambda: evaluate(attribute.node, self))

    def output(self, name: str) -> Value:
        block = self.module.folder.outputs[name]
        value = block.attributes.get("value")
        if value is None:
            return Unknown(Cause(f"`{self.prefix}output.{name}` has no value"))
        return self.evaluation.worked_out(f"{self.prefix}output.{name}", lambda: evaluate(value.node, self))

    def called(self, name: str) -> Value:
        """What `module.name` stands for: the outputs of a module, or a list or map of them."""
        missing = self.module.missing.get(name)
        if missing is not None:
            return Unknown(missing)
        child = self.module.children[name]

        def outputs(key: Key) -> Value:
            scope = self.evaluation.scope(child, self, key)
            return Lazy(lambda: child.folder.outputs, scope.output)

        return self._by_key(self.keys(f"module.{name}", self.module.folder.calls[name]), outputs)

    # Resources.

    def resource(self, local: str) -> Value:
        """What `type.name` stands for: an object, or a list or map of them."""
        keys = self.keys(local, self.module.folder.resources[local])
        return self._by_key(keys, lambda key: self.subject(local, key).object)

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

    def subject(self, local: str, key: Key) -> "_Subject":
        """One instance of a block of this module."""
        at = (local, show_key(key))
        if at not in self._subjects:
            self._subjects[at] = _Subject(self, local, key)
        return self._subjects[at]

    def keys(self, local: str, block: Block) -> list[Key]:
        """The instance keys of a block, as its count or for_each says; else as a plan shows them."""
        if local not in self._keys:
            address = f"{self.prefix}{local}"
            self._keys[local] = [Unknown(Cause(f"`{address}` refers to itself"))]
            keys = self._evaluated_keys(address, block)
            if any(isinstance(key, Unknown) for key in keys):
                keys = self.evaluation.known_keys(address) or keys
            self._keys[local] = keys
        return self._keys[local]

    def _evaluated_keys(self, address: str, block: Block) -> list[Key]:
        count, for_each = block.attribute("count"), block.attribute("for_each")
        if count is not None:
            value = self.evaluation.worked_out(f"{address} (count)", lambda: to_number(evaluate(count.node, self)))
            if isinstance(value, int) and 0 <= value <= MOST_INSTANCES:
                return list(range(value))
            return [value if isinstance(value, Unknown) else Unknown(Cause(f"the count of `{address}` is no number"))]
        if for_each is None:
            return [None]
        found = self.evaluation.worked_out(f"{address} (for_each)", lambda: evaluate(for_each.node, self))
        if isinstance(found, Unknown):
            return [found]
        keys: list[Key] = []
        try:
            for key, element in elements(found if isinstance(found, dict) else Set(found)):  # type: ignore[arg-type]
                if isinstance(element, Rest) or not isinstance(key, str):
                    cause = next(causes(element), None) or Cause(f"a key of `{address}` isn't known")
                    keys.append(Unknown(cause))
                else:
                    keys.append(key)
        except (EvaluationError, TypeError):
            return [Unknown(Cause(f"the for_each of `{address}` is neither a map nor a set"))]
        return keys[:MOST_INSTANCES]

    def within(self, block: Block, local: str, key: Key) -> "_InstanceScope":
        """The scope inside one instance of a block."""
        return _InstanceScope(self, block, local, key)


class _Unset:
    """A variable that nobody gave a value; null is a value."""


_UNSET = _Unset()


class _InstanceScope:
    """Inside one instance of a block: the module's names, and `each`, `count` and `self`."""

    def __init__(self, module: _ModuleScope, block: Block, local: str, key: Key) -> None:
        self._module = module
        self._block = block
        self._local = local
        self._key = key

    def files(self) -> _Reader:
        return self._module.files()

    def step(self) -> None:
        self._module.step()

    def lookup(self, name: str) -> Value:
        match name:
            case "count" if "count" in self._block.attributes:
                return {"index": self._key}
            case "each" if "for_each" in self._block.attributes:
                return Lazy(lambda: ("key", "value"), self._each)
            case "self" if not self._local.startswith("module."):
                return self._module.subject(self._local, self._key).object
        return self._module.lookup(name)

    def _each(self, name: str) -> Value:
        if name == "key" or isinstance(self._key, Unknown):
            return self._key
        found = evaluate(self._block.attributes["for_each"].node, self._module)
        if isinstance(found, dict):
            return found[str(self._key)]
        return self._key if isinstance(found, list) else found


class _Subject:
    """One instance of a resource or data block: its values, and what deriving wants to know of it."""

    def __init__(self, scope: _ModuleScope, local: str, key: Key) -> None:
        self._scope = scope
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
        value = self._evaluation.worked_out(subject, lambda: self._configured(name))
        if name in self._known:
            # What a plan knows in part wins over the configuration, part by part; what is left of it is unknown.
            value = fill(known, value)
        return value

    def _configured(self, name: str) -> Value:
        written = self._written(name)
        if written is not None and not isinstance(written, Unknown):
            return self._settled(name, written)
        derives = name in derived.RULES.get((self.mode, self.type), {})
        if isinstance(written, Unknown) and not derives:
            return written
        if derives:
            found = derived.derive(self, name)
            return written if isinstance(written, Unknown) and isinstance(found, Unknown) else found
        is_set = name in self._block.attributes
        if is_set or (name in derived.DEFAULTS.get(self.type, {}) and name not in self._known):
            return derived.default(self, name)
        return derived.derive(self, name)

    def _settled(self, name: str, written: Value) -> Value:
        """What is written, unless it has unknown parts and the provider makes one fixed string of it all the same."""
        if any(causes(written)) and name in derived.RULES.get((self.mode, self.type), {}):
            return derived.derive(self, name)
        return written

    def _written(self, name: str) -> Value:
        """What the configuration says; null where it says nothing."""
        attribute = self._block.attributes.get(name)
        if attribute is not None and name not in META_ARGUMENTS:
            return evaluate(attribute.node, self._inside)
        blocks = self._blocks.get(name)
        return _nested(blocks, self._inside, {}, f"{self.address}.{name}") if blocks else None

    def provisioners(self) -> Iterator[tuple[Value, bool]]:
        """What its local-exec provisioners run, and whether they do so when it is destroyed."""
        for block in self._block.blocks:
            if block.kind != "provisioner" or block.labels[:1] != ("local-exec",):
                continue
            command, when = block.attributes.get("command"), block.attributes.get("when")
            if command is not None:
                destroys = when is not None and [name for name, _ in syntax.traversals(when.node)] == ["destroy"]
                yield _value(command, self._inside, {}, f"{self.address}.command"), destroys

    # What deriving asks for.

    def get(self, name: str) -> Value:
        if name in self._known and not any(causes(self._known[name])):
            return self._known[name]
        if name in self._block.attributes or name in self._blocks:
            value = self._evaluation.worked_out(f"{self.address}.{name} (written)", lambda: self._written(name))
            return fill(self._known[name], value) if name in self._known else value
        return self._known.get(name)

    @cached_property
    def _provider(self) -> str:
        return self._scope.module.provider_key(provider_of(self._block))

    def account(self) -> Value:
        return self._evaluation.account(self._provider)

    def region(self) -> Value:
        written = self._block.attributes.get("region")
        if written is not None:
            found = self._evaluation.worked_out(f"{self.address}.region", lambda: evaluate(written.node, self._inside))
            if isinstance(found, str):
                return found
        return self._evaluation.region(self._provider)

    def organization_id(self) -> Value:
        return self._evaluation.organization_id()

    def management_account(self) -> Value:
        return self._evaluation.management_account()

    def render(self, template: str, given: dict[str, Value]) -> Value:
        from orgtrail.terraform.expressions import TemplateScope
        from orgtrail.terraform.templates import parse_template

        return evaluate(parse_template(template), TemplateScope(self._scope, given))


# Bodies of blocks.


def _body(block: Block, scope: "_ModuleScope | _InstanceScope", bound: dict[str, Value], subject: str) -> Value:
    """The attributes and nested blocks of a block as an object."""
    if block.broken is not None:
        return Unknown(block.broken)
    made: dict[str, Value] = {}
    for name, attribute in block.attributes.items():
        made[name] = _value(attribute, scope, bound, f"{subject}.{name}")
    kinds: dict[str, list[Block]] = {}
    for inner in block.blocks:
        kind = inner.labels[0] if inner.kind == "dynamic" and inner.labels else inner.kind
        kinds.setdefault(kind, []).append(inner)
    for kind, blocks in kinds.items():
        made[kind] = _nested(blocks, scope, bound, f"{subject}.{kind}")
    return made


def _value(
    attribute: Attribute, scope: "_ModuleScope | _InstanceScope", bound: dict[str, Value], subject: str
) -> Value:
    try:
        return evaluate(attribute.node, scope, bound)
    except EvaluationError as error:
        return Unknown(Cause(f"`{subject}` can't be evaluated: {error}"))


def _nested(
    blocks: list[Block], scope: "_ModuleScope | _InstanceScope", bound: dict[str, Value], subject: str
) -> list[Value]:
    """The nested blocks of one kind, dynamic ones expanded."""
    made: list[Value] = []
    for block in blocks:
        if block.kind == "dynamic":
            made += _dynamic(block, scope, bound, subject)
        else:
            body = _body(block, scope, bound, f"{subject}[{len(made)}]")
            made.append(body)
    return made


def _dynamic(
    block: Block, scope: "_ModuleScope | _InstanceScope", bound: dict[str, Value], subject: str
) -> Iterator[Value]:
    for_each = block.attributes.get("for_each")
    content = next(block.nested("content"), None)
    if for_each is None or content is None:
        yield Rest(Cause(f"the dynamic block `{subject}` has no for_each or content"))
        return
    iterator = block.attributes.get("iterator")
    name = block.labels[0]
    if iterator is not None:
        match iterator.node:
            case syntax.Root(given) | syntax.Literal(str(given)):
                name = given
    collection = _value(for_each, scope, bound, f"{subject} (for_each)")
    if collection is None:
        yield Rest(Cause(f"the for_each of the dynamic block `{subject}` is null"))
        return
    try:
        found = list(elements(collection))
    except EvaluationError as error:
        yield Rest(Cause(f"the for_each of the dynamic block `{subject}` can't be used: {error}"))
        return
    for number, (key, element) in enumerate(found):
        if isinstance(element, Rest):
            yield element
            continue
        # In a set, whose elements have no keys, the key is the element.
        names: dict[str, Value] = {"key": key, "value": element}
        yield _body(content, scope, {**bound, name: names}, f"{subject}[{number}]")


__all__ = ["Evaluation", "Facts", "Folder", "InstanceOf", "Key", "show_key", "to_bool"]
