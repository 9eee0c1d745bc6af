"""Who isn't of the organization, by name or without one; and what a member may say of itself."""

from tools.exam_cases.case import (
    ARCHIVE,
    ARN,
    MANAGEMENT,
    MEMBER,
    ORGANIZATION,
    STRANGER,
    Case,
    account,
    allow,
    closed,
    deny,
    open_,
    policy,
    unclear,
)

READ, PUBLIC = "members-cannot-read-logs", "logs-not-public"
ALTER, OUT_ALTER = "members-cannot-alter-logs", "outsiders-cannot-alter-logs"
OBJECTS = f"{ARN}/*"
IS = {"exit": [1]}


def _anybody(
    action: object = "s3:GetObject", resource: object = OBJECTS, **condition: dict[str, object]
) -> dict[str, object]:
    return allow("Readers", "*", action, resource, **condition)


def cases() -> list[Case]:
    return [*_named(), *_anonymous(), *_said_of_themselves(), *_denied()]


def _named() -> list[Case]:
    vendor = account(STRANGER)
    role = account(STRANGER, "role/vendor-reader")
    trust = [STRANGER]
    return [
        policy(
            "outsider-vendor-reads",
            [allow("Vendor", vendor, "s3:GetObject", OBJECTS)],
            "an account that nobody says may read",
            "cross-account",
            **IS,
        ),
        policy(
            "outsider-vendor-trusted",
            [allow("Vendor", vendor, ["s3:GetObject", "s3:ListBucket"], [ARN, OBJECTS])],
            "the same account, named as one that may read",
            "cross-account",
            trusted=trust,
            **closed(READ, PUBLIC, ALTER, OUT_ALTER),
        ),
        policy(
            "outsider-vendor-role-reads",
            [allow("Vendor", role, "s3:GetObject", OBJECTS)],
            "a role of an account that nobody says may read",
            "principal",
            **IS,
        ),
        policy(
            "outsider-vendor-role-trusted",
            [allow("Vendor", role, "s3:Get*", OBJECTS)],
            "the role's account may read",
            "principal",
            trusted=trust,
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-vendor-lists",
            [allow("Vendor", vendor, "s3:ListBucket", ARN)],
            "names of log files tell accounts and regions",
            "s3-actions",
            **IS,
        ),
        policy(
            "outsider-vendor-deletes",
            [allow("Vendor", vendor, "s3:DeleteObject", OBJECTS)],
            "trusted to read isn't trusted to delete",
            "s3-actions",
            trusted=trust,
            **IS,
        ),
        policy(
            "outsider-vendor-puts",
            [allow("Vendor", vendor, "s3:PutObject", OBJECTS)],
            "who may put may overwrite a log",
            "s3-actions",
            trusted=trust,
            **IS,
        ),
        policy(
            "outsider-vendor-puts-elsewhere",
            [allow("Vendor", vendor, "s3:PutObject", f"{ARN}/vendor/*")],
            "a folder of its own beside the trail's",
            "s3-actions",
            trusted=trust,
            **closed(ALTER, OUT_ALTER),
        ),
        policy(
            "outsider-vendor-reads-elsewhere",
            [allow("Vendor", vendor, "s3:GetObject", f"{ARN}/exports/*")],
            "the vendor reads what isn't the trail's",
            "resource",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-vendor-all-actions",
            [allow("Vendor", vendor, "s3:*", [ARN, OBJECTS])],
            "all actions hold deletion, for a trusted account too",
            "s3-actions",
            trusted=trust,
            **IS,
        ),
        policy(
            "outsider-vendor-by-key",
            [_anybody(StringEquals={"aws:PrincipalAccount": STRANGER})],
            "the account stands in the condition",
            "keys",
            **IS,
        ),
        policy(
            "outsider-vendor-by-key-trusted",
            [_anybody(StringEquals={"aws:PrincipalAccount": STRANGER})],
            "likewise, trusted",
            "keys",
            trusted=trust,
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-vendor-of-two",
            [allow("Vendor", {"AWS": [f"arn:aws:iam::{STRANGER}:root", MEMBER]}, "s3:GetObject", OBJECTS)],
            "one of the two is trusted, the other isn't",
            "principal",
            trusted=trust,
            **IS,
        ),
        policy(
            "outsider-vendor-acl",
            [allow("Vendor", vendor, "s3:PutObjectAcl", OBJECTS)],
            "who may set a file's ACL may open it",
            "s3-actions",
            trusted=trust,
            **IS,
        ),
        policy(
            "outsider-vendor-versions",
            [allow("Vendor", vendor, "s3:GetObjectVersion", OBJECTS)],
            "an old version of a log is a log",
            "s3-actions",
            **IS,
        ),
        policy(
            "outsider-vendor-tags",
            [allow("Vendor", vendor, "s3:PutObjectTagging", OBJECTS)],
            "tags decide what lifecycle rules and conditions do",
            "s3-actions",
            trusted=trust,
            **IS,
        ),
        policy(
            "outsider-vendor-lifecycle",
            [allow("Vendor", vendor, "s3:PutLifecycleConfiguration", ARN)],
            "a lifecycle rule deletes every log",
            "s3-actions",
            trusted=trust,
            **IS,
        ),
        policy(
            "outsider-bucket-acl",
            [allow("Vendor", vendor, "s3:PutBucketAcl", ARN)],
            "who may set the bucket's ACL may open it",
            "s3-actions",
            trusted=trust,
            **IS,
        ),
    ]


def _anonymous() -> list[Case]:
    return [
        policy("outsider-anonymous-reads", [_anybody()], "everybody reads", "anonymous", **open_(PUBLIC)),
        policy(
            "outsider-anonymous-puts",
            [_anybody("s3:PutObject")],
            "everybody overwrites",
            "anonymous",
            **open_(OUT_ALTER),
        ),
        policy(
            "outsider-anonymous-deletes-versions",
            [_anybody("s3:DeleteObjectVersion")],
            "everybody deletes, versions too",
            "anonymous",
            **open_(OUT_ALTER),
        ),
        policy(
            "outsider-anonymous-lists",
            [_anybody("s3:ListBucket", ARN)],
            "everybody lists",
            "anonymous",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-anonymous-reads-a-site",
            [_anybody(resource=f"{ARN}/site/*")],
            "what everybody reads isn't the trail's",
            "anonymous",
            **closed(PUBLIC, READ),
        ),
        policy(
            "outsider-anonymous-alone",
            [_anybody(Null={"aws:PrincipalArn": "true"})],
            "the key is missing for the anonymous only: they read",
            "keys",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-anonymous-by-account",
            [_anybody(StringEquals={"aws:PrincipalAccount": "anonymous"})],
            "AWS fills in `anonymous` for a request without credentials",
            "keys",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-everybody-as-accounts",
            [allow("All", {"AWS": "*"}, "s3:GetObject", OBJECTS)],
            "AWS: * is everybody, the anonymous too",
            "principal",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-not-principal",
            [
                {
                    "Sid": "Others",
                    "Effect": "Allow",
                    "NotPrincipal": {"AWS": f"arn:aws:iam::{ARCHIVE}:root"},
                    "Action": "s3:GetObject",
                    "Resource": OBJECTS,
                }
            ],
            "Allow with NotPrincipal lets everybody else in",
            "notprincipal",
            **IS,
        ),
        policy(
            "outsider-other-organizations",
            [_anybody(StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION})],
            "whoever isn't of the organization reads",
            "keys",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-any-organization",
            [_anybody(StringLike={"aws:PrincipalOrgID": "o-*"})],
            "every organization of AWS, ours too",
            "keys",
            **IS,
        ),
        policy(
            "outsider-organization-if-exists",
            [_anybody(StringEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION})],
            "where the key is missing, IfExists holds: the anonymous and lone accounts read",
            "operators",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-own-organization",
            [_anybody(StringEquals={"aws:PrincipalOrgID": ORGANIZATION})],
            "members read, strangers don't",
            "keys",
            exit=[1],
            rules={READ: ["violated"], PUBLIC: ["proved"]},
        ),
        policy(
            "outsider-office-address",
            [_anybody(IpAddress={"aws:SourceIp": "54.240.143.0/24"})],
            "whoever calls from that network, whosever credentials they hold",
            "s3-examples",
            **IS,
        ),
        policy(
            "outsider-office-address-of-the-owner",
            [_anybody(IpAddress={"aws:SourceIp": "54.240.143.0/24"}, StringEquals={"aws:PrincipalAccount": ARCHIVE})],
            "the owner's principals from that network",
            "keys",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-referer",
            [_anybody(StringLike={"aws:Referer": "https://logs.example.com/*"})],
            "a header that everybody may send",
            "keys",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-user-agent",
            [_anybody(StringEquals={"aws:UserAgent": "acme-shipper/1.0"})],
            "a header that everybody may send",
            "keys",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-tls-is-no-lock",
            [_anybody(Bool={"aws:SecureTransport": "true"})],
            "everybody speaks TLS",
            "keys",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-endpoint",
            [_anybody(StringEquals={"aws:SourceVpce": "vpce-1a2b3c4d"})],
            "whosever principals come through that endpoint",
            "vpc-endpoints",
            exit_not=0,
        ),
        policy(
            "outsider-endpoint-of-the-owner",
            [_anybody(StringEquals={"aws:SourceVpce": "vpce-1a2b3c4d", "aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]})],
            "owner and management through that endpoint",
            "vpc-endpoints",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-not-the-endpoint",
            [_anybody(StringNotEquals={"aws:SourceVpce": "vpce-1a2b3c4d"})],
            "whoever comes another way",
            "vpc-endpoints",
            **open_(PUBLIC),
        ),
    ]


def _said_of_themselves() -> list[Case]:
    own = {"aws:PrincipalAccount": ARCHIVE}
    return [
        policy(
            "outsider-role-name",
            [_anybody(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/auditor"})],
            "any account makes a role of that name",
            "keys",
            **IS,
        ),
        policy(
            "outsider-role-name-of-the-owner",
            [_anybody(ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:role/auditor"})],
            "the owner's role",
            "keys",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-number-inside-a-name",
            [_anybody(StringLike={"aws:PrincipalArn": f"*{ARCHIVE}*"})],
            "a role may be named after the owner's number",
            "operators",
            **IS,
        ),
        policy(
            "outsider-number-in-its-place",
            [_anybody(StringLike={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:*"})],
            "the number stands where the account stands",
            "operators",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-any-root",
            [_anybody(ArnEquals={"aws:PrincipalArn": "arn:aws:iam::*:root"})],
            "the root user of any account",
            "operators",
            **IS,
        ),
        policy(
            "outsider-tag",
            [_anybody(StringEquals={"aws:PrincipalTag/team": "security"})],
            "who administers an account tags its principals",
            "keys",
            **IS,
        ),
        policy(
            "outsider-tag-of-the-owner",
            [_anybody(StringEquals={"aws:PrincipalTag/team": "security", **own})],
            "the owner's tagged principals",
            "keys",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-session-name",
            [_anybody(StringLike={"aws:userid": "*:auditor@acme.example"})],
            "a session's name is its caller's choice",
            "keys",
            **IS,
        ),
        policy(
            "outsider-user-name",
            [_anybody(StringEquals={"aws:username": "auditor"})],
            "any account makes a user of that name",
            "keys",
            **IS,
        ),
        policy(
            "outsider-principal-type",
            [_anybody(StringEquals={"aws:PrincipalType": "AssumedRole"})],
            "every account has roles",
            "keys",
            **IS,
        ),
        policy(
            "outsider-mfa",
            [_anybody(Bool={"aws:MultiFactorAuthPresent": "true"})],
            "every account has users with MFA",
            "mfa",
            **IS,
        ),
        policy(
            "outsider-region",
            [_anybody(StringEquals={"aws:RequestedRegion": "us-east-1"})],
            "the region of the request is the bucket's, whoever asks",
            "keys",
            exit_not=0,
        ),
        policy(
            "outsider-called-via",
            [_anybody(**{"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}})],
            "every account has Athena",
            "keys",
            **IS,
        ),
        policy(
            "outsider-called-via-of-the-owner",
            [_anybody(StringEquals=own, **{"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}})],
            "the owner's queries",
            "keys",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-organizational-unit",
            [
                _anybody(
                    **{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"}}
                )
            ],
            "members of that unit",
            "keys",
            exit=[1],
            rules={READ: ["violated"]},
        ),
        policy(
            "outsider-for-all-values",
            [_anybody(**{"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-ab12/*"}})],
            "ForAllValues holds for whoever has no path at all",
            "multi-value",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-presigned",
            [_anybody(StringEquals={"s3:authType": "REST-QUERY-STRING"})],
            "everybody with credentials presigns",
            "s3-conditions",
            **IS,
        ),
        policy(
            "outsider-resource-account",
            [_anybody(StringEquals={"aws:ResourceAccount": ARCHIVE})],
            "the key speaks of the bucket, not of the caller",
            "keys",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-resource-account-of-another",
            [_anybody(StringEquals={"aws:ResourceAccount": MEMBER})],
            "the bucket isn't that account's: nobody fits",
            "keys",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-access-point",
            [_anybody("s3:GetObject", StringEquals={"s3:DataAccessPointAccount": MEMBER})],
            "AWS's delegation to access points, to a member's",
            "s3-conditions",
            exit_not=0,
        ),
    ]


def _denied() -> list[Case]:
    ours = [ARCHIVE, MANAGEMENT]
    everything = [ARN, OBJECTS]
    return [
        policy(
            "outsider-denied-perimeter",
            [
                _anybody(),
                deny(
                    "Perimeter",
                    "*",
                    "s3:*",
                    everything,
                    StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION},
                    BoolIfExists={"aws:PrincipalIsAWSService": "false"},
                ),
            ],
            "AWS's identity perimeter: strangers are out, members in; services aren't stopped",
            "data-perimeter",
            exit=[1],
            rules={READ: ["violated"], PUBLIC: ["proved"], "cloudtrail-can-write-logs": ["proved"]},
        ),
        policy(
            "outsider-denied-but-owner",
            [
                allow("Ours", "*", "s3:GetObject", OBJECTS, StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
                deny(
                    "Others",
                    "*",
                    "s3:*",
                    everything,
                    StringNotEqualsIfExists={"aws:PrincipalAccount": ours},
                    BoolIfExists={"aws:PrincipalIsAWSService": "false"},
                ),
            ],
            "all but owner and management are refused",
            "evaluation",
            **closed(READ, PUBLIC, ALTER, OUT_ALTER, "cloudtrail-can-write-logs"),
        ),
        policy(
            "outsider-denied-not-the-anonymous",
            [
                _anybody(),
                deny(
                    "Others",
                    "*",
                    "s3:*",
                    everything,
                    StringNotEqualsIfExists={"aws:PrincipalAccount": ours},
                    Bool={"aws:PrincipalIsAWSService": "false"},
                ),
            ],
            "an anonymous request carries no aws:PrincipalIsAWSService: without IfExists the Deny misses it",
            "keys",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-denied-services-too",
            [deny("Others", "*", "s3:*", everything, StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION})],
            "CloudTrail has no organization of its own: the Deny stops it",
            "keys",
            exit=[1],
            rules={"cloudtrail-can-write-logs": ["violated"]},
        ),
        policy(
            "outsider-denied-services-excepted",
            [
                deny(
                    "Others",
                    "*",
                    "s3:*",
                    everything,
                    StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION},
                    Bool={"aws:PrincipalIsAWSService": "false"},
                )
            ],
            "the same with a way out for services",
            "keys",
            **closed("cloudtrail-can-write-logs", READ),
        ),
        policy(
            "outsider-denied-one-action",
            [_anybody("s3:GetObject*"), deny("NoGet", "*", "s3:GetObject", OBJECTS)],
            "older versions stay open",
            "s3-actions",
            **open_(PUBLIC),
        ),
        policy(
            "outsider-denied-one-member",
            [
                _anybody(StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
                deny("One", account(MEMBER), "s3:*", everything),
            ],
            "one member is refused, the others read",
            "evaluation",
            exit=[1],
            rules={READ: ["violated"]},
        ),
        policy(
            "outsider-denied-wildcard-principal",
            [_anybody("s3:DeleteObject"), deny("NoDelete", "*", "s3:Delete*", OBJECTS)],
            "nobody deletes",
            "evaluation",
            **closed(ALTER, OUT_ALTER),
        ),
        policy(
            "outsider-named-in-a-deny",
            [deny("Vendor", account(STRANGER), "s3:*", everything)],
            "who is only denied gets nothing",
            "evaluation",
            **closed(READ, PUBLIC),
        ),
        policy(
            "outsider-mfa-denied",
            [
                allow("Vendor", account(STRANGER), "s3:GetObject", OBJECTS),
                deny("Mfa", "*", "s3:*", everything, BoolIfExists={"aws:MultiFactorAuthPresent": "false"}),
            ],
            "with MFA the vendor reads; and CloudTrail, which has none, may be refused",
            "mfa",
            exit_not=0,
        ),
        policy(
            "outsider-nobody",
            [],
            "AWS's own policy and nothing else",
            "organization",
            **closed(READ, PUBLIC, ALTER, OUT_ALTER, "cloudtrail-can-write-logs", "cloudtrail-write-is-scoped"),
        ),
        policy(
            "principal-origin-access-identity-alone",
            [
                allow(
                    "V",
                    {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE"},
                    "s3:GetObject",
                    OBJECTS,
                )
            ],
            "whose distribution that identity serves can't be seen",
            "oai",
            **unclear(READ, PUBLIC),
        ),
    ]
