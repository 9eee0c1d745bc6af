"""The rule `trail-feeds-cloudwatch`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.references import required_reference
from orgtrail.rules.shared.verdicts import judge


@rule("note", since="0.1.0")
def trail_feeds_cloudwatch(domain: Domain) -> Iterable[Finding]:
    """The organization trail also sends its events to CloudWatch Logs, where alarms can watch them.

    Why:
        Files in S3 are evidence for afterwards. An alarm on the use of the root user, or on a changed trail, needs the
        events within minutes. It is the same for every account of the organization.

    Holds when:
        `cloud_watch_logs_group_arn` and `cloud_watch_logs_role_arn` are both set.

    Fix:
        Set both: the log group's ARN followed by `:*`, and a role that CloudTrail may assume to write there.

    Sources:
        CloudTrail User Guide, "Sending events to CloudWatch Logs"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
    """
    for trail in domain.organization_trails:
        yield judge(
            trail.address,
            [
                required_reference(domain, trail.instance, "cloud_watch_logs_group_arn", "a log group's ARN"),
                required_reference(domain, trail.instance, "cloud_watch_logs_role_arn", "a role's ARN"),
            ],
            "the trail sends its events to CloudWatch Logs",
            "no alarm can watch the trail's events",
        )
