"""What belongs to a log bucket beside its policy: versioning, public access block, ownership, encryption, ACLs."""

from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Instance
from orgtrail.organization.log_buckets import LogBucket, bucket_named
from orgtrail.values import Cause, Unknown, Value, causes, is_fixed

if TYPE_CHECKING:
    from orgtrail.organization import Domain


class Attached(msgspec.Struct, frozen=True):
    """The resources of one type that belong to a bucket, and why there may be more of them."""

    own: tuple[Instance, ...]
    doubts: tuple[Cause, ...]


def attached(domain: "Domain", bucket: LogBucket, kind: str, attribute: str = "bucket") -> Attached:
    """The resources of the type `kind` whose `attribute` names `bucket`, as they will be."""
    if bucket.beside is not None:
        there = attached(bucket.beside, msgspec.structs.replace(bucket, beside=None), kind, attribute)
        here = attached(domain, msgspec.structs.replace(bucket, beside=None, instance=None), kind, attribute)
        return Attached((*there.own, *here.own), (*there.doubts, *here.doubts))
    own: list[Instance] = []
    doubts: list[Cause] = [*domain.estate.unseen]
    seen = domain.seen.estate.of_type(kind) if domain.seen and domain.is_elsewhere(bucket.instance) else []
    for instance in (*domain.estate.of_type(kind), *seen):
        if not instance.stays:
            continue
        if _names(domain, instance, bucket, attribute):
            own.append(instance)
        elif _may_name(domain, instance, bucket, attribute):
            cause = next(causes(instance.now.get(attribute)), None)
            settle = cause.settle if cause else ""
            doubts.append(Cause(f"`{instance.address}` may be for this bucket: its `{attribute}` isn't known", settle))
    return Attached(tuple(own), tuple(doubts))


def _names(domain: "Domain", instance: Instance, bucket: LogBucket, attribute: str) -> bool:
    if bucket.instance is not None and bucket_named(domain, instance, attribute) is bucket.instance:
        return True
    return is_fixed(bucket.name) and instance.now.get(attribute) == bucket.name


def _may_name(domain: "Domain", instance: Instance, bucket: LogBucket, attribute: str) -> bool:
    named = instance.now.get(attribute)
    if isinstance(named, str) and isinstance(bucket.name, str):
        return False
    return bucket_named(domain, instance, attribute) is None


def inner(instance: Instance, *path: str) -> Value:
    """A value inside nested blocks, of which the first one counts; what isn't known stays unknown."""
    value: Value = instance.now
    for step in path:
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, Unknown):
            return value
        value = value.get(step) if isinstance(value, dict) else None
    return value
