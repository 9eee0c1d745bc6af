"""The log buckets of an Estate, and the policies on them."""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.estate import Instance
from orgtrail.iam.statements import Words
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.bucket_policies import BucketPolicies
from orgtrail.organization.buckets import Buckets, bucket_name
from orgtrail.organization.policies import Policy, out_of_sight
from orgtrail.organization.surroundings import Stack, Surroundings, only_shown
from orgtrail.organization.trails import Trail, trail_arn
from orgtrail.values import Cause, Symbol, Text, Value, is_fixed


class LogBucket(msgspec.Struct, kw_only=True, eq=False):
    """One bucket that an organization trail writes to, or whose policy lets CloudTrail put objects.

    `instance` is None where the input doesn't hold the bucket itself; `holder` is what names it then. A policy whose
    bucket can't be told may be this bucket's: it comes with an unknown value. `held_by` is another input, given
    together with this one, where that holds the bucket; what is said of it is said of `holder` then. `beside` are the
    other inputs that may hold something of it: its policy, its public access block. `leaving` are the
    policy resources of the bucket that the plan destroys: AWS keeps one policy, whoever set it. `lost` are those that
    the plan leaves alone, and that go with the old bucket where it replaces that. `copy_of` is the bucket whose objects
    are copied here.
    """

    name: Value
    instance: Instance | None
    holder: Instance
    policies: list[Policy]
    trails: list[Trail]
    held_by: Stack | None = None
    beside: tuple[Stack, ...] = ()
    leaving: tuple[Instance, ...] = ()
    lost: tuple[Instance, ...] = ()
    copy_of: "LogBucket | None" = None

    @property
    def out_of_sight(self) -> Cause:
        """Why the bucket itself can't be looked at, where `instance` is None."""
        if self.lost:
            return Cause(self.lost[0].how_lost, "leave the bucket where it is")
        return out_of_sight("bucket", self.name, self.holder)

    @property
    def address(self) -> str:
        """The address of the bucket, or of what names it."""
        return (self.holder if self.held_by or self.instance is None else self.instance).address

    @property
    def original(self) -> "LogBucket":
        """The bucket that CloudTrail writes to, where this is a copy of it, or of a copy."""
        return self if self.copy_of is None else self.copy_of.original

    @property
    def owned(self) -> Instance | None:
        """What shows who owns it: the bucket, or its policy. None where only a trail, anybody's, names it."""
        return self.instance or (self.holder if self.holder.type.startswith("aws_s3_bucket") else None)


def found_log_buckets(
    held: BucketPolicies, accounts: Accounts, buckets: Buckets, surroundings: Surroundings, trails: Iterable[Trail]
) -> list[LogBucket]:
    """The buckets that organization trails write to, then those whose policy lets CloudTrail put objects."""
    found: dict[str, LogBucket] = {}
    for trail in trails:
        instance = buckets.named(trail.instance, "s3_bucket_name")
        name = bucket_name(instance) if instance else trail.bucket_name
        key = instance.address if instance else repr(name)
        if key not in found:
            found[key] = log_bucket(buckets, surroundings, name, instance, trail.instance)
        found[key].trails.append(trail)
    for holder in held:
        if not held.read(holder).lets_cloudtrail_write:
            continue
        instance = holder if holder.type == "aws_s3_bucket" else buckets.named(holder, "bucket")
        name = bucket_name(instance) if instance else holder.now.get("bucket")
        key = instance.address if instance else repr(name)
        if key not in found:
            found[key] = log_bucket(buckets, surroundings, name, instance, holder)
    for bucket in found.values():
        for policy in bucket.policies:
            _settle(policy, bucket, accounts)
    return list(found.values())


def _settle(policy: Policy, bucket: LogBucket, accounts: Accounts) -> None:
    """Say in a policy what is known of its bucket: its name, its owner as the user told, and who sets the policy."""
    policy.value = accounts.as_told(bucket.owned, policy.value)
    policy.bucket = bucket.name if isinstance(bucket.name, str | Symbol | Text) else None
    if bucket.instance is not None and policy.instance is not bucket.instance:
        setter, owner = accounts.account_of(policy.instance), accounts.account_of(bucket.instance)
        if isinstance(setter, str) and isinstance(owner, str):
            policy.set_by, policy.owner = setter, owner
    if policy.kept is not None:
        policy.kept.value = accounts.as_told(bucket.owned, policy.kept.value)


def log_bucket(
    buckets: Buckets, surroundings: Surroundings, name: Value, instance: Instance | None, holder: Instance
) -> LogBucket:
    """A bucket by its name, with its policies, as the input or another one holds it; `holder` names it."""
    policies = list(buckets.policies(instance, name))
    own = buckets.holders("aws_s3_bucket_policy").of(instance, name)
    lost = [one for one in own if one.lost_with is not None]
    joined = surroundings.bucket(name) if instance is None else None
    if joined:
        policies, lost = policies or joined.policies, [*lost, *joined.lost]
    elif surroundings.beside and (not policies or only_shown(policies)):
        # What a bucket shows was set by somebody: by another input, perhaps, which knows what it will be.
        elsewhere, lost_elsewhere = surroundings.policies_of(name)
        policies, lost = elsewhere or policies, [*lost, *lost_elsewhere]
    around = surroundings.around(name) if joined is None and isinstance(name, str) else ()
    return LogBucket(
        name=name,
        instance=joined.instance if joined else instance,
        holder=holder,
        policies=policies,
        trails=[],
        held_by=joined.held_by if joined else None,
        beside=joined.beside if joined else around,
        leaving=tuple(one for one in own if not one.stays and one.lost_with is None),
        lost=tuple(lost),
    )


def own_trails(stack: Stack, bucket: LogBucket, trails: Iterable[Trail]) -> Iterator[tuple[Words, Words]]:
    """The trails of one account that write to a bucket: the account and the ARN of each."""
    for trail in trails:
        if trail.is_organization is not False:
            continue
        named = stack.buckets.named(trail.instance, "s3_bucket_name")
        same = is_fixed(trail.bucket_name) and trail.bucket_name == bucket.name
        if same or (named is not None and named is bucket.instance):
            # A trail of the account that owns the bucket is made where the user told that account.
            account, arn = stack.accounts.account_of(trail.instance), trail_arn(stack.accounts, trail)
            yield (
                stack.accounts.name_as_told(bucket.owned, account),
                stack.accounts.name_as_told(bucket.owned, arn),
            )


def unread_policies(
    policies: BucketPolicies, log_buckets: Iterable[LogBucket]
) -> tuple[list[tuple[Instance, tuple[Cause, ...]]], int]:
    """What holds each policy of which it isn't known whether it is a log bucket's, with why; and how many are known.

    Those of log buckets aren't among them.
    """
    judged = {policy.instance.address for bucket in log_buckets for policy in bucket.policies}
    others = [holder for holder in policies if holder.address not in judged]
    unread = [(holder, doubts) for holder in others if (doubts := policies.read(holder).doubts)]
    return unread, len(others) - len(unread) + policies.others(judged)
