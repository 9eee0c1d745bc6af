"""Every rule x everything that Terraform may do to what the rule is about.

The rows are made from the recorded plan of a good example: what happens to the subject is changed, the rest stays. P is
proved, V violated, U undecided, - not applicable, . what can't happen to the subject. `python -m tests.test_lifecycle
RULE` prints the rows of a rule as they come out now, for every type of resource in its example; a verdict was reviewed
by hand before it was written down here.

Where a bucket is replaced and the example writes its name out, nothing says whether its policy, made in the same plan,
is made before or after: the new bucket may be left without one.
"""

import json
import sys
from typing import Any

import pytest
from tools import rule_plans
from workbench.run import check

from orgtrail import rules
from tests.test_rule_examples import LIVE

#: What happens to the subject: its actions, and whether it is there before and after. `drift-made` was deleted outside
#: of Terraform and is made anew; `drift-left` was, too, in a plan that only takes note (`-refresh-only`).
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
    "read": (["read"], False, True),
    "drift-made": (["create"], False, True),
    "drift-left": ([], False, False),
}
#: What AWS chooses, where the subject isn't made by the plan: then it is known, and all who refer to it know it, too.
KNOWN = {
    "aws_kms_key": {"arn": "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-0000-4000-8000-000000000000"},
    "aws_cloudwatch_log_group": {"arn": "arn:aws:logs:us-east-1:123456789012:log-group:trail"},
    "aws_iam_role": {"arn": "arn:aws:iam::123456789012:role/trail"},
    "aws_cloudtrail": {
        "kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-0000-4000-8000-000000000000",
        "cloud_watch_logs_group_arn": "arn:aws:logs:us-east-1:123456789012:log-group:trail:*",
        "cloud_watch_logs_role_arn": "arn:aws:iam::123456789012:role/trail",
    },
}
VERDICTS = {"P": "proved", "V": "violated", "U": "undecided", "-": "not-applicable"}

TABLE = """
rule subject create no-op update replace replace-first delete forget import moved read drift-made drift-left
bucket-is-hardened aws_cloudtrail P P P P P P P P P . P P
bucket-is-hardened aws_s3_bucket P P P P P U P P P . P U
bucket-is-hardened aws_s3_bucket_ownership_controls P P P P P V P P P . P V
bucket-is-hardened aws_s3_bucket_policy P P P P P V P P P . P V
bucket-is-hardened aws_s3_bucket_public_access_block P P P P P V P P P . P V
bucket-is-hardened aws_s3_bucket_versioning P P P P P V P P P . P V
bucket-policy-before-trail data.aws_iam_policy_document . . . . . . . . . P . .
bucket-policy-before-trail aws_cloudtrail P - - P P - - - - . P -
bucket-policy-before-trail aws_s3_bucket P P P P P P P P P . P P
bucket-policy-before-trail aws_s3_bucket_policy P P P P P V P P P . P V
cloudtrail-can-use-key aws_cloudtrail P P P P P - P P P . P -
cloudtrail-can-use-key aws_kms_key P P P P P U P P P . P U
cloudtrail-can-write-logs aws_cloudtrail P P P P P P P P P . P P
cloudtrail-can-write-logs aws_s3_bucket P P P U U P P P P . P P
cloudtrail-can-write-logs aws_s3_bucket_policy P P P P V V P P P . P V
cloudtrail-write-is-scoped aws_cloudtrail P P P P P P P P P . P P
cloudtrail-write-is-scoped aws_s3_bucket P P P P P P P P P . P P
cloudtrail-write-is-scoped aws_s3_bucket_policy P P P P P P P P P . P P
delegated-admin-after-trusted-access aws_cloudtrail_organization_delegated_admin_account P - - P P - - - - . P -
delegated-admin-after-trusted-access aws_organizations_organization P P P P P V P P P . P V
key-not-granted-to-members aws_cloudtrail P P P P P - P P P . P -
key-not-granted-to-members aws_kms_grant P P P P P - P P P . P -
key-not-granted-to-members aws_kms_key P P P P P P P P P . P P
log-group-not-linked-to-members aws_cloudtrail P P P P P - P P P . P -
log-group-not-linked-to-members aws_oam_link P P P P P - P P P . P -
log-group-policy-is-closed aws_cloudtrail P P P P P - P P P . P -
log-group-policy-is-closed aws_cloudwatch_log_resource_policy P P P P P - P P P . P -
logs-not-public aws_cloudtrail P P P P P P P P P . P P
logs-not-public aws_s3_bucket P P P P P P P P P . P P
logs-not-public aws_s3_bucket_policy P P P P P P P P P . P P
logs-not-replicated-to-members aws_cloudtrail P P P P P - P P P . P -
logs-not-replicated-to-members aws_s3_bucket P P P U U P P P P . P P
logs-not-replicated-to-members aws_s3_bucket_replication_configuration P P P P P - P P P . P -
logs-not-shared-by-acl aws_cloudtrail P P P P P - P P P . P -
logs-not-shared-by-acl aws_s3_bucket P P P P P P P P P . P P
logs-not-shared-by-acl aws_s3_bucket_acl P P P P P - P P P . P -
logs-not-shared-by-acl aws_s3_bucket_ownership_controls P P P P P P P P P . P P
logs-not-shared-through-access-points aws_cloudtrail P P P P P P P P P . P P
logs-not-shared-through-access-points aws_s3_access_point P P P P P U P P P . P U
logs-not-shared-through-access-points aws_s3_bucket P P P P P U P P P . P U
logs-not-shared-through-access-points aws_s3_bucket_policy P P P P P P P P P . P P
logs-not-shared-through-access-points aws_s3control_access_point_policy P P P P P P P P P . P P
logs-not-streamed-to-members aws_cloudtrail P P P P P - P P P . P -
logs-not-streamed-to-members aws_cloudwatch_log_subscription_filter P P P P P - P P P . P -
members-cannot-alter-logs aws_cloudtrail P P P P P P P P P . P P
members-cannot-alter-logs aws_s3_bucket P P P P P P P P P . P P
members-cannot-alter-logs aws_s3_bucket_policy P P P P P P P P P . P P
members-cannot-assume-log-readers aws_cloudtrail P P P P P - P P P . P -
members-cannot-assume-log-readers aws_iam_role P P P P P - P P P . P -
members-cannot-assume-log-readers aws_iam_role_policy_attachment P P P P P P P P P . P P
members-cannot-assume-log-readers aws_s3_bucket P P P P P - P P P . P -
members-cannot-assume-log-readers aws_iam_role_policy P P P P P P P P P . P P
members-cannot-assume-log-readers aws_s3_bucket_policy P P P P P V P P P . P V
members-cannot-assume-log-readers aws_iam_policy P P P P P U P P P . P U
members-cannot-decrypt-logs aws_cloudtrail P P P P P - P P P . P -
members-cannot-decrypt-logs aws_kms_key P P P P P U P P P . P U
members-cannot-read-logs aws_cloudtrail P P P P P P P P P . P P
members-cannot-read-logs aws_s3_bucket P P P P P P P P P . P P
members-cannot-read-logs aws_s3_bucket_policy P P P P P P P P P . P P
members-explicitly-denied aws_cloudtrail P P P P P P P P P . P P
members-explicitly-denied aws_s3_bucket P P P U U P P P P . P P
members-explicitly-denied aws_s3_bucket_policy P P P P V V P P P . P V
notifications-not-open-to-members aws_cloudtrail P P P P P - P P P . P -
notifications-not-open-to-members aws_s3_bucket P P P P P P P P P . P P
notifications-not-open-to-members aws_sns_topic P P P P P U P P P . P U
notifications-not-open-to-members aws_sns_topic_policy P P P P P P P P P . P P
notifications-not-open-to-members aws_sns_topic_subscription P P P P P P P P P . P P
notifications-not-open-to-members aws_s3_bucket_notification P P P P P - P P P . P -
organization-all-features aws_organizations_organization P P P P P - P P P . P -
service-linked-role-intact aws_organizations_policy P P P P P - P P P . P -
service-linked-role-intact aws_organizations_policy_attachment P P P P P P P P P . P P
service-linked-role-intact aws_iam_service_linked_role P P P U U U P P P . P -
trail-covers-organization aws_cloudtrail P P P P P - P P P . P V
trail-encrypts-with-kms aws_cloudtrail P P P P P - P P P . P -
trail-encrypts-with-kms aws_kms_key P P P P P P P P P . P P
trail-feeds-cloudwatch aws_cloudtrail P P P P P - P P P . P -
trail-feeds-cloudwatch aws_cloudwatch_log_group P P P P P P P P P . P P
trail-feeds-cloudwatch aws_iam_role P P P P P P P P P . P P
trail-in-management-account aws_cloudtrail P P P P P - P P P . P -
trail-in-management-account aws_organizations_organization P P P P P P P P P . P U
trail-in-management-account aws_cloudtrail_organization_delegated_admin_account P P P P P V P P P . P V
trail-validates-log-files aws_cloudtrail P P P P P - P P P . P -
trusted-access-before-trail aws_cloudtrail P - - P P - - - - . P -
trusted-access-before-trail aws_organizations_organization P P P P P V P P P . P V
trusted-access-before-trail terraform_data P P P P P U P P P . P U
trusted-access-kept aws_cloudtrail P P P P P P P P P . P P
trusted-access-kept aws_organizations_organization P P P V V V P P P . P V
trusted-access-kept aws_s3_bucket P P P P P P P P P . P P
trusted-access-single-owner aws_organizations_organization P P P P P - - P P . P -
"""


def is_of(resource: dict[str, Any], kind: str) -> bool:
    """Whether a resource of a plan is of a type; that of a data source begins with `data.`."""
    prefix = "data." if resource["mode"] == "data" else ""
    return f"{prefix}{resource['type']}" == kind


def changed(plan: dict[str, Any], kind: str, action: str) -> bytes:
    """The plan with another fate for what is of type `kind`."""
    actions, was, is_there = ACTIONS[action]
    for resource in plan["resource_changes"] if "create" not in actions else ():
        change, known = resource["change"], KNOWN.get(resource["type"], {})
        unknown = change.get("after_unknown") or {}
        for name in [name for name in known if unknown.get(name) is True]:
            change["after"][name] = known[name]
            del unknown[name]
    for resource in [one for one in plan["resource_changes"] if is_of(one, kind)]:
        change = resource["change"]
        values = change["before"] if change["after"] is None else change["after"]
        unknown = change.get("after_unknown") or {}
        if action.startswith("drift"):
            drifted = {"actions": ["delete"], "before": change["before"] or values, "after": None}
            plan.setdefault("resource_drift", []).append(resource | {"change": drifted})
        if action == "drift-left":
            plan["resource_changes"].remove(resource)
            continue
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
    state = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    if action.startswith("drift") and "resources" in state:
        state["resources"] = [one for one in state["resources"] if not is_of(one, kind)]
    return json.dumps(plan).encode()


def verdict_of(rule_id: str, kind: str, action: str) -> str | None:
    """What the rule says where `action` befalls the subject; None where no good example has one."""
    for example in rule_plans.planned(rule_id):
        plan = rule_plans.recorded(rule_id)[example.title]["plan"]
        if (
            example.kind == "good"
            and "plan" not in example.facts
            and any(is_of(one, kind) for one in plan["resource_changes"])
        ):
            run = check("-", "--select", rule_id, *example.options, stdin=changed(plan, kind, action))
            return run.verdicts()[rule_id]
    return None


def rows() -> list[tuple[str, str, str, str]]:
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    return [
        (line[0], line[1], action, VERDICTS[verdict])
        for line in lines
        for action, verdict in zip(head[2:], line[2:], strict=True)
        if verdict != "."
    ]


@pytest.mark.parametrize(("rule_id", "kind", "action", "verdict"), rows())
def test_lifecycle(rule_id: str, kind: str, action: str, verdict: str) -> None:
    assert verdict_of(rule_id, kind, action) == verdict


def test_every_rule_has_its_rows() -> None:
    """Rules about what only a living organization shows have nothing to say of any plan."""
    missing = {*rules.ids()} - LIVE - {rule_id for rule_id, *_ in rows()}
    assert not missing, f"print the rows with `python -m tests.test_lifecycle {min(missing)}`, review them, add them"


def test_every_action_has_its_column() -> None:
    assert TABLE.split("\n")[1].split()[2:] == list(ACTIONS)


@pytest.mark.parametrize("rule_id", sorted(LIVE))
def test_no_plan_is_a_living_organization(rule_id: str) -> None:
    plan = rule_plans.recorded("trusted-access-kept")
    for recorded in plan.values():
        run = check("-", "--select", rule_id, stdin=json.dumps(recorded["plan"]).encode())
        assert run.verdicts() == {rule_id: "not-applicable"}


def printed(rule_id: str) -> None:
    """The rows of a rule as they come out now."""
    letters = {verdict: letter for letter, verdict in VERDICTS.items()}
    kinds: dict[str, None] = {}
    for example in rule_plans.planned(rule_id):
        if example.kind == "good" and "plan" not in example.facts:
            changes = rule_plans.recorded(rule_id)[example.title]["plan"]["resource_changes"]
            kinds |= dict.fromkeys(("data." if one["mode"] == "data" else "") + one["type"] for one in changes)
    for kind in kinds:
        found = [
            "." if (action == "read") != kind.startswith("data.") else letters[verdict_of(rule_id, kind, action) or "-"]
            for action in ACTIONS
        ]
        print(rule_id, kind, *found)


if __name__ == "__main__":
    for given in sys.argv[1:]:
        printed(given)
