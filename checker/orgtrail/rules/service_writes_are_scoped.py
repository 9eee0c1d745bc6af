"""The rule `service-writes-are-scoped`."""

from collections.abc import Iterable

from orgtrail.iam.actions import group
from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import ask_of_buckets, shut_by


@rule("warning", since="0.2.0")
def service_writes_are_scoped(domain: Domain) -> Iterable[Finding]:
    """What other services may write under the trail's folders, they may write for the logs' own accounts only.

    Why:
        A bucket for logs of all kinds lets more services in than CloudTrail: Config, flow logs, load balancers. Where
        the policy doesn't say for which account they write, anybody can point a delivery at the bucket, the trail's
        folders included. Each service names what it delivers in a form of its own, so none of it takes a log
        file's place; hence this is advice.

    Holds when:
        No service but CloudTrail may write, delete or re-tag the trail's objects on behalf of a member or a stranger:
        its statements are tied by `aws:SourceAccount` or `aws:SourceArn`, or name folders that aren't the trail's.
        What CloudFront may write is asked by `logs-not-lent-to-services`, what CloudTrail may by
        `cloudtrail-write-is-scoped`.

    Fix:
        Name in `Resource` the service's own folder (`AWSLogs/<account>/Config/*`), or add `aws:SourceAccount`.

    Sources:
        IAM User Guide, "The confused deputy problem"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
        AWS Config Developer Guide, "Permissions for the Amazon S3 bucket for the AWS Config delivery channel"
        https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
    """
    actions = (*group("write"), *group("delete"))
    return ask_of_buckets(
        domain,
        lambda case, target: case.nobody_may(["delivering-service"], actions, target),
        proved="no other service may write under the trail's folders for anybody but those that the logs belong to",
        violated=lambda seen: f"{seen.caller} may call {seen.action} on {seen.resource}",
        mend=shut_by("tie"),
    )
