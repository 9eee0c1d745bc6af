"""The rule `members-cannot-read-logs`."""

from collections.abc import Iterable

from orgtrail.iam.actions import group
from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import ask_of_buckets, shut_by


@rule("error", since="0.1.0", answers="members kept out")
def members_cannot_read_logs(domain: Domain) -> Iterable[Finding]:
    """No principal of a member account may read or list the trail's objects through the bucket policy.

    Why:
        By default members can't read the bucket of an organization trail: nothing allows it. One Allow statement opens
        it to all of them: for `aws:PrincipalOrgID`, for a role name in any account, for the root of one account. A
        member's administrator can give itself every permission on its own side, so only the bucket policy stands
        between it and the logs of all other accounts.

    Holds when:
        For every principal of every account that isn't the management account, the bucket's owner or a trusted account,
        and for every way to read, copy or list what lies under `[prefix/]AWSLogs/`: no Allow statement matches, or a
        Deny statement does. A request may come through an access point of the caller's own account; what a policy
        leaves to the owner's access points is judged by `logs-not-shared-through-access-points`.

    Fix:
        Name the accounts that read the logs, and say so with `--trusted-account`. Keep everybody else out with a Deny
        on `aws:PrincipalAccount` that leaves a way out for AWS services (`aws:PrincipalIsAWSService`).

    Sources:
        IAM User Guide, "Cross-account policy evaluation logic"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
        CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    actions = (*group("read"), *group("list"))
    return ask_of_buckets(
        domain,
        lambda case, target: case.nobody_may(["member"], actions, target),
        proved="no member account may read or list the trail's objects",
        violated=lambda seen: f"{seen.member} may call {seen.action} on the trail's objects",
        mend=shut_by("guard"),
        reads=True,
        copies=True,
    )
