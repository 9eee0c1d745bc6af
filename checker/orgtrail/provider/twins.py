"""Resources of the awscc provider that are the same thing as one of the aws provider, read as that one.

Source: Terraform Registry, hashicorp/awscc, awscc_cloudtrail_trail and awscc_s3_bucket_policy; hashicorp/aws,
aws_cloudtrail and aws_s3_bucket_policy.
"""

from collections.abc import Mapping

import msgspec

from orgtrail.values import Value


class Twin(msgspec.Struct, frozen=True):
    """What a resource is called by the aws provider, and its arguments: theirs by the aws provider's names."""

    type: str
    names: Mapping[str, str]


TWINS = {
    "awscc_cloudtrail_trail": Twin(
        "aws_cloudtrail",
        {
            "name": "trail_name",
            "enable_logging": "is_logging",
            "cloud_watch_logs_group_arn": "cloudwatch_logs_log_group_arn",
            "cloud_watch_logs_role_arn": "cloudwatch_logs_role_arn",
            "event_selector": "event_selectors",
            "advanced_event_selector": "advanced_event_selectors",
            "insight_selector": "insight_selectors",
            "data_resource": "data_resources",
            "field_selector": "field_selectors",
        },
    ),
    "awscc_s3_bucket_policy": Twin("aws_s3_bucket_policy", {"policy": "policy_document"}),
}


def as_named(value: Value, names: Mapping[str, str]) -> Value:
    """A value with the names of the aws provider, inside nested blocks, too."""
    ours = {theirs: own for own, theirs in names.items()}

    def renamed(inner: Value) -> Value:
        if isinstance(inner, dict):
            return {ours.get(name, name): renamed(one) for name, one in inner.items()}
        return [renamed(one) for one in inner] if isinstance(inner, list) else inner

    if not isinstance(value, dict):
        return value
    # Below a block everything may be renamed, beside one only what the table names.
    return {ours.get(name, name): renamed(one) if name in names.values() else one for name, one in value.items()}


#: What gives a provider other credentials than those that lie around it.
_OWN_CREDENTIALS = ("access_key", "profile", "assume_role", "assume_role_with_web_identity", "shared_credentials_files")


def twins_act_alike(providers: Mapping[str, Mapping[str, Value]]) -> bool:
    """Whether both providers find their credentials and their region around them, so the same ones.

    Source: Terraform Registry, hashicorp/awscc, "Authentication and Configuration".
    """
    return not providers.get("awscc") and not any(providers.get("aws", {}).get(name) for name in _OWN_CREDENTIALS)
