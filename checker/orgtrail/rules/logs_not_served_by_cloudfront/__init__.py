"""The rule `logs-not-served-by-cloudfront`."""

from orgtrail.rules import rule


@rule(
    "error",
    since="0.1.0",
    answers="members kept out",
    looks_at=("aws_cloudfront_distribution",),
    unasked=("CloudFront",),
)
def logs_not_served_by_cloudfront() -> None:
    """No CloudFront distribution has the log bucket as its origin, and may read it.

    Why:
        A distribution answers everybody on the internet, members of the organization included, with what it reads from
        its origin. The bucket policy that lets CloudFront in for the owner's own distribution is as it should be; who
        asks CloudFront isn't in it.

    Holds when:
        No enabled `aws_cloudfront_distribution` of the input has an origin in the log bucket, or the bucket's policy
        lets neither CloudFront nor an origin access identity read. Where viewers need signed URLs or cookies
        (`trusted_key_groups`, `trusted_signers` in every behavior), who has those can't be seen: undecided. `orgtrail
        audit` doesn't ask CloudFront yet.

    Fix:
        Take the origin out of the distribution, and CloudFront out of the bucket's policy.

    Sources:
        Amazon CloudFront Developer Guide, "Restrict access to an Amazon S3 origin"
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
