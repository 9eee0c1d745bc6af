"""What was changed outside of Terraform since the last apply, as a plan's `resource_drift` shows it.

Rules decide on what will be after the apply; this says, beside their verdicts, what isn't as Terraform left it.
Source: HashiCorp, "JSON Output Format", plan representation.
"""

from functools import partial
from typing import Any

from orgtrail.lazy import LazyMapping
from orgtrail.provider.resource_types import resource_type
from orgtrail.terraform.plans.plan import Plan, ResourceChange, decoded

#: Names of attributes in one sentence.
_MOST_NAMES = 5


def drift_of(plan: Plan) -> LazyMapping[str]:
    """Address to what happened to the resource, in a sentence; empty where nothing that matters did."""
    planned = {change.address: change for change in plan.resource_changes if change.deposed is None}
    drifted = {one.address: one for one in plan.resource_drift if one.mode == "managed" and one.deposed is None}
    return LazyMapping({address: partial(_told, one, planned.get(address)) for address, one in drifted.items()})


def gone_for_good(plan: Plan) -> list[ResourceChange]:
    """The resources that were deleted outside of Terraform, and that the plan doesn't make again."""
    planned = {change.address for change in plan.resource_changes}
    return [
        one
        for one in plan.resource_drift
        if one.mode == "managed"
        and one.deposed is None
        and one.address not in planned
        and one.change.actions == ["delete"]
    ]


def _told(drifted: ResourceChange, planned: ResourceChange | None) -> str:
    change = drifted.change
    actions = planned.change.actions if planned is not None else []
    if change.actions == ["delete"]:
        then = "the plan makes it anew" if "create" in actions else "the plan doesn't make it again"
        return f"drift: `{drifted.address}` was deleted outside of Terraform; {then}"
    before, after = decoded(change.before), decoded(change.after)
    changed = [name for name in _names(before) if _differ(_member(before, name), _member(after, name))]
    if actions in ([], ["no-op"]) or "delete" in actions:
        changed = [name for name in changed if name not in resource_type(drifted.type).mirrors]
    if not changed:
        return ""
    wanted = decoded(planned.change.after) if planned is not None and actions != ["no-op"] else None
    back = [name for name in changed if not _differ(_member(wanted, name), _member(before, name))] if wanted else []
    if back == changed:
        then = "the plan sets it back"
    elif back:
        then = f"the plan sets {_listed(back)} back"
    else:
        then = "the plan leaves it as it is now" if wanted is None else "the plan changes it to something else"
    return f"drift: {_listed(changed)} of `{drifted.address}` was changed outside of Terraform; {then}"


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES])
    return shown + (f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else "")


def _names(values: Any) -> list[str]:
    return list(values) if isinstance(values, dict) else []


def _member(values: Any, name: str) -> Any:
    return values.get(name) if isinstance(values, dict) else None


def _differ(one: Any, other: Any) -> bool:
    """Whether two values differ; a provider reads nothing as null, empty text, list or map alike."""
    return one != other and bool(one or other or one is False or other is False)
