"""Requests that somebody could send: keys, addresses, TLS, days, ids, names."""

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
    tls,
)

READ, PUBLIC = "members-cannot-read-logs", "logs-not-public"
OBJECTS = f"{ARN}/*"
TODAY = ("--today", "2026-11-28")


def _reads(resource: object = OBJECTS, **condition: dict[str, object]) -> dict[str, object]:
    return allow("Readers", "*", "s3:GetObject", resource, **condition)


def _org(resource: object = OBJECTS, **condition: dict[str, object]) -> dict[str, object]:
    return _reads(
        resource,
        **{**condition, "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION, **condition.get("StringEquals", {})}},
    )


def cases() -> list[Case]:
    return [*_tls(), *_addresses(), *_days(), *_names(), *_variables()]


def _tls() -> list[Case]:
    shut = closed(READ, PUBLIC)
    everything = [ARN, OBJECTS]
    return [
        policy(
            "real-tls-below-1.2",
            [_reads(NumericLessThan={"s3:TlsVersion": "1.2"})],
            "S3 speaks TLS 1.2 and newer, and plain HTTP has no version",
            "tls",
            **shut,
        ),
        policy(
            "real-tls-1.3",
            [_reads(NumericGreaterThanEquals={"s3:TlsVersion": "1.3"})],
            "everybody may speak TLS 1.3",
            "tls",
            **open_(PUBLIC),
        ),
        policy(
            "real-tls-1.2-exactly",
            [_reads(NumericEquals={"s3:TlsVersion": "1.2"})],
            "everybody may speak TLS 1.2",
            "tls",
            **open_(PUBLIC),
        ),
        policy(
            "real-tls-denied-below-1.2",
            [deny("Old", "*", "s3:*", everything, NumericLessThan={"s3:TlsVersion": "1.2"})],
            "CloudTrail's delivery isn't in old TLS",
            "tls",
            **closed("cloudtrail-can-write-logs"),
        ),
        policy(
            "real-plain-http",
            [_reads(Bool={"aws:SecureTransport": "false"})],
            "S3 answers plain HTTP, too",
            "tls",
            **open_(PUBLIC),
        ),
        policy(
            "real-plain-http-denied",
            [_reads(Bool={"aws:SecureTransport": "false"}), tls()],
            "plain HTTP is allowed and denied",
            "evaluation",
            **shut,
        ),
        policy(
            "real-neither-http-nor-tls",
            [_reads(Null={"aws:SecureTransport": "true"})],
            "the key is in every request",
            "keys",
            **shut,
        ),
        policy(
            "real-tls-denied",
            [tls(), deny("NoTls", "*", "s3:*", everything, Bool={"aws:SecureTransport": "true"})],
            "all requests are denied, CloudTrail's too",
            "evaluation",
            exit=[1],
            rules={"cloudtrail-can-write-logs": ["violated"]},
        ),
    ]


def _addresses() -> list[Case]:
    tolerant = {"rules": {READ: ["proved", "undecided"], PUBLIC: ["proved", "undecided"]}}

    def at(*ranges: str) -> dict[str, object]:
        return _reads(IpAddress={"aws:SourceIp": list(ranges)})

    return [
        policy(
            "real-address-10", [at("10.0.0.0/8")], "no request reaches a public endpoint from there", "keys", **tolerant
        ),
        policy("real-address-192", [at("192.168.0.0/16", "172.16.0.0/12")], "private ranges", "keys", **tolerant),
        policy("real-address-link-local", [at("169.254.0.0/16")], "link-local", "keys", **tolerant),
        policy("real-address-local-v6", [at("fd00::/8")], "unique local addresses", "keys", **tolerant),
        policy(
            "real-address-private-and-public",
            [at("10.0.0.0/8", "54.240.143.0/24")],
            "the second range is public",
            "keys",
            exit=[1],
        ),
        policy("real-address-all", [at("0.0.0.0/0")], "the whole internet", "keys", **open_(PUBLIC)),
        policy(
            "real-address-wider-than-private", [at("172.0.0.0/8")], "most of that range is public", "keys", exit=[1]
        ),
        policy(
            "real-address-not-private",
            [_reads(NotIpAddress={"aws:SourceIp": "10.0.0.0/8"})],
            "every public address, and every endpoint",
            "operators",
            **open_(PUBLIC),
        ),
        policy("real-address-v6", [at("2400:cb00::/32")], "a public range", "keys", exit=[1]),
        policy(
            "real-vpc-address",
            [_reads(IpAddress={"aws:VpcSourceIp": "10.0.0.0/8"})],
            "through an endpoint of anybody's own VPC",
            "vpc-endpoints",
            exit=[1],
        ),
        policy(
            "real-vpc-address-of-the-owner",
            [_reads(IpAddress={"aws:VpcSourceIp": "10.0.0.0/8"}, StringEquals={"aws:PrincipalAccount": ARCHIVE})],
            "the owner's principals",
            "keys",
            **closed(READ, PUBLIC),
        ),
        policy(
            "real-address-denied-elsewhere",
            [
                _reads(),
                deny("Elsewhere", "*", "s3:GetObject", OBJECTS, NotIpAddress={"aws:SourceIp": "54.240.143.0/24"}),
            ],
            "from that network everybody reads",
            "s3-examples",
            exit=[1],
        ),
    ]


def _days() -> list[Case]:
    shut = closed(READ, PUBLIC)

    def on(
        name: str, why: str, right: dict[str, object], today: tuple[str, ...] = TODAY, **condition: dict[str, object]
    ) -> Case:
        return policy(name, [_reads(**condition)], why, "operators", more=today, **right)

    now, epoch = "aws:CurrentTime", "aws:EpochTime"
    still = open_(PUBLIC)
    return [
        on("real-day-past", "the day has passed", shut, DateLessThan={now: "2025-01-01T00:00:00Z"}),
        on("real-day-not-passed", "the day is still to come", still, DateLessThan={now: "2030-01-01T00:00:00Z"}),
        on("real-day-to-come", "it opens by itself one day", still, DateGreaterThan={now: "2030-01-01T00:00:00Z"}),
        on("real-day-since", "open since that day", still, DateGreaterThan={now: "2020-01-01T00:00:00Z"}),
        on(
            "real-day-window-past",
            "the window is closed",
            shut,
            DateGreaterThan={now: "2024-01-01T00:00:00Z"},
            DateLessThan={now: "2024-06-30T00:00:00Z"},
        ),
        on(
            "real-day-window-to-come",
            "the window opens by itself",
            still,
            DateGreaterThan={now: "2030-01-01T00:00:00Z"},
            DateLessThan={now: "2030-06-30T00:00:00Z"},
        ),
        on(
            "real-day-window-empty",
            "no moment is after the one and before the other",
            shut,
            DateGreaterThan={now: "2031-01-01T00:00:00Z"},
            DateLessThan={now: "2030-01-01T00:00:00Z"},
        ),
        on(
            "real-day-of-another-today",
            "on an earlier day it was open",
            still,
            ("--today", "2024-06-01"),
            DateLessThan={now: "2025-01-01T00:00:00Z"},
        ),
        on("real-epoch-past", "seconds since 1970, passed in 2024", shut, NumericLessThan={epoch: "1704067200"}),
        on("real-epoch-to-come", "seconds since 1970, in 2033", still, NumericLessThan={epoch: "2000000000"}),
        policy(
            "real-day-deny-ends",
            [_reads(), deny("ForNow", "*", "s3:GetObject", OBJECTS, DateLessThan={now: "2027-06-30T00:00:00Z"})],
            "the Deny ends by itself one day, the Allow doesn't",
            "operators",
            more=TODAY,
            **still,
        ),
        policy(
            "real-day-deny-from",
            [_reads(), deny("Since", "*", "s3:GetObject", OBJECTS, DateGreaterThan={now: "2020-01-01T00:00:00Z"})],
            "denied since 2020",
            "operators",
            more=TODAY,
            **shut,
        ),
    ]


def _names() -> list[Case]:
    shut = closed(READ, PUBLIC)
    return [
        policy(
            "real-account-of-eleven-digits",
            [_reads(StringEquals={"aws:PrincipalAccount": "12345678901"})],
            "no account has eleven digits",
            "ids",
            **shut,
        ),
        policy(
            "real-account-empty",
            [_reads(StringEquals={"aws:PrincipalAccount": ""})],
            "no account has no digits",
            "ids",
            **shut,
        ),
        policy(
            "real-two-accounts-at-once",
            [
                _reads(
                    StringEquals={"aws:PrincipalAccount": MEMBER},
                    ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:*"},
                )
            ],
            "account and ARN belong to one principal",
            "keys",
            **shut,
        ),
        policy(
            "real-owner-outside-its-organization",
            [
                _reads(
                    StringEquals={"aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]},
                    StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION},
                )
            ],
            "the owner's account",
            "keys",
            **shut,
        ),
        policy(
            "real-organization-of-another-form",
            [_reads(StringEquals={"aws:PrincipalOrgID": "acme"})],
            "no organization's id looks like that",
            "ids",
            **shut,
        ),
        policy(
            "real-service-with-an-arn-of-a-member",
            [
                _reads(
                    Bool={"aws:PrincipalIsAWSService": "true"},
                    ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{MEMBER}:role/*"},
                )
            ],
            "a service is no role of an account",
            "keys",
            rules={READ: ["proved"], PUBLIC: ["proved"]},
        ),
        policy(
            "real-empty-key",
            [_reads(f"{ARN}/")],
            "an object's key has at least one character",
            "s3-actions",
            rules={READ: ["proved"], PUBLIC: ["proved"]},
        ),
        policy(
            "real-one-character",
            [_reads(f"{ARN}/?")],
            "no file of CloudTrail's has a name of one letter",
            "folder-names",
            **shut,
        ),
        policy(
            "real-session-and-user",
            [
                allow(
                    "Readers",
                    account(MEMBER),
                    "s3:GetObject",
                    OBJECTS,
                    StringEquals={"aws:username": "alice"},
                    ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{MEMBER}:role/*"},
                )
            ],
            "a role's session has no user name",
            "keys",
            **shut,
        ),
        policy(
            "real-bool-neither",
            [_reads(Bool={"aws:SecureTransport": "perhaps"})],
            "no such value",
            "operators",
            rules={READ: ["proved", "undecided", None], PUBLIC: ["proved", "undecided", None]},
        ),
        policy(
            "real-null-and-value",
            [_org(Null={"aws:PrincipalOrgID": "true"})],
            "missing and equal at once: nobody",
            "operators",
            **shut,
        ),
        policy(
            "real-arn-without-an-arn",
            [_reads(StringEquals={"aws:PrincipalArn": "auditor"})],
            "no ARN looks like that",
            "ids",
            **shut,
        ),
    ]


def _variables() -> list[Case]:
    own = f"{ARN}/AWSLogs/{ORGANIZATION}/${{aws:PrincipalAccount}}/*"
    return [
        policy(
            "real-variable-own-folder",
            [_org(own)],
            "each account reads its own files: a member reads logs",
            "variables",
            exit=[1],
            rules={READ: ["violated"]},
        ),
        policy(
            "real-variable-old-version",
            [_org(own)],
            "without Version 2012-10-17 the text is literal: no file is named so",
            "version",
            version="2008-10-17",
            **closed(READ, PUBLIC),
        ),
        policy(
            "real-variable-no-version",
            [_org(own)],
            "a missing Version is 2008-10-17",
            "version",
            version=None,
            **closed(READ, PUBLIC),
        ),
        policy(
            "real-variable-of-a-tag",
            [_org(f"{ARN}/AWSLogs/{ORGANIZATION}/${{aws:PrincipalTag/account}}/*")],
            "a member tags its role with any account's number",
            "variables",
            exit=[1],
            rules={READ: ["violated"]},
        ),
        policy(
            "real-variable-user-name",
            [_org(f"{ARN}/home/${{aws:username}}/*")],
            "homes lie beside the trail's objects",
            "variables",
            **closed(READ),
        ),
        policy(
            "real-variable-literal-star",
            [_org(f"{ARN}/AWSLogs/${{*}}")],
            "a literal star: no file of CloudTrail's is named so",
            "variables",
            **closed(READ),
        ),
        policy(
            "real-variable-in-condition",
            [_reads(StringEquals={"aws:PrincipalAccount": "${aws:ResourceAccount}"})],
            "whoever is of the bucket's account: the owner",
            "variables",
            **closed(READ, PUBLIC),
        ),
        policy(
            "real-variable-organization",
            [_reads(StringEquals={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"})],
            "whoever is of the bucket's organization: members",
            "variables",
            exit=[1],
            rules={READ: ["violated"], PUBLIC: ["proved"]},
        ),
        policy(
            "real-variable-default",
            [_org(f"{ARN}/${{aws:PrincipalTag/folder, 'AWSLogs'}}/*")],
            "without the tag the default names the logs",
            "variables",
            exit=[1],
            rules={READ: ["violated"]},
        ),
        policy(
            "real-variable-in-a-deny",
            [_org(), deny("NotOwn", "*", "s3:GetObject", f"{ARN}/AWSLogs/{ORGANIZATION}/${{aws:PrincipalAccount}}/*")],
            "each member is kept from its own folder and reads the others'",
            "variables",
            exit=[1],
            rules={READ: ["violated"]},
        ),
    ]
