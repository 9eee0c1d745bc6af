"""The rule `logs-are-retained`."""

from orgtrail.rules import rule


@rule("warning", since="0.1.0", looks_at=("aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket.lifecycle_rule"))
def logs_are_retained() -> None:
    """No lifecycle rule of the log bucket expires the logs before they are a year old, or `--retention-days`.

    Why:
        An intruder is found months after the first step, and what the logs of those days said decides what can still
        be known. A lifecycle rule that is meant for cheap storage, and expires what it should move, takes the logs of
        all accounts along.

    Holds when:
        No enabled lifecycle rule that reaches the trail's objects has an `expiration` of fewer days (or a date), or a
        `noncurrent_version_expiration` of fewer: an older version is all that is left of a log file which somebody
        overwrote or deleted. Rules for other prefixes, and those that go by tags, which CloudTrail's objects don't
        have, aren't asked. Moving logs to another storage class keeps them.

    Fix:
        Raise the days, or use `transition` instead of `expiration`. Where fewer days are meant, say so with
        `--retention-days`.

    Sources:
        Amazon S3 User Guide, "Expiring objects"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
        CloudTrail User Guide, "Security best practices in AWS CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
    """
