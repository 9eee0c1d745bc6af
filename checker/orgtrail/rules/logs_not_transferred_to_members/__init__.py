"""The rule `logs-not-transferred-to-members`."""

from orgtrail.rules import rule


@rule("error", since="0.1.0", answers="members kept out", looks_at=("aws_datasync_task",), unasked=("DataSync",))
def logs_not_transferred_to_members() -> None:
    """No task of AWS DataSync copies the trail's objects to where they may not be read.

    Why:
        A DataSync task reads a bucket with a role of the bucket's account and writes to a location in any other: a
        bucket of a member, a file server. What guards the copies is decided there.

    Holds when:
        Each `aws_datasync_task` whose source is the log bucket writes to a bucket in the management account, the
        account that owns the logs, or a trusted account. A destination that can be seen is judged as the log bucket is.
        Of locations that aren't buckets (file systems, servers, other clouds) nobody can tell here who reads them:
        undecided. `orgtrail audit` doesn't ask DataSync yet.

    Fix:
        Copy into a bucket of an account that may read the logs, and say so with `--trusted-account`.

    Sources:
        AWS DataSync User Guide, "Transferring data between Amazon S3 buckets across AWS accounts"
        https://docs.aws.amazon.com/datasync/latest/userguide/tutorial_s3-s3-cross-account-transfer.html
    """
