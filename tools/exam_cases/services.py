"""Services as callers: a service acts for whoever configured it, so what lets it in must say for whom."""

from tools.exam_cases.case import (
    ARCHIVE,
    ARN,
    BUCKET,
    MANAGEMENT,
    MEMBER,
    ORGANIZATION,
    TRUSTED,
    Case,
    allow,
    closed,
    cloudtrail,
    deny,
    open_,
    policy,
    service,
    unclear,
)

LENT, WRITES = "logs-not-lent-to-services", "service-writes-are-scoped"
OBJECTS, ORG_FOLDER = f"{ARN}/*", f"{ARN}/AWSLogs/{ORGANIZATION}/*"


def _distribution(account: str) -> str:
    return f"arn:aws:cloudfront::{account}:distribution/EDFDVBD6EXAMPLE"


def _read(name: str, **condition: dict[str, object]) -> dict[str, object]:
    return allow("Served", service(name), "s3:GetObject", OBJECTS, **condition)


def _anybody(**condition: dict[str, object]) -> dict[str, object]:
    return allow("Served", "*", "s3:GetObject", OBJECTS, **condition)


def cases() -> list[Case]:
    return [*_tied(), *_by_key(), *_denied(), *_writers()]


def _tied() -> list[Case]:
    lent = {"rules": {LENT: ["proved"]}}
    return [
        policy(
            "service-cloudfront-untied",
            [_read("cloudfront")],
            "any account's distribution may name this bucket as its origin",
            "cloudfront",
            **open_(LENT),
        ),
        policy(
            "service-cloudfront-of-the-owner",
            [_read("cloudfront", StringEquals={"AWS:SourceArn": _distribution(ARCHIVE)})],
            "the distribution is the owner's; a key's name has no case",
            "cloudfront",
            **lent,
        ),
        policy(
            "service-cloudfront-of-the-owner-by-account",
            [_read("cloudfront", StringEquals={"aws:SourceAccount": ARCHIVE})],
            "tied to the owner's account",
            "confused-deputy",
            **lent,
        ),
        policy(
            "service-cloudfront-any-of-the-owner",
            [_read("cloudfront", ArnLike={"aws:SourceArn": f"arn:aws:cloudfront::{ARCHIVE}:distribution/*"})],
            "any distribution of the owner's account, and no other's",
            "cloudfront",
            **lent,
        ),
        policy(
            "service-cloudfront-of-anybody",
            [_read("cloudfront", ArnLike={"aws:SourceArn": "arn:aws:cloudfront::*:distribution/*"})],
            "the pattern lets every account's distribution in",
            "cloudfront",
            **open_(LENT),
        ),
        policy(
            "service-cloudfront-of-the-organization",
            [_read("cloudfront", StringEquals={"aws:SourceOrgID": ORGANIZATION})],
            "a member is of the organization: its distribution reads the logs",
            "confused-deputy",
            **open_(LENT),
        ),
        policy(
            "service-cloudfront-of-the-organization-and-owner",
            [_read("cloudfront", StringEquals={"aws:SourceOrgID": ORGANIZATION, "aws:SourceAccount": ARCHIVE})],
            "organization and owner's account together",
            "confused-deputy",
            **lent,
        ),
        policy(
            "service-cloudfront-if-exists",
            [_read("cloudfront", StringEqualsIfExists={"aws:SourceAccount": ARCHIVE})],
            "where the service doesn't send the key, IfExists lets everybody's call in",
            "operators",
            **unclear(LENT),
        ),
        policy(
            "service-account-pattern",
            [_read("cloudfront", StringLike={"aws:SourceAccount": "22222222222?"})],
            "ten accounts match, nine of them aren't the owner",
            "operators",
            **open_(LENT),
        ),
        policy(
            "service-account-list",
            [_read("cloudfront", StringEquals={"aws:SourceAccount": [ARCHIVE, MEMBER]})],
            "one of the two accounts is a member",
            "confused-deputy",
            **open_(LENT),
        ),
        policy(
            "service-account-negated",
            [_read("cloudfront", StringNotEquals={"aws:SourceAccount": MEMBER})],
            "everybody but one member",
            "operators",
            **open_(LENT),
        ),
        policy(
            "service-of-management",
            [_read("cloudfront", StringEquals={"aws:SourceAccount": MANAGEMENT})],
            "the management account may read its organization's logs",
            "confused-deputy",
            **lent,
        ),
        policy(
            "service-of-a-trusted-account",
            [_read("cloudfront", StringEquals={"aws:SourceAccount": TRUSTED})],
            "an account that may read the logs may have a service read them",
            "confused-deputy",
            trusted=[TRUSTED],
            **lent,
        ),
        policy(
            "service-of-an-account-not-trusted",
            [_read("cloudfront", StringEquals={"aws:SourceAccount": TRUSTED})],
            "the same policy where nobody says that the account is trusted",
            "confused-deputy",
            **open_(LENT),
        ),
        policy(
            "service-serverlessrepo-untied",
            [_read("serverlessrepo")],
            "the repository reads for whoever publishes an application",
            "serverlessrepo",
            **open_(LENT),
        ),
        policy(
            "service-serverlessrepo-of-the-owner",
            [_read("serverlessrepo", StringEquals={"aws:SourceAccount": ARCHIVE})],
            "AWS's own example, with the owner's account",
            "serverlessrepo",
            **lent,
        ),
        policy(
            "service-number-inside-an-arn",
            [
                allow(
                    "Served",
                    {"Service": ["cloudfront.amazonaws.com", "serverlessrepo.amazonaws.com"]},
                    "s3:GetObject",
                    OBJECTS,
                    StringLike={"aws:SourceArn": f"*{ARCHIVE}*"},
                )
            ],
            "a member's application may be named after the owner's number",
            "operators",
            **unclear(LENT),
        ),
        policy(
            "service-all-actions-untied",
            [allow("All", service("backup"), "s3:*", [ARN, OBJECTS])],
            "everything to a service that acts for anybody",
            "confused-deputy",
            **open_(LENT),
        ),
        policy(
            "service-reads-elsewhere",
            [allow("Site", service("cloudfront"), "s3:GetObject", f"{ARN}/site/*")],
            "what CloudFront serves lies beside the trail's objects",
            "cloudfront",
            **closed(LENT),
        ),
        policy(
            "service-cloudtrail-reads",
            [_read("cloudtrail", StringEquals={"aws:SourceAccount": MANAGEMENT})],
            "CloudTrail reading for the management account lends nothing",
            "confused-deputy",
            **closed(LENT),
        ),
        policy(
            "service-lists-only",
            [allow("Exists", service("config"), ["s3:GetBucketAcl", "s3:ListBucket"], ARN)],
            "Config's check that the bucket exists is on every shared log bucket",
            "config",
            **closed(LENT),
        ),
    ]


def _by_key() -> list[Case]:
    own = {"aws:SourceAccount": ARCHIVE}
    return [
        policy(
            "service-any-by-key",
            [_anybody(Bool={"aws:PrincipalIsAWSService": "true"})],
            "every service, for everybody",
            "keys",
            **open_(LENT),
        ),
        policy(
            "service-any-by-key-of-the-owner",
            [_anybody(Bool={"aws:PrincipalIsAWSService": "true"}, StringEquals=own)],
            "every service, for the owner",
            "keys",
            rules={LENT: ["proved"], "logs-not-public": ["proved"]},
        ),
        policy(
            "service-named-by-key",
            [_anybody(StringEquals={"aws:PrincipalServiceName": "cloudfront.amazonaws.com"})],
            "CloudFront by the key that services carry",
            "keys",
            **open_(LENT),
        ),
        policy(
            "service-named-by-key-of-the-owner",
            [_anybody(StringEquals={"aws:PrincipalServiceName": "cloudfront.amazonaws.com", **own})],
            "the same for the owner",
            "keys",
            rules={LENT: ["proved"], "members-cannot-read-logs": ["proved"]},
        ),
        policy(
            "service-named-by-list-key",
            [_anybody(**{"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": ["cloudfront.amazonaws.com"]}})],
            "the list of a service's names is carried by services alone",
            "keys",
            **open_(LENT),
        ),
        policy(
            "service-by-source-arn",
            [_anybody(ArnLike={"aws:SourceArn": "arn:aws:cloudfront::*:distribution/*"})],
            "only services carry aws:SourceArn, and this one is anybody's",
            "keys",
            **open_(LENT),
        ),
        policy(
            "service-by-source-account-of-a-member",
            [_anybody(StringEquals={"aws:SourceAccount": MEMBER})],
            "whatever service acts for this member",
            "keys",
            **open_(LENT),
        ),
        policy(
            "service-by-source-account-of-the-owner",
            [_anybody(StringEquals=own)],
            "only services carry the key, here for the owner",
            "keys",
            rules={LENT: ["proved"], "members-cannot-read-logs": ["proved"], "logs-not-public": ["proved"]},
        ),
        policy(
            "service-and-member-at-once",
            [_anybody(Bool={"aws:PrincipalIsAWSService": "true"}, StringEquals={"aws:PrincipalOrgID": ORGANIZATION})],
            "a service has no organization: nobody fits",
            "keys",
            **closed(LENT, "members-cannot-read-logs"),
        ),
        policy(
            "service-source-org-path-of-others",
            [_read("cloudfront", **{"ForAllValues:StringLike": {"aws:SourceOrgPaths": f"{ORGANIZATION}/r-ab12/*"}})],
            "ForAllValues holds where the key is missing, so strangers get in",
            "multi-value",
            **open_(LENT),
        ),
    ]


def _denied() -> list[Case]:
    ours = {"aws:SourceAccount": [ARCHIVE, MANAGEMENT]}
    is_service = {"aws:PrincipalIsAWSService": "true"}
    everything = [ARN, OBJECTS]
    return [
        policy(
            "service-denied-outside-organization",
            [
                _read("cloudfront"),
                deny(
                    "Deputies",
                    "*",
                    "s3:*",
                    everything,
                    Bool=is_service,
                    Null={"aws:SourceAccount": "false"},
                    StringNotEqualsIfExists={"aws:SourceOrgID": ORGANIZATION},
                ),
            ],
            "AWS's data perimeter keeps strangers' services out, a member's gets in",
            "data-perimeter",
            **open_(LENT),
        ),
        policy(
            "service-denied-outside-owner",
            [
                _read("cloudfront"),
                deny("Deputies", "*", "s3:*", everything, Bool=is_service, StringNotEqualsIfExists=ours),
            ],
            "services for other accounts are refused, whether they name theirs or not",
            "confused-deputy",
            **closed(LENT, "cloudtrail-can-write-logs"),
        ),
        policy(
            "service-denied-by-name",
            [_anybody(Bool=is_service), deny("Cdn", service("cloudfront"), "s3:GetObject", OBJECTS)],
            "one service of many is refused",
            "evaluation",
            **open_(LENT),
        ),
        policy(
            "service-read-denied-to-all",
            [_read("cloudfront"), deny("NoReads", "*", "s3:GetObject*", OBJECTS)],
            "nobody at all may read: a Deny wins",
            "evaluation",
            **closed(LENT, "members-cannot-read-logs"),
        ),
        policy(
            "service-denied-in-the-trails-folders",
            [_read("cloudfront"), deny("NoTrail", "*", "s3:GetObject*", f"{ARN}/AWSLogs/*")],
            "the service reads the bucket, but nothing under AWSLogs/",
            "evaluation",
            **closed(LENT),
        ),
    ]


def _writers() -> list[Case]:
    acl = {"s3:x-amz-acl": "bucket-owner-full-control"}

    def put(sid: str, name: str, where: str, **condition: dict[str, object]) -> dict[str, object]:
        return allow(sid, service(name), "s3:PutObject", f"{ARN}/{where}", **condition)

    warned = {"exit": [0], "rules": {WRITES: ["violated"]}}
    quiet = {"exit": [0], "rules": {WRITES: ["proved", None], LENT: ["proved", None]}}
    return [
        policy(
            "service-config-writes-untied",
            [put("Config", "config", "AWSLogs/*", StringEquals=acl)],
            "Config for any account may write among the trail's own folders: advice",
            "config",
            **warned,
        ),
        policy(
            "service-config-writes-for-the-organization",
            [
                put(
                    "Config",
                    "config",
                    f"AWSLogs/{ORGANIZATION}/*",
                    StringEquals={**acl, "aws:SourceOrgID": ORGANIZATION},
                )
            ],
            "for any member: advice",
            "config",
            **warned,
        ),
        policy(
            "service-config-writes-its-own-folder",
            [put("Config", "config", "AWSLogs/*/Config/*", StringEquals=acl)],
            "CloudTrail never writes to Config's folder",
            "config",
            **quiet,
        ),
        policy(
            "service-config-writes-tied",
            [put("Config", "config", f"AWSLogs/{MANAGEMENT}/*", StringEquals={**acl, "aws:SourceAccount": MANAGEMENT})],
            "tied to the management account",
            "config",
            **quiet,
        ),
        policy(
            "service-flow-logs-of-members",
            [
                put(
                    "Flow",
                    "delivery.logs",
                    f"AWSLogs/{MEMBER}/*",
                    StringEquals={**acl, "aws:SourceAccount": MEMBER},
                    ArnLike={"aws:SourceArn": f"arn:aws:logs:us-east-1:{MEMBER}:*"},
                )
            ],
            "an organization trail writes a member's files below the organization's id, not here",
            "flow-logs",
            **quiet,
        ),
        policy(
            "service-flow-logs-untied",
            [put("Flow", "delivery.logs", "AWSLogs/*", StringEquals=acl)],
            "log delivery for any account under AWSLogs/: advice",
            "flow-logs",
            **warned,
        ),
        policy(
            "service-load-balancers-elsewhere",
            [put("Balancers", "logdelivery.elasticloadbalancing", f"balancers/AWSLogs/{MEMBER}/*")],
            "load balancers' logs under a prefix of their own",
            "elb",
            **quiet,
        ),
        policy(
            "service-inventory-elsewhere",
            [
                put(
                    "Inventory",
                    "s3",
                    "inventory/*",
                    StringEquals={**acl, "aws:SourceAccount": ARCHIVE},
                    ArnLike={"aws:SourceArn": f"arn:aws:s3:::{BUCKET}"},
                )
            ],
            "AWS's example of an inventory's destination, beside the trail",
            "inventory",
            **quiet,
        ),
        policy(
            "service-inventory-untied-among-logs",
            [put("Inventory", "s3", "*", StringEquals=acl)],
            "anybody's inventory may be written among the logs: advice",
            "inventory",
            **warned,
        ),
        policy(
            "service-access-logs",
            [put("AccessLogs", "logging.s3", "access/*", StringEquals={"aws:SourceAccount": ARCHIVE})],
            "server access logs under their own prefix",
            "server-access-logs",
            **quiet,
        ),
        policy(
            "service-firehose-untied",
            [put("Firehose", "firehose", "AWSLogs/*")],
            "whose stream it is isn't said: advice",
            "firehose",
            **warned,
        ),
        policy(
            "service-cloudfront-writes-untied",
            [allow("Upload", service("cloudfront"), ["s3:PutObject", "s3:DeleteObject"], OBJECTS)],
            "through CloudFront the caller chooses the key and deletes",
            "cloudfront",
            **open_(LENT),
        ),
        policy(
            "service-cloudfront-writes-of-the-owner",
            [
                allow(
                    "Upload",
                    service("cloudfront"),
                    ["s3:PutObject", "s3:DeleteObject"],
                    OBJECTS,
                    StringEquals={"aws:SourceArn": _distribution(ARCHIVE)},
                )
            ],
            "the owner's own distribution",
            "cloudfront",
            rules={LENT: ["proved"]},
        ),
        policy(
            "service-cloudtrail-for-anybody",
            [],
            "CloudTrail's own writing is another rule's: lending isn't at stake",
            "bucket-policy",
            base=[
                allow("Acl", service("cloudtrail"), "s3:GetBucketAcl", ARN),
                allow("Write", service("cloudtrail"), "s3:PutObject", f"{ARN}/AWSLogs/*"),
            ],
            exit=[0],
            rules={LENT: ["proved", None], "cloudtrail-write-is-scoped": ["violated"]},
        ),
        policy(
            "service-cloudtrail-tied",
            [],
            "AWS's own policy",
            "organization",
            base=cloudtrail(),
            exit=[0],
            rules={LENT: ["proved", None], "cloudtrail-write-is-scoped": ["proved"]},
        ),
    ]
