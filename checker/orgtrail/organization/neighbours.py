"""What inputs that were checked apart tell of themselves, in words that all write alike: which are to be joined."""

from collections.abc import Iterable, Iterator, Sequence

from orgtrail.arn import log_group_in
from orgtrail.estate import Estate, Instance
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.log_keys import LogKey
from orgtrail.organization.trails import Trail
from orgtrail.provider.resource_types import types_living_in
from orgtrail.values import show


def holds(estate: Estate, accounts: Accounts, trails: Sequence[Trail]) -> Iterator[str]:
    """What others may join an input by, in the words of `wants`."""
    yield from _buckets(estate, trails)
    yield from _named(estate)
    # Of thousands of roles one a provider says whose they are; a state names none.
    makers = {role.provider or role.address: role for role in estate.passing("aws_iam_role")}
    yield from (f"roles of {accounts.account_of(role)}" for role in makers.values())
    if accounts.organizations:
        yield "organization"
        yield from (f"organization of {account}" for account in accounts.of_organization)
    elif trails:
        yield "trail"
        yield from (f"trail of {account}" for account in accounts.of_trails)


def _buckets(estate: Estate, trails: Sequence[Trail]) -> Iterator[str]:
    """The buckets that an input holds, or destroys, and those of others of which it holds something."""
    kinds = ("aws_s3_bucket", *types_living_in("aws_s3_bucket"), "aws_s3_access_point")
    named = {kind: [_names(one, "bucket") for one in estate.of_type(kind)] for kind in kinds}
    own = {name for names in named.pop("aws_s3_bucket") for name in names}
    yield from (f"bucket {name}" for name in own)
    of_others = {name for each in named.values() for names in each for name in names}
    yield from (f"of bucket {name}" for name in {*of_others, *(str(trail.bucket_name) for trail in trails)} - own)
    # A policy alone is as good as the bucket to a trail that names it.
    yield from (
        f"policy of bucket {name}" for each in named["aws_s3_bucket_policy"] for name in each if name not in own
    )


def _names(instance: Instance, attribute: str) -> list[str]:
    found = (values.get(attribute) for values in (instance.now, instance.before or {}))
    return [name for name in found if isinstance(name, str)]


def _named(estate: Estate) -> Iterator[str]:
    """What an input holds that trails name, and what is set for that."""
    own = set()
    for key in estate.of_type("aws_kms_key", "aws_kms_replica_key", "aws_kms_alias"):
        own |= {f"key {key.now.get(name)}" for name in ("arn", "key_id", "id", "name")}
    yield from own
    grants = {f"key {grant.now.get('key_id')}" for grant in estate.of_type("aws_kms_grant")}
    yield from (f"of {key}" for key in grants - own)
    yield from (f"topic {name}" for topic in estate.of_type("aws_sns_topic") for name in _names(topic, "arn"))
    for group in estate.of_type("aws_cloudwatch_log_group"):
        yield from (f"log group {name}" for name in _names(group, "name"))
    for filter_ in estate.of_type("aws_cloudwatch_log_subscription_filter"):
        yield from (f"log group {name}" for name in _names(filter_, "log_group_name"))


def wants(
    estate: Estate, accounts: Accounts, trails: Sequence[Trail], buckets: Sequence[LogBucket], keys: Iterable[LogKey]
) -> Iterator[str]:
    """What another input may hold of what this one is about, or lacks, where it surely would be that."""
    for bucket in buckets:
        if bucket.instance is None:
            yield from (f"bucket {bucket.name}", f"policy of bucket {bucket.name}")
    yield from (f"of bucket {bucket.name}" for bucket in buckets)
    for going in estate.leaving("aws_s3_bucket"):
        yield from (f"of bucket {name}" for name in _names(going, "bucket"))
    if buckets:
        owners = {accounts.management_account, *(accounts.owner_of(bucket.owned) for bucket in buckets)}
        yield from (f"roles of {owner}" for owner in owners if isinstance(owner, str))
    for key in keys:
        if key.instance is None:
            yield f"key {key.name}"
        yield from (f"of key {key.name}", f"of key {show(key.name).rpartition('/')[2]}")
    yield from _wanted_by_trails(trails)
    told = accounts.settings.organization_id is not None or accounts.settings.management_account is not None
    if accounts.organizations:
        yield from ("trail",) if told else (f"trail of {account}" for account in accounts.of_organization)
    elif trails:
        yield from ("organization",) if told else (f"organization of {account}" for account in accounts.of_trails)


def _wanted_by_trails(trails: Iterable[Trail]) -> Iterator[str]:
    for trail in trails:
        topic, group = (trail.instance.now.get(one) for one in ("sns_topic_name", "cloud_watch_logs_group_arn"))
        if isinstance(topic, str) and topic:
            yield f"topic {topic}"
        if isinstance(group, str) and group:
            yield f"log group {log_group_in(group)}"
