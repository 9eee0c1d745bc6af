"""The rule `key-not-granted-to-members`."""

from orgtrail.rules import rule


@rule("error", since="0.1.0", answers="members kept out", looks_at=("aws_kms_grant",))
def key_not_granted_to_members() -> None:
    """No grant lets a principal of an account that may not read the logs decrypt with the trail's KMS key.

    Why:
        A grant allows what the key policy doesn't, for as long as it is there, and no statement of the policy shows it.
        With kms:Decrypt, or kms:CreateGrant to pass it on, one of the two locks before the logs is given away to
        an account that they aren't for.

    Holds when:
        Every `aws_kms_grant` on a key that an organization trail encrypts with either allows none of Decrypt,
        ReEncryptFrom and CreateGrant, or is for a principal of the management account, the account that owns the key,
        or a trusted account. A grant that is tied to an encryption context (`constraints`) is undecided where it is for
        somebody else. Grants that AWS services make for themselves aren't in any input.

    Fix:
        Grant to the accounts that read the logs, and say so with `--trusted-account`.

    Sources:
        AWS KMS Developer Guide, "Grants in AWS KMS"
        https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
