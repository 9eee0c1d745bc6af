"""Ways round the bucket policy: ACLs, access points, grants, keys' replicas, linked log groups, chains of roles."""

from tools.exam_cases.case import ARCHIVE, MANAGEMENT, MEMBER, STRANGER, Case, allow, service
from tools.exam_cases.stack import BUCKET_ARN, ORGANIZATION, Raw, Stack, encoded, key_statements, stack

GOOD: dict[str, object] = {"exit": [0]}
OPEN: dict[str, object] = {"exit": [1]}
BAD: dict[str, object] = {"exit_not": 0}


def cases() -> list[Case]:
    return [*_acls(), *_access_points(), *_keys(), *_copies(), *_chains()]


def _acls() -> list[Case]:
    acl = """
    resource "aws_s3_bucket_acl" "logs" {
      provider   = aws.archive
      bucket     = aws_s3_bucket.logs.id
      acl        = "%s"
      depends_on = [aws_s3_bucket_ownership_controls.logs]
    }
    """
    preferred = ("BucketOwnerEnforced", "BucketOwnerPreferred")
    let = {
        "block_public_acls": False,
        "ignore_public_acls": False,
        "block_public_policy": True,
        "restrict_public_buckets": True,
    }

    def on(
        name: str,
        which: str,
        why: str,
        right: dict[str, object],
        block: dict[str, object] | None = let,
        swap: bool = True,
    ) -> Case:
        one = stack(f"route-acl-{name}", why, "acl", Stack(more=acl % which, block=block), **right)
        text = one.files["main.tf"].replace(*preferred) if swap else one.files["main.tf"]
        return Case(one.name, one.why, one.page, {"main.tf": text}, one.args, one.right)

    return [
        on("public-read", "public-read", "the ACL lets everybody list the bucket", OPEN),
        on("authenticated-read", "authenticated-read", "the ACL lets every AWS account list the bucket", OPEN),
        on("private", "private", "the ACL lets nobody else in", GOOD),
        on("log-delivery", "log-delivery-write", "S3's log delivery may write; nobody reads", GOOD),
        on(
            "public-ignored",
            "public-read",
            "the block ignores public ACLs",
            {"exit": [0, 3]},
            {**let, "ignore_public_acls": True},
        ),
    ]


def _access_points() -> list[Case]:
    delegated = allow(
        "Points", {"AWS": "*"}, "s3:GetObject", f"{BUCKET_ARN}/*", StringEquals={"s3:DataAccessPointAccount": ARCHIVE}
    )

    def point(statements: list[object]) -> str:
        policy = f"  policy   = {encoded(statements)}\n" if statements else ""
        return f'resource "aws_s3_access_point" "logs" {{\n  provider = aws.archive\n  bucket   = aws_s3_bucket.logs.id\n  name     = "logs"\n{policy}}}\n'

    objects = f"arn:aws:s3:us-east-1:{ARCHIVE}:accesspoint/logs/object/*"
    org = allow("Org", {"AWS": "*"}, "s3:GetObject", objects, StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    own = allow("Own", {"AWS": f"arn:aws:iam::{ARCHIVE}:role/analyst"}, "s3:GetObject", objects)

    def on(name: str, statements: list[object], delegates: bool, why: str, right: dict[str, object]) -> Case:
        block = {
            "block_public_acls": True,
            "ignore_public_acls": True,
            "block_public_policy": False,
            "restrict_public_buckets": False,
        }
        return stack(
            f"route-access-point-{name}",
            why,
            "access-points",
            Stack(statements=[delegated] if delegates else [], more=point(statements), block=block),
            **right,
        )

    return [
        on(
            "of-the-organization",
            [org],
            True,
            "the bucket leaves it to access points, and this one lets members read",
            OPEN,
        ),
        on(
            "of-the-owner",
            [own],
            True,
            "the bucket leaves it to access points, and this one lets the owner read; another may be made",
            {"exit": [0, 3]},
        ),
        on("not-delegated", [own], False, "a role of the owner reads through the access point", GOOD),
        on(
            "not-delegated-to-members", [org], False, "the bucket policy must allow the members, too, and doesn't", GOOD
        ),
        on("without-a-policy", [], False, "an access point without a policy lets nobody else in", GOOD),
    ]


def _keys() -> list[Case]:
    def replica(statements: list[object]) -> str:
        return f"""
provider "aws" {{
  alias  = "west"
  region = "us-west-2"
  assume_role {{
    role_arn = "arn:aws:iam::{ARCHIVE}:role/OrganizationAccountAccessRole"
  }}
}}

resource "aws_kms_replica_key" "west" {{
  provider        = aws.west
  primary_key_arn = aws_kms_key.logs.arn
  policy          = {encoded(statements)}
}}
"""

    opened = allow("Org", "*", "kms:Decrypt", "*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    multi = {"multi_region": True}
    grant = 'resource "aws_kms_grant" "reader" {\n  provider          = aws.archive\n  name              = "reader"\n  key_id            = aws_kms_key.logs.key_id\n  grantee_principal = "arn:aws:iam::%s:role/reader"\n  operations        = [%s]\n}\n'
    second = f'resource "aws_kms_key_policy" "logs" {{\n  provider = aws.archive\n  key_id   = aws_kms_key.logs.id\n  policy   = {encoded([*key_statements(), opened])}\n}}\n'
    by_alias = 'resource "aws_kms_alias" "logs" {\n  provider      = aws.archive\n  name          = "alias/org-logs"\n  target_key_id = aws_kms_key.logs.id\n}\n'
    key = key_statements()
    return [
        stack(
            "decrypt-replica-open",
            "a replica of a multi-region key decrypts what the first one encrypted, under its own policy",
            "multi-region-keys",
            Stack(key=key, key_arguments=multi, more=replica([*key, opened])),
            **BAD,
        ),
        stack(
            "decrypt-replica-closed",
            "the replica's policy is as closed as the first one's",
            "multi-region-keys",
            Stack(key=key, key_arguments=multi, more=replica(key)),
            **GOOD,
        ),
        stack(
            "decrypt-granted-to-a-member",
            "a grant lets a member's role decrypt",
            "grants",
            Stack(key=key, more=grant % (MEMBER, '"Decrypt"')),
            **OPEN,
        ),
        stack(
            "decrypt-granted-to-the-owner",
            "a grant for the owner's role",
            "grants",
            Stack(key=key, more=grant % (ARCHIVE, '"Decrypt"')),
            **GOOD,
        ),
        stack(
            "decrypt-granted-encryption",
            "a grant to encrypt only",
            "grants",
            Stack(key=key, more=grant % (MEMBER, '"Encrypt", "DescribeKey"')),
            **GOOD,
        ),
        stack(
            "decrypt-two-policies",
            "two resources write the key's policy, one of them open: which one stays can't be said",
            "kms-policy",
            Stack(key=key, more=second),
            **BAD,
        ),
        stack(
            "decrypt-by-alias",
            "the trail names the key by its alias's ARN",
            "key-policy",
            Stack(key=key, trail={"kms_key_id": Raw("aws_kms_alias.logs.arn")}, more=by_alias),
            **GOOD,
        ),
        stack(
            "delivery-default-encryption-with-a-closed-key",
            "the bucket encrypts with a key that CloudTrail may not use",
            "bucket-key",
            Stack(
                more=f"""
resource "aws_kms_key" "bucket" {{
  provider = aws.archive
  policy   = {encoded(key_statements()[:1])}
}}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {{
  provider = aws.archive
  bucket   = aws_s3_bucket.logs.id
  rule {{
    apply_server_side_encryption_by_default {{
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.bucket.arn
    }}
  }}
}}
"""
            ),
            **BAD,
        ),
        stack(
            "delivery-default-encryption-of-s3",
            "the bucket encrypts with S3's own keys",
            "bucket-key",
            Stack(
                more='resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {\n  provider = aws.archive\n  bucket   = aws_s3_bucket.logs.id\n  rule {\n    apply_server_side_encryption_by_default {\n      sse_algorithm = "AES256"\n    }\n  }\n}\n'
            ),
            **GOOD,
        ),
        stack(
            "delivery-requester-pays",
            "CloudTrail can't write to a Requester Pays bucket",
            "bucket-policy",
            Stack(
                more='resource "aws_s3_bucket_request_payment_configuration" "logs" {\n  provider = aws.archive\n  bucket   = aws_s3_bucket.logs.id\n  payer    = "Requester"\n}\n'
            ),
            **BAD,
        ),
        stack(
            "delivery-owner-pays",
            "the owner pays, as ever",
            "bucket-policy",
            Stack(
                more='resource "aws_s3_bucket_request_payment_configuration" "logs" {\n  provider = aws.archive\n  bucket   = aws_s3_bucket.logs.id\n  payer    = "BucketOwner"\n}\n'
            ),
            **GOOD,
        ),
    ]


def _copies() -> list[Case]:
    topic = """
resource "aws_sns_topic" "logs" {
  provider = aws.archive
  name     = "log-files"
}

resource "aws_sns_topic_policy" "logs" {
  provider = aws.archive
  arn      = aws_sns_topic.logs.arn
  policy   = %s
}

resource "aws_s3_bucket_notification" "logs" {
  provider = aws.archive
  bucket   = aws_s3_bucket.logs.id
  topic {
    topic_arn = aws_sns_topic.logs.arn
    events    = ["s3:ObjectCreated:*"]
  }
  depends_on = [aws_sns_topic_policy.logs]
}
"""
    arn = "${aws_sns_topic.logs.arn}"
    publish = allow(
        "S3",
        service("s3"),
        "SNS:Publish",
        arn,
        StringEquals={"aws:SourceAccount": ARCHIVE},
        ArnLike={"aws:SourceArn": BUCKET_ARN},
    )
    subscribe = allow("Org", "*", ["SNS:Subscribe"], arn, StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    own = allow("Own", {"AWS": f"arn:aws:iam::{ARCHIVE}:root"}, ["SNS:Subscribe"], arn)
    return [
        stack(
            "route-notifications-closed",
            "notifications to the owner's topic",
            "sns",
            Stack(more=topic % encoded([publish, own])),
            **GOOD,
        ),
        stack(
            "route-notifications-to-members",
            "members subscribe to the names of the log files",
            "sns",
            Stack(more=topic % encoded([publish, subscribe])),
            rules={"notifications-not-open-to-members": ["violated"]},
        ),
    ]


def _chains() -> list[Case]:
    def role(
        name: str, who: dict[str, object], action: object, resource: object, **condition: dict[str, object]
    ) -> str:
        verb = "sts:AssumeRoleWithWebIdentity" if "Federated" in who else "sts:AssumeRole"
        trust = allow("Trust", who, verb, None, **condition)
        del trust["Resource"]
        may = {"Sid": "May", "Effect": "Allow", "Action": action, "Resource": resource}
        return f"""
resource "aws_iam_role" "{name}" {{
  provider           = aws.archive
  name               = "{name}"
  assume_role_policy = {encoded([trust])}
}}

resource "aws_iam_role_policy" "{name}" {{
  provider = aws.archive
  name     = "may"
  role     = aws_iam_role.{name}.id
  policy   = {encoded([may])}
}}
"""

    objects = f"{BUCKET_ARN}/*"
    member, own = {"AWS": f"arn:aws:iam::{MEMBER}:root"}, {"AWS": f"arn:aws:iam::{ARCHIVE}:root"}
    reader = role("reader", own, "s3:GetObject", objects)
    repository = {"Federated": f"arn:aws:iam::{ARCHIVE}:oidc-provider/token.actions.githubusercontent.com"}
    audience = {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
    sub = "token.actions.githubusercontent.com:sub"
    managed = """
resource "aws_iam_role" "auditor" {
  provider           = aws.archive
  name               = "auditor"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::%s:root" }, Action = "sts:AssumeRole" }] })
}

resource "aws_iam_role_policy_attachment" "auditor" {
  provider   = aws.archive
  role       = aws_iam_role.auditor.name
  policy_arn = "arn:aws:iam::aws:policy/%s"
}
"""

    def on(name: str, more: str, why: str, right: dict[str, object], *options: str) -> Case:
        return stack(f"role-{name}", why, "roles", Stack(more=more), options=options, **right)

    return [
        on(
            "chained",
            role("hop", member, "sts:AssumeRole", "${aws_iam_role.reader.arn}") + reader,
            "a member assumes a role of the owner's, which assumes the reader",
            BAD,
        ),
        on("not-chained", role("hop", member, "ec2:Describe*", "*") + reader, "the member's role can't go on", GOOD),
        on(
            "for-any-repository",
            role("ci", repository, "s3:GetObject", objects, StringEquals=audience),
            "every repository of GitHub gets that token",
            BAD,
        ),
        on(
            "for-one-repository",
            role(
                "ci",
                repository,
                "s3:GetObject",
                objects,
                StringEquals={**audience, sub: "repo:acme/security:ref:refs/heads/main"},
            ),
            "one repository's main branch",
            GOOD,
        ),
        on(
            "for-anybody-with-an-external-id",
            role("vendor", {"AWS": "*"}, "s3:GetObject", objects, StringEquals={"sts:ExternalId": "4711"}),
            "an external id is no secret",
            BAD,
        ),
        on(
            "for-a-vendor",
            role(
                "vendor",
                {"AWS": f"arn:aws:iam::{STRANGER}:root"},
                "s3:GetObject",
                objects,
                StringEquals={"sts:ExternalId": "4711"},
            ),
            "an account that nobody says may read",
            BAD,
        ),
        on(
            "for-a-trusted-vendor",
            role(
                "vendor",
                {"AWS": f"arn:aws:iam::{STRANGER}:root"},
                "s3:GetObject",
                objects,
                StringEquals={"sts:ExternalId": "4711"},
            ),
            "an account that may read",
            GOOD,
            "--trusted-account",
            STRANGER,
        ),
        on("with-read-only-access", managed % (MEMBER, "ReadOnlyAccess"), "AWS's ReadOnlyAccess holds s3:Get*", OPEN),
        on("with-s3-read-only", managed % (MEMBER, "AmazonS3ReadOnlyAccess"), "AWS's AmazonS3ReadOnlyAccess", OPEN),
        on("with-security-audit", managed % (MEMBER, "AmazonEC2ReadOnlyAccess"), "EC2's data alone", GOOD),
        on("of-management", managed % (MANAGEMENT, "ReadOnlyAccess"), "the management account may read", GOOD),
    ]
