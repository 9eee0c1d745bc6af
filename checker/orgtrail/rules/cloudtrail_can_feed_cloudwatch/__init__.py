"""The rule `cloudtrail-can-feed-cloudwatch`."""

from orgtrail.rules import rule


@rule(
    "error",
    since="0.1.0",
    answers="logs delivered",
    looks_at=("aws_cloudtrail.cloud_watch_logs_group_arn", "aws_cloudtrail.cloud_watch_logs_role_arn"),
)
def cloudtrail_can_feed_cloudwatch() -> None:
    """CloudTrail can send the events of all accounts to the log group that the trail names.

    Why:
        CreateTrail fails where the log group's ARN lacks its `:*`, or where CloudTrail may not assume the role or the
        role may not write. Where the role may write the management account's streams alone, the trail is made, and the
        alarms on the log group never see an event of a member account.

    Holds when:
        `cloud_watch_logs_group_arn` ends in `:*`. The role's trust policy lets `cloudtrail.amazonaws.com` assume it.
        Its policies allow logs:CreateLogStream and logs:PutLogEvents on the streams of the management account
        (`<account>_CloudTrail_<region>*`) and of the organization (`<organization id>_*`). A new trail comes after the
        policies that do. Conditions on `aws:SourceArn` or `aws:SourceAccount` in the role's policies let nothing
        through: AWS doesn't support them there. A permissions boundary of the role allows the same, and the plan leaves
        the log group.

    Fix:
        Append `:*` to the log group's ARN; let the role's policy name both kinds of streams (or all of the log group's,
        `<log group ARN>:*`); let the trail wait for the policy: `depends_on`.

    Sources:
        CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
        CloudTrail User Guide, "Sending events to CloudWatch Logs"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
    """
