"""The rule `trail-encrypts-with-kms`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.references import required_reference
from orgtrail.rules.shared.verdicts import judge


@rule("warning", since="0.1.0")
def trail_encrypts_with_kms(domain: Domain) -> Iterable[Finding]:
    """The organization trail encrypts its log files with a KMS key of its own.

    Why:
        Without a key, S3 encrypts with keys that it hands to everyone who may read the object: the bucket policy is the
        only lock. With a KMS key there is a second one, which has a policy and a log of its own. It is the account that
        owns the bucket which is left with one lock.

    Holds when:
        `kms_key_id` is set. An empty string counts as not set, as the provider takes it.

    Fix:
        Set `kms_key_id` to the ARN of a key in the bucket's region whose policy lets CloudTrail use it
        (`cloudtrail-can-use-key`).

    Sources:
        CloudTrail User Guide, "Encrypting CloudTrail log files, digest files, and event data stores with AWS KMS keys"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
    """
    for trail in domain.organization_trails:
        yield judge(
            trail.address,
            [required_reference(domain, trail.instance, "kms_key_id", "the ARN of a KMS key")],
            "the trail encrypts with a KMS key",
            "the trail encrypts with S3's own keys only",
        )
