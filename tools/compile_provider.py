"""Compile which nested blocks the AWS provider's types have into `orgtrail/provider/data/nested_blocks.json`.

`python -m tools.compile_provider` asks the real terraform (`terraform providers schema -json`) with the provider that
the tests plan with; `python -m tools.compile_provider FILE` takes what it said before.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from workbench.terraform import base_environment

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "checker" / "orgtrail" / "provider" / "data" / "nested_blocks.json"

#: A few types (dashboards, firewalls) repeat the same blocks in one another a hundred thousand times.
LONGEST = 5_000

_ROOT_MODULE = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "< 6"
    }
  }
}
"""


def schema() -> dict[str, Any]:
    """What the real terraform says of the provider."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "main.tf").write_text(_ROOT_MODULE)
        env = dict(base_environment())
        subprocess.run(["terraform", "init", "-no-color"], cwd=folder, env=env, check=True, capture_output=True)
        command = ["terraform", "providers", "schema", "-json"]
        shown = subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def nested(block: dict[str, Any]) -> dict[str, Any]:
    """The names of the blocks in a block, with those in each of them."""
    return {name: nested(inner["block"]) for name, inner in sorted(block.get("block_types", {}).items())}


def compiled(found: dict[str, Any]) -> dict[str, Any]:
    """Mode -> type -> blocks; types without blocks are left out."""
    (provider,) = found["provider_schemas"].values()
    trees = {
        mode: {kind: nested(one["block"]) for kind, one in sorted(provider[member].items())}
        for mode, member in (("managed", "resource_schemas"), ("data", "data_source_schemas"))
    }
    kept = {
        mode: {kind: tree for kind, tree in of_mode.items() if tree and len(json.dumps(tree)) <= LONGEST}
        for mode, of_mode in trees.items()
    }
    return {**kept, "provider": {"aws": nested(provider["provider"]["block"])}}


def main() -> None:
    found = json.loads(Path(sys.argv[1]).read_text()) if sys.argv[1:] else schema()
    lines = [
        f"{json.dumps(mode)}: {{\n"
        + ",\n".join(f"{json.dumps(kind)}: {json.dumps(tree, separators=(',', ':'))}" for kind, tree in trees.items())
        + "\n}"
        for mode, trees in compiled(found).items()
    ]
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
