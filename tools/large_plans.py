"""Plans of any size around one trail: `python -m tools.large_plans FOLDER [RESOURCES...]` writes them.

The trail is an example's; what stands around it is what large stacks are made of: modules with repeated resources that
have nothing to do with it. `bytes_each` says how much of a plan each resource takes, over all its sections.
"""

import sys
from collections.abc import Iterator
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


def _children(modules: dict[str, Any]) -> list[Any]:
    return [{"address": f"module.{name}", "resources": found} for name, found in modules.items()]


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for wanted in map(int, sys.argv[2:] or ["40000"]):
        file = folder / f"plan-{wanted}.json"
        file.write_bytes(large_plan(wanted))
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
