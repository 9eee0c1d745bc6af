"""Denied calls, throttling, dropped connections: never a traceback, never `proved` on what wasn't seen."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from workbench import aws
from workbench.run import Run, orgtrail

from orgtrail.audit import permissions
from orgtrail.audit.calls import ASSUME_ROLE, CALLS, ApiCall
from tests.audit.conftest import audit
from tests.audit.organization import Organization

Hook = Callable[[str, Callable[..., Any]], None]

_POLICY = {"members-cannot-read-logs", "members-cannot-alter-logs", "cloudtrail-can-write-logs", "logs-not-public"}
_TRAIL = {"trail-covers-organization", "trail-delivers-logs"}
_KEY = {"members-cannot-decrypt-logs", "cloudtrail-can-use-key"}

#: What can't be decided without a call, beside audit-is-complete. Calls that aren't here add what no rule needs
#: where everything else was seen.
NEEDED_BY = {
    # That trusted access is enabled shows all features, too.
    "organizations:DescribeOrganization": {"cloudtrail-can-write-logs"},
    "organizations:DescribePolicy": {"service-linked-role-intact"},
    "organizations:ListPolicies": {"service-linked-role-intact"},
    "organizations:ListAWSServiceAccessForOrganization": {"trusted-access-kept"},
    "cloudtrail:ListTrails": _TRAIL,
    "cloudtrail:DescribeTrails": _TRAIL | _POLICY | _KEY,
    "cloudtrail:GetTrailStatus": _TRAIL,
    "cloudtrail:GetEventSelectors": {"trail-logs-management-events", "trail-excludes-no-events"},
    "cloudtrail:GetInsightSelectors": {"trail-excludes-no-events"},
    "iam:GetRole": {"service-linked-role-exists"},
    "s3:ListAllMyBuckets": _POLICY,
    "s3:GetBucketPolicy": _POLICY,
    "s3:GetBucketVersioning": {"bucket-is-hardened"},
    "s3:GetBucketPublicAccessBlock": {"bucket-is-hardened"},
    "s3:GetBucketOwnershipControls": {"bucket-is-hardened"},
    "s3:GetLifecycleConfiguration": {"logs-are-retained"},
    "s3:GetInventoryConfiguration": {"logs-not-listed-for-members"},
    "kms:DescribeKey": {"cloudtrail-can-use-key"},
    "kms:GetKeyPolicy": _KEY,
    "kms:ListGrants": {"key-not-granted-to-members"},
    "iam:GetAccountAuthorizationDetails": {"members-cannot-assume-log-readers", "cloudtrail-can-feed-cloudwatch"},
    "s3:GetReplicationConfiguration": {"logs-not-replicated-to-members"},
    "s3:GetBucketNotification": {"notifications-not-open-to-members"},
    "sns:GetTopicAttributes": {"notifications-not-open-to-members", "cloudtrail-can-notify"},
    "sns:ListSubscriptionsByTopic": {"notifications-not-open-to-members"},
    "logs:DescribeSubscriptionFilters": {"logs-not-streamed-to-members"},
    "logs:DescribeResourcePolicies": {"log-group-policy-is-closed"},
}

#: What doesn't fail a run.
WARNINGS = {
    "bucket-is-hardened",
    "log-group-policy-is-closed",
    "logs-are-retained",
    "notifications-not-open-to-members",
    "trail-excludes-no-events",
}

_SERVICE_IDS = {"s3control": "s3-control"}


def event(when: str, call: ApiCall) -> str:
    return f"{when}.{_SERVICE_IDS.get(call.service, call.service)}.{call.operation}"


def refusal(code: str, status: int = 403) -> Callable[..., Any]:
    """A hook that answers instead of AWS."""
    return lambda **_: (
        SimpleNamespace(status_code=status, raw=None),
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}},
    )


@pytest.fixture(scope="module")
def living() -> Organization:
    """One organization for all tests here: nothing that they do changes it."""
    organization = Organization()
    organizations = aws.client("organizations")
    stay = {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
    policy = organizations.create_policy(
        Content=json.dumps({"Version": "2012-10-17", "Statement": [stay]}),
        Description="",
        Name="stay",
        Type="SERVICE_CONTROL_POLICY",
    )["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=policy["Id"], TargetId=organization.members[0])
    return organization


def proved(run: Run) -> set[str]:
    return {result["rule"] for result in run.json()["results"] if result["verdict"] == "proved"}


def violated(run: Run) -> set[str]:
    return {result["rule"] for result in run.json()["results"] if result["verdict"] == "violated"}


@pytest.mark.parametrize("call", [one for one in CALLS if one.needs_permission], ids=lambda one: one.operation)
def test_a_denied_call_names_its_permission_and_leaves_nothing_proved_that_needs_it(
    living: Organization, hook: Hook, call: ApiCall
) -> None:
    made: list[str] = []
    hook(event("before-call", call), lambda **_: made.append(call.name) or refusal("AccessDenied")())
    run = audit(living)
    if call is ASSUME_ROLE:
        assert (run.code, run.err.count("\n")) == (2, 1)
        assert f"can't be assumed: AWS denied `{call.name}`" in run.err
        return
    verdicts = run.verdicts()
    assert made
    assert verdicts["audit-is-complete"] == "undecided"
    assert f"AWS denied `{call.name}`" in run.out
    needed = NEEDED_BY.get(call.name, set())
    assert {rule: verdicts[rule] for rule in needed} == dict.fromkeys(needed, "undecided")
    assert run.code == (3 if needed - WARNINGS else 0)
    assert violated(run) <= {"trail-feeds-cloudwatch"}


def raising(error: type[Exception]) -> Callable[..., None]:
    def fail(**_: Any) -> None:
        raise error(endpoint_url="https://aws.example", error="gone")  # type: ignore[call-arg]

    return fail


def garbage(request: Any, **_: Any) -> AWSResponse:
    raw = SimpleNamespace(stream=lambda *_: iter([b"<html>\x00 not AWS"]), read=lambda *_: b"")
    return AWSResponse(request.url, 200, {"content-type": "text/html"}, raw)


FAULTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "throttled": ("before-call", refusal("ThrottlingException", 400)),
    "slow down": ("before-call", refusal("SlowDown", 503)),
    "expired": ("before-call", refusal("ExpiredTokenException", 400)),
    "server error": ("before-call", refusal("InternalFailure", 500)),
    "dropped": ("before-send", raising(ConnectionClosedError)),
    "no endpoint": ("before-send", raising(EndpointConnectionError)),
    "timeout": ("before-send", raising(ReadTimeoutError)),
    "garbage": ("before-send", garbage),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_where_nothing_answers_nothing_is_proved(living: Organization, hook: Hook, fault: str) -> None:
    when, function = FAULTS[fault]
    for service in ("organizations", "cloudtrail", "iam", "s3", "s3-control", "kms"):
        hook(f"{when}.{service}", function)
    run = audit(living)
    assert run.code == 3
    assert proved(run) == set()
    assert violated(run) == set()


@pytest.mark.parametrize("after", [3, 8, 15, 25])
@pytest.mark.parametrize("fault", ["ExpiredTokenException", "ThrottlingException"])
def test_what_ends_in_the_middle_contradicts_nothing(living: Organization, hook: Hook, fault: str, after: int) -> None:
    """Credentials expire, or calls are throttled, from some call on: what was seen stands, the rest is open."""
    whole = audit(living).verdicts()
    made: list[str] = []

    def fail(model: Any, **_: Any) -> Any:
        made.append(model.name)
        return refusal(fault, 400)() if len(made) > after else None

    hook("before-call", fail)
    run = audit(living)
    cut = run.verdicts()
    assert len(made) > after
    assert cut["audit-is-complete"] == "undecided"
    firm = {rule: verdict for rule, verdict in cut.items() if verdict in ("proved", "violated")}
    # A trail that can't be looked at may be new, and trusted access that was seen is there before it.
    assert {rule for rule, verdict in firm.items() if verdict != whole[rule]} <= {"trusted-access-before-trail"}
    assert firm.get("trusted-access-before-trail") != "violated"
    assert "Everything holds" not in run.out


@pytest.mark.parametrize("fault", ["expired", "dropped", "garbage"])
def test_where_nobody_says_who_we_are_it_is_one_line(living: Organization, hook: Hook, fault: str) -> None:
    when, function = FAULTS[fault]
    hook(f"{when}.sts", function)
    run = audit(living)
    assert (run.code, run.err.count("\n"), run.out) == (2, 1, "")
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    "call", [one for one in CALLS if one.is_listing and one.service != "s3"], ids=lambda one: one.operation
)
def test_a_page_that_is_missing_is_no_end(living: Organization, hook: Hook, call: ApiCall) -> None:
    """The first page comes, the second is denied: what was listed isn't all there is."""
    asked: list[int] = []

    def first_only(**_: Any) -> Any:
        asked.append(1)
        return refusal("AccessDenied")() if len(asked) > 1 else None

    hook(event("before-call", call), first_only)
    more = {call.page[0]: "more", "IsTruncated": True}
    hook(event("after-call", call), lambda parsed, **_: parsed.update(more))
    run = audit(living)
    assert len(asked) >= 2
    assert run.verdicts()["audit-is-complete"] == "undecided"


def test_a_partial_region_hides_its_trails_and_says_so(living: Organization, hook: Hook) -> None:
    """A control policy that denies a region: the trail that has its home there is known by name only."""
    arn = f"arn:aws:cloudtrail:eu-west-3:{aws.MANAGEMENT_ACCOUNT}:trail/paris"
    listed = {"TrailARN": arn, "Name": "paris", "HomeRegion": "eu-west-3"}
    hook("after-call.cloudtrail.ListTrails", lambda parsed, **_: parsed["Trails"].append(listed))

    def denied_in_paris(params: dict[str, Any], **_: Any) -> Any:
        return refusal("AccessDenied")() if b"paris" in params["body"] else None

    hook("before-call.cloudtrail.DescribeTrails", denied_in_paris)
    results = [one for one in audit(living).json()["results"] if one["address"] == arn]
    undecided = {one["rule"] for one in results if one["verdict"] == "undecided"}
    assert {"trail-covers-organization", "trail-delivers-logs"} <= undecided
    assert "violated" not in {one["verdict"] for one in results}


def test_no_credentials_no_profile_no_role_are_one_line_each(
    living: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ("--endpoint-url", aws.server().url)
    assert "profile (nobody) could not be found" in orgtrail("audit", *url, "--profile", "nobody").err
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    run = orgtrail("audit", *url)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "there are no AWS credentials" in run.err


def test_the_printed_policy_is_what_the_audit_calls(living: Organization, hook: Hook) -> None:
    """Every call that the audit makes is in the table, and the policy is the table; and none of them writes."""
    made: set[tuple[str, str]] = set()
    hook("before-call", lambda model, **_: made.add((model.service_model.service_name, model.name)) and None)
    audit(living)
    table = {(call.service, call.operation): call for call in CALLS}
    assert made == set(table)
    printed = orgtrail("audit", "--print-policy").json()
    actions = {action for statement in printed["Statement"] for action in statement["Action"]}
    assert actions == {call.name for call in CALLS if call.needs_permission and call is not ASSUME_ROLE}
    reading = ("Get", "List", "Describe")
    assert {call.operation for call in CALLS if not call.operation.startswith(reading)} == {"AssumeRole"}


def test_the_printed_policy_lets_the_roles_be_assumed_that_are_named() -> None:
    role = "arn:aws:iam::222222222222:role/audit"
    printed = orgtrail("audit", "--print-policy", "--archive-role-arn", role).json()
    assert {"Sid": "AssumeRoles", "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": [role]} in printed[
        "Statement"
    ]
    assert "AssumeRole" not in permissions.write()


def test_every_write_denied_the_audit_goes_through(living: Organization, hook: Hook, tmp_path: Path) -> None:
    def deny_writes(model: Any, **_: Any) -> Any:
        reads = model.name.startswith(("Get", "List", "Describe")) or model.name == "AssumeRole"
        return None if reads else refusal("AccessDenied")()

    hook("before-call", deny_writes)
    run = audit(living, "--save", tmp_path / "seen.json")
    assert run.code == 0
    assert run.verdicts()["audit-is-complete"] == "proved"
