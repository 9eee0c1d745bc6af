"""The resources that configure one bucket: public access block, ownership controls, ACL, versioning and so on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orgtrail.estate import Instance
from orgtrail.organization.log_buckets import LogBucket, bucket_named
from orgtrail.values import Symbol, Text

if TYPE_CHECKING:
    from orgtrail.organization import Domain


def companions(domain: "Domain", bucket: LogBucket, kind: str) -> list[Instance]:
    """The resources of type `kind` whose `bucket` is this log bucket, and that will be there."""
    return [instance for instance, sure in _candidates(domain, bucket, kind) if sure]


def possible_companions(domain: "Domain", bucket: LogBucket, kind: str) -> list[Instance]:
    """The resources of type `kind` that may be for this log bucket: their `bucket` isn't known."""
    return [instance for instance, sure in _candidates(domain, bucket, kind) if not sure]


def _candidates(domain: "Domain", bucket: LogBucket, kind: str) -> Iterator[tuple[Instance, bool]]:
    there = domain.seen.estate.of_type(kind) if domain.seen and domain.is_elsewhere(bucket.instance) else []
    for instance in (*domain.estate.of_type(kind), *there):
        if not instance.stays:
            continue
        named = instance.now.get("bucket")
        target = bucket_named(domain, instance, "bucket")
        same_name = isinstance(bucket.name, str | Symbol | Text) and named == bucket.name
        if same_name or (bucket.instance is not None and target is bucket.instance):
            yield instance, True
        elif target is None and not (isinstance(named, str) and isinstance(bucket.name, str)):
            yield instance, False
