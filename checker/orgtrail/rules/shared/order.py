"""What rules about order share: the verdict of the dependency graph on what has to come after trusted access."""

from collections.abc import Iterator

import msgspec

from orgtrail.address import module_prefix
from orgtrail.edits import AddToList, DependsOn
from orgtrail.estate import Instance
from orgtrail.graph.paths import Edge
from orgtrail.organization.domain import Domain
from orgtrail.organization.trusted_access import CLOUDTRAIL, TrustedAccess
from orgtrail.results import ASSUMED, Fix, OrderWitness, Step
from orgtrail.rules import Finding
from orgtrail.rules.shared.verdicts import mending, proved, undecided
from orgtrail.values import Cause, Unknown

#: Why source alone can't tell which of two rules breaks where trusted access is off in the end.
WITHOUT_STATE = Cause(
    "the state shows whether the trail is still to be made (then it fails) or is there (then it stops for members)",
    "give a plan, made by `terraform plan -out=tfplan` and `terraform show -json tfplan`",
)


def after_trusted_access(domain: Domain, made: Instance, noun: str) -> Finding:
    """Whether `made`, which the plan makes, comes after trusted access; `noun` is what messages call it."""
    return (
        _already_enabled(domain, made, noun)
        or _assumed(domain, made, noun)
        or _by_dependency(domain, made, noun)
        or _not_here(domain, made, noun)
    )


def _already_enabled(domain: Domain, made: Instance, noun: str) -> Finding | None:
    for access in domain.trusted_access:
        if access.is_kept:
            if access.form == "evidence" and domain.surroundings.elsewhere:
                ground = f"evidence: {domain.surroundings.elsewhere.ground}"
                return proved(made.address, "trusted access is enabled already", ground)
            if access.form == "neighbour":
                ground = f"{domain.surroundings.called(access.instance)} has it enabled, and keeps it"
                return proved(made.address, "trusted access is enabled already", ground)
            shown = "the data source shows it enabled" if access.form == "data" else "the prior state has it enabled"
            return proved(made.address, "trusted access is enabled already", f"{shown}: `{access.address}`")
    return None


def _assumed(domain: Domain, made: Instance, noun: str) -> Finding | None:
    reason = domain.settings.assume_trusted_access
    if reason is None:
        return None
    return proved(made.address, "trusted access is taken for granted", f"{ASSUMED}{reason}")


def _by_dependency(domain: Domain, made: Instance, noun: str) -> Finding | None:
    """The verdict of the graph on what enables trusted access in the input; None where nothing in it does."""
    shown = ("data", "evidence", "neighbour")
    possible = (one for one in domain.trusted_access if one.form not in shown and one.after is not False)
    enabling = sorted(possible, key=lambda access: isinstance(access.after, Unknown))
    graph = domain.estate.graph
    if not enabling or graph is None:
        return None
    start = graph.resource(made.block)
    nodes = {access.address: found[0] for access in enabling if (found := graph.resource(access.instance.block))}
    if start is None or not nodes:
        return None
    paths = ((one, graph.path(start[0], [nodes[one.address]])) for one in enabling if one.address in nodes)
    for access, path in paths:
        if path is not None:
            return _after(access, made, noun, path)
    # A command that nothing is known of makes no order by being there.
    enabling = [access for access in enabling if access.form != "command" or access.after is True]
    if not enabling:
        return None
    done = next((one for one in enabling if one.form == "command" and not one.instance.is_made), None)
    if done is not None and not _shown_disabled(domain):
        return proved(made.address, f"`{done.address}` has enabled trusted access before", *_weaker(done))
    unclear = (access.after.cause for access in enabling if isinstance(access.after, Unknown))
    doubts = [*unclear, *graph.doubts(start[0], nodes.values()), *domain.estate.unseen]
    if doubts:
        message = f"no path to `{enabling[0].address}` is shown, but one can't be ruled out"
        return undecided(made.address, message, doubts)
    back = graph.path(nodes[enabling[0].address], [start[0]]) if enabling[0].address in nodes else None
    return _unordered(made, enabling[0], noun, turned=back is not None)


def _after(access: TrustedAccess, made: Instance, noun: str, path: list[Edge]) -> Finding:
    """The verdict where a path leads from what the plan makes to what may enable trusted access."""
    if isinstance(access.after, Unknown):
        message = f"{noun} comes after `{access.address}`, but whether that enables trusted access isn't known"
        return msgspec.structs.replace(undecided(made.address, message, [access.after.cause]), order=steps(path))
    message = f"{noun} comes after `{access.address}`, which enables trusted access"
    return along(path, proved(made.address, message, *_weaker(access)))


def _shown_disabled(domain: Domain) -> bool:
    """Whether the organization, as it is before the plan, shows trusted access disabled."""
    shown = [access for access in domain.trusted_access if access.form in {"inline", "data", "evidence"}]
    return any(access.before is False and access.instance.before is not None for access in shown)


def _not_here(domain: Domain, made: Instance, noun: str) -> Finding:
    """Nothing in the input enables trusted access: it is off, or out of sight."""
    if domain.estate.unseen:
        return undecided(
            made.address, "trusted access may be enabled where the input can't be read", domain.estate.unseen
        )
    for access in domain.trusted_access:
        if isinstance(access.after, Unknown) and access.form != "command":
            return undecided(made.address, f"`{access.address}` may show trusted access", [access.after.cause])
    for access in domain.trusted_access:
        if access.form == "neighbour" and access.after is True:
            name, path = domain.surroundings.called(access.instance), _path(domain, access)
            cause = Cause(f"{name} enables trusted access, and no graph spans two inputs", f"apply {path} first")
            return undecided(made.address, f"whether {noun} comes after it can't be told", [cause])
    if domain.trusted_access:
        return _disabled(domain, made, domain.trusted_access[0])
    cause = Cause(
        "what enables trusted access isn't in this input",
        "give --evidence FILE (from `orgtrail audit --save FILE`), "
        "or --assume-trusted-access REASON where another stack manages it",
    )
    return undecided(made.address, "nothing in the input shows whether trusted access is enabled", [cause])


def _disabled(domain: Domain, made: Instance, access: TrustedAccess) -> Finding:
    """The verdict where what would enable trusted access doesn't."""
    message = f"`{access.address}` doesn't enable trusted access for {CLOUDTRAIL}, and nothing else here does"
    if access.form == "evidence" and domain.surroundings.elsewhere:
        seen = domain.surroundings.elsewhere.ground
        message = f"trusted access for {CLOUDTRAIL} is off ({seen}), and nothing here enables it"
    elif access.form == "neighbour":
        message = f"{domain.surroundings.called(access.instance)} doesn't enable trusted access for {CLOUDTRAIL}"
        if isinstance(access.after, Unknown) or not _shows_before(domain, access):
            return undecided(made.address, message, [WITHOUT_STATE])
    elif not domain.estate.shows_before:
        # A new trail fails, one that is there stops for members: two rules, of which only the state knows which.
        found = undecided(made.address, message, [WITHOUT_STATE])
        return msgspec.structs.replace(found, fix=enable_in(access))
    missing = f'"{CLOUDTRAIL}" in `{access.address}.{access.attribute}`'
    return Finding(
        address=made.address,
        verdict="violated",
        message=message,
        witness=OrderWitness(made.address, access.address, missing, is_edge=False),
        fix=enable_in(access),
    )


def _path(domain: Domain, access: TrustedAccess) -> str:
    other = domain.surroundings.other(access.instance)
    return other.estate.input.path if other else domain.estate.input.path


def _shows_before(domain: Domain, access: TrustedAccess) -> bool:
    other = domain.surroundings.other(access.instance)
    return domain.estate.shows_before and (other is None or other.estate.shows_before)


def enable_in(access: TrustedAccess) -> Fix | None:
    """The principal that the organization's list lacks."""
    if access.form != "inline":
        return None
    block = access.instance.block
    added = AddToList(block, "aws_service_access_principals", CLOUDTRAIL)
    return mending(f"add to the list in the block of `{block}`", added)


def _unordered(made: Instance, access: TrustedAccess, noun: str, *, turned: bool) -> Finding:
    message = f"nothing makes {noun} wait for `{access.address}`, which enables trusted access"
    if turned:
        message += f": it waits for {noun} itself, and a circle can't be applied"
    return Finding(
        address=made.address,
        verdict="violated",
        message=message,
        witness=OrderWitness(made.address, access.address, f"{made.block} -> {access.instance.block}"),
        fix=None if turned else wait_for(made, access.instance),
    )


def by_dependency(domain: Domain, waiting: Instance, target: Instance, noun: str) -> Finding | None:
    """What the graph says of `waiting`, which messages call `noun`, and what it should come after.

    None where the graph shows that there is no way from the one to the other.
    """
    graph = domain.estate.graph
    start = graph.resource(waiting.block) if graph else None
    goal = graph.resource(target.block) if graph else None
    unclear = f"whether {noun} comes after `{target.address}` can't be told"
    if graph is None or start is None or goal is None:
        cause = Cause("the input doesn't show what waits for what", "give the plan, or the folder of .tf files")
        return undecided(waiting.address, unclear, [cause])
    path = graph.path(start[0], [goal[0]])
    if path is not None:
        return along(path, proved(waiting.address, f"{noun} comes after `{target.address}`"))
    doubts = graph.doubts(start[0], [goal[0]])
    return undecided(waiting.address, unclear, doubts) if doubts else None


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many module calls two module paths share at their start."""
    count = 0
    for name, twin in zip(one, other, strict=False):
        if name != twin:
            break
        count += 1
    return count


def along(path: list[Edge], finding: Finding) -> Finding:
    """A finding that rests on a path."""
    return msgspec.structs.replace(finding, because=(*finding.because, *hops(path)), order=steps(path))


def steps(path: list[Edge]) -> tuple[Step, ...]:
    """A path as plain data, for whoever draws it."""
    return tuple(
        Step(str(edge.target), str(edge.source), edge.how + (f" ({edge.place})" if edge.place else "")) for edge in path
    )


def hops(path: list[Edge]) -> Iterator[str]:
    """A path in words, one for each edge."""
    for edge in path:
        yield f"{edge.source} {edge.how} -> {edge.target}" + (f" ({edge.place})" if edge.place else "")


def wait_for(waiting: Instance, target: Instance) -> Fix:
    """The `depends_on` that makes one block wait for another, in the module that holds both or the calls of them."""
    shared = _shared(waiting.module, target.module)
    inside = target.block.removeprefix(module_prefix(target.module[:shared]))
    if len(target.module) > shared:
        inside = f"module.{target.module[shared]}"
    prefix = module_prefix(waiting.module[:shared])
    block = waiting.block if len(waiting.module) == shared else f"{prefix}module.{waiting.module[shared]}"
    return mending(f"add to the block of `{block}`", DependsOn(block, inside))


def _weaker(access: TrustedAccess) -> tuple[str, ...]:
    if access.form != "command":
        return ()
    return (f"a weaker ground: `{access.address}` enables it by a command, which Terraform runs once and never checks",)
