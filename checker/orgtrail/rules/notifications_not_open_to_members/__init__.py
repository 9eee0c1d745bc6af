"""The rule `notifications-not-open-to-members`."""

from orgtrail.rules import rule


@rule(
    "warning",
    since="0.1.0",
    looks_at=(
        "aws_cloudtrail.sns_topic_name",
        "aws_s3_bucket_notification",
    ),
)
def notifications_not_open_to_members() -> None:
    """Nobody who may not read the logs hears of new log files, or may send word of some.

    Why:
        CloudTrail and S3 tell an SNS topic, a queue or a function of every new log file: the bucket, and a key that
        names account, region and time. That is little, so this is a warning; but whoever may publish to the topic makes
        those that wait for logs fetch what CloudTrail never wrote.

    Holds when:
        The policy of each topic that an organization trail names, or that the log bucket notifies, lets nobody of a
        member account or outside the organization call sns:Subscribe, sns:Publish, or change the topic; a topic without
        one has AWS's default, which is for its own account. Subscriptions of such a topic, and what the bucket notifies
        itself, are in accounts that may read the logs. Who reads an e-mail or an HTTPS endpoint isn't judged.

    Fix:
        Allow CloudTrail (or S3) to publish with `aws:SourceArn`, and name who may subscribe. An account that may read
        the logs is a `--trusted-account`.

    Sources:
        CloudTrail User Guide, "Amazon SNS topic policy for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
        Amazon SNS Developer Guide, "Example cases for Amazon SNS access control"
        https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
