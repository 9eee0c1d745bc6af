"""Every call that the audit makes, in one table: what it reads, and the permission that it needs.

`orgtrail audit --print-policy` prints this table as an IAM policy; nothing outside it can be asked.
"""

import msgspec


class ApiCall(msgspec.Struct, frozen=True):
    """One read-only API call.

    `permission` is empty where its name is that of the call; `needs_permission` is False where AWS lets every caller
    make it. `absent` are the error codes that say "there is no such thing", which is an answer. `member` is what
    every answer holds, and what a listing pages through: an answer without it isn't AWS's. Where AWS leaves an empty
    list out, `elements` is what is paged through. `page` is the member that names the next page, and the argument that
    asks for it. `archive` says whether the account that owns the bucket is asked, too.
    """

    service: str
    operation: str
    permission: str = ""
    needs_permission: bool = True
    absent: tuple[str, ...] = ()
    member: str = ""
    elements: str = ""
    archive: bool = False
    page: tuple[str, str] = ("NextToken", "NextToken")

    @property
    def is_listing(self) -> bool:
        """Whether its answers come in pages."""
        return self.operation.startswith("List") or self.page != ("NextToken", "NextToken")

    @property
    def name(self) -> str:
        """The IAM action that it needs, `service:Action`."""
        return self.permission or f"{self.service}:{self.operation}"


# Security Token Service
WHO_AM_I = ApiCall("sts", "GetCallerIdentity", member="Account", needs_permission=False, archive=True)
ASSUME_ROLE = ApiCall("sts", "AssumeRole", member="Credentials")

# AWS Organizations
ORGANIZATION = ApiCall(
    "organizations", "DescribeOrganization", member="Organization", absent=("AWSOrganizationsNotInUseException",)
)
ROOTS = ApiCall("organizations", "ListRoots", member="Roots")
ACCOUNTS = ApiCall("organizations", "ListAccounts", member="Accounts")
TRUSTED_SERVICES = ApiCall("organizations", "ListAWSServiceAccessForOrganization", member="EnabledServicePrincipals")
# Partitions where CloudTrail has no delegated administrators refuse its name: then there are none.
DELEGATED_ADMINISTRATORS = ApiCall(
    "organizations", "ListDelegatedAdministrators", member="DelegatedAdministrators", absent=("InvalidInputException",)
)
POLICIES = ApiCall("organizations", "ListPolicies", member="Policies")
POLICY = ApiCall("organizations", "DescribePolicy", member="Policy")
POLICY_TARGETS = ApiCall("organizations", "ListTargetsForPolicy", member="Targets")

# CloudTrail
TRAIL_NAMES = ApiCall("cloudtrail", "ListTrails", member="Trails")
TRAILS = ApiCall("cloudtrail", "DescribeTrails", member="trailList")
TRAIL_STATUS = ApiCall("cloudtrail", "GetTrailStatus", member="IsLogging")
EVENT_SELECTORS = ApiCall("cloudtrail", "GetEventSelectors")
INSIGHT_SELECTORS = ApiCall("cloudtrail", "GetInsightSelectors", absent=("InsightNotEnabledException",))

# IAM
ROLES = ApiCall(
    "iam", "GetAccountAuthorizationDetails", member="RoleDetailList", archive=True, page=("Marker", "Marker")
)
OWN_POLICIES = ApiCall(
    "iam", "GetAccountAuthorizationDetails", member="Policies", archive=True, page=("Marker", "Marker")
)
SERVICE_LINKED_ROLE = ApiCall("iam", "GetRole", member="Role", absent=("NoSuchEntity",))

# S3. The permission of a call is not always its name: Service Authorization Reference, "Amazon S3".
BUCKETS = ApiCall(
    "s3",
    "ListBuckets",
    "s3:ListAllMyBuckets",
    member="Buckets",
    archive=True,
    page=("ContinuationToken", "ContinuationToken"),
)
BUCKET_LOCATION = ApiCall("s3", "GetBucketLocation", archive=True)
BUCKET_POLICY = ApiCall("s3", "GetBucketPolicy", member="Policy", absent=("NoSuchBucketPolicy",), archive=True)
BUCKET_POLICY_STATUS = ApiCall(
    "s3", "GetBucketPolicyStatus", member="PolicyStatus", absent=("NoSuchBucketPolicy",), archive=True
)
BUCKET_ACL = ApiCall("s3", "GetBucketAcl", member="Owner", archive=True)
BUCKET_VERSIONING = ApiCall("s3", "GetBucketVersioning", archive=True)
BUCKET_ENCRYPTION = ApiCall(
    "s3",
    "GetBucketEncryption",
    "s3:GetEncryptionConfiguration",
    member="ServerSideEncryptionConfiguration",
    absent=("ServerSideEncryptionConfigurationNotFoundError",),
    archive=True,
)
BUCKET_PUBLIC_ACCESS = ApiCall(
    "s3",
    "GetPublicAccessBlock",
    "s3:GetBucketPublicAccessBlock",
    member="PublicAccessBlockConfiguration",
    absent=("NoSuchPublicAccessBlockConfiguration",),
    archive=True,
)
BUCKET_OWNERSHIP = ApiCall(
    "s3",
    "GetBucketOwnershipControls",
    member="OwnershipControls",
    absent=("OwnershipControlsNotFoundError",),
    archive=True,
)
BUCKET_REPLICATION = ApiCall(
    "s3",
    "GetBucketReplication",
    "s3:GetReplicationConfiguration",
    absent=("ReplicationConfigurationNotFoundError",),
    archive=True,
)
BUCKET_LIFECYCLE = ApiCall(
    "s3",
    "GetBucketLifecycleConfiguration",
    "s3:GetLifecycleConfiguration",
    absent=("NoSuchLifecycleConfiguration",),
    archive=True,
)
BUCKET_INVENTORIES = ApiCall(
    "s3",
    "ListBucketInventoryConfigurations",
    "s3:GetInventoryConfiguration",
    archive=True,
    member="IsTruncated",
    elements="InventoryConfigurationList",
    page=("NextContinuationToken", "ContinuationToken"),
)
BUCKET_NOTIFICATION = ApiCall("s3", "GetBucketNotificationConfiguration", "s3:GetBucketNotification", archive=True)
ACCESS_POINTS = ApiCall("s3control", "ListAccessPoints", "s3:ListAccessPoints", member="AccessPointList", archive=True)
ACCESS_POINT_POLICY = ApiCall(
    "s3control",
    "GetAccessPointPolicy",
    "s3:GetAccessPointPolicy",
    member="Policy",
    absent=("NoSuchAccessPointPolicy",),
    archive=True,
)
ACCOUNT_PUBLIC_ACCESS = ApiCall(
    "s3control",
    "GetPublicAccessBlock",
    "s3:GetAccountPublicAccessBlock",
    member="PublicAccessBlockConfiguration",
    absent=("NoSuchPublicAccessBlockConfiguration",),
    archive=True,
)

# KMS
KEY = ApiCall("kms", "DescribeKey", member="KeyMetadata", archive=True)
KEY_POLICY = ApiCall("kms", "GetKeyPolicy", member="Policy", archive=True)
KEY_GRANTS = ApiCall("kms", "ListGrants", member="Grants", archive=True, page=("NextMarker", "Marker"))

# What a trail tells others: SNS and CloudWatch Logs
TOPIC = ApiCall("sns", "GetTopicAttributes", member="Attributes", absent=("NotFound",), archive=True)
TOPIC_SUBSCRIPTIONS = ApiCall(
    "sns", "ListSubscriptionsByTopic", member="Subscriptions", absent=("NotFound",), archive=True
)
SUBSCRIPTION_FILTERS = ApiCall(
    "logs",
    "DescribeSubscriptionFilters",
    member="subscriptionFilters",
    absent=("ResourceNotFoundException",),
    archive=True,
    page=("nextToken", "nextToken"),
)
LOG_POLICIES = ApiCall(
    "logs", "DescribeResourcePolicies", member="resourcePolicies", archive=True, page=("nextToken", "nextToken")
)

CALLS: tuple[ApiCall, ...] = tuple(found for found in list(globals().values()) if isinstance(found, ApiCall))
