"""Who may decrypt with the trail's key, and whether CloudTrail may use it."""

from tools.exam_cases.case import (
    ARCHIVE,
    MANAGEMENT,
    MEMBER,
    STRANGER,
    TRAIL,
    TRUSTED,
    Case,
    account,
    allow,
    deny,
    service,
)
from tools.exam_cases.stack import ORGANIZATION, Stack, key_statements, stack

MEMBERS, OUTSIDERS, USE = "members-cannot-decrypt-logs", "outsiders-cannot-decrypt-logs", "cloudtrail-can-use-key"
LENT = "logs-not-lent-to-services"
SHUT = {"exit": [0], "rules": {MEMBERS: ["proved"], OUTSIDERS: ["proved"], USE: ["proved"]}}
ANYBODY = {"exit": [1], "rules": {MEMBERS: ["violated"], OUTSIDERS: ["violated"]}}
CONTEXT = {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*"}


def _key(
    name: str,
    extra: object,
    why: str,
    page: str,
    right: dict[str, object],
    *,
    options: tuple[str, ...] = (),
    **changed: object,
) -> Case:
    extra = extra if isinstance(extra, list) else [extra]
    return stack(
        f"decrypt-{name}", why, page, Stack(key=[*key_statements(), *extra], **changed), options=options, **right
    )


def _decrypts(principal: object, action: object = "kms:Decrypt", **condition: dict[str, object]) -> dict[str, object]:
    return allow("Decrypt", principal, action, "*", **condition)


def cases() -> list[Case]:
    return [*_by(), *_uses()]


def _by() -> list[Case]:
    trusted = ("--trusted-account", TRUSTED)
    strangers = {"exit": [1], "rules": {OUTSIDERS: ["violated"]}}
    members = {"exit": [1], "rules": {MEMBERS: ["violated"]}}
    return [
        _key("nobody", [], "AWS's key policy: the owner administers, CloudTrail encrypts", "key-policy", SHUT),
        _key("everybody", _decrypts("*"), "everybody decrypts", "kms-policy", ANYBODY),
        _key(
            "everybody-does-all", _decrypts({"AWS": "*"}, "kms:*"), "everybody does everything", "kms-policy", ANYBODY
        ),
        _key(
            "by-caller-account",
            _decrypts(
                {"AWS": "*"},
                ["kms:Decrypt", "kms:ReEncryptFrom"],
                StringEquals={"kms:CallerAccount": ARCHIVE},
                StringLike=CONTEXT,
            ),
            "AWS's own statement for readers of the owner's account",
            "kms-conditions",
            SHUT,
        ),
        _key(
            "by-callers-of-a-member",
            _decrypts({"AWS": "*"}, StringEquals={"kms:CallerAccount": MEMBER}),
            "the callers' account isn't one that may",
            "kms-conditions",
            {"exit": [1]},
        ),
        _key(
            "through-s3",
            _decrypts({"AWS": "*"}, StringEquals={"kms:ViaService": "s3.us-east-1.amazonaws.com"}),
            "everybody calls through S3",
            "kms-conditions",
            ANYBODY,
        ),
        _key(
            "through-s3-by-the-owner",
            _decrypts(
                {"AWS": "*"},
                StringEquals={"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": ARCHIVE},
            ),
            "AWS's form of keys for S3, the owner's callers",
            "kms-conditions",
            SHUT,
        ),
        _key(
            "by-the-organization",
            _decrypts("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            "members decrypt",
            "keys",
            {"exit": [1], "rules": {MEMBERS: ["violated"], OUTSIDERS: ["proved"]}},
        ),
        _key(
            "by-other-organizations",
            _decrypts("*", StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            "strangers decrypt",
            "keys",
            strangers,
        ),
        _key(
            "by-a-vendor",
            _decrypts(account(STRANGER)),
            "an account that nobody says may",
            "kms-cross-account",
            {"exit": [1]},
        ),
        _key(
            "by-a-trusted-vendor",
            _decrypts(account(STRANGER)),
            "an account that may read",
            "kms-cross-account",
            SHUT,
            options=("--trusted-account", STRANGER),
        ),
        _key(
            "by-readers-with-context",
            _decrypts(account(TRUSTED, "role/audit"), Null={"kms:EncryptionContext:aws:cloudtrail:arn": "false"}),
            "AWS's statement for readers",
            "key-policy",
            SHUT,
            options=trusted,
        ),
        _key(
            "by-everybody-with-context",
            _decrypts("*", Null={"kms:EncryptionContext:aws:cloudtrail:arn": "false"}),
            "the context is in every log's decryption",
            "key-policy",
            ANYBODY,
        ),
        _key(
            "grants-by-a-member",
            _decrypts(account(MEMBER), "kms:CreateGrant"),
            "who makes grants lets others decrypt",
            "grants",
            {"exit": [1]},
        ),
        _key(
            "grants-by-the-organization",
            _decrypts("*", "kms:CreateGrant", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            "a member grants itself decryption",
            "grants",
            members,
        ),
        _key(
            "re-encrypted-by-a-member",
            _decrypts("*", "kms:ReEncrypt*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            "re-encrypted under a key of its own, it can be read",
            "kms-policy",
            members,
        ),
        _key(
            "described-by-the-organization",
            _decrypts("*", "kms:DescribeKey", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            "describing isn't decrypting",
            "kms-policy",
            SHUT,
        ),
        _key(
            "encrypted-by-the-organization",
            _decrypts("*", ["kms:Encrypt", "kms:GenerateDataKey"], StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            "encrypting isn't decrypting",
            "kms-policy",
            SHUT,
        ),
        _key(
            "by-a-role-name",
            _decrypts("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/auditor"}),
            "any account makes a role of that name",
            "keys",
            {"exit": [1]},
        ),
        _key(
            "denied-to-others",
            [
                _decrypts("*"),
                deny(
                    "Others",
                    "*",
                    "kms:Decrypt",
                    "*",
                    StringNotEqualsIfExists={"aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]},
                    BoolIfExists={"aws:PrincipalIsAWSService": "false"},
                ),
            ],
            "all but owner and management are refused",
            "evaluation",
            {"rules": {MEMBERS: ["proved"], OUTSIDERS: ["proved"], USE: ["proved"]}},
        ),
        _key(
            "by-cloudfront-untied",
            _decrypts(service("cloudfront")),
            "anybody's distribution decrypts",
            "cloudfront",
            {"exit": [1], "rules": {LENT: ["violated"]}},
        ),
        _key(
            "by-cloudfront-of-the-owner",
            _decrypts(
                service("cloudfront"),
                StringEquals={"aws:SourceArn": f"arn:aws:cloudfront::{ARCHIVE}:distribution/EDFDVBD6EXAMPLE"},
            ),
            "the owner's distribution",
            "cloudfront",
            {"rules": {LENT: ["proved"], MEMBERS: ["proved"]}},
        ),
        _key(
            "by-logs-of-the-owner",
            _decrypts(
                service("logs.us-east-1"),
                ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
                ArnLike={"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:us-east-1:{MANAGEMENT}:log-group:*"},
            ),
            "CloudWatch Logs encrypts the copy of the trail's events",
            "cloudwatch",
            SHUT,
        ),
        _key(
            "by-cloudtrail",
            _decrypts(service("cloudtrail"), StringEquals={"aws:SourceArn": TRAIL}),
            "AWS's statement for an S3 Bucket Key",
            "bucket-key",
            SHUT,
        ),
        _key(
            "administered-by-a-member",
            _decrypts(
                account(MEMBER, "role/key-admin"), ["kms:Describe*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
            ),
            "these operations don't work from another account",
            "kms-cross-account",
            {"rules": {MEMBERS: ["proved"], OUTSIDERS: ["proved"]}},
        ),
        _key(
            "managed-by-the-owners-role",
            [allow("Admin", account(ARCHIVE, "role/key-admin"), "kms:*", "*")],
            "the owner's role",
            "kms-policy",
            SHUT,
        ),
    ]


def _uses() -> list[Case]:
    root = key_statements()[0]
    encrypt, describe = key_statements()[1:]
    works, stuck = {"rules": {USE: ["proved"]}, "exit": [0]}, {"exit": [1], "rules": {USE: ["violated"]}}

    def use(
        name: str,
        statements: list[object],
        why: str,
        right: dict[str, object],
        page: str = "key-policy",
        **changed: object,
    ) -> Case:
        return stack(f"decrypt-use-{name}", why, page, Stack(key=statements, **changed), **right)

    other = "arn:aws:cloudtrail:us-east-1:111111111111:trail/another"
    return [
        use("no-statement", [root], "nothing lets CloudTrail use the key", stuck),
        use(
            "another-trail",
            [
                root,
                allow(
                    "Encrypt",
                    service("cloudtrail"),
                    ["kms:GenerateDataKey*", "kms:DescribeKey"],
                    "*",
                    StringEquals={"aws:SourceArn": other},
                ),
            ],
            "the key is for another trail",
            stuck,
        ),
        use(
            "another-context",
            [
                root,
                describe,
                allow(
                    "Encrypt",
                    service("cloudtrail"),
                    "kms:GenerateDataKey*",
                    "*",
                    StringLike={"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{MEMBER}:trail/*"},
                ),
            ],
            "the context of an organization trail names the management account",
            stuck,
        ),
        use(
            "denied",
            [
                root,
                encrypt,
                describe,
                deny("NoServices", "*", "kms:*", "*", Bool={"aws:PrincipalIsAWSService": "true"}),
            ],
            "services are denied",
            stuck,
            "evaluation",
        ),
        use(
            "denied-to-other-accounts",
            [
                root,
                encrypt,
                describe,
                deny(
                    "Others",
                    "*",
                    "kms:*",
                    "*",
                    StringNotEquals={"kms:CallerAccount": ARCHIVE},
                    Bool={"aws:PrincipalIsAWSService": "false"},
                ),
            ],
            "services are spared",
            works,
            "kms-conditions",
        ),
        use(
            "encrypt-only",
            [root, allow("Encrypt", service("cloudtrail"), "kms:GenerateDataKey*", "*")],
            "AWS asks for DescribeKey as well",
            {"rules": {USE: ["violated", "undecided"]}},
        ),
        use(
            "by-source-account",
            [
                root,
                allow(
                    "Use",
                    service("cloudtrail"),
                    ["kms:GenerateDataKey*", "kms:DescribeKey"],
                    "*",
                    StringEquals={"aws:SourceAccount": MANAGEMENT},
                ),
            ],
            "tied by the account",
            works,
            "confused-deputy",
        ),
        use(
            "untied",
            [root, allow("Use", service("cloudtrail"), ["kms:GenerateDataKey*", "kms:DescribeKey"], "*")],
            "wider than needed, and enough",
            {"rules": {USE: ["proved"]}, "exit": [0]},
        ),
        use(
            "resource-by-pattern",
            [
                root,
                {**encrypt, "Resource": f"arn:aws:kms:*:{ARCHIVE}:key/*"},
                {**describe, "Resource": f"arn:aws:kms:*:{ARCHIVE}:key/*"},
            ],
            "the pattern holds this key",
            works,
            "kms-policy",
        ),
        use(
            "disabled",
            [root, encrypt, describe],
            "a disabled key encrypts nothing",
            stuck,
            "kms-state",
            key_arguments={"is_enabled": False},
        ),
        use(
            "asymmetric",
            [root, encrypt, describe],
            "CloudTrail takes symmetric keys only",
            stuck,
            "key-policy",
            key_arguments={"customer_master_key_spec": "RSA_2048", "key_usage": "ENCRYPT_DECRYPT"},
        ),
        use(
            "signing",
            [root, encrypt, describe],
            "a key for signing encrypts nothing",
            stuck,
            "key-policy",
            key_arguments={"customer_master_key_spec": "ECC_NIST_P256", "key_usage": "SIGN_VERIFY"},
        ),
        use(
            "multi-region",
            [root, encrypt, describe],
            "a multi-region key in the bucket's region",
            works,
            "key-policy",
            key_arguments={"multi_region": True},
        ),
        use(
            "rotated",
            [root, encrypt, describe],
            "rotation changes nothing for CloudTrail",
            works,
            "key-policy",
            key_arguments={"enable_key_rotation": True, "deletion_window_in_days": 30},
        ),
    ]
