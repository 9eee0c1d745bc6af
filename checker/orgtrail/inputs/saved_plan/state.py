"""The state inside a saved plan: Terraform's raw format, version 4, as `show -json` shows it.

Source: HashiCorp, terraform, internal/states/statefile (the raw format isn't documented for others; its version is).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from orgtrail.inputs.saved_plan import values
from orgtrail.inputs.saved_plan.archive import RefusedError
from orgtrail.terraform.plans.plan import State, StateModule, StateResource, StateValues

VERSION = 4

#: Resources of Terraform's own with values of any type, which the state keeps beside their types.
_TYPED = {
    "terraform_data": ("input", "output", "triggers_replace"),
    "terraform_remote_state": ("config", "defaults", "outputs"),
}


class _Instance(msgspec.Struct, kw_only=True):
    index_key: int | float | str | None = None
    deposed: str | None = None
    attributes: msgspec.Raw = msgspec.Raw(b"{}")
    sensitive_attributes: list[list[dict[str, Any]]] = []
    dependencies: msgspec.Raw = msgspec.Raw(b"[]")


class _Resource(msgspec.Struct, kw_only=True):
    module: str = ""
    mode: str
    type: str
    name: str
    instances: list[_Instance] = []


class _State(msgspec.Struct, kw_only=True):
    version: int
    terraform_version: str | None = None
    resources: list[_Resource] = []


def read(content: bytes) -> State | None:
    """The state; None where it holds nothing. Raises RefusedError."""
    try:
        state = msgspec.json.decode(content, type=_State)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"holds a state that can't be read ({error})") from None
    except RecursionError:
        raise RefusedError("holds a state that is nested too deep") from None
    if state.version != VERSION:
        raise RefusedError(f"holds a state of version {state.version}, not {VERSION}")
    found = [one for resource in state.resources for one in _resources(resource)]
    if not found:
        return None
    return State(
        terraform_version=state.terraform_version, values=StateValues(root_module=StateModule(resources=found))
    )


def _resources(resource: _Resource) -> Iterator[StateResource]:
    mode = "data." if resource.mode == "data" else ""
    block = f"{resource.module}.".lstrip(".") + f"{mode}{resource.type}.{resource.name}"
    for one in resource.instances:
        yield StateResource(
            address=block + _key(one.index_key),
            mode=resource.mode,
            type=resource.type,
            name=resource.name,
            deposed_key=one.deposed,
            values=_plain(resource.type, one.attributes),
            sensitive_values=_sensitive(one) if one.sensitive_attributes else msgspec.Raw(b"{}"),
            depends_on=one.dependencies,
        )


def _key(key: int | float | str | None) -> str:
    """An instance key as Terraform writes it in an address."""
    if key is None:
        return ""
    if isinstance(key, str):
        quoted = re.sub(r"([$%])\{", r"\1\1{", json.dumps(key, ensure_ascii=False))
        return f"[{quoted}]"
    return f"[{int(key)}]"


def _plain(kind: str, attributes: msgspec.Raw) -> msgspec.Raw:
    """Attributes without the types that stand beside some of their values."""
    if kind not in _TYPED:
        return attributes
    found = msgspec.json.decode(attributes)
    for name in _TYPED[kind]:
        value = found.get(name) if isinstance(found, dict) else None
        if isinstance(value, dict) and value.keys() == {"value", "type"}:
            found[name] = value["value"]
    return msgspec.Raw(msgspec.json.encode(found))


def _sensitive(one: _Instance) -> msgspec.Raw:
    tree: values.PathTree = {}
    for path in one.sensitive_attributes:
        values.add(tree, [_step(step) for step in path])
    return msgspec.Raw(msgspec.json.encode(values.marked(msgspec.json.decode(one.attributes), tree)))


def _step(step: dict[str, Any]) -> Any:
    """The name of an attribute, or a key beside its type."""
    value = step.get("value")
    if isinstance(value, dict):
        value = value.get("value")
    return value if isinstance(value, str | int) else None
