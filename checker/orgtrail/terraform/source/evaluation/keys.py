"""Instance keys: how they stand in addresses, which a plan or state shows, which a count or for_each makes."""

import json
from collections.abc import Iterable
from typing import TypeAlias

from orgtrail.address import split_reference
from orgtrail.terraform.language.block import Block
from orgtrail.terraform.language.expressions import Scope, elements, evaluate
from orgtrail.terraform.language.operations import EvaluationError, Set, to_number
from orgtrail.terraform.source.evaluation.bounds import Work
from orgtrail.values import Cause, Rest, Unknown, causes

#: An instance key: none, a number of count, a string of for_each, or nobody knows.
Key: TypeAlias = "int | str | Unknown | None"

#: Instances of one block.
MOST_INSTANCES = 10_000


def show_key(key: Key) -> str:
    """An instance key as it stands in an address."""
    match key:
        case None:
            return ""
        case int():
            return f"[{key}]"
        case str():
            return f"[{json.dumps(key, ensure_ascii=False)}]"
    return "[?]"


def read_key(step: str) -> Key:
    """The instance key in a step of an address, such as `[0]` or `["a"]`."""
    inside = step.strip("[]") if not step.startswith('["') else step[1:].removesuffix("]")
    if inside.isdigit():
        return int(inside)
    if inside.startswith('"'):
        try:
            return str(json.loads(inside))
        except ValueError:
            return inside.strip('"')
    return Unknown(Cause("the instance key isn't known"))


def keys_shown(addresses: Iterable[str]) -> dict[str, list[Key]]:
    """The keys in the addresses of instances, of modules too, by the address without the last key."""
    found: dict[str, dict[Key, None]] = {}
    for address in addresses:
        steps = split_reference(address)
        prefix = ""
        position = 0
        while position < len(steps):
            width = 2 if steps[position] == "module" else len(steps)
            own = [step for step in steps[position : position + width] if not step.startswith("[")]
            prefix += ("." if prefix else "") + ".".join(own)
            position += len(own)
            keyed = position < len(steps) and steps[position].startswith("[")
            key = read_key(steps[position]) if keyed else None
            found.setdefault(prefix, {})[key] = None
            if keyed:
                prefix += steps[position]
                position += 1
    return {name: list(keys) for name, keys in found.items()}


def keys_made(address: str, block: Block, scope: Scope, work: Work) -> list[Key]:
    """The keys that the count or for_each of a block makes; an Unknown stands for any number of instances."""
    count, for_each = block.attribute("count"), block.attribute("for_each")
    if count is not None:
        value = work.on(f"{address} (count)", lambda: to_number(evaluate(count.node, scope)))
        if isinstance(value, int) and 0 <= value <= MOST_INSTANCES:
            return list(range(value))
        if isinstance(value, int) and value > MOST_INSTANCES:
            return [_too_many(address, "count")]
        return [value if isinstance(value, Unknown) else Unknown(Cause(f"the count of `{address}` is no number"))]
    if for_each is None:
        return [None]
    found = work.on(f"{address} (for_each)", lambda: evaluate(for_each.node, scope))
    if isinstance(found, Unknown):
        return [found]
    keys: list[Key] = []
    try:
        for key, element in elements(found if isinstance(found, dict) else Set(found)):  # type: ignore[arg-type]
            if isinstance(element, Rest) or not isinstance(key, str):
                cause = next(causes(element), None) or Cause(f"a key of `{address}` isn't known")
                keys.append(Unknown(cause))
            else:
                keys.append(key)
    except (EvaluationError, TypeError):
        return [Unknown(Cause(f"the for_each of `{address}` is neither a map nor a set"))]
    return keys if len(keys) <= MOST_INSTANCES else [_too_many(address, "for_each")]


def _too_many(address: str, argument: str) -> Unknown:
    cause = f"the {argument} of `{address}` makes more than {MOST_INSTANCES} instances"
    return Unknown(Cause(cause, "narrow it down, or give a plan"))
