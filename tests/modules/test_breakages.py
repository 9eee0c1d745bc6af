# ruff: noqa: E501 - the long lines are the modules' own
"""Break one line of a bundled module, and a rule says so: the proofs of the modules aren't proofs of anything."""

import json
import re
import shutil
from typing import NamedTuple

import pytest
from workbench import aws
from workbench.run import check
from workbench.terraform import REPOSITORY, Workspace

from tests.modules.proofs import folder, options, unproved

#: An example with a prefix, an archive account and guardrails, whose folder alone is proved.
EXAMPLE = "separate-log-archive"


class Breakage(NamedTuple):
    """In `file` of a module, the first line that reads `line` after a line that holds `after` becomes `instead`.

    `gone` names files that are taken away with it: what else holds up the same.
    """

    file: str
    line: str
    instead: str
    rule: str
    after: str = ""
    gone: tuple[str, ...] = ()


#: The trail waits for the gate, which waits for the policies, also where there is none.
GATE = ("organization-trail/main.gate.tf",)

BREAKAGES = {
    "the trail doesn't wait for the bucket policy": Breakage(
        "log-bucket/outputs.tf", "aws_s3_bucket_policy.this,", "", "bucket-policy-before-trail", gone=GATE
    ),
    "the trail names the bucket without waiting": Breakage(
        "organization-trail/main.tf",
        "s3_bucket_name = var.create_bucket ? module.log_bucket[0].bucket_name : var.bucket_name",
        "s3_bucket_name = var.bucket_name",
        "bucket-policy-before-trail",
        gone=GATE,
    ),
    "the organization has consolidated billing only": Breakage(
        "trusted-access/main.tf",
        'feature_set                   = "ALL"',
        'feature_set = "CONSOLIDATED_BILLING"',
        "organization-all-features",
    ),
    "the trail is made in the log archive account": Breakage(
        "organization-trail/main.tf",
        "provider = aws.management",
        "provider = aws.log_archive",
        "trail-in-management-account",
        after='resource "aws_cloudtrail" "this"',
    ),
    "the guard is an Allow": Breakage(
        "log-bucket/main.policy.tf",
        'effect    = "Deny"',
        'effect = "Allow"',
        "policies-are-valid",
        after='"NobodyElse"',
    ),
    "the guard leaves no way for CloudTrail": Breakage(
        "log-bucket/main.policy.tf",
        'variable = "aws:PrincipalIsAWSService"',
        'variable = "aws:MultiFactorAuthPresent"',
        "cloudtrail-can-write-logs",
        after='"NobodyElse"',
    ),
    "the guard keeps out those it should let in": Breakage(
        "log-bucket/main.policy.tf",
        'test     = "StringNotEqualsIfExists"',
        'test = "StringEquals"',
        "members-explicitly-denied",
    ),
    "the guard exempts a member": Breakage(
        "log-bucket/main.policy.tf",
        "values   = local.guarded_accounts",
        'values = concat(local.guarded_accounts, ["555555555555"])',
        "members-explicitly-denied",
    ),
    "the guard is about objects only": Breakage(
        "log-bucket/main.policy.tf",
        'resources = [local.bucket_arn, "${local.bucket_arn}/*"]',
        'resources = ["${local.bucket_arn}/*"]',
        "members-explicitly-denied",
        after='"NobodyElse"',
    ),
    "CloudTrail may not look at the bucket": Breakage(
        "log-bucket/main.policy.tf",
        'actions   = ["s3:GetBucketAcl"]',
        'actions = ["s3:GetBucketLocation"]',
        "cloudtrail-can-write-logs",
    ),
    "CloudTrail may not write for the members": Breakage(
        "log-bucket/main.policy.tf",
        'resources = ["${local.logs_arn}/${var.organization_id}/*"]',
        'resources = ["${local.logs_arn}/${var.management_account_id}/*"]',
        "cloudtrail-can-write-logs",
    ),
    "the policy has no prefix and the trail has one": Breakage(
        "log-bucket/main.policy.tf",
        'logs_arn   = var.log_prefix == "" ? "${local.bucket_arn}/AWSLogs" : "${local.bucket_arn}/${var.log_prefix}/AWSLogs"',
        'logs_arn = "${local.bucket_arn}/AWSLogs"',
        "cloudtrail-can-write-logs",
    ),
    "the trail writes under another prefix": Breakage(
        "organization-trail/main.tf",
        's3_key_prefix  = var.log_prefix == "" ? null : var.log_prefix',
        's3_key_prefix = "logs"',
        "cloudtrail-can-write-logs",
    ),
    "the policy is tied to a trail of another account": Breakage(
        "log-bucket/main.policy.tf",
        'trail_arn  = "arn:${data.aws_partition.current.partition}:cloudtrail:${var.trail_region}:${var.management_account_id}:trail/${var.trail_name}"',
        'trail_arn = "arn:aws:cloudtrail:${var.trail_region}:${local.owner_account_id}:trail/${var.trail_name}"',
        "cloudtrail-can-write-logs",
    ),
    "anybody's trail may write": Breakage(
        "log-bucket/main.policy.tf",
        'variable = "aws:SourceArn"',
        'variable = "aws:SecureTransport"',
        "cloudtrail-can-write-logs",
        after='"CloudTrailWritesForTheMembers"',
    ),
    "every account decrypts": Breakage(
        "log-key/main.tf",
        'identifiers = [for id in var.reader_account_ids : "arn:${data.aws_partition.current.partition}:iam::${id}:root"]',
        'identifiers = ["*"]',
        "members-cannot-decrypt-logs",
    ),
    "every account administers the key": Breakage(
        "log-key/main.tf",
        'identifiers = ["arn:${data.aws_partition.current.partition}:iam::${local.owner_account_id}:root"]',
        'identifiers = ["*"]',
        "members-cannot-decrypt-logs",
    ),
    "CloudTrail may not make data keys": Breakage(
        "log-key/main.tf",
        'actions   = ["kms:GenerateDataKey*"]',
        'actions = ["kms:Encrypt"]',
        "cloudtrail-can-use-key",
    ),
    "the trail is of one region": Breakage(
        "organization-trail/main.tf",
        "is_multi_region_trail         = true",
        "is_multi_region_trail = false",
        "trail-covers-organization",
    ),
    "the trail doesn't log": Breakage(
        "organization-trail/main.tf",
        "enable_logging                = true",
        "enable_logging = false",
        "trail-covers-organization",
    ),
    "log files aren't validated": Breakage(
        "organization-trail/main.tf",
        "enable_log_file_validation    = true",
        "enable_log_file_validation = false",
        "trail-validates-log-files",
    ),
    "log files have no key": Breakage(
        "organization-trail/main.tf",
        "kms_key_id     = var.kms_key == null ? module.log_key[0].key_arn : var.kms_key.arn",
        "",
        "trail-encrypts-with-kms",
    ),
    "overwritten logs are gone": Breakage(
        "log-bucket/main.tf", 'status = "Enabled"', 'status = "Suspended"', "bucket-is-hardened", after="versioning"
    ),
    "public access isn't blocked": Breakage(
        "log-bucket/main.tf",
        "block_public_policy     = true",
        "block_public_policy = false",
        "bucket-is-hardened",
    ),
    "ACLs are on": Breakage(
        "log-bucket/main.tf",
        'object_ownership = "BucketOwnerEnforced"',
        'object_ownership = "ObjectWriter"',
        "bucket-is-hardened",
    ),
    "destroy takes the logs": Breakage(
        "log-bucket/main.tf",
        "force_destroy = var.force_destroy",
        "force_destroy = true",
        "bucket-is-hardened",
    ),
    "anything goes without TLS": Breakage(
        "log-bucket/main.policy.tf",
        'effect    = "Deny"',
        'effect = "Allow"',
        "bucket-is-hardened",
        after='"OnlyTls"',
    ),
    "global events are left out": Breakage(
        "organization-trail/main.tf",
        "include_global_service_events = true",
        "include_global_service_events = false",
        "trail-covers-organization",
    ),
    "members read what CloudTrail writes": Breakage(
        "log-bucket/main.policy.tf",
        'type        = "Service"',
        'type = "AWS"',
        "policies-are-valid",
        after='"CloudTrailWritesForTheMembers"',
    ),
    "another service writes in CloudTrail's place": Breakage(
        "log-bucket/main.policy.tf",
        'identifiers = ["cloudtrail.amazonaws.com"]',
        'identifiers = ["config.amazonaws.com"]',
        "cloudtrail-can-write-logs",
        after='"CloudTrailWritesForTheManagementAccount"',
    ),
    "CloudTrail has to give another ACL": Breakage(
        "log-bucket/main.policy.tf",
        'values   = ["bucket-owner-full-control"]',
        'values = ["private"]',
        "cloudtrail-can-write-logs",
        after='"CloudTrailWritesForTheMembers"',
    ),
    "CloudTrail checks another bucket": Breakage(
        "log-bucket/main.policy.tf",
        "resources = [local.bucket_arn]",
        'resources = ["${local.bucket_arn}/*"]',
        "policies-are-valid",
        after='"CloudTrailChecksTheBucket"',
    ),
    "CloudTrail writes another account's logs": Breakage(
        "log-bucket/main.policy.tf",
        'resources = ["${local.logs_arn}/${var.management_account_id}/*"]',
        'resources = ["${local.logs_arn}/${local.owner_account_id}/*"]',
        "cloudtrail-can-write-logs",
    ),
    "CloudTrail may delete and not write": Breakage(
        "log-bucket/main.policy.tf",
        'actions   = ["s3:PutObject"]',
        'actions = ["s3:DeleteObject"]',
        "policies-are-valid",
        after='"CloudTrailWritesForTheMembers"',
    ),
    "an action that S3 doesn't have": Breakage(
        "log-bucket/main.policy.tf",
        'actions   = ["s3:ListBucket", "s3:GetBucketLocation"]',
        'actions = ["s3:ListBuckets", "s3:GetBucketLocation"]',
        "policies-are-valid",
    ),
    "the policy is of another bucket": Breakage(
        "log-bucket/main.policy.tf",
        'bucket_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}"',
        'bucket_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket_name}-logs"',
        "policies-are-valid",
    ),
    "the policy is tied to another trail": Breakage(
        "organization-trail/main.tf",
        "name                          = var.trail_name",
        'name = "${var.trail_name}-2"',
        "cloudtrail-can-write-logs",
    ),
    "the guard lets in who has a tag": Breakage(
        "log-bucket/main.policy.tf",
        'variable = "aws:PrincipalAccount"',
        'variable = "aws:PrincipalTag/team"',
        "members-explicitly-denied",
        after='"NobodyElse"',
    ),
    "the guard is about reading only": Breakage(
        "log-bucket/main.policy.tf",
        'actions   = ["s3:*"]',
        'actions = ["s3:ListBucket"]',
        "members-explicitly-denied",
        after='"NobodyElse"',
    ),
    "TLS is asked for of objects only": Breakage(
        "log-bucket/main.policy.tf",
        'values   = ["false"]',
        'values = ["true"]',
        "cloudtrail-can-write-logs",
        after='"OnlyTls"',
    ),
    "anybody's ACL counts": Breakage(
        "log-bucket/main.tf",
        "ignore_public_acls      = true",
        "ignore_public_acls = false",
        "bucket-is-hardened",
    ),
    "public policies hold": Breakage(
        "log-bucket/main.tf",
        "restrict_public_buckets = true",
        "restrict_public_buckets = false",
        "bucket-is-hardened",
    ),
    "logs go after a month": Breakage(
        "log-bucket/main.tf",
        "days = expiration.value",
        "days = 30",
        "logs-are-retained",
    ),
    "old versions go after a day": Breakage(
        "log-bucket/main.tf",
        "noncurrent_days = var.noncurrent_days",
        "noncurrent_days = 1",
        "logs-are-retained",
    ),
    "CloudTrail may encrypt for anybody's trail": Breakage(
        "log-key/main.tf",
        'values   = ["arn:${data.aws_partition.current.partition}:cloudtrail:*:${var.management_account_id}:trail/*"]',
        'values = ["arn:aws:cloudtrail:*:555555555555:trail/*"]',
        "cloudtrail-can-use-key",
        after='"CloudTrailEncrypts"',
    ),
    "CloudTrail may not look at the key": Breakage(
        "log-key/main.tf",
        'actions   = ["kms:DescribeKey"]',
        'actions = ["kms:ListGrants"]',
        "cloudtrail-can-use-key",
    ),
    "the key is for another service": Breakage(
        "log-key/main.tf",
        'identifiers = ["cloudtrail.amazonaws.com"]',
        'identifiers = ["config.amazonaws.com"]',
        "cloudtrail-can-use-key",
        after='"CloudTrailEncrypts"',
    ),
    "the key is disabled": Breakage(
        "log-key/main.tf",
        "enable_key_rotation     = true",
        "is_enabled = false",
        "cloudtrail-can-use-key",
    ),
    "the key signs": Breakage(
        "log-key/main.tf",
        "enable_key_rotation     = true",
        'key_usage = "SIGN_VERIFY"',
        "cloudtrail-can-use-key",
    ),
    "the guardrails keep accounts from CloudTrail's role": Breakage(
        "guardrails/main.tf",
        '"iam:DeleteServiceLinkedRole",',
        '"iam:CreateServiceLinkedRole",',
        "service-linked-role-intact",
    ),
}

#: Only a plan shows whether the trail is new: from the folder alone this one is undecided.
ON_A_PLAN = Breakage(
    "trusted-access/main.tf",
    "aws_service_access_principals = setunion([local.cloudtrail], var.other_service_access_principals, local.found_services)",
    "aws_service_access_principals = var.other_service_access_principals",
    "trusted-access-before-trail",
)


_GUARDRAILS = re.compile(r'^module "guardrails" \{\n.*?^\}\n', re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A copy of the example and the modules, before anything is broken."""
    copy = tmp_path_factory.mktemp("sound")
    ignore = shutil.ignore_patterns(".terraform*", "tests")
    shutil.copytree(REPOSITORY / "modules", copy / "modules", ignore=ignore)
    (copy / "examples").mkdir()
    shutil.copytree(folder(EXAMPLE), copy / "examples" / EXAMPLE, ignore=ignore)
    assert unproved(copy / "examples" / EXAMPLE, *options(EXAMPLE)) == {}
    return copy


def _break(breakage, modules):
    file = modules / breakage.file
    lines = file.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if breakage.after in line)
    where = next(number for number, line in enumerate(lines) if number >= start and line.strip() == breakage.line)
    lines[where] = breakage.instead
    file.write_text("\n".join(lines) + "\n")
    for name in breakage.gone:
        (modules / name).unlink()


@pytest.mark.parametrize("what", BREAKAGES)
def test_a_rule_catches(what, sound, tmp_path):
    shutil.copytree(sound, tmp_path / "broken")
    _break(BREAKAGES[what], tmp_path / "broken" / "modules")
    if not BREAKAGES[what].file.startswith("guardrails/"):
        # What the guardrails deny, no broken bucket policy opens.
        main = tmp_path / "broken" / "examples" / EXAMPLE / "main.tf"
        main.write_text(_GUARDRAILS.sub("", main.read_text()))

    run = check(tmp_path / "broken" / "examples" / EXAMPLE, *options(EXAMPLE))
    assert run.verdicts()[BREAKAGES[what].rule] == "violated", run.verdicts()
    witnesses = [one["witness"] for one in run.json()["results"] if one["verdict"] == "violated"]
    assert all(witnesses)


@pytest.mark.terraform
def test_a_rule_catches_on_a_plan(sound, tmp_path):
    shutil.copytree(sound / "modules", tmp_path / "modules")
    _break(ON_A_PLAN, tmp_path / "modules")
    aws.server().reset()
    workspace = Workspace(folder("one-account"), tmp_path)
    plan = workspace.folder / "plan.json"
    plan.write_text(json.dumps(workspace.plan()))

    run = check(plan, "--source", workspace.folder, *options("one-account"))
    assert run.verdicts()[ON_A_PLAN.rule] == "violated", run.verdicts()
    folder_alone = check(workspace.folder, *options("one-account"))
    assert folder_alone.verdicts()[ON_A_PLAN.rule] == "undecided"
