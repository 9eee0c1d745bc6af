"""Every rule x everything that Terraform may do to what the rule is about.

The rows are made from the recorded plan of the first good example: what happens to the subject is changed, the rest
stays. P is proved, V violated, U undecided, - not applicable. A verdict was reviewed by hand before it was written
down here.
"""

import json
from typing import Any

import pytest
from tools import rule_plans

from tests.support.run import check

#: What happens to the subject: its actions, and whether it is there before and after.
ACTIONS: dict[str, tuple[list[str], bool, bool]] = {
    "create": (["create"], False, True),
    "no-op": (["no-op"], True, True),
    "update": (["update"], True, True),
    "replace": (["delete", "create"], True, True),
    "replace-first": (["create", "delete"], True, True),
    "delete": (["delete"], True, False),
    "forget": (["forget"], True, False),
    "import": (["no-op"], True, True),
    "moved": (["no-op"], True, True),
}
VERDICTS = {"P": "proved", "V": "violated", "U": "undecided", "-": "not-applicable"}

TABLE = """
rule subject create no-op update replace replace-first delete forget import moved
trusted-access-before-trail aws_cloudtrail P - - P P - - - -
trusted-access-before-trail aws_organizations_organization P P P P P V P P P
trusted-access-kept aws_organizations_organization P P P V V V P P P
trusted-access-kept aws_cloudtrail P P P P P P P P P
trusted-access-single-owner aws_organizations_organization P P P P P - - P P
organization-all-features aws_organizations_organization P P P P P - P P P
trail-in-management-account aws_cloudtrail P P P P P - P P P
delegated-admin-after-trusted-access aws_cloudtrail_organization_delegated_admin_account P - - P P - - - -
service-linked-role-intact aws_organizations_policy P P P P P - P P P
cloudtrail-can-write-logs aws_s3_bucket_policy P P P P P V P P P
cloudtrail-write-is-scoped aws_s3_bucket_policy P P P P P P P P P
members-cannot-read-logs aws_cloudtrail P P P P P P P P P
members-cannot-read-logs aws_s3_bucket_policy P P P P P P P P P
members-explicitly-denied aws_s3_bucket_policy P P P P P V P P P
members-cannot-alter-logs aws_s3_bucket_policy P P P P P P P P P
logs-not-public aws_s3_bucket_policy P P P P P P P P P
cloudtrail-can-use-key aws_kms_key P P P P P U P P P
trail-covers-organization aws_cloudtrail P P P P P - P P P
trail-validates-log-files aws_cloudtrail P P P P P - P P P
logs-not-replicated-to-members aws_s3_bucket_replication_configuration P P P P P - P P P
logs-not-streamed-to-members aws_cloudwatch_log_subscription_filter P P P P P - P P P
bucket-is-hardened aws_s3_bucket_versioning U U U U U V U U U
"""


def changed(plan: dict[str, Any], kind: str, action: str) -> bytes:
    """The plan with another fate for what is of type `kind`."""
    actions, was, is_there = ACTIONS[action]
    for resource in plan["resource_changes"]:
        if resource["type"] != kind or resource["mode"] != "managed":
            continue
        change = resource["change"]
        values = change["after"] or change["before"]
        unknown = change.get("after_unknown") or {}
        if was and not change["before"]:
            # What will be known is known already for what is there; which value it has doesn't matter here.
            change["before"] = values
        elif not was:
            change["before"] = None
        change["after"] = values if is_there else None
        change["after_unknown"] = unknown if is_there and "create" in actions else {}
        change["actions"] = actions
        if action == "import":
            change["importing"] = {"id": "x"}
        if action == "moved":
            resource["previous_address"] = resource["address"] + "_before"
    return json.dumps(plan).encode()


def rows() -> list[tuple[str, str, str, str]]:
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    return [
        (line[0], line[1], action, VERDICTS[verdict])
        for line in lines
        for action, verdict in zip(head[2:], line[2:], strict=True)
    ]


@pytest.mark.parametrize(("rule_id", "kind", "action", "verdict"), rows())
def test_lifecycle(rule_id: str, kind: str, action: str, verdict: str) -> None:
    example = next(one for one in rule_plans.planned(rule_id) if one.kind == "good")
    plan = changed(rule_plans.recorded(rule_id)[example.title]["plan"], kind, action)
    run = check("-", "--select", rule_id, *example.options, stdin=plan)
    assert run.verdicts()[rule_id] == verdict
