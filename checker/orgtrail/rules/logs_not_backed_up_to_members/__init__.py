"""The rule `logs-not-backed-up-to-members`."""

from orgtrail.rules import rule


@rule("error", since="0.1.0", answers="members kept out", looks_at=("aws_backup_selection",), unasked=("AWS Backup",))
def logs_not_backed_up_to_members() -> None:
    """No backup plan of AWS Backup copies the log bucket into a vault of an account that may not read the logs.

    Why:
        AWS Backup reads the objects of a bucket with a role of its own account, past the bucket's policy, and copies
        its backups to vaults in other accounts. Whoever administers such an account restores all logs into a bucket of
        its own.

    Holds when:
        Each `aws_backup_selection` that takes in the log bucket (by its ARN, by a pattern, or by a tag that the bucket
        has) is of a plan whose copies (`copy_action`) go to vaults in the management account, the account that owns the
        bucket, or a trusted account. A vault in the owner's own account is the owner's business. Backup policies of AWS
        Organizations aren't followed, and `orgtrail audit` doesn't ask AWS Backup yet.

    Fix:
        Copy backups to a vault of the account that owns the logs, or of one that may read them, and say so with
        `--trusted-account`.

    Sources:
        AWS Backup Developer Guide, "Creating backup copies across AWS accounts"
        https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
        AWS Backup Developer Guide, "Assigning resources to a backup plan"
        https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
    """
