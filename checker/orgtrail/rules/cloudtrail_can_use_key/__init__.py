"""The rule `cloudtrail-can-use-key`."""

from orgtrail.rules import rule


@rule(
    "error",
    since="0.1.0",
    answers="logs delivered",
    looks_at=("aws_cloudtrail.kms_key_id", "aws_s3_bucket_server_side_encryption_configuration"),
)
def cloudtrail_can_use_key() -> None:
    """The KMS key is fit for the trail, its policy lets CloudTrail encrypt for it, and nothing in that denies it.

    Why:
        A trail that names a key which CloudTrail may not use can't be made (InsufficientEncryptionPolicyException), or
        stops delivering when the key's policy changes later. The default policy of a key doesn't allow it. Whichever
        account owns the key, the logs of all accounts stop.

    Holds when:
        `cloudtrail.amazonaws.com` may call kms:GenerateDataKey with this trail's encryption context
        (`kms:EncryptionContext:aws:cloudtrail:arn`) and kms:DescribeKey, for this trail (`aws:SourceArn`); and
        kms:Decrypt, too, where the trail is made or changed and its bucket has an S3 Bucket Key. The key is enabled and
        not on its way out, symmetric and for encryption, and, where both regions are known, in the bucket's region.
        Where the trail names no key and the bucket encrypts with one of yours, that one lets CloudTrail encrypt, too;
        AWS doesn't say whether CloudTrail asks for another encryption, so it is undecided where it doesn't.

    Fix:
        Add AWS's statements for CloudTrail to the key policy: kms:GenerateDataKey* with `aws:SourceArn` and the
        encryption context of the management account's trails, and kms:DescribeKey; with an S3 Bucket Key kms:Decrypt,
        or leave `bucket_key_enabled` out, which serves nothing where CloudTrail names the key itself.

    Sources:
        CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    """
