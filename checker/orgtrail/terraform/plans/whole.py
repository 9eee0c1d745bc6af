"""Whether a plan in JSON is whole: Terraform says most things twice, and a plan that lacks one of them isn't one.

What was cut out, retyped or doubled on the way would otherwise be read as something that isn't there. The values of an
instance are compared when somebody asks for them.
Source: HashiCorp, "JSON Output Format" (`planned_values` holds what the changes lead to, without what is unknown).
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import msgspec

from orgtrail.terraform.plans.plan import (
    ConfiguredModule,
    Plan,
    StateModule,
    StateResource,
    StateValues,
    decoded,
)

#: Values that providers take for each other.
_NOTHING: tuple[Any, ...] = (None, "", [], {})


class SaidTwice:
    """What a plan says once more of the values that its changes have."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @cached_property
    def _planned(self) -> dict[str, StateResource] | None:
        """The instances that there will be; None where the plan doesn't say it."""
        if not memoryview(self._plan.planned_values):
            return None
        values = msgspec.json.decode(self._plan.planned_values, type=StateValues)
        return {one.address: one for one in values.root_module.walk() if one.deposed_key is None}

    def lacks(self, address: str, after: Mapping[str, Any] | None, written: msgspec.Raw) -> str:
        """What the values of an instance lack that the plan's other word on it has; empty where they are whole.

        What both hold may differ: a plan that somebody changed is another plan, but a plan. `written` are the values as
        they are written: mostly both are written alike, which is seen without reading the other.
        """
        twin = self._planned.get(address) if self._planned is not None else None
        return "" if twin is None or after is None else _lacking(twin.values, after, "planned_values", written)

    def lacked(self, before: Mapping[str, Any] | None, prior: StateResource | None, written: msgspec.Raw) -> str:
        """The same of what there is, by the prior state."""
        return "" if prior is None or before is None else _lacking(prior.values, before, "prior_state", written)


def _lacking(twin: msgspec.Raw, values: Any, where: str, written: msgspec.Raw) -> str:
    return "" if memoryview(twin) == memoryview(written) else _lacks(decoded(twin), values, where)


def _lacks(twin: Any, values: Any, where: str, path: str = "") -> str:
    """What `twin` has and `values` lack, or hold as something of another type."""
    name = f"`{path}`" if path else "values"
    if isinstance(twin, dict) and isinstance(values, dict):
        for key, inner in twin.items():
            if key not in values:
                return f"lacks `{path}.{key}`, which `{where}` has" if path else f"lacks `{key}`, which `{where}` has"
            wrong = _lacks(inner, values[key], where, f"{path}.{key}" if path else key)
            if wrong:
                return wrong
        return ""
    if isinstance(twin, list) and isinstance(values, list):
        pairs = enumerate(zip(twin, values, strict=False))
        return next(filter(None, (_lacks(*both, where, f"{path}[{place}]") for place, both in pairs)), "")
    same = _type(twin) == _type(values) or (twin in _NOTHING and values in _NOTHING)
    return "" if same else f"has {name} of another type than `{where}`"


def _type(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def lacks_changes(plan: Plan) -> str:
    """Why a plan without `resource_changes` isn't whole; empty where nothing is planned.

    Terraform leaves the member out of a plan that changes outputs alone, where no resource is managed, and out of one
    that only refreshes: that shows what was changed outside of Terraform, and plans nothing.
    """
    planned: dict[str, StateResource] = {}
    if memoryview(plan.planned_values):
        planned = _managed(msgspec.json.decode(plan.planned_values, type=StateValues).root_module)
    prior = _managed(plan.prior_state.values.root_module) if plan.prior_state and plan.prior_state.values else {}
    if planned:
        return f"it plans `{next(iter(planned))}`"
    if prior:
        # Of a plan that makes no changes at all Terraform lists the resources, each as `no-op`.
        return "" if plan.resource_drift else f"its state holds `{next(iter(prior))}`"
    configured = next(_sure(plan.configuration.root_module), None)
    return f"its configuration holds `{configured}`" if configured is not None else ""


def _managed(module: StateModule) -> dict[str, StateResource]:
    return {one.address: one for one in module.walk() if one.mode == "managed" and one.deposed_key is None}


def _sure(module: ConfiguredModule, prefix: str = "") -> Iterator[str]:
    """The resource blocks that make an instance whatever the values are: nothing repeats them or their modules."""
    for block in module.resources:
        if block.mode == "managed" and not _says(block.count_expression) and not _says(block.for_each_expression):
            yield prefix + block.address
    for name, call in module.module_calls.items():
        if not _says(call.count_expression) and not _says(call.for_each_expression):
            yield from _sure(call.module, f"{prefix}module.{name}.")


def _says(expression: msgspec.Raw) -> bool:
    return bytes(expression) not in (b"", b"null")
