"""The rule `trusted-access-kept`."""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.estate import Instance, Values
from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail
from orgtrail.organization.trusted_access import CLOUDTRAIL, COMMAND_TYPES, TrustedAccess
from orgtrail.results import ASSUMED, OrderWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.order import WITHOUT_STATE, enable_in, hops
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.terraform.plans.plan import SOURCE_HINT
from orgtrail.values import Cause, Unknown, show

#: What AWS does then, in every message that says that it happens.
_THEN = (
    "the trail stays, but stops working for member accounts, and AWSServiceRoleForCloudTrail stays; "
    f"enabling it again is enough (`aws organizations enable-aws-service-access --service-principal {CLOUDTRAIL}`), "
    "the trail needs no change"
)


@rule("error", since="0.1.0", answers="trusted access first")
def trusted_access_kept(domain: Domain) -> Iterable[Finding]:
    """Trusted access for CloudTrail stays enabled for as long as an organization trail remains.

    Why:
        Where trusted access goes while the trail stays, nothing fails: the trail is still listed, and the logs of the
        management account still come. Those of every member account stop, at once and without a word. Enabling it again
        is enough; the trail needs no change, and AWSServiceRoleForCloudTrail is still there.

    Holds when:
        The plan doesn't disable it: it doesn't take cloudtrail.amazonaws.com out of `aws_service_access_principals`,
        doesn't destroy or replace the organization or the `aws_organizations_aws_service_access`, and runs no
        `disable-aws-service-access`. Forgetting a resource (a `removed` block that doesn't destroy) disables nothing.
        Destroying trail and trusted access together is fine where Terraform destroys the trail first and no other
        organization trail is there: trusted access is the organization's, and other stacks may have trails, which
        evidence shows (`--evidence`), or you know (`--assume-no-other-trail`). Where nothing is planned, it holds when
        trusted access is on.

    Fix:
        Keep "cloudtrail.amazonaws.com" in the list. To hand trusted access over to another resource, take the old one
        out of the state with a `removed` block that doesn't destroy.

    Sources:
        AWS Organizations User Guide, "AWS CloudTrail and AWS Organizations"
        https://docs.aws.amazon.com/organizations/latest/userguide/services-that-can-integrate-cloudtrail.html
        AWS Organizations API Reference, "DisableAWSServiceAccess"
        https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
    """
    for access in domain.trusted_access:
        # What another input does to it is said of that one.
        if access.form not in ("command", "neighbour"):
            yield from _judge(domain, access)
    yield from _commands(domain)


def _judge(domain: Domain, access: TrustedAccess) -> Iterator[Finding]:
    if access.form in {"data", "evidence"}:
        if access.before is False:
            yield from _already_off(domain, access)
    elif access.is_lost:
        yield _lost(domain, access, _how(access))
    elif isinstance(access.after, Unknown):
        if access.before is not False and (_remaining(domain) or not _leaving(domain)):
            message = f"whether `{access.address}` keeps trusted access enabled isn't known"
            yield undecided(access.address, message, [access.after.cause])
    elif access.is_kept:
        if access.instance.is_forgotten:
            yield proved(access.address, "Terraform only lets go of it: trusted access stays enabled")
        else:
            ground = f"`{access.address}.{access.attribute}` names {CLOUDTRAIL} before and after"
            yield proved(access.address, "the plan keeps trusted access enabled", ground)
    elif access.after is True:
        existing = [trail for trail in _remaining(domain) if trail.was_organization]
        if existing:
            called = domain.surroundings.called(existing[0].instance)
            ground = f"{called} works for member accounts again without a change of its own"
            yield proved(access.address, "the plan enables trusted access again", ground)
    elif access.instance.before is not None or not domain.estate.shows_before:
        yield from _already_off(domain, access)


def _how(access: TrustedAccess) -> str:
    """What the plan does to the resource that enables it, in words."""
    instance = access.instance
    if instance.is_made and access.after is not False:
        if instance.actions == ("create", "delete"):
            return f"replacing `{access.address}` enables trusted access and then disables it"
        return f"replacing `{access.address}` disables trusted access for a while"
    if not instance.stays:
        return f"destroying `{access.address}` disables trusted access"
    return f"`{access.address}` no longer names {CLOUDTRAIL}, which disables trusted access"


def _lost(domain: Domain, access: TrustedAccess, how: str) -> Finding:
    remaining = _remaining(domain)
    leaving = _leaving(domain)
    certain = next((trail for trail in remaining if trail.is_organization is True), None)
    if certain is not None:
        return Finding(
            address=access.address,
            verdict="violated",
            message=f"{how} while {domain.surroundings.called(certain.instance)} remains: {_THEN}",
            at=(access.attribute,),
            witness=OrderWitness(certain.address, access.address, _missing(access), is_edge=False),
            fix=enable_in(access) if access.instance.stays else None,
        )
    if remaining:
        doubts = [trail.is_organization.cause for trail in remaining if isinstance(trail.is_organization, Unknown)]
        return undecided(access.address, f"{how}, and an organization trail may remain", doubts)
    found = _together(domain, access, leaving, how)
    return _elsewhere(domain, access, leaving, how, found) if found.verdict == "proved" else found


def _elsewhere(domain: Domain, access: TrustedAccess, leaving: list[Instance], how: str, found: Finding) -> Finding:
    """What becomes of trails that aren't of this input, where its own, if it has any, go first."""
    if leaving and access.instance.type == "aws_organizations_organization" and not access.instance.stays:
        # Who destroys the organization destroys what its trails are for.
        return found
    if domain.settings.assume_no_other_trail is not None:
        ground = f"{ASSUMED}{domain.settings.assume_no_other_trail}"
        return msgspec.structs.replace(found, because=(*found.because, ground))
    seen, elsewhere = domain.surroundings.seen, domain.surroundings.elsewhere
    if seen and elsewhere:
        gone = {_told(trail.before or {}) for trail in leaving}
        others = [trail for trail in seen.organization_trails if _told(trail.instance.now) not in gone]
        sure = next((trail for trail in others if trail.is_organization is True), None)
        if sure is not None:
            return Finding(
                address=access.address,
                verdict="violated",
                message=f"{how} while `{sure.address}` remains ({elsewhere.ground}): {_THEN}",
                at=(access.attribute,),
                witness=OrderWitness(sure.address, access.address, _missing(access), is_edge=False),
            )
        if not others:
            ground = f"no other organization trail is there: {elsewhere.ground}"
            return msgspec.structs.replace(found, because=(*found.because, ground))
    cause = Cause(
        "other organization trails may be there that need trusted access, in another stack or made by hand",
        "give --evidence FILE (from `orgtrail audit --save FILE`), that stack's plan or state as another INPUT, or "
        "--assume-no-other-trail REASON",
    )
    here = "its own trail goes first" if leaving else "no organization trail is in sight"
    return undecided(access.address, f"{how}, and {here}", [cause])


def _told(trail: Values) -> str:
    """What tells one trail of an organization from another."""
    return show(trail.get("arn") or trail.get("name"))


def _missing(access: TrustedAccess) -> str:
    if access.instance.stays and not access.instance.is_made:
        return f'"{CLOUDTRAIL}" in `{access.address}.{access.attribute}`'
    return f"`{access.address}` as it is"


def _together(domain: Domain, access: TrustedAccess, leaving: list[Instance], how: str) -> Finding:
    """Trails and trusted access both go: the trails have to go first."""
    grounds: list[str] = []
    for trail in leaving:
        first = _goes_first(domain, trail, access.instance)
        if isinstance(first, Cause):
            return undecided(access.address, f"{how}; whether `{trail.address}` goes first can't be told", [first])
        if first is None:
            return Finding(
                address=access.address,
                verdict="violated",
                message=f"{how}, and nothing makes `{trail.address}` go first; until it goes, {_THEN}",
                witness=OrderWitness(
                    trail.address, access.address, f"{trail.block} -> {access.instance.block} (destroyed in reverse)"
                ),
            )
        grounds += first
    if not leaving:
        return proved(access.address, "no organization trail needs trusted access any more")
    return proved(access.address, "the organization trail goes before trusted access does", *grounds)


def _goes_first(domain: Domain, trail: Instance, access: Instance) -> list[str] | Cause | None:
    """Why Terraform destroys the trail before it touches `access`; None where it needn't, a cause where it's unclear.

    What is destroyed goes before what it was made after, as the state remembers it, is destroyed or updated.
    """
    if trail.made_after is not None and access.block in trail.made_after:
        return [f"the state has `{trail.block}` made after `{access.block}`, and Terraform destroys in reverse"]
    graph = domain.estate.graph
    start, goal = (graph.resource(trail.block), graph.resource(access.block)) if graph else (None, None)
    if graph is not None and start is not None and goal is not None:
        path = graph.path(start[0], [goal[0]])
        if path is not None:
            return list(hops(path))
    if trail.made_after is not None:
        return None
    return Cause("the input doesn't show what the trail was made after", "give the plan, with its prior state")


def _already_off(domain: Domain, access: TrustedAccess) -> Iterator[Finding]:
    """Nothing is planned, and it is off: the trails that are there don't work for members already."""
    if any(other.after is not False for other in domain.trusted_access):
        return
    if not domain.estate.shows_before:
        if _remaining(domain):
            message = f"`{access.address}` doesn't enable trusted access for {CLOUDTRAIL}, and may have until now"
            yield undecided(access.address, message, [WITHOUT_STATE])
        return
    for trail in _remaining(domain):
        if trail.was_organization and trail.is_organization is True and not trail.instance.is_made:
            yield Finding(
                address=access.address,
                verdict="violated",
                message=f"trusted access is off while {domain.surroundings.called(trail.instance)} is there: {_THEN}",
                at=(access.attribute,),
                witness=OrderWitness(trail.address, access.address, _missing(access), is_edge=False),
                fix=enable_in(access) if access.instance.stays else None,
            )
            return


def _commands(domain: Domain) -> Iterator[Finding]:
    """Provisioners that disable it."""
    for instance in domain.estate.of_type(*COMMAND_TYPES):
        goes = not instance.stays or instance.actions in {("delete", "create"), ("create", "delete")}
        for provisioner in instance.provisioners:
            from orgtrail.organization.commands import commanded

            disabled = commanded(provisioner.command, provisioner.environment).get("disable", False)
            if disabled is False:
                continue
            runs = goes if provisioner.on_destroy else instance.is_made
            access = TrustedAccess(instance=instance, form="command", before=True, after=False)
            how = f"`{instance.address}` runs disable-aws-service-access for {CLOUDTRAIL}"
            if isinstance(disabled, Unknown):
                if (goes or instance.is_made) if provisioner.on_destroy is None else runs:
                    message = f"`{instance.address}` may disable trusted access for {CLOUDTRAIL}"
                    yield undecided(instance.address, message, [disabled.cause])
            elif provisioner.on_destroy is None and (goes or instance.is_made):
                cause = Cause(
                    f"a plan doesn't show whether `{instance.address}` runs its command when made or when destroyed",
                    SOURCE_HINT,
                )
                # Where it is made and destroyed, the command runs either way.
                found = _lost(domain, access, how)
                yield (
                    found if goes and instance.is_made else undecided(instance.address, f"{how}, perhaps now", [cause])
                )
            elif runs:
                yield _lost(domain, access, how)


def _remaining(domain: Domain) -> list[Trail]:
    return [*domain.organization_trails, *domain.surroundings.organization_trails(domain.accounts)]


def _leaving(domain: Domain) -> list[Instance]:
    """The organization trails that the plan destroys for good."""
    trails = domain.estate.of_type("aws_cloudtrail")
    return [one for one in trails if not one.stays and (one.before or {}).get("is_organization_trail") is True]
