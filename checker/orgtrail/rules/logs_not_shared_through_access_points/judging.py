"""What comes around the bucket policy: the judging of `logs-not-shared-through-access-points`."""

from collections.abc import Iterator

from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.rules import Finding
from orgtrail.values import show

_GRANT = "aws_s3control_access_grant"
_POINTS = ("aws_s3_access_point", "aws_s3control_multi_region_access_point")


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each access point of a log bucket and each access grant, or for the delegation to some."""
    for bucket in domain.log_buckets:
        homes = domain.homes(bucket)
        if _delegates(bucket) or any(home.estate.has(kind) for home in homes for kind in _POINTS):
            # Most inputs get here for a bucket policy, which rarely delegates.
            from orgtrail.rules.logs_not_shared_through_access_points.access_points import judge_access_points

            yield from judge_access_points(domain, bucket)
        if any(home.estate.has(_GRANT) for home in homes):
            from orgtrail.rules.logs_not_shared_through_access_points.access_grants import judge_access_grants

            yield from judge_access_grants(domain, bucket)


def _delegates(bucket: LogBucket) -> bool:
    return any("s3:dataaccesspoint" in show(policy.value).lower() for policy in bucket.policies)
