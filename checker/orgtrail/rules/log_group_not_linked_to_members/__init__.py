"""The rule `log-group-not-linked-to-members`."""

from orgtrail.rules import rule


@rule(
    "error",
    since="0.1.0",
    answers="members kept out",
    looks_at=("aws_oam_link",),
    unasked=("links of CloudWatch observability",),
)
def log_group_not_linked_to_members() -> None:
    """No observability link shows the trail's log group to a monitoring account that may not read the logs.

    Why:
        CloudWatch cross-account observability lets a monitoring account search the log groups of the accounts that link
        to it as if they were its own. A link of the account that holds the trail's log group shows the events of all
        accounts, and no bucket, key or log group policy has a say in it.

    Holds when:
        Every `aws_oam_link` of the log group's account and region that shares log groups leads to a sink in the
        management account, the account that owns the bucket, or a trusted account; or its filter leaves the trail's log
        group out. `orgtrail audit` doesn't ask for links yet.

    Fix:
        Link to the account of those who may read the logs, and say so with `--trusted-account`; or leave the log group
        out: `log_group_configuration { filter = "LogGroupName != 'org-trail'" }`.

    Sources:
        Amazon CloudWatch User Guide, "CloudWatch cross-account observability"
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account.html
        CloudWatch Observability Access Manager API Reference, "LogGroupConfiguration"
        https://docs.aws.amazon.com/OAM/latest/APIReference/API_LogGroupConfiguration.html
    """
