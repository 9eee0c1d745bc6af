"""What is known of the AWS provider's resource types: one entry a type. Everybody else asks here.

What follows from an instance's own values (its ARN from its name) is in `derived.py`, which nested blocks a type has
in `nested.py`. Sources: Terraform Registry, hashicorp/aws, the page of each resource; AWS, "Amazon Resource Names
(ARNs)"; of what dies with what: Amazon S3 API, "DeleteBucket"; Amazon SNS API, "DeleteTopic"; AWS KMS API,
"ScheduleKeyDeletion"; IAM API, "DeleteRole"; CloudWatch Logs API, "DeleteLogGroup". That a new bucket, topic, key, role
or group of the old name has none of what lived in the old one was seen on plans that the real terraform applied.
"""

import msgspec

from orgtrail.values import Value

ArgumentNames = frozenset[str]


class Home(msgspec.Struct, frozen=True):
    """Where a resource lives: in what its `attribute` names, which is one of the `names` of a resource of `types`.

    AWS deletes it with what it lives in, and Terraform doesn't notice: it compares with what it saw before the apply.
    `is_global` where such a name is one thing's only, whatever account and region; else both have to be the same.
    `is_renamed` where AWS makes up a new name for what is made anew, so that nobody can live on in it by accident.
    `is_left_behind` where an update doesn't follow its home to a new name.
    """

    attribute: str
    types: tuple[str, ...]
    names: tuple[str, ...]
    is_global: bool = True
    is_renamed: bool = False
    is_left_behind: bool = False


class ResourceType(msgspec.Struct, frozen=True, kw_only=True):
    """One type of resource.

    `defaults` are what the provider takes where an argument isn't set. `computed` are lists of objects that it fills
    in for what is there already, so that no block need stand for them. `mirrors` are what a resource shows of others
    beside it, which have a drift of their own. `arn` is the only form that its ARN can have, for a resource in
    us-east-1. `home` is what it lives in, and dies with.
    """

    defaults: dict[str, Value] = {}
    computed: ArgumentNames = frozenset()
    mirrors: ArgumentNames = frozenset()
    arn: str = ""
    home: Home | None = None


_KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")

_BUCKET = Home("bucket", ("aws_s3_bucket",), ("bucket", "id"))
_KEY = Home("key_id", _KEYS, ("key_id", "id", "arn"), is_renamed=True)
_TOPIC = Home("arn", ("aws_sns_topic",), ("arn", "id"))
_QUEUE = Home("queue_url", ("aws_sqs_queue",), ("id", "url"))
_ROLE = Home("role", ("aws_iam_role",), ("name", "id"), is_global=False)
_USER = Home("user", ("aws_iam_user",), ("name", "id"), is_global=False)
_GROUP = Home("group", ("aws_iam_group",), ("name", "id"), is_global=False)
_LOG_GROUP = Home("log_group_name", ("aws_cloudwatch_log_group",), ("name", "id"), is_global=False)

#: Arguments of a bucket that have become resources of their own. "Terraform will only perform drift detection if a
#: configuration value is provided."
_OLD_ARGUMENTS = frozenset(
    [
        *("acl", "cors_rule", "grant", "lifecycle_rule", "logging", "object_lock_configuration", "policy"),
        *("replication_configuration", "server_side_encryption_configuration", "versioning", "website"),
    ]
)
_PUBLIC_ACCESS: dict[str, Value] = {
    "block_public_acls": False,
    "block_public_policy": False,
    "ignore_public_acls": False,
    "restrict_public_buckets": False,
}

TYPES: dict[str, ResourceType] = {
    # S3
    "aws_s3_bucket": ResourceType(
        defaults={"force_destroy": False},
        computed=_OLD_ARGUMENTS - {"acl", "policy"},
        mirrors=_OLD_ARGUMENTS,
        arn="arn:{partition}:s3:::{name}",
    ),
    **dict.fromkeys(
        (
            "aws_s3_bucket_accelerate_configuration",
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
            "aws_s3_bucket_replication_configuration",
            "aws_s3_bucket_request_payment_configuration",
            "aws_s3_bucket_server_side_encryption_configuration",
            "aws_s3_bucket_versioning",
            "aws_s3_bucket_website_configuration",
            "aws_s3_object",
            "aws_s3_object_copy",
        ),
        ResourceType(home=_BUCKET),
    ),
    "aws_s3_bucket_acl": ResourceType(computed=frozenset({"access_control_policy"}), home=_BUCKET),
    "aws_s3_bucket_public_access_block": ResourceType(defaults=_PUBLIC_ACCESS, home=_BUCKET),
    "aws_s3_account_public_access_block": ResourceType(defaults=_PUBLIC_ACCESS),
    # An access point doesn't go with its bucket: S3 refuses to delete a bucket that has one.
    "aws_s3_access_point": ResourceType(arn="arn:{partition}:s3:us-east-1:{account}:accesspoint/{name}"),
    "aws_s3control_access_point_policy": ResourceType(
        home=Home("access_point_arn", ("aws_s3_access_point",), ("arn", "id"))
    ),
    # KMS
    "aws_kms_key": ResourceType(
        defaults={"is_enabled": True, "enable_key_rotation": False},
        arn="arn:{partition}:kms:us-east-1:{account}:key/{name}",
    ),
    "aws_kms_alias": ResourceType(home=Home("target_key_id", _KEYS, ("key_id", "id", "arn"), is_renamed=True)),
    "aws_kms_grant": ResourceType(home=_KEY),
    # Version 5.100 keeps to the old key when `key_id` changes: nothing is put on the new one, and the apply fails.
    "aws_kms_key_policy": ResourceType(
        home=Home("key_id", _KEYS, ("key_id", "id", "arn"), is_renamed=True, is_left_behind=True)
    ),
    # CloudTrail and CloudWatch Logs
    "aws_cloudtrail": ResourceType(
        defaults={
            "enable_logging": True,
            "include_global_service_events": True,
            "is_multi_region_trail": False,
            "is_organization_trail": False,
            "enable_log_file_validation": False,
        },
        arn="arn:{partition}:cloudtrail:us-east-1:{account}:trail/{name}",
    ),
    **dict.fromkeys(
        (
            "aws_cloudwatch_log_data_protection_policy",
            "aws_cloudwatch_log_index_policy",
            "aws_cloudwatch_log_metric_filter",
            "aws_cloudwatch_log_stream",
            "aws_cloudwatch_log_subscription_filter",
        ),
        ResourceType(home=_LOG_GROUP),
    ),
    # SNS and SQS
    "aws_sns_topic": ResourceType(arn="arn:{partition}:sns:us-east-1:{account}:{name}"),
    "aws_sns_topic_data_protection_policy": ResourceType(home=_TOPIC),
    "aws_sns_topic_policy": ResourceType(home=_TOPIC),
    "aws_sns_topic_subscription": ResourceType(home=Home("topic_arn", ("aws_sns_topic",), ("arn", "id"))),
    "aws_sqs_queue_policy": ResourceType(home=_QUEUE),
    "aws_sqs_queue_redrive_allow_policy": ResourceType(home=_QUEUE),
    "aws_sqs_queue_redrive_policy": ResourceType(home=_QUEUE),
    # IAM
    "aws_iam_role": ResourceType(
        computed=frozenset({"inline_policy"}),
        arn="arn:{partition}:iam::{account}:role/{name}",
    ),
    "aws_iam_role_policy": ResourceType(home=_ROLE),
    "aws_iam_role_policy_attachment": ResourceType(home=_ROLE),
    **dict.fromkeys(
        ("aws_iam_role_policies_exclusive", "aws_iam_role_policy_attachments_exclusive"),
        ResourceType(home=Home("role_name", ("aws_iam_role",), ("name", "id"), is_global=False)),
    ),
    "aws_iam_user": ResourceType(arn="arn:{partition}:iam::{account}:user/{name}"),
    "aws_iam_user_policy": ResourceType(home=_USER),
    "aws_iam_user_policy_attachment": ResourceType(home=_USER),
    "aws_iam_access_key": ResourceType(home=_USER),
    "aws_iam_group_policy": ResourceType(home=_GROUP),
    "aws_iam_group_policy_attachment": ResourceType(home=_GROUP),
    # Organizations
    "aws_organizations_organization": ResourceType(
        defaults={"feature_set": "ALL"},
        computed=frozenset({"accounts", "non_master_accounts", "roots"}),
    ),
    "aws_organizations_policy_attachment": ResourceType(
        home=Home(
            "target_id",
            ("aws_organizations_organizational_unit", "aws_organizations_account"),
            ("id",),
            is_renamed=True,
        )
    ),
}

_ANY = ResourceType()


def resource_type(kind: str) -> ResourceType:
    """What is known of a type; nothing in particular of most."""
    return TYPES.get(kind, _ANY)


#: What anything lives in.
HOME_TYPES = frozenset(kind for one in TYPES.values() if one.home for kind in one.home.types)


def types_living_in(kind: str) -> list[str]:
    """The types of resources that live in one of a type."""
    return [name for name, one in TYPES.items() if one.home and kind in one.home.types]
