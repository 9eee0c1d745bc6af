"""How a stack is written: two resources for one thing, counts, names that don't meet, variables, overrides."""

from tools.exam_cases.case import (
    ARCHIVE,
    ARN,
    MANAGEMENT,
    MEMBER,
    STRANGER,
    TRAIL,
    Case,
    allow,
    cloudtrail,
    deny,
    policy,
    service,
    tls,
)
from tools.exam_cases.case import ORGANIZATION as ID
from tools.exam_cases.stack import BUCKET_ARN, ORGANIZATION, Raw, Stack, encoded, stack

GOOD: dict[str, object] = {"exit": [0]}
BAD: dict[str, object] = {"exit_not": 0}
OPENED = allow("OrgReads", "*", "s3:GetObject", f"{BUCKET_ARN}/*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})


def cases() -> list[Case]:
    return [*_twice(), *_not_meeting(), *_chosen(), *_conditions(), *_documents()]


def _base() -> list[object]:
    return [*cloudtrail(BUCKET_ARN, organization=ORGANIZATION), tls(BUCKET_ARN)]


def _twice() -> list[Case]:
    def second(statements: list[object], provider: str = "  provider = aws.archive\n") -> str:
        return f'resource "aws_s3_bucket_policy" "second" {{\n{provider}  bucket = aws_s3_bucket.logs.id\n  policy = {encoded(statements)}\n}}\n'

    inline = stack(
        "written-inline-policy-beside",
        "the bucket's own argument and a resource write the policy, one of them open",
        "bucket-policy-limits",
        Stack(),
        **BAD,
    )
    text = inline.files["main.tf"].replace(
        '  bucket = "acme-org-logs"\n',
        f'  bucket = "acme-org-logs"\n  policy = {encoded([*cloudtrail(ARN), allow("All", "*", "s3:GetObject", f"{ARN}/*", StringEquals={"aws:PrincipalOrgID": ID})])}\n',
        1,
    )
    return [
        stack(
            "written-two-policies",
            "two resources write the bucket's policy, one of them open: which one stays can't be said",
            "bucket-policy-limits",
            Stack(more=second([*_base(), OPENED])),
            **BAD,
        ),
        stack(
            "written-two-policies-both-open",
            "whichever stays is open",
            "bucket-policy-limits",
            Stack(statements=[OPENED], more=second([*_base(), OPENED])),
            **BAD,
        ),
        Case(inline.name, inline.why, inline.page, {"main.tf": text}, inline.args, inline.right),
        Case(
            "written-policy-from-another-account",
            "only the owner's account may put the policy: the management account is refused",
            "cross-account",
            {
                "main.tf": Stack()
                .text()
                .replace(
                    '"aws_s3_bucket_policy" "logs" {\n  provider = aws.archive\n', '"aws_s3_bucket_policy" "logs" {\n'
                )
            },
            [".", "--management-account", MANAGEMENT, "--archive-account", ARCHIVE],
            BAD,
        ),
    ]


def _not_meeting() -> list[Case]:
    write = "cloudtrail-can-write-logs"
    stuck = {"exit": [1], "rules": {write: ["violated"]}}

    def tied(arn: str) -> list[object]:
        return cloudtrail(BUCKET_ARN, trail=arn, organization=ORGANIZATION)

    return [
        stack(
            "written-source-arn-of-another-name",
            "the policy names another trail",
            "bucket-policy",
            Stack(base=tied(TRAIL.replace("/org", "/organization"))),
            **stuck,
        ),
        stack(
            "written-source-arn-of-another-region",
            "the policy names the trail in another region",
            "bucket-policy",
            Stack(base=tied(TRAIL.replace("us-east-1", "eu-west-1"))),
            **stuck,
        ),
        stack(
            "written-source-arn-of-another-account",
            "the trail is the management account's, not the archive's",
            "bucket-policy",
            Stack(
                base=[
                    {**one, "Condition": {"StringEquals": {"aws:SourceArn": TRAIL.replace(MANAGEMENT, ARCHIVE)}}}
                    for one in cloudtrail(BUCKET_ARN, organization=ORGANIZATION)
                ]
            ),
            **stuck,
        ),
        stack(
            "written-source-arn-by-reference",
            "the policy names the trail by its parts",
            "bucket-policy",
            Stack(base=tied(TRAIL)),
            **GOOD,
        ),
        stack(
            "written-prefix-missing-in-policy",
            "the trail writes under a prefix that the policy doesn't know",
            "bucket-policy",
            Stack(trail={"s3_key_prefix": "trail"}),
            **stuck,
        ),
        stack(
            "written-prefix-missing-in-trail",
            "the policy knows a prefix that the trail hasn't",
            "bucket-policy",
            Stack(base=cloudtrail(BUCKET_ARN, organization=ORGANIZATION, prefix="trail/")),
            **stuck,
        ),
        stack(
            "written-another-bucket-name",
            "the trail names a bucket that isn't here",
            "bucket-policy",
            Stack(trail={"s3_bucket_name": "acme-organization-logs"}),
            **BAD,
        ),
        stack(
            "written-trail-of-a-member",
            "a member that administers nothing makes the trail",
            "organization",
            Stack(trail={"provider": Raw("aws.archive")}),
            exit=[1],
            rules={"trail-in-management-account": ["violated"]},
        ),
        stack(
            "written-other-organization",
            "a literal id, which may be another organization's",
            "organization",
            Stack(base=cloudtrail(BUCKET_ARN, organization="o-zzzz999999")),
            exit_not=0,
            rules={write: ["violated", "undecided"]},
        ),
    ]


def _chosen() -> list[Case]:
    """Counts and variables."""

    def changed(
        name: str,
        why: str,
        right: dict[str, object],
        *swaps: tuple[str, str],
        what: Stack | None = None,
        more: tuple[str, ...] = (),
    ) -> Case:
        text = (what or Stack()).text()
        for old, new in swaps:
            assert old in text, old
            text = text.replace(old, new, 1)
        return Case(
            f"written-{name}",
            why,
            "bucket-policy",
            {"main.tf": text},
            [".", "--management-account", MANAGEMENT, "--archive-account", ARCHIVE, *more],
            right,
        )

    reader = {
        "Sid": "Reader",
        "Effect": "Allow",
        "Principal": {"AWS": "${var.reader}"},
        "Action": "s3:GetObject",
        "Resource": f"{BUCKET_ARN}/*",
    }
    policy_head = 'resource "aws_s3_bucket_policy" "logs" {\n'
    variable = 'variable "reader" {\n  type = string\n%s}\n'
    depends = ", aws_s3_bucket_policy.logs"
    return [
        changed(
            "policy-counted-away",
            "count is 0: the bucket gets no policy",
            {"exit": [1, 3]},
            (policy_head, policy_head + "  count = 0\n"),
        ),
        changed("policy-counted", "count is 1", GOOD, (policy_head, policy_head + "  count = 1\n")),
        changed(
            "policy-by-a-switch",
            "a variable that is true",
            GOOD,
            (policy_head, policy_head + "  count = var.enabled ? 1 : 0\n"),
            what=Stack(more='variable "enabled" {\n  default = true\n}\n'),
        ),
        changed(
            "policy-by-a-switch-turned",
            "the variable is given as false",
            {"exit": [1, 3]},
            (policy_head, policy_head + "  count = var.enabled ? 1 : 0\n"),
            what=Stack(more='variable "enabled" {\n  default = true\n}\n'),
            more=("--var", "enabled=false"),
        ),
        changed(
            "reader-without-a-value",
            "whom the variable names isn't shown",
            BAD,
            what=Stack(statements=[reader], more=variable % ""),
        ),
        changed(
            "reader-by-default",
            "the variable names a role of the owner's",
            GOOD,
            what=Stack(statements=[reader], more=variable % f'  default = "arn:aws:iam::{ARCHIVE}:role/analyst"\n'),
        ),
        changed(
            "reader-by-option",
            "the option names a stranger",
            {"exit": [1]},
            what=Stack(statements=[reader], more=variable % f'  default = "arn:aws:iam::{ARCHIVE}:role/analyst"\n'),
            more=("--var", f"reader=arn:aws:iam::{STRANGER}:root"),
        ),
        Case(
            "written-override",
            "an override file opens the policy",
            "bucket-policy",
            {
                "main.tf": Stack().text(),
                "main_override.tf": f'resource "aws_s3_bucket_policy" "logs" {{\n  policy = {encoded([*_base(), OPENED])}\n}}\n',
            },
            [".", "--management-account", MANAGEMENT, "--archive-account", ARCHIVE],
            {"exit": [1], "rules": {"members-cannot-read-logs": ["violated"]}},
        ),
        changed(
            "provisioner-puts-a-policy",
            "a command puts another policy in the end",
            BAD,
            what=Stack(
                more='resource "terraform_data" "policy" {\n  provisioner "local-exec" {\n    command = "aws s3api put-bucket-policy --bucket acme-org-logs --policy file://open.json"\n  }\n}\n'
            ),
        ),
        changed(
            "trail-orders-by-reference",
            "the trail follows the policy by a reference",
            GOOD,
            (depends, ""),
            ("s3_bucket_name = aws_s3_bucket.logs.id", "s3_bucket_name = aws_s3_bucket_policy.logs.bucket"),
        ),
    ]


def _conditions() -> list[Case]:
    """More that a statement may say."""
    read, public = "members-cannot-read-logs", "logs-not-public"
    org = {"aws:PrincipalOrgID": ID}
    shut, members = (
        {"exit": [0], "rules": {read: ["proved"], public: ["proved"]}},
        {"exit": [1], "rules": {read: ["violated"]}},
    )
    objects = f"{ARN}/*"

    def on(name: str, statement: dict[str, object], why: str, right: dict[str, object], page: str) -> Case:
        return policy(f"outsider-{name}", [statement], why, page, **right)

    def allow_not(**members_: object) -> dict[str, object]:
        return {"Sid": "Most", "Effect": "Allow", "Principal": "*", **members_, "Condition": {"StringEquals": org}}

    return [
        on(
            "all-actions-but-put",
            allow_not(NotAction="s3:PutObject", Resource=objects),
            "everything but putting: reading, too",
            members,
            "notaction",
        ),
        on(
            "all-actions-but-s3",
            allow_not(NotAction="s3:*", Resource=objects),
            "nothing of S3",
            {"rules": {read: ["proved", "undecided"]}},
            "notaction",
        ),
        on(
            "all-resources-but-logs",
            allow_not(Action="s3:GetObject", NotResource=[ARN, f"{ARN}/AWSLogs/*"]),
            "everything but the logs",
            {"rules": {read: ["proved"]}},
            "notresource",
        ),
        on(
            "all-resources-but-a-site",
            allow_not(Action="s3:GetObject", NotResource=[ARN, f"{ARN}/site/*"]),
            "the logs aren't spared",
            {"rules": {read: ["violated"]}},
            "notresource",
        ),
        on(
            "in-some-organization",
            allow("Any", "*", "s3:GetObject", objects, Null={"aws:PrincipalOrgID": "false"}),
            "whoever is of an organization, ours or another",
            {"exit": [1]},
            "operators",
        ),
        on(
            "two-organizations",
            allow("Two", "*", "s3:GetObject", objects, StringEquals={"aws:PrincipalOrgID": [ID, "o-partner1234"]}),
            "ours and another's",
            {"exit": [1], "rules": {read: ["violated"], public: ["violated"]}},
            "keys",
        ),
        on(
            "another-organization",
            allow("One", "*", "s3:GetObject", objects, StringEquals={"aws:PrincipalOrgID": "o-partner1234"}),
            "another's",
            {"exit": [1], "rules": {public: ["violated"], read: ["proved"]}},
            "keys",
        ),
        on(
            "organization-ignoring-case",
            allow("Case", "*", "s3:GetObject", objects, StringEqualsIgnoreCase={"aws:PrincipalOrgID": ID.upper()}),
            "the id without its case is ours",
            members,
            "operators",
        ),
        on(
            "organization-with-case",
            allow("Case", "*", "s3:GetObject", objects, StringEquals={"aws:PrincipalOrgID": ID.upper()}),
            "ids are in lower case: nobody",
            shut,
            "operators",
        ),
        on(
            "not-this-role",
            allow(
                "Others",
                "*",
                "s3:GetObject",
                objects,
                ArnNotLike={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:role/*"},
            ),
            "everybody but the owner's roles, the anonymous too",
            {"exit": [1]},
            "operators",
        ),
        on(
            "lists-a-site",
            allow("Lists", "*", "s3:ListBucket", ARN, StringEquals=org, StringLike={"s3:prefix": "site/*"}),
            "what is listed begins with site/",
            {"rules": {read: ["proved", "undecided"]}},
            "s3-conditions",
        ),
        on(
            "lists-the-logs",
            allow("Lists", "*", "s3:ListBucket", ARN, StringEquals=org, StringLike={"s3:prefix": "AWSLogs/*"}),
            "what is listed are the logs",
            members,
            "s3-conditions",
        ),
        on(
            "lists-a-few",
            allow("Lists", "*", "s3:ListBucket", ARN, StringEquals=org, NumericLessThanEquals={"s3:max-keys": "10"}),
            "ten at a time",
            members,
            "s3-conditions",
        ),
        on(
            "one-version",
            allow("Version", "*", "s3:GetObjectVersion", objects, StringEquals={**org, "s3:VersionId": "AaHcTmpVqFhQ"}),
            "whoever knows a version's id; whether a log has it can't be said",
            {"exit_not": 0},
            "s3-conditions",
        ),
        on(
            "attributes",
            allow("Attributes", "*", "s3:GetObjectAttributes", objects, StringEquals=org),
            "sizes and checksums of the logs",
            members,
            "s3-actions",
        ),
        on(
            "restores",
            allow("Restore", "*", "s3:RestoreObject", objects, StringEquals=org),
            "restoring a copy isn't reading it, but costs and changes",
            {"rules": {public: ["proved"]}},
            "s3-actions",
        ),
        on(
            "bucket-location",
            allow("Where", "*", ["s3:GetBucketLocation", "s3:GetBucketVersioning"], ARN, StringEquals=org),
            "where the bucket is tells nothing of the logs",
            shut,
            "s3-actions",
        ),
        on(
            "denied-by-key-that-may-be-missing",
            {
                "Sid": "D",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": objects,
                "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
            },
            "CloudTrail comes through no endpoint of ours: the Deny stops it",
            {"exit": [1], "rules": {"cloudtrail-can-write-logs": ["violated"]}},
            "vpc-endpoints",
        ),
        on(
            "mfa-deletion",
            deny("Mfa", "*", "s3:DeleteObject", objects, Null={"aws:MultiFactorAuthAge": "true"}),
            "deletion without MFA is denied, and nothing allows it",
            shut,
            "mfa",
        ),
    ]


def _documents() -> list[Case]:
    def text(name: str, why: str, right: dict[str, object], content: str) -> Case:
        args = [
            "policy.json",
            "--bucket",
            "acme-org-logs",
            "--management-account",
            MANAGEMENT,
            "--archive-account",
            ARCHIVE,
            "--organization-id",
            ID,
            "--assume-trusted-access",
            "elsewhere",
        ]
        return Case(f"unread-{name}", why, "condition", {"policy.json": content}, args, right)

    twice = """{"Version": "2012-10-17", "Statement": [
 {"Sid": "Acl", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::acme-org-logs"},
 {"Sid": "Put", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-org-logs/AWSLogs/*"},
 {"Sid": "Read", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-org-logs/*",
  "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcd123456"}},
  "Condition": {"StringEquals": {"aws:PrincipalAccount": "222222222222"}}}
]}
"""
    reads = '{"Sid": "Read", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-org-logs/*"}'
    statements = f'{{"Version": "2012-10-17", "Statement": [{reads}], "Statement": []}}\n'
    refused = {"exit": [1, 2, 3]}
    return [
        text("condition-twice", "a member stands twice: AWS takes no such document", refused, twice),
        text("statement-twice", "a member stands twice: AWS takes no such document", refused, statements),
        text("not-json", "this is no JSON", refused, '{"Version": "2012-10-17", "Statement": [\n'),
        text("empty-statements", "CloudTrail may do nothing", refused, '{"Version": "2012-10-17", "Statement": []}\n'),
        stack(
            "written-member-named-by-account-resource",
            "an account that the organization's stack makes: a member, unless it is the archive's",
            "organization",
            Stack(
                statements=[
                    allow(
                        "Member",
                        {"AWS": "arn:aws:iam::${aws_organizations_account.work.id}:root"},
                        "s3:GetObject",
                        f"{BUCKET_ARN}/*",
                    )
                ],
                more='resource "aws_organizations_account" "work" {\n  name  = "work"\n  email = "work@acme.example"\n}\n',
            ),
            exit_not=0,
            rules={"members-cannot-read-logs": ["violated", "undecided"]},
        ),
        stack(
            "written-service-by-list",
            "a list of services that may check the ACL",
            "bucket-policy",
            Stack(
                statements=[
                    allow(
                        "Acl",
                        {"Service": ["config.amazonaws.com", "delivery.logs.amazonaws.com"]},
                        "s3:GetBucketAcl",
                        BUCKET_ARN,
                    ),
                    allow("One", service("config"), "s3:PutObject", f"{BUCKET_ARN}/AWSLogs/{MEMBER}/Config/*"),
                ]
            ),
            **GOOD,
        ),
    ]
