"""The rule `members-cannot-alter-logs`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.altering import nobody_alters
from orgtrail.rules.shared.policies import ask_of_buckets, shut_by


@rule("error", since="0.1.0", answers="members kept out")
def members_cannot_alter_logs(domain: Domain) -> Iterable[Finding]:
    """No member may overwrite, delete or re-tag the trail's objects, or change what guards the bucket.

    Why:
        Logs that a member can change prove nothing. Writing an object over another, deleting a version, a lifecycle
        rule that expires everything after a day, an ACL that gives the bucket away: each makes a trace disappear.

    Holds when:
        For every principal of every member account, and for every way to write, delete or re-tag what lies under
        `[prefix/]AWSLogs/` or to change what guards the bucket: no Allow statement matches, or a Deny statement does.
        A `--trusted-account` is trusted to read; here it counts as a member like any other.

    Fix:
        Allow members nothing on the bucket. Name single actions instead of `s3:*`, and single accounts instead of the
        organization.

    Sources:
        CloudTrail User Guide, "Security best practices in AWS CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
        Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    """
    return ask_of_buckets(
        domain,
        lambda case, target: nobody_alters(case, ["member"], target),
        proved="no member account may change the trail's objects or what guards the bucket",
        violated=lambda seen: f"{seen.member} may call {seen.action} on {seen.resource}",
        mend=shut_by("guard"),
        copies=True,
    )
