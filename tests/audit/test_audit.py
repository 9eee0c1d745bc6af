"""`orgtrail audit` on a living organization: what holds is proved, what is broken is reported by the right rule."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tools import schemas
from workbench import aws
from workbench.run import orgtrail

from orgtrail.rules import catalogue
from tests.audit.conftest import audit
from tests.audit.organization import BUCKET, CLOUDTRAIL, MANAGEMENT, ROLE, TOPIC, TRAIL, Organization

#: What there is nothing to say about where nothing is planned.
PLANS_ONLY = {
    "bucket-policy-before-trail",
    "delegated-admin-after-trusted-access",
    "event-data-store-after-trusted-access",
    "log-bucket-kept",
    "organization-trail-kept",
    "trail-maker-is-allowed",
    "trusted-access-before-trail",
}
#: Ways around the bucket policy: what of them isn't there, and (links) what `audit` doesn't ask AWS for yet.
NOT_THERE = {
    "key-not-granted-to-members",
    "log-group-not-linked-to-members",
    "logs-not-backed-up-to-members",
    "logs-not-granted-through-lake-formation",
    "logs-not-listed-for-members",
    "logs-not-queried-for-members",
    "logs-not-replicated-to-members",
    "logs-not-served-by-cloudfront",
    "logs-not-streamed-to-members",
    "logs-not-transferred-to-members",
    "trail-is-read",
}


def test_what_holds_is_proved(organization: Organization) -> None:
    run = audit(organization)
    report = run.json()
    verdicts = run.verdicts()
    errors = {result["rule"] for result in report["results"] if result["severity"] == "error"}
    assert {rule for rule in errors if verdicts[rule] != "proved"} <= PLANS_ONLY | NOT_THERE | {
        "service-linked-role-intact"
    }
    assert run.code == 0
    assert report["inputs"] == [{"path": f"organization {organization.id}", "kind": "live", "terraform_version": None}]
    assert verdicts["audit-is-complete"] == "proved"
    assert "violated" not in {verdict for rule, verdict in verdicts.items() if rule != "trail-feeds-cloudwatch"}
    # The answer is as wide as what was asked, and so is what the rules say that AWS wasn't asked for.
    kept_out = next(
        one for one in report["answers"] if "members" in one["sentence"] or "member account" in one["sentence"]
    )
    unasked = {what for one in catalogue() for what in one.unasked}
    assert kept_out["word"] == "yes"
    assert {what for what in unasked if what in kept_out["sentence"]} == unasked
    for one in catalogue():
        told = [result["message"] for result in report["results"] if result["rule"] == one.id]
        assert not one.unasked or all("doesn't ask for" in message for message in told) or verdicts[one.id] == "proved"


def open_policy(organization: Organization) -> None:
    everybody = {
        "Sid": "Readers",
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization.id}},
    }
    organization.put_policy(organization.policy(everybody))


def open_to_delete(organization: Organization) -> None:
    member = {
        "Sid": "Cleaners",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{organization.members[0]}:root"},
        "Action": "s3:DeleteObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/AWSLogs/*",
    }
    organization.put_policy(organization.policy(member))


def public_policy(organization: Organization) -> None:
    public = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    s3 = aws.client("s3", organization.archive)
    s3.delete_public_access_block(Bucket=BUCKET)
    organization.put_policy(organization.policy(public))


def public_acl(organization: Organization) -> None:
    s3 = aws.client("s3", organization.archive)
    s3.delete_bucket_ownership_controls(Bucket=BUCKET)
    s3.delete_public_access_block(Bucket=BUCKET)
    s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")


def open_key(organization: Organization) -> None:
    policy = organization.key_policy()
    policy["Statement"].append({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"})
    kms = aws.client("kms", organization.archive)
    kms.put_key_policy(KeyId=organization.key, PolicyName="default", Policy=json.dumps(policy))


def closed_key(organization: Organization) -> None:
    policy = organization.key_policy()
    policy["Statement"] = policy["Statement"][:1]
    kms = aws.client("kms", organization.archive)
    kms.put_key_policy(KeyId=organization.key, PolicyName="default", Policy=json.dumps(policy))


def replicated(organization: Organization) -> None:
    rule = {
        "ID": "copies",
        "Status": "Enabled",
        "Prefix": "",
        "Destination": {"Bucket": "arn:aws:s3:::theirs", "Account": organization.members[0]},
    }
    role = f"arn:aws:iam::{organization.archive}:role/replication"
    aws.client("s3", organization.members[0]).create_bucket(Bucket="theirs")
    aws.client("s3", organization.members[0]).put_bucket_versioning(
        Bucket="theirs", VersioningConfiguration={"Status": "Enabled"}
    )
    aws.client("s3", organization.archive).put_bucket_replication(
        Bucket=BUCKET, ReplicationConfiguration={"Role": role, "Rules": [rule]}
    )


def delegated(organization: Organization) -> None:
    """The bucket leaves it to access points who gets in, and one of them lets a member in."""
    through = {
        "Sid": "Delegate",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"StringEquals": {"s3:DataAccessPointAccount": organization.archive}},
    }
    organization.put_policy(organization.policy(through))
    organization.put_access_point_policy(organization.members[0])


def open_topic(organization: Organization) -> None:
    subscribe = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sns:Subscribe",
        "Resource": TOPIC,
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization.id}},
    }
    sns = aws.client("sns")
    policy = json.loads(sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["Policy"])
    policy["Statement"].append(subscribe)
    sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=json.dumps(policy))


def subscribed(organization: Organization) -> None:
    queue = f"arn:aws:sqs:us-east-1:{organization.members[0]}:theirs"
    aws.client("sqs", organization.members[0]).create_queue(QueueName="theirs")
    aws.client("sns").subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=queue)


def open_log_group(_: Organization) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("logs").put_resource_policy(policyName="dns", policyDocument=document)


def granted(organization: Organization) -> None:
    aws.client("kms", organization.archive).create_grant(
        KeyId=organization.key,
        GranteePrincipal=f"arn:aws:iam::{organization.members[0]}:role/theirs",
        Operations=["Decrypt"],
    )


def writes_only(_: Organization) -> None:
    selectors = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    aws.client("cloudtrail").put_event_selectors(TrailName="org", EventSelectors=selectors)


def without_kms(_: Organization) -> None:
    selector = {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "ExcludeManagementEventSources": ["kms.amazonaws.com"],
    }
    aws.client("cloudtrail").put_event_selectors(TrailName="org", EventSelectors=[selector])


def expiring(organization: Organization) -> None:
    rule = {"ID": "logs", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}
    aws.client("s3", organization.archive).put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]}
    )


def listed_for_a_member(organization: Organization) -> None:
    destination = {"Bucket": "arn:aws:s3:::theirs", "AccountId": organization.members[0], "Format": "CSV"}
    inventory = {
        "Id": "all",
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": destination},
    }
    aws.client("s3", organization.archive).put_bucket_inventory_configuration(
        Bucket=BUCKET, Id="all", InventoryConfiguration=inventory
    )


BREAKAGES: dict[str, tuple[str, Callable[[Organization], Any]]] = {
    "service access disabled": (
        "trusted-access-kept",
        lambda _: aws.client("organizations").disable_aws_service_access(ServicePrincipal=CLOUDTRAIL),
    ),
    "policy open to the organization": ("members-cannot-read-logs", open_policy),
    "policy lets a member delete": ("members-cannot-alter-logs", open_to_delete),
    "policy public": ("logs-not-public", public_policy),
    "policy deleted": (
        "cloudtrail-can-write-logs",
        lambda made: aws.client("s3", made.archive).delete_bucket_policy(Bucket=BUCKET),
    ),
    "organization's path missing in the policy": (
        "cloudtrail-can-write-logs",
        lambda made: made.put_policy(made.policy(organization_path=False)),
    ),
    "public ACL": ("logs-not-public", public_acl),
    "logging stopped": ("trail-covers-organization", lambda _: aws.client("cloudtrail").stop_logging(Name="org")),
    "one region only": (
        "trail-covers-organization",
        lambda _: aws.client("cloudtrail").update_trail(Name="org", IsMultiRegionTrail=False),
    ),
    "no longer an organization trail": (
        "organization-has-trail",
        lambda _: aws.client("cloudtrail").update_trail(Name="org", IsOrganizationTrail=False),
    ),
    "trail deleted": ("organization-has-trail", lambda _: aws.client("cloudtrail").delete_trail(Name="org")),
    "service-linked role deleted": (
        "service-linked-role-exists",
        lambda _: aws.client("iam").delete_role(RoleName=ROLE),
    ),
    "replicated to a member": ("logs-not-replicated-to-members", replicated),
    "access point open to a member": ("logs-not-shared-through-access-points", delegated),
    "a reader's role trusts a member": (
        "members-cannot-assume-log-readers",
        lambda made: made.make_reader(made.members[0], "theirs"),
    ),
    "topic open to the organization": ("notifications-not-open-to-members", open_topic),
    "a member's queue subscribed": ("notifications-not-open-to-members", subscribed),
    "log group open to services": ("log-group-policy-is-closed", open_log_group),
    "key granted to a member": ("key-not-granted-to-members", granted),
    "key open to everybody": ("members-cannot-decrypt-logs", open_key),
    "key closed to CloudTrail": ("cloudtrail-can-use-key", closed_key),
    "key disabled": (
        "cloudtrail-can-use-key",
        lambda made: aws.client("kms", made.archive).disable_key(KeyId=made.key.rpartition("/")[2]),
    ),
    "key on its way out": (
        "cloudtrail-can-use-key",
        lambda made: aws.client("kms", made.archive).schedule_key_deletion(
            KeyId=made.key.rpartition("/")[2], PendingWindowInDays=7
        ),
    ),
    "writes only": ("trail-logs-management-events", writes_only),
    "KMS left out": ("trail-excludes-no-events", without_kms),
    "topic for another trail": (
        "cloudtrail-can-notify",
        lambda made: made.put_topic_policy(source=TRAIL.replace("trail/org", "trail/other")),
    ),
    "members' streams left out": (
        "cloudtrail-can-feed-cloudwatch",
        lambda made: made.put_writer_policy(f"{MANAGEMENT}_CloudTrail_us-east-1*"),
    ),
    "inventory for a member": ("logs-not-listed-for-members", listed_for_a_member),
    "logs expire early": ("logs-are-retained", expiring),
    "versioning suspended": (
        "bucket-is-hardened",
        lambda made: aws.client("s3", made.archive).put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}
        ),
    ),
    "public access block removed": (
        "bucket-is-hardened",
        lambda made: aws.client("s3", made.archive).delete_public_access_block(Bucket=BUCKET),
    ),
    "log file validation off": (
        "trail-validates-log-files",
        lambda _: aws.client("cloudtrail").update_trail(Name="org", EnableLogFileValidation=False),
    ),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_breakage_is_reported_by_its_rule(organization: Organization, breakage: str) -> None:
    rule, break_it = BREAKAGES[breakage]
    break_it(organization)
    run = audit(organization)
    assert run.verdicts()[rule] == "violated"
    severity = next(result["severity"] for result in run.json()["results"] if result["rule"] == rule)
    assert run.code == (1 if severity == "error" else 0)


def test_trusted_access_off_says_how_to_turn_it_on_again(organization: Organization) -> None:
    aws.client("organizations").disable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
    run = audit(organization, report="text")
    command = f"aws organizations enable-aws-service-access --service-principal {CLOUDTRAIL}"
    assert f"enabling it again is enough (`{command}`), the trail needs no change" in run.out


def test_a_witness_names_a_real_member(organization: Organization) -> None:
    open_policy(organization)
    results = audit(organization, "--select", "members-cannot-read-logs").json()["results"]
    assert results[0]["witness"]["account"] in organization.members


def test_a_trusted_account_is_no_member(organization: Organization) -> None:
    reader = {
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{member}:root" for member in organization.members]},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    organization.put_policy(organization.policy(reader))
    assert audit(organization, "--select", "members-cannot-read-logs").verdicts() == {
        "members-cannot-read-logs": "violated"
    }
    trusted = [part for member in organization.members for part in ("--trusted-account", member)]
    assert audit(organization, "--select", "members-cannot-read-logs", *trusted).verdicts() == {
        "members-cannot-read-logs": "proved"
    }


LONG_AGO = datetime.now(UTC) - timedelta(days=3)


@pytest.mark.parametrize(
    ("changes", "rule", "verdict"),
    [
        ({"LatestDeliveryError": "AccessDenied"}, "trail-delivers-logs", "violated"),
        ({"LatestDeliveryTime": LONG_AGO}, "trail-delivers-logs", "violated"),
        ({"LatestDeliveryTime": None, "StartLoggingTime": LONG_AGO}, "trail-delivers-logs", "violated"),
        ({"LatestDeliveryTime": None}, "trail-delivers-logs", "undecided"),
        ({"LatestDigestDeliveryError": "AccessDenied"}, "trail-delivers-copies", "violated"),
        ({"LatestCloudWatchLogsDeliveryError": "AccessDenied"}, "trail-delivers-copies", "violated"),
        ({"LatestNotificationError": "AuthorizationError"}, "trail-delivers-copies", "violated"),
    ],
)
def test_what_the_status_says(
    organization: Organization, hook: Callable[..., None], changes: dict[str, Any], rule: str, verdict: str
) -> None:
    hook("after-call.cloudtrail.GetTrailStatus", lambda parsed, **_: parsed.update(changes))
    assert audit(organization, "--select", rule).verdicts() == {rule: verdict}


def test_several_trails_in_several_regions_are_all_seen(organization: Organization) -> None:
    west = aws.client("cloudtrail", region="us-west-2")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="acme-west-logs")
    west.create_trail(Name="west", S3BucketName="acme-west-logs", IsOrganizationTrail=True, IsMultiRegionTrail=True)
    run = audit(organization)
    addresses = {result["address"] for result in run.json()["results"] if result["rule"] == "trail-covers-organization"}
    assert addresses == {TRAIL, f"arn:aws:cloudtrail:us-west-2:{MANAGEMENT}:trail/west"}
    assert run.verdicts()["cloudtrail-can-write-logs"] == "violated"


def test_without_a_role_in_the_buckets_account_it_is_undecided_and_says_what_to_give(
    organization: Organization,
) -> None:
    run = orgtrail("audit", "--endpoint-url", aws.server().url, "--format", "json")
    verdicts = run.verdicts()
    assert run.code == 3
    needed = ("members-cannot-read-logs", "cloudtrail-can-write-logs", "logs-not-public", "cloudtrail-can-use-key")
    assert {verdicts[rule] for rule in needed} == {"undecided"}
    assert "give --archive-role-arn" in run.out


def test_control_policies_are_seen_with_what_they_are_attached_to(organization: Organization, tmp_path: Path) -> None:
    organizations = aws.client("organizations")
    content = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = organizations.create_policy(Content=content, Description="", Name="guard", Type="SERVICE_CONTROL_POLICY")[
        "Policy"
    ]["PolicySummary"]
    organizations.attach_policy(PolicyId=made["Id"], TargetId=organization.members[0])
    audit(organization, "--save", tmp_path / "seen.json")
    seen = json.loads((tmp_path / "seen.json").read_text())["resources"]
    (policy,) = (one["values"] for one in seen if one["type"] == "aws_organizations_policy")
    (attachment,) = (one["values"] for one in seen if one["type"] == "aws_organizations_policy_attachment")
    assert (policy["content"], policy["type"]) == (content, "SERVICE_CONTROL_POLICY")
    assert attachment == {"policy_id": made["Id"], "target_id": organization.members[0]}


def test_evidence_decides_another_stack_and_holds_no_secret(organization: Organization, tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    audit(organization, "--save", file)
    text = file.read_text()
    jsonschema.Draft202012Validator(schemas.seen()).validate(json.loads(text))
    plan = Path(__file__).parents[1] / "configurations" / "trail-alone" / "plan.json"
    verdicts = orgtrail("check", plan, "--evidence", file, "--format", "json").verdicts()
    for rule in ("trusted-access-before-trail", "members-cannot-read-logs", "cloudtrail-can-write-logs"):
        assert verdicts[rule] == "proved", rule
    assert not [word for word in ("mock-secret", "SecretAccessKey", "SessionToken", "@acme.example") if word in text]


def test_an_account_outside_every_organization_is_one_line() -> None:
    aws.server().reset()
    run = orgtrail("audit", "--endpoint-url", aws.server().url)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert f"account {MANAGEMENT} isn't in an organization" in run.err
