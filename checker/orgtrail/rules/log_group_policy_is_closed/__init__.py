"""The rule `log-group-policy-is-closed`."""

from orgtrail.rules import rule


@rule("warning", since="0.1.0", looks_at=("aws_cloudwatch_log_resource_policy",))
def log_group_policy_is_closed() -> None:
    """No resource policy of CloudWatch Logs opens the trail's log group to members, or to services working for anybody.

    Why:
        A resource policy of CloudWatch Logs is for the whole account and region, the trail's log group included, unless
        it names others. It lets services write. A service that writes for whoever asks it (Route 53, EventBridge)
        without `aws:SourceAccount` lets any account put events among CloudTrail's, where an alarm believes them. Today
        AWS enforces such a policy for services only; one that names members waits for the day when that changes, so
        this is a warning.

    Holds when:
        For each `aws_cloudwatch_log_resource_policy` of the account and region of a trail's log group: no statement
        that covers the log group allows a principal of a member account, or of an account outside the organization, to
        read, write, stream or delete; and every one that lets a service write there says for whom (`aws:SourceAccount`,
        `aws:SourceArn` with an account, `aws:SourceOrgID`).

    Fix:
        Name in `Resource` the log groups that the service is meant to write to, and add `aws:SourceAccount`.

    Sources:
        Amazon CloudWatch Logs API Reference, "PutResourcePolicy"
        https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
        IAM User Guide, "The confused deputy problem"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
