"""Whether a key is fit for a trail, whatever its policy says: part of `cloudtrail-can-use-key`."""

from collections.abc import Iterator

from orgtrail.edits import SetArgument
from orgtrail.estate import Instance
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.log_keys import LogKey
from orgtrail.organization.trails import Trail
from orgtrail.results import FactWitness, Fix
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.verdicts import mending, undecided
from orgtrail.values import Unknown, Value, show

_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"

#: What a key has to be: the attribute, the values that are right (None: not said, so the provider's default), and what
#: happens otherwise. `key_state` is what a living key shows.
_FIT: tuple[tuple[str, tuple[Value, ...], str, str], ...] = (
    ("is_enabled", (True, None), "true", "the key is disabled, and nothing can be encrypted with it"),
    ("enabled", (True, None), "true", "the key is disabled, and nothing can be encrypted with it"),
    ("key_state", ("Enabled", None), "Enabled", "the key can't be used"),
    (
        "customer_master_key_spec",
        ("SYMMETRIC_DEFAULT", None, ""),
        "SYMMETRIC_DEFAULT",
        "the key isn't symmetric, and CloudTrail takes no other",
    ),
    ("key_usage", ("ENCRYPT_DECRYPT", None, ""), "ENCRYPT_DECRYPT", "the key isn't for encryption"),
)


def judge_state(domain: Domain) -> Iterator[Finding]:
    """A finding for each key that is, or may be, unfit for the trails that name it."""
    for key in domain.log_keys:
        if key.instance is None:
            continue
        found = _unfit(key.instance) or _elsewhere(domain, key, key.instance)
        if found is not None:
            yield seen_from_here(found, key, key.instance)


def _unfit(key: Instance) -> Finding | None:
    doubt: Finding | None = None
    for attribute, right, expected, message in _FIT:
        value = key.now.get(attribute)
        if isinstance(value, Unknown):
            # What AWS chooses where nothing is said is unknown until then; a key that is made is enabled.
            if attribute in ("is_enabled", "enabled"):
                doubt = undecided(key.address, "whether the key is enabled isn't known", [value.cause])
        elif value not in right:
            witness = FactWitness(attribute, show(value), expected)
            return Finding(
                address=key.address,
                at=(attribute,),
                verdict="violated",
                message=message,
                witness=witness,
                fix=_enabled(key, attribute),
            )
    return doubt


def _enabled(key: Instance, attribute: str) -> Fix | None:
    """A key that is switched off is switched on again; what else is wrong with one can't be changed."""
    if attribute not in ("is_enabled", "enabled") or key.mode != "managed":
        return None
    return mending(f"set in the block of `{key.block}`", SetArgument(key.block, attribute, True))


def _elsewhere(domain: Domain, key: LogKey, instance: Instance) -> Finding | None:
    """A key in another region than the bucket that its trail writes to."""
    here = domain.accounts.region_of(instance)
    for trail in key.trails:
        bucket = _bucket_of(domain, trail)
        there = domain.accounts.region_of(bucket.instance) if bucket and bucket.instance else None
        if isinstance(here, str) and isinstance(there, str) and here != there:
            message = (
                f"the key is in {here} and the bucket of `{trail.address}` in {there}; CloudTrail asks for one region"
            )
            witness = FactWitness("region", here, there)
            return Finding(address=instance.address, verdict="violated", message=message, witness=witness)
    return None


def needs_decrypt(domain: Domain) -> bool | Unknown | None:
    """Whether CloudTrail has to be able to decrypt, because a trail with a key is made or changed for such a bucket.

    None where it hasn't. Source: CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail".
    """
    doubt: Unknown | None = None
    for key in domain.log_keys:
        for trail in key.trails:
            bucket = _bucket_of(domain, trail) if _is_sent(trail) else None
            found = _has_bucket_key(domain, bucket) if bucket else False
            if found is True:
                return True
            doubt = found if isinstance(found, Unknown) else doubt
    return doubt


def _bucket_of(domain: Domain, trail: Trail) -> LogBucket | None:
    return next((bucket for bucket in domain.log_buckets if trail in bucket.trails), None)


def _is_sent(trail: Trail) -> bool:
    """Whether CloudTrail looks at what the trail names: it does when a trail is made or changed."""
    return trail.instance.is_made or trail.instance.actions == ("update",)


def _has_bucket_key(domain: Domain, bucket: LogBucket) -> bool | Unknown:
    if bucket.instance is None:
        return False
    resources = attached(domain, bucket, _ENCRYPTION)
    if resources.own:
        found = resources.own[0].inside("rule", "bucket_key_enabled")
    elif domain.estate.configures(bucket.instance, "server_side_encryption_configuration"):
        found = bucket.instance.inside("server_side_encryption_configuration", "rule", "bucket_key_enabled")
    else:
        return False
    return found if isinstance(found, Unknown) else found is True
