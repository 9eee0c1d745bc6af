"""What a trail names and a plan destroys: the trail stays, and has nowhere to go."""

from collections.abc import Callable

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail
from orgtrail.results import FactWitness
from orgtrail.rules import Finding
from orgtrail.values import Value


def destroyed(
    domain: Domain, trail: Trail, attribute: str, kind: str, names: Callable[[Instance], tuple[Value, ...]], noun: str
) -> Finding | None:
    """A finding where an input destroys, for good, what the trail names in `attribute`; None where none does.

    `names` are what that may be called there: names that are nobody else's, such as ARNs.
    """
    named = trail.instance.now.get(attribute)
    for stack in (domain, *domain.surroundings.beside) if isinstance(named, str) else ():
        for going in stack.estate.leaving(kind):
            is_kept = going.is_made or (going.before or {}).get("skip_destroy") is True
            if not is_kept and named in names(going):
                where = "the plan" if stack is domain else stack.estate.input.path
                message = f"{where} destroys `{going.address}`, the {noun} that the trail names"
                witness = FactWitness(attribute, str(named), f"a {noun} that stays")
                return Finding(
                    address=trail.address, at=(attribute,), verdict="violated", message=message, witness=witness
                )
    return None
