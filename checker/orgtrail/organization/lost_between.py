"""What one input takes away of another that is given together with it: a replaced bucket has no policy, whoever set it.

Source: the same as of `provider/losses.py`; Amazon S3 API Reference, "DeleteBucket".
"""

from collections.abc import Sequence

from orgtrail.estate import Instance
from orgtrail.organization.surroundings import Stack
from orgtrail.provider.losses import Losses, Together
from orgtrail.provider.resource_types import HOME_TYPES, Home
from orgtrail.values import Cause


def lose_between(stacks: Sequence[Stack]) -> None:
    """Let what lives in things of other inputs go with those, before anybody asks what there is."""
    for taking in stacks:
        if not any(True for kind in HOME_TYPES for _ in taking.estate.leaving(kind)):
            continue
        path = taking.estate.input.path
        for other in stacks:
            if other is not taking:
                losses = Losses(taking.estate.leaving, elsewhere=path, together=_together(other, taking))
                other.estate.settle_also(losses.settle)


def _together(own: Stack, taking: Stack) -> Together:
    """Whether an instance of one input lives in a home of another one."""

    def are_together(instance: Instance, parent: Instance, home: Home) -> bool | Cause:
        if _has_its_own(own, instance, home):
            return False
        if home.is_global:
            return True
        places = [(own.accounts.account_of(instance), taking.accounts.account_of(parent))]
        if not parent.type.startswith("aws_iam_"):
            places.append((own.accounts.region_of(instance), taking.accounts.region_of(parent)))
        for mine, theirs in places:
            if isinstance(mine, str) and isinstance(theirs, str):
                if mine != theirs:
                    return False
            else:
                what = f"whether `{instance.address}` lives in `{parent.address}` of {taking.estate.input.path}"
                return Cause(f"{what}, which goes, isn't known: accounts and regions aren't spelled out")
        return True

    return are_together


def _has_its_own(own: Stack, instance: Instance, home: Home) -> bool:
    """Whether the instance's own input holds a home of that name, which stays there: then it lives in that."""
    named = (instance.before or instance.after or {}).get(home.attribute)
    return any(
        one.stays and named in [one.now.get(name) for name in home.names] for one in own.estate.of_type(*home.types)
    )
