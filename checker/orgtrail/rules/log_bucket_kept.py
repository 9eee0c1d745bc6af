"""The rule `log-bucket-kept`."""

from collections.abc import Iterable, Iterator

from orgtrail.estate import Estate, Instance
from orgtrail.organization.bucket_policies import OF_LOGS
from orgtrail.organization.domain import Domain
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved
from orgtrail.values import Unknown, Value, show


@rule(
    "error", since="0.1.0", answers="logs delivered", looks_at=("aws_s3_bucket", "aws_kms_key", "aws_kms_replica_key")
)
def log_bucket_kept(domain: Domain) -> Iterable[Finding]:
    """The plan neither destroys nor replaces the log bucket, or the key that the logs are encrypted with.

    Why:
        A bucket that is replaced is a new and empty one: with `force_destroy` every log of every account is deleted,
        without it S3 refuses (BucketNotEmpty) and the apply stops half-way. What belonged to the old bucket is gone
        with it: policy, public access block, ownership, encryption, versions. A key that is destroyed takes every log
        file along that it encrypted, after the days that KMS waits.

    Holds when:
        Each bucket that an organization trail writes to before the plan, or whose policy lets CloudTrail write, and
        each key that such a trail names, is neither destroyed nor made anew. The trail or the policy may be of another
        input, or of evidence. A bucket or key that Terraform only forgets stays.

    Fix:
        Leave alone what makes Terraform replace it (a bucket's name, a key's `customer_master_key_spec`), or make a
        second bucket and point the trail there. `lifecycle { prevent_destroy = true }` stops such a plan. To rename an
        address, use a `moved` block; to hand a bucket over, a `removed` block that doesn't destroy.

    Sources:
        Amazon S3 User Guide, "Deleting a general purpose bucket"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
        AWS KMS Developer Guide, "Delete an AWS KMS key"
        https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """
    if domain.estate.input.kind != "plan":
        # Nothing is done to what a state or a living organization shows.
        return
    estates = [domain.estate, *(one.estate for one in domain.surroundings.stacks)]
    trails = [one.before or {} for estate in estates for one in estate.of_type("aws_cloudtrail")]
    organization = [one for one in trails if one.get("is_organization_trail") is True]
    policies = _policies(estates)
    for bucket in _perhaps_of_logs(domain.estate, organization, policies):
        if bucket.before is not None:
            yield from _bucket(bucket, organization, policies)
    for key in domain.estate.of_type("aws_kms_key", "aws_kms_replica_key"):
        if key.before is not None and any(_is_key_of(key, trail) for trail in organization):
            yield _judge(key, "key", "every log file that it encrypted can't be read any more")


def _perhaps_of_logs(estate: Estate, trails: list[dict[str, Value]], policies: dict[str, str]) -> list[Instance]:
    """The buckets that the trails may write to before the plan, or that let CloudTrail write."""
    named = [show(one.get("s3_bucket_name")) for one in trails]
    let_in = [name for name, policy in policies.items() if CLOUDTRAIL in policy]
    # Where nothing has a name to look for, it is what was looked for already.
    words = (CLOUDTRAIL, *named, *let_in) if named or let_in else OF_LOGS
    return estate.mentioning("aws_s3_bucket", *words)


def _policies(estates: Iterable[Estate]) -> dict[str, str]:
    """The policy of each bucket that CloudTrail may write to before the plan, by its name; of several all of them."""
    found: dict[str, str] = {}
    for one in (one for estate in estates for one in estate.mentioning("aws_s3_bucket_policy", CLOUDTRAIL)):
        before = one.before or {}
        name = show(before.get("bucket"))
        found[name] = found.get(name, "") + show(before.get("policy"))
    return found


def _bucket(bucket: Instance, trails: list[dict[str, Value]], policies: dict[str, str]) -> Iterator[Finding]:
    before = bucket.before or {}
    name = before.get("bucket")
    # The bucket's policy, as it is before the plan, may name CloudTrail.
    lets_in = CLOUDTRAIL in policies.get(show(name), "") + show(before.get("policy"))
    if lets_in or any(trail.get("s3_bucket_name") == name for trail in trails):
        destroys = (bucket.before or {}).get("force_destroy")
        if destroys is True:
            then = "every log file in it is deleted (force_destroy)"
        elif isinstance(destroys, Unknown):
            then = "every log file in it may be deleted"
        else:
            then = "S3 refuses that while it holds logs, and the apply stops half-way"
        yield _judge(bucket, "log bucket", then)


def _is_key_of(key: Instance, trail: dict[str, Value]) -> bool:
    before = key.before or {}
    named = trail.get("kms_key_id")
    return bool(named) and named in (before.get("arn"), before.get("key_id"), before.get("id"))


def _judge(instance: Instance, noun: str, then: str) -> Finding:
    if instance.stays and "delete" not in instance.actions:
        kept = "Terraform only lets go of it" if instance.is_forgotten else "it stays as it is"
        return proved(instance.address, f"the plan leaves the {noun}", kept)
    does = "destroys" if not instance.stays else "replaces"
    message = f"the plan {does} the {noun} `{instance.address}`: {then}"
    witness = FactWitness("actions", ", ".join(instance.actions), f"the {noun} stays as it is")
    return Finding(address=instance.address, verdict="violated", message=message, witness=witness)
