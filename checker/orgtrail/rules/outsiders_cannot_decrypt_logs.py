"""The rule `outsiders-cannot-decrypt-logs`."""

from collections.abc import Iterable, Sequence

from orgtrail.iam.actions import group
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Case, Target
from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.outsiders import nobody_outside
from orgtrail.rules.shared.policies import ask_of_keys, shut_by


@rule("error", since="0.2.0", answers="members kept out")
def outsiders_cannot_decrypt_logs(domain: Domain) -> Iterable[Finding]:
    """No account outside the organization may decrypt with the trail's KMS key.

    Why:
        The key is the second lock. A key policy for `AWS: *` without `kms:CallerAccount` opens it to every account
        there is, and one that names a vendor, to the vendor.

    Holds when:
        For every account outside the organization, one that the policy names included, and for every way to decrypt,
        re-encrypt or pass on the right to: no Allow statement of the key policy matches, or a Deny statement does. An
        account that the policy names may be a member or a stranger, unless the input shows the organization's: what it
        could do as a member, `members-cannot-decrypt-logs` tells of. KMS answers nobody without credentials.

    Fix:
        Name the accounts that may, with `kms:CallerAccount` or as principals. A vendor's account that reads the logs is
        a `--trusted-account`.

    Sources:
        KMS Developer Guide, "Allowing users in other accounts to use a KMS key"
        https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
    """
    return ask_of_keys(
        domain,
        lambda case, target: nobody_outside(case, ["outside"], target, _decrypt),
        proved="no account outside the organization may decrypt with the trail's key",
        violated=lambda seen: f"{seen.stranger} may call {seen.action} with the trail's key",
        mend=shut_by("guard_of_key"),
        reads=True,
        copies=True,
    )


def _decrypt(case: Case, classes: Sequence[ClassName], target: Target) -> Outcome:
    return case.nobody_may(classes, group("decrypt"), target)
