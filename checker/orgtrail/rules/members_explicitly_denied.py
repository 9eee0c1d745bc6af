"""The rule `members-explicitly-denied`."""

from collections.abc import Iterable

from orgtrail.iam.actions import group
from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import ask_of_buckets, shut_by


@rule("warning", since="0.1.0")
def members_explicitly_denied(domain: Domain) -> Iterable[Finding]:
    """An explicit Deny covers every way in which a member could read the trail's objects, so no later Allow opens it.

    Why:
        "Nothing allows it" holds until somebody adds a statement. A Deny that covers every member keeps holding: it
        wins over whatever is allowed later, in this policy or through an access point. Of thirty public configurations
        none has one.

    Holds when:
        For every principal of every member account, and for every way to read, copy or list what lies under
        `[prefix/]AWSLogs/`: a Deny statement of the bucket policy matches.

    Fix:
        Add a Deny for `*` on `s3:*`, the bucket and its objects, with `StringNotEquals` on `aws:PrincipalAccount` that
        lists the management account, the bucket's owner and the accounts that read, and with `BoolIfExists` on
        `aws:PrincipalIsAWSService` = `false`, so that CloudTrail still gets through.

    Sources:
        IAM User Guide, "Policy evaluation logic"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    actions = (*group("read"), *group("list"))
    return ask_of_buckets(
        domain,
        lambda case, target: case.everybody_is_denied(["member"], actions, target),
        proved="an explicit Deny keeps every member account out",
        violated=lambda seen: f"no statement denies {seen.action} to {seen.member}",
        mend=shut_by("guard"),
    )
