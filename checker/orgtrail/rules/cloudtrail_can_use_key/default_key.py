"""What a bucket encrypts with where its trail names no key: part of `cloudtrail-can-use-key`."""

from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.iam import document
from orgtrail.iam.prove import Target
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.log_keys import arn_of_key
from orgtrail.rules import Finding
from orgtrail.rules.shared.documents import without_trail_context
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Symbol, Text, Unknown, show

_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
_DEFAULT = ("rule", "apply_server_side_encryption_by_default")


def judge_default_keys(domain: Domain) -> Iterator[Finding]:
    """One finding for each log bucket that encrypts with a key of yours while a trail names none."""
    for bucket in domain.log_buckets:
        bare = [trail for trail in bucket.trails if trail.kms_key is None or trail.kms_key == ""]
        own = attached(domain, bucket, _ENCRYPTION).own if bare else ()
        if own and own[0].inside(*_DEFAULT, "sse_algorithm") in ("aws:kms", "aws:kms:dsse"):
            named = own[0].inside(*_DEFAULT, "kms_master_key_id")
            if named is not None and named != "" and not str(named).endswith("alias/aws/s3"):
                yield _judge(domain, bucket, own[0])


def _judge(domain: Domain, bucket: LogBucket, encryption: Instance) -> Finding:
    named = encryption.inside(*_DEFAULT, "kms_master_key_id")
    key = _key(domain, encryption)
    if key is None:
        settle = "give the plan or state of the stack that holds it as another INPUT"
        cause = named.cause if isinstance(named, Unknown) else Cause(f"the key `{show(named)}` isn't here", settle)
        return undecided(encryption.address, "whether CloudTrail may use the bucket's key can't be seen", [cause])
    for policy in domain.keys.policies(key):
        parsed = without_trail_context(document.parse(policy.value, "key"))
        case = domain.ask(parsed, domain.world(key, bucket.trails), of=policy.instance)
        outcome = case.everything_is_allowed(["cloudtrail"], ["kms:GenerateDataKey"], Target.key(arn_of_key(key)))
        if outcome.verdict != "proved":
            what = (
                f"the bucket encrypts with `{key.address}`, whose policy may not let CloudTrail; the trail names none"
            )
            settle = "let the trail name the key (`kms_key_id`), and the key's policy let CloudTrail in"
            message = "whether CloudTrail can encrypt the logs isn't known"
            return undecided(policy.address, message, [Cause(what, settle), *outcome.unknowns])
    return proved(encryption.address, "CloudTrail may use the key that the bucket encrypts with")


def _key(domain: Domain, encryption: Instance) -> Instance | None:
    named = encryption.inside(*_DEFAULT, "kms_master_key_id")
    if isinstance(named, str | Symbol | Text):
        return domain.keys.with_name(named)
    followed = [one for one in domain.estate.follow_all(encryption, "rule") if one and one.type == "aws_kms_key"]
    return followed[0] if len(followed) == 1 and followed[0].stays else None
