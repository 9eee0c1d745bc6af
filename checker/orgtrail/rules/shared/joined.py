"""What is found of a topic or role of another input, as said of this one's trail: its addresses aren't ours."""

import msgspec

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail
from orgtrail.rules import Finding
from orgtrail.rules.shared.verdicts import undecided
from orgtrail.values import Cause


def told_of(domain: Domain, trail: Trail, finding: Finding, holder: Instance) -> Finding:
    """A finding about `holder` or what belongs to it: said of the trail where another input, or evidence, holds it."""
    stack = domain.surroundings.holder(holder)
    if stack is None or finding.address == trail.address:
        return finding
    where = f"`{finding.address}` in {stack.estate.input.path}"
    return msgspec.structs.replace(
        finding, address=trail.address, at=(), message=f"{finding.message} ({where})", fix=None
    )


def apart(domain: Domain, trail: Trail, holder: Instance) -> Finding | None:
    """Whether the trail comes after what another input makes can't be told; None where it is there already."""
    other = domain.surroundings.other(holder)
    if other is None or not holder.is_made or not trail.instance.is_made:
        return None
    path = other.estate.input.path
    cause = Cause(f"{path} makes `{holder.address}`, and no graph spans two inputs", f"apply {path} first")
    return undecided(trail.address, "whether the trail comes after it can't be told", [cause])
