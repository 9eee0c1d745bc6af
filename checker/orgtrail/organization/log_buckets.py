"""The log buckets of an Estate, and the policies on them."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Estate, Instance, Register, name_key
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
    are the policy resources of the bucket that the plan destroys: AWS keeps one policy, whoever set it. `lost` are
    those that the plan leaves alone, and that go with the old bucket where it replaces that.
    """

    name: Value
    instance: Instance | None
    holder: Instance
    policies: list[Policy]
    trails: "list[Trail]"
    beside: "Domain | None" = None
    leaving: tuple[Instance, ...] = ()
    lost: tuple[Instance, ...] = ()

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
        instance = domain.buckets.named(trail.instance, "s3_bucket_name")
        name = bucket_name(instance) if instance else trail.bucket_name
        key = instance.address if instance else repr(name)
        if key not in buckets:
            buckets[key] = _log_bucket(domain, name, instance, trail.instance)
        buckets[key].trails.append(trail)
    for holder in _policy_holders(domain):
        instance = holder if holder.type == "aws_s3_bucket" else domain.buckets.named(holder, "bucket")
        name = bucket_name(instance) if instance else holder.now.get("bucket")
        key = instance.address if instance else repr(name)
        if key not in buckets and (domain.estate.input.kind == "policy" or _lets_cloudtrail_write(domain, holder)):
            buckets[key] = _log_bucket(domain, name, instance, holder)
    for bucket in buckets.values():
        for policy in bucket.policies:
            policy.value = as_told(domain, bucket.owned, policy.value)
            if policy.kept is not None:
                policy.kept.value = as_told(domain, bucket.owned, policy.kept.value)
    return list(buckets.values())


class Holders:
    """The resources of one type by the bucket that an attribute of theirs names, in the order of the input."""

    def __init__(self, buckets: "Buckets", instances: Iterable[Instance], attribute: str) -> None:
        self._of_bucket: dict[int, dict[int, Instance]] = {}
        self._of_name: dict[object, dict[int, Instance]] = {}
        #: Those that name no bucket of the input; a name that is spelled out surely isn't another one.
        self._unclear: list[Instance] = []
        self._unspelled: list[Instance] = []
        for position, instance in enumerate(instances):
            named = (instance.now or instance.before or {}).get(attribute)
            bucket = buckets.named(instance, attribute)
            if bucket is not None:
                self._of_bucket.setdefault(id(bucket), {})[position] = instance
            if is_fixed(named):
                self._of_name.setdefault(name_key(named), {})[position] = instance
            if bucket is None and instance.stays:
                self._unclear.append(instance)
                if not isinstance(named, str):
                    self._unspelled.append(instance)

    def of(self, bucket: Instance | None, name: Value) -> list[Instance]:
        """Those that are surely for a bucket: the one in the input, or the one of that name elsewhere."""
        found = dict(self._of_bucket.get(id(bucket), ()))
        if is_fixed(name):
            found |= self._of_name.get(name_key(name), {})
        return [found[position] for position in sorted(found)]

    def perhaps_of(self, name: Value) -> list[Instance]:
        """Those that stay and may be for a bucket of that name, among them some that surely are."""
        return self._unspelled if isinstance(name, str) else self._unclear


class Buckets:
    """The buckets that stay in an input, found by what names them. There may be 10,000, so each is looked up once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._named: dict[tuple[int, str], tuple[Instance, Instance | None]] = {}
        self._holders: dict[tuple[str, str], Holders] = {}

    @cached_property
    def _register(self) -> Register:
        staying = (bucket for bucket in self._estate.of_type("aws_s3_bucket") if bucket.stays)
        return Register(staying, lambda bucket: (bucket_name(bucket),))

    def with_name(self, name: Value) -> Instance | None:
        """The bucket with a name that is one fixed string."""
        return self._register.called(name)

    def named(self, instance: Instance, attribute: str) -> Instance | None:
        """The bucket that an attribute names; None where the input doesn't hold it or can't tell which."""
        asked = id(instance), attribute
        if asked not in self._named:
            # The instance is kept, so that nothing else can get its id.
            self._named[asked] = instance, self._look_up(instance, attribute)
        return self._named[asked][1]

    def _look_up(self, instance: Instance, attribute: str) -> Instance | None:
        named = instance.now.get(attribute)
        if is_fixed(named):
            return self.with_name(named)
        # A hostile plan may refer in circles.
        for _ in range(_MAX_HOPS):
            found = list(self._estate.follow(instance, attribute))
            if len(found) != 1:
                return None
            instance, read = found[0]
            if instance in self._register:
                return instance
            if read not in _BUCKET_NAMES or not instance.type.startswith("aws_s3_bucket_"):
                return None
            # What belongs to a bucket names it: `s3_bucket_name = aws_s3_bucket_policy.logs.bucket`.
            attribute = "bucket"
        return None

    def holders(self, kind: str, attribute: str = "bucket") -> Holders:
        """The resources of a type by the bucket that `attribute` names."""
        asked = kind, attribute
        if asked not in self._holders:
            self._holders[asked] = Holders(self, self._estate.of_type(kind), attribute)
        return self._holders[asked]


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
        instance = domain.seen.buckets.with_name(name)
        policies = list(_policies(domain.seen, instance, name)) if instance else []
        for policy in policies:
            policy.grounds = (f"evidence: {domain.elsewhere.ground}", *policy.grounds)
    own = domain.buckets.holders("aws_s3_bucket_policy").of(instance, name)
    made = LogBucket(name=name, instance=instance, holder=holder, policies=policies, trails=[])
    made.leaving = tuple(one for one in own if not one.stays and one.lost_with is None)
    made.lost = tuple(one for one in own if one.lost_with is not None)
    return made if instance or policies else _beside(domain, made)


def _beside(domain: "Domain", bucket: LogBucket) -> LogBucket:
    """A bucket that this input doesn't hold, as another input given together with it does; else as it was.

    Only a name that is written out joins them: names of buckets are unique in a partition, addresses are not.
    """
    if not isinstance(bucket.name, str):
        return bucket
    held = []
    for other in domain.beside:
        instance = other.buckets.with_name(bucket.name)
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
    holders = domain.buckets.holders("aws_s3_bucket_policy")
    own = holders.of(bucket, name)
    if own:
        yield from (policy_in(domain, holder, "policy") for holder in own if holder.stays)
        if bucket is not None and domain.estate.configures(bucket, "policy"):
            inline = policy_in(domain, bucket, "policy")
            # One that isn't known may be left to the resources: an argument that is null is unknown in a plan.
            if inline.value and not isinstance(inline.value, Unknown):
                yield inline
        return
    if bucket is not None and _holds_policy(domain, bucket):
        yield policy_in(domain, bucket, "policy")
        return
    for holder in holders.perhaps_of(name):
        cause = next(iter(causes(holder.now.get("bucket"))), None)
        what = f"`{holder.address}` may be the policy of this bucket: its `bucket` isn't known"
        unclear = Unknown(Cause(what, cause.settle if cause else ""))
        yield Policy(instance=holder, attribute="policy", value=unclear, is_perhaps=True)


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
    given_up = _leaving(domain, "aws_s3_bucket_policy", "bucket") & _leaving(domain, "aws_cloudtrail", "s3_bucket_name")
    for bucket in domain.estate.of_type("aws_s3_bucket"):
        # The plan may destroy the policy that a bucket still shows, and the trail that needed it.
        if bucket.stays and _holds_policy(domain, bucket) and name_key(bucket_name(bucket)) not in given_up:
            yield bucket


def _leaving(domain: "Domain", kind: str, attribute: str) -> set[object]:
    """The buckets named by the resources of a type that the plan destroys."""
    return {name_key((one.before or {}).get(attribute)) for one in domain.estate.of_type(kind) if not one.stays}


def _lets_cloudtrail_write(domain: "Domain", holder: Instance) -> bool:
    policy = policy_in(domain, holder, "policy")
    value = (policy.kept or policy).value
    if isinstance(value, str) and CLOUDTRAIL not in value and "\\" not in value:
        # Most buckets are for something else, and JSON spells a name only one way without an escape.
        return False
    return any(
        statement.effect == "Allow" and CLOUDTRAIL in statement.principals.services
        for statement in document.parse(value).statements
    )
