"""The rule `trusted-access-before-trail`."""

from collections.abc import Iterable, Iterator

from orgtrail.organization import CLOUDTRAIL, Domain, Trail, TrustedAccess
from orgtrail.results import ASSUMED, Fix, OrderWitness
from orgtrail.rules import Finding, rule
from orgtrail.terraform.graph import Edge
from orgtrail.values import Cause, Unknown, unique


@rule("error", since="0.1.0")
def trusted_access_before_trail(domain: Domain) -> Iterable[Finding]:
    """Every new organization trail comes after trusted access for cloudtrail.amazonaws.com is enabled.

    Why:
        The console enables trusted access by itself when it makes an organization trail; the API, and so Terraform,
        doesn't. Where trusted access isn't there first, CreateTrail fails with CloudTrailAccessNotEnabledException. An
        order that Terraform doesn't know of holds by luck: the next apply may go the other way.

    Holds when:
        A path in Terraform's dependency graph leads from the trail to the resource that enables trusted access, or it
        is enabled already: in the prior state, in the data source `aws_organizations_organization`, or in evidence.

    Fix:
        Add `depends_on` to the trail, or to the module call around it, that names the resource which enables trusted
        access; or refer to one of that resource's attributes.

    Sources:
        CloudTrail User Guide, "Prepare for creating a trail for your organization"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-an-organizational-trail-prepare.html
        AWS Organizations User Guide, "AWS CloudTrail and AWS Organizations"
        https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudtrail.html
    """
    for trail in domain.organization_trails:
        if trail.becomes_organization:
            yield _judge(domain, trail)


def _judge(domain: Domain, trail: Trail) -> Finding:
    return (
        _already_enabled(domain, trail)
        or _assumed(domain, trail)
        or _by_dependency(domain, trail)
        or _not_here(domain, trail)
    )


def _already_enabled(domain: Domain, trail: Trail) -> Finding | None:
    for access in domain.trusted_access:
        if access.is_kept:
            shown = "the data source shows it enabled" if access.form == "data" else "the prior state has it enabled"
            return _proved(trail, "trusted access is enabled already", f"{shown}: `{access.address}`")
    return None


def _assumed(domain: Domain, trail: Trail) -> Finding | None:
    reason = domain.settings.assume_trusted_access
    if reason is None:
        return None
    return _proved(trail, "trusted access is taken for granted", f"{ASSUMED}{reason}")


def _by_dependency(domain: Domain, trail: Trail) -> Finding | None:
    """The verdict of the graph on what enables trusted access in the input; None where nothing in it does."""
    enabling = [access for access in domain.trusted_access if access.form != "data" and access.after is not False]
    graph = domain.estate.graph
    if not enabling or graph is None:
        return None
    start = graph.resource(trail.instance.block)
    nodes = {access.address: found[0] for access in enabling if (found := graph.resource(access.instance.block))}
    if start is None or not nodes:
        return None
    for access in enabling:
        path = graph.path(start[0], [nodes[access.address]]) if access.address in nodes else None
        if path is None:
            continue
        if isinstance(access.after, Unknown):
            message = f"the trail comes after `{access.address}`, but whether that enables trusted access isn't known"
            return _undecided(trail, message, [access.after.cause])
        return _proved(trail, f"the trail comes after `{access.address}`, which enables trusted access", *_hops(path))
    doubts = [
        *(access.after.cause for access in enabling if isinstance(access.after, Unknown)),
        *graph.doubts(start[0], nodes.values()),
        *domain.estate.unseen,
    ]
    if doubts:
        return _undecided(trail, f"no path to `{enabling[0].address}` is shown, but one can't be ruled out", doubts)
    return _unordered(trail, enabling[0])


def _not_here(domain: Domain, trail: Trail) -> Finding:
    """Nothing in the input enables trusted access: it is off, or out of sight."""
    if domain.estate.unseen:
        return _undecided(trail, "trusted access may be enabled where the input can't be read", domain.estate.unseen)
    for access in domain.trusted_access:
        if isinstance(access.after, Unknown):
            return _undecided(trail, f"`{access.address}` may show trusted access", [access.after.cause])
    for access in domain.trusted_access:
        message = f"`{access.address}` doesn't enable trusted access for {CLOUDTRAIL}, and nothing else here does"
        missing = f'"{CLOUDTRAIL}" in `{access.address}.{access.attribute}`'
        return Finding(
            address=trail.address,
            verdict="violated",
            message=message,
            witness=OrderWitness(trail.address, access.address, missing),
        )
    cause = Cause(
        "what enables trusted access isn't in this input",
        "give --evidence FILE (from `orgtrail audit --save FILE`), "
        "or --assume-trusted-access REASON where another stack manages it",
    )
    return _undecided(trail, "nothing in the input shows whether trusted access is enabled", [cause])


def _unordered(trail: Trail, access: TrustedAccess) -> Finding:
    block = access.instance.block
    if trail.instance.module == access.instance.module:
        inside = block.removeprefix("".join(f"module.{name}." for name in access.instance.module))
        fix = Fix(f"add to the block of `{trail.instance.block}`", f"depends_on = [{inside}]")
    else:
        shared = _shared(trail.instance.module, access.instance.module)
        target = block if len(access.instance.module) == shared else f"module.{access.instance.module[shared]}"
        waiting = trail.instance.module[shared : shared + 1]
        where = f"module.{waiting[0]}" if waiting else trail.instance.block
        fix = Fix(f"add to the block of `{where}`", f"depends_on = [{target}]")
    message = f"nothing makes the trail wait for `{access.address}`, which enables trusted access"
    return Finding(
        address=trail.address,
        verdict="violated",
        message=message,
        witness=OrderWitness(trail.address, access.address, f"{trail.instance.block} -> {block}"),
        fix=fix,
    )


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many module calls two module paths share at their start."""
    count = 0
    for name, twin in zip(one, other, strict=False):
        if name != twin:
            break
        count += 1
    return count


def _hops(path: list[Edge]) -> Iterator[str]:
    for edge in path:
        yield f"{edge.source} {edge.how} -> {edge.target}" + (f" ({edge.place})" if edge.place else "")


def _proved(trail: Trail, message: str, *because: str) -> Finding:
    if isinstance(trail.is_organization, Unknown):
        return _undecided(trail, "whether this is an organization trail isn't known", [trail.is_organization.cause])
    return Finding(address=trail.address, verdict="proved", message=message, because=because)


def _undecided(trail: Trail, message: str, causes: Iterable[Cause]) -> Finding:
    return Finding(address=trail.address, verdict="undecided", message=message, unknowns=unique(causes))
