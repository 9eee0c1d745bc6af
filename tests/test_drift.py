"""What was changed outside of Terraform: real plans of a root module that was changed by hand.

The records are made by `python -m tools.plans drift`.
"""

import json
from typing import Any

import pytest
from tools.drift_plans import FOLDER
from workbench.run import check

FACTS = ("--management-account", "123456789012", "--archive-account", "123456789012")
POLICY = "drift: `policy` of `aws_s3_bucket_policy.logs` was changed outside of Terraform; "
LOGGING = "drift: `enable_logging` of `aws_cloudtrail.org` was changed outside of Terraform; "
PRINCIPALS = (
    "drift: `aws_service_access_principals` of `aws_organizations_organization.this` was changed outside of Terraform; "
)
BACK, LEFT = "the plan sets it back", "the plan leaves it as it is now"

#: Plan -> rule -> verdict, and the end of its grounds.
EXPECTED: dict[str, dict[str, tuple[str, str]]] = {
    "changed": {
        "trusted-access-kept": ("proved", PRINCIPALS + BACK),
        "members-cannot-read-logs": ("proved", POLICY + BACK),
        "cloudtrail-can-write-logs": ("proved", POLICY + BACK),
        "trail-covers-organization": ("proved", LOGGING + BACK),
    },
    "changed-refresh-only": {
        "trusted-access-kept": ("violated", PRINCIPALS + LEFT),
        # The organization lists its accounts: who was let in by hand is none of them.
        "members-cannot-read-logs": ("proved", POLICY + LEFT),
        "logs-not-public": ("violated", POLICY + LEFT),
        "cloudtrail-can-write-logs": ("violated", POLICY + LEFT),
        "trail-covers-organization": ("violated", LOGGING + LEFT),
        "bucket-is-hardened": ("violated", ""),
    },
    "deleted": {
        "trusted-access-before-trail": (
            "proved",
            "drift: `aws_cloudtrail.org` was deleted outside of Terraform; the plan makes it anew",
        ),
        "bucket-policy-before-trail": (
            "proved",
            "drift: `aws_cloudtrail.org` was deleted outside of Terraform; the plan makes it anew",
        ),
    },
    "deleted-refresh-only": {
        "trail-covers-organization": (
            "violated",
            "drift: `aws_cloudtrail.org` was deleted outside of Terraform; the plan doesn't make it again",
        ),
    },
}


def plan_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_rules_decide_on_what_will_be_and_say_what_was_done(name: str) -> None:
    run = check(FOLDER / f"{name}.json", *FACTS)
    for rule, (verdict, ground) in EXPECTED[name].items():
        (found,) = [one for one in run.json()["results"] if one["rule"] == rule]
        assert (rule, found["verdict"]) == (rule, verdict)
        assert not ground or ground in found["because"]


def test_a_policy_that_only_the_plan_opens_for_cloudtrail_is_not_there_already() -> None:
    """The policy was changed by hand so that CloudTrail can't write: the new trail has to wait for its repair."""
    plan = plan_of("deleted")
    for resource in plan["configuration"]["root_module"]["resources"]:
        if resource["type"] == "aws_cloudtrail":
            resource["depends_on"] = ["aws_organizations_organization.this"]
    run = check("-", "--select", "bucket-policy-before-trail", *FACTS, stdin=json.dumps(plan).encode())
    assert run.verdicts() == {"bucket-policy-before-trail": "violated"}


def test_trusted_access_that_somebody_disabled_for_good_is_told() -> None:
    """The resource that enables it is gone in AWS; nothing in the plan makes it again."""
    plan = plan_of("changed-refresh-only")
    gone = {
        "address": "aws_organizations_aws_service_access.trail",
        "mode": "managed",
        "type": "aws_organizations_aws_service_access",
        "name": "trail",
        "change": {"actions": ["delete"], "before": {"service_principal": "cloudtrail.amazonaws.com"}, "after": None},
    }
    resources = plan["prior_state"]["values"]["root_module"]["resources"]
    kept = [one for one in resources if one["type"] != "aws_organizations_organization"]
    plan["prior_state"]["values"]["root_module"]["resources"] = kept
    plan["resource_drift"] = [gone]
    run = check("-", "--select", "trusted-access-kept", *FACTS, stdin=json.dumps(plan).encode())
    (found,) = run.json()["results"]
    assert (found["verdict"], found["address"]) == ("violated", gone["address"])
    assert "the trail stays, but stops working for member accounts" in found["message"]


def test_drift_that_means_nothing_is_not_told() -> None:
    """A provider reads null where the configuration has nothing; a bucket mirrors what others hold."""
    run = check(FOLDER / "changed.json", *FACTS)
    grounds = [ground for one in run.json()["results"] for ground in one["because"]]
    assert not any("`tags`" in ground or "`aws_s3_bucket.logs`" in ground for ground in grounds)
