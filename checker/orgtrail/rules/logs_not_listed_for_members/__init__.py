"""The rule `logs-not-listed-for-members`."""

from orgtrail.rules import rule


@rule("error", since="0.1.0", answers="members kept out", looks_at=("aws_s3_bucket_inventory",))
def logs_not_listed_for_members() -> None:
    """No inventory of the log bucket is delivered to an account that may not read the logs.

    Why:
        An inventory is a list of all objects: for every log file its account, region and time, its size and encryption.
        It tells a member which accounts there are and when each was active, and S3 delivers it past the log bucket's
        policy.

    Holds when:
        Every enabled `aws_s3_bucket_inventory` of the log bucket goes to a bucket in the management account, the
        account that owns the logs, or a trusted account: as its `account_id` says, or as the bucket in the input shows.

    Fix:
        Deliver it to a bucket of the account that owns the log bucket.

    Sources:
        Amazon S3 User Guide, "Configuring Amazon S3 Inventory"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html
    """
