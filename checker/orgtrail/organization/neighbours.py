"""What inputs that were checked apart tell of themselves, in words that all write alike: which are to be joined."""

from collections.abc import Iterable, Iterator, Sequence

from orgtrail.arn import log_group_in
from orgtrail.estate import Estate
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.log_keys import LogKey
from orgtrail.organization.trails import Trail
from orgtrail.provider.resource_types import types_living_in
from orgtrail.values import show


def holds(estate: Estate, accounts: Accounts, trails: Sequence[Trail]) -> Iterator[str]:
    """What others may join an input by, in the words of `wants`."""
    yield from _buckets(estate)
    yield from (f"bucket {trail.bucket_name}" for trail in trails)
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


def _buckets(estate: Estate) -> Iterator[str]:
    """The buckets that an input holds, or something of; what it destroys takes along what others hold of them."""
    for instance in estate.of_type("aws_s3_bucket", *types_living_in("aws_s3_bucket"), "aws_s3_access_point"):
        yield from (f"bucket {values.get('bucket')}" for values in (instance.now, instance.before or {}))


def _named(estate: Estate) -> Iterator[str]:
    """What an input holds that trails name, and what is set for that."""
    for key in estate.of_type("aws_kms_key", "aws_kms_replica_key", "aws_kms_alias"):
        yield from (f"key {key.now.get(name)}" for name in ("arn", "key_id", "id", "name"))
    yield from (f"key {grant.now.get('key_id')}" for grant in estate.of_type("aws_kms_grant"))
    for topic in estate.of_type("aws_sns_topic"):
        yield from (f"topic {values.get('arn')}" for values in (topic.now, topic.before or {}))
    for group in estate.of_type("aws_cloudwatch_log_group", "aws_cloudwatch_log_subscription_filter"):
        values = group.now or group.before or {}
        yield f"log group {values.get('log_group_name') or values.get('name')}"


def wants(
    estate: Estate, accounts: Accounts, trails: Sequence[Trail], buckets: Sequence[LogBucket], keys: Iterable[LogKey]
) -> Iterator[str]:
    """What another input may hold of what this one is about, or lacks, where it surely would be that."""
    yield from (f"bucket {bucket.name}" for bucket in buckets)
    yield from (f"bucket {(going.before or {}).get('bucket')}" for going in estate.leaving("aws_s3_bucket"))
    if buckets:
        owners = {accounts.management_account, *(accounts.owner_of(bucket.owned) for bucket in buckets)}
        yield from (f"roles of {owner}" for owner in owners if isinstance(owner, str))
    for key in keys:
        yield from (f"key {key.name}", f"key {show(key.name).rpartition('/')[2]}")
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
