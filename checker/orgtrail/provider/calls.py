"""What the AWS provider asks of AWS for each type of resource that a trail's stack is made of: the one table.

Actions are called as the Service Authorization Reference calls them, which a test compares with its published data.
`for_argument` are calls that an argument adds: where it is set when the resource is made, and where it changes; those
of `on_change` are added by a change alone.

Sources: AWS, "Service Authorization Reference", the page of each service, with the dependent actions of CreateTrail,
UpdateTrail, CreateEventDataStore and RegisterOrganizationDelegatedAdmin; CloudTrail User Guide, "Prepare for creating a
trail for your organization"; hashicorp/aws 5.100, the source of each resource.
"""

from collections.abc import Iterable

import msgspec

#: Where AWS takes no name of a resource for an action.
EVERYWHERE = "*"


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for one type: to make it, look at it, change it and take it away.

    `at` are the ARNs that it is asked on, with the attributes of the resource as `{name}`; `anywhere` are the actions
    for which AWS takes none. `elsewhere` are actions on something else, with its ARN; `beside` those that AWS asks for
    in the caller's name where the resource is made.
    """

    create: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    for_argument: dict[str, tuple[str, ...]] = {}
    on_change: dict[str, tuple[str, ...]] = {}
    at: tuple[str, ...] = (EVERYWHERE,)
    anywhere: frozenset[str] = frozenset()
    elsewhere: dict[str, str] = {}
    beside: dict[str, str] = {}


def _of(service: str, words: str) -> tuple[str, ...]:
    return tuple(f"{service}:{word}" for word in words.split())


def _calls(
    service: str,
    create: str,
    read: str = "",
    update: str = "",
    delete: str = "",
    *,
    at: str | Iterable[str] = EVERYWHERE,
    anywhere: str = "",
    tags: str = "",
    more: dict[str, tuple[str, ...]] | None = None,
    changed: dict[str, tuple[str, ...]] | None = None,
    elsewhere: dict[str, str] | None = None,
    beside: dict[str, str] | None = None,
) -> Calls:
    arguments, changes = dict(more or {}), dict(changed or {})
    if tags:
        # The second one takes tags away, which only a change does.
        arguments["tags"], changes["tags"] = _of(service, tags)[:1], _of(service, tags)[1:]
    return Calls(
        create=_of(service, create),
        read=_of(service, read),
        update=_of(service, update),
        delete=_of(service, delete),
        for_argument=arguments,
        on_change=changes,
        at=(at,) if isinstance(at, str) else tuple(at),
        anywhere=frozenset(_of(service, anywhere)),
        elsewhere=elsewhere or {},
        beside=beside or {},
    )


#: The role that CloudTrail works by in each account. Source: CloudTrail User Guide, "Using service-linked roles".
_LINKED = "arn:{partition}:iam::{account}:role/aws-service-role"
_LINKED_ROLE = f"{_LINKED}/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail"
_PASSED = "iam:PassRole"

#: What CloudTrail asks in the caller's name for anything of an organization, and nobody sees in the plan.
OF_ORGANIZATION = {
    "iam:CreateServiceLinkedRole": _LINKED_ROLE,
    "iam:GetRole": _LINKED_ROLE,
    "organizations:DescribeOrganization": EVERYWHERE,
    "organizations:ListAWSServiceAccessForOrganization": EVERYWHERE,
}

#: What is asked of CloudTrail for an argument of `aws_cloudtrail`, beside CreateTrail or UpdateTrail.
OF_TRAIL = {
    "enable_logging": ("cloudtrail:StartLogging",),
    "event_selector": ("cloudtrail:PutEventSelectors",),
    "advanced_event_selector": ("cloudtrail:PutEventSelectors",),
    "insight_selector": ("cloudtrail:PutInsightSelectors",),
    "tags": ("cloudtrail:AddTags",),
}

_S3 = "arn:{partition}:s3:::{bucket}"
_HERE = "{region}:{account}"
_KEY = f"arn:{{partition}}:kms:{_HERE}:key/{{key_id}}"
_ROLE = "arn:{partition}:iam::{account}:role/{role}"
_GROUP = f"arn:{{partition}}:logs:{_HERE}:log-group:{{name}}:*"
_GROUP_NAMED = f"arn:{{partition}}:logs:{_HERE}:log-group:{{log_group_name}}:*"
_EVENTS = f"arn:{{partition}}:events:{_HERE}:rule/{{rule}}"
_CATALOG = f"arn:{{partition}}:glue:{_HERE}:catalog"


def _setting(put: str, get: str = "", delete: str = "") -> Calls:
    """A setting of a bucket, which is a resource of its own."""
    return _calls("s3", put, get or put.replace("Put", "Get", 1), put, delete or put, at=_S3)


CALLS: dict[str, Calls] = {
    "aws_cloudtrail": _calls(
        "cloudtrail",
        "CreateTrail",
        "DescribeTrails GetTrailStatus GetEventSelectors GetInsightSelectors ListTags",
        "UpdateTrail",
        "DeleteTrail",
        at=f"arn:{{partition}}:cloudtrail:{_HERE}:trail/{{name}}",
        anywhere="DescribeTrails",
        more={**OF_TRAIL, "cloud_watch_logs_role_arn": (_PASSED,)},
        changed={"enable_logging": _of("cloudtrail", "StopLogging"), "tags": _of("cloudtrail", "RemoveTags")},
        elsewhere={_PASSED: "{cloud_watch_logs_role_arn}"},
    ),
    "aws_cloudtrail_event_data_store": _calls(
        "cloudtrail",
        "CreateEventDataStore",
        "GetEventDataStore ListTags",
        "UpdateEventDataStore",
        "DeleteEventDataStore",
        at=f"arn:{{partition}}:cloudtrail:{_HERE}:eventdatastore/*",
        tags="AddTags RemoveTags",
        more={"kms_key_id": ("kms:Decrypt", "kms:GenerateDataKey")},
        elsewhere={"kms:Decrypt": "{kms_key_id}", "kms:GenerateDataKey": "{kms_key_id}"},
    ),
    "aws_cloudtrail_organization_delegated_admin_account": Calls(
        create=("cloudtrail:RegisterOrganizationDelegatedAdmin", "organizations:RegisterDelegatedAdministrator"),
        read=("organizations:ListDelegatedAdministrators",),
        delete=("cloudtrail:DeregisterOrganizationDelegatedAdmin", "organizations:DeregisterDelegatedAdministrator"),
    ),
    # S3
    "aws_s3_bucket": _calls(
        "s3",
        "CreateBucket",
        "ListBucket GetBucketAcl GetBucketCORS GetBucketWebsite GetBucketVersioning GetAccelerateConfiguration"
        " GetBucketRequestPayment GetBucketLogging GetLifecycleConfiguration GetReplicationConfiguration"
        " GetEncryptionConfiguration GetBucketObjectLockConfiguration GetBucketPolicy GetBucketTagging"
        " GetBucketLocation",
        "",
        "DeleteBucket",
        at=_S3,
        tags="PutBucketTagging",
        more={"object_lock_enabled": _of("s3", "PutBucketObjectLockConfiguration PutBucketVersioning")},
    ),
    "aws_s3_bucket_policy": _setting("PutBucketPolicy", delete="DeleteBucketPolicy"),
    "aws_s3_bucket_public_access_block": _setting("PutBucketPublicAccessBlock"),
    "aws_s3_bucket_ownership_controls": _setting("PutBucketOwnershipControls"),
    "aws_s3_bucket_versioning": _setting("PutBucketVersioning"),
    "aws_s3_bucket_server_side_encryption_configuration": _setting("PutEncryptionConfiguration"),
    "aws_s3_bucket_lifecycle_configuration": _setting("PutLifecycleConfiguration"),
    "aws_s3_bucket_object_lock_configuration": _setting("PutBucketObjectLockConfiguration"),
    "aws_s3_bucket_logging": _setting("PutBucketLogging"),
    "aws_s3_bucket_notification": _setting("PutBucketNotification"),
    "aws_s3_bucket_acl": _setting("PutBucketAcl"),
    "aws_s3_bucket_replication_configuration": _calls(
        "s3",
        *("PutReplicationConfiguration", "GetReplicationConfiguration"),
        *("PutReplicationConfiguration", "PutReplicationConfiguration"),
        at=_S3,
        more={"role": (_PASSED,)},
        elsewhere={_PASSED: "{role}"},
    ),
    # KMS
    "aws_kms_key": _calls(
        "kms",
        "CreateKey",
        "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
        "",
        "ScheduleKeyDeletion",
        at=_KEY,
        anywhere="CreateKey",
        tags="TagResource UntagResource",
        more={
            "policy": _of("kms", "PutKeyPolicy"),
            "enable_key_rotation": _of("kms", "EnableKeyRotation"),
        },
        changed={
            "enable_key_rotation": _of("kms", "DisableKeyRotation"),
            "is_enabled": _of("kms", "EnableKey DisableKey"),
            "description": _of("kms", "UpdateKeyDescription"),
        },
    ),
    "aws_kms_key_policy": _calls(
        "kms", "PutKeyPolicy", "DescribeKey GetKeyPolicy", "PutKeyPolicy", "PutKeyPolicy", at=_KEY
    ),
    "aws_kms_alias": _calls(
        "kms",
        "CreateAlias",
        "ListAliases",
        "UpdateAlias",
        "DeleteAlias",
        at=(f"arn:{{partition}}:kms:{_HERE}:{{name}}", "{target_key_arn}"),
        anywhere="ListAliases",
    ),
    "aws_kms_grant": _calls("kms", "CreateGrant", "ListGrants", "", "RevokeGrant", at=_KEY),
    # SNS
    "aws_sns_topic": _calls(
        "sns",
        "CreateTopic SetTopicAttributes",
        "GetTopicAttributes ListTagsForResource",
        "SetTopicAttributes",
        "DeleteTopic",
        at=f"arn:{{partition}}:sns:{_HERE}:{{name}}",
        tags="TagResource UntagResource",
    ),
    "aws_sns_topic_policy": _calls(
        "sns", "SetTopicAttributes", "GetTopicAttributes", "SetTopicAttributes", "SetTopicAttributes", at="{arn}"
    ),
    "aws_sns_topic_subscription": _calls(
        "sns",
        "Subscribe",
        "GetSubscriptionAttributes",
        "SetSubscriptionAttributes",
        "Unsubscribe",
        at="{topic_arn}",
        anywhere="GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
    ),
    # CloudWatch and its Logs
    "aws_cloudwatch_log_group": _calls(
        "logs",
        "CreateLogGroup",
        "DescribeLogGroups ListTagsForResource",
        "",
        "DeleteLogGroup",
        at=_GROUP,
        anywhere="DescribeLogGroups",
        tags="TagResource UntagResource",
        more={"retention_in_days": _of("logs", "PutRetentionPolicy"), "kms_key_id": _of("logs", "AssociateKmsKey")},
    ),
    "aws_cloudwatch_log_metric_filter": _calls(
        "logs", "PutMetricFilter", "DescribeMetricFilters", "PutMetricFilter", "DeleteMetricFilter", at=_GROUP_NAMED
    ),
    "aws_cloudwatch_log_resource_policy": _calls(
        *("logs", "PutResourcePolicy", "DescribeResourcePolicies", "PutResourcePolicy", "DeleteResourcePolicy"),
        anywhere="PutResourcePolicy DescribeResourcePolicies DeleteResourcePolicy",
    ),
    "aws_cloudwatch_metric_alarm": _calls(
        "cloudwatch",
        "PutMetricAlarm",
        "DescribeAlarms ListTagsForResource",
        "PutMetricAlarm",
        "DeleteAlarms",
        at=f"arn:{{partition}}:cloudwatch:{_HERE}:alarm:{{alarm_name}}",
        tags="TagResource UntagResource",
    ),
    # EventBridge, Glue and Athena
    "aws_cloudwatch_event_rule": _calls(
        *("events", "PutRule", "DescribeRule ListTagsForResource", "PutRule", "DeleteRule"),
        at=f"arn:{{partition}}:events:{_HERE}:rule/{{name}}",
        tags="TagResource UntagResource",
    ),
    "aws_cloudwatch_event_target": _calls(
        "events", "PutTargets", "ListTargetsByRule", "PutTargets", "RemoveTargets", at=_EVENTS
    ),
    "aws_glue_catalog_database": _calls(
        *("glue", "CreateDatabase", "GetDatabase GetTags", "UpdateDatabase", "DeleteDatabase"),
        at=(_CATALOG, f"arn:{{partition}}:glue:{_HERE}:database/{{name}}"),
    ),
    "aws_glue_catalog_table": _calls(
        *("glue", "CreateTable", "GetTable GetPartitionIndexes", "UpdateTable", "DeleteTable"),
        at=(
            _CATALOG,
            f"arn:{{partition}}:glue:{_HERE}:database/{{database_name}}",
            f"arn:{{partition}}:glue:{_HERE}:table/{{database_name}}/{{name}}",
        ),
    ),
    "aws_athena_workgroup": _calls(
        *("athena", "CreateWorkGroup", "GetWorkGroup ListTagsForResource", "UpdateWorkGroup", "DeleteWorkGroup"),
        at=f"arn:{{partition}}:athena:{_HERE}:workgroup/{{name}}",
        tags="TagResource UntagResource",
    ),
    # IAM
    "aws_iam_role": _calls(
        "iam",
        "CreateRole",
        "GetRole ListRolePolicies ListAttachedRolePolicies",
        "",
        "DeleteRole ListInstanceProfilesForRole",
        at="arn:{partition}:iam::{account}:role{path}{name}",
        tags="TagRole UntagRole",
        changed={
            "permissions_boundary": _of("iam", "PutRolePermissionsBoundary"),
            "assume_role_policy": _of("iam", "UpdateAssumeRolePolicy"),
            "max_session_duration": _of("iam", "UpdateRole"),
            "description": _of("iam", "UpdateRoleDescription"),
        },
    ),
    "aws_iam_role_policy": _calls(
        "iam", "PutRolePolicy", "GetRolePolicy", "PutRolePolicy", "DeleteRolePolicy", at=_ROLE
    ),
    "aws_iam_role_policy_attachment": _calls(
        "iam", "AttachRolePolicy", "ListAttachedRolePolicies", "", "DetachRolePolicy", at=_ROLE
    ),
    "aws_iam_policy": _calls(
        "iam",
        "CreatePolicy",
        "GetPolicy GetPolicyVersion",
        "CreatePolicyVersion DeletePolicyVersion ListPolicyVersions",
        "DeletePolicy ListPolicyVersions",
        at="arn:{partition}:iam::{account}:policy{path}{name}",
        tags="TagPolicy UntagPolicy",
    ),
    "aws_iam_service_linked_role": _calls(
        "iam",
        "CreateServiceLinkedRole",
        "GetRole",
        "UpdateRoleDescription",
        "DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus",
        at="arn:{partition}:iam::{account}:role/aws-service-role/{aws_service_name}/*",
        tags="TagRole UntagRole",
    ),
    # Organizations
    "aws_organizations_organization": _calls(
        "organizations",
        "CreateOrganization",
        "DescribeOrganization ListAccounts ListRoots ListAWSServiceAccessForOrganization",
        "",
        "DeleteOrganization",
        beside={"iam:CreateServiceLinkedRole": f"{_LINKED}/organizations.amazonaws.com/*"},
        more={
            "aws_service_access_principals": _of("organizations", "EnableAWSServiceAccess"),
            "enabled_policy_types": _of("organizations", "EnablePolicyType"),
        },
        changed={
            "aws_service_access_principals": _of("organizations", "DisableAWSServiceAccess"),
            "enabled_policy_types": _of("organizations", "DisablePolicyType"),
            "feature_set": _of("organizations", "EnableAllFeatures"),
        },
    ),
    "aws_organizations_aws_service_access": _calls(
        "organizations", "EnableAWSServiceAccess", "ListAWSServiceAccessForOrganization", "", "DisableAWSServiceAccess"
    ),
    "aws_organizations_policy": _calls(
        *("organizations", "CreatePolicy", "DescribePolicy ListTagsForResource", "UpdatePolicy", "DeletePolicy"),
        tags="TagResource UntagResource",
    ),
    "aws_organizations_policy_attachment": _calls(
        "organizations", "AttachPolicy", "ListTargetsForPolicy", "", "DetachPolicy"
    ),
    "aws_organizations_organizational_unit": _calls(
        *("organizations", "CreateOrganizationalUnit"),
        "DescribeOrganizationalUnit ListParents ListAccountsForParent ListTagsForResource",
        *("UpdateOrganizationalUnit", "DeleteOrganizationalUnit"),
        tags="TagResource UntagResource",
    ),
    "aws_organizations_account": _calls(
        "organizations",
        "CreateAccount DescribeCreateAccountStatus ListRoots ListParents MoveAccount",
        "DescribeAccount ListParents ListTagsForResource",
        "MoveAccount",
        "CloseAccount RemoveAccountFromOrganization DescribeAccount",
        tags="TagResource UntagResource",
    ),
    "aws_organizations_delegated_administrator": _calls(
        "organizations",
        "RegisterDelegatedAdministrator",
        "ListDelegatedAdministrators",
        "",
        "DeregisterDelegatedAdministrator",
    ),
}

#: What is asked where something is looked up.
DATA: dict[str, Calls] = {
    "aws_organizations_organization": _calls(
        "organizations", "", "DescribeOrganization ListAccounts ListRoots ListAWSServiceAccessForOrganization"
    ),
    "aws_organizations_delegated_administrators": _calls("organizations", "", "ListDelegatedAdministrators"),
    "aws_s3_bucket": _calls("s3", "", "ListBucket GetBucketLocation", at=_S3),
    "aws_s3_bucket_policy": _calls("s3", "", "GetBucketPolicy", at=_S3),
    "aws_kms_key": _calls("kms", "", "DescribeKey", at=_KEY),
    "aws_iam_role": _calls("iam", "", "GetRole", at="arn:{partition}:iam::{account}:role/{name}"),
    # These need no permission: GetCallerIdentity is nobody's to deny, and the others ask nobody.
    **dict.fromkeys(("aws_caller_identity", "aws_partition", "aws_region", "aws_iam_policy_document"), Calls()),
}
