"""Which resources live in another one, and die with it: a bucket's policy in the bucket, a subscription in its topic.

AWS deletes them with what they live in, and Terraform doesn't notice: it compares with what it saw before the apply.
Source: Amazon S3 API, "DeleteBucket"; Amazon SNS API, "DeleteTopic"; AWS KMS API, "ScheduleKeyDeletion"; IAM API,
"DeleteRole"; CloudWatch Logs API, "DeleteLogGroup". That a new bucket, topic, key, role or group of the old name has
none of them was seen on plans that the real terraform applied.
"""

import msgspec


class Home(msgspec.Struct, frozen=True):
    """Where a resource lives: in what its `attribute` names, which is one of the `names` of a resource of `types`.

    `is_global` where such a name is one thing's only, whatever account and region; else both have to be the same.
    `is_renamed` where AWS makes up a new name for what is made anew, so that nobody can live on in it by accident.
    """

    attribute: str
    types: tuple[str, ...]
    names: tuple[str, ...]
    is_global: bool = True
    is_renamed: bool = False


_BUCKET = Home("bucket", ("aws_s3_bucket",), ("bucket", "id"))
_KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")
_KEY = Home("key_id", _KEYS, ("key_id", "id", "arn"), is_renamed=True)
_TOPIC = ("aws_sns_topic",)
_ROLE = Home("role", ("aws_iam_role",), ("name", "id"), is_global=False)
_USER = Home("user", ("aws_iam_user",), ("name", "id"), is_global=False)
_GROUP = Home("group", ("aws_iam_group",), ("name", "id"), is_global=False)
_LOG_GROUP = Home("log_group_name", ("aws_cloudwatch_log_group",), ("name", "id"), is_global=False)
_QUEUE = Home("queue_url", ("aws_sqs_queue",), ("id", "url"))
_ACCESS_POINT = Home("access_point_arn", ("aws_s3_access_point",), ("arn", "id"))
_TARGETS = ("aws_organizations_organizational_unit", "aws_organizations_account")

#: The homes of each type that has one.
HOMES: dict[str, Home] = {
    **dict.fromkeys(
        (
            "aws_s3_bucket_accelerate_configuration",
            "aws_s3_bucket_acl",
            "aws_s3_bucket_analytics_configuration",
            "aws_s3_bucket_cors_configuration",
            "aws_s3_bucket_intelligent_tiering_configuration",
            "aws_s3_bucket_inventory",
            "aws_s3_bucket_lifecycle_configuration",
            "aws_s3_bucket_logging",
            "aws_s3_bucket_metric",
            "aws_s3_bucket_notification",
            "aws_s3_bucket_object",
            "aws_s3_bucket_object_lock_configuration",
            "aws_s3_bucket_ownership_controls",
            "aws_s3_bucket_policy",
            "aws_s3_bucket_public_access_block",
            "aws_s3_bucket_replication_configuration",
            "aws_s3_bucket_request_payment_configuration",
            "aws_s3_bucket_server_side_encryption_configuration",
            "aws_s3_bucket_versioning",
            "aws_s3_bucket_website_configuration",
            "aws_s3_object",
            "aws_s3_object_copy",
        ),
        _BUCKET,
    ),
    "aws_s3control_access_point_policy": _ACCESS_POINT,
    "aws_kms_alias": Home("target_key_id", _KEYS, ("key_id", "id", "arn"), is_renamed=True),
    "aws_kms_grant": _KEY,
    "aws_kms_key_policy": _KEY,
    "aws_sns_topic_data_protection_policy": Home("arn", _TOPIC, ("arn", "id")),
    "aws_sns_topic_policy": Home("arn", _TOPIC, ("arn", "id")),
    "aws_sns_topic_subscription": Home("topic_arn", _TOPIC, ("arn", "id")),
    "aws_sqs_queue_policy": _QUEUE,
    "aws_sqs_queue_redrive_allow_policy": _QUEUE,
    "aws_sqs_queue_redrive_policy": _QUEUE,
    "aws_iam_role_policies_exclusive": Home("role_name", _ROLE.types, _ROLE.names, is_global=False),
    "aws_iam_role_policy": _ROLE,
    "aws_iam_role_policy_attachment": _ROLE,
    "aws_iam_role_policy_attachments_exclusive": Home("role_name", _ROLE.types, _ROLE.names, is_global=False),
    "aws_iam_user_policy": _USER,
    "aws_iam_user_policy_attachment": _USER,
    "aws_iam_access_key": _USER,
    "aws_iam_group_policy": _GROUP,
    "aws_iam_group_policy_attachment": _GROUP,
    "aws_cloudwatch_log_data_protection_policy": _LOG_GROUP,
    "aws_cloudwatch_log_index_policy": _LOG_GROUP,
    "aws_cloudwatch_log_metric_filter": _LOG_GROUP,
    "aws_cloudwatch_log_stream": _LOG_GROUP,
    "aws_cloudwatch_log_subscription_filter": _LOG_GROUP,
    "aws_organizations_policy_attachment": Home("target_id", _TARGETS, ("id",), is_renamed=True),
}

#: What anything lives in.
HOME_TYPES = frozenset(kind for home in HOMES.values() for kind in home.types)


def types_living_in(kind: str) -> list[str]:
    """The types of resources that live in one of a type."""
    return [one for one, home in HOMES.items() if kind in home.types]
