"""An organization of four accounts in moto, with a trail as it should be: what the audit's tests look at and break."""

import json
from typing import Any

from workbench import aws

from orgtrail.audit.aws import _without_account

MANAGEMENT = aws.MANAGEMENT_ACCOUNT
ARCHIVE_ROLE = "arn:aws:iam::{}:role/OrganizationAccountAccessRole"
CLOUDTRAIL = "cloudtrail.amazonaws.com"
ROLE = "AWSServiceRoleForCloudTrail"
BUCKET = "acme-org-trail-logs"
TOPIC = f"arn:aws:sns:us-east-1:{MANAGEMENT}:org-trail"
LOG_GROUP = f"arn:aws:logs:us-east-1:{MANAGEMENT}:log-group:org-trail"
READER = "reader"
WRITER = "cloudtrail"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/org"


class Organization:
    """What was made. `archive` owns bucket and key; `members` are the other accounts."""

    def __init__(self, *, members: int = 2) -> None:
        aws.server().reset()
        organizations = aws.client("organizations")
        self.id = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        made = [
            organizations.create_account(AccountName=name, Email=f"{name}@acme.example")["CreateAccountStatus"]
            for name in ("archive", *(f"member{number}" for number in range(members)))
        ]
        self.archive, *self.members = (one["AccountId"] for one in made)
        self.archive_role = ARCHIVE_ROLE.format(self.archive)
        organizations.enable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
        root = organizations.list_roots()["Roots"][0]["Id"]
        organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
        self.make_role()
        self.key = self._make_key()
        self.make_bucket()
        self.make_copies()
        self.make_readers()
        self.make_trail()

    def _make_key(self) -> str:
        kms = aws.client("kms", self.archive)
        arn: str = kms.create_key(Policy=json.dumps(self.key_policy()))["KeyMetadata"]["Arn"]
        return arn

    def key_policy(self) -> dict[str, Any]:
        """AWS's key policy for an organization trail, which the account of the key administers."""
        service = {"Service": CLOUDTRAIL}
        source = {"aws:SourceArn": TRAIL}
        context = {
            "kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*",
        }
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Owner",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{self.archive}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {
                    "Sid": "CloudTrailEncrypts",
                    "Effect": "Allow",
                    "Principal": service,
                    "Action": "kms:GenerateDataKey*",
                    "Resource": "*",
                    "Condition": {"StringEquals": source, "StringLike": context},
                },
                {
                    "Sid": "CloudTrailLooks",
                    "Effect": "Allow",
                    "Principal": service,
                    "Action": "kms:DescribeKey",
                    "Resource": "*",
                    "Condition": {"StringEquals": source},
                },
            ],
        }

    def make_role(self) -> None:
        """The service-linked role, which moto doesn't make by itself, and would spell otherwise than AWS."""
        aws.client("iam").create_role(
            Path=f"/aws-service-role/{CLOUDTRAIL}/", RoleName=ROLE, AssumeRolePolicyDocument="{}"
        )

    def make_bucket(self) -> None:
        s3 = aws.client("s3", self.archive)
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_ownership_controls(
            Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        )
        s3.put_public_access_block(
            Bucket=BUCKET,
            PublicAccessBlockConfiguration=dict.fromkeys(
                ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
            ),
        )
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_encryption(
            Bucket=BUCKET,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        )
        self.put_policy(self.policy(self.guard(), self.tls_only()))

    def make_copies(self) -> None:
        """The topic and the log group that the trail names, and the role that CloudTrail writes there with."""
        topic = aws.client("sns").create_topic(Name="org-trail")["TopicArn"]
        self.put_topic_policy(topic)
        aws.client("logs").create_log_group(logGroupName="org-trail")
        iam = aws.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": CLOUDTRAIL}, "Action": "sts:AssumeRole"}
        iam.create_role(
            RoleName=WRITER, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )
        self.put_writer_policy(f"{MANAGEMENT}_CloudTrail_us-east-1*", f"{self.id}_*")

    def put_topic_policy(self, topic: str = TOPIC, source: str = TRAIL) -> None:
        statement = {
            "Sid": "CloudTrailNotifies",
            "Effect": "Allow",
            "Principal": {"Service": CLOUDTRAIL},
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {"StringEquals": {"aws:SourceArn": source}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)

    def put_writer_policy(self, *streams: str) -> None:
        """What CloudTrail's role may write: AWS's policy for organization trails, with these streams."""
        statement = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"{LOG_GROUP}:log-stream:{stream}" for stream in streams],
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.client("iam").put_role_policy(RoleName=WRITER, PolicyName="write", PolicyDocument=policy)

    def make_readers(self) -> None:
        """An access point and a role for those who read the logs, both of the bucket's account only."""
        self.s3control().create_access_point(AccountId=self.archive, Name=READER, Bucket=BUCKET)
        self.put_access_point_policy(self.archive)
        self.make_reader(self.archive)

    def s3control(self) -> Any:
        client = aws.client("s3control", self.archive)
        client.meta.events.register("before-call.s3-control", _without_account)
        return client

    def put_access_point_policy(self, account: str) -> None:
        arn = f"arn:aws:s3:us-east-1:{self.archive}:accesspoint/{READER}"
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "s3:GetObject",
            "Resource": f"{arn}/object/*",
        }
        self.s3control().put_access_point_policy(
            AccountId=self.archive,
            Name=READER,
            Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def make_reader(self, account: str, name: str = READER) -> None:
        """A role in the bucket's account that `account` may assume, with a policy of AWS's and one of its own."""
        iam = aws.client("iam", self.archive)
        trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
        read = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
        iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )
        document = json.dumps({"Version": "2012-10-17", "Statement": [read]})
        own = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=name, PolicyArn=own)

    def put_policy(self, policy: dict[str, Any]) -> None:
        aws.client("s3", self.archive).put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))

    def policy(self, *more: dict[str, Any], organization_path: bool = True) -> dict[str, Any]:
        """AWS's bucket policy for an organization trail with a guard against everybody else, and `more` statements."""
        arn = f"arn:aws:s3:::{BUCKET}"
        service = {"Service": CLOUDTRAIL}
        source = {"aws:SourceArn": TRAIL}
        writers = [MANAGEMENT, self.id] if organization_path else [MANAGEMENT]
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "CloudTrailChecks",
                    "Effect": "Allow",
                    "Principal": service,
                    "Action": "s3:GetBucketAcl",
                    "Resource": arn,
                    "Condition": {"StringEquals": source},
                },
                {
                    "Sid": "CloudTrailWrites",
                    "Effect": "Allow",
                    "Principal": service,
                    "Action": "s3:PutObject",
                    "Resource": [f"{arn}/AWSLogs/{writer}/*" for writer in writers],
                    "Condition": {"StringEquals": source | {"s3:x-amz-acl": "bucket-owner-full-control"}},
                },
                *more,
            ],
        }

    def guard(self) -> dict[str, Any]:
        """A Deny for everybody who isn't an AWS service, the bucket's owner or the management account."""
        return {
            "Sid": "NobodyElse",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
            "Condition": {
                "StringNotEqualsIfExists": {"aws:PrincipalAccount": [self.archive, MANAGEMENT]},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
        }

    def tls_only(self) -> dict[str, Any]:
        return {
            "Sid": "OnlyTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }

    def make_trail(self) -> None:
        cloudtrail = aws.client("cloudtrail")
        cloudtrail.create_trail(
            Name="org",
            S3BucketName=BUCKET,
            IsOrganizationTrail=True,
            IsMultiRegionTrail=True,
            IncludeGlobalServiceEvents=True,
            EnableLogFileValidation=True,
            KmsKeyId=self.key,
            SnsTopicName="org-trail",
            CloudWatchLogsLogGroupArn=f"{LOG_GROUP}:*",
            CloudWatchLogsRoleArn=f"arn:aws:iam::{MANAGEMENT}:role/{WRITER}",
        )
        cloudtrail.start_logging(Name="org")
