"""Records what Terraform makes of the expressions in tests/terraform/expressions: `python -m tools.expressions`.

Each expression becomes an output of one root module, which is planned and applied once: so the record holds what is
known when planning, and what the apply made of what wasn't.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from workbench.terraform import Workspace

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "terraform" / "expressions"
FAILS = "this expression is an error"


def expressions() -> list[str]:
    """The expressions, one a line of the file; `\\n` at the places of heredocs' line breaks."""
    lines = (FOLDER / "expressions.txt").read_text().splitlines()
    return [line.replace("\\n", "\n") if line.startswith("<<") else line for line in lines if line.strip()]


def record() -> list[dict[str, Any]]:
    """What Terraform says of each: `planned` (absent where unknown) and `applied`, or `error`."""
    listed = expressions()
    outputs = [
        f'output "e{number}" {{\n  value = {_guarded(expression)}\n}}\n' for number, expression in enumerate(listed)
    ]
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace(FOLDER, Path(scratch), files={"outputs.tf": "\n".join(outputs)}, overrides=False)
        plan = workspace.plan()["output_changes"]
        workspace.run("apply", "tfplan")
        applied = json.loads(workspace.run("output", "-json"))
        state = workspace.show()["values"]["root_module"]["resources"]
    ids = {resource["address"] + ".id": resource["values"]["id"] for resource in state}
    records: list[dict[str, Any]] = [{"expression": "ids", "applied": ids}]
    for number, expression in enumerate(listed):
        name = f"e{number}"
        entry: dict[str, Any] = {"expression": expression}
        final = applied.get(name, {}).get("value")
        if final == FAILS:
            entry["error"] = True
        else:
            change = plan.get(name, {})
            if "after" in change and change.get("after_unknown") is False:
                entry["planned"] = _decoded(change["after"])
            entry["applied"] = _decoded(final)
        records.append(entry)
    return records


def _decoded(encoded: str | None) -> Any:
    """The value behind an output; one that is null as a whole isn't encoded at all."""
    return None if encoded is None else json.loads(encoded)


def _guarded(expression: str) -> str:
    if expression.startswith("<<"):
        return f"jsonencode({expression})"
    return f'try(jsonencode({expression}), "{FAILS}")'


if __name__ == "__main__":
    found = record()
    (FOLDER / "recorded.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(found) - 1} expressions recorded")
