"""What a rule says where Terraform does something else to what it is about: the rows of `rules/examples/<rule>.md`.

The rows are made from the recorded plan of a good example: what happens to the subject is changed, the rest stays.
`make rule NAME=...` writes them, for every type of resource in the good examples; who wrote the rule reviews each. P is
proved, V violated, U undecided, - not applicable, . what can't happen to the subject.

Where a bucket is replaced and the example writes its name out, nothing says whether its policy, made in the same plan,
is made before or after: the new bucket may be left without one.
"""

import json
import re
from typing import Any

from orgtrail.examples import FOLDER
from workbench import rule_plans
from workbench.run import check

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
    "aws_sns_topic": {"arn": "arn:aws:sns:us-east-1:123456789012:trail"},
    "aws_sns_topic_policy": {"arn": "arn:aws:sns:us-east-1:123456789012:trail"},
    "aws_cloudtrail": {
        "kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c-0000-4000-8000-000000000000",
        "cloud_watch_logs_group_arn": "arn:aws:logs:us-east-1:123456789012:log-group:trail:*",
        "cloud_watch_logs_role_arn": "arn:aws:iam::123456789012:role/trail",
        "sns_topic_name": "arn:aws:sns:us-east-1:123456789012:trail",
    },
}
VERDICTS = {"P": "proved", "V": "violated", "U": "undecided", "-": "not-applicable"}


HEADING = "## what Terraform may do to it"
_BLOCK = re.compile(r"^```lifecycle\n(.*?)^```$", re.MULTILINE | re.DOTALL)


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


def rows(rule_id: str) -> list[tuple[str, str, str]]:
    """The reviewed rows of a rule: type of resource, action, verdict."""
    file = FOLDER / f"{rule_id}.md"
    block = _BLOCK.search(file.read_text()) if file.is_file() else None
    head, *lines = [line.split() for line in block[1].splitlines()] if block else [["subject"]]
    return [
        (line[0], action, VERDICTS[verdict])
        for line in lines
        for action, verdict in zip(head[1:], line[1:], strict=True)
        if verdict != "."
    ]


def _kinds(rule_id: str) -> list[str]:
    """The types of resources in the good examples."""
    kinds: dict[str, None] = {}
    for example in rule_plans.planned(rule_id):
        if example.kind == "good" and "plan" not in example.facts:
            changes = rule_plans.recorded(rule_id)[example.title]["plan"]["resource_changes"]
            kinds |= dict.fromkeys(("data." if one["mode"] == "data" else "") + one["type"] for one in changes)
    return list(kinds)


def write(rule_id: str) -> list[str]:
    """Write the rows as they come out now into the rule's file; what changed of those that were there."""
    file = FOLDER / f"{rule_id}.md"
    before = {(kind, action): verdict for kind, action, verdict in rows(rule_id)}
    letters = {verdict: letter for letter, verdict in VERDICTS.items()}
    found = {
        kind: [
            "." if (action == "read") != kind.startswith("data.") else letters[verdict_of(rule_id, kind, action) or "-"]
            for action in ACTIONS
        ]
        for kind in _kinds(rule_id)
    }
    lines = [" ".join(["subject", *ACTIONS]), *(" ".join([kind, *verdicts]) for kind, verdicts in found.items())]
    block = "```lifecycle\n" + "\n".join(lines) + "\n```"
    text = file.read_text()
    made = _BLOCK.sub(lambda _: block, text) if _BLOCK.search(text) else f"{text.rstrip()}\n\n{HEADING}\n\n{block}\n"
    file.write_text(made)
    after = {(kind, action): verdict for kind, action, verdict in rows(rule_id)}
    return [
        f"{kind} {action}: {verdict}, was {before[kind, action]}"
        for (kind, action), verdict in after.items()
        if before.get((kind, action), verdict) != verdict
    ]
