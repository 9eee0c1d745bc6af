"""The rule `members-cannot-decrypt-logs`."""

from collections.abc import Iterable

from orgtrail.iam.actions import group
from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import ask_of_keys, shut_by


@rule("error", since="0.1.0", answers="members kept out")
def members_cannot_decrypt_logs(domain: Domain) -> Iterable[Finding]:
    """No member may decrypt with the trail's KMS key.

    Why:
        Where logs are encrypted with a key, reading them takes the bucket and the key. A key policy that allows the
        whole organization (or everybody: `AWS: *` with `kms:*`) gives away one of the two locks, and with
        `kms:CreateGrant` also the right to pass it on.

    Holds when:
        For every principal of every member account, and for every way to decrypt, re-encrypt or pass on the right to:
        no Allow statement of the key policy matches, or a Deny statement does.

    Fix:
        Allow `kms:Decrypt` to the readers by name only. A statement for everybody needs `kms:CallerAccount` or
        `aws:PrincipalAccount` with the accounts that may.

    Sources:
        CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
        KMS Developer Guide, "Allowing users in other accounts to use a KMS key"
        https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
    """
    return ask_of_keys(
        domain,
        lambda case, target: case.nobody_may(["member"], group("decrypt"), target),
        proved="no member account may decrypt with the trail's key",
        violated=lambda seen: f"{seen.member} may call {seen.action} with the trail's key",
        mend=shut_by("guard_of_key"),
        reads=True,
        copies=True,
    )
