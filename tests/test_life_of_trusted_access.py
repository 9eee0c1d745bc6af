"""The life of trusted access beyond its first plan: what goes, in which order, and what is said of it."""

import json
from typing import Any

import pytest
from workbench.run import Run, check

RULE = "trusted-access-kept"
ORGANIZATION = "aws_organizations_organization.this"
ACCESS = "aws_organizations_aws_service_access.trail"
ADMINISTRATOR = "aws_cloudtrail_organization_delegated_admin_account.security"
TRAIL = "aws_cloudtrail.org"
VALUES: dict[str, dict[str, Any]] = {
    ORGANIZATION: {
        "id": "o-abcd123456",
        "master_account_id": "123456789012",
        "feature_set": "ALL",
        "aws_service_access_principals": ["cloudtrail.amazonaws.com"],
    },
    ACCESS: {"service_principal": "cloudtrail.amazonaws.com"},
    ADMINISTRATOR: {"account_id": "222222222222"},
    TRAIL: {
        "name": "org",
        "arn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/org",
        "s3_bucket_name": "acme-org-trail-logs",
        "is_organization_trail": True,
    },
}


def changed(address: str, *actions: str, after: dict[str, Any] | None = None) -> dict[str, Any]:
    kind, name = address.split(".")
    before = None if actions == ("create",) else VALUES[address]
    after = None if actions in (("delete",), ("forget",)) else VALUES[address] | (after or {})
    change = {"actions": list(actions), "before": before, "after": after, "after_unknown": {}}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": change}


def checked(
    *changes: dict[str, Any],
    made_after: dict[str, list[str]] | None = None,
    rule: str = RULE,
    options: tuple[str, ...] = (),
) -> Run:
    """A plan that does `changes` to what the state holds; `made_after` is what the state says of the order."""
    held = [
        {
            **{member: one[member] for member in ("address", "mode", "type", "name")},
            "values": one["change"]["before"],
            "depends_on": (made_after or {}).get(one["address"], []),
        }
        for one in changes
        if one["change"]["before"]
    ]
    configured = [
        {"address": one["address"], "type": one["type"], "name": one["name"], "provider_config_key": "aws"}
        for one in changes
        if one["change"]["after"] is not None
    ]
    plan = {
        "format_version": "1.2",
        "resource_changes": list(changes),
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": held}}},
        "configuration": {"provider_config": {"aws": {"name": "aws"}}, "root_module": {"resources": configured}},
    }
    return check("-", "--select", rule, *options, stdin=json.dumps(plan).encode())


STAYS = changed(TRAIL, "no-op")
NO_SERVICES = {"aws_service_access_principals": ["config.amazonaws.com"]}

WHILE_THE_TRAIL_STAYS = {
    "the principal is taken out": (changed(ORGANIZATION, "update", after=NO_SERVICES), "violated"),
    "the list is taken out": (
        changed(ORGANIZATION, "update", after={"aws_service_access_principals": None}),
        "violated",
    ),
    "the organization is destroyed": (changed(ORGANIZATION, "delete"), "violated"),
    "the organization is replaced": (changed(ORGANIZATION, "delete", "create"), "violated"),
    "the organization is replaced, the new one first": (changed(ORGANIZATION, "create", "delete"), "violated"),
    "the organization is forgotten": (changed(ORGANIZATION, "forget"), "proved"),
    "the resource is destroyed": (changed(ACCESS, "delete"), "violated"),
    "the resource is for another service": (
        changed(ACCESS, "delete", "create", after={"service_principal": "config.amazonaws.com"}),
        "violated",
    ),
    "the resource is replaced": (changed(ACCESS, "delete", "create"), "violated"),
    "the resource is replaced, the new one first": (changed(ACCESS, "create", "delete"), "violated"),
    "the resource is forgotten": (changed(ACCESS, "forget"), "proved"),
}


@pytest.mark.parametrize(("change", "verdict"), WHILE_THE_TRAIL_STAYS.values(), ids=WHILE_THE_TRAIL_STAYS)
def test_while_the_trail_stays(change: dict[str, Any], verdict: str) -> None:
    (found,) = checked(change, STAYS).json()["results"]
    assert found["verdict"] == verdict
    if verdict == "violated":
        said = found["message"]
        assert f"while `{TRAIL}` remains: the trail stays, but stops working for member accounts" in said
        assert "AWSServiceRoleForCloudTrail stays" in said
        assert "enabling it again is enough" in said
        assert "the trail needs no change" in said


@pytest.mark.parametrize("holder", [ORGANIZATION, ACCESS])
@pytest.mark.parametrize(("ordered", "verdict"), [(True, "proved"), (False, "violated")])
def test_both_go(holder: str, ordered: bool, verdict: str) -> None:
    """Terraform destroys in the reverse of the order in which the state says that things were made."""
    made_after = {TRAIL: [holder]} if ordered else {}
    options = ("--assume-no-other-trail", "checked") if holder == ACCESS else ()
    both = changed(holder, "delete"), changed(TRAIL, "delete")
    (found,) = checked(*both, made_after=made_after, options=options).json()["results"]
    assert found["verdict"] == verdict
    if options and ordered:
        assert "assumed: checked" in found["because"]
        # The organization stays, and other stacks may have trails.
        (found,) = checked(*both, made_after=made_after).json()["results"]
        assert found["verdict"] == "undecided"
        assert "--assume-no-other-trail" in found["unknowns"][0]["settle"]
    if verdict == "violated":
        assert f"nothing makes `{TRAIL}` go first" in found["message"]


def test_the_administrator_goes() -> None:
    run = checked(changed(ADMINISTRATOR, "delete"), STAYS, rule="delegated-admin-after-trusted-access")
    (found,) = run.json()["results"]
    assert found["verdict"] == "not-applicable"
    assert found["address"] == ADMINISTRATOR
    assert "stay and go on logging, for the management account owns them" in found["message"]
