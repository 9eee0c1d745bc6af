"""Every call that the audit makes, in one table: what it reads, and the permission that it needs.

`orgtrail audit --print-policy` prints this table as an IAM policy; nothing outside it can be asked.
"""

import msgspec


class Call(msgspec.Struct, frozen=True):
    """One read-only API call.

    `permission` is empty where its name is that of the call; `needs_permission` is False where AWS lets every caller
    make it. `absent` are the error codes that say "there is no such thing", which is an answer. `member` is what
    every answer holds, and what a listing pages through: an answer without it isn't AWS's. `page` is the member that
    names the next page, and the argument that asks for it. `archive` says whether the account that owns the bucket is
    asked, too.
    """

    service: str
    operation: str
    permission: str = ""
    needs_permission: bool = True
    absent: tuple[str, ...] = ()
    member: str = ""
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
WHO_AM_I = Call("sts", "GetCallerIdentity", member="Account", needs_permission=False, archive=True)
ASSUME_ROLE = Call("sts", "AssumeRole", member="Credentials")

# AWS Organizations
ORGANIZATION = Call(
    "organizations", "DescribeOrganization", member="Organization", absent=("AWSOrganizationsNotInUseException",)
)
ROOTS = Call("organizations", "ListRoots", member="Roots")
ACCOUNTS = Call("organizations", "ListAccounts", member="Accounts")
TRUSTED_SERVICES = Call("organizations", "ListAWSServiceAccessForOrganization", member="EnabledServicePrincipals")
# Partitions where CloudTrail has no delegated administrators refuse its name: then there are none.
DELEGATED_ADMINISTRATORS = Call(
    "organizations", "ListDelegatedAdministrators", member="DelegatedAdministrators", absent=("InvalidInputException",)
)
POLICIES = Call("organizations", "ListPolicies", member="Policies")
POLICY = Call("organizations", "DescribePolicy", member="Policy")
POLICY_TARGETS = Call("organizations", "ListTargetsForPolicy", member="Targets")

# CloudTrail
TRAIL_NAMES = Call("cloudtrail", "ListTrails", member="Trails")
TRAILS = Call("cloudtrail", "DescribeTrails", member="trailList")
TRAIL_STATUS = Call("cloudtrail", "GetTrailStatus", member="IsLogging")
EVENT_SELECTORS = Call("cloudtrail", "GetEventSelectors")

# IAM
ROLES = Call("iam", "GetAccountAuthorizationDetails", member="RoleDetailList", archive=True, page=("Marker", "Marker"))
OWN_POLICIES = Call("iam", "GetAccountAuthorizationDetails", member="Policies", archive=True, page=("Marker", "Marker"))
SERVICE_LINKED_ROLE = Call("iam", "GetRole", member="Role", absent=("NoSuchEntity",))

# S3. The permission of a call is not always its name: Service Authorization Reference, "Amazon S3".
BUCKETS = Call(
    "s3",
    "ListBuckets",
    "s3:ListAllMyBuckets",
    member="Buckets",
    archive=True,
    page=("ContinuationToken", "ContinuationToken"),
)
BUCKET_LOCATION = Call("s3", "GetBucketLocation", archive=True)
BUCKET_POLICY = Call("s3", "GetBucketPolicy", member="Policy", absent=("NoSuchBucketPolicy",), archive=True)
BUCKET_POLICY_STATUS = Call(
    "s3", "GetBucketPolicyStatus", member="PolicyStatus", absent=("NoSuchBucketPolicy",), archive=True
)
BUCKET_ACL = Call("s3", "GetBucketAcl", member="Owner", archive=True)
BUCKET_VERSIONING = Call("s3", "GetBucketVersioning", archive=True)
BUCKET_ENCRYPTION = Call(
    "s3",
    "GetBucketEncryption",
    "s3:GetEncryptionConfiguration",
    member="ServerSideEncryptionConfiguration",
    absent=("ServerSideEncryptionConfigurationNotFoundError",),
    archive=True,
)
BUCKET_PUBLIC_ACCESS = Call(
    "s3",
    "GetPublicAccessBlock",
    "s3:GetBucketPublicAccessBlock",
    member="PublicAccessBlockConfiguration",
    absent=("NoSuchPublicAccessBlockConfiguration",),
    archive=True,
)
BUCKET_OWNERSHIP = Call(
    "s3",
    "GetBucketOwnershipControls",
    member="OwnershipControls",
    absent=("OwnershipControlsNotFoundError",),
    archive=True,
)
BUCKET_REPLICATION = Call(
    "s3",
    "GetBucketReplication",
    "s3:GetReplicationConfiguration",
    absent=("ReplicationConfigurationNotFoundError",),
    archive=True,
)
BUCKET_NOTIFICATION = Call("s3", "GetBucketNotificationConfiguration", "s3:GetBucketNotification", archive=True)
ACCESS_POINTS = Call("s3control", "ListAccessPoints", "s3:ListAccessPoints", member="AccessPointList", archive=True)
ACCESS_POINT_POLICY = Call(
    "s3control",
    "GetAccessPointPolicy",
    "s3:GetAccessPointPolicy",
    member="Policy",
    absent=("NoSuchAccessPointPolicy",),
    archive=True,
)
ACCOUNT_PUBLIC_ACCESS = Call(
    "s3control",
    "GetPublicAccessBlock",
    "s3:GetAccountPublicAccessBlock",
    member="PublicAccessBlockConfiguration",
    absent=("NoSuchPublicAccessBlockConfiguration",),
    archive=True,
)

# KMS
KEY = Call("kms", "DescribeKey", member="KeyMetadata", archive=True)
KEY_POLICY = Call("kms", "GetKeyPolicy", member="Policy", archive=True)
KEY_GRANTS = Call("kms", "ListGrants", member="Grants", archive=True, page=("NextMarker", "Marker"))

# What a trail tells others: SNS and CloudWatch Logs
TOPIC = Call("sns", "GetTopicAttributes", member="Attributes", absent=("NotFound",), archive=True)
TOPIC_SUBSCRIPTIONS = Call(
    "sns", "ListSubscriptionsByTopic", member="Subscriptions", absent=("NotFound",), archive=True
)
SUBSCRIPTION_FILTERS = Call(
    "logs",
    "DescribeSubscriptionFilters",
    member="subscriptionFilters",
    absent=("ResourceNotFoundException",),
    archive=True,
    page=("nextToken", "nextToken"),
)
LOG_POLICIES = Call(
    "logs", "DescribeResourcePolicies", member="resourcePolicies", archive=True, page=("nextToken", "nextToken")
)

CALLS: tuple[Call, ...] = tuple(found for found in list(globals().values()) if isinstance(found, Call))
