"""SCPs, RCPs and S3's public access block inside the proof: what they refuse is no witness, where they are attached.

Expectations are from the pages that `orgtrail.iam.guards` and `orgtrail.iam.public` name.
"""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from workbench.run import check

from tests.test_routes import block

FACTS = ("--management-account", "123456789012", "--archive-account", "222222222222")
BUCKET = "arn:aws:s3:::acme-org-trail-logs"
ROOT = "${aws_organizations_organization.this.roots[0].id}"

ORGANIZATION = """
resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
}
"""
BASE = """
provider "aws" {
  region = "us-east-1"
}
provider "aws" {
  alias  = "archive"
  region = "us-east-1"
  assume_role { role_arn = "arn:aws:iam::222222222222:role/terraform" }
}
resource "aws_s3_bucket" "logs" {
  provider = aws.archive
  bucket   = "acme-org-trail-logs"
}
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.bucket
  is_organization_trail = true
}
"""
DELIVERY: list[dict[str, Any]] = [
    {
        "Sid": "Acl",
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:GetBucketAcl",
        "Resource": BUCKET,
    },
    {
        "Sid": "Write",
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{BUCKET}/AWSLogs/*",
    },
]
READ: dict[str, Any] = {
    "Sid": "OrgRead",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": f"{BUCKET}/*",
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcd123456"}},
}
PUBLIC = {key: value for key, value in READ.items() if key != "Condition"}
ORGANIZED = ("--organization-id", "o-abcd123456")
STOP = {"Sid": "Stop", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
OTHERS = {"StringNotEqualsIfExists": {"aws:PrincipalAccount": "222222222222"}}
SERVICES = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}


def bucket_policy(*statements: dict[str, Any]) -> str:
    document = {"Version": "2012-10-17", "Statement": [*DELIVERY, *statements]}
    made = block("aws_s3_bucket_policy", "logs", bucket="acme-org-trail-logs", policy=document)
    return made.replace("{\n", "{\n  provider = aws.archive\n", 1)


def control(statement: dict[str, Any], kind: str = "SERVICE", target: str | None = ROOT) -> str:
    """An SCP or RCP, attached to `target`."""
    if kind == "RESOURCE":
        statement = {"Principal": "*", **statement}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    made = block("aws_organizations_policy", "p", name="p", type=f"{kind}_CONTROL_POLICY", content=document)
    if target is None:
        return made
    return made + block("aws_organizations_policy_attachment", "p", policy_id="aws_organizations_policy.p.id").replace(
        "}\n", f'  target_id = "{target}"\n}}\n'
    )


def asked(
    folder: Path, rule: str, *hcl: str, options: tuple[str, ...] = (*FACTS, *ORGANIZED), base: str = BASE
) -> dict[str, Any]:
    """The graver of a rule's results on a folder."""
    (folder / "main.tf").write_text(base + "".join(hcl))
    run = check(folder, "--select", rule, *options)
    assert run.code in (0, 1, 3), run.err
    results = [one for one in json.loads(run.out)["results"] if one["rule"] == rule]
    order = ["violated", "undecided", "proved", "not-applicable"]
    return min(results, key=lambda one: order.index(one["verdict"]))


def test_scp_at_the_root_is_named_by_the_proof(tmp_path: Path) -> None:
    found = asked(tmp_path, "members-cannot-read-logs", ORGANIZATION, bucket_policy(READ), control(STOP))
    assert found["verdict"] == "proved"
    assert "the SCP `aws_organizations_policy.p` denies it" in found["because"]
    assert any("service-linked roles" in ground for ground in found["because"])


def test_a_proof_that_needs_no_scp_names_none(tmp_path: Path) -> None:
    found = asked(tmp_path, "members-cannot-read-logs", ORGANIZATION, bucket_policy(), control(STOP))
    assert found["verdict"] == "proved"
    assert not any("SCP" in ground for ground in found["because"])


@pytest.mark.parametrize(
    ("scp", "verdict"),
    [
        (control(STOP), "proved"),
        (control(STOP, target="r-abcd"), "proved"),
        # Nothing shows that it is attached, so it stops nobody.
        (control(STOP, target=None), "violated"),
        # Members elsewhere aren't bound.
        (control(STOP, target="ou-abcd-12345678"), "violated"),
        (control(STOP, target="333333333333"), "violated"),
        # Another action, another bucket.
        (control({**STOP, "Action": "s3:Put*"}), "violated"),
        (control({**STOP, "Resource": "arn:aws:s3:::other*"}), "violated"),
        (control({**STOP, "Resource": f"{BUCKET}*"}), "proved"),
        # An SCP's Allow takes nothing away beside FullAWSAccess.
        (control({**STOP, "Effect": "Allow"}), "violated"),
        # Roles of a name that any member's administrator may make.
        (
            control({**STOP, "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"}}}),
            "violated",
        ),
        # Where members' roles are denied and users aren't.
        (control({**STOP, "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}}), "violated"),
        # Root users of members only.
        (control({**STOP, "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}}), "violated"),
    ],
)
def test_scps_bind_members_where_they_are_attached(tmp_path: Path, scp: str, verdict: str) -> None:
    found = asked(tmp_path, "members-cannot-read-logs", ORGANIZATION, bucket_policy(READ), scp)
    assert found["verdict"] == verdict


def test_scps_bind_the_account_or_unit_that_holds_the_reader(tmp_path: Path) -> None:
    named = {**PUBLIC, "Principal": {"AWS": "333333333333"}}
    units = """
resource "aws_organizations_organizational_unit" "apps" {
  name      = "apps"
  parent_id = aws_organizations_organization.this.roots[0].id
}
resource "aws_organizations_organizational_unit" "web" {
  name      = "web"
  parent_id = aws_organizations_organizational_unit.apps.id
}
data "aws_organizations_organizational_unit_child_accounts" "web" {
  parent_id = aws_organizations_organizational_unit.web.id
}
"""
    account = """
resource "aws_organizations_account" "web" {
  name      = "web"
  email     = "web@example.com"
  parent_id = aws_organizations_organizational_unit.web.id
}
"""
    reader = named | {"Principal": {"AWS": "${aws_organizations_account.web.id}"}}
    policy = bucket_policy(reader)
    policy = policy.replace("jsonencode(jsondecode(", "").replace("))\n", "\n")
    for target, verdict in (
        ("${aws_organizations_organizational_unit.apps.id}", "proved"),
        ("${aws_organizations_organizational_unit.web.id}", "proved"),
        ("${aws_organizations_account.web.id}", "proved"),
        ("333333333333", "undecided"),
    ):
        found = asked(
            tmp_path, "members-cannot-read-logs", ORGANIZATION, units, account, policy, control(STOP, target=target)
        )
        assert found["verdict"] == verdict, target


def test_scp_on_a_named_account(tmp_path: Path) -> None:
    policy = bucket_policy({**PUBLIC, "Principal": {"AWS": "333333333333"}})
    for target, verdict in (
        ("333333333333", "proved"),
        ("444444444444", "violated"),
        # Whether the account is below the unit isn't in the input.
        ("ou-abcd-12345678", "undecided"),
    ):
        found = asked(tmp_path, "members-cannot-read-logs", ORGANIZATION, policy, control(STOP, target=target))
        assert found["verdict"] == verdict, target


def test_scps_dont_bind_strangers_and_rcps_do(tmp_path: Path) -> None:
    for kind, verdict in (("SERVICE", "violated"), ("RESOURCE", "proved")):
        found = asked(tmp_path, "logs-not-public", ORGANIZATION, bucket_policy(PUBLIC), control(STOP, kind))
        assert found["verdict"] == verdict, kind


@pytest.mark.parametrize(
    ("organization", "kind", "verdict"),
    [
        (ORGANIZATION, "RESOURCE", "proved"),
        # Attached without an organization in sight: AWS attaches only what is enabled.
        ("", "RESOURCE", "proved"),
        ('resource "aws_organizations_organization" "this" {}', "SERVICE", "proved"),
        # Whether the organization is new, and so without RCPs, a folder doesn't show.
        ('resource "aws_organizations_organization" "this" {}', "RESOURCE", "undecided"),
        (
            'resource "aws_organizations_organization" "this" {\n enabled_policy_types = ["SERVICE_CONTROL_POLICY"]\n}',
            "RESOURCE",
            "violated",
        ),
        (
            'resource "aws_organizations_organization" "this" {\n enabled_policy_types = ["TAG_POLICY"]\n}',
            "SERVICE",
            "violated",
        ),
        (
            'resource "aws_organizations_organization" "this" {\n feature_set = "CONSOLIDATED_BILLING"\n}',
            "SERVICE",
            "violated",
        ),
    ],
)
def test_the_type_has_to_be_enabled(tmp_path: Path, organization: str, kind: str, verdict: str) -> None:
    found = asked(
        tmp_path,
        "members-cannot-read-logs",
        organization,
        bucket_policy(READ),
        control({**STOP, "Condition": {**OTHERS, **SERVICES}} if kind == "RESOURCE" else STOP, kind, target="r-abcd"),
    )
    assert found["verdict"] == verdict


def test_rcps_dont_reach_the_management_account(tmp_path: Path) -> None:
    own = BASE.replace("222222222222", "123456789012")
    for facts, base, verdict in (
        (FACTS, BASE, "proved"),
        (("--management-account", "123456789012"), own, "violated"),
    ):
        found = asked(
            tmp_path,
            "members-cannot-read-logs",
            ORGANIZATION,
            bucket_policy(READ),
            control({**STOP, "Condition": {**OTHERS, **SERVICES}}, "RESOURCE"),
            options=(*facts, *ORGANIZED),
            base=base,
        )
        assert found["verdict"] == verdict


def test_rcps_bind_cloudtrail_too(tmp_path: Path) -> None:
    for conditions, verdict in (
        (OTHERS, "violated"),
        ({**OTHERS, **SERVICES}, "proved"),
        # AWS's own example: services only for this organization; another's trail is none of ours.
        (
            {
                "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-abcd123456"},
                "Null": {"aws:SourceAccount": "false"},
                "Bool": {"aws:PrincipalIsAWSService": "true"},
            },
            "proved",
        ),
        (
            {
                "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-zzzz123456"},
                "Null": {"aws:SourceAccount": "false"},
                "Bool": {"aws:PrincipalIsAWSService": "true"},
            },
            "violated",
        ),
    ):
        rcp = control({**STOP, "Condition": conditions}, "RESOURCE")
        found = asked(tmp_path, "cloudtrail-can-write-logs", ORGANIZATION, bucket_policy(), rcp)
        assert found["verdict"] == verdict, conditions
        if verdict == "violated":
            assert found["witness"]["denied_by"] == ["Stop of aws_organizations_policy.p"]


def test_an_rcp_closes_what_confused_deputies_could_write(tmp_path: Path) -> None:
    rcp = control(
        {
            **STOP,
            "Condition": {
                "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-abcd123456"},
                "Null": {"aws:SourceAccount": "false"},
                "Bool": {"aws:PrincipalIsAWSService": "true"},
            },
        },
        "RESOURCE",
    )
    for guard, verdict in (("", "violated"), (rcp, "proved")):
        found = asked(tmp_path, "cloudtrail-write-is-scoped", ORGANIZATION, bucket_policy(), guard)
        assert found["verdict"] == verdict


def block_of(**settings: bool) -> str:
    return block("aws_s3_bucket_public_access_block", "logs", bucket="aws_s3_bucket.logs.id", **settings)


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        (PUBLIC, "proved"),
        # Not public to AWS, so nobody is shut out.
        (READ, "violated"),
        ({**PUBLIC, "Principal": {"AWS": "333333333333"}}, "violated"),
        ({**PUBLIC, "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-abcd*"}}}, "proved"),
        ({**PUBLIC, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}}, "proved"),
        ({**PUBLIC, "Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, "proved"),
        ({**PUBLIC, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}}, "violated"),
        ({**PUBLIC, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, "proved"),
        ({**PUBLIC, "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}, "proved"),
        ({**PUBLIC, "Condition": {"IpAddress": {"aws:SourceIp": "8.0.0.0/8"}}}, "violated"),
        ({**PUBLIC, "Condition": {"IpAddress": {"aws:SourceIp": "2001::/16"}}}, "proved"),
        ({**PUBLIC, "Condition": {"NotIpAddress": {"aws:SourceIp": "8.8.8.8/32"}}}, "proved"),
        ({**PUBLIC, "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-zzzz123456"}}}, "proved"),
        # AWS's list doesn't say what of this key.
        ({**PUBLIC, "Condition": {"StringLike": {"aws:PrincipalOrgPaths": "o-abcd123456/*"}}}, "proved"),
        ({**PUBLIC, "Condition": {"StringEquals": {"aws:PrincipalAccount": "333333333333"}}}, "undecided"),
    ],
)
def test_restricting_public_buckets(tmp_path: Path, statement: dict[str, Any], verdict: str) -> None:
    block = block_of(restrict_public_buckets=True)
    found = asked(
        tmp_path, "members-cannot-read-logs", ORGANIZATION, bucket_policy(statement).replace("${", "$${"), block
    )
    assert found["verdict"] == verdict


def test_a_public_policy_shuts_out_accounts_that_it_names(tmp_path: Path) -> None:
    named = {**PUBLIC, "Sid": "Named", "Principal": {"AWS": "333333333333"}}
    block = block_of(restrict_public_buckets=True)
    found = asked(tmp_path, "members-cannot-read-logs", ORGANIZATION, bucket_policy(PUBLIC, named), block)
    assert found["verdict"] == "proved"
    assert "`restrict_public_buckets` closes the bucket to other accounts" in found["because"]


def test_the_block_may_be_the_account_s(tmp_path: Path) -> None:
    hcl = 'resource "aws_s3_account_public_access_block" "a" {\n  restrict_public_buckets = true\n'
    for provider, verdict in (("provider = aws.archive\n}\n", "proved"), ("}\n", "violated")):
        found = asked(tmp_path, "logs-not-public", ORGANIZATION, bucket_policy(PUBLIC), hcl + provider)
        assert found["verdict"] == verdict


def test_services_pass_the_block(tmp_path: Path) -> None:
    block = block_of(restrict_public_buckets=True)
    found = asked(tmp_path, "cloudtrail-can-write-logs", ORGANIZATION, bucket_policy(PUBLIC), block)
    assert found["verdict"] == "proved"


def evidence(folder: Path, *controls: dict[str, Any], targets: tuple[tuple[str, str], ...]) -> Path:
    """What an audit saw: an organization, its SCPs and what each is attached to."""
    resources: list[dict[str, Any]] = [
        {
            "type": "aws_organizations_organization",
            "address": "arn:aws:organizations::123456789012:organization/o-abcd123456",
            "account": "123456789012",
            "values": {
                "id": "o-abcd123456",
                "master_account_id": "123456789012",
                "feature_set": "ALL",
                "aws_service_access_principals": ["cloudtrail.amazonaws.com"],
                "enabled_policy_types": ["SERVICE_CONTROL_POLICY"],
                "roots": [{"id": "r-abcd"}],
                "non_master_accounts": [{"id": "222222222222"}, {"id": "333333333333"}],
            },
        }
    ]
    for position, statement in enumerate(controls):
        values = {
            "id": f"p-{position}",
            "name": "p",
            "type": "SERVICE_CONTROL_POLICY",
            "content": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        }
        resources.append(
            {
                "type": "aws_organizations_policy",
                "address": f"p-{position}",
                "account": "123456789012",
                "values": values,
            }
        )
    for policy, target in targets:
        resources.append(
            {
                "type": "aws_organizations_policy_attachment",
                "address": f"{policy} on {target}",
                "account": "123456789012",
                "values": {"policy_id": policy, "target_id": target},
            }
        )
    seen = {
        "orgtrail_evidence": 1,
        "orgtrail": "0.1.0",
        "seen_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "seen_as": "arn:aws:iam::123456789012:role/audit",
        "account": "123456789012",
        "region": "us-east-1",
        "calls": {},
        "resources": resources,
    }
    file = folder / "evidence.json"
    file.write_text(json.dumps(seen))
    return file


@pytest.mark.parametrize(
    ("targets", "verdict"),
    [((("p-0", "r-abcd"),), "proved"), ((), "violated"), ((("p-0", "333333333333"),), "violated")],
)
def test_evidence_shows_guards_of_another_stack(
    tmp_path: Path, targets: tuple[tuple[str, str], ...], verdict: str
) -> None:
    file = evidence(tmp_path, STOP, targets=targets)
    found = asked(tmp_path, "members-cannot-read-logs", bucket_policy(READ), options=(*FACTS, "--evidence", str(file)))
    assert found["verdict"] == verdict


def test_only_the_owner_sets_a_bucket_s_policy(tmp_path: Path) -> None:
    own = bucket_policy()
    management = own.replace("aws.archive", "aws.management")
    provider = """
provider "aws" {
  alias = "management"
  region = "us-east-1"
  allowed_account_ids = ["123456789012"]
}
"""
    assert asked(tmp_path, "policies-are-valid", provider, own)["verdict"] == "proved"
    found = asked(tmp_path, "policies-are-valid", provider, management)
    assert found["verdict"] == "violated"
    assert "MethodNotAllowed" in found["message"]
    assert asked(tmp_path, "members-cannot-read-logs", provider, management)["verdict"] == "undecided"


def test_sparing_service_linked_roles_spares_nobody(tmp_path: Path) -> None:
    """No SCP binds them, so an exception for them changes nothing; one for more roles does."""
    linked = "arn:aws:iam::*:role/aws-service-role/*"
    for spared, verdict in ((linked, "proved"), ([linked, "arn:aws:iam::*:role/Admin"], "violated")):
        scp = control({**STOP, "Condition": {"ArnNotLike": {"aws:PrincipalArn": spared}}})
        assert asked(tmp_path, "members-cannot-read-logs", ORGANIZATION, bucket_policy(READ), scp)["verdict"] == verdict
