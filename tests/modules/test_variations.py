"""What changes over a deployment's life, for real: planned, applied, found unchanged, changed, and changed back."""

import json
import os
import sys
from pathlib import Path

import pytest
from workbench import aws
from workbench.run import check
from workbench.terraform import REPOSITORY, Workspace

from tests.modules.moto import (
    ARCHIVE,
    CLOUDTRAIL,
    ROOTS,
    actions,
    assert_no_changes,
    assert_proved,
    buckets,
    existing_organization,
    root,
    said,
    services,
    trails,
)

pytestmark = pytest.mark.terraform

#: What the READMEs say lets go of what is protected.
FORGET_THE_ORGANIZATION = """
moved {
  from = module.trusted_access.aws_organizations_organization.this[0]
  to   = aws_organizations_organization.let_go
}

removed {
  from = aws_organizations_organization.let_go

  lifecycle {
    destroy = false
  }
}
"""
LET_GO = """
removed {
  from = module.organization_trail.module.log_bucket.aws_s3_bucket.this

  lifecycle {
    destroy = false
  }
}

removed {
  from = module.organization_trail.module.log_key.aws_kms_key.this

  lifecycle {
    destroy = false
  }
}

removed {
  from = module.organization_trail.module.trusted_access.aws_organizations_organization.this

  lifecycle {
    destroy = false
  }
}
"""

#: The gate runs the `orgtrail` of these tests.
WITH_ORGTRAIL = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(autouse=True)
def empty_aws():
    aws.server().reset()


def test_gate_stops_what_opens_at_apply(tmp_path):
    """A bucket, key, log group and topic of one's own; whether the bucket's policy is open shows at apply."""
    existing_organization()
    workspace = root("brought-along", tmp_path, {"log_archive": ARCHIVE})

    stopped = said(workspace, "apply", "-auto-approve", "-var=opened=true", environment=WITH_ORGTRAIL)
    assert "members-cannot-read-logs" in stopped
    assert "Error: local-exec provisioner error" in stopped
    assert buckets(ARCHIVE) == ["acme-own-logs"]
    assert trails() == []

    without = ("apply", "-auto-approve", "-var=opened=false", "-var=command=orgtrail-that-is-not-there")
    stopped = said(workspace, *without)
    assert "Install it: python3 -m pip install orgtrail" in stopped
    assert trails() == []

    workspace.run("apply", "-auto-approve", "-var=opened=false", environment=WITH_ORGTRAIL)
    trail = aws.client("cloudtrail").get_trail(Name="org")["Trail"]
    assert trail["S3BucketName"] == "acme-own-logs"
    assert ":222222222222:key/" in trail["KmsKeyId"]
    assert trail["CloudWatchLogsLogGroupArn"].endswith(":log-group:own:*")
    assert_no_changes(workspace, "-var=opened=false")

    gate = next(one for one in resources(workspace) if one["address"].endswith("terraform_data.gate[0]"))
    ran_on = json.loads(gate["values"]["output"])["values"]["root_module"]["resources"]
    assert {one["type"] for one in ran_on} >= {"aws_s3_bucket_policy", "aws_kms_key", "aws_cloudtrail"}


@pytest.mark.long
def test_gate_opens_for_what_the_modules_make(tmp_path):
    """The example with everything in one account, and the gate: it goes through, and a Deny in its way stops it."""
    workspace = Workspace(REPOSITORY / "examples" / "one-account", tmp_path)
    main = workspace.folder / "main.tf"
    gated = main.read_text().replace('"manage"\n', '"manage"\n  gate = {}\n', 1)
    # Nobody in the organization's way but CloudTrail itself.
    shut = '{"Statement":[{"Sid":"Shut","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"}]}'
    main.write_text(gated.replace("gate = {}\n", f"gate = {{}}\n  bucket_policy_documents = [{json.dumps(shut)}]\n"))
    stopped = said(workspace, "apply", "-auto-approve", environment=WITH_ORGTRAIL)
    assert "Error: local-exec provisioner error" in stopped
    assert trails() == []

    main.write_text(gated)
    workspace.run("apply", "-auto-approve", environment=WITH_ORGTRAIL)
    assert trails() == ["org"]
    assert_no_changes(workspace)


@pytest.mark.long
def test_changes_later_stay_in_place(tmp_path):
    """A deployment with the longest name that a trail may have; object lock and readers come later."""
    name = "organization." * 9 + "main-trail1"
    assert len(name) == 128
    workspace = root("whole", tmp_path, {"log_archive": ARCHIVE})
    named = f"-var=trail_name={name}"
    workspace.apply(named)
    assert_no_changes(workspace, named)
    who = ("--management-account", aws.MANAGEMENT_ACCOUNT, "--archive-account", ARCHIVE)
    assert_proved(workspace, workspace.show(), *who, "--trusted-account", "444444444444")
    (role,) = [one for one in aws.client("iam").list_roles()["Roles"] if one["Path"] == "/platform/"]
    assert len(role["RoleName"]) == 64
    boundary = aws.client("iam").get_role(RoleName=role["RoleName"])["Role"]["PermissionsBoundary"]
    assert boundary["PermissionsBoundaryArn"].endswith(":policy/boundary")
    (control,) = aws.client("organizations").list_policies(Filter="RESOURCE_CONTROL_POLICY")["Policies"][-1:]
    assert control["Name"] == "organization-trail-logs"

    later = (
        named,
        '-var=object_lock={mode="GOVERNANCE",days=365}',
        '-var=readers=["444444444444","555555555555"]',
        "-var=management_account_reads=true",
    )
    changes = actions(plan := workspace.plan(*later))
    module = "module.organization_trail.module"
    assert changes == {
        f"{module}.log_bucket[0].aws_s3_bucket_object_lock_configuration.this[0]": ["create"],
        f"{module}.log_bucket[0].aws_s3_bucket_policy.this": ["update"],
        f"{module}.log_key[0].aws_kms_key.this": ["update"],
        "module.guardrails.aws_organizations_policy.this": ["update"],
        "module.guardrails.aws_organizations_policy.resources[0]": ["update"],
    }
    trusted = (*who, "--trusted-account", "444444444444", "--trusted-account", "555555555555")
    assert_proved(workspace, plan, "--source", str(workspace.folder), *trusted)
    workspace.run("apply", "tfplan")
    assert_no_changes(workspace, *later)
    assert_proved(workspace, workspace.show(), *trusted)

    # What holds logs, their key and the organization isn't destroyed.
    stopped = said(workspace, "plan", "-destroy", *later)
    for kept in ("aws_s3_bucket", "aws_kms_key", "aws_organizations_organization"):
        assert f"{kept}.this" in stopped
    assert "lifecycle.prevent_destroy set" in stopped


@pytest.mark.long
def test_let_go_and_destroy(tmp_path):
    """The way out that the READMEs write down: what is protected is forgotten, the rest destroyed, the trail first."""
    workspace = root("whole", tmp_path, {"log_archive": ARCHIVE})
    workspace.apply()
    main = workspace.folder / "main.tf"
    unused = {
        "main.tf": main.read_text().partition("module ")[0],
        "let_go.tf": LET_GO,
    }
    for file, text in unused.items():
        (workspace.folder / file).write_text(text)
    changes = actions(workspace.plan())
    assert {address for address, done in changes.items() if done == ["forget"]} == {
        "module.organization_trail.module.log_bucket[0].aws_s3_bucket.this",
        "module.organization_trail.module.log_key[0].aws_kms_key.this",
        "module.organization_trail.module.trusted_access.aws_organizations_organization.this[0]",
    }
    assert changes["module.organization_trail.aws_cloudtrail.this"] == ["delete"]
    log = workspace.run("apply", "tfplan")
    gone = log.index("aws_cloudtrail.this: Destruction complete")
    assert gone < log.index("aws_s3_bucket_policy.this: Destroying...")
    assert buckets(ARCHIVE) == ["acme-org-trail-logs"]


@pytest.mark.long
def test_archive_account_made_by_the_same_apply(tmp_path):
    existing_organization()
    workspace = root("bootstrap", tmp_path, {"log_archive": "${aws_organizations_account.log_archive.id}"})
    stopped = said(workspace, "apply", "-auto-approve", "-var=told=false")
    made = [
        one["Id"] for one in aws.client("organizations").list_accounts()["Accounts"] if one["Name"] == "log-archive"
    ]
    assert (
        f"name {aws.MANAGEMENT_ACCOUNT} as the account that owns the logs, and the provider acts in {made[0]}"
        in stopped
    )
    assert "Where the same apply makes the account, that input has to be given." in stopped
    assert (buckets(), buckets(made[0]), trails()) == ([], [], [])

    aws.server().reset()
    existing_organization()
    (workspace.folder / "terraform.tfstate").unlink()
    workspace.apply()
    (archive,) = [
        one["Id"] for one in aws.client("organizations").list_accounts()["Accounts"] if one["Name"] == "log-archive"
    ]
    policy = aws.client("s3", archive).get_bucket_policy(Bucket="acme-org-trail-logs")["Policy"]
    guard = next(one for one in json.loads(policy)["Statement"] if one["Sid"] == "NobodyElse")
    assert set(guard["Condition"]["StringNotEqualsIfExists"]["aws:PrincipalAccount"]) == {
        archive,
        aws.MANAGEMENT_ACCOUNT,
    }
    assert_no_changes(workspace)


@pytest.mark.long
def test_depends_on_the_call_in_confirm_mode(tmp_path):
    workspace = root("depends-on", tmp_path)
    workspace.apply()
    assert trails() == ["org"]
    assert_no_changes(workspace)


@pytest.mark.long
def test_adding_turns_nothing_off_and_modes_change(tmp_path):
    """An organization with another service and a policy type on: added to, confirmed, taken over whole."""
    organizations = aws.client("organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal="config.amazonaws.com")
    at_home = organizations.list_roots()["Roots"][0]
    enabled = {one["Type"] for one in at_home["PolicyTypes"] if one["Status"] == "ENABLED"} | {"TAG_POLICY"}
    organizations.enable_policy_type(RootId=at_home["Id"], PolicyType="TAG_POLICY")

    workspace = root("modes", tmp_path)
    address = "module.trusted_access.aws_organizations_organization.this[0]"
    imported = f'import {{\n  to = {address}\n  id = "{organization}"\n}}\n'
    (workspace.folder / "import.tf").write_text(imported)
    assert actions(workspace.plan("-var=mode=add")) == {address: ["update"]}
    workspace.run("apply", "tfplan")
    assert services() == {"config.amazonaws.com", CLOUDTRAIL}
    assert_no_changes(workspace, "-var=mode=add")

    # Another service that somebody turns on stays, too.
    organizations.enable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    assert actions(workspace.plan("-var=mode=add")) == {}

    # confirm alone would destroy the organization: the plan stops.
    stopped = said(workspace, "plan", "-var=mode=confirm")
    assert "lifecycle.prevent_destroy set" in stopped
    (workspace.folder / "import.tf").write_text(FORGET_THE_ORGANIZATION)
    changes = actions(workspace.plan("-var=mode=confirm"))
    assert changes["aws_organizations_organization.let_go"] == ["forget"]
    workspace.run("apply", "tfplan")
    assert services() == {"config.amazonaws.com", CLOUDTRAIL, "sso.amazonaws.com"}
    (workspace.folder / "import.tf").unlink()
    assert_no_changes(workspace, "-var=mode=confirm")

    # manage is authoritative, so what is on has to be on its lists.
    (workspace.folder / "import.tf").write_text(imported)
    whole = ("-var=mode=manage", '-var=services=["config.amazonaws.com","sso.amazonaws.com"]')
    whole = (*whole, f"-var=policy_types={json.dumps(sorted(enabled))}")
    changes = actions(workspace.plan(*whole))
    assert changes == {
        "module.trusted_access.aws_iam_service_linked_role.cloudtrail[0]": ["create"],
        "module.trusted_access.terraform_data.confirm_again[0]": ["delete"],
    }
    workspace.run("apply", "tfplan")
    assert services() == {"config.amazonaws.com", CLOUDTRAIL, "sso.amazonaws.com"}
    assert_no_changes(workspace, *whole)


@pytest.mark.long
def test_forty_readers_fit_and_three_hundred_are_refused(tmp_path):
    workspace = root("sizes", tmp_path)
    sizes = workspace.plan("-var=readers=40")["planned_values"]["outputs"]["sizes"]["value"]
    assert sizes["service"] <= 5120
    assert sizes["resource"] <= 5120
    assert sizes["bucket"] <= 20480
    refused = said(workspace, "plan", "-var=readers=300")
    for what in ("service control policy", "resource control policy", "bucket policy"):
        assert f"The {what} is longer than" in refused


@pytest.mark.long
def test_replica_is_proved(tmp_path):
    workspace = root("replica", tmp_path, {"replica": aws.MANAGEMENT_ACCOUNT})
    who = ("--management-account", aws.MANAGEMENT_ACCOUNT, "--archive-account", aws.MANAGEMENT_ACCOUNT)
    assert_proved(workspace, workspace.plan(), "--source", str(workspace.folder), *who)


def resources(workspace):
    """The resources of the state's modules, however deep."""
    pending = [workspace.show()["values"]["root_module"]]
    while pending:
        module = pending.pop()
        pending += module.get("child_modules", [])
        yield from module.get("resources", [])


def test_query_looks_where_the_trail_writes(tmp_path):
    """A plan is as far as it goes: moto has no tags of Athena's workgroups, and the provider reads them."""
    plan = root("query", tmp_path).plan()
    after = {one["address"]: one["change"]["after"] for one in plan["resource_changes"]}
    table = after["module.query.aws_glue_catalog_table.this"]["parameters"]
    where = "s3://acme-org-trail-logs/AWSLogs/o-abcd123456/${account}/CloudTrail/${region}/${day}"
    assert table["storage.location.template"] == where
    assert table["projection.account.values"] == "123456789012,222222222222"
    assert table["projection.region.values"] == "eu-west-1,us-east-1"
    file = tmp_path / "query.json"
    file.write_text(json.dumps(plan))
    assert "violated" not in check(file, "--no-source").verdicts().values()


def test_event_data_store_is_planned_after_trusted_access(tmp_path):
    """moto makes no event data stores: the plan is as far as it goes, and the checker proves its order."""
    text = (ROOTS / "lake" / "main.tf").read_text().replace("../../../../modules", "../../modules")
    plan = root("lake", tmp_path, files={"main.tf": text}).plan()
    made = actions(plan)
    assert made["module.event_data_store.aws_cloudtrail_event_data_store.this"] == ["create"]
    file = tmp_path / "lake.json"
    file.write_text(json.dumps(plan))
    verdicts = check(file, "--management-account", "123456789012", "--no-source").verdicts()
    assert verdicts["event-data-store-after-trusted-access"] == "proved"
