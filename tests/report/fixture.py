"""One set of results that feeds the tests of every format: each verdict, each kind of witness, each suppression."""

from orgtrail.results import (
    AccessCell,
    AccessChange,
    AccessRow,
    AccessTable,
    Diagram,
    DiagramEdge,
    DiagramNode,
    FactWitness,
    Fix,
    Input,
    Notice,
    OpenBefore,
    OrderWitness,
    Place,
    PolicyText,
    Report,
    RequestWitness,
    Result,
    StatementText,
    Suppression,
    View,
)
from orgtrail.values import Cause

READ = RequestWitness(
    principal="arn:aws:iam::222222222222:role/any",
    account="222222222222",
    action="s3:GetObject",
    resource="arn:aws:s3:::acme-org-trail-logs/AWSLogs/o-abcd123456/222222222222/CloudTrail/x",
    context={"aws:PrincipalOrgID": "o-abcd123456", "aws:PrincipalOrgPaths": ["o-abcd123456/r-ab12/"]},
    allowed_by=("OrganizationReads",),
    not_denied_by=("TlsOnly", "Statement[4]"),
)

RESULTS = (
    Result(
        rule="members-cannot-read-logs",
        verdict="violated",
        severity="error",
        input="plan.json",
        address="module.log_bucket.aws_s3_bucket_policy.this",
        message="account 222222222222 of the organization may call s3:GetObject on the trail's objects",
        location=Place("log_bucket/main.tf", 41, 3),
        witness=READ,
        fix=Fix(
            "add to the statements of `module.log_bucket.aws_s3_bucket_policy.this`",
            'condition {\n  test     = "StringEquals"\n  variable = "aws:PrincipalAccount"\n'
            '  values   = ["444444444444"]\n}',
            Place("log_bucket/main.tf", 41),
        ),
    ),
    Result(
        rule="trusted-access-before-trail",
        verdict="violated",
        severity="error",
        input="plan.json",
        address="aws_cloudtrail.organization",
        message="nothing makes the trail wait for `aws_organizations_organization.this`, which enables trusted access",
        location=Place("main.tf", 12),
        witness=OrderWitness(
            "aws_cloudtrail.organization",
            "aws_organizations_organization.this",
            "aws_cloudtrail.organization -> aws_organizations_organization.this",
        ),
        fix=Fix(
            "add to the block of `aws_cloudtrail.organization`",
            "depends_on = [aws_organizations_organization.this]",
            Place("main.tf", 12),
        ),
    ),
    Result(
        rule="bucket-is-hardened",
        verdict="violated",
        severity="warning",
        input="plan.json",
        address="module.log_bucket.aws_s3_bucket.this",
        message="the bucket isn't versioned",
        location=Place("log_bucket/main.tf"),
        witness=FactWitness("versioning_configuration.status", "Suspended", "Enabled"),
        suppression=Suppression("orgtrail.toml:3", "versions are kept by the replica", "2027-03-31"),
    ),
    Result(
        rule="trail-feeds-cloudwatch",
        verdict="violated",
        severity="note",
        input="plan.json",
        address="aws_cloudtrail.organization",
        message="the trail doesn't feed CloudWatch Logs",
        location=Place("main.tf", 12),
        witness=FactWitness("cloud_watch_logs_group_arn", "null", "the ARN of a log group"),
        suppression=Suppression("comment main.tf:11", "until the log group is there", "2026-01-31", expired=True),
    ),
    Result(
        rule="members-cannot-decrypt-logs",
        verdict="undecided",
        severity="error",
        input="plan.json",
        address="aws_kms_key.logs",
        message="who may decrypt isn't known",
        unknowns=(
            Cause("`local.readers` stands in the source, not in the plan", "give --source DIR"),
            Cause("`data.aws_iam_policy_document.extra` is read during apply"),
        ),
    ),
    Result(
        rule="bucket-policy-before-trail",
        verdict="proved",
        severity="error",
        input="plan.json",
        address="aws_cloudtrail.organization",
        message="the trail comes after `module.log_bucket.aws_s3_bucket_policy.this`",
        because=("aws_cloudtrail.organization refers to module.log_bucket.name (main.tf:15)",),
    ),
    Result(
        rule="trusted-access-kept",
        verdict="proved",
        severity="error",
        input="state.json",
        address="aws_cloudtrail.organization",
        message="trusted access is taken for granted",
        because=("assumed: the landing zone manages it",),
    ),
    Result(
        rule="trail-in-management-account",
        verdict="not-applicable",
        severity="error",
        input="state.json",
        address="",
        message="the input holds nothing that this rule is about",
    ),
)

DIAGRAM = Diagram(
    nodes=(
        DiagramNode("aws_organizations_organization.this", "trusted-access"),
        DiagramNode("module.log_bucket.aws_s3_bucket.this", "bucket"),
        DiagramNode("module.log_bucket.aws_s3_bucket_policy.this", "policy"),
        DiagramNode("aws_cloudtrail.organization", "trail"),
    ),
    edges=(
        DiagramEdge(
            "module.log_bucket.aws_s3_bucket.this",
            "module.log_bucket.aws_s3_bucket_policy.this",
            "depends",
            "refers to aws_s3_bucket.this.id",
        ),
        DiagramEdge(
            "module.log_bucket.aws_s3_bucket_policy.this",
            "aws_cloudtrail.organization",
            "depends",
            "refers to module.log_bucket.name",
        ),
        DiagramEdge(
            "aws_organizations_organization.this",
            "aws_cloudtrail.organization",
            "missing",
            "aws_cloudtrail.organization -> aws_organizations_organization.this",
        ),
    ),
)

ACCESS = AccessTable(
    title="module.log_bucket.aws_s3_bucket_policy.this",
    rows=(
        AccessRow(
            "any member account",
            (
                AccessCell("read", "yes", (), ("OrganizationReads",), READ),
                AccessCell("alter", "no", ("nothing allows it",)),
            ),
            must_stay_out=True,
        ),
        AccessRow(
            "anonymous",
            (
                AccessCell("read", "no", ("`TlsOnly` cuts off `OrganizationReads`",), ("TlsOnly",)),
                AccessCell("alter", "unknown", ("`local.readers` stands in the source, not in the plan",)),
            ),
            must_stay_out=True,
        ),
        AccessRow(
            "management account",
            (AccessCell("read", "yes", (), ("OrganizationReads",), READ), AccessCell("alter", "no")),
        ),
    ),
)

POLICY = PolicyText(
    address="module.log_bucket.aws_s3_bucket_policy.this",
    attribute="policy",
    place=Place("log_bucket/main.tf", 41),
    statements=(
        StatementText(
            "OrganizationReads",
            "Allow",
            '{\n  "Sid": "OrganizationReads",\n  "Effect": "Allow",\n  "Principal": "*",\n  "Action": "s3:GetObject",\n'
            '  "Resource": "${aws_s3_bucket.this.arn}/*"\n}',
        ),
        StatementText("TlsOnly", "Deny", '{\n  "Sid": "TlsOnly",\n  "Effect": "Deny",\n  "Principal": "*"\n}'),
    ),
)

CHANGES = (
    AccessChange(ACCESS.title, "CloudTrail", "denied", ("write",), "yes"),
    AccessChange(ACCESS.title, "account 222222222222", "allowed", ("read",), "unknown", ("`local.readers` is open",)),
    AccessChange(ACCESS.title, "any member account", "allowed", ("read", "list"), "yes", must_stay_out=True),
)

REPORT = Report(
    inputs=(Input("plan.json", "plan", "1.11.4"), Input("state.json", "state", "1.11.4")),
    results=RESULTS,
    exit_code=1,
    notices=(Notice("the suppression of `logs-not-public` sets nothing aside any more", Place("orgtrail.toml", 9)),),
    views=(View("plan.json", DIAGRAM, (ACCESS,), (POLICY,), CHANGES), View("state.json")),
    baseline="baseline known.json",
    mended=(OpenBefore("logs-not-public", "aws_s3_bucket_policy.logs", "violated"),),
)

GOOD = Report(
    inputs=REPORT.inputs[:1],
    results=tuple(result for result in RESULTS if result.verdict == "proved" and result.input == "plan.json"),
    exit_code=0,
)
