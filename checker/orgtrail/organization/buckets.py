"""The buckets of one input, found by what names them, and what belongs to each. Each is looked up once."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from orgtrail.estate import Estate, Instance, Register, name_key
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, causes, is_fixed

#: The attributes of what belongs to a bucket (`aws_s3_bucket_policy`, say) that are the bucket's name.
_BUCKET_NAMES = frozenset({"bucket", "id"})
_MAX_HOPS = 4
#: So many buckets are looked for one by one, before all of them are put into an index.
_FEW_NAMES = 8


class ByBucket:
    """Resources of one type by the bucket that an attribute of theirs names, in the order of the input."""

    def __init__(self, buckets: "Buckets", instances: Iterable[Instance], attribute: str) -> None:
        self._of_bucket: dict[Instance, dict[int, Instance]] = {}
        self._of_name: dict[object, dict[int, Instance]] = {}
        #: Those that name no bucket of the input; a name that is spelled out surely isn't another one.
        self._unclear: list[Instance] = []
        self._unspelled: list[Instance] = []
        for position, instance in enumerate(instances):
            named = (instance.now or instance.before or {}).get(attribute)
            bucket = buckets.named(instance, attribute)
            if bucket is not None:
                self._of_bucket.setdefault(bucket, {})[position] = instance
            if is_fixed(named):
                self._of_name.setdefault(name_key(named), {})[position] = instance
            if bucket is None and instance.stays:
                self._unclear.append(instance)
                if not isinstance(named, str):
                    self._unspelled.append(instance)

    def of(self, bucket: Instance | None, name: Value) -> list[Instance]:
        """Those that are surely for a bucket: the one in the input, or the one of that name elsewhere."""
        found = dict(self._of_bucket.get(bucket, ())) if bucket else {}
        if is_fixed(name):
            found |= self._of_name.get(name_key(name), {})
        return [found[position] for position in sorted(found)]

    def perhaps_of(self, name: Value) -> list[Instance]:
        """Those that stay and may be for a bucket of that name, among them some that surely are."""
        return self._unspelled if isinstance(name, str) else self._unclear


class Holders:
    """All resources of one type, found by the bucket that an attribute of theirs names.

    There may be thousands, of which few are asked for. While that is so, those that surely name another bucket aren't
    made.
    """

    def __init__(self, buckets: "Buckets", estate: Estate, kind: str, attribute: str) -> None:
        self._buckets, self._estate, self._kind, self._attribute = buckets, estate, kind, attribute
        self._found: dict[str, ByBucket] = {}

    @cached_property
    def _all(self) -> ByBucket:
        return ByBucket(self._buckets, self._estate.of_type(self._kind), self._attribute)

    def _about(self, name: Value) -> ByBucket:
        if not isinstance(name, str) or "_all" in self.__dict__:
            return self._all
        if name not in self._found:
            if len(self._found) >= _FEW_NAMES:
                return self._all
            perhaps = self._estate.perhaps_saying(self._kind, self._attribute, name)
            self._found[name] = ByBucket(self._buckets, perhaps, self._attribute)
        return self._found[name]

    def of(self, bucket: Instance | None, name: Value) -> list[Instance]:
        """Those that are surely for a bucket: the one in the input, or the one of that name elsewhere."""
        return self._about(name).of(bucket, name)

    def perhaps_of(self, name: Value) -> list[Instance]:
        """Those that stay and may be for a bucket of that name, among them some that surely are."""
        return self._about(name).perhaps_of(name)


class Buckets:
    """The buckets that stay in an input, found by what names them. There may be 10,000, so each is looked up once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._named: dict[tuple[Instance, str], Instance | None] = {}
        self._holders: dict[tuple[str, str], Holders] = {}
        self._searched: dict[str, Instance | None] = {}

    @cached_property
    def _register(self) -> Register:
        staying = (bucket for bucket in self._estate.of_type("aws_s3_bucket") if bucket.stays)
        return Register(staying, lambda bucket: (bucket_name(bucket),))

    def with_name(self, name: Value) -> Instance | None:
        """The bucket with a name that is one fixed string."""
        if not isinstance(name, str) or "_register" in self.__dict__:
            return self._register.called(name)
        if name not in self._searched:
            if len(self._searched) >= _FEW_NAMES:
                return self._register.called(name)
            found = self._estate.mentioning("aws_s3_bucket", name)
            self._searched[name] = next((one for one in found if one.stays and bucket_name(one) == name), None)
        return self._searched[name]

    def named(self, instance: Instance, attribute: str) -> Instance | None:
        """The bucket that an attribute names; None where the input doesn't hold it or can't tell which."""
        asked = instance, attribute
        if asked not in self._named:
            self._named[asked] = self._look_up(instance, attribute)
        return self._named[asked]

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
            if instance.mode == "managed" and instance.type == "aws_s3_bucket" and instance.stays:
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
            self._holders[asked] = Holders(self, self._estate, kind, attribute)
        return self._holders[asked]

    def policies(self, bucket: Instance | None, name: Value) -> Iterator[Policy]:
        """The policies on one bucket; where none is surely its own, those that may be."""
        holders = self.holders("aws_s3_bucket_policy")
        own = holders.of(bucket, name)
        if own:
            yield from (policy_in(self._estate, holder, "policy") for holder in own if holder.stays)
            if bucket is not None and self._estate.configures(bucket, "policy"):
                inline = policy_in(self._estate, bucket, "policy")
                # One that isn't known may be left to the resources: an argument that is null is unknown in a plan.
                if inline.value and not isinstance(inline.value, Unknown):
                    yield inline
            return
        if bucket is not None and holds_policy(self._estate, bucket):
            yield policy_in(self._estate, bucket, "policy")
            return
        for holder in holders.perhaps_of(name):
            cause = next(iter(causes(holder.now.get("bucket"))), None)
            what = f"`{holder.address}` may be the policy of this bucket: its `bucket` isn't known"
            unclear = Unknown(Cause(what, cause.settle if cause else ""))
            yield Policy(instance=holder, attribute="policy", value=unclear, is_perhaps=True)


def bucket_name(bucket: Instance) -> str | Symbol | Text:
    """A bucket's name; the symbol for it where it will be chosen at apply."""
    for attribute in ("bucket", "id"):
        name = bucket.now.get(attribute)
        if isinstance(name, str | Symbol | Text):
            return name
    return Symbol(f"{bucket.address}.bucket", "bucket")


def holds_policy(estate: Estate, bucket: Instance) -> bool:
    """Whether a bucket's own `policy` counts: it is written there, or shows what an existing bucket has.

    The attribute is computed, too: for a bucket that isn't there yet it is unknown without meaning a policy.
    """
    if estate.configures(bucket, "policy"):
        return True
    shown = bucket.now.get("policy")
    return isinstance(shown, str) and shown != "" and not bucket.is_made
