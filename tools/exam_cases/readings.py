"""What an input is made of: JSON syntax, files and modules that can or can't be read, literal ids, one account's trails."""

import json

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
    document,
    policy,
    service,
    tls,
)
from tools.exam_cases.case import ORGANIZATION as ID
from tools.exam_cases.stack import BUCKET_ARN, ORGANIZATION, Raw, Stack, encoded, stack

GOOD: dict[str, object] = {"exit": [0]}
BAD: dict[str, object] = {"exit_not": 0}
FOLDER = [".", "--management-account", MANAGEMENT, "--archive-account", ARCHIVE]
READ, PUBLIC = "members-cannot-read-logs", "logs-not-public"
OPENED = allow("OrgReads", "*", "s3:GetObject", f"{BUCKET_ARN}/*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})


def cases() -> list[Case]:
    return [*_json(), *_other_makers(), *_files(), *_literal(), *_one_account(), *_hidden()]


def _base(arn: str = BUCKET_ARN, organization: str = ORGANIZATION) -> list[object]:
    return [*cloudtrail(arn, organization=organization), tls(arn)]


def _json() -> list[Case]:
    """The whole stack in JSON syntax."""

    def resources(statements: list[object], **changed: object) -> dict[str, object]:
        return {
            "aws_organizations_organization": {
                "this": {"aws_service_access_principals": ["cloudtrail.amazonaws.com"], "feature_set": "ALL"}
            },
            "aws_s3_bucket": {"logs": {"bucket": "acme-org-logs", "provider": "aws.archive"}},
            "aws_s3_bucket_policy": {
                "logs": {
                    "bucket": "${aws_s3_bucket.logs.id}",
                    "provider": "aws.archive",
                    "policy": "${jsonencode(" + document(statements).strip() + ")}",
                }
            },
            "aws_cloudtrail": {
                "org": {
                    "name": "org",
                    "s3_bucket_name": "${aws_s3_bucket.logs.id}",
                    "is_organization_trail": True,
                    "is_multi_region_trail": True,
                    "enable_log_file_validation": True,
                    "depends_on": ["aws_organizations_organization.this", "aws_s3_bucket_policy.logs"],
                    **changed,
                }
            },
        }

    providers = {
        "aws": [
            {"region": "us-east-1"},
            {
                "alias": "archive",
                "region": "us-east-1",
                "assume_role": {"role_arn": f"arn:aws:iam::{ARCHIVE}:role/OrganizationAccountAccessRole"},
            },
        ]
    }

    def on(name: str, why: str, right: dict[str, object], told: dict[str, object], page: str = "organization") -> Case:
        return Case(
            f"json-{name}",
            why,
            page,
            {"main.tf.json": json.dumps({"provider": providers, **told}, indent=1) + "\n"},
            FOLDER,
            right,
        )

    open_ = {"exit": [1], "rules": {READ: ["violated"]}}
    listed = [
        {kind: [{name: [body]} for name, body in named.items()]}
        for kind, named in resources([*_base(), OPENED]).items()
    ]
    by_document = resources(_base())
    by_document["aws_s3_bucket_policy"] = {
        "logs": {
            "bucket": "${aws_s3_bucket.logs.id}",
            "provider": "aws.archive",
            "policy": "${data.aws_iam_policy_document.logs.json}",
        }
    }
    reading = {
        "sid": "Read",
        "actions": ["s3:GetObject"],
        "resources": ["${aws_s3_bucket.logs.arn}/*"],
        "principals": {"type": "AWS", "identifiers": ["*"]},
        "condition": {"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": [ORGANIZATION]},
    }
    inline = {"source_policy_documents": ["${jsonencode(" + document(_base()).strip() + ")}"], "statement": reading}
    selector = {"event_selector": {"for_each": ["ReadOnly"], "content": {"read_write_type": "${event_selector.value}"}}}
    return [
        on("whole-stack", "AWS's guide in JSON syntax", GOOD, {"resource": resources(_base())}),
        on("whole-stack-open", "the organization reads", open_, {"resource": resources([*_base(), OPENED])}),
        on("labels-in-lists", "labels and bodies in lists, as the syntax allows", open_, {"resource": listed}),
        on(
            "comments",
            "members named // are comments",
            GOOD,
            {"//": "the organization's trail", "resource": {"//": "all of it", **resources(_base())}},
        ),
        on(
            "document-object",
            "a statement as an object",
            open_,
            {"data": {"aws_iam_policy_document": {"logs": inline}}, "resource": by_document},
        ),
        on(
            "dynamic-selector",
            "a dynamic block: writes aren't logged",
            {"exit": [1], "rules": {"trail-logs-management-events": ["violated"]}},
            {"resource": resources(_base(), dynamic=selector)},
            "event-selector",
        ),
        on(
            "unordered",
            "the trail may be made before the policy",
            {"exit": [1], "rules": {"bucket-policy-before-trail": ["violated"]}},
            {"resource": resources(_base(), depends_on=["aws_organizations_organization.this"])},
        ),
    ]


def _other_makers() -> list[Case]:
    """The same bucket or trail by something else than the aws provider's own resource."""
    opened = [*_base(ARN, ID), allow("All", "*", "s3:GetObject", f"{ARN}/*", StringEquals={"aws:PrincipalOrgID": ID})]
    by_control = f'resource "aws_cloudcontrolapi_resource" "policy" {{\n  provider      = aws.archive\n  type_name     = "AWS::S3::BucketPolicy"\n  desired_state = jsonencode({{ Bucket = "acme-org-logs", PolicyDocument = {document(opened).strip()} }})\n}}\n'
    trail = 'resource "aws_cloudcontrolapi_resource" "trail" {\n  type_name     = "AWS::CloudTrail::Trail"\n  desired_state = jsonencode({ IsLogging = true, IsOrganizationTrail = true, S3BucketName = "acme-org-logs" })\n}\n'
    by_awscc = f'resource "awscc_s3_bucket_policy" "logs" {{\n  bucket          = "acme-org-logs"\n  policy_document = {encoded(opened)}\n}}\n'
    template = json.dumps(
        {
            "Resources": {
                "P": {
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {"Bucket": "acme-org-logs", "PolicyDocument": json.loads(document(opened))},
                }
            }
        }
    )
    by_stack = f'resource "aws_cloudformation_stack" "policy" {{\n  provider      = aws.archive\n  name          = "policy"\n  template_body = {json.dumps(template)}\n}}\n'
    set_ = f'resource "aws_cloudformation_stack_set" "trail" {{\n  name          = "trail"\n  template_body = {json.dumps(json.dumps({"Resources": {"T": {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True, "IsOrganizationTrail": True, "S3BucketName": "acme"}}}}))}\n}}\n'

    def on(name: str, why: str, more: str, right: dict[str, object], **changed: object) -> Case:
        return stack(f"unread-{name}", why, "cloudformation", Stack(more=more, **changed), **right)

    return [
        on(
            "policy-by-cloud-control",
            "the bucket's policy is also written through Cloud Control, and open",
            by_control,
            BAD,
        ),
        on("trail-by-cloud-control", "an organization trail made through Cloud Control", trail, BAD, without=["trail"]),
        on("policy-by-awscc", "the bucket's policy is also written by the awscc provider, and open", by_awscc, BAD),
        on("policy-by-cloudformation", "the bucket's policy is also written by a template, and open", by_stack, BAD),
        on("trail-by-stack-set", "a stack set makes organization trails", set_, BAD, without=["trail"]),
        on(
            "not-stack-of-another-bucket",
            "the template's policy is another bucket's",
            by_stack.replace("acme-org-logs", "acme-site"),
            GOOD,
        ),
    ]


def _files() -> list[Case]:
    """Modules and files."""
    plain = Stack().text()
    start = plain.index("  policy = jsonencode(")
    end = plain.index("\n}\n", start)

    def with_policy(
        name: str,
        why: str,
        expression: str,
        right: dict[str, object],
        more: str = "",
        page: str = "bucket-policy",
        **files: str,
    ) -> Case:
        text = plain[:start] + f"  policy = {expression}" + plain[end:] + more
        return Case(
            name,
            why,
            page,
            {"main.tf": text, **{key.replace("__", "."): value for key, value in files.items()}},
            FOLDER,
            right,
        )

    literal = document([*cloudtrail(ARN), tls()])
    module = 'module "trail" {\n  source  = "cloudposse/cloudtrail/aws"\n  version = "0.24.0"\n  name    = "org"\n  is_organization_trail = true\n  s3_bucket_name = aws_s3_bucket.logs.id\n}\n'
    local_module = 'module "trail" {\n  source = "./trail"\n  bucket = aws_s3_bucket_policy.logs.bucket\n  depends_on = [aws_organizations_organization.this]\n}\n'
    inner = 'variable "bucket" {}\n\nresource "aws_cloudtrail" "org" {\n  name                       = "org"\n  s3_bucket_name             = var.bucket\n  is_organization_trail      = true\n  is_multi_region_trail      = true\n  enable_log_file_validation = true\n}\n'
    without = Stack(without=["trail"]).text()
    arguments = ["--organization-id", ID]
    return [
        stack(
            "unread-module-not-there",
            "the module isn't here: what it makes can't be seen",
            "organization",
            Stack(without=["trail"], more=module),
            **BAD,
        ),
        Case(
            "quiet-stack-local-module",
            "the trail in a module of the same folder",
            "organization",
            {"main.tf": without + local_module, "trail/main.tf": inner},
            FOLDER,
            GOOD,
        ),
        Case(
            "order-local-module-unordered",
            "the module's trail may come before the bucket's policy",
            "organization-prepare",
            {
                "main.tf": without + local_module.replace("aws_s3_bucket_policy.logs.bucket", "aws_s3_bucket.logs.id"),
                "trail/main.tf": inner,
            },
            FOLDER,
            {"exit": [1], "rules": {"bucket-policy-before-trail": ["violated"]}},
        ),
        Case(
            "quiet-stack-policy-file",
            "the policy in a file beside",
            "bucket-policy",
            {
                "main.tf": plain[:start] + '  policy = file("${path.module}/policy.json")' + plain[end:],
                "policy.json": literal,
            },
            [*FOLDER, *arguments],
            GOOD,
        ),
        Case(
            "quiet-stack-policy-template",
            "the policy from a template",
            "bucket-policy",
            {
                "main.tf": plain[:start]
                + '  policy = templatefile("${path.module}/policy.tftpl", { bucket = aws_s3_bucket.logs.arn, organization = aws_organizations_organization.this.id })'
                + plain[end:],
                "policy.tftpl": document([*cloudtrail("${bucket}", organization="${organization}"), tls("${bucket}")]),
            },
            FOLDER,
            GOOD,
        ),
        with_policy(
            "unread-policy-by-http",
            "the policy comes from the web",
            "data.http.policy.response_body",
            BAD,
            'data "http" "policy" {\n  url = "https://acme.example/policy.json"\n}\n',
        ),
        with_policy(
            "unread-policy-by-program",
            "the policy comes from a program",
            'data.external.policy.result["policy"]',
            BAD,
            'data "external" "policy" {\n  program = ["./policy.sh"]\n}\n',
        ),
        with_policy(
            "unread-policy-of-another-state",
            "the policy comes from another stack's state",
            "data.terraform_remote_state.logs.outputs.policy",
            BAD,
            'data "terraform_remote_state" "logs" {\n  backend = "s3"\n  config = {\n    bucket = "acme-states"\n    key    = "logs"\n    region = "us-east-1"\n  }\n}\n',
        ),
        with_policy(
            "unread-policy-of-a-missing-file",
            "the file isn't there",
            'file("${path.module}/nowhere.json")',
            {"exit": [1, 2, 3]},
        ),
    ]


def _literal() -> list[Case]:
    def facts(
        statement: dict[str, object],
        name: str,
        why: str,
        right: dict[str, object],
        base: list[object] | None = None,
        organization: str | None = None,
    ) -> Case:
        one = policy(f"literal-{name}", [statement], why, "keys", base=base, **right)
        args = list(one.args)
        at = args.index("--organization-id")
        args[at : at + 2] = ["--organization-id", organization] if organization else []
        return Case(one.name, one.why, one.page, one.files, args, one.right)

    reads = allow("Org", "*", "s3:GetObject", f"{ARN}/*", StringEquals={"aws:PrincipalOrgID": ID})
    others = deny(
        "Others",
        "*",
        "s3:GetObject",
        f"{ARN}/*",
        StringNotEqualsIfExists={"aws:PrincipalOrgID": ID},
        BoolIfExists={"aws:PrincipalIsAWSService": "false"},
    )
    wide = [
        allow("Acl", service("cloudtrail"), "s3:GetBucketAcl", ARN, StringEquals={"aws:SourceArn": TRAIL}),
        allow("Put", service("cloudtrail"), "s3:PutObject", f"{ARN}/AWSLogs/*", StringEquals={"aws:SourceArn": TRAIL}),
    ]
    everybody = allow("All", "*", "s3:GetObject", f"{ARN}/*")
    write = "cloudtrail-can-write-logs"
    return [
        facts(
            reads,
            "ours",
            "the id is ours: members read, strangers don't",
            {"exit": [1], "rules": {READ: ["violated"], PUBLIC: ["proved"]}},
            wide,
            ID,
        ),
        facts(
            reads,
            "anothers",
            "the id is another's: its accounts read, members don't",
            {"exit": [1], "rules": {READ: ["proved"], PUBLIC: ["violated"]}},
            wide,
            "o-zzzz999999",
        ),
        facts(
            reads,
            "unknown",
            "whosever it is, somebody reads who must not",
            {"exit": [1], "rules": {PUBLIC: ["violated"]}},
            wide,
        ),
        facts(
            {**others, "Sid": "OthersOut"},
            "denied-unknown",
            "nothing is allowed to anybody: whose id it is doesn't matter",
            {"exit": [0], "rules": {READ: ["proved"], PUBLIC: ["proved"], write: ["proved"]}},
            wide,
        ),
        facts(
            everybody,
            "denied-but-for-it",
            "everybody of that organization reads, whosever it is",
            {"exit": [1], "rules": {PUBLIC: ["violated"]}},
            [*wide, others],
        ),
        facts(
            tls(),
            "path-unknown",
            "whether CloudTrail may write for our organization can't be said",
            {"exit": [3], "rules": {write: ["undecided"]}},
            cloudtrail(),
        ),
        facts(tls(), "path-ours", "the folder is ours", {"exit": [0], "rules": {write: ["proved"]}}, cloudtrail(), ID),
        facts(
            tls(),
            "path-anothers",
            "the folder is another organization's",
            {"exit": [1], "rules": {write: ["violated"]}},
            cloudtrail(),
            "o-zzzz999999",
        ),
    ]


def _one_account() -> list[Case]:
    mine = cloudtrail(BUCKET_ARN)[:2]
    trail = {"is_organization_trail": None, "depends_on": Raw("[aws_s3_bucket_policy.logs]")}

    def on(
        name: str, why: str, right: dict[str, object], statements: list[object] | None = None, **changed: object
    ) -> Case:
        what = Stack(
            base=mine,
            owner=MANAGEMENT,
            statements=statements or [],
            trail={**trail, **changed},
            without=["organization"],
        )
        return stack(f"one-account-{name}", why, "bucket-policy", what, **right)

    bare = [*cloudtrail()[:2], tls()]
    public = allow("All", "*", "s3:GetObject", f"{BUCKET_ARN}/*")
    return [
        on("plain", "a trail of one account", GOOD),
        on("said-in-words", "is_organization_trail is false", GOOD, is_organization_trail=False),
        on("public", "everybody reads the bucket", {"exit_not": 0}, [public]),
        on(
            "read-by-itself",
            "the account's own analysts read",
            GOOD,
            [allow("Own", {"AWS": f"arn:aws:iam::{MANAGEMENT}:role/analyst"}, "s3:GetObject", f"{BUCKET_ARN}/*")],
        ),
        policy(
            "one-account-bucket-alone",
            [],
            "only one account's folder is allowed: whether an organization's trail writes here isn't shown",
            "bucket-policy",
            base=bare,
            rules={"cloudtrail-can-write-logs": ["undecided"]},
        ),
        policy(
            "one-account-bucket-said",
            [],
            "it is said that this bucket is for one account's trail",
            "bucket-policy",
            base=bare,
            more=["--one-account"],
            exit=[0],
        ),
    ]


def _hidden() -> list[Case]:
    """What is marked sensitive isn't printed."""
    variable = 'variable "reader" {\n  type      = string\n  sensitive = true\n  default   = "arn:aws:iam::%s:role/hidden-reader"\n}\n'
    reads = allow("Hidden", {"AWS": "${var.reader}"}, "s3:GetObject", f"{BUCKET_ARN}/*")
    return [
        stack(
            "sensitive-reader-of-a-stranger",
            "the finding is told, the value isn't",
            "principal",
            Stack(statements=[reads], more=variable % STRANGER),
            exit_not=0,
            says_not=["hidden-reader"],
        ),
        stack(
            "sensitive-reader-of-the-owner",
            "a role of the owner, whose name stays hidden",
            "principal",
            Stack(statements=[reads], more=variable % ARCHIVE),
            exit=[0, 3],
            says_not=["hidden-reader"],
        ),
        stack(
            "sensitive-variable-elsewhere",
            "a hidden value of another resource hides nothing of the bucket's",
            "principal",
            Stack(
                statements=[OPENED],
                more=variable % MEMBER
                + 'resource "aws_ssm_parameter" "reader" {\n  name  = "reader"\n  type  = "SecureString"\n  value = var.reader\n}\n',
            ),
            exit=[1],
            says=["s3:GetObject"],
            says_not=["hidden-reader"],
        ),
    ]
