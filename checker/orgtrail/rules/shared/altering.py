"""What may be done to logs by nobody but those that they belong to."""

from collections.abc import Sequence

import msgspec

from orgtrail.iam.actions import group
from orgtrail.iam.aws_accounts import LOAD_BALANCERS
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Case, Target
from orgtrail.rules.shared.policies import all_of

#: What load balancers do from accounts of AWS's own.
_DELIVERIES = ("s3:PutObject",)


def altering() -> list[str]:
    """Every way to write, delete or re-tag the trail's objects, or to change what guards the bucket."""
    return [name for part in ("write", "delete", "configure", "change-policy") for name in group(part)]


def nobody_alters(case: Case, classes: Sequence[ClassName], target: Target) -> Outcome:
    """Whether nobody of `classes` may alter the logs. A trusted account may read: here it is what it is."""
    world = msgspec.structs.replace(case.world, trusted_accounts=())
    others = [name for name in altering() if name not in _DELIVERIES]
    delivered = msgspec.structs.replace(world, exempt_accounts=tuple(sorted(LOAD_BALANCERS)))
    return all_of(
        (
            case.in_world(delivered).nobody_may(classes, _DELIVERIES, target),
            case.in_world(world).nobody_may(classes, others, target),
        )
    )
