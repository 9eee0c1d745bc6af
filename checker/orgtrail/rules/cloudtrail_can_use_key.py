"""The rule `cloudtrail-can-use-key`."""

from collections.abc import Iterable

from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Case, Target
from orgtrail.organization.domain import Domain
from orgtrail.results import RequestWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared import repairs as _repairs
from orgtrail.rules.shared.policies import all_of, ask_of_keys

#: What CloudTrail calls to encrypt a log file, and to check the key when a trail is made.
_NEEDED = ("kms:GenerateDataKey", "kms:DescribeKey")


@rule("error", since="0.1.0", answers="logs delivered")
def cloudtrail_can_use_key(domain: Domain) -> Iterable[Finding]:
    """The KMS key's policy lets CloudTrail encrypt for this trail, and nothing in it denies that.

    Why:
        A trail that names a key which CloudTrail may not use can't be made (InsufficientEncryptionPolicyException), or
        stops delivering when the key's policy changes later. The default policy of a key doesn't allow it. Whichever
        account owns the key, the logs of all accounts stop.

    Holds when:
        `cloudtrail.amazonaws.com` may call kms:GenerateDataKey with this trail's encryption context
        (`kms:EncryptionContext:aws:cloudtrail:arn`) and kms:DescribeKey, for this trail (`aws:SourceArn`).

    Fix:
        Add AWS's statements for CloudTrail to the key policy: kms:GenerateDataKey* with `aws:SourceArn` and the
        encryption context of the management account's trails, and kms:DescribeKey.

    Sources:
        CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    """

    def question(case: Case, target: Target) -> Outcome:
        return all_of(case.everything_is_allowed(["cloudtrail"], [action], target) for action in _NEEDED)

    return ask_of_keys(
        domain,
        question,
        proved="CloudTrail may encrypt this trail's logs with the key",
        violated=_words,
        mend=_repairs.encryption,
    )


def _words(seen: RequestWitness) -> str:
    stopped = f"is denied by {', '.join(seen.denied_by)}" if seen.denied_by else "is allowed by nothing"
    return f"CloudTrail can't encrypt the logs: its {seen.action} {stopped}"
