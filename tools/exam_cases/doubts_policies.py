"""Bare policies that doubt each guard and each caller once more: expectations written before they were run."""

from collections.abc import Iterable, Mapping, Sequence

from tools.exam_cases.case import (
    ARCHIVE,
    ARN,
    MANAGEMENT,
    MEMBER,
    ORGANIZATION,
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
BOTH = [ARN, OBJECTS]
ORG = {"aws:PrincipalOrgID": ORGANIZATION}
NO_SERVICE = {"aws:PrincipalIsAWSService": "false"}
OWNERS = [ARCHIVE, MANAGEMENT]

Right = Mapping[str, object]
Row = tuple[str, Sequence[object], str, str, Right]


def cases() -> list[Case]:
    return [
        *_asked(_paths()),
        *_asked(_callers()),
        *_asked(_denied()),
        *_asked(_services()),
        *_asked(_changes()),
        *_written(),
    ]


def _asked(rows: Iterable[Row]) -> list[Case]:
    return [policy(name, statements, why, page, **dict(right)) for name, statements, why, page, right in rows]


def _verdicts(violated: Sequence[str] = (), proved: Sequence[str] = ()) -> Right:
    return {"rules": {**{one: ["violated"] for one in violated}, **{one: ["proved"] for one in proved}}}


def _read(action: object = "s3:GetObject", resource: object = OBJECTS, **condition: Mapping[str, object]) -> object:
    return allow("Readers", "*", action, resource, **condition)


def _not(action: str, resource: object, principal: object = "*", **parts: object) -> dict[str, object]:
    """A Deny in which one element is turned round: `NotAction`, `NotResource` or `NotPrincipal`."""
    told = {"Sid": "Turned", "Effect": "Deny", "Principal": principal, "Action": action, "Resource": resource, **parts}
    return {name: value for name, value in told.items() if value is not None}


def _paths() -> list[Row]:
    paths = "aws:PrincipalOrgPaths"
    return [
        (
            "outsider-any-path-of-ours",
            [_read(**{"ForAnyValue:StringLike": {paths: f"{ORGANIZATION}/*"}})],
            "every member has such a path, the anonymous none",
            "multi-value",
            _verdicts([READ], [PUBLIC]),
        ),
        (
            "outsider-all-paths-of-ours",
            [_read(**{"ForAllValues:StringLike": {paths: f"{ORGANIZATION}/*"}})],
            "ForAllValues is true where the key is missing: the anonymous get in",
            "multi-value",
            _verdicts([READ, PUBLIC]),
        ),
        (
            "outsider-path-of-another",
            [_read(**{"ForAnyValue:StringLike": {paths: "o-zzzzzzzzzz/*"}})],
            "another organization's accounts are strangers",
            "multi-value",
            _verdicts([PUBLIC], [READ]),
        ),
        (
            "outsider-of-no-organization",
            [_read(Null={"aws:PrincipalOrgID": "true"})],
            "who is in no organization: the anonymous, and no member",
            "operators",
            _verdicts([PUBLIC], [READ]),
        ),
        (
            "outsider-of-any-but-ours",
            [_read(StringNotEqualsIfExists=ORG)],
            "everybody but members",
            "operators",
            _verdicts([PUBLIC], [READ]),
        ),
        (
            "literal-star-of-organizations",
            [_read(StringEquals={"aws:PrincipalOrgID": "o-*"})],
            "StringEquals takes the star literally",
            "operators",
            closed(READ, PUBLIC),
        ),
    ]


def _callers() -> list[Row]:
    return [
        (
            "outsider-through-services",
            [_read(Bool={"aws:ViaAWSService": "true"})],
            "whoever asks through Athena carries it",
            "keys",
            _verdicts([READ, PUBLIC]),
        ),
        (
            "outsider-through-services-of-the-owner",
            [_read(Bool={"aws:ViaAWSService": "true"}, StringEquals={"aws:PrincipalAccount": ARCHIVE})],
            "the owner's own queries",
            "keys",
            closed(READ, PUBLIC),
        ),
        (
            "outsider-user-named-like-the-folder",
            [_read(resource=ARN + "/${aws:username}/*", StringEquals=ORG)],
            "a user may be called AWSLogs",
            "variables",
            _verdicts([READ], [PUBLIC]),
        ),
        (
            "outsider-folder-of-an-id",
            [_read(resource=ARN + "/${aws:userid}/*", StringEquals=ORG)],
            "no id that IAM makes up is AWSLogs",
            "variables",
            _verdicts([], [READ, PUBLIC]),
        ),
        (
            "outsider-network-of-the-organization",
            [_read(StringEquals={"aws:VpceOrgID": ORGANIZATION})],
            "members come through endpoints of their own",
            "keys",
            {"exit": [1], "rules": {READ: ["violated"]}},
        ),
        (
            "outsider-not-by-ipv4",
            [_read(NotIpAddress={"aws:SourceIp": "0.0.0.0/0"}, StringEquals=ORG)],
            "by IPv6, and through endpoints",
            "operators",
            open_(READ),
        ),
        (
            "outsider-from-no-address-there-is",
            [
                _read(
                    NotIpAddress={"aws:SourceIp": ["0.0.0.0/0", "2000::/3"]},
                    StringEquals=ORG,
                    Null={"aws:SourceIp": "false"},
                )
            ],
            "of IPv6 nothing but 2000::/3 is given out",
            "keys",
            closed(READ, PUBLIC),
        ),
        (
            "principal-number-in-a-roles-path",
            [_read(ArnLike={"aws:PrincipalArn": f"arn:aws:iam::*:role/{ARCHIVE}/*"})],
            "any account may have a path of that name",
            "keys",
            open_(READ),
        ),
        (
            "principal-number-anywhere",
            [_read(StringLike={"aws:PrincipalArn": f"*{ARCHIVE}*"})],
            "any account may name a role so",
            "keys",
            open_(READ),
        ),
        (
            "principal-of-an-account-but-one-role",
            [
                allow("Account", account(MEMBER), "s3:GetObject", OBJECTS),
                deny("Role", account(MEMBER, "role/admin"), "s3:GetObject", OBJECTS),
            ],
            "another role of that account reads",
            "principal",
            open_(READ),
        ),
        (
            "principal-members-but-one-account",
            [_read(StringEquals=ORG), deny("One", account(MEMBER), "s3:*", BOTH)],
            "the other members read",
            "principal",
            open_(READ),
        ),
        (
            "principal-source-identity",
            [_read(StringEquals={"aws:SourceIdentity": "auditor", **ORG})],
            "whoever makes the session chooses it",
            "keys",
            open_(READ),
        ),
    ]


def _denied() -> list[Row]:
    everybody = _read(StringEquals=ORG)
    others = {"aws:PrincipalAccount": OWNERS}
    return [
        (
            "outsider-denied-any-value-negated",
            [everybody, deny("Others", "*", "s3:*", BOTH, Bool=NO_SERVICE, **{"ForAnyValue:StringNotEquals": others})],
            "a member's account is none of the two",
            "multi-value",
            closed(READ),
        ),
        (
            "outsider-denied-but-some-role-names",
            [
                everybody,
                deny("Others", "*", "s3:GetObject", OBJECTS, StringNotLike={"aws:PrincipalArn": "*:role/audit*"}),
            ],
            "any member may name a role so",
            "operators",
            open_(READ),
        ),
        (
            "outsider-denied-twice",
            [
                everybody,
                deny("Names", "*", "s3:GetObject", OBJECTS, StringNotLike={"aws:PrincipalArn": "*:role/audit*"}),
                deny("Accounts", "*", "s3:GetObject", OBJECTS, StringNotEquals=others),
            ],
            "such a role, and of the two accounts",
            "operators",
            _verdicts([], [READ, PUBLIC]),
        ),
        (
            "outsider-all-actions-denied-but-two",
            [
                everybody,
                _not(
                    "",
                    BOTH,
                    Action=None,
                    NotAction=["s3:PutObject", "s3:GetBucketAcl"],
                    Condition={"StringNotEquals": others},
                ),
            ],
            "what CloudTrail calls is left out",
            "notaction",
            closed(READ, PUBLIC, WRITE),
        ),
        (
            "where-denied-but-one-members-logs",
            [everybody, _not("s3:GetObject", None, NotResource=[f"{ARN}/AWSLogs/{ORGANIZATION}/{MEMBER}/*"])],
            "that member's logs stay open to all",
            "notresource",
            open_(READ),
        ),
        (
            "outsider-denied-off-the-owners-network",
            [deny("Network", "*", "s3:*", BOTH, StringNotEquals={"aws:SourceVpce": "vpce-1a2b3c4d"})],
            "CloudTrail comes through no endpoint",
            "vpc-endpoints",
            {"exit": [1], "rules": {WRITE: ["violated"]}},
        ),
        (
            "quiet-network-services-spared",
            [
                deny(
                    "Network",
                    "*",
                    "s3:*",
                    BOTH,
                    StringNotEqualsIfExists={"aws:SourceVpce": "vpce-1a2b3c4d"},
                    BoolIfExists=NO_SERVICE,
                )
            ],
            "AWS's services are spared",
            "data-perimeter",
            closed(READ, WRITE),
        ),
        (
            "quiet-puts-of-cloudtrail-alone",
            [
                deny(
                    "Puts",
                    "*",
                    "s3:PutObject",
                    OBJECTS,
                    StringNotEquals={"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"},
                )
            ],
            "nobody else puts",
            "keys",
            closed(READ, WRITE, ALTER),
        ),
        (
            "quiet-puts-of-listed-services",
            [
                deny(
                    "Puts",
                    "*",
                    "s3:PutObject",
                    OBJECTS,
                    **{
                        "ForAllValues:StringNotEquals": {
                            "aws:PrincipalServiceNamesList": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]
                        }
                    },
                )
            ],
            "CloudTrail's own name is among those that it goes by",
            "keys",
            closed(READ, WRITE),
        ),
        (
            "quiet-old-tls-and-plain-http-at-once",
            [
                deny(
                    "Tls",
                    "*",
                    "s3:*",
                    BOTH,
                    Bool={"aws:SecureTransport": "false"},
                    NumericLessThan={"s3:TlsVersion": "1.2"},
                )
            ],
            "both at once never happens",
            "operators",
            closed(READ, WRITE),
        ),
    ]


def _services() -> list[Row]:
    owner = {"aws:SourceAccount": ARCHIVE}
    detector = {**owner, "aws:SourceArn": f"arn:aws:guardduty:us-east-1:{ARCHIVE}:detector/abc"}
    whole = closed(READ, PUBLIC, WRITE, LENT)
    return [
        (
            "service-by-source-organization",
            [_read(StringEquals={"aws:SourceOrgID": ORGANIZATION})],
            "only services carry it, and a member sets one up",
            "confused-deputy",
            _verdicts([LENT], [READ, PUBLIC]),
        ),
        (
            "service-for-two-accounts-distributions",
            [
                allow(
                    "Served",
                    service("cloudfront"),
                    "s3:GetObject",
                    OBJECTS,
                    StringEquals={
                        "aws:SourceArn": [f"arn:aws:cloudfront::{one}:distribution/E1" for one in (ARCHIVE, MEMBER)]
                    },
                )
            ],
            "one of the two is a member's",
            "cloudfront",
            open_(LENT),
        ),
        (
            "service-beside-an-account",
            [
                allow(
                    "Both",
                    {"AWS": f"arn:aws:iam::{ARCHIVE}:root", "Service": "config.amazonaws.com"},
                    "s3:GetObject",
                    OBJECTS,
                )
            ],
            "Config reads for anybody",
            "principal",
            open_(LENT),
        ),
        (
            "quiet-with-guardduty",
            [
                allow("Where", service("guardduty"), "s3:GetBucketLocation", ARN, StringEquals=detector),
                allow("Put", service("guardduty"), "s3:PutObject", f"{ARN}/guardduty/*", StringEquals=detector),
                deny(
                    "Unencrypted",
                    service("guardduty"),
                    "s3:PutObject",
                    f"{ARN}/guardduty/*",
                    StringNotEquals={"s3:x-amz-server-side-encryption": "aws:kms"},
                ),
            ],
            "GuardDuty's export in the form that its guide gives it",
            "confused-deputy",
            whole,
        ),
        (
            "quiet-with-macie",
            [
                allow(
                    "Macie",
                    service("macie"),
                    ["s3:PutObject", "s3:GetBucketLocation"],
                    BOTH,
                    StringEquals=owner,
                    ArnLike={"aws:SourceArn": f"arn:aws:macie2:us-east-1:{ARCHIVE}:*"},
                )
            ],
            "tied to the owner",
            "confused-deputy",
            whole,
        ),
        (
            "quiet-with-cost-reports",
            [
                allow(
                    "Look",
                    service("billingreports"),
                    ["s3:GetBucketAcl", "s3:GetBucketPolicy"],
                    ARN,
                    StringEquals={"aws:SourceAccount": MANAGEMENT},
                ),
                allow(
                    "Put",
                    service("billingreports"),
                    "s3:PutObject",
                    OBJECTS,
                    StringEquals={"aws:SourceAccount": MANAGEMENT},
                ),
            ],
            "tied to the management account",
            "confused-deputy",
            whole,
        ),
        (
            "quiet-with-load-balancers-service",
            [
                allow(
                    "Balancers",
                    service("logdelivery.elasticloadbalancing"),
                    "s3:PutObject",
                    f"{ARN}/AWSLogs/{ARCHIVE}/*",
                )
            ],
            "the owner's own folder isn't the trail's",
            "elb",
            whole,
        ),
        (
            "quiet-with-inventories-of-another-bucket",
            [
                allow(
                    "Inventory",
                    service("s3"),
                    "s3:PutObject",
                    OBJECTS,
                    StringEquals={**owner, "s3:x-amz-acl": "bucket-owner-full-control"},
                    ArnLike={"aws:SourceArn": "arn:aws:s3:::another"},
                )
            ],
            "tied to the owner",
            "inventory",
            whole,
        ),
    ]


def _changes() -> list[Row]:
    member = account(MEMBER, "role/replicator")
    replicate = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
    return [
        (
            "outsider-member-replicates-into-the-bucket",
            [allow("Copies", member, replicate, OBJECTS)],
            "who replicates into the bucket may write over a log",
            "replication",
            open_(ALTER),
        ),
        (
            "outsider-member-replicates-elsewhere",
            [allow("Copies", member, replicate, f"{ARN}/replica/*")],
            "a folder beside the trail's",
            "replication",
            closed(ALTER, READ),
        ),
        (
            "outsider-member-switches-versions",
            [allow("Versions", member, ["s3:GetBucketVersioning", "s3:PutBucketVersioning"], ARN)],
            "without versions a deleted log is gone",
            "s3-actions",
            open_(ALTER),
        ),
        (
            "outsider-members-all-but-get-and-list",
            [
                {
                    "Sid": "Rest",
                    "Effect": "Allow",
                    "Principal": account(MEMBER),
                    "NotAction": ["s3:Get*", "s3:List*"],
                    "Resource": OBJECTS,
                }
            ],
            "putting and deleting are left",
            "notaction",
            open_(ALTER),
        ),
        (
            "outsider-settings-alone",
            [
                allow(
                    "Settings",
                    account(MEMBER),
                    ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:GetEncryptionConfiguration"],
                    ARN,
                )
            ],
            "no setting of these tells of a log",
            "s3-actions",
            closed(READ, ALTER),
        ),
    ]


def _written() -> list[Case]:
    def written(
        name: str, why: str, right: Right, page: str = "bucket-policy", **condition: Mapping[str, object]
    ) -> Case:
        base = [
            allow("AclCheck", service("cloudtrail"), "s3:GetBucketAcl", ARN),
            allow("Write", service("cloudtrail"), "s3:PutObject", f"{ARN}/AWSLogs/*", **condition),
        ]
        return policy(f"written-{name}", [], why, page, base=base, **dict(right))

    stopped: Right = {"exit": [1], "rules": {WRITE: ["violated"]}}
    trails = f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*"
    return [
        written(
            "for-a-private-acl",
            "CloudTrail gives the bucket's owner full control",
            stopped,
            StringEquals={"s3:x-amz-acl": "private"},
        ),
        written(
            "for-a-members-account",
            "CloudTrail acts for the management account",
            stopped,
            StringEquals={"aws:SourceAccount": MEMBER},
        ),
        written(
            "for-trails-with-a-literal-star",
            "no trail has a star in its ARN",
            stopped,
            "operators",
            StringEquals={"aws:SourceArn": trails},
        ),
        written(
            "for-any-trail-of-management",
            "ArnLike takes stars",
            closed(WRITE),
            "operators",
            ArnLike={"aws:SourceArn": trails},
        ),
        written(
            "for-principals-of-the-organization",
            "CloudTrail carries no aws:PrincipalOrgID",
            stopped,
            "keys",
            StringEquals=ORG,
        ),
        written(
            "for-the-source-organization",
            "CloudTrail acts for the organization",
            closed(WRITE),
            "keys",
            StringEquals={"aws:SourceOrgID": ORGANIZATION},
        ),
    ]
