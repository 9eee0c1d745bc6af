"""The rule `bucket-policy-is-read`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import unread_policies
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided


@rule("warning", since="0.1.0", looks_at=("aws_s3_bucket_policy", "aws_s3_bucket.policy"))
def bucket_policy_is_read(domain: Domain) -> Iterable[Finding]:
    """Each bucket's policy in the input is known well enough to say whether CloudTrail writes there.

    Why:
        A stack that holds the organization's log bucket alone is checked because its policy lets CloudTrail write.
        Where that policy isn't known the other rules find no log bucket, and would have nothing to say.

    Holds when:
        Of each bucket policy in the input it is known whether a statement of it allows anything to
        cloudtrail.amazonaws.com.

    Fix:
        Check the saved plan (`terraform plan -out=tfplan && orgtrail check tfplan`), or give --source DIR with one in
        JSON: what a plan leaves unknown mostly stands in its source.

    Sources:
        CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    if domain.is_live:
        return
    unread, read = unread_policies(domain.bucket_policies, domain.log_buckets)
    for holder, doubts in unread:
        message = "whether this policy lets CloudTrail write, and so is that of a log bucket, isn't known"
        yield undecided(holder.address, message, doubts)
    if read:
        yield proved("", "every other bucket policy says whether CloudTrail writes there", f"{read} policies are read")
