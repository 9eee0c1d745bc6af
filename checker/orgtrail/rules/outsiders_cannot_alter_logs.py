"""The rule `outsiders-cannot-alter-logs`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.results import RequestWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.altering import nobody_alters
from orgtrail.rules.shared.outsiders import nobody_outside
from orgtrail.rules.shared.policies import ask_of_buckets, shut_by


@rule("error", since="0.2.0", answers="members kept out")
def outsiders_cannot_alter_logs(domain: Domain) -> Iterable[Finding]:
    """Nobody outside the organization may overwrite, delete or re-tag the trail's objects, or change what guards them.

    Why:
        Whoever may write or delete needs no way to read: an anonymous DELETE makes the trace of an account disappear as
        well as an administrator's. And who is let in to read, a vendor say, isn't thereby one who may alter.

    Holds when:
        For every account outside the organization, one that the policy names included, and for callers without
        credentials, and for every way to write, delete or re-tag what CloudTrail writes or to change what guards the
        bucket: no Allow statement matches, or a Deny statement does. An account that the policy names may be a member
        or a stranger, unless the input shows the organization's: what it could do as a member,
        `members-cannot-alter-logs` tells of. A `--trusted-account` is trusted to read. The accounts from which AWS's
        load balancers write their logs may put objects.

    Fix:
        Remove the Allow that the witness names, or cut it down to what reads.

    Sources:
        Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        CloudTrail User Guide, "Security best practices in AWS CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
    """
    return ask_of_buckets(
        domain,
        lambda case, target: nobody_outside(case, ["anonymous", "outside"], target, nobody_alters),
        proved="nobody outside the organization may change the trail's objects or what guards the bucket",
        violated=lambda seen: f"{_who(seen)} may call {seen.action} on {seen.resource}",
        mend=shut_by("guard"),
    )


def _who(seen: RequestWitness) -> str:
    return seen.stranger
