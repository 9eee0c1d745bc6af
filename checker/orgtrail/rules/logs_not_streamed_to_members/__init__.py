"""The rule `logs-not-streamed-to-members`."""

from orgtrail.rules import rule


@rule(
    "error",
    since="0.1.0",
    answers="members kept out",
    looks_at=(
        "aws_cloudwatch_log_subscription_filter",
        "aws_cloudwatch_log_account_policy",
    ),
    unasked=("Firehose", "account policies of CloudWatch Logs"),
)
def logs_not_streamed_to_members() -> None:
    """No subscription filter sends the trail's events from CloudWatch Logs into an account that may not read them.

    Why:
        A trail that feeds CloudWatch Logs keeps a second copy of the events of all accounts in a log group. A
        subscription filter sends them on as they come, and no bucket or key policy has a say in it.

    Holds when:
        Every subscription filter on the log group that an organization trail feeds, and every account-wide one
        (`aws_cloudwatch_log_account_policy`) that doesn't leave it out, sends to a destination in the management
        account, the account that owns the bucket, or a trusted account. A Firehose stream of the input is followed one
        hop on: the bucket that it writes to is of such an account, and is judged as the log bucket is; other
        destinations of a stream can't be followed. What anything else does with the events isn't followed; who may send
        to a destination (its own policy) lets nothing out. `orgtrail audit` doesn't ask for account-wide filters, or
        for streams, yet.

    Fix:
        Send them to an account that may read the logs, and say so with `--trusted-account`.

    Sources:
        Amazon CloudWatch Logs User Guide, "Cross-account cross-Region subscriptions"
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html
    """
