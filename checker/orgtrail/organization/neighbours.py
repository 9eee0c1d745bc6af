"""What inputs that were checked apart tell of themselves, in words that all write alike: which are to be joined."""

from collections.abc import Iterable, Iterator, Sequence

from orgtrail.estate import Estate
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.log_keys import LogKey
from orgtrail.organization.trails import Trail
from orgtrail.provider.resource_types import types_living_in


def holds(estate: Estate, accounts: Accounts, trails: Sequence[Trail]) -> Iterator[str]:
    """What others may join an input by, in the words of `wants`."""
    of_buckets = estate.of_type("aws_s3_bucket", *types_living_in("aws_s3_bucket"), "aws_s3_access_point")
    for instance in of_buckets:
        # What an input destroys takes along what others hold of it.
        yield from (f"bucket {values.get('bucket')}" for values in (instance.now, instance.before or {}))
    yield from (f"bucket {trail.bucket_name}" for trail in trails)
    for key in estate.of_type("aws_kms_key", "aws_kms_replica_key", "aws_kms_alias"):
        yield from (f"key {key.now.get(name)}" for name in ("arn", "key_id", "id", "name"))
    if accounts.organizations:
        yield "organization"
        yield from (f"organization of {account}" for account in accounts.of_organization)
    elif trails:
        yield "trail"
        yield from (f"trail of {account}" for account in accounts.of_trails)


def wants(
    estate: Estate, accounts: Accounts, trails: Sequence[Trail], buckets: Iterable[LogBucket], keys: Iterable[LogKey]
) -> Iterator[str]:
    """What an input lacks that another may hold, where it surely would be that."""
    yield from (f"bucket {bucket.name}" for bucket in buckets)
    yield from (f"bucket {(going.before or {}).get('bucket')}" for going in estate.leaving("aws_s3_bucket"))
    yield from (f"key {key.name}" for key in keys if key.instance is None)
    told = accounts.settings.organization_id is not None or accounts.settings.management_account is not None
    if accounts.organizations:
        yield from ("trail",) if told else (f"trail of {account}" for account in accounts.of_organization)
    elif trails:
        yield from ("organization",) if told else (f"organization of {account}" for account in accounts.of_trails)
