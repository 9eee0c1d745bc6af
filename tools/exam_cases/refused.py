"""Policies that AWS doesn't take, and odd ones that it does."""

import json

from tools.exam_cases.case import (
    ARCHIVE,
    ARN,
    BUCKET,
    MANAGEMENT,
    MEMBER,
    TRUSTED,
    Case,
    account,
    allow,
    closed,
    cloudtrail,
    deny,
    document,
    policy,
    service,
    tls,
)

VALID, READ = "policies-are-valid", "members-cannot-read-logs"
OBJECTS = f"{ARN}/*"
OWNER = account(ARCHIVE)


def cases() -> list[Case]:
    return [*_words(), *_principals(), *_resources(), *_taken()]


def _refused(name: str, extra: list[object], why: str, page: str, **more: object) -> Case:
    """The policy doesn't come to be: nothing is proved on it."""
    right = {"exit_not": 0, "rules": {VALID: ["violated"], READ: ["undecided", "violated", None]}}
    return policy(name, extra, why, page, **{**right, **more})


def _with(statement: dict[str, object], **changed: object) -> dict[str, object]:
    """A statement with members set, or left out where they are None."""
    return {key: value for key, value in {**statement, **changed}.items() if value is not None}


def _words() -> list[Case]:
    good = allow("Owner", OWNER, "s3:GetObject", OBJECTS)
    long = [
        allow(f"Reader{n}", account(ARCHIVE, f"role/reader-with-a-long-name-{n:04}"), "s3:GetObject", OBJECTS)
        for n in range(130)
    ]
    assert len(json.dumps(long)) > 20_480
    return [
        _refused(
            "refused-effect-in-lower-case",
            [_with(good, Effect="allow")],
            "Effect is `Allow` or `Deny`, with case",
            "effect",
        ),
        _refused("refused-no-effect", [_with(good, Effect=None)], "a statement needs its Effect", "effect"),
        _refused(
            "refused-no-principal", [_with(good, Principal=None)], "a bucket policy names principals", "principal"
        ),
        _refused("refused-no-action", [_with(good, Action=None)], "a statement needs Action or NotAction", "action"),
        _refused("refused-no-resource", [_with(good, Resource=None)], "a bucket policy names resources", "resource"),
        _refused(
            "refused-action-and-notaction",
            [_with(good, NotAction="s3:PutObject")],
            "Action or NotAction, not both",
            "notaction",
        ),
        _refused(
            "refused-principal-and-notprincipal",
            [_with(good, NotPrincipal={"AWS": MEMBER})],
            "Principal or NotPrincipal, not both",
            "notprincipal",
        ),
        _refused(
            "refused-misspelled-action", [_with(good, Action="s3:GetObjects")], "S3 has no such action", "s3-actions"
        ),
        _refused(
            "refused-action-of-another-service",
            [_with(good, Action="kms:Decrypt")],
            "S3 takes actions of S3 only",
            "s3-actions",
        ),
        _refused(
            "refused-action-without-service",
            [_with(good, Action="GetObject")],
            "an action has its service's prefix",
            "action",
        ),
        _refused(
            "refused-pattern-that-fits-no-action",
            [_with(good, Action="s3:Fetch*")],
            "no action of S3 fits",
            "s3-actions",
        ),
        _refused(
            "refused-operator",
            [_with(good, Condition={"StringEqual": {"aws:PrincipalAccount": ARCHIVE}})],
            "there is no such operator",
            "operators",
        ),
        _refused(
            "refused-version",
            [],
            "2012-10-17 and 2008-10-17 are all the versions there are",
            "version",
            version="2012-10-18",
        ),
        _refused("refused-too-long", list(long), "a bucket policy has at most 20 KB", "bucket-policy-limits"),
        _refused(
            "refused-one-action-of-two",
            [_with(good, Action=["s3:GetObject", "s3:ReadObject"])],
            "one of the two is no action",
            "s3-actions",
        ),
        _refused(
            "refused-deny-misspelled",
            [deny("Guard", "*", "s3:PutObjects", OBJECTS)],
            "a Deny is refused like an Allow",
            "s3-actions",
        ),
    ]


def _principals() -> list[Case]:
    def named(name: str, principal: object, why: str, **more: object) -> Case:
        return _refused(name, [allow("Reader", principal, "s3:GetObject", OBJECTS)], why, "principal", **more)

    typo = {"Service": "cloudtrial.amazonaws.com"}
    return [
        named("refused-role-pattern", account(ARCHIVE, "role/*"), "no wildcard inside a principal's ARN"),
        named("refused-account-pattern", {"AWS": "arn:aws:iam::*:root"}, "no wildcard for the account"),
        named("refused-group", account(ARCHIVE, "group/admins"), "a group is no principal"),
        named("refused-short-account", {"AWS": "arn:aws:iam::12345:root"}, "an account has twelve digits"),
        named("refused-principal-is-a-word", {"AWS": "security-team"}, "neither an ARN, an id nor a number"),
        named("refused-principal-type", {"Account": ARCHIVE}, "there is no such type of principal"),
        named("refused-service-without-domain", {"Service": "cloudfront"}, "a service is named with its domain"),
        named("refused-bare-principal", f"arn:aws:iam::{ARCHIVE}:root", "only `*` stands without a type"),
        _refused(
            "refused-cloudtrial",
            [],
            "a near miss of cloudtrail.amazonaws.com",
            "principal",
            base=[{**one, "Principal": typo} for one in cloudtrail()],
            says=["cloudtrail.amazonaws.com"],
            rules={VALID: ["violated"]},
        ),
    ]


def _resources() -> list[Case]:
    return [
        _refused(
            "refused-object-action-on-bucket",
            [allow("R", OWNER, "s3:GetObject", ARN)],
            "objects are read, buckets aren't",
            "s3-resources",
        ),
        _refused(
            "refused-bucket-action-on-objects",
            [allow("R", OWNER, "s3:ListBucket", OBJECTS)],
            "buckets are listed, objects aren't",
            "s3-resources",
        ),
        _refused(
            "refused-second-bucket",
            [allow("R", OWNER, "s3:GetObject", [OBJECTS, "arn:aws:s3:::acme-other-logs/*"])],
            "one of the resources is another bucket's",
            "s3-resources",
        ),
        _refused(
            "refused-longer-name",
            [allow("R", OWNER, "s3:GetObject", f"{ARN}-eu/*")],
            "a bucket whose name only begins so",
            "s3-resources",
        ),
        _refused(
            "refused-name-as-resource",
            [allow("R", OWNER, "s3:GetObject", f"{BUCKET}/*")],
            "a resource is an ARN",
            "resource",
        ),
        _refused(
            "refused-account-in-bucket-arn",
            [allow("R", OWNER, "s3:GetObject", f"arn:aws:s3::{ARCHIVE}:{BUCKET}/*")],
            "a bucket's ARN has no account",
            "s3-resources",
        ),
        _refused(
            "refused-deny-on-another-bucket",
            [deny("Guard", "*", "s3:*", ["arn:aws:s3:::acme-logs-old", "arn:aws:s3:::acme-logs-old/*"])],
            "a guard written for another bucket",
            "s3-resources",
        ),
    ]


def _taken() -> list[Case]:
    """The twins: what looks odd and is fine."""
    ok = closed(VALID, READ)
    short = allow("Owner", OWNER, "s3:GetObject", OBJECTS)
    long = [allow(f"R{n}", account(ARCHIVE, f"role/reader-{n:03}"), "s3:GetObject", OBJECTS) for n in range(80)]
    assert len(document([*cloudtrail(), *long])) < 20_480
    return [
        policy(
            "refused-not-all-actions-on-bucket",
            [allow("All", OWNER, "s3:*", ARN)],
            "some of s3:* fit a bucket",
            "s3-resources",
            **ok,
        ),
        policy(
            "refused-not-mixed-resources",
            [allow("R", OWNER, ["s3:GetObject", "s3:ListBucket"], [ARN, OBJECTS])],
            "each action finds its resource",
            "s3-resources",
            **ok,
        ),
        policy(
            "refused-not-case-of-actions",
            [allow("R", OWNER, "S3:getobject", OBJECTS)],
            "actions have no case",
            "action",
            **ok,
        ),
        policy(
            "refused-not-lists-of-one",
            [allow("R", {"AWS": [f"arn:aws:iam::{ARCHIVE}:root"]}, ["s3:GetObject"], [OBJECTS])],
            "lists of one",
            "principal",
            **ok,
        ),
        policy(
            "refused-not-role-with-path",
            [allow("R", account(ARCHIVE, "role/teams/security/reader"), "s3:GetObject", OBJECTS)],
            "a path is part of a role's ARN",
            "ids",
            **ok,
        ),
        policy(
            "refused-not-boolean",
            [deny("Tls", "*", "s3:*", [ARN, OBJECTS], Bool={"aws:SecureTransport": False})],
            "a boolean stands for its word",
            "operators",
            **ok,
        ),
        policy(
            "refused-not-number",
            [deny("OldTls", "*", "s3:*", [ARN, OBJECTS], NumericLessThan={"s3:TlsVersion": 1.2})],
            "a number stands for its digits",
            "operators",
            **ok,
        ),
        policy(
            "refused-not-bucket-pattern",
            [deny("Tls", "*", "s3:*", [f"{ARN}*"], Bool={"aws:SecureTransport": "false"})],
            "the pattern holds this bucket",
            "s3-resources",
            **ok,
        ),
        policy(
            "refused-not-many-services",
            [
                allow(
                    "Acl",
                    {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com"]},
                    "s3:GetBucketAcl",
                    ARN,
                )
            ],
            "services of one statement",
            "principal",
            **ok,
        ),
        policy(
            "refused-not-regional-service",
            [allow("Logs", service("logs.us-east-1"), "s3:GetBucketAcl", ARN)],
            "CloudWatch Logs exports with its region's name",
            "principal",
            **ok,
        ),
        policy("refused-not-without-sid", [_with(short, Sid=None)], "a Sid may be missing", "resource", **ok),
        policy("refused-not-long", list(long), "under 20 KB", "bucket-policy-limits", **ok),
        policy(
            "refused-not-notaction",
            [{**_with(tls(), Action=None), "NotAction": "s3:GetBucketAcl"}],
            "NotAction in place of Action",
            "notaction",
            **ok,
        ),
        policy(
            "refused-not-user-with-signs",
            [allow("R", account(ARCHIVE, "user/ann+audit@acme.example"), "s3:GetObject", OBJECTS)],
            "a user's name may hold + = , . @ _ -",
            "ids",
            **ok,
        ),
        policy(
            "refused-not-mixed-principal",
            [
                allow(
                    "R",
                    {"AWS": [ARCHIVE, MANAGEMENT, TRUSTED], "Service": "cloudtrail.amazonaws.com"},
                    "s3:GetBucketAcl",
                    ARN,
                )
            ],
            "accounts and a service in one",
            "principal",
            trusted=[TRUSTED],
            **ok,
        ),
    ]
