"""The log buckets of an Estate, and the policies on them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Instance
from orgtrail.iam import document
from orgtrail.organization.accounts import as_told
from orgtrail.organization.policies import Policy, out_of_sight, policy_in
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, causes, is_fixed

if TYPE_CHECKING:
    from orgtrail.organization import Domain
    from orgtrail.organization.trails import Trail

#: The attributes of what belongs to a bucket (`aws_s3_bucket_policy`, say) that are the bucket's name.
_BUCKET_NAMES = frozenset({"bucket", "id"})
_MAX_HOPS = 4


class LogBucket(msgspec.Struct, kw_only=True, eq=False):
    """One bucket that an organization trail writes to, or whose policy lets CloudTrail put objects.

    `instance` is None where the input doesn't hold the bucket itself; `holder` is what names it then. A policy whose
    bucket can't be told may be this bucket's: it comes with an unknown value. `beside` is the domain of another input,
    given together with this one, where that holds the bucket; what is said of it is said of `holder` then. `leaving`
    are the policy resources of the bucket that the plan destroys: AWS keeps one policy, whoever set it.
    """

    name: Value
    instance: Instance | None
    holder: Instance
    policies: list[Policy]
    trails: "list[Trail]"
    beside: "Domain | None" = None
    leaving: tuple[Instance, ...] = ()

    @property
    def out_of_sight(self) -> Cause:
        """Why the bucket itself can't be looked at, where `instance` is None."""
        return out_of_sight("bucket", self.name, self.holder)

    @property
    def address(self) -> str:
        """The address of the bucket, or of what names it."""
        return (self.holder if self.beside or self.instance is None else self.instance).address

    @property
    def owned(self) -> Instance | None:
        """What shows who owns it: the bucket, or its policy. None where only a trail, anybody's, names it."""
        return self.instance or (self.holder if self.holder.type.startswith("aws_s3_bucket") else None)


def found_log_buckets(domain: "Domain") -> list[LogBucket]:
    """The buckets that organization trails write to, then those whose policy lets CloudTrail put objects."""
    buckets: dict[str, LogBucket] = {}
    for trail in domain.organization_trails:
        instance = bucket_named(domain, trail.instance, "s3_bucket_name")
        name = bucket_name(instance) if instance else trail.bucket_name
        key = instance.address if instance else repr(name)
        if key not in buckets:
            buckets[key] = _log_bucket(domain, name, instance, trail.instance)
        buckets[key].trails.append(trail)
    for holder in _policy_holders(domain):
        instance = holder if holder.type == "aws_s3_bucket" else bucket_named(domain, holder, "bucket")
        name = bucket_name(instance) if instance else holder.now.get("bucket")
        key = instance.address if instance else repr(name)
        if key not in buckets and (domain.estate.input.kind == "policy" or _lets_cloudtrail_write(domain, holder)):
            buckets[key] = _log_bucket(domain, name, instance, holder)
    for bucket in buckets.values():
        for policy in bucket.policies:
            policy.value = as_told(domain, bucket.owned, policy.value)
    return list(buckets.values())


def bucket_named(domain: "Domain", instance: Instance, attribute: str) -> Instance | None:
    """The bucket resource that an attribute names; None where the input doesn't hold it or can't tell which."""
    named = instance.now.get(attribute)
    buckets = [bucket for bucket in domain.estate.of_type("aws_s3_bucket") if bucket.stays]
    if is_fixed(named):
        return next((bucket for bucket in buckets if bucket_name(bucket) == named), None)
    # A hostile plan may refer in circles.
    for _ in range(_MAX_HOPS):
        found = list(domain.estate.follow(instance, attribute))
        if len(found) != 1:
            return None
        instance, read = found[0]
        if instance in buckets:
            return instance
        if read not in _BUCKET_NAMES or not instance.type.startswith("aws_s3_bucket_"):
            return None
        # What belongs to a bucket names it: `s3_bucket_name = aws_s3_bucket_policy.logs.bucket`.
        attribute = "bucket"
    return None


def bucket_name(bucket: Instance) -> str | Symbol | Text:
    """A bucket's name; the symbol for it where it will be chosen at apply."""
    for attribute in ("bucket", "id"):
        name = bucket.now.get(attribute)
        if isinstance(name, str | Symbol | Text):
            return name
    return Symbol(f"{bucket.address}.bucket", "bucket")


def _log_bucket(domain: "Domain", name: Value, instance: Instance | None, holder: Instance) -> LogBucket:
    policies = list(_policies(domain, instance, name))
    if instance is None and not policies and domain.seen and domain.elsewhere:
        # The bucket of another stack, as evidence shows it.
        instance = next((b for b in domain.seen.estate.of_type("aws_s3_bucket") if bucket_name(b) == name), None)
        policies = list(_policies(domain.seen, instance, name)) if instance else []
        for policy in policies:
            policy.grounds = (f"evidence: {domain.elsewhere.ground}", *policy.grounds)
    leaving = tuple(one for one in _own_holders(domain, instance, name) if not one.stays)
    made = LogBucket(name=name, instance=instance, holder=holder, policies=policies, trails=[], leaving=leaving)
    return made if instance or policies else _beside(domain, made)


def _beside(domain: "Domain", bucket: LogBucket) -> LogBucket:
    """A bucket that this input doesn't hold, as another input given together with it does; else as it was.

    Only a name that is written out joins them: names of buckets are unique in a partition, addresses are not.
    """
    if not isinstance(bucket.name, str):
        return bucket
    held = []
    for other in domain.beside:
        buckets = [one for one in other.estate.of_type("aws_s3_bucket") if one.stays]
        instance = next((one for one in buckets if bucket_name(one) == bucket.name), None)
        policies = [policy for policy in _policies(other, instance, bucket.name) if instance or _names(policy, bucket)]
        if instance or policies:
            held.append((other, instance, policies))
    if len(held) != 1:
        # Two inputs that hold it may be the same stack at two times: which of them counts isn't known.
        return bucket
    other, instance, policies = held[0]
    for policy in policies:
        policy.grounds = (f"`{policy.address}` in {other.estate.input.path}", *policy.grounds)
    name = bucket.name
    return LogBucket(name=name, instance=instance, holder=bucket.holder, policies=policies, trails=[], beside=other)


def _names(policy: Policy, bucket: LogBucket) -> bool:
    return policy.instance.now.get("bucket") == bucket.name


def _policies(domain: "Domain", bucket: Instance | None, name: Value) -> Iterator[Policy]:
    """The policies on one bucket; where none is surely its own, those that may be."""
    own = _own_holders(domain, bucket, name)
    if own:
        yield from (policy_in(domain, holder, "policy") for holder in own if holder.stays)
        return
    if bucket is not None and _holds_policy(domain, bucket):
        yield policy_in(domain, bucket, "policy")
        return
    for holder in domain.estate.of_type("aws_s3_bucket_policy"):
        if holder.stays and _may_be_for(domain, holder, name):
            cause = next(iter(causes(holder.now.get("bucket"))), None)
            what = f"`{holder.address}` may be the policy of this bucket: its `bucket` isn't known"
            unclear = Unknown(Cause(what, cause.settle if cause else ""))
            yield Policy(instance=holder, attribute="policy", value=unclear, is_perhaps=True)


def _own_holders(domain: "Domain", bucket: Instance | None, name: Value) -> list[Instance]:
    """The bucket policy resources that are surely for one bucket, those that the plan destroys too."""
    holders = domain.estate.of_type("aws_s3_bucket_policy")
    return [holder for holder in holders if _is_for(domain, holder, bucket, name)]


def _is_for(domain: "Domain", holder: Instance, bucket: Instance | None, name: Value) -> bool:
    """Whether a bucket policy resource is for this bucket."""
    if bucket is not None and bucket_named(domain, holder, "bucket") is bucket:
        return True
    values = holder.now or holder.before or {}
    return is_fixed(name) and values.get("bucket") == name


def _may_be_for(domain: "Domain", holder: Instance, name: Value) -> bool:
    """Whether a policy that isn't surely for a bucket may be for it all the same."""
    named = holder.now.get("bucket")
    if isinstance(named, str) and isinstance(name, str):
        return False
    return bucket_named(domain, holder, "bucket") is None


def _holds_policy(domain: "Domain", bucket: Instance) -> bool:
    """Whether a bucket's own `policy` counts: it is written there, or shows what an existing bucket has.

    The attribute is computed, too: for a bucket that isn't there yet it is unknown without meaning a policy.
    """
    if domain.estate.configures(bucket, "policy"):
        return True
    shown = bucket.now.get("policy")
    return isinstance(shown, str) and shown != "" and not bucket.is_made


def _policy_holders(domain: "Domain") -> Iterator[Instance]:
    """Everything that holds a bucket policy in its attribute `policy`."""
    yield from (instance for instance in domain.estate.of_type("aws_s3_bucket_policy") if instance.stays)
    for bucket in domain.estate.of_type("aws_s3_bucket"):
        if bucket.stays and _holds_policy(domain, bucket) and not _is_given_up(domain, bucket):
            yield bucket


def _is_given_up(domain: "Domain", bucket: Instance) -> bool:
    """Whether the plan destroys the policy that the bucket still shows, and the trail that needed it."""
    name = bucket_name(bucket)
    going = [one for one in domain.estate.of_type("aws_s3_bucket_policy", "aws_cloudtrail") if not one.stays]
    named = {
        (one.type, (one.before or {}).get("s3_bucket_name" if one.type == "aws_cloudtrail" else "bucket"))
        for one in going
    }
    return {("aws_s3_bucket_policy", name), ("aws_cloudtrail", name)} <= named


def _lets_cloudtrail_write(domain: "Domain", holder: Instance) -> bool:
    policy = document.parse(policy_in(domain, holder, "policy").value)
    return any(
        statement.effect == "Allow" and CLOUDTRAIL in statement.principals.services for statement in policy.statements
    )
