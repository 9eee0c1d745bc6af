"""Plans of any size around one trail: `python -m tools.large_plans FOLDER [RESOURCES or SHAPE...]` writes them.

The trail is an example's; what stands around it is what large stacks are made of: modules with repeated resources that
have nothing to do with it. `bytes_each` says how much of a plan each resource takes, over all its sections.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

EXAMPLE = Path("examples/recommended-policy/plan.json")
TYPES = ("aws_instance", "aws_iam_role", "aws_security_group_rule", "aws_route53_record", "aws_ssm_parameter")
BLOCKS_A_MODULE = 20
INSTANCES_A_BLOCK = 10
PROVIDER = "registry.terraform.io/hashicorp/aws"


def _module(number: int) -> str:
    return f"stack_{number}"


def _blocks(resources: int) -> Iterator[tuple[int, int, int]]:
    """Module, block and the number of its instances, for as many resources as were asked for."""
    made = 0
    while made < resources:
        block = made // INSTANCES_A_BLOCK
        count = min(INSTANCES_A_BLOCK, resources - made)
        yield block // BLOCKS_A_MODULE, block % BLOCKS_A_MODULE, count
        made += count


def _values(module: int, block: int, index: int, size: int) -> dict[str, Any]:
    return {
        "id": f"i-{module:06x}{block:04x}{index:04x}",
        "arn": f"arn:aws:ec2:us-east-1:111111111111:instance/i-{module:06x}{block:04x}{index:04x}",
        "name": f"stack-{module}-{block}-{index}",
        "tags": {"team": f"team-{module % 17}", "stack": _module(module), "note": 'a "quoted" {brace} and [bracket]'},
        "ports": [80, 443, 8080 + index],
        "user_data": ("x" * 60 + "\n") * max(0, size // 61),
        "nested": [{"enabled": True, "rules": [{"from": 0, "to": 65535, "cidr": ["10.0.0.0/8"]}]}],
    }


def large_plan(resources: int, bytes_each: int = 2200) -> bytes:
    """A plan with this many resources beside those of the example, as `terraform show -json` prints it."""
    plan: dict[str, Any] = msgspec.json.decode(EXAMPLE.read_bytes())
    changes: list[Any] = plan["resource_changes"]
    configured: dict[str, Any] = plan["configuration"]["root_module"].setdefault("module_calls", {})
    planned: dict[str, Any] = {}
    state: dict[str, Any] = {}
    # Values stand four times in a plan that changes nothing: before, after, planned and prior.
    size = max(0, (bytes_each - 3600) // 4 if bytes_each >= 3600 else (bytes_each - 1000) // 2)
    lean = bytes_each < 3600
    for module, block, count in _blocks(resources):
        kind, name = TYPES[block % len(TYPES)], f"block_{block}"
        call = configured.setdefault(
            _module(module),
            {"source": f"./{_module(module)}", "expressions": {"team": {"constant_value": "x"}}, "module": {}},
        )
        expressions = {"name": {"references": ["var.team", "each.key"]}, "tags": {"references": ["var.tags"]}}
        call["module"].setdefault("resources", []).append(
            {
                "address": f"{kind}.{name}",
                "mode": "managed",
                "type": kind,
                "name": name,
                "provider_config_key": "aws",
                "expressions": expressions,
                "schema_version": 1,
                "count_expression": {"constant_value": count},
            }
        )
        for index in range(count):
            common = {
                "address": f"module.{_module(module)}.{kind}.{name}[{index}]",
                "mode": "managed",
                "type": kind,
                "name": name,
                "index": index,
                "provider_name": PROVIDER,
            }
            values = _values(module, block, index, size)
            sensitive: dict[str, Any] = {"tags": {}, "ports": [False] * 3}
            planned.setdefault(_module(module), []).append(
                {**common, "schema_version": 1, "values": {} if lean else values, "sensitive_values": sensitive}
            )
            if not lean:
                state.setdefault(_module(module), []).append(
                    {**common, "schema_version": 1, "values": values, "sensitive_values": sensitive}
                )
            changes.append(
                {
                    **common,
                    "module_address": f"module.{_module(module)}",
                    "change": {
                        "actions": ["create"] if lean else ["no-op"],
                        "before": None if lean else values,
                        "after": values,
                        "after_unknown": {"arn": True} if lean else {},
                        "before_sensitive": False if lean else sensitive,
                        "after_sensitive": sensitive,
                    },
                }
            )
    plan["planned_values"]["root_module"]["child_modules"] = _children(planned)
    prior = plan.setdefault("prior_state", {"format_version": "1.0", "terraform_version": "1.11.4"})
    prior.setdefault("values", {}).setdefault("root_module", {})["child_modules"] = _children(state)
    return msgspec.json.encode(plan)


def few_and_huge() -> bytes:
    """60 resources of more than a megabyte each."""
    return large_plan(60, 1_200_000)


def deep_modules() -> bytes:
    """A chain of 60 modules, each in the one before, with 400 resources each."""
    plan: dict[str, Any] = msgspec.json.decode(EXAMPLE.read_bytes())
    configured: dict[str, Any] = plan["configuration"]["root_module"]
    planned: dict[str, Any] = plan["planned_values"]["root_module"]
    for depth in range(60):
        address = ".".join(["module.next"] * (depth + 1))
        module: dict[str, Any] = {"resources": [], "variables": {"team": {}}}
        passed = {"references": ["var.team"]} if depth else {"constant_value": "x"}
        configured.setdefault("module_calls", {})["next"] = {
            "source": "./next",
            "expressions": {"team": passed},
            "module": module,
        }
        child: dict[str, Any] = {"address": address, "resources": []}
        planned.setdefault("child_modules", []).append(child)
        for number in range(400):
            own = {"mode": "managed", "type": "aws_instance", "name": f"block_{number}"}
            common = {**own, "address": f"{address}.aws_instance.block_{number}", "provider_name": PROVIDER}
            values = _values(depth, number, 0, 500)
            module["resources"].append(
                {
                    **own,
                    "address": f"aws_instance.block_{number}",
                    "expressions": {"name": {"references": ["var.team"]}},
                }
            )
            child["resources"].append({**common, "values": values, "sensitive_values": {}})
            change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
            plan["resource_changes"].append({**common, "module_address": address, "change": change})
        configured, planned = module, child
    return msgspec.json.encode(plan)


def big_state() -> bytes:
    """100,000 resources that are there and that the plan leaves alone."""
    plan: dict[str, Any] = msgspec.json.decode(EXAMPLE.read_bytes())
    own = {"mode": "managed", "type": "aws_instance", "name": "old", "provider_name": PROVIDER}
    found = [
        {**own, "address": f"aws_instance.old[{index}]", "index": index, "values": _values(0, 0, index, 200)}
        for index in range(100_000)
    ]
    plan["prior_state"] = {"format_version": "1.0", "values": {"root_module": {"resources": found}}}
    return msgspec.json.encode(plan)


def big_outputs() -> bytes:
    """One output of 70 MB."""
    plan: dict[str, Any] = msgspec.json.decode(EXAMPLE.read_bytes())
    value = {f"stack_{number}": {"names": ["x" * 50] * 20, "number": number} for number in range(65_000)}
    change = {"actions": ["create"], "before": None, "after": value, "after_unknown": False}
    plan["output_changes"] = {"everything": change}
    return msgspec.json.encode(plan)


#: Plans of about 70 MB whose weight is somewhere else.
SHAPES: dict[str, Callable[[], bytes]] = {
    "few-and-huge": few_and_huge,
    "deep-modules": deep_modules,
    "big-state": big_state,
    "big-outputs": big_outputs,
}


def _children(modules: dict[str, Any]) -> list[Any]:
    return [{"address": f"module.{name}", "resources": found} for name, found in modules.items()]


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for wanted in sys.argv[2:] or ["40000"]:
        file = folder / f"plan-{wanted}.json"
        file.write_bytes(SHAPES[wanted]() if wanted in SHAPES else large_plan(int(wanted)))
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
