"""Where copies of the trail's logs lie: the buckets that replication, DataSync and Firehose copy them to.

Source: Amazon S3 User Guide, "Replicating objects within and across Regions"; AWS DataSync User Guide, "Transferring
data"; Amazon Data Firehose Developer Guide, "Configure destination settings".
"""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.estate import Instance, listed
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.buckets import bucket_name
from orgtrail.organization.log_buckets import LogBucket, log_bucket
from orgtrail.organization.log_groups import LogGroup, found_log_groups, named_group
from orgtrail.organization.surroundings import Stack
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, causes, show, text

REPLICATION = "aws_s3_bucket_replication_configuration"
#: The block of a bucket for it, as it was written before version 4 of the provider.
_INLINE = ("replication_configuration", "rules")
TASK, LOCATION = "aws_datasync_task", "aws_datasync_location_s3"
FIREHOSE = "aws_kinesis_firehose_delivery_stream"

#: Copies of copies of copies: nobody has more, and a hostile plan may copy in circles.
_MOST_HOPS = 5


class Destination(msgspec.Struct, frozen=True):
    """A bucket that something is copied to: whose it is, and what is known of it. `at` is where it is named."""

    account: Value
    name: Value
    bucket: Instance | None = None
    at: tuple[str | int, ...] = ()
    holder: Instance | None = None


def destination(stack: Stack, holder: Instance, block: str, arn: Value, account: Value = None) -> Destination:
    """The bucket that an ARN inside the `block` of an instance names, and its account: as written, else its maker's."""
    bucket, name = named_bucket(stack, holder, block, arn)
    if account is None or account == "":
        if bucket is not None:
            account = stack.accounts.account_of(bucket)
        else:
            what = f"whose the bucket is that `{holder.address}` copies to ({show(arn)}) isn't known"
            settle = "give the plan or state of the stack that holds it as another INPUT"
            account = Unknown(next(causes(arn), Cause(what, settle)))
    return Destination(account=account, name=name, bucket=bucket, holder=holder)


def named_bucket(stack: Stack, holder: Instance, block: str, arn: Value) -> tuple[Instance | None, Value]:
    """The bucket that an ARN names, and its name; one that isn't known yet may refer to a bucket of the input."""
    if isinstance(arn, Symbol):
        made = stack.estate.instance(arn.identity.removesuffix(".arn"))
        bucket = made if made is not None and made.type == "aws_s3_bucket" and made.stays else None
    elif isinstance(arn, str | Text):
        name = _name_in(arn)
        return stack.buckets.with_name(name), name
    else:
        followed = [one for one in stack.estate.follow_all(holder, block) if one and one.type == "aws_s3_bucket"]
        bucket = followed[0] if len(followed) == 1 and followed[0].stays else None
    return bucket, bucket_name(bucket) if bucket else arn


def _name_in(arn: str | Text) -> Value:
    """The bucket's name in `arn:aws:s3:::NAME[/KEY]`; the whole of what is no such ARN."""
    parts = list(arn.parts) if isinstance(arn, Text) else [arn]
    for index, part in enumerate(parts):
        if isinstance(part, str) and ":::" in part:
            rest = [part.partition(":::")[2], *parts[index + 1 :]]
            cut = next((place for place, one in enumerate(rest) if isinstance(one, str) and "/" in one), None)
            kept = rest if cut is None else [*rest[:cut], str(rest[cut]).partition("/")[0]]
            return text(*kept)
    return arn


def found_copies(stack: Stack, buckets: Iterable[LogBucket]) -> list[LogBucket]:
    """The buckets of the input (or of one given with it) that logs are copied to, and those that these are copied to.

    A bucket of which neither itself nor a policy can be seen isn't among them: whoever copies there says so.
    """
    found: list[LogBucket] = []
    asked = [*buckets]
    known = {_identity(bucket) for bucket in asked}
    for _ in range(_MOST_HOPS):
        new = []
        for source in asked:
            for place in destinations(stack, source):
                copy = _copy(stack, source, place)
                if _identity(copy) not in known and (copy.instance or copy.policies):
                    known.add(_identity(copy))
                    new.append(copy)
        found += new
        asked = new
    return found


def _identity(bucket: LogBucket) -> str:
    return bucket.instance.address if bucket.instance and not bucket.held_by else show(bucket.name)


def _copy(stack: Stack, source: LogBucket, place: Destination) -> LogBucket:
    holder = place.holder or source.holder
    made = log_bucket(stack.buckets, stack.surroundings, place.name, place.bucket, holder)
    made.copy_of = source
    # A replica has the names of the originals; what DataSync and Firehose write has names of its own.
    made.trails = source.trails if holder.type in (REPLICATION, "aws_s3_bucket") else []
    for policy in made.policies:
        policy.value = stack.accounts.as_told(source.owned, policy.value)
    return made


def destinations(stack: Stack, bucket: LogBucket) -> Iterator[Destination]:
    """Every bucket that the objects of one are copied to, as far as S3's replication and DataSync are concerned."""
    for replication in replications(stack, bucket):
        yield from replicas(stack, replication)
    for task in tasks_from(stack, bucket):
        place = task_destination(stack, task)
        if isinstance(place, Destination):
            yield place
    for group in found_log_groups(stack.estate, stack.accounts, bucket.trails if bucket.copy_of is None else ()):
        for stream in streams_from(stack, group):
            yield from stream_destinations(stack, stream)


def replications(stack: Stack, bucket: LogBucket) -> Iterator[Instance]:
    """What replicates a bucket: resources of their own, or the bucket, which has a block for it or shows one."""
    found = attached(stack, bucket, REPLICATION)
    yield from found.own
    own = bucket.instance
    if own is None or own.type != "aws_s3_bucket" or not own.now.get(_INLINE[0]):
        return
    estate = (bucket.held_by or stack).estate
    if estate.configures(own, _INLINE[0]):
        yield own
    elif not own.is_made and not estate.of_type(REPLICATION) and not isinstance(own.now[_INLINE[0]], Unknown):
        # Somebody has set it; a resource that goes, or says otherwise, would know better.
        yield own


def replicas(stack: Stack, replication: Instance) -> Iterator[Destination]:
    """The destinations of a replication, but for rules that are disabled; an account that isn't known is a hole."""
    path, called = (_INLINE, "account_id") if replication.type == "aws_s3_bucket" else (("rule",), "account")
    for index, rule in enumerate(replication.blocks(*path)):
        at = (*path[:1], 0, *path[1:], index) if len(path) > 1 else (*path, index)
        if not isinstance(rule, dict):
            unknown = Unknown(next(causes(rule), Cause(f"a rule of `{replication.address}` isn't known")))
            yield Destination(account=unknown, name=unknown, at=at, holder=replication)
            continue
        if rule.get("status") == "Disabled":
            continue
        for one in listed(rule.get("destination")):
            values = one if isinstance(one, dict) else {}
            place = destination(stack, replication, path[0], values.get("bucket"), values.get(called))
            if isinstance(rule.get("status"), Unknown) or not isinstance(one, dict):
                unknown = Unknown(next(causes([rule.get("status"), one]), Cause("part of a rule isn't known")))
                place = msgspec.structs.replace(place, account=unknown)
            yield msgspec.structs.replace(place, at=at)


# DataSync


def tasks_from(stack: Stack, bucket: LogBucket) -> Iterator[Instance]:
    """The DataSync tasks of the input that surely read from a bucket."""
    for task in stack.estate.of_type(TASK):
        source = _location(stack, task, "source_location_arn") if task.stays else None
        if source is not None and source.type == LOCATION and _is_of(stack, source, bucket):
            yield task


def task_destination(stack: Stack, task: Instance) -> Destination | Instance | Unknown:
    """Where a task copies to: a bucket, a location of another kind, or why that isn't known."""
    location = _location(stack, task, "destination_location_arn")
    if location is None:
        named = task.now.get("destination_location_arn")
        what = f"where `{task.address}` copies to ({show(named)}) isn't in this input"
        return Unknown(next(causes(named), Cause(what, "give the stack that holds the location as another INPUT")))
    if location.type != LOCATION:
        return location
    place = destination(stack, location, "s3_bucket_arn", location.now.get("s3_bucket_arn"))
    return msgspec.structs.replace(place, holder=task)


def _location(stack: Stack, task: Instance, attribute: str) -> Instance | None:
    named = task.now.get(attribute)
    if isinstance(named, Symbol):
        return stack.estate.instance(named.identity.removesuffix(".arn"))
    if isinstance(named, str):
        return next((one for one in stack.estate.of_type(LOCATION) if one.now.get("arn") == named), None)
    found = [one for one, _ in stack.estate.follow(task, attribute)]
    return found[0] if len(found) == 1 else None


# Firehose


def streams_from(stack: Stack, group: LogGroup) -> Iterator[Instance]:
    """The Firehose streams of the input that a subscription filter on a log group surely sends to."""
    for one in stack.estate.of_type("aws_cloudwatch_log_subscription_filter"):
        name = named_group(stack.estate, one, "log_group_name") if one.stays else None
        if isinstance(name, str) and name == group.name:
            stream = stream_named(stack, one)
            if stream is not None:
                yield stream


def stream_named(stack: Stack, filter_: Instance) -> Instance | None:
    """The Firehose stream of the input that a subscription filter sends to."""
    named = filter_.now.get("destination_arn")
    if isinstance(named, Symbol):
        found = stack.estate.instance(named.identity.removesuffix(".arn"))
    elif isinstance(named, str | Text):
        streams = (one for one in stack.estate.of_type(FIREHOSE) if one.stays)
        found = next((one for one in streams if _is_stream(stack, one, named)), None)
    else:
        followed = [one for one, _ in stack.estate.follow(filter_, "destination_arn")]
        found = followed[0] if len(followed) == 1 else None
    return found if found is not None and found.type == FIREHOSE and found.stays else None


def _is_stream(stack: Stack, stream: Instance, arn: str | Text) -> bool:
    own, name = stream.now.get("arn"), stream.now.get("name")
    if own == arn:
        return True
    place = (stack.accounts.region_of(stream), ":", stack.accounts.account_of(stream))
    made = text(f"arn:{stack.accounts.partition}:firehose:", *place, ":deliverystream/", str(name))
    return isinstance(name, str) and made == arn


def stream_destinations(stack: Stack, stream: Instance) -> Iterator[Destination]:
    """The buckets that a Firehose stream writes to, those for what it couldn't deliver, too."""
    for kind in stream.now:
        for one in listed(stream.now.get(kind)) if kind.endswith("_configuration") else ():
            if isinstance(one, dict):
                for block in (one, *listed(one.get("s3_configuration")), *listed(one.get("s3_backup_configuration"))):
                    if isinstance(block, dict) and block.get("bucket_arn") is not None:
                        place = destination(stack, stream, kind, block.get("bucket_arn"))
                        yield msgspec.structs.replace(place, at=(kind,))


def _is_of(stack: Stack, location: Instance, bucket: LogBucket) -> bool:
    found, name = named_bucket(stack, location, "s3_bucket_arn", location.now.get("s3_bucket_arn"))
    return is_same(bucket, found, name)


def is_same(bucket: LogBucket, found: Instance | None, name: Value) -> bool:
    """Whether a bucket that something names is a log bucket."""
    if found is not None and bucket.instance is not None:
        return found is bucket.instance
    return isinstance(name, str | Symbol | Text) and name == bucket.name
