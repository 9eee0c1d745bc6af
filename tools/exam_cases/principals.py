"""Whom a statement names: accounts, users, roles, sessions, ids, and names that nobody can place."""

from tools.exam_cases.case import (
    ARCHIVE,
    ARN,
    MANAGEMENT,
    MEMBER,
    ORGANIZATION,
    TRUSTED,
    Case,
    account,
    allow,
    closed,
    cloudtrail,
    open_,
    policy,
    unclear,
)

READ, PUBLIC = "members-cannot-read-logs", "logs-not-public"
OBJECTS = f"{ARN}/*"
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


def _reads(principal: object, **condition: dict[str, object]) -> dict[str, object]:
    return allow("Reader", principal, "s3:GetObject", OBJECTS, **condition)


def _aws(arn: str) -> dict[str, str]:
    return {"AWS": arn}


def _permission_set(number: str) -> str:
    return f"arn:aws:iam::{number}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit_*"


def cases() -> list[Case]:
    return [*_placed(), *_not_placed(), *_excepted()]


def _placed() -> list[Case]:
    shut = closed(READ, PUBLIC)
    one = {"exit": [1]}
    return [
        policy(
            "principal-user-of-a-member",
            [_reads(account(MEMBER, "user/alice"))],
            "a user of another account",
            "principal",
            **one,
        ),
        policy(
            "principal-account-number",
            [_reads(_aws(MEMBER))],
            "twelve digits are every principal of that account",
            "principal",
            **one,
        ),
        policy(
            "principal-account-number-trusted",
            [_reads(_aws(TRUSTED))],
            "an account that may read",
            "principal",
            trusted=[TRUSTED],
            **shut,
        ),
        policy(
            "principal-session-of-a-member",
            [_reads(_aws(f"arn:aws:sts::{MEMBER}:assumed-role/deploy/ci"))],
            "one session of a role of another account",
            "principal",
            **one,
        ),
        policy(
            "principal-session-trusted",
            [_reads(_aws(f"arn:aws:sts::{TRUSTED}:assumed-role/audit/ci"))],
            "a session of an account that may read",
            "principal",
            trusted=[TRUSTED],
            **shut,
        ),
        policy(
            "principal-federated-user",
            [_reads(_aws(f"arn:aws:sts::{MEMBER}:federated-user/bob"))],
            "a federated user's session of another account",
            "principal",
            **one,
        ),
        policy("principal-owner-root", [_reads(account(ARCHIVE))], "the owner's account", "principal", **shut),
        policy(
            "principal-owner-role",
            [_reads(account(ARCHIVE, "role/security/reader"))],
            "a role of the owner, with a path",
            "principal",
            **shut,
        ),
        policy(
            "principal-management-role",
            [_reads(account(MANAGEMENT, "role/auditor"))],
            "a role of the management account",
            "principal",
            **shut,
        ),
        policy(
            "principal-list-of-friends",
            [_reads({"AWS": [ARCHIVE, f"arn:aws:iam::{MANAGEMENT}:root", TRUSTED]})],
            "three accounts that may read",
            "principal",
            trusted=[TRUSTED],
            **shut,
        ),
        policy(
            "principal-list-with-a-member",
            [_reads({"AWS": [ARCHIVE, MANAGEMENT, MEMBER]})],
            "the third may not",
            "principal",
            **one,
        ),
        policy(
            "principal-member-and-impossible-account",
            [_reads(account(MEMBER), StringEquals={"aws:PrincipalAccount": ARCHIVE})],
            "a principal of one account in another: nobody",
            "keys",
            **shut,
        ),
        policy(
            "principal-member-and-other-arn",
            [_reads(account(MEMBER), ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:role/*"})],
            "a member's principal with the owner's ARN: nobody",
            "keys",
            **shut,
        ),
        policy(
            "principal-service-role-path",
            [_reads("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/service-role/config"})],
            "every account may make a role under service-role/",
            "ids",
            **one,
        ),
        policy(
            "principal-sso-role-of-the-owner",
            [
                _reads(
                    "*",
                    ArnLike={"aws:PrincipalArn": _permission_set(ARCHIVE)},
                )
            ],
            "a permission set's role in the owner's account",
            "keys",
            **shut,
        ),
        policy(
            "principal-sso-role-of-any-account",
            [
                _reads(
                    "*",
                    StringEquals={"aws:PrincipalOrgID": ORGANIZATION},
                    ArnLike={"aws:PrincipalArn": _permission_set("*")},
                )
            ],
            "only Identity Center makes roles under aws-reserved, but it makes them in members",
            "keys",
            exit_not=0,
        ),
    ]


def _not_placed() -> list[Case]:
    shut = closed(READ, PUBLIC)
    return [
        policy(
            "principal-user-id",
            [_reads(_aws("AIDACKCEVSQ6C2EXAMPLE"))],
            "what is left of a deleted user, or nothing that AWS would take",
            "ids",
            **unclear(),
        ),
        policy(
            "principal-role-id",
            [_reads(_aws("AROADBQP57FF2AEXAMPLE"))],
            "what is left of a deleted role, or nothing that AWS would take",
            "ids",
            **unclear(),
        ),
        policy(
            "principal-canonical-user",
            [_reads({"CanonicalUser": CANONICAL})],
            "whose canonical id it is can't be seen",
            "principal",
            **unclear(READ, PUBLIC),
        ),
        policy(
            "principal-canonical-user-of-the-owner",
            [_reads({"CanonicalUser": CANONICAL}, StringEquals={"aws:PrincipalAccount": ARCHIVE})],
            "whoever it is, the condition asks for the owner's account",
            "keys",
            **shut,
        ),
        policy(
            "principal-federated",
            [_reads({"Federated": "cognito-identity.amazonaws.com"})],
            "whose web identities they are can't be seen",
            "principal",
            **unclear(),
        ),
        policy(
            "principal-saml",
            [_reads({"Federated": f"arn:aws:iam::{MEMBER}:saml-provider/corp"})],
            "a provider of a member's",
            "principal",
            **unclear(),
        ),
        policy(
            "principal-role-id-of-a-session",
            [_reads("*", StringLike={"aws:userid": "AROADBQP57FF2AEXAMPLE:*"})],
            "whose role it is can't be seen",
            "ids",
            **unclear(),
        ),
        policy(
            "principal-role-id-and-owner",
            [
                _reads(
                    "*",
                    StringLike={"aws:userid": "AROADBQP57FF2AEXAMPLE:*"},
                    StringEquals={"aws:PrincipalAccount": ARCHIVE},
                )
            ],
            "whatever the id, the owner's",
            "keys",
            **shut,
        ),
        policy(
            "principal-canonical-user-elsewhere",
            [allow("Site", {"CanonicalUser": CANONICAL}, "s3:GetObject", f"{ARN}/site/*")],
            "whoever it is reads what isn't the trail's",
            "resource",
            **shut,
        ),
        policy(
            "principal-origin-access-identity-elsewhere",
            [
                allow(
                    "Site",
                    _aws("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE"),
                    "s3:GetObject",
                    f"{ARN}/site/*",
                )
            ],
            "the distribution reads what isn't the trail's",
            "oai",
            **shut,
        ),
        policy(
            "principal-canonical-user-deletes",
            [allow("Old", {"CanonicalUser": CANONICAL}, "s3:DeleteObject", OBJECTS)],
            "whose canonical id it is can't be seen",
            "principal",
            exit_not=0,
        ),
    ]


def _excepted() -> list[Case]:
    friends = [f"arn:aws:iam::{ARCHIVE}:root", f"arn:aws:iam::{ARCHIVE}:role/admin"]

    def others(principals: dict[str, object]) -> dict[str, object]:
        return {
            "Sid": "Others",
            "Effect": "Deny",
            "NotPrincipal": principals,
            "Action": "s3:*",
            "Resource": [ARN, OBJECTS],
        }

    reads = _reads("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    return [
        policy(
            "principal-all-others-denied",
            [others({"AWS": friends})],
            "NotPrincipal names no service: CloudTrail is denied, too",
            "notprincipal",
            exit=[1],
            rules={"cloudtrail-can-write-logs": ["violated"]},
        ),
        policy(
            "principal-all-others-denied-but-cloudtrail",
            [reads, others({"AWS": friends, "Service": "cloudtrail.amazonaws.com"})],
            "all but the owner and CloudTrail are denied",
            "notprincipal",
            rules={READ: ["proved"], PUBLIC: ["proved"]},
        ),
        policy(
            "principal-member-excepted",
            [
                reads,
                others(
                    {
                        "AWS": [*friends, f"arn:aws:iam::{MEMBER}:root", f"arn:aws:iam::{MEMBER}:role/ci"],
                        "Service": "cloudtrail.amazonaws.com",
                    }
                ),
            ],
            "a member's role is excepted from the Deny",
            "notprincipal",
            **open_(READ),
        ),
        policy(
            "principal-none-allowed",
            [],
            "nothing but CloudTrail's own statements",
            "evaluation",
            base=cloudtrail(),
            **closed(READ, PUBLIC),
        ),
    ]
