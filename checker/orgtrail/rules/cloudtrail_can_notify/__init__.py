"""The rule `cloudtrail-can-notify`."""

from orgtrail.rules import rule


@rule("error", since="0.1.0", answers="logs delivered", looks_at=("aws_cloudtrail.sns_topic_name",))
def cloudtrail_can_notify() -> None:
    """The SNS topic that the trail names lets CloudTrail publish for this trail, and does so before the trail is made.

    Why:
        CreateTrail fails with InsufficientSnsTopicPolicyException where the topic's policy doesn't let CloudTrail in;
        the default policy is for the topic's own account. Where the policy, or that of the key which the topic is
        encrypted with, changes later, the notifications stop, and whoever waits for them fetches no log of any account.

    Holds when:
        The topic's policy allows `cloudtrail.amazonaws.com` sns:Publish for this trail (`aws:SourceArn`), and nothing
        in it denies that. A topic with a `kms_master_key_id` has a key of the customer's whose policy allows CloudTrail
        kms:GenerateDataKey and kms:Decrypt: AWS's own key (`alias/aws/sns`) does so for nobody. A new trail comes after
        the policy. A FIFO topic isn't one that CloudTrail takes: the name of a topic holds no dot. The plan destroys
        neither the topic nor the resource of its policy, which would put AWS's default policy back.

    Fix:
        Add an `aws_sns_topic_policy` with AWS's statement for CloudTrail, tied to the trail, and let the trail wait for
        it: `depends_on`, or `sns_topic_name = aws_sns_topic_policy.trail.arn`.

    Sources:
        CloudTrail User Guide, "Amazon SNS topic policy for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
        Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"
        https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
