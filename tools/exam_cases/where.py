"""Where CloudTrail writes, and which statements meet its files."""

from tools.exam_cases.case import (
    ARN,
    MANAGEMENT,
    MEMBER,
    ORGANIZATION,
    TRAIL,
    Case,
    allow,
    closed,
    cloudtrail,
    deny,
    policy,
    service,
)

READ, WRITE, ALTER = "members-cannot-read-logs", "cloudtrail-can-write-logs", "members-cannot-alter-logs"


def _org(resource: object, action: object = "s3:GetObject") -> dict[str, object]:
    return allow("Members", "*", action, resource, StringEquals={"aws:PrincipalOrgID": ORGANIZATION})


def _at(path: str) -> str:
    return f"{ARN}/{path}"


def cases() -> list[Case]:
    return [*_read(), *_prefixed(), *_written()]


def _read() -> list[Case]:
    shut = closed(READ)
    bare = {"exit": [1], "rules": {READ: ["violated"]}}

    def reads(name: str, path: str, why: str, right: dict[str, object], page: str = "folder-names") -> Case:
        return policy(f"where-{name}", [_org(_at(path))], why, page, **right)

    return [
        reads("config-is-read", "AWSLogs/*/Config/*", "Config's files aren't the trail's", shut),
        reads(
            "load-balancers-are-read",
            "AWSLogs/*/elasticloadbalancing/*",
            "load balancers' files aren't the trail's",
            shut,
            "elb",
        ),
        reads("flow-logs-are-read", "AWSLogs/*/vpcflowlogs/*", "flow logs aren't the trail's", shut, "flow-logs"),
        reads("logs-are-read", "AWSLogs/*/CloudTrail/*", "every account's log files", bare),
        reads("digests-are-read", "AWSLogs/*/CloudTrail-Digest/*", "digests are the trail's, too", bare),
        reads("insights-are-read", "AWSLogs/*/CloudTrail-Insight/*", "Insights are the trail's, too", bare, "insights"),
        reads("one-region-is-read", "AWSLogs/*/CloudTrail/eu-west-1/*", "one region's logs are logs", bare),
        reads(
            "one-day-is-read",
            f"AWSLogs/{ORGANIZATION}/{MEMBER}/CloudTrail/us-east-1/2026/11/28/*",
            "one day's logs are logs",
            bare,
        ),
        reads(
            "member-folder-below-organization",
            f"AWSLogs/{ORGANIZATION}/{MEMBER}/*",
            "the organization trail writes a member's files here",
            bare,
            "organization",
        ),
        reads(
            "member-folder-beside-organization",
            f"AWSLogs/{MEMBER}/*",
            "the organization trail doesn't write here",
            shut,
            "organization",
        ),
        reads(
            "management-folder",
            f"AWSLogs/{MANAGEMENT}/*",
            "AWS's policy lets CloudTrail write here, too",
            bare,
            "organization",
        ),
        reads("other-organization", "AWSLogs/o-zzzz999999/*", "another organization's folder", shut, "organization"),
        reads("gzip-files", "*.gz", "log files end so", bare),
        reads("csv-files", "*.csv", "no file of CloudTrail's ends so", rules_only(READ)),
        reads("case-of-the-folder", "awslogs/*", "keys have case", shut, "resource"),
        reads("athena-results", "athena/*", "results of queries lie beside", shut),
        reads("question-mark", "AWSLogs/?-abcd123456/*", "a question mark is any character", bare, "resource"),
        reads("one-slash-short", "AWSLogs", "an object named AWSLogs, none of the trail's", shut, "resource"),
    ]


def rules_only(*rules: str) -> dict[str, object]:
    return {"rules": {rule: ["proved"] for rule in rules}}


def _prefixed() -> list[Case]:
    trail = cloudtrail(prefix="trail/")
    return [
        policy(
            "where-prefix-read",
            [_org(_at("trail/*"))],
            "the trail's files lie under its prefix",
            "bucket-policy",
            base=trail,
            exit=[1],
            rules={READ: ["violated"]},
        ),
        policy(
            "where-prefix-beside",
            [_org(_at("AWSLogs/*"))],
            "CloudTrail may put under trail/ only",
            "bucket-policy",
            base=trail,
            **rules_only(READ),
        ),
        policy("where-prefix-alone", [], "AWS's policy with a prefix", "bucket-policy", base=trail, exit=[0]),
        policy(
            "where-prefix-altered",
            [_org(_at("trail/AWSLogs/*"), "s3:DeleteObject")],
            "members delete under the prefix",
            "s3-actions",
            base=trail,
            exit=[1],
            rules={ALTER: ["violated"]},
        ),
        policy(
            "where-altered-beside",
            [_org(_at("uploads/*"), ["s3:PutObject", "s3:DeleteObject"])],
            "members write beside the trail",
            "s3-actions",
            **closed(ALTER, READ),
        ),
        policy(
            "where-written-anywhere-read-somewhere",
            [_org(_at("exports/*"))],
            "CloudTrail may put anywhere, so its files may lie under exports/",
            "bucket-policy",
            base=[
                allow("Acl", service("cloudtrail"), "s3:GetBucketAcl", ARN, StringEquals={"aws:SourceArn": TRAIL}),
                allow("Put", service("cloudtrail"), "s3:PutObject", _at("*"), StringEquals={"aws:SourceArn": TRAIL}),
            ],
            exit_not=0,
        ),
    ]


def _written() -> list[Case]:
    stopped = {"exit": [1], "rules": {WRITE: ["violated"]}}
    works = closed(WRITE)
    acl, mgmt, org = cloudtrail()

    def denies(name: str, path: str, why: str, right: dict[str, object]) -> Case:
        return policy(f"where-{name}", [deny("NoPut", "*", "s3:PutObject", _at(path))], why, "folder-names", **right)

    def outside(*paths: str) -> dict[str, object]:
        return {
            "Sid": "Outside",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "NotResource": [_at(one) for one in paths],
        }

    kms = {"s3:x-amz-server-side-encryption": "aws:kms"}
    return [
        denies("denied-config", "AWSLogs/*/Config/*", "CloudTrail doesn't write to Config's folder", works),
        denies("denied-flow-logs", "AWSLogs/*/vpcflowlogs/*", "nor to flow logs'", works),
        denies("denied-elsewhere", "uploads/*", "nor beside AWSLogs/", works),
        denies("denied-misspelled", "AWSLogs/*/Cloudtrail/*", "keys have case: CloudTrail's folder is another", works),
        denies("denied-logs", "AWSLogs/*/CloudTrail/*", "the trail's own folder", stopped),
        denies("denied-region", "AWSLogs/*/CloudTrail/us-west-2/*", "one region's logs aren't delivered", stopped),
        denies("denied-member", f"AWSLogs/{ORGANIZATION}/{MEMBER}/*", "one account's logs aren't delivered", stopped),
        denies("denied-all", "*", "nothing is written at all", stopped),
        denies("denied-gzip", "*.json.gz", "every log file ends so", stopped),
        policy(
            "where-denied-outside-awslogs",
            [outside("AWSLogs/*")],
            "CloudTrail writes under AWSLogs/",
            "notresource",
            **works,
        ),
        policy(
            "where-denied-outside-management",
            [outside(f"AWSLogs/{MANAGEMENT}/*")],
            "the organization's folder is denied",
            "notresource",
            **stopped,
        ),
        policy(
            "where-denied-outside-both",
            [outside(f"AWSLogs/{MANAGEMENT}/*", f"AWSLogs/{ORGANIZATION}/*")],
            "both folders are spared",
            "notresource",
            **works,
        ),
        policy(
            "where-denied-without-owner-control",
            [deny("Acl", "*", "s3:PutObject", _at("*"), StringNotEquals={"s3:x-amz-acl": "bucket-owner-full-control"})],
            "CloudTrail sends that ACL",
            "bucket-policy",
            **works,
        ),
        policy(
            "where-denied-unless-cloudtrail",
            [
                deny(
                    "Others",
                    "*",
                    "s3:PutObject",
                    _at("AWSLogs/*"),
                    StringNotEquals={"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"},
                )
            ],
            "the Deny spares CloudTrail by its name",
            "keys",
            **works,
        ),
        policy(
            "where-denied-unless-config",
            [
                deny(
                    "Others",
                    "*",
                    "s3:PutObject",
                    _at("AWSLogs/*"),
                    StringNotEquals={"aws:PrincipalServiceName": "config.amazonaws.com"},
                )
            ],
            "the Deny spares Config alone",
            "keys",
            **stopped,
        ),
        policy(
            "where-denied-other-trails",
            [deny("Others", service("cloudtrail"), "s3:PutObject", _at("*"), StringNotEquals={"aws:SourceArn": TRAIL})],
            "other trails are refused",
            "bucket-policy",
            **works,
        ),
        policy(
            "where-denied-other-organizations",
            [
                deny(
                    "Others",
                    service("cloudtrail"),
                    "s3:*",
                    [ARN, _at("*")],
                    StringNotEquals={"aws:SourceOrgID": ORGANIZATION},
                )
            ],
            "CloudTrail's calls carry the organization's id",
            "keys",
            **works,
        ),
        policy(
            "where-only-management",
            [],
            "the organization's folder isn't allowed",
            "organization",
            base=[acl, mgmt],
            exit_not=0,
        ),
        policy(
            "where-only-organization",
            [],
            "AWS asks for the management account's folder, too",
            "organization",
            base=[acl, org],
            exit_not=0,
        ),
        policy(
            "where-no-acl-check",
            [],
            "CloudTrail asks for the bucket's ACL first",
            "organization",
            base=[mgmt, org],
            exit_not=0,
        ),
        policy(
            "where-all-of-awslogs",
            [],
            "wider than AWS's policy, and enough",
            "organization",
            base=[
                acl,
                allow(
                    "Put",
                    service("cloudtrail"),
                    "s3:PutObject",
                    _at("AWSLogs/*"),
                    StringEquals={"aws:SourceArn": TRAIL},
                ),
            ],
            **works,
        ),
        policy(
            "where-two-statements-together",
            [],
            "two statements cover what neither does alone",
            "evaluation",
            base=[
                acl,
                mgmt,
                allow(
                    "Put",
                    service("cloudtrail"),
                    "s3:PutObject",
                    _at("AWSLogs/o-abcd12345?/*"),
                    StringEquals={"aws:SourceArn": TRAIL},
                ),
            ],
            **works,
        ),
        policy(
            "where-denied-without-kms",
            [deny("Kms", "*", "s3:PutObject", _at("*"), StringNotEquals=kms)],
            "whether the trail's files are sent with that header depends on the trail",
            "s3-conditions",
            rules={WRITE: ["violated", "undecided"]},
        ),
        policy(
            "where-another-bucket-owner",
            [deny("Owner", "*", "s3:PutObject", _at("*"), StringNotEquals={"aws:ResourceAccount": "222222222222"})],
            "the bucket is its owner's",
            "keys",
            **works,
        ),
    ]
