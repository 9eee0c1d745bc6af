"""Correct bucket policies as people run them: an alarm on one of these is as wrong as a silence on an open one."""

from tools.exam_cases.case import (
    ARCHIVE,
    ARN,
    MANAGEMENT,
    MEMBER,
    ORGANIZATION,
    OTHER_MEMBER,
    STRANGER,
    TRAIL,
    TRUSTED,
    Case,
    account,
    allow,
    cloudtrail,
    deny,
    policy,
    service,
    tls,
)

OBJECTS = f"{ARN}/*"
EVERYTHING = [ARN, OBJECTS]
ACL = {"s3:x-amz-acl": "bucket-owner-full-control"}
SPARED = {"aws:PrincipalIsAWSService": "false"}
OURS = {"aws:SourceOrgID": ORGANIZATION}
CHECK = allow("Check", {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]}, "s3:GetBucketAcl", ARN)
EXISTS = allow("Exists", {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]}, "s3:ListBucket", ARN)
CLOSED = ("members-cannot-read-logs", "logs-not-public", "members-cannot-alter-logs", "cloudtrail-can-write-logs")


def cases() -> list[Case]:
    return [*_landing_zones(), *_shared(), *_readers(), *_perimeters(), *_hardened()]


def _quiet(name: str, extra: list[object], why: str, page: str, **more: object) -> Case:
    right: dict[str, object] = {"exit": [0], "rules": {rule: ["proved"] for rule in CLOSED}}
    return policy(f"quiet-{name}", extra, why, page, **{**right, **more})


def _at(path: str) -> str:
    return f"{ARN}/{path}"


def _landing_zones() -> list[Case]:
    prefix = f"{ORGANIZATION}/AWSLogs"
    folders = [_at(f"{prefix}/{MANAGEMENT}/*"), _at(f"{prefix}/{ORGANIZATION}/*")]
    start = [tls(), CHECK, EXISTS]
    config = allow("Config", service("config"), "s3:PutObject", _at(f"{prefix}/*/*"), StringEquals=OURS)
    return [
        _quiet(
            "control-tower",
            [],
            "Control Tower's policy of the log archive",
            "control-tower",
            base=[*start, config, allow("Trail", service("cloudtrail"), "s3:PutObject", folders, StringEquals=OURS)],
        ),
        _quiet(
            "control-tower-any-folder",
            [],
            "Control Tower's policy where the account's folder isn't named",
            "control-tower",
            base=[
                *start,
                config,
                allow("Trail", service("cloudtrail"), "s3:PutObject", _at(f"{prefix}/*/*"), StringEquals=OURS),
            ],
        ),
        _quiet(
            "control-tower-before-conditions",
            [],
            "an older landing zone's, without conditions: advice on its writes",
            "control-tower",
            base=[
                *start,
                allow("Config", service("config"), "s3:PutObject", _at(f"{prefix}/*/*")),
                allow("Trail", service("cloudtrail"), "s3:PutObject", folders),
            ],
            rules={"cloudtrail-write-is-scoped": ["violated"], **{rule: ["proved"] for rule in CLOSED}},
        ),
        _quiet(
            "security-reference-architecture",
            [tls(), deny("NoDeletion", "*", ["s3:DeleteObject", "s3:DeleteObjectVersion"], OBJECTS)],
            "log archive with AWS's statements; nobody deletes",
            "organization",
        ),
        _quiet(
            "one-statement-for-writes",
            [tls()],
            "both folders in one statement, tied by the account",
            "bucket-policy",
            base=[
                allow(
                    "Acl", service("cloudtrail"), "s3:GetBucketAcl", ARN, StringEquals={"aws:SourceAccount": MANAGEMENT}
                ),
                allow(
                    "Write",
                    service("cloudtrail"),
                    "s3:PutObject",
                    [_at(f"AWSLogs/{MANAGEMENT}/*"), _at(f"AWSLogs/{ORGANIZATION}/*")],
                    StringEquals={**ACL, "aws:SourceAccount": MANAGEMENT},
                ),
            ],
        ),
        _quiet(
            "trails-of-any-region",
            [tls()],
            "a pattern for the trail's region",
            "bucket-policy",
            base=[
                allow(
                    "Acl",
                    service("cloudtrail"),
                    "s3:GetBucketAcl",
                    ARN,
                    ArnLike={"aws:SourceArn": f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*"},
                ),
                allow(
                    "Write",
                    service("cloudtrail"),
                    "s3:PutObject",
                    _at("AWSLogs/*"),
                    StringEquals=ACL,
                    ArnLike={"aws:SourceArn": f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*"},
                ),
            ],
        ),
        _quiet(
            "two-trails",
            [tls()],
            "the organization's trail and an older one of the management account",
            "bucket-policy",
            base=[
                allow(
                    "Acl",
                    service("cloudtrail"),
                    "s3:GetBucketAcl",
                    ARN,
                    StringEquals={"aws:SourceArn": [TRAIL, TRAIL.replace("/org", "/old")]},
                ),
                allow(
                    "Write",
                    service("cloudtrail"),
                    "s3:PutObject",
                    [_at(f"AWSLogs/{MANAGEMENT}/*"), _at(f"AWSLogs/{ORGANIZATION}/*")],
                    StringEquals={**ACL, "aws:SourceArn": [TRAIL, TRAIL.replace("/org", "/old")]},
                ),
            ],
        ),
    ]


def _shared() -> list[Case]:
    """One bucket for many kinds of logs."""
    members = [MEMBER, OTHER_MEMBER]
    flow = allow(
        "Flow",
        service("delivery.logs"),
        "s3:PutObject",
        [_at(f"AWSLogs/{one}/*") for one in members],
        StringEquals={**ACL, "aws:SourceAccount": members},
        ArnLike={"aws:SourceArn": [f"arn:aws:logs:*:{one}:*" for one in members]},
    )
    flow_acl = allow(
        "FlowAcl",
        service("delivery.logs"),
        ["s3:GetBucketAcl", "s3:ListBucket"],
        ARN,
        StringEquals={"aws:SourceAccount": members},
    )
    config = allow(
        "Config",
        service("config"),
        "s3:PutObject",
        [_at(f"AWSLogs/{one}/Config/*") for one in members],
        StringEquals={**ACL, "aws:SourceAccount": members},
    )
    balancers = allow(
        "Balancers",
        service("logdelivery.elasticloadbalancing"),
        "s3:PutObject",
        [_at(f"alb/AWSLogs/{one}/*") for one in members],
    )
    legacy = allow("OldBalancers", account("127311923021"), "s3:PutObject", _at(f"alb/AWSLogs/{MEMBER}/*"))
    access = allow(
        "Access", service("logging.s3"), "s3:PutObject", _at("s3-access/*"), StringEquals={"aws:SourceAccount": ARCHIVE}
    )
    cdn = allow(
        "CdnLogs",
        service("delivery.logs"),
        "s3:PutObject",
        _at(f"cdn/AWSLogs/{MEMBER}/CloudFront/*"),
        StringEquals={**ACL, "aws:SourceAccount": MEMBER},
    )
    return [
        _quiet("with-config", [tls(), CHECK, EXISTS, config], "Config of two members beside the trail", "config"),
        _quiet(
            "with-config-of-the-organization",
            [
                tls(),
                CHECK,
                EXISTS,
                allow("Config", service("config"), "s3:PutObject", _at("AWSLogs/*/Config/*"), StringEquals=ACL),
            ],
            "Config of any account in its own folder",
            "config",
        ),
        _quiet("with-flow-logs", [tls(), flow_acl, flow], "flow logs of two members", "flow-logs"),
        _quiet("with-load-balancers", [tls(), balancers], "load balancers of two members under their prefix", "elb"),
        _quiet(
            "with-load-balancers-of-old",
            [tls(), legacy],
            "the account that AWS's page names for us-east-1's load balancers",
            "elb",
        ),
        _quiet("with-access-logs", [tls(), access], "server access logs under their prefix", "server-access-logs"),
        _quiet("with-cdn-logs", [tls(), cdn], "CloudFront's logs under their prefix", "flow-logs"),
        _quiet(
            "with-everything",
            [tls(), CHECK, EXISTS, config, flow_acl, flow, balancers, legacy, access, cdn],
            "the central bucket of a whole organization",
            "flow-logs",
        ),
        _quiet(
            "with-a-prefix-for-each",
            [
                tls(),
                CHECK,
                allow(
                    "Config", service("config"), "s3:PutObject", _at("config/AWSLogs/*"), StringEquals={**ACL, **OURS}
                ),
                allow("Redshift", service("redshift"), ["s3:PutObject"], _at("redshift/*")),
            ],
            "each kind of log under a prefix, the trail's too",
            "bucket-policy",
            base=cloudtrail(prefix="cloudtrail/"),
        ),
        _quiet(
            "with-athena-results",
            [
                tls(),
                allow(
                    "Results",
                    account(ARCHIVE, "role/analyst"),
                    ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:GetBucketLocation"],
                    EVERYTHING,
                ),
            ],
            "the owner's analysts query and write results",
            "s3-actions",
        ),
        _quiet(
            "one-write-for-two-services",
            [tls()],
            "a well-known module's: CloudTrail and Config in one statement, without a tie: advice",
            "bucket-policy",
            base=[
                allow("Acl", {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]}, "s3:GetBucketAcl", ARN),
                allow(
                    "Write",
                    {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
                    "s3:PutObject",
                    OBJECTS,
                    StringEquals=ACL,
                ),
            ],
            rules={"cloudtrail-can-write-logs": ["proved"], "members-cannot-read-logs": ["proved"]},
        ),
    ]


def _readers() -> list[Case]:
    vendor = account(STRANGER, "role/collector")
    trusted = [TRUSTED, STRANGER]
    reads = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging"]
    lists = ["s3:ListBucket", "s3:GetBucketLocation"]
    return [
        _quiet(
            "vendor-reads",
            [tls(), allow("Siem", vendor, reads, OBJECTS), allow("SiemLists", vendor, lists, ARN)],
            "a vendor's role, trusted to read",
            "share",
            trusted=trusted,
        ),
        _quiet(
            "vendor-reads-the-trail",
            [tls(), allow("Siem", vendor, "s3:GetObject", _at(f"AWSLogs/{ORGANIZATION}/*"))],
            "a vendor's role reads the organization's folder",
            "share",
            trusted=trusted,
        ),
        _quiet(
            "security-account",
            [tls(), allow("Security", account(TRUSTED), [*reads, *lists], EVERYTHING)],
            "the security account reads and lists",
            "share",
            trusted=trusted,
        ),
        _quiet(
            "security-account-in-the-organization",
            [
                tls(),
                allow(
                    "Security",
                    account(TRUSTED),
                    "s3:GetObject",
                    OBJECTS,
                    StringEquals={"aws:PrincipalOrgID": ORGANIZATION},
                ),
            ],
            "account and organization together",
            "share",
            trusted=trusted,
        ),
        _quiet(
            "security-by-condition",
            [
                tls(),
                allow(
                    "Security",
                    "*",
                    [*reads, *lists],
                    EVERYTHING,
                    StringEquals={"aws:PrincipalAccount": [TRUSTED, ARCHIVE]},
                ),
            ],
            "everybody, if of the two accounts",
            "keys",
            trusted=trusted,
        ),
        _quiet(
            "security-lists-a-prefix",
            [tls(), allow("Security", account(TRUSTED), "s3:ListBucket", ARN, StringLike={"s3:prefix": "AWSLogs/*"})],
            "lists below AWSLogs/ only",
            "s3-conditions",
            trusted=trusted,
        ),
        _quiet(
            "management-copies",
            [
                tls(),
                allow(
                    "Copy",
                    account(MANAGEMENT, "role/replication"),
                    ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"],
                    OBJECTS,
                ),
            ],
            "an older bucket of the management account is replicated into this one",
            "replication",
        ),
        _quiet(
            "members-read-config-only",
            [
                tls(),
                CHECK,
                allow(
                    "Own",
                    "*",
                    "s3:GetObject",
                    _at("AWSLogs/*/Config/*"),
                    StringEquals={"aws:PrincipalOrgID": ORGANIZATION},
                ),
            ],
            "members read Config's files, not the trail's",
            "folder-names",
        ),
        _quiet(
            "vendor-with-a-deny",
            [
                tls(),
                allow("Siem", vendor, "s3:Get*", EVERYTHING),
                deny(
                    "SiemOnly",
                    account(STRANGER),
                    "s3:*",
                    EVERYTHING,
                    ArnNotEquals={"aws:PrincipalArn": f"arn:aws:iam::{STRANGER}:role/collector"},
                ),
            ],
            "one role of the vendor, the rest of its account denied",
            "principal",
            trusted=trusted,
        ),
    ]


def _perimeters() -> list[Case]:
    network = deny(
        "Network",
        "*",
        "s3:*",
        EVERYTHING,
        NotIpAddressIfExists={"aws:SourceIp": ["198.18.0.0/15", "54.240.143.0/24"]},
        StringNotEqualsIfExists={"aws:SourceVpc": "vpc-0123456789abcdef0"},
        BoolIfExists={**SPARED, "aws:ViaAWSService": "false"},
        ArnNotLikeIfExists={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:role/aws-service-role/*"},
    )
    identity = deny(
        "Identity",
        "*",
        "s3:*",
        EVERYTHING,
        StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION},
        BoolIfExists=SPARED,
    )
    deputies = deny(
        "Deputies",
        "*",
        "s3:*",
        EVERYTHING,
        StringNotEqualsIfExists={"aws:SourceOrgID": ORGANIZATION},
        Null={"aws:SourceAccount": "false"},
        Bool={"aws:PrincipalIsAWSService": "true"},
    )
    return [
        _quiet("identity-perimeter", [tls(), identity], "strangers are denied, services spared", "data-perimeter"),
        _quiet(
            "network-perimeter", [tls(), network], "unexpected networks are denied, services spared", "data-perimeter"
        ),
        _quiet(
            "deputies-perimeter",
            [tls(), deputies],
            "services for strangers are denied; CloudTrail acts for the organization",
            "data-perimeter",
        ),
        _quiet(
            "whole-perimeter", [tls(), identity, network, deputies], "AWS's three perimeters at once", "data-perimeter"
        ),
        _quiet(
            "whole-perimeter-with-readers",
            [
                tls(),
                identity,
                deputies,
                allow("Security", account(TRUSTED), ["s3:GetObject", "s3:ListBucket"], EVERYTHING),
            ],
            "perimeters and a trusted reader",
            "data-perimeter",
            trusted=[TRUSTED],
        ),
        _quiet(
            "only-the-trail-writes",
            [tls(), deny("Writers", "*", "s3:PutObject", _at("AWSLogs/*"), StringNotEquals={"aws:SourceArn": TRAIL})],
            "nobody writes among the logs but this trail",
            "bucket-policy",
        ),
        _quiet(
            "only-services-write",
            [tls(), deny("Writers", "*", "s3:PutObject", OBJECTS, Bool=SPARED)],
            "no principal of an account writes",
            "keys",
        ),
        _quiet(
            "members-denied",
            [
                tls(),
                deny(
                    "Members",
                    "*",
                    "s3:*",
                    EVERYTHING,
                    StringEquals={"aws:PrincipalOrgID": ORGANIZATION},
                    StringNotEquals={"aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]},
                ),
            ],
            "every member is denied explicitly",
            "evaluation",
            rules={**{rule: ["proved"] for rule in CLOSED}, "members-explicitly-denied": ["proved"]},
        ),
    ]


def _hardened() -> list[Case]:
    glass = f"arn:aws:iam::{ARCHIVE}:role/break-glass"
    return [
        _quiet(
            "tls-1.2",
            [tls(), deny("OldTls", "*", "s3:*", EVERYTHING, NumericLessThan={"s3:TlsVersion": "1.2"})],
            "plain HTTP and old TLS are denied",
            "tls",
        ),
        _quiet(
            "deletion-denied-but-one-role",
            [
                tls(),
                deny(
                    "NoDeletion",
                    "*",
                    ["s3:DeleteObject*", "s3:PutLifecycleConfiguration", "s3:DeleteBucket*", "s3:PutBucketPolicy"],
                    EVERYTHING,
                    ArnNotEquals={"aws:PrincipalArn": glass},
                ),
            ],
            "only the break-glass role deletes",
            "evaluation",
        ),
        _quiet(
            "overwriting-denied",
            [
                tls(),
                deny(
                    "Others",
                    "*",
                    "s3:PutObject",
                    OBJECTS,
                    StringNotEqualsIfExists={"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"},
                ),
            ],
            "nobody puts but CloudTrail",
            "keys",
        ),
        _quiet(
            "retention-protected",
            [
                tls(),
                deny(
                    "Retention",
                    "*",
                    ["s3:BypassGovernanceRetention", "s3:PutObjectRetention", "s3:PutObjectLegalHold"],
                    OBJECTS,
                ),
            ],
            "nobody shortens retention",
            "s3-actions",
        ),
        _quiet(
            "acl-demanded",
            [tls(), deny("Acl", "*", "s3:PutObject", _at("AWSLogs/*"), StringNotEquals=ACL)],
            "files without the owner's control are refused; CloudTrail gives it",
            "bucket-policy",
        ),
        _quiet(
            "wrong-key-denied",
            [
                tls(),
                deny(
                    "Key",
                    "*",
                    "s3:PutObject",
                    OBJECTS,
                    StringNotEqualsIfExists={
                        "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:us-east-1:222222222222:key/11111111-2222-3333-4444-555555555555"
                    },
                    Null={"s3:x-amz-server-side-encryption-aws-kms-key-id": "false"},
                    Bool=SPARED,
                ),
            ],
            "other keys are refused to people; services are spared",
            "s3-conditions",
        ),
        _quiet(
            "root-denied",
            [
                tls(),
                deny(
                    "Root",
                    "*",
                    ["s3:DeleteBucket", "s3:DeleteObject"],
                    EVERYTHING,
                    StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"},
                ),
            ],
            "root users delete nothing",
            "keys",
        ),
        _quiet(
            "many-denies",
            [
                tls(),
                *[
                    deny(
                        f"Guard{n}",
                        "*",
                        "s3:DeleteObject",
                        OBJECTS,
                        StringNotEquals={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:role/keeper-{n}"},
                    )
                    for n in range(12)
                ],
            ],
            "a policy grown over the years",
            "evaluation",
        ),
    ]
