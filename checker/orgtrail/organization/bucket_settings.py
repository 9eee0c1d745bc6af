"""What belongs to a log bucket beside its policy: versioning, public access block, ownership, encryption, ACLs."""

import msgspec

from orgtrail.estate import Instance
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.surroundings import Stack
from orgtrail.values import Cause, causes


class Attached(msgspec.Struct, frozen=True):
    """The resources of one type that belong to a bucket, and why there may be more of them.

    `lost` are those that the plan leaves alone, and that go with the old bucket where it replaces that.
    """

    own: tuple[Instance, ...]
    doubts: tuple[Cause, ...]
    lost: tuple[Instance, ...] = ()


def attached(stack: Stack, bucket: LogBucket, kind: str, attribute: str = "bucket") -> Attached:
    """The resources of the type `kind` whose `attribute` names `bucket`, as they will be."""
    if bucket.held_by is not None:
        there = attached(bucket.held_by, msgspec.structs.replace(bucket, held_by=None, beside=()), kind, attribute)
        bucket = msgspec.structs.replace(
            bucket, beside=tuple(one for one in bucket.beside if one is not bucket.held_by)
        )
        here = attached(stack, msgspec.structs.replace(bucket, held_by=None, instance=None), kind, attribute)
        return Attached((*there.own, *here.own), (*there.doubts, *here.doubts), (*there.lost, *here.lost))
    own: list[Instance] = []
    lost: list[Instance] = []
    doubts: list[Cause] = [*stack.estate.unseen]
    seen = stack.surroundings.seen if stack.surroundings.shows(bucket.instance) else None
    for home in (stack, seen) if seen else (stack,):
        holders = home.buckets.holders(kind, attribute)
        every = holders.of(bucket.instance, bucket.name)
        sure = [instance for instance in every if instance.stays]
        settled = set(sure)
        for instance in holders.perhaps_of(bucket.name):
            if instance not in settled:
                cause = next(causes(instance.now.get(attribute)), None)
                what = f"`{instance.address}` may be for this bucket: its `{attribute}` isn't known"
                doubts.append(Cause(what, cause.settle if cause else ""))
        own += sure
        lost += [instance for instance in every if instance.lost_with is not None]
    for other in bucket.beside:
        # What another input doesn't spell out is taken for its own.
        every = other.buckets.holders(kind, attribute).of(None, bucket.name)
        own += [instance for instance in every if instance.stays]
        lost += [instance for instance in every if instance.lost_with is not None]
    return Attached(tuple(own), tuple(doubts), tuple(lost))
