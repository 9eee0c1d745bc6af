"""Ways around the bucket policy, in more forms than the pages of their rules show."""

import json
from pathlib import Path
from typing import Any

import pytest
from workbench.run import Run, check

MANAGER = ("--organization-id", "o-abcd123456", "--management-account", "123456789012")
FACTS = (*MANAGER, "--archive-account", "123456789012")
BASE = """
provider "aws" {
  region = "us-east-1"
}
resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-trail-logs"
}
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.bucket
  is_organization_trail = true
}
"""
BUCKET = "arn:aws:s3:::acme-org-trail-logs"


def ran(folder: Path, rule: str, hcl: str, *options: str, base: str = BASE) -> Run:
    (folder / "main.tf").write_text(base + hcl)
    return check(folder, "--select", rule, *(options or FACTS))


def verdict(folder: Path, rule: str, hcl: str, *options: str, base: str = BASE) -> str:
    run = ran(folder, rule, hcl, *options, base=base)
    assert run.code in (0, 1, 3), run.err
    return run.verdicts()[rule]


def block(kind: str, label: str, /, **values: Any) -> str:
    """A resource block; a policy is given as a value."""
    lines = [
        f"  {key} = jsonencode(jsondecode({json.dumps(json.dumps(value))}))"
        if isinstance(value, dict)
        else f"  {key} = {value if isinstance(value, str) and value.startswith('aws_') else json.dumps(value)}"
        for key, value in values.items()
    ]
    return f'resource "{kind}" "{label}" {{\n' + "\n".join(lines) + "\n}\n"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}


READS = policy({"Action": ["s3:Get*", "s3:List*"], "Resource": "*"})
ASSUME = "members-cannot-assume-log-readers"


def trusting(principal: Any, action: str = "sts:AssumeRole", **condition: Any) -> dict[str, Any]:
    return policy({"Principal": principal, "Action": action, **({"Condition": condition} if condition else {})})


MEMBER = trusting({"AWS": "222222222222"})
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"}
WEB = "sts:AssumeRoleWithWebIdentity"


def a_role(trust: dict[str, Any], **more: Any) -> str:
    return block("aws_iam_role", "reader", name="reader", assume_role_policy=trust, **more)


@pytest.mark.parametrize(
    ("trust", "expected"),
    [
        (MEMBER, "violated"),
        (trusting({"AWS": "arn:aws:iam::222222222222:role/ops"}), "violated"),
        (trusting("*"), "violated"),
        (trusting("*", StringEquals={"sts:ExternalId": "secret"}), "violated"),
        (trusting("*", StringEquals={"aws:PrincipalAccount": "123456789012"}), "proved"),
        (trusting("*", StringNotEquals={"aws:PrincipalAccount": "222222222222"}), "violated"),
        (trusting({"AWS": "123456789012"}), "proved"),
        (trusting({"AWS": "222222222222"}, "sts:TagSession"), "proved"),
        (trusting({"Federated": "arn:aws:iam::123456789012:saml-provider/people"}, "sts:AssumeRoleWithSAML"), "proved"),
        (trusting(PROVIDER, WEB), "violated"),
        (trusting(PROVIDER, WEB, StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"}), "violated"),
        (trusting(PROVIDER, WEB, StringLike={f"{GITHUB}:sub": "*"}), "violated"),
        (trusting(PROVIDER, WEB, StringLike={f"{GITHUB}:sub": "repo:acme/*"}), "proved"),
        (trusting(PROVIDER, WEB, StringEquals={f"{GITHUB}:job_workflow_ref": "acme/x"}), "undecided"),
        (trusting({"Service": "ec2.amazonaws.com"}), "not-applicable"),
    ],
)
def test_who_may_assume_a_role(tmp_path: Path, trust: dict[str, Any], expected: str) -> None:
    hcl = a_role(trust) + block("aws_iam_role_policy", "read", role="aws_iam_role.reader.id", policy=READS)
    assert verdict(tmp_path, ASSUME, hcl) == expected


def attached(arn: str) -> str:
    return block("aws_iam_role_policy_attachment", "read", role="aws_iam_role.reader.name", policy_arn=arn)


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        ("", "proved"),
        (attached("arn:aws:iam::aws:policy/AdministratorAccess"), "violated"),
        (attached("arn:aws:iam::aws:policy/ReadOnlyAccess"), "violated"),
        (attached("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"), "violated"),
        (attached("arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess"), "proved"),
        (attached("arn:aws:iam::aws:policy/AWSBillingReadOnlyAccess"), "proved"),
        (attached("arn:aws:iam::aws:policy/OfTomorrow"), "undecided"),
        (
            block(
                "aws_iam_policy_attachment",
                "read",
                name="x",
                roles=["reader"],
                policy_arn="arn:aws:iam::aws:policy/AmazonS3FullAccess",
            ),
            "violated",
        ),
        (
            attached("arn:aws:iam::aws:policy/AdministratorAccess")
            + block(
                "aws_iam_role_policy",
                "no",
                role="aws_iam_role.reader.name",
                policy={
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]}],
                },
            ),
            "proved",
        ),
        (
            block(
                "aws_s3_bucket_policy",
                "logs",
                bucket="aws_s3_bucket.logs.bucket",
                policy=policy(
                    {
                        "Principal": {"AWS": "arn:aws:iam::123456789012:role/reader"},
                        "Action": "s3:GetObject",
                        "Resource": f"{BUCKET}/*",
                    }
                ),
            ),
            "violated",
        ),
    ],
    ids=["nothing", "admin", "read", "view", "other", "silent", "unknown", "many", "denied", "by the bucket"],
)
def test_what_a_role_may_read(tmp_path: Path, permissions: str, expected: str) -> None:
    assert verdict(tmp_path, ASSUME, a_role(MEMBER) + permissions) == expected


def test_policies_in_the_roles_own_block_count(tmp_path: Path) -> None:
    arns = a_role(MEMBER, managed_policy_arns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"])
    assert verdict(tmp_path, ASSUME, arns) == "violated"
    inline = a_role(MEMBER).replace(
        "\n}\n", f'\n  inline_policy {{\n    name = "x"\n    policy = {quoted(READS)}\n  }}\n}}\n'
    )
    assert verdict(tmp_path, ASSUME, inline) == "violated"


def quoted(document: dict[str, Any]) -> str:
    return f"jsonencode(jsondecode({json.dumps(json.dumps(document))}))"


TWO = (
    BASE.replace(
        'resource "aws_s3_bucket"',
        """provider "aws" {
  alias               = "archive"
  region              = "us-east-1"
  allowed_account_ids = ["333333333333"]
}
resource "aws_s3_bucket\"""",
    )
    .replace('  bucket = "acme', '  provider = aws.archive\n  bucket = "acme')
    .replace('provider "aws" {\n  region', 'provider "aws" {\n  allowed_account_ids = ["123456789012"]\n  region', 1)
)


@pytest.mark.parametrize(
    ("principal", "expected"), [("123456789012", "violated"), ("444444444444", "proved"), (None, "proved")]
)
def test_a_role_of_the_management_account_needs_the_bucket_policy_too(
    tmp_path: Path, principal: str | None, expected: str
) -> None:
    hcl = a_role(MEMBER) + block("aws_iam_role_policy", "read", role="aws_iam_role.reader.id", policy=READS)
    if principal:
        allows = policy({"Principal": {"AWS": principal}, "Action": "s3:*", "Resource": f"{BUCKET}/*"})
        made = block("aws_s3_bucket_policy", "logs", bucket="acme-org-trail-logs", policy=allows)
        hcl += made.replace("{\n", "{\n  provider = aws.archive\n", 1)
    assert verdict(tmp_path, ASSUME, hcl, *MANAGER, base=TWO) == expected


def test_a_trusted_account_may_assume_readers(tmp_path: Path) -> None:
    hcl = a_role(MEMBER) + attached("arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert verdict(tmp_path, ASSUME, hcl, *FACTS, "--trusted-account", "222222222222") == "proved"


def test_who_assumes_is_shown(tmp_path: Path) -> None:
    hcl = a_role(MEMBER) + attached("arn:aws:iam::aws:policy/ReadOnlyAccess")
    (result,) = ran(tmp_path, ASSUME, hcl).json()["results"]
    assert result["message"] == (
        "account 222222222222 may assume the role, which may call s3:GetObject on the trail's objects"
    )
    assert result["witness"]["action"] == "sts:AssumeRole"
    assert result["witness"]["resource"] == "arn:aws:iam::123456789012:role/reader"
    assert result["location"]["line"] == hcl_line(tmp_path, "assume_role_policy")


def hcl_line(folder: Path, text: str) -> int:
    lines = (folder / "main.tf").read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


DELEGATES = block(
    "aws_s3_bucket_policy",
    "logs",
    bucket="acme-org-trail-logs",
    policy=policy(
        {
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"{BUCKET}/*",
            "Condition": {"StringEquals": {"s3:DataAccessPointAccount": "123456789012"}},
        }
    ),
)
THROUGH = "logs-not-shared-through-access-points"


@pytest.mark.parametrize(("principal", "expected"), [("222222222222", "violated"), ("123456789012", "proved")])
def test_access_points_of_many_regions(tmp_path: Path, principal: str, expected: str) -> None:
    hcl = f"""
resource "aws_s3control_multi_region_access_point" "all" {{
  details {{
    name = "all"
    region {{
      bucket = "acme-org-trail-logs"
    }}
  }}
}}
resource "aws_s3control_multi_region_access_point_policy" "all" {{
  details {{
    name = "all"
    policy = jsonencode({{
      Version = "2012-10-17"
      Statement = [{{
        Effect = "Allow"
        Principal = {{ AWS = "{principal}" }}
        Action = "s3:GetObject"
        Resource = "${{aws_s3control_multi_region_access_point.all.arn}}/object/*"
      }}]
    }})
  }}
}}
"""
    assert verdict(tmp_path, THROUGH, DELEGATES + hcl) == expected


def test_a_policy_that_refers_to_its_access_point(tmp_path: Path) -> None:
    hcl = """
resource "aws_s3_access_point" "team" {
  name   = "team"
  bucket = aws_s3_bucket.logs.id
}
data "aws_caller_identity" "current" {
}
resource "aws_s3control_access_point_policy" "team" {
  access_point_arn = aws_s3_access_point.team.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${WHO}:root" }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_access_point.team.arn}/object/*"
    }]
  })
}
"""
    own = hcl.replace("${WHO}", "${data.aws_caller_identity.current.account_id}")
    assert verdict(tmp_path, THROUGH, DELEGATES + own) == "proved"
    assert verdict(tmp_path, THROUGH, DELEGATES + hcl.replace("${WHO}", "222222222222")) == "violated"
    trusted = (*FACTS, "--trusted-account", "222222222222")
    assert verdict(tmp_path, THROUGH, DELEGATES + hcl.replace("${WHO}", "222222222222"), *trusted) == "proved"


def test_what_is_delegated_is_not_open_by_itself(tmp_path: Path) -> None:
    assert verdict(tmp_path, "members-cannot-read-logs", DELEGATES) == "proved"
    assert verdict(tmp_path, THROUGH, DELEGATES) == "undecided"


@pytest.mark.parametrize(
    ("scope", "below", "grantee", "expected"),
    [
        ("s3://", None, ("IAM", "arn:aws:iam::222222222222:role/team"), "undecided"),
        ("s3://acme-org-trail-logs/*", "AWSLogs/*", ("IAM", "arn:aws:iam::222222222222:role/team"), "undecided"),
        ("s3://acme-org-trail-logs/*", "AWSLogs/*", ("IAM", "arn:aws:iam::123456789012:role/team"), "proved"),
        ("s3://acme-org-trail-logs/*", "AWSLogs/*", ("DIRECTORY_GROUP", "94a8"), "undecided"),
        ("s3://acme-org-trail-logs/*", "public/*", ("IAM", "arn:aws:iam::222222222222:role/team"), "not-applicable"),
        ("s3://other/*", None, ("IAM", "arn:aws:iam::222222222222:role/team"), "not-applicable"),
    ],
)
def test_what_access_grants_hand_out(
    tmp_path: Path, scope: str, below: str | None, grantee: tuple[str, str], expected: str
) -> None:
    role = "arn:aws:iam::123456789012:role/x"
    location = block("aws_s3control_access_grants_location", "logs", location_scope=scope, iam_role_arn=role)
    configured = f'access_grants_location_configuration {{\n    s3_sub_prefix = "{below}"\n  }}' if below else ""
    grant = f"""
resource "aws_s3control_access_grant" "team" {{
  access_grants_location_id = aws_s3control_access_grants_location.logs.access_grants_location_id
  permission                = "READ"
  {configured}
  grantee {{
    grantee_type       = "{grantee[0]}"
    grantee_identifier = "{grantee[1]}"
  }}
}}
"""
    run = ran(tmp_path, THROUGH, location + grant)
    assert run.verdicts()[THROUGH] == expected
    if expected == "undecided":
        assert "orgtrail doesn't follow who may ask S3 Access Grants for it" in run.out


ACL = "logs-not-shared-by-acl"


@pytest.mark.parametrize(
    ("grantee", "options", "expected"),
    [
        ("data.aws_canonical_user_id.current.id", FACTS, "proved"),
        ("data.aws_canonical_user_id.reader.id", FACTS, "violated"),
        ("data.aws_canonical_user_id.reader.id", (*FACTS, "--trusted-account", "222222222222"), "proved"),
    ],
)
def test_whose_canonical_id_it_is(tmp_path: Path, grantee: str, options: tuple[str, ...], expected: str) -> None:
    hcl = f"""
provider "aws" {{
  alias               = "reader"
  allowed_account_ids = ["222222222222"]
}}
data "aws_canonical_user_id" "current" {{
}}
data "aws_canonical_user_id" "reader" {{
  provider = aws.reader
}}
resource "aws_s3_bucket_acl" "logs" {{
  bucket = aws_s3_bucket.logs.id
  access_control_policy {{
    grant {{
      permission = "READ"
      grantee {{
        type = "CanonicalUser"
        id   = {grantee}
      }}
    }}
    owner {{
      id = data.aws_canonical_user_id.current.id
    }}
  }}
}}
"""
    assert verdict(tmp_path, ACL, hcl, *options) == expected


@pytest.mark.parametrize(
    ("canned", "own", "public"),
    [
        ("private", "proved", "proved"),
        ("log-delivery-write", "proved", "proved"),
        ("public-read", "violated", "violated"),
        ("public-read-write", "violated", "violated"),
        ("authenticated-read", "violated", "violated"),
    ],
)
def test_canned_acls_in_either_place(tmp_path: Path, canned: str, own: str, public: str) -> None:
    separate = block("aws_s3_bucket_acl", "logs", bucket="aws_s3_bucket.logs.id", acl=canned)
    inline = BASE.replace('bucket = "acme-org-trail-logs"', f'bucket = "acme-org-trail-logs"\n  acl = "{canned}"')
    for hcl, base in ((separate, BASE), ("", inline)):
        assert verdict(tmp_path, ACL, hcl, base=base) == own
        assert verdict(tmp_path, "logs-not-public", hcl, base=base) == public


def test_ignored_public_acls_still_let_single_accounts_in(tmp_path: Path) -> None:
    ignored = block(
        "aws_s3_bucket_public_access_block", "logs", bucket="aws_s3_bucket.logs.id", ignore_public_acls=True
    )
    public = block("aws_s3_bucket_acl", "logs", bucket="aws_s3_bucket.logs.id", acl="public-read")
    assert verdict(tmp_path, ACL, ignored + public) == "proved"
    name = 'bucket = "acme-org-trail-logs"'
    grant = '\n  grant {\n    id = "79a5"\n    type = "CanonicalUser"\n    permissions = ["WRITE"]\n  }'
    user = BASE.replace(name, name + grant)
    run = ran(tmp_path, ACL, ignored, base=user)
    assert run.verdicts()[ACL] == "violated"
    assert "WRITE to canonical user 79a5" in run.out


def test_a_topic_in_the_management_account_is_for_its_account(tmp_path: Path) -> None:
    """Bucket and topic are of two accounts, of which neither is a member."""
    topic = block("aws_sns_topic", "logs", name="org-trail")
    allows = policy(
        {"Principal": {"AWS": "333333333333"}, "Action": "sns:Subscribe", "Resource": "*"},
        {
            "Principal": "*",
            "Action": "sns:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}},
        },
    )
    hcl = topic + block("aws_sns_topic_policy", "logs", arn="aws_sns_topic.logs.arn", policy=allows)
    base = TWO.replace("is_organization_trail", "sns_topic_name = aws_sns_topic.logs.name\n  is_organization_trail")
    rule = "notifications-not-open-to-members"
    assert verdict(tmp_path, rule, hcl, *MANAGER, "--archive-account", "333333333333", base=base) == "proved"
    opened = hcl.replace("333333333333", "222222222222")
    assert verdict(tmp_path, rule, opened, *MANAGER, base=base) == "violated"


def test_a_notified_function_of_the_same_stack(tmp_path: Path) -> None:
    hcl = """
resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = "arn:aws:iam::123456789012:role/x"
}
resource "aws_s3_bucket_notification" "logs" {
  bucket = aws_s3_bucket.logs.id
  lambda_function {
    lambda_function_arn = aws_lambda_function.reader.arn
    events              = ["s3:ObjectCreated:*"]
  }
}
"""
    assert verdict(tmp_path, "notifications-not-open-to-members", hcl) == "proved"


def test_ways_around_in_another_input_are_said_of_the_trail_that_is_led_there(tmp_path: Path) -> None:
    """Both stacks have blocks of the same addresses, which mean other things."""
    provider, rest = BASE.split("resource", 1)
    bucket, trail = (f"resource{one}" for one in rest.split("resource"))
    opened = policy({"Principal": "*", "Action": "s3:GetObject", "Resource": "*"})
    point = block("aws_s3_access_point", "team", bucket="acme-org-trail-logs", name="team", policy=opened)
    acl = block("aws_s3_bucket_acl", "logs", bucket="acme-org-trail-logs", acl="public-read")
    one, other = tmp_path / "trail", tmp_path / "logs"
    for folder, hcl in (
        (one, provider + trail.replace("aws_s3_bucket.logs.bucket", '"acme-org-trail-logs"')),
        (other, provider + bucket + DELEGATES + point + acl),
    ):
        folder.mkdir()
        (folder / "main.tf").write_text(hcl)
    for rule, address in ((THROUGH, "aws_s3_access_point.team"), (ACL, "aws_s3_bucket_acl.logs")):
        run = check(one, other, "--select", rule, *FACTS)
        (result,) = (found for found in run.json()["results"] if found["verdict"] != "not-applicable")
        assert (result["verdict"], result["address"]) == ("violated", "aws_cloudtrail.org")
        assert f"(`{address}` in {other})" in result["message"]
