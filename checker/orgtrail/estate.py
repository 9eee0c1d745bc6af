"""The Estate: what will exist, with what is known of it. It is all that rules see.

Every kind of input becomes one: resources with their values (holes have causes), the dependency graph, places in
source. A rule can't tell a plan from a live account.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import msgspec

from orgtrail.address import block_address, instance_keys, read_argument, read_block, resource_name
from orgtrail.graph.paths import Graph
from orgtrail.provider.resource_types import resource_type, types_living_in
from orgtrail.provider.twins import TWINS, as_named, twins_act_alike
from orgtrail.results import Input, Notice, Place
from orgtrail.secrets import Secrets
from orgtrail.values import Cause, Rest, Text, Unknown, Value, causes

Values = dict[str, Value]

#: What Terraform does to an instance, in its own words (`actions` of a change). Replacing is delete and create.
Actions = tuple[str, ...]
NO_OP: Actions = ("no-op",)


class Provisioner(msgspec.Struct, frozen=True):
    """One command that Terraform runs on this machine for a resource (`local-exec`).

    `on_destroy` is None where the input doesn't say when it runs (a plan doesn't). `environment` are its variables.
    """

    command: Value
    on_destroy: bool | None = None
    environment: Value = None


class Instance(msgspec.Struct, dict=True, kw_only=True, eq=False):
    """One instance of a resource or data block.

    `block` is its address without instance keys, `module` the names of the module calls around it, `provider` the key
    of its provider configuration. `actions` is what will be done to it; `("no-op",)` in states and live organizations.
    `made_after` are the blocks that the state says it was made after: Terraform destroys it before them. None where
    no state says so. `lost_with` is what it lives in, where the plan deletes or replaces that and so takes this one
    away without saying so (`provider/losses.py`), `lost_in` the other input that does so; `may_be_lost` says why that
    isn't known, where it isn't, and `if_kept` are its values then, if it isn't lost.
    """

    address: str
    block: str
    module: tuple[str, ...]
    mode: str
    type: str
    name: str
    provider: str = ""
    actions: Actions = NO_OP
    made_after: frozenset[str] | None = None
    lost_with: "Instance | None" = None
    lost_in: str = ""
    may_be_lost: Cause | None = None
    if_kept: Values | None = None
    #: What its arguments are called where it is written, by their names here: see `provider.twins`.
    names: Mapping[str, str] = {}
    read_provisioners: Callable[[], tuple[Provisioner, ...]] = tuple
    read_before: Callable[[], Values | None]
    read_after: Callable[[], Values | None]

    @cached_property
    def before(self) -> Values | None:
        """Its values now; None where it isn't there yet."""
        return _without_long_names(self.address, self.read_before())

    @cached_property
    def after(self) -> Values | None:
        """Its values when everything is done, with holes; None where it won't be there."""
        return _without_long_names(self.address, self.read_after())

    @cached_property
    def provisioners(self) -> tuple[Provisioner, ...]:
        """The commands that Terraform runs for it."""
        return self.read_provisioners()

    @property
    def stays(self) -> bool:
        """Whether the real thing is there afterwards. One that Terraform only forgets stays."""
        return self.actions != ("delete",) and self.lost_with is None

    @property
    def how_lost(self) -> str:
        """Why it isn't there afterwards, in a clause: for one that doesn't stay."""
        home = self.lost_with
        if home is None:
            return f"the plan destroys `{self.address}`"
        who = self.lost_in or "the plan"
        if home.is_made:
            return f"`{self.address}` goes with the old `{home.address}`, which {who} replaces, and isn't written anew"
        return f"`{self.address}` goes with `{home.address}`, which {who} destroys"

    @property
    def is_made(self) -> bool:
        """Whether the real thing is made (or made anew)."""
        return "create" in self.actions

    @property
    def is_forgotten(self) -> bool:
        """Whether Terraform only lets go of it: the real thing stays as it is."""
        return self.actions == ("forget",)

    def attribute(self, name: str) -> Value:
        """An argument or attribute when everything is done; null where it isn't set."""
        return self.now.get(name)

    def blocks(self, *path: str) -> list[Value]:
        """The nested blocks at a path, each an object or an `Unknown`, whichever way the input writes them."""
        around: list[Value] = [self.now]
        for name in path:
            around = [found for one in around for found in (listed(one.get(name)) if isinstance(one, dict) else [one])]
        return around

    def inside(self, *path: str) -> Value:
        """A value inside nested blocks, of which the first one counts; what isn't known stays unknown."""
        *blocks, name = path
        first = next(iter(self.blocks(*blocks)), None)
        return first.get(name) if isinstance(first, dict) else first

    @property
    def now(self) -> Values:
        """Its values when everything is done, or the last ones seen where Terraform forgets it."""
        return (self.before if self.is_forgotten and self.lost_with is None else self.after) or {}


def listed(value: Value) -> list[Value]:
    """The blocks of one kind, or the elements of a list, as a list of what is known and of an `Unknown` for each hole.

    HCL, JSON syntax, plans and states write one block as an object, or as a list of one.
    """
    elements = value if isinstance(value, list) else [] if value is None else [value]
    return [Unknown(one.cause) if isinstance(one, Rest) else one for one in elements]


class Comment(msgspec.Struct, frozen=True):
    """One comment above a block: `block` is the block's address without instance keys, `is_call` a module call's."""

    block: str
    text: str
    place: Place
    is_call: bool = False


T = TypeVar("T")


def _has_one_spelling(word: str) -> bool:
    """Whether JSON spells a word in one way only, but for escapes that nobody needs."""
    return word.isascii() and word != "" and all(one.isalnum() or one in "._:-" for one in word)


#: What an input holds of each instance, by mode and type, then by address.
Records: TypeAlias = dict[tuple[str, str], dict[str, T]]
GlancedAt = TypeVar("GlancedAt", contravariant=True)


class Glance(Protocol[GlancedAt]):
    """What can be said quickly of what is held of an instance, before one is made: never no where it may be yes."""

    def may_go(self, record: GlancedAt) -> bool:
        """Whether it may be deleted at all."""

    def mentions(self, record: GlancedAt, words: list[bytes]) -> bool:
        """Whether it may hold one of some words, anywhere."""

    def is_new(self, record: GlancedAt) -> bool:
        """Whether it is surely still to be made."""

    def may_set(self, record: GlancedAt, argument: str, *, marks: bool) -> bool:
        """Whether it may set an argument; `marks` where one that isn't known counts as set."""

    def may_say(self, record: GlancedAt, argument: str, words: list[bytes]) -> bool:
        """Whether one of some words may stand in an argument."""


class Inventory(Generic[T]):
    """All instances of an input. One is made of its record when somebody asks for its type.

    A plan may hold 40,000 resources, of which rules look at a few.
    """

    def __init__(
        self,
        records: Records[T],
        make: Callable[[T], Instance],
        glance: Glance[T] | None = None,
    ) -> None:
        """Keep what is held of each instance, how one is made of it, and what is seen of it at a glance."""
        self._records = _with_twins(records)
        #: Providers that act as another one does, by their keys.
        self.acting_as: Mapping[str, str] = {}
        self._make: Callable[[T], Instance] = lambda record: _as_twin(make(record), self.acting_as)
        self._glance = glance
        #: The types of which every instance is made.
        self._whole: set[tuple[str, str]] = set()
        #: Has a last look at the managed instances of a type, before anybody else sees them.
        self.settle: Callable[[str, list[Instance]], None] | None = None
        self._made: dict[tuple[str, str], dict[str, Instance]] = {}
        #: What was looked for in the text of every instance of a type, which two rules may do.
        self._glanced: dict[tuple[str, ...], list[Instance]] = {}
        #: The addresses by the name in them, and of those of a name by their blocks: for names that were asked for.
        self._named: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._blocks: dict[tuple[str, str, str], dict[str, list[str]]] = {}
        self._keyed: dict[str, dict[tuple[str, ...], list[str]]] = {}

    def _of(self, kind: tuple[str, str]) -> dict[str, Instance]:
        """The instances of a type, all of them made."""
        if kind not in self._whole:
            self._whole.add(kind)
            there = self._made.get(kind, {})
            records = self._records.get(kind, {})
            fresh = {address: self._make(record) for address, record in records.items() if address not in there}
            self._made[kind] = {address: there.get(address) or fresh[address] for address in records}
            self._settled(kind, list(fresh.values()))
        return self._made[kind]

    def _one(self, kind: tuple[str, str], address: str) -> Instance:
        """One instance, without making the others of its type."""
        made = self._made.setdefault(kind, {})
        if address not in made:
            made[address] = self._make(self._records[kind][address])
            self._settled(kind, [made[address]])
        return made[address]

    def _settled(self, kind: tuple[str, str], instances: list[Instance]) -> list[Instance]:
        if self.settle is not None and kind[0] == "managed":
            self.settle(kind[1], instances)
        return instances

    def settle_also(self, settle: Callable[[str, Iterable[Instance]], None]) -> None:
        """Let one more have a last look at the managed instances of each type, those that were made already, too."""
        first = self.settle

        def both(kind: str, instances: list[Instance]) -> None:
            if first is not None:
                first(kind, instances)
            settle(kind, instances)

        self.settle = both
        for (mode, kind), made in self._made.items():
            if mode == "managed":
                settle(kind, made.values())

    def mentioning(self, kind: str, words: Iterable[str]) -> list[Instance]:
        """The managed instances of a type that may hold one of these words; the others surely don't.

        Only those are made. Words that JSON may spell in more than one way can't be looked for: then it is all.
        """
        wanted = list(words)
        if self._glance is None or not all(map(_has_one_spelling, wanted)):
            return list(self._of(("managed", kind)).values())
        asked = (kind, "", *wanted)
        if asked not in self._glanced:
            encoded = [word.encode() for word in wanted]
            mentions = self._glance.mentions
            records = self._records.get(("managed", kind), {})
            found = [address for address, record in records.items() if mentions(record, encoded)]
            self._glanced[asked] = [self._one(("managed", kind), address) for address in found]
        return self._glanced[asked]

    def perhaps_saying(self, kind: str, argument: str, words: Iterable[str]) -> list[Instance]:
        """The managed instances of a type in an argument of which one of these words may stand.

        The others stay, and have something else there, known and written as a string. None is left out where what the
        plan deletes takes others along.
        """
        wanted = list(words)
        glance = self._glance
        if glance is None or self.settle is not None or not all(map(_has_one_spelling, wanted)):
            return list(self._of(("managed", kind)).values())
        asked = (kind, argument, *wanted)
        if asked not in self._glanced:
            encoded = [word.encode() for word in wanted]
            records = self._records.get(("managed", kind), {})
            found = [
                address
                for address, record in records.items()
                if glance.may_say(record, argument, encoded) or glance.may_go(record)
            ]
            self._glanced[asked] = [self._one(("managed", kind), address) for address in found]
        return self._glanced[asked]

    def count(self, kind: str) -> int:
        """How many managed instances of a type there are; none is made."""
        return len(self._records.get(("managed", kind), {}))

    def perhaps_setting(self, kind: str, argument: str, *, marks: bool, made: bool) -> Iterator[Instance]:
        """The managed instances of a type that may set an argument; the others surely don't, and aren't made.

        `marks` is whether one that isn't known counts as set, `made` whether one that the input makes may set it.
        """
        glance = self._glance
        for address, record in self._records.get(("managed", kind), {}).items():
            if glance is None or (
                (made or not glance.is_new(record)) and glance.may_set(record, argument, marks=marks)
            ):
                yield self._one(("managed", kind), address)

    def leaving(self, kind: str) -> Iterator[Instance]:
        """The managed instances of a type that the input deletes, whether or not it makes them anew."""
        made = self._made.get(("managed", kind), {})
        for address, record in self._records.get(("managed", kind), {}).items():
            if self._glance is None or self._glance.may_go(record):
                instance = made.get(address) or self._make(record)
                if "delete" in instance.actions:
                    yield instance

    def ending(self, kind: str) -> list[Instance]:
        """The managed instances of a type that won't be there."""
        records = self._records.get(("managed", kind), {})
        if self._glance is None or self.settle is not None:
            found: Iterable[Instance] = self._of(("managed", kind)).values()
        else:
            going = [address for address, record in records.items() if self._glance.may_go(record)]
            found = [self._one(("managed", kind), address) for address in going]
        return [one for one in found if not one.stays]

    def of_type(self, mode: str, kind: str) -> Iterable[Instance]:
        """The instances of a type, in the order of the input."""
        return self._of((mode, kind)).values()

    def has(self, mode: str, kind: str) -> bool:
        """Whether there is an instance of a type; none is made."""
        return bool(self._records.get((mode, kind)))

    def passing(self, mode: str, kind: str) -> Iterator[Instance]:
        """The instances of a type, in the order of the input, none of which is kept."""
        made = self._made.get((mode, kind), {})
        for address, record in self._records.get((mode, kind), {}).items():
            yield made.get(address) or self._settled((mode, kind), [self._make(record)])[0]

    def everything(self) -> Iterator[Instance]:
        """Every instance."""
        for kind in self._records:
            yield from self._of(kind).values()

    def at(self, address: str) -> Instance | None:
        """The instance at an address."""
        return next((self._one(kind, address) for kind, records in self._records.items() if address in records), None)

    def of_block(self, block: str) -> list[Instance]:
        """The instances of one block; no others are made."""
        kind, found = self._addresses_of(block)
        return [self._one(kind, address) for address in found]

    def _addresses_of(self, block: str) -> tuple[tuple[str, str], list[str]]:
        """Mode and type of a block, and the addresses of its instances: its own address holds its type and name."""
        name = read_block(block).names[-1]
        for kind in self._records:
            if kind[1] not in block and "awscc_" not in block:
                continue
            found = self._of_name(kind, name).get(block)
            if found:
                return kind, found
        return ("", ""), []

    def _of_name(self, kind: tuple[str, str], name: str) -> dict[str, list[str]]:
        """The addresses of a type that have a name, by their blocks."""
        blocks = self._blocks.get((*kind, name))
        if blocks is None:
            if kind not in self._named:
                named = self._named[kind] = {}
                for address in self._records.get(kind, {}):
                    named.setdefault(resource_name(address), []).append(address)
            blocks = self._blocks[(*kind, name)] = {}
            for address in self._named[kind].get(name, ()):
                blocks.setdefault(block_address(address), []).append(address)
        return blocks

    def of_block_with_keys(self, block: str, keys: tuple[str, ...]) -> list[Instance]:
        """The instances of one block, of which there may be thousands, that have these instance keys."""
        kind, every = self._addresses_of(block)
        found = self._keyed.get(block)
        if found is None:
            found = self._keyed[block] = {}
            for address in every:
                found.setdefault(instance_keys(address), []).append(address)
        return [self._one(kind, address) for address in found.get(keys, ())]


def _with_twins(records: Records[T]) -> Records[T]:
    """What an input holds, with the resources of another provider under the types that they are read as."""
    if not any(("managed", kind) in records for kind in TWINS):
        return records
    found = dict(records)
    for kind, twin in TWINS.items():
        theirs = found.pop(("managed", kind), {})
        if theirs:
            found["managed", twin.type] = {**found.get(("managed", twin.type), {}), **theirs}
    return found


def _as_twin(instance: Instance, acting_as: Mapping[str, str]) -> Instance:
    """An instance as the one that it is read as."""
    twin = TWINS.get(instance.type) if instance.mode == "managed" else None
    if twin is None:
        return instance
    before, after = instance.read_before, instance.read_after

    def renamed(values: Values | None) -> Values | None:
        found = as_named(values, twin.names)
        return found if isinstance(found, dict) else None

    return msgspec.structs.replace(
        instance,
        type=twin.type,
        names=twin.names,
        provider=acting_as.get(instance.provider, instance.provider),
        read_before=lambda: renamed(before()),
        read_after=lambda: renamed(after()),
    )


def inventory_of(instances: Iterable[Instance]) -> Inventory[Instance]:
    """An inventory of instances that are made already."""
    records: Records[Instance] = {}
    for instance in instances:
        records.setdefault((instance.mode, instance.type), {})[instance.address] = instance
    return Inventory(records, lambda instance: instance)


class Register:
    """Instances by the names that others call them by. Where two have one name, the first counts.

    There may be thousands of both, so no name is looked for twice.
    """

    def __init__(self, instances: Iterable[Instance], names: Callable[[Instance], Iterable[Value]]) -> None:
        self._known: set[Instance] = set()
        self._by_name: dict[object, Instance] = {}
        for instance in instances:
            self._known.add(instance)
            for name in names(instance):
                self._by_name.setdefault(name_key(name), instance)

    def __contains__(self, instance: Instance) -> bool:
        return instance in self._known

    def called(self, name: Value) -> Instance | None:
        """The instance that goes by a name."""
        return self._by_name.get(name_key(name))


def name_key(name: Value) -> object:
    """What two equal names have in common; what stands in a hole needn't be hashable."""
    return name if isinstance(name, str) else (repr(name),)


class SourceFiles(Protocol):
    """What source files add to an input: places, and values of what the input leaves unknown."""

    def place(self, block: str, *path: str | int) -> Place | None:
        """Where a block (an address without instance keys), or an attribute of it, is written."""

    def comments(self) -> Iterator[Comment]:
        """The comments above resources, data sources and module calls."""

    def ignores(self, block: str, attribute: str) -> bool:
        """Whether the block's lifecycle ignores changes of the attribute."""

    def values(self, address: str) -> Values | None:
        """What the configuration of one instance says, evaluated; None where it has no such block."""

    def provisioners(self, address: str) -> tuple[Provisioner, ...] | None:
        """The local commands of one instance, evaluated; None where it has no such block."""


class Referent(msgspec.Struct, frozen=True):
    """What a bare reference leads to: one attribute of the instances of one block."""

    block: str
    attribute: str


class Wiring(Protocol):
    """How attributes hang together where an input shows references but no expressions (a plan does)."""

    def configures(self, block: str, attribute: str) -> bool:
        """Whether the block sets the attribute; a value may also be there because the provider computes it."""

    def sets_anywhere(self, kind: str, attribute: str) -> bool:
        """Whether any block of a type sets the attribute."""

    def follow(self, block: str, attribute: str) -> Referent | None:
        """What an attribute refers to, through module inputs and outputs, where it refers to one thing only."""

    def follow_all(self, block: str, attribute: str) -> list[Referent | None]:
        """Everything that an attribute refers to, in the order of writing; None for what isn't one thing."""


class Estate:
    """Everything that will exist in one input (or in several that were joined)."""

    def __init__(
        self,
        read: Input,
        instances: "Iterable[Instance] | Inventory[Any]",
        *,
        graph: Graph | None = None,
        source: SourceFiles | None = None,
        wiring: Wiring | None = None,
        providers: Mapping[str, Values] | None = None,
        unseen: Iterable[Cause] = (),
        notices: Iterable[Notice] = (),
        secrets: Secrets | None = None,
        drift: Mapping[str, str] | None = None,
        gone: Iterable[Instance] = (),
    ) -> None:
        """Put an Estate together.

        `providers` holds the settings of each provider configuration. `unseen` says why there may be more resources
        than `instances` shows; `notices` say what a reader should know of how it was read. `secrets` are strings that
        no report may print; reading values adds to it. `drift` says of addresses, in a sentence, what was done to them
        outside of Terraform; `gone` are the instances that were deleted so and won't be made again.
        """
        self.input = read
        #: The SHA-256 of the file that it was made of, where somebody asked for it.
        self.digest = ""
        self._inventory = instances if isinstance(instances, Inventory) else inventory_of(instances)
        self.graph = graph
        self.providers = providers or {}
        if twins_act_alike(self.providers):
            self._inventory.acting_as = {"awscc": "aws"}
        self.unseen = tuple(unseen)
        self.notices = tuple(notices)
        self.secrets = secrets if secrets is not None else Secrets()
        self.drift = drift or {}
        self.gone = tuple(gone)
        self._source = source
        self._wiring = wiring
        self._followed: dict[tuple[Instance, str], list[tuple[Instance, str]]] = {}
        self._holding: dict[str, bool] = {}

    @property
    def shows_before(self) -> bool:
        """Whether the input shows what is there already; source alone doesn't."""
        return self.input.kind != "directory"

    def of_type(self, *types: str, mode: str = "managed") -> list[Instance]:
        """The instances of these types, in the order of the input."""
        return [found for kind in types for found in self._inventory.of_type(mode, kind)]

    def has(self, what: str) -> bool:
        """Whether there is anything of a type, managed or read; or (`TYPE.ARGUMENT`) anything that sets an argument."""
        if what not in self._holding:
            self._holding[what] = self._has(what)
        return self._holding[what]

    def _has(self, what: str) -> bool:
        kind, argument = read_argument(what)
        if not argument:
            return any(self._inventory.has(mode, kind) for mode in ("managed", "data"))
        # What a provider computes is marked as unknown without anybody's having set it.
        marks = self._wiring is None or self._wiring.sets_anywhere(kind, argument)
        # What a provider computes has no default: where nobody sets it, it isn't known before the thing is made.
        made = marks or argument not in resource_type(kind).computed
        found = self._inventory.perhaps_setting(kind, argument, marks=marks, made=made)
        return any(self._sets(one, argument) for one in found)

    def _sets(self, instance: Instance, argument: str) -> bool:
        value = (instance.now or instance.before or {}).get(argument)
        if isinstance(value, Unknown) and self._wiring is not None:
            # What the provider computes is unknown without anybody's having set it.
            return self.configures(instance, argument)
        return bool(value)

    def mentioning(self, kind: str, *words: str) -> list[Instance]:
        """The managed instances of a type that may hold one of these words; the others of thousands surely don't."""
        return self._inventory.mentioning(kind, words)

    def perhaps_saying(self, kind: str, argument: str, *words: str) -> list[Instance]:
        """The managed instances of a type in an argument of which one of these words may stand, or which may go.

        Of the others, thousands perhaps, the argument is known, and says something else.
        """
        return self._inventory.perhaps_saying(kind, argument, words)

    def ending(self, kind: str) -> list[Instance]:
        """The managed instances of a type that won't be there: the plan destroys them, or what they live in."""
        return self._inventory.ending(kind)

    def count(self, kind: str) -> int:
        """How many managed instances of a type there are."""
        return self._inventory.count(kind)

    def passing(self, kind: str, mode: str = "managed") -> Iterator[Instance]:
        """The instances of a type of which there may be thousands: each is as large as its values, and isn't kept."""
        return self._inventory.passing(mode, kind)

    def everything(self) -> Iterator[Instance]:
        """Every instance, made or not yet: for small estates only."""
        return self._inventory.everything()

    def instance(self, address: str) -> Instance | None:
        """The instance at an address; None where there is none."""
        return self._inventory.at(address)

    def holds(self, instance: Instance) -> bool:
        """Whether an instance is of this very input; others may have one at the same address."""
        return self.instance(instance.address) is instance

    def of_block(self, block: str) -> list[Instance]:
        """The instances of one block."""
        return self._inventory.of_block(block)

    def leaving(self, kind: str) -> Iterator[Instance]:
        """The managed instances of a type that the input deletes, whether or not it makes them anew."""
        yield from self._inventory.leaving(kind)

    def settle_also(self, settle: Callable[[str, Iterable[Instance]], None]) -> None:
        """Let `settle` have a look at the managed instances of each type, before anybody asks for them."""
        self._inventory.settle_also(settle)

    def lost_with(self, home: Instance) -> list[Instance]:
        """The resources that live in one that the input deletes or replaces, and are gone with it."""
        if "delete" not in home.actions:
            return []
        found = self.of_type(*types_living_in(home.type))
        lost = ((one, one.lost_with) for one in found if one.lost_with is not None and not one.lost_in)
        return [one for one, its_home in lost if its_home.address == home.address]

    def follow(self, instance: Instance, attribute: str) -> Iterator[tuple[Instance, str]]:
        """Where the value of an attribute comes from: instances and the attribute of theirs that is its only reference.

        For an unknown that names another resource (`bucket = aws_s3_bucket.logs.id`) that is the resource it names.
        Instances with the same keys come alone; else all come that it may be.
        """
        asked = instance, attribute
        if asked not in self._followed:
            written = instance.names.get(attribute, attribute)
            target = self._wiring.follow(instance.block, written) if self._wiring else None
            self._followed[asked] = list(self._instances_of(instance, target))
        yield from self._followed[asked]

    def follow_all(self, instance: Instance, attribute: str) -> Iterator[Instance | None]:
        """The instances that an attribute's value is made from, in the order of writing; None for an unclear one."""
        for target in (
            self._wiring.follow_all(instance.block, instance.names.get(attribute, attribute)) if self._wiring else ()
        ):
            found = [other for other, _ in self._instances_of(instance, target)]
            yield found[0] if len(found) == 1 else None

    def _instances_of(self, instance: Instance, target: Referent | None) -> Iterator[tuple[Instance, str]]:
        if target is None:
            return
        same = self._inventory.of_block_with_keys(target.block, instance_keys(instance.address))
        for other in same if len(same) == 1 else self.of_block(target.block):
            yield other, target.attribute

    def configures(self, instance: Instance, attribute: str) -> bool:
        """Whether the configuration sets the attribute; False where the input has no configuration."""
        return self._wiring is not None and self._wiring.configures(
            instance.block, instance.names.get(attribute, attribute)
        )

    def sets_anywhere(self, kind: str, attribute: str) -> bool:
        """Whether the configuration of any resource of a type sets an attribute."""
        return self._wiring is not None and self._wiring.sets_anywhere(kind, attribute)

    def ignores(self, instance: Instance, attribute: str) -> bool:
        """Whether the source shows that Terraform leaves an attribute as it is; a plan's values say so themselves."""
        return self._source is not None and self._source.ignores(
            instance.block, instance.names.get(attribute, attribute)
        )

    def place(self, address: str, *path: str | int) -> Place | None:
        """Where an instance's block, or an attribute of it, is written; None where no source was given."""
        instance = self.instance(address)
        if self._source is None or instance is None:
            return None
        return self._source.place(instance.block, *path) or self._source.place(instance.block)

    @property
    def described(self) -> SourceFiles | None:
        """The source of the input; None where none was given."""
        return self._source

    def place_of_block(self, block: str) -> Place | None:
        """Where a block is written; None where no source was given, or where it is a module call."""
        return self._source.place(block) if self._source is not None else None

    def comments(self) -> Iterator[Comment]:
        """The comments above blocks in the source; none where no source was given."""
        if self._source is not None:
            yield from self._source.comments()


#: Characters of a value that isn't a document: no name, ARN or pattern of AWS comes near.
LONGEST_NAME = 8_192


def _without_long_names(address: str, values: Values | None) -> Values | None:
    """`values` with unknowns for strings that are longer than anything AWS takes; documents in JSON stay."""

    def bounded(value: Value, path: str) -> Value:
        match value:
            case str() if len(value) > LONGEST_NAME and value.lstrip()[:1] not in ("{", "["):
                return Unknown(Cause(f"`{address}.{path}` is longer than {LONGEST_NAME} characters"))
            case Text(parts) if any(isinstance(part, str) and len(part) > LONGEST_NAME for part in parts):
                if not str(parts[0]).lstrip().startswith(("{", "[")):
                    return Unknown(Cause(f"`{address}.{path}` is longer than {LONGEST_NAME} characters"))
            case dict():
                return {name: bounded(inner, f"{path}.{name}") for name, inner in value.items()}
            case list():
                return [bounded(inner, f"{path}[{position}]") for position, inner in enumerate(value)]
        return value

    if values is None or not _may_have_long_names(values):
        return values
    return {name: bounded(value, name) for name, value in values.items()}


def _may_have_long_names(values: Values) -> bool:
    """Whether there is anything to look for: what is short as a whole holds nothing long."""
    try:
        return len(msgspec.json.encode(values)) > LONGEST_NAME
    except (TypeError, ValueError, OverflowError, RecursionError):
        return True


def fill(known: Value, source: Value) -> Value:
    """`known` with its unknown parts replaced by what `source` says of them."""
    if isinstance(known, Unknown):
        return known if source is None else source
    if isinstance(known, dict) and isinstance(source, dict):
        return {name: fill(value, source.get(name)) for name, value in known.items()}
    if isinstance(known, list) and isinstance(source, list) and len(known) == len(source):
        # Terraform knows sets, which have no order: elements are paired only where what is known of them agrees.
        if all(map(_agree, known, source)):
            return [fill(value, other) for value, other in zip(known, source, strict=True)]
        if any(causes(known)) and not any(causes(source)):
            return source
    return known


def _agree(known: Value, source: Value) -> bool:
    """Whether two views of a value can be views of the same one."""
    if isinstance(known, dict) and isinstance(source, dict):
        return all(_agree(value, source.get(name)) for name, value in known.items())
    if isinstance(known, list) and isinstance(source, list):
        return len(known) != len(source) or all(map(_agree, known, source))
    if isinstance(known, bool | int | float | str) and isinstance(source, bool | int | float | str):
        return str(known).lower() == str(source).lower()
    return True


def mark_unknown(after: Any, unknown: Any, describe: Callable[[str], Cause], path: str = "") -> Value:
    """Terraform's `after` and `after_unknown` as one value; `describe` says why the value at a path is unknown."""
    if unknown is True:
        return Unknown(describe(path))
    if not unknown and isinstance(after, dict | list):
        known_whole: Value = after
        return known_whole
    if isinstance(unknown, dict):
        known = after if isinstance(after, dict) else {}
        before = f"{path}." if path else ""
        found: Values = {
            # Most is known: nothing marks it.
            name: mark_unknown(value, unknown[name], describe, before + name) if unknown.get(name) else value
            for name, value in known.items()
        }
        found |= {
            name: Unknown(describe(before + name))
            for name, mark in unknown.items()
            if mark is True and name not in known
        }
        return found
    if isinstance(unknown, list) and isinstance(after, list):
        return [
            mark_unknown(
                element, unknown[position] if position < len(unknown) else None, describe, f"{path}[{position}]"
            )
            for position, element in enumerate(after)
        ]
    known_value: Value = after
    return known_value
