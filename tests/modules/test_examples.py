"""Each example for real: planned, applied, found unchanged, looked at in the live API, destroyed in order."""

import json
import re

import pytest
from workbench import aws
from workbench.terraform import REPOSITORY, TerraformError, Workspace

from tests.modules.moto import ARCHIVE, CLOUDTRAIL, existing_organization, unprotect
from tests.modules.proofs import options, unproved

BUCKET = "acme-org-trail-logs"
TRAIL_ARN = f"arn:aws:cloudtrail:us-east-1:{aws.MANAGEMENT_ACCOUNT}:trail/org"

pytestmark = pytest.mark.terraform


@pytest.fixture(autouse=True)
def empty_aws():
    aws.server().reset()


def example(name, tmp_path, aliases=None, **more) -> Workspace:
    return Workspace(REPOSITORY / "examples" / name, tmp_path, aliases=aliases or {}, **more)


def assert_unchanged(workspace):
    """A second plan has nothing to do, and the checker proves the state that the first one left."""
    assert "No changes." in workspace.run("plan", "-detailed-exitcode")
    state = workspace.folder / "state.json"
    state.write_text(json.dumps(workspace.show()))
    assert unproved(state, *who(workspace)) == {}


def who(workspace):
    """The options that tell the checker who is who, with the account that this run's provider acts in."""
    given = options(workspace.folder.name)
    variables = workspace.folder / "terraform.tfvars"
    return (
        [re.search("[0-9]{12}", variables.read_text())[0] if one == ARCHIVE else one for one in given]
        if (variables.exists())
        else given
    )


def assert_alive(owner="", prefix="AWSLogs"):
    """What the live API says of a trail that works, with its bucket in the account `owner`."""
    trail = aws.client("cloudtrail").get_trail(Name="org")["Trail"]
    assert trail["TrailARN"] == TRAIL_ARN
    assert trail["IsOrganizationTrail"]
    assert trail["IsMultiRegionTrail"]
    assert trail["IncludeGlobalServiceEvents"]
    assert trail["LogFileValidationEnabled"]
    assert trail["KmsKeyId"].split(":")[4] == (owner or aws.MANAGEMENT_ACCOUNT)
    assert aws.client("cloudtrail").get_trail_status(Name="org")["IsLogging"]

    organizations = aws.client("organizations")
    enabled = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert CLOUDTRAIL in [service["ServicePrincipal"] for service in enabled]
    organization = organizations.describe_organization()["Organization"]["Id"]

    s3 = aws.client("s3", owner)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET]
    statements = {
        statement["Sid"]: statement
        for statement in json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    }
    written = {statements[f"CloudTrailWritesForThe{whose}"]["Resource"] for whose in ("ManagementAccount", "Members")}
    assert written == {f"arn:aws:s3:::{BUCKET}/{prefix}/{whose}/*" for whose in (aws.MANAGEMENT_ACCOUNT, organization)}
    assert statements["NobodyElse"]["Effect"] == "Deny"
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    if owner:
        assert aws.client("s3").list_buckets()["Buckets"] == []


def position(log, address, event):
    """Where terraform's log first says that the resource whose address ends so reached `event` (an expression)."""
    found = re.search(rf"^\S*{re.escape(address)}: {event}", log, re.MULTILINE)
    assert found, f"{address}: {event} isn't in\n{log}"
    return found.start()


def assert_order(log, first, event, later):
    """In terraform's log, `first` reached `event` before anything was done to any of `later`."""
    done = position(log, first, event)
    for address in later:
        assert done < position(log, address, "(Creating|Destroying)"), address


def assert_destroyed_in_order(log, *more):
    """The trail is gone before anything that it stands on is touched, and the key outlives the bucket."""
    stands_on = ("aws_s3_bucket_policy.this", "aws_s3_bucket.this", "aws_kms_key.this", *more)
    assert_order(log, "aws_cloudtrail.this", "Destruction complete", stands_on)
    assert_order(log, "aws_s3_bucket.this", "Destruction complete", ["aws_kms_key.this"])


def live_key_states(owner=""):
    kms = aws.client("kms", owner)
    return [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] for key in kms.list_keys()["Keys"]]


def test_one_account(tmp_path):
    workspace = example("one-account", tmp_path)
    log = workspace.apply()
    for address in ("aws_organizations_organization.this[0]", "aws_s3_bucket_policy.this", "aws_kms_key.this"):
        assert_order(log, address, "Creation complete", ["aws_cloudtrail.this"])
    assert_unchanged(workspace)
    assert_alive()

    # A bucket with a log in it stays, and so does the key that the log is encrypted with.
    s3 = aws.client("s3")
    s3.delete_bucket_policy(Bucket=BUCKET)  # moto takes its Denies without their conditions
    s3.put_object(Bucket=BUCKET, Key=f"AWSLogs/{aws.MANAGEMENT_ACCOUNT}/log", Body=b"{}")
    unprotect(workspace)
    log = workspace.run("destroy", "-auto-approve", "-refresh=false", check=False)
    assert "BucketNotEmpty" in log
    assert_order(
        log,
        "aws_cloudtrail.this",
        "Destruction complete",
        ["aws_s3_bucket_policy.this", "aws_s3_bucket.this"],
    )
    assert "aws_organizations_organization.this[0]: Destroying" not in log
    assert len(s3.list_object_versions(Bucket=BUCKET)["Versions"]) == 1
    assert live_key_states() == ["Enabled"]


def test_separate_log_archive(tmp_path):
    workspace = example("separate-log-archive", tmp_path, {"log_archive": ARCHIVE})
    workspace.apply()
    assert_unchanged(workspace)
    assert_alive(ARCHIVE, "trail/AWSLogs")

    organizations = aws.client("organizations")
    (policy,) = [
        policy
        for policy in organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
        if not policy["AwsManaged"]
    ]
    root = organizations.list_roots()["Roots"][0]["Id"]
    attached = organizations.list_targets_for_policy(PolicyId=policy["Id"])["Targets"]
    assert [target["TargetId"] for target in attached] == [root]
    lock = aws.client("s3", ARCHIVE).get_object_lock_configuration(Bucket=BUCKET)["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"]["Mode"] == "GOVERNANCE"
    assert lock["Rule"]["DefaultRetention"]["Days"] == 365

    unprotect(workspace)
    log = workspace.destroy("-refresh=false")
    assert_destroyed_in_order(log, "aws_organizations_organization.this[0]")
    assert live_key_states(ARCHIVE) == ["PendingDeletion"]


def test_existing_organization(tmp_path):
    existing_organization()
    organizations = aws.client("organizations")
    workspace = example("existing-organization", tmp_path, {"log_archive": ARCHIVE})
    workspace.run("plan", "-out=tfplan")

    # Switched off by hand while the plan lies around.
    organizations.disable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
    said = " ".join(workspace.run("apply", "tfplan", check=False).split())
    assert "Trusted access for cloudtrail.amazonaws.com is off in organization" in said
    assert "it was turned off after the plan was made" in said
    assert "aws organizations enable-aws-service-access --service-principal cloudtrail.amazonaws.com" in said
    assert aws.client("cloudtrail").list_trails()["Trails"] == []
    assert aws.client("s3", ARCHIVE).list_buckets()["Buckets"] == []

    # A new plan stops by itself.
    with pytest.raises(TerraformError, match=r"(?s)Trusted access for cloudtrail.amazonaws.com is off"):
        workspace.run("plan")

    organizations.enable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
    workspace.apply()
    assert_unchanged(workspace)
    assert_alive(ARCHIVE)
    trail = aws.client("cloudtrail").get_trail(Name="org")["Trail"]
    assert trail["CloudWatchLogsLogGroupArn"].endswith(":log-group:/aws/cloudtrail/org:*")
    assert trail["CloudWatchLogsRoleArn"].endswith(":role/org-cloudtrail-to-cloudwatch-logs")
    assert trail["SnsTopicName"] == "org-log-files"

    unprotect(workspace)
    assert_destroyed_in_order(workspace.destroy("-refresh=false"))
    enabled = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [service["ServicePrincipal"] for service in enabled] == [CLOUDTRAIL]


def test_delegated_administrator(tmp_path):
    existing_organization()
    organizations = aws.client("organizations")
    made = organizations.create_account(AccountName="security", Email="security@example.com")
    security = made["CreateAccountStatus"]["AccountId"]
    workspace = example(
        "delegated-administrator",
        tmp_path,
        {"security": security},
        files={"terraform.tfvars": f'security_account_id = "{security}"\n'},
    )
    log = workspace.apply()
    assert_order(
        log,
        "terraform_data.confirm_again[0]",
        "Creation complete",
        ["aws_cloudtrail_organization_delegated_admin_account.this[0]"],
    )
    assert_unchanged(workspace)
    assert_alive(security)
    registered = organizations.list_delegated_administrators(ServicePrincipal=CLOUDTRAIL)["DelegatedAdministrators"]
    assert [administrator["Id"] for administrator in registered] == [security]
    unprotect(workspace)
    assert_destroyed_in_order(workspace.destroy("-refresh=false"))


def test_migrate_existing_trail(tmp_path):
    existing_organization()
    aws.client("s3").create_bucket(Bucket=BUCKET)
    by_hand = aws.client("cloudtrail")
    by_hand.create_trail(
        Name="org", S3BucketName=BUCKET, S3KeyPrefix="audit", IsOrganizationTrail=True, IsMultiRegionTrail=True
    )
    by_hand.start_logging(Name="org")

    workspace = example("migrate-existing-trail", tmp_path)
    (after, before) = ((workspace.folder / "main.tf").read_text(), workspace.folder / "main.tf")
    before.write_text((REPOSITORY / "examples" / "migrate-existing-trail" / "before" / "main.tf").read_text())
    workspace.apply()
    before.write_text(after)

    plan = workspace.plan()
    actions = {change["address"]: change["change"]["actions"] for change in plan["resource_changes"]}
    assert not [address for address, action in actions.items() if "delete" in action]
    module = "module.organization_trail"
    assert actions[f"{module}.aws_cloudtrail.this"] == ["update"]
    assert actions[f"{module}.module.log_bucket[0].aws_s3_bucket_policy.this"] == ["update"]
    assert actions[f"{module}.module.log_bucket[0].aws_s3_bucket_versioning.this"] == ["no-op"]
    assert "create" not in actions[f"{module}.module.log_bucket[0].aws_s3_bucket.this"]
    workspace.run("apply", "tfplan")
    assert_unchanged(workspace)
    assert_alive(prefix="audit/AWSLogs")
    unprotect(workspace)
    assert_destroyed_in_order(workspace.destroy("-refresh=false"))


@pytest.mark.long
def test_one_module_each(tmp_path):
    workspace = example("one-module-each", tmp_path)
    log = workspace.apply()
    for address in ("aws_organizations_organization.this[0]", "aws_s3_bucket_policy.this", "aws_kms_key.this"):
        assert_order(log, address, "Creation complete", ["aws_cloudtrail.this"])
    assert_unchanged(workspace)
    rules = aws.client("events").list_rules(NamePrefix="organization-trail-alerts-")["Rules"]
    assert {rule["Name"].rpartition("-")[2] for rule in rules} == {"trail", "organization", "bucket", "key"}
    assert all(rule["State"] == "ENABLED" for rule in rules)
    unprotect(workspace)
    log = workspace.destroy("-refresh=false")
    assert_destroyed_in_order(log, "aws_organizations_organization.this[0]")
