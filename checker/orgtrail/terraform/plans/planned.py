"""Plans and states become Estates."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from orgtrail.address import block_address, read_block
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import (
    NO_OP,
    Estate,
    Instance,
    Inventory,
    Provisioner,
    Records,
    Values,
    fill,
    mark_unknown,
)
from orgtrail.graph.paths import Graph
from orgtrail.lazy import LazyMapping
from orgtrail.provider.resource_types import HOME_TYPES
from orgtrail.results import Input, Notice
from orgtrail.secrets import Secrets, clear_in, secrets_in
from orgtrail.terraform.plans.plan import (
    SOURCE_HINT,
    Change,
    ConfiguredResource,
    Plan,
    ResourceChange,
    State,
    StateResource,
    decoded,
    has_escapes,
    members,
)
from orgtrail.terraform.plans.plan_configuration import PlanConfiguration
from orgtrail.values import Cause, Unknown, Value

if TYPE_CHECKING:
    from orgtrail.terraform.plans.misread import Misread
    from orgtrail.terraform.plans.whole import SaidTwice
    from orgtrail.terraform.source.described import Described
    from orgtrail.terraform.source.root_module import RootModule

#: Names in one sentence.
_MOST_NAMES = 5

#: What the input holds of one instance.
Record: TypeAlias = ResourceChange | StateResource


def estate_of_plan(
    plan: Plan,
    path: str,
    settings: Settings,
    source: "RootModule | None" = None,
    *,
    configuration: PlanConfiguration | None = None,
    workspace: str | None = None,
    twin: "SaidTwice | None" = None,
    notices: Iterable[Notice] = (),
) -> Estate:
    """The Estate of a plan; `source`, which it was made from, fills in what the plan leaves unknown.

    `configuration` is there where it doesn't stand in the plan itself, `workspace` where it is known, `twin` where the
    plan says its values twice.
    """
    configuration = configuration or PlanConfiguration(plan)
    secrets = Secrets(configuration.secret_variables())
    reader = _Reader(path, configuration, secrets, twin)
    instances = Inventory(reader.of_plan(plan), reader.make, reader)
    providers: dict[str, Values] = dict(configuration.provider_settings())
    graph = Graph(configuration.root)
    described: Described | None = None
    if source is not None:
        from orgtrail.terraform.source.described import describe_plan

        described = reader.source = describe_plan(plan, source, reader.planned, settings, secrets, workspace)
        graph = described.graph(configuration.root)
        described.hide_variables()
        for key, said in described.evaluation.providers().items():
            providers[key] = said | providers.get(key, {})
    _settle(instances, graph)
    reader.misread = _misread(reader, graph)
    return Estate(
        Input(path, "plan", plan.terraform_version),
        instances,
        graph=graph,
        source=described,
        wiring=configuration,
        providers=providers,
        secrets=secrets,
        unseen=_left_out(plan),
        notices=notices,
        **_drift(plan, reader),
    )


def _settle(instances: Inventory[Record], graph: Graph) -> None:
    """Let what dies with what the plan replaces or destroys be gone; most plans do neither."""
    if any(True for kind in HOME_TYPES for _ in instances.leaving(kind)):
        from orgtrail.provider.losses import Losses

        instances.settle = Losses(instances.leaving, graph).settle


def _misread(reader: "_Reader", graph: Graph) -> "Misread | None":
    """The identities that were read before their provider could be configured, where there are any at all."""
    identities = reader.identities()
    if not identities:
        return None
    from orgtrail.terraform.plans.misread import Misread

    return Misread(identities, graph, reader.makes)


def _left_out(plan: Plan) -> Iterator[Cause]:
    """Why there may be more than the plan shows: it says that it covers a part only."""
    settle = "plan without -target, -exclude and deferred changes, and check that"
    names = [f"`{one.resource_change.address}`" for one in plan.deferred_changes]
    if names:
        yield Cause(f"the plan leaves {', '.join(names[:_MOST_NAMES])} to a later one", settle)
    elif plan.complete is False:
        yield Cause("the plan covers a part of the configuration only (`complete` is false)", settle)


def _drift(plan: Plan, reader: "_Reader") -> dict[str, Any]:
    """What was done outside of Terraform, as an Estate takes it; most plans hold nothing of that."""
    if not plan.resource_drift:
        return {}
    from orgtrail.terraform.plans.drift import drift_of, gone_for_good

    return {"drift": drift_of(plan), "gone": map(reader.make, gone_for_good(plan))}


def estate_of_state(state: State, path: str) -> Estate:
    """The Estate of a state: everything stays as it is, and nothing is said of how it hangs together."""
    secrets = Secrets()
    reader = _Reader(path, PlanConfiguration(Plan(format_version="1.0")), secrets)
    instances = Inventory(reader.of_state(state), reader.make, reader)
    return Estate(Input(path, "state", state.terraform_version), instances, secrets=secrets)


#: The types whose values come up in reports: policies, what holds them, and who is named in them.
_SPOKEN_OF = ("aws_s3", "aws_kms", "aws_iam", "aws_sns", "aws_cloud", "aws_organizations", "aws_caller", "awscc_")


class _Reader:
    """Makes instances whose values are decoded when they are first asked for."""

    def __init__(
        self, path: str, configuration: PlanConfiguration, secrets: Secrets, twin: "SaidTwice | None" = None
    ) -> None:
        self._path = path
        self._twin = twin
        self._configuration = configuration
        self._secrets = secrets
        #: What fills in unknown values; set before anybody reads one.
        self.source: Described | None = None
        #: What corrects values that were made from an identity that means nothing.
        self.misread: Misread | None = None
        self._prior: dict[str, StateResource] = {}
        self._read: dict[str, Change] = {}
        self._records: Records[Record] = {}
        secrets.readers.append(self._said_in_the_clear)

    def of_plan(self, plan: Plan) -> "Records[Record]":
        changed = {address for change in plan.resource_changes for address in (change.address, change.previous_address)}
        for resource in plan.prior_state.resources() if plan.prior_state else ():
            if resource.deposed_key is not None:
                continue
            self._prior[resource.address] = resource
            # What a plan leaves out (with -target or -refresh-only) stays as the state has it.
            if resource.mode == "data" or resource.address not in changed:
                self._add(resource)
        for change in plan.resource_changes:
            if not change.is_object:
                raise self._malformed(change.address, "expected `object`")
            if change.deposed is None:
                self._add(change)
        return self._records

    def identities(self) -> list[tuple[Instance, Values]]:
        """Who Terraform was while it planned, as each provider says it, with what was read."""
        found = []
        for record in self._records.get(("data", "aws_caller_identity"), {}).values():
            if isinstance(record, StateResource):
                found.append((self.make(record), self._values(record.address, "values", record.values) or {}))
        return found

    def makes(self, block: str) -> bool:
        """Whether the plan makes an instance of a block."""
        return any(
            isinstance(record, ResourceChange) and "create" in self._change(record).actions
            for records in self._records.values()
            for address, record in records.items()
            if block_address(address) == block
        )

    def _corrected(self, record: Record, values: Values | None) -> Values | None:
        if self.misread is None or values is None:
            return values
        return self.misread.corrected(record.address, record.type, values)

    def of_state(self, state: State) -> "Records[Record]":
        for resource in state.resources():
            if resource.deposed_key is None:
                self._prior[resource.address] = resource
                self._add(resource)
        return self._records

    def _add(self, record: Record) -> None:
        self._records.setdefault((record.mode, record.type), {})[record.address] = record

    @property
    def planned(self) -> LazyMapping[Callable[[], Values | None]]:
        """Reads the values of each instance as the plan has them, holes and all."""
        return LazyMapping(
            {
                address: partial(self._planned_reader, record)
                for records in self._records.values()
                for address, record in records.items()
            }
        )

    # What can be said of an instance by a glance at its text (`estate.Glance`)

    def may_go(self, record: Record) -> bool:
        """Whether a plan may say of an instance that it is deleted."""
        return isinstance(record, ResourceChange) and record.may_delete

    def is_new(self, record: Record) -> bool:
        """Whether a plan makes an instance that wasn't there."""
        return isinstance(record, ResourceChange) and record.is_new

    def may_set(self, record: Record, argument: str, *, marks: bool) -> bool:
        """Whether an argument may have a value in what is held of an instance, and not only null or an empty one."""
        return record.may_set(argument, marks=marks)

    def may_say(self, record: Record, argument: str, words: list[bytes]) -> bool:
        """Whether one of some words may stand in an argument: what is known is surely as it is written."""
        if not record.surely_text(argument):
            return True
        held = record.held
        return any(word in held for word in words)

    def mentions(self, record: Record, words: list[bytes]) -> bool:
        """Whether one of some words may stand in the values of an instance; an escape may spell anything."""
        if self.source is not None and isinstance(record, ResourceChange) and record.may_be_unknown:
            # The source may say what the plan doesn't know.
            return True
        held = record.held
        for word in words:
            if word in held:
                return True
        return has_escapes(held)

    def make(self, record: Record) -> Instance:
        """The instance of one record."""
        if isinstance(record, StateResource):
            read = self._state_reader(record)
            return self._instance(record, NO_OP, read, read)
        try:
            actions = tuple(record.actions)
        except msgspec.ValidationError as error:
            raise self._malformed(record.address, str(error)) from None
        return self._instance(record, actions, partial(self._before, record), partial(self._after, record))

    def _before(self, record: ResourceChange) -> Values | None:
        change = self._change(record)
        values = self._values(record.address, "before", change.before)
        if self._twin is not None:
            self._check(record.address, self._twin.lacked(values, self._prior_of(record), change.before))
        self._hide(values, change.before_sensitive)
        return values

    def _after(self, record: ResourceChange) -> Values | None:
        change = self._change(record)
        planned = self._planned(record, change)
        if planned is None or self.source is None or not _has_unknown(planned):
            return planned
        filled = fill(planned, self.source.values(record.address))
        self._hide(filled, change.after_sensitive)
        return filled if isinstance(filled, dict) else planned

    def _hide(self, values: Value, marks: msgspec.Raw) -> None:
        """Keep what is marked sensitive out of every report; most marks say of everything that it isn't."""
        if b"true" in bytes(marks):
            self._secrets.update(secrets_in(values, decoded(marks)))

    def _planned_reader(self, record: Record) -> Callable[[], Values | None]:
        if isinstance(record, StateResource):
            return self._state_reader(record)
        change = self._change(record)
        return lambda: self._planned(record, change)

    def _planned(self, record: ResourceChange, change: Change) -> Values | None:
        """The values afterwards as the plan has them, holes and all."""
        values = self._values(record.address, "after", change.after)
        if self._twin is not None and change.actions != ["forget"]:
            self._check(record.address, self._twin.lacks(record.address, values, change.after))
        if values is None:
            return None
        self._hide(values, change.after_sensitive)
        if b"true" in bytes(change.after_unknown):
            marked = mark_unknown(values, decoded(change.after_unknown), self._describe(record.address))
            values = marked if isinstance(marked, dict) else None
        return self._corrected(record, values)

    def _said_in_the_clear(self) -> Iterator[str]:
        """What the values of the resources that reports speak of hold unmarked."""
        for (_, kind), records in self._records.items():
            if not kind.startswith(_SPOKEN_OF):
                continue
            for record in records.values():
                if isinstance(record, StateResource):
                    yield from clear_in(decoded(record.values), decoded(record.sensitive_values))
                    continue
                change = self._change(record)
                yield from clear_in(decoded(change.before), decoded(change.before_sensitive))
                yield from clear_in(decoded(change.after), decoded(change.after_sensitive))

    def _state_reader(self, record: StateResource) -> Callable[[], Values | None]:
        def read() -> Values | None:
            values = self._values(record.address, "values", record.values)
            self._hide(values, record.sensitive_values)
            return self._corrected(record, values)

        return read

    def _change(self, record: ResourceChange) -> Change:
        # Of a saved plan it is made of a message, which is dear.
        if record.address not in self._read:
            self._read[record.address] = self._read_change(record)
        return self._read[record.address]

    def _read_change(self, record: ResourceChange) -> Change:
        try:
            return record.change
        except msgspec.ValidationError as error:
            raise self._malformed(record.address, str(error)) from None

    def _malformed(self, address: str, found: str) -> InputError:
        return InputError(
            self._path, f"`change` of `{address}`: {found}", "an object, as `terraform show -json` prints it"
        )

    def _check(self, address: str, wrong: str) -> None:
        if wrong:
            raise InputError(self._path, f"isn't whole: `{address}` {wrong}", "a plan as Terraform prints it")

    def _prior_of(self, record: Record) -> StateResource | None:
        """What the state holds of an instance, under its old address where it was moved."""
        prior = self._prior.get(record.address)
        if prior is None and isinstance(record, ResourceChange) and record.previous_address is not None:
            prior = self._prior.get(record.previous_address)
        return prior

    def _made_after(self, record: Record) -> frozenset[str] | None:
        """What the state says that an instance was made after."""
        prior = self._prior_of(record)
        return prior.made_after if prior else None

    def _instance(
        self,
        resource: Record,
        actions: tuple[str, ...],
        before: Callable[[], Values | None],
        after: Callable[[], Values | None],
    ) -> Instance:
        address = resource.address
        block = block_address(address)
        configured = self._configuration.blocks.get(block)
        return Instance(
            address=address,
            block=block,
            module=read_block(block).path,
            mode=resource.mode,
            type=resource.type,
            name=resource.name,
            provider=configured.provider_config_key if configured else "",
            actions=actions,
            made_after=self._made_after(resource),
            read_provisioners=lambda: self._provisioners(address, configured),
            read_before=before,
            read_after=after,
        )

    def _values(self, address: str, member: str, raw: msgspec.Raw) -> Values | None:
        values = decoded(raw)
        if values is None or isinstance(values, dict):
            return values
        found = f"`{member}` of `{address}` is a {type(values).__name__}"
        raise InputError(self._path, found, "an object, as `terraform show -json` prints it")

    def _provisioners(self, address: str, configured: ConfiguredResource | None) -> tuple[Provisioner, ...]:
        """The local commands of a block. A plan says neither when they run nor what stands around a reference."""
        said = self.source.provisioners(address) if self.source and configured and configured.provisioners else None
        if said is not None:
            return said
        found = []
        for provisioner in configured.provisioners if configured else ():
            if provisioner.type != "local-exec":
                continue
            command, environment = (
                members(members(provisioner.expressions).get(name, msgspec.Raw(b"null")))
                for name in ("command", "environment")
            )
            if "constant_value" in command:
                variables = decoded(environment.get("constant_value", msgspec.Raw(b"null")))
                found.append(Provisioner(decoded(command["constant_value"]), environment=variables))
            else:
                cause = Cause("a local-exec command refers to values that the plan doesn't put in", SOURCE_HINT)
                found.append(Provisioner(Unknown(cause)))
        return tuple(found)

    def _describe(self, address: str) -> Callable[[str], Cause]:
        hint = "" if self.source else SOURCE_HINT
        return lambda path: Cause(f"`{address}.{path}` is known only after apply", hint)


def _has_unknown(value: Value) -> bool:
    match value:
        case Unknown():
            return True
        case dict():
            return any(map(_has_unknown, value.values()))
        case list():
            return any(map(_has_unknown, value))
    return False
