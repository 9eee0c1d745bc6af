"""Arguments that name another resource: set or not, where the value is known only after apply."""

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.rules.shared.verdicts import Requirement, is_set
from orgtrail.values import Unknown

#: Attributes that are never null once the resource is there.
_ALWAYS_THERE = frozenset({"arn", "id", "key_id", "name", "bucket", "target_key_arn"})


def required_reference(domain: Domain, instance: Instance, attribute: str, expected: str) -> Requirement:
    """The requirement that an argument is set; an unknown one is where it refers to the name of another resource."""
    value = instance.now.get(attribute)
    found = is_set(value)
    ground = f"`{instance.address}.{attribute}` is set"
    if isinstance(found, Unknown):
        for other, read in domain.estate.follow(instance, attribute):
            if other.stays and other.mode == "managed" and read in _ALWAYS_THERE:
                found, ground = True, f"`{instance.address}.{attribute}` is `{other.address}.{read}`"
                break
    said = "not known" if isinstance(found, Unknown) else "set" if found else "not set"
    return Requirement(attribute=attribute, holds=found, found=said, expected=expected, ground=ground)
