"""The rule `cloudtrail-write-is-scoped`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import ask_of_buckets, shut_by


@rule("warning", since="0.1.0")
def cloudtrail_write_is_scoped(domain: Domain) -> Iterable[Finding]:
    """CloudTrail may write to the bucket for trails of this organization only, not for those of strangers.

    Why:
        CloudTrail writes with one service principal for everybody. Where the policy doesn't say whose trail it has to
        be, anybody who knows the bucket's name can point a trail of their own at it and fill it with forged logs: the
        confused deputy. The forger needs nothing but an AWS account; the bucket's owner keeps and pays for what comes.

    Holds when:
        CloudTrail delivering for a trail of an account outside the organization is not allowed s3:PutObject on the
        trail's objects, whatever the name of that trail.

    Fix:
        Add `aws:SourceArn` with the trail's ARN to each Allow for cloudtrail.amazonaws.com, or `aws:SourceAccount` or
        `aws:SourceOrgID`.

    Sources:
        IAM User Guide, "The confused deputy problem"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    return ask_of_buckets(
        domain,
        lambda case, target: case.nobody_may(["deputy"], ["s3:PutObject"], target),
        proved="CloudTrail may write only for trails of this organization",
        violated=lambda seen: f"CloudTrail may write to {seen.resource} for a trail of anybody",
        mend=shut_by("scope"),
    )
