"""More bare policies: what a second and a third reader of the pages thought of."""

from tools.exam_cases.case import (
    ARCHIVE,
    ARN,
    MANAGEMENT,
    MEMBER,
    ORGANIZATION,
    STRANGER,
    TRAIL,
    Case,
    account,
    allow,
    closed,
    deny,
    open_,
    policy,
    service,
)

READ, PUBLIC, LENT = "members-cannot-read-logs", "logs-not-public", "logs-not-lent-to-services"
ALTER, OUT_ALTER, WRITE = "members-cannot-alter-logs", "outsiders-cannot-alter-logs", "cloudtrail-can-write-logs"
OBJECTS = f"{ARN}/*"
ORG = {"aws:PrincipalOrgID": ORGANIZATION}
TODAY = ("--today", "2026-11-28")


def cases() -> list[Case]:
    return [*_services(), *_vendor_actions(), *_requests(), *_shapes(), *_denies()]


def _services() -> list[Case]:
    def read(name: str, **condition: dict[str, object]) -> dict[str, object]:
        return allow("Served", service(name), "s3:GetObject", OBJECTS, **condition)

    def on(
        name: str, statements: list[object], why: str, right: dict[str, object], page: str = "confused-deputy"
    ) -> Case:
        return policy(f"service-{name}", statements, why, page, **right)

    lent, distribution = {"rules": {LENT: ["proved"]}}, f"arn:aws:cloudfront::{ARCHIVE}:distribution/"
    others = {
        "Sid": "Others",
        "Effect": "Deny",
        "NotPrincipal": {
            "Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"],
            "AWS": [f"arn:aws:iam::{ARCHIVE}:root"],
        },
        "Action": "s3:*",
        "Resource": [ARN, OBJECTS],
    }
    return [
        on(
            "of-the-buckets-account",
            [read("cloudfront", StringEquals={"aws:SourceAccount": "${aws:ResourceAccount}"})],
            "whoever it acts for owns the bucket",
            lent,
            "variables",
        ),
        on(
            "of-the-buckets-organization",
            [read("cloudfront", StringEquals={"aws:SourceOrgID": "${aws:ResourceOrgID}"})],
            "a member is of the bucket's organization",
            open_(LENT),
            "variables",
        ),
        on(
            "literal-star",
            [read("cloudfront", StringEquals={"aws:SourceArn": distribution + "*"})],
            "StringEquals takes the star literally: no distribution is named so",
            lent,
            "operators",
        ),
        on(
            "arn-equals-star",
            [read("cloudfront", ArnEquals={"aws:SourceArn": distribution + "*"})],
            "ArnEquals takes a star, here for the owner's",
            lent,
            "operators",
        ),
        on(
            "arn-of-any-account",
            [read("cloudfront", ArnEquals={"aws:SourceArn": "arn:aws:cloudfront::*:distribution/*"})],
            "ArnEquals takes a star, here for anybody's",
            open_(LENT),
            "operators",
        ),
        on(
            "if-exists-and-there",
            [
                read(
                    "cloudfront",
                    StringEqualsIfExists={"aws:SourceAccount": ARCHIVE},
                    Null={"aws:SourceAccount": "false"},
                )
            ],
            "the key must be there, and be the owner's",
            lent,
            "operators",
        ),
        on(
            "if-exists-denied-without",
            [
                read("cloudfront", StringEqualsIfExists={"aws:SourceAccount": ARCHIVE}),
                deny("Nameless", service("cloudfront"), "s3:*", OBJECTS, Null={"aws:SourceAccount": "true"}),
            ],
            "a call without the key is denied",
            lent,
            "operators",
        ),
        on(
            "denied-for-others",
            [
                read("cloudfront"),
                deny(
                    "Others",
                    service("cloudfront"),
                    "s3:GetObject",
                    OBJECTS,
                    StringNotEquals={"aws:SourceAccount": ARCHIVE},
                ),
            ],
            "denied for others, and where the key is missing",
            lent,
            "operators",
        ),
        on(
            "denied-for-others-if-there",
            [
                read("cloudfront"),
                deny(
                    "Others",
                    service("cloudfront"),
                    "s3:GetObject",
                    OBJECTS,
                    StringNotEquals={"aws:SourceAccount": ARCHIVE},
                    Null={"aws:SourceAccount": "false"},
                ),
            ],
            "a call without the key isn't denied",
            {"exit_not": 0, "rules": {LENT: ["violated", "undecided"]}},
            "operators",
        ),
        on(
            "all-but-two-denied",
            [read("cloudfront"), others],
            "NotPrincipal spares two other services",
            {"rules": {LENT: ["proved"], WRITE: ["proved"]}},
            "notprincipal",
        ),
        on("s3-reads-untied", [read("s3")], "S3 acts for whoever set it up", open_(LENT)),
        on(
            "regional-reads-untied",
            [read("logs.eu-west-1")],
            "a region's own name of a service",
            open_(LENT),
            "principal",
        ),
        on(
            "cloudtrail-by-key",
            [
                allow(
                    "Trail",
                    "*",
                    "s3:GetObject",
                    OBJECTS,
                    StringEquals={
                        "aws:PrincipalServiceName": "cloudtrail.amazonaws.com",
                        "aws:SourceAccount": MANAGEMENT,
                    },
                )
            ],
            "CloudTrail alone, for the management account",
            lent,
            "keys",
        ),
        on(
            "linked-role-of-the-owner",
            [
                allow(
                    "Analyzer",
                    account(
                        ARCHIVE, "role/aws-service-role/access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer"
                    ),
                    ["s3:GetBucketAcl", "s3:GetBucketPolicy", "s3:GetObject"],
                    [ARN, OBJECTS],
                )
            ],
            "a service's role in the owner's account",
            closed(READ, PUBLIC),
            "service-linked-role",
        ),
        on(
            "linked-role-of-a-member",
            [
                allow(
                    "Analyzer",
                    account(
                        MEMBER, "role/aws-service-role/access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer"
                    ),
                    "s3:GetObject",
                    OBJECTS,
                )
            ],
            "a service's role in a member",
            {"exit_not": 0},
            "service-linked-role",
        ),
        on(
            "versions-untied",
            [allow("Old", service("cloudfront"), "s3:GetObjectVersion", OBJECTS)],
            "an old version of a log is a log",
            open_(LENT),
            "s3-actions",
        ),
        on(
            "one-folder-untied",
            [allow("One", service("cloudfront"), "s3:GetObject", f"{ARN}/AWSLogs/{ORGANIZATION}/{MEMBER}/*")],
            "one account's logs are logs",
            open_(LENT),
            "cloudfront",
        ),
        on(
            "source-account-in-lower-case",
            [read("cloudfront", StringEquals={"aws:sourceaccount": ARCHIVE})],
            "keys have no case",
            lent,
            "condition",
        ),
        on(
            "organization-and-member-excluded",
            [
                read(
                    "cloudfront",
                    StringEquals={"aws:SourceOrgID": ORGANIZATION},
                    StringNotEquals={"aws:SourceAccount": MEMBER},
                )
            ],
            "the other members' distributions read",
            open_(LENT),
            "operators",
        ),
    ]


def _vendor_actions() -> list[Case]:
    """One action each, for an account that is trusted to read."""

    def altering(action: str, resource: str = OBJECTS) -> Case:
        name = action.removeprefix("s3:")
        return policy(
            f"outsider-may-{name.lower()}",
            [allow("Vendor", account(STRANGER), action, resource)],
            f"{name} changes the logs or who gets at them",
            "s3-actions",
            trusted=[STRANGER],
            exit=[1],
        )

    def reading(action: str, resource: str = OBJECTS) -> Case:
        name = action.removeprefix("s3:")
        return policy(
            f"outsider-may-{name.lower()}",
            [allow("Vendor", account(STRANGER), action, resource)],
            f"{name} reads the logs or tells of them",
            "s3-actions",
            exit=[1],
        )

    def harmless(action: str, why: str, page: str = "s3-actions", resource: str = ARN) -> Case:
        name = action.removeprefix("s3:")
        return policy(
            f"outsider-may-{name.lower()}",
            [allow("Vendor", account(STRANGER), action, resource)],
            why,
            page,
            **closed(READ, PUBLIC, ALTER, OUT_ALTER),
        )

    only_owner = "from another account S3 refuses it, whatever the policy says"
    return [
        *[
            altering(f"s3:{one}", ARN)
            for one in (
                "DeleteBucket",
                "PutBucketVersioning",
                "PutBucketNotification",
                "PutReplicationConfiguration",
                "PutBucketOwnershipControls",
                "PutBucketPublicAccessBlock",
                "PutEncryptionConfiguration",
                "PutBucketLogging",
            )
        ],
        *[
            altering(f"s3:{one}")
            for one in (
                "AbortMultipartUpload",
                "ReplicateObject",
                "ReplicateDelete",
                "BypassGovernanceRetention",
                "PutObjectRetention",
                "PutObjectLegalHold",
                "DeleteObjectTagging",
                "PutObjectVersionAcl",
            )
        ],
        *[
            reading(f"s3:{one}")
            for one in (
                "GetObjectTorrent",
                "GetObjectAcl",
                "GetObjectTagging",
                "GetObjectAttributes",
                "GetObjectVersionAttributes",
                "ListMultipartUploadParts",
                "GetObjectVersionForReplication",
            )
        ],
        *[reading(f"s3:{one}", ARN) for one in ("ListBucketVersions", "ListBucketMultipartUploads")],
        harmless("s3:PutBucketPolicy", only_owner, "bucket-policy-limits"),
        harmless("s3:DeleteBucketPolicy", only_owner, "bucket-policy-limits"),
        harmless("s3:GetBucketPolicy", only_owner, "bucket-policy-limits"),
        harmless("s3:GetBucketAcl", "the bucket's ACL tells nothing of the logs"),
        harmless("s3:GetEncryptionConfiguration", "how the bucket encrypts tells nothing of the logs"),
        harmless("s3:GetBucketLocation", "where the bucket is tells nothing of the logs"),
    ]


def _requests() -> list[Case]:
    def reads(**condition: dict[str, object]) -> dict[str, object]:
        return allow("Readers", "*", "s3:GetObject", OBJECTS, **condition)

    def on(
        name: str,
        statements: list[object],
        why: str,
        right: dict[str, object],
        page: str = "keys",
        more: tuple[str, ...] = (),
    ) -> Case:
        return policy(f"real-{name}", statements, why, page, more=more, **right)

    shut, anybody, someone = closed(READ, PUBLIC), open_(PUBLIC), {"exit": [1]}
    maybe = {"rules": {READ: ["proved", "undecided"], PUBLIC: ["proved", "undecided"]}}
    return [
        on(
            "address-private-if-exists",
            [reads(IpAddressIfExists={"aws:SourceIp": "10.0.0.0/8"})],
            "through an endpoint there is no address: everybody with one reads",
            someone,
            "operators",
        ),
        on(
            "address-private-or-denied",
            [reads(), deny("Public", "*", "s3:GetObject", OBJECTS, NotIpAddress={"aws:SourceIp": "10.0.0.0/8"})],
            "every public address is denied, and whoever has none",
            maybe,
            "operators",
        ),
        on(
            "address-private-or-endpoint",
            [
                reads(),
                deny("Public", "*", "s3:GetObject", OBJECTS, NotIpAddressIfExists={"aws:SourceIp": "10.0.0.0/8"}),
            ],
            "through an endpoint there is no address: IfExists holds under negation, too",
            maybe,
            "operators",
        ),
        on(
            "vpc",
            [reads(StringEquals={"aws:SourceVpc": "vpc-0123456789abcdef0"})],
            "whosever principals come from that VPC",
            {"exit_not": 0},
            "vpc-endpoints",
        ),
        on(
            "mfa-age",
            [reads(NumericLessThan={"aws:MultiFactorAuthAge": "3600"})],
            "every account has users with MFA",
            someone,
            "mfa",
        ),
        on(
            "token-issued-since",
            [reads(DateGreaterThan={"aws:TokenIssueTime": "2020-01-01T00:00:00Z"})],
            "every session is younger",
            someone,
            more=TODAY,
        ),
        on(
            "tls-either",
            [reads(Bool={"aws:SecureTransport": ["true", "false"]})],
            "one of the two is always so",
            anybody,
        ),
        on(
            "tls-missing-or-true",
            [reads(BoolIfExists={"aws:SecureTransport": "true"})],
            "everybody speaks TLS",
            anybody,
        ),
        on("any-user-id", [reads(StringLike={"aws:userid": "AIDA*"})], "every IAM user's id begins so", someone, "ids"),
        on(
            "root-user-of-the-owner",
            [reads(StringEquals={"aws:userid": ARCHIVE})],
            "a root user's id is its account's: the owner",
            {"rules": {READ: ["proved", "undecided"], PUBLIC: ["proved", "undecided"]}},
            "ids",
        ),
        on(
            "root-user-of-a-member",
            [reads(StringEquals={"aws:userid": MEMBER})],
            "a root user's id is its account's: a member, or a stranger",
            {"exit_not": 0},
            "ids",
        ),
        on(
            "organization-by-its-master",
            [reads(StringEquals={"aws:PrincipalOrgMasterAccountId": MANAGEMENT})],
            "every member's organization has that management account",
            {"exit": [1], "rules": {READ: ["violated"]}},
        ),
        on(
            "organization-by-another-master",
            [reads(StringEquals={"aws:PrincipalOrgMasterAccountId": STRANGER})],
            "another organization's members",
            {"exit": [1], "rules": {PUBLIC: ["violated"]}},
        ),
        on(
            "s3-resource-account",
            [reads(StringEquals={"s3:ResourceAccount": ARCHIVE})],
            "the key speaks of the bucket",
            anybody,
            "s3-conditions",
        ),
        on(
            "signature-version",
            [reads(StringEquals={"s3:signatureversion": "AWS4-HMAC-SHA256"})],
            "every signed request",
            someone,
            "s3-conditions",
        ),
        on(
            "day-in-seconds-with-dates",
            [reads(DateLessThan={"aws:CurrentTime": "1704067200"})],
            "seconds since 1970, passed in 2024",
            shut,
            "operators",
            TODAY,
        ),
        on(
            "day-window-now",
            [
                reads(
                    DateGreaterThan={"aws:CurrentTime": "2026-01-01T00:00:00Z"},
                    DateLessThan={"aws:CurrentTime": "2027-01-01T00:00:00Z"},
                )
            ],
            "the window is open",
            anybody,
            "operators",
            TODAY,
        ),
        on(
            "day-last-moment",
            [reads(DateLessThanEquals={"aws:CurrentTime": "2026-11-28T23:59:59Z"})],
            "today still",
            anybody,
            "operators",
            TODAY,
        ),
        on(
            "day-yesterday",
            [reads(DateLessThanEquals={"aws:CurrentTime": "2026-11-27T00:00:00Z"})],
            "until yesterday",
            shut,
            "operators",
            TODAY,
        ),
        on(
            "two-operators-one-key",
            [reads(StringLike={"aws:PrincipalAccount": "2*"}, StringNotLike={"aws:PrincipalAccount": "22*"})],
            "accounts that begin with 2 but not with 22: members or strangers",
            someone,
            "operators",
        ),
        on(
            "two-operators-nobody",
            [reads(StringLike={"aws:PrincipalAccount": "22*"}, StringNotLike={"aws:PrincipalAccount": "2*"})],
            "no number does both",
            shut,
            "operators",
        ),
        on(
            "all-digits-of-the-owner",
            [reads(StringLike={"aws:PrincipalAccount": "2222????2222"})],
            "ten thousand accounts fit",
            someone,
            "operators",
        ),
        on(
            "too-many-digits",
            [reads(StringLike={"aws:PrincipalAccount": "?????????????*"})],
            "no account has thirteen digits",
            shut,
            "ids",
        ),
        on(
            "letters-in-an-account",
            [reads(StringLike={"aws:PrincipalAccount": "acme*"})],
            "an account's number has no letters",
            shut,
            "ids",
        ),
        on(
            "arn-of-another-partition",
            [reads(ArnLike={"aws:PrincipalArn": "arn:aws-cn:iam::*:role/auditor"})],
            "no principal of that partition reaches this one's bucket",
            {"rules": {READ: ["proved", "undecided"]}},
            "ids",
        ),
        on(
            "case-of-an-arn",
            [reads(ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:Role/auditor"})],
            "no ARN is written so",
            shut,
            "operators",
        ),
        on(
            "null-false-and-owner",
            [reads(Null={"aws:PrincipalArn": "false"}, StringEquals={"aws:PrincipalAccount": ARCHIVE})],
            "the owner's principals",
            shut,
            "operators",
        ),
        on(
            "tag-equals-account",
            [reads(StringEquals={"aws:PrincipalTag/account": "${aws:PrincipalAccount}"})],
            "a member tags its role with its own number",
            someone,
            "variables",
        ),
        on(
            "account-equals-tag",
            [reads(StringEquals={"aws:PrincipalAccount": "${aws:PrincipalTag/home}"})],
            "a member tags its role with its own number",
            someone,
            "variables",
        ),
    ]


def _shapes() -> list[Case]:
    def reads(name: str, path: str, why: str, right: dict[str, object]) -> Case:
        return policy(
            f"where-{name}",
            [allow("Members", "*", "s3:GetObject", f"{ARN}/{path}", StringEquals=ORG)],
            why,
            "folder-names",
            **right,
        )

    shut, bare = closed(READ), {"exit": [1], "rules": {READ: ["violated"]}}
    return [
        reads("one-year", "AWSLogs/*/CloudTrail/*/2024/*", "old logs are logs", bare),
        reads("json-files", "*.json", "log files end in .json.gz", {"rules": {READ: ["proved"]}}),
        reads(
            "folder-marker", f"AWSLogs/{ORGANIZATION}/", "an object that marks a folder is none of CloudTrail's", shut
        ),
        reads(
            "one-folder-too-deep",
            "AWSLogs/*/*/*/CloudTrail/*",
            "CloudTrail's folder lies two levels below AWSLogs, not three",
            shut,
        ),
        reads("two-folders-deep", "AWSLogs/*/*/CloudTrail/*", "organization, account, CloudTrail", bare),
        reads("word-in-a-name", "*_CloudTrail_*", "every log file's name holds that", bare),
        reads("word-anywhere", "*CloudTrail*", "every log file's key holds that", bare),
        reads(
            "region-that-isnt",
            "AWSLogs/*/CloudTrail/nowhere/*",
            "no region is called so",
            {"rules": {READ: ["proved", "undecided", "violated"]}},
        ),
        reads(
            "account-of-eleven-digits", f"AWSLogs/{ORGANIZATION}/12345678901/*", "no account has eleven digits", shut
        ),
        reads(
            "management-below-organization",
            f"AWSLogs/{ORGANIZATION}/{MANAGEMENT}/*",
            "the management account's files of the organization's trail",
            bare,
        ),
        reads(
            "question-marks-for-an-account",
            f"AWSLogs/{ORGANIZATION}/????????????/CloudTrail/*",
            "twelve characters are any account",
            bare,
        ),
        reads("leading-slash", "/AWSLogs/*", "CloudTrail's keys don't begin with a slash", shut),
        reads("double-slash", "AWSLogs//*", "CloudTrail's keys hold no empty folder", {"rules": {READ: ["proved"]}}),
        reads(
            "network-activity",
            "AWSLogs/*/CloudTrail-NetworkActivity/*",
            "network activity events are the trail's",
            {"exit_not": 0},
        ),
    ]


def _denies() -> list[Case]:
    everything = [ARN, OBJECTS]
    org_reads = allow("Members", "*", ["s3:GetObject", "s3:ListBucket"], everything, StringEquals=ORG)

    def on(name: str, denied: dict[str, object], why: str, right: dict[str, object], page: str = "evaluation") -> Case:
        return policy(f"outsider-but-denied-{name}", [org_reads, denied], why, page, **right)

    held, bare = {"rules": {READ: ["proved"], WRITE: ["proved"]}}, {"exit": [1], "rules": {READ: ["violated"]}}
    spared = {"aws:PrincipalIsAWSService": "false"}
    return [
        on(
            "unless-ours",
            deny(
                "D",
                "*",
                "s3:*",
                everything,
                StringNotEquals={"aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]},
                Bool=spared,
            ),
            "all accounts but ours",
            held,
        ),
        on(
            "unless-ours-or-a-role",
            deny(
                "D",
                "*",
                "s3:*",
                everything,
                StringNotEquals={"aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]},
                ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/audit"},
                Bool=spared,
            ),
            "a member's role of that name is spared",
            bare,
        ),
        on(
            "objects-only",
            deny(
                "D", "*", "s3:*", OBJECTS, StringNotEquals={"aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]}, Bool=spared
            ),
            "listing isn't denied",
            bare,
        ),
        on(
            "bucket-only",
            deny("D", "*", "s3:*", ARN, StringNotEquals={"aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]}, Bool=spared),
            "reading isn't denied",
            bare,
        ),
        on(
            "by-tag",
            deny("D", "*", "s3:*", everything, StringNotEquals={"aws:PrincipalTag/auditor": "yes"}, Bool=spared),
            "who tags its role so is spared",
            bare,
        ),
        on(
            "outside-a-network",
            deny("D", "*", "s3:*", everything, NotIpAddress={"aws:SourceIp": "54.240.143.0/24"}, Bool=spared),
            "from that network members read",
            bare,
        ),
        on(
            "outside-an-endpoint",
            deny("D", "*", "s3:*", everything, StringNotEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}, Bool=spared),
            "whoever comes through the endpoint reads",
            {"exit_not": 0},
            "vpc-endpoints",
        ),
        on(
            "plain-http",
            deny("D", "*", "s3:*", everything, Bool={"aws:SecureTransport": "false"}),
            "with TLS members read",
            bare,
        ),
        on(
            "by-account-list",
            deny("D", {"AWS": [MEMBER, "555555555555"]}, "s3:*", everything),
            "two members are denied, the others read",
            bare,
        ),
        on(
            "every-account",
            deny("D", {"AWS": "*"}, ["s3:GetObject", "s3:ListBucket"], everything, StringEquals=ORG),
            "what is allowed to the organization is denied to it",
            held,
        ),
        on(
            "with-wildcards",
            deny("D", "*", "s3:*", f"{ARN}*", StringLike={"aws:PrincipalOrgID": "o-*"}),
            "whoever is of an organization",
            held,
            "operators",
        ),
        on(
            "unless-service",
            deny("D", "*", "s3:*", everything, Null={"aws:PrincipalServiceName": "true"}),
            "whoever is no service: the owner, too",
            {"rules": {READ: ["proved"], PUBLIC: ["proved"], WRITE: ["proved"]}},
            "keys",
        ),
        on(
            "unless-this-trail",
            deny("D", "*", "s3:*", everything, ArnNotEquals={"aws:SourceArn": TRAIL}),
            "whatever isn't done for this trail",
            {"rules": {READ: ["proved"], WRITE: ["proved"]}},
            "keys",
        ),
        on(
            "for-some-values",
            deny(
                "D",
                "*",
                "s3:*",
                everything,
                **{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"}},
            ),
            "every member's path begins so",
            held,
            "multi-value",
        ),
        on(
            "for-one-unit",
            deny(
                "D",
                "*",
                "s3:*",
                everything,
                **{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"}},
            ),
            "members of other units read",
            bare,
            "multi-value",
        ),
    ]
