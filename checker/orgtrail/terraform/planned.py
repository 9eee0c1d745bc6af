"""Plans and states become Estates."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate, Instance, Provisioner, Source, Values, fill, mark_unknown, secrets_in
from orgtrail.results import Input
from orgtrail.terraform.graph import Graph
from orgtrail.terraform.plan import (
    SOURCE_HINT,
    ConfiguredResource,
    Plan,
    ResourceChange,
    State,
    StateResource,
    block_address,
    members,
)
from orgtrail.terraform.plan_configuration import PlanConfiguration
from orgtrail.values import Cause, Unknown, Value

if TYPE_CHECKING:
    from orgtrail.terraform.described import Described


def estate_of_plan(plan: Plan, path: str, settings: Settings) -> Estate:
    """The Estate of a plan; the source that `settings` name fills in what the plan leaves unknown."""
    configuration = PlanConfiguration(plan)
    secrets: set[str] = set()
    reader = _Reader(path, configuration, secrets)
    instances = list(reader.instances(plan))
    providers: dict[str, Values] = dict(configuration.provider_settings())
    graph = Graph(configuration.root)
    source: Described | None = None
    if settings.source is not None:
        from orgtrail.terraform.described import describe_plan

        source = reader.source = describe_plan(plan, configuration, reader.planned, settings)
        graph = source.graph(configuration.root)
        secrets.update(source.secrets())
        for key, said in source.evaluation.providers().items():
            providers[key] = said | providers.get(key, {})
    return Estate(
        Input(path, "plan", plan.terraform_version),
        instances,
        graph=graph,
        source=source,
        wiring=configuration,
        providers=providers,
        secrets=secrets,
    )


def estate_of_state(state: State, path: str) -> Estate:
    """The Estate of a state: everything stays as it is, and nothing is said of how it hangs together."""
    secrets: set[str] = set()
    reader = _Reader(path, PlanConfiguration(Plan(format_version="1.0")), secrets)
    instances = [reader.of_state(resource) for resource in state.resources() if resource.deposed_key is None]
    return Estate(Input(path, "state", state.terraform_version), instances, secrets=secrets)


class _Reader:
    """Makes instances whose values are decoded when they are first asked for."""

    def __init__(self, path: str, configuration: PlanConfiguration, secrets: set[str]) -> None:
        self._path = path
        self._configuration = configuration
        self._secrets = secrets
        #: What fills in unknown values; set before anybody reads one.
        self.source: Source | None = None
        #: Reads the values of each instance as the plan has them, holes and all.
        self.planned: dict[str, Callable[[], Values | None]] = {}
        self._made_after: dict[str, frozenset[str]] = {}

    def instances(self, plan: Plan) -> Iterator[Instance]:
        changed = {address for change in plan.resource_changes for address in (change.address, change.previous_address)}
        for resource in plan.prior_state.resources() if plan.prior_state else ():
            if resource.deposed_key is not None:
                continue
            self._made_after[resource.address] = frozenset(map(block_address, resource.depends_on))
            # What a plan leaves out (with -target or -refresh-only) stays as the state has it.
            if resource.mode == "data" or resource.address not in changed:
                yield self.of_state(resource)
        for change in plan.resource_changes:
            if change.deposed is None:
                yield self._of_change(change)

    def of_state(self, resource: StateResource) -> Instance:
        read = self.planned[resource.address] = _state_reader(resource, self._secrets)
        self._made_after[resource.address] = frozenset(map(block_address, resource.depends_on))
        return self._instance(resource.address, resource, ("no-op",), read, read)

    def _of_change(self, resource: ResourceChange) -> Instance:
        change = resource.change

        def before() -> Values | None:
            values = self._values(resource.address, "before", change.before)
            self._secrets.update(secrets_in(values, msgspec.json.decode(change.before_sensitive)))
            return values

        def planned() -> Values | None:
            values = self._values(resource.address, "after", change.after)
            if values is None:
                return None
            self._secrets.update(secrets_in(values, msgspec.json.decode(change.after_sensitive)))
            marked = mark_unknown(values, msgspec.json.decode(change.after_unknown), self._describe(resource.address))
            return marked if isinstance(marked, dict) else None

        def after() -> Values | None:
            return self._filled(resource.address, planned())

        self.planned[resource.address] = planned
        previous = resource.previous_address
        if previous in self._made_after:
            self._made_after.setdefault(resource.address, self._made_after[previous])
        return self._instance(resource.address, resource, tuple(change.actions), before, after)

    def _instance(
        self,
        address: str,
        resource: ResourceChange | StateResource,
        actions: tuple[str, ...],
        before: Callable[[], Values | None],
        after: Callable[[], Values | None],
    ) -> Instance:
        block = block_address(address)
        configured = self._configuration.blocks.get(block)
        own = 3 if resource.mode == "data" else 2
        return Instance(
            address=address,
            block=block,
            module=tuple(block.split(".")[:-own][1::2]),
            mode=resource.mode,
            type=resource.type,
            name=resource.name,
            provider=configured.provider_config_key if configured else "",
            actions=actions,
            made_after=self._made_after.get(address),
            read_provisioners=lambda: self._provisioners(address, configured),
            read_before=before,
            read_after=after,
        )

    def _values(self, address: str, member: str, raw: msgspec.Raw) -> Values | None:
        values = msgspec.json.decode(raw)
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
            command = members(members(provisioner.expressions).get("command", msgspec.Raw(b"null")))
            if "constant_value" in command:
                found.append(Provisioner(msgspec.json.decode(command["constant_value"])))
            else:
                cause = Cause("a local-exec command refers to values that the plan doesn't put in", SOURCE_HINT)
                found.append(Provisioner(Unknown(cause)))
        return tuple(found)

    def _describe(self, address: str) -> Callable[[str], Cause]:
        hint = "" if self.source else SOURCE_HINT
        return lambda path: Cause(f"`{address}.{path}` is known only after apply", hint)

    def _filled(self, address: str, planned: Values | None) -> Values | None:
        if planned is None or self.source is None or not _has_unknown(planned):
            return planned
        filled = fill(planned, self.source.values(address))
        return filled if isinstance(filled, dict) else planned


def _state_reader(resource: StateResource, secrets: set[str]) -> Callable[[], Values | None]:
    def read() -> Values | None:
        values: Values | None = msgspec.json.decode(resource.values)
        secrets.update(secrets_in(values, msgspec.json.decode(resource.sensitive_values)))
        return values

    return read


def _has_unknown(value: Value) -> bool:
    match value:
        case Unknown():
            return True
        case dict():
            return any(map(_has_unknown, value.values()))
        case list():
            return any(map(_has_unknown, value))
    return False
