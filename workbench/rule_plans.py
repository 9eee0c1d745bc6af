"""Records the plans of the rules' examples (rules/examples/*.md) with the real terraform, one file a rule.

`tests/recorded/rules/<rule>.json` maps each example's title to `digest` (of its HCL) and `plan`; `saved_plans` keeps
what Terraform saved. Terraform is initialised once a rule; what differs from run to run and means nothing is written
the same every time.
"""

import hashlib
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from orgtrail import rules
from orgtrail.examples import Example, examples
from workbench import aws, saved_plans
from workbench.terraform import REPOSITORY, Workspace, override

FOLDER = REPOSITORY / "tests" / "recorded" / "rules"
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+")
_TIMESTAMP = re.compile(r'("timestamp": ?)"[^"]*"')
_DEFAULT_PROVIDER = re.compile(r'^provider "aws" \{\n(?!\s*alias)', re.MULTILINE)


def digest(example: Example) -> str:
    """Changes where the example does in a way that needs a new plan."""
    written = [(example.before or "").split(), example.hcl.split(), sorted(example.facts.items())]
    content = json.dumps(written)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def recorded(rule_id: str) -> dict[str, Any]:
    """Title to digest and plan, of the examples of a rule that have been recorded."""
    file = FOLDER / f"{rule_id}.json"
    return json.loads(file.read_text()) if file.is_file() else {}


def planned(rule_id: str) -> list[Example]:
    """The examples of a rule that are planned; some need a later provider than the one that records."""
    return [example for example in examples(rule_id) if example.facts.get("only") != "folder"]


def names() -> list[str]:
    """The rules that have examples, as `make plans` calls them."""
    return [f"rules/{rule_id}" for rule_id in rules.ids() if examples(rule_id)]


def record(name: str, fresh: bool = True) -> str:
    """Plan the examples of one rule for real; those that didn't change are kept where `fresh` is false."""
    rule_id = name.removeprefix("rules/")
    known = {} if fresh else recorded(rule_id)
    kept = saved_plans.of_rule(rule_id)
    plans: dict[str, Any] = {}
    saved: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        workspace: Workspace | None = None
        for example in planned(rule_id):
            old = known.get(example.title)
            own = digest(example)
            if old and old["digest"] == own and own in kept:
                plans[example.title], saved[own] = old, kept[own]
                continue
            if workspace is None:
                root = Path(scratch) / "root" / "example"
                root.mkdir(parents=True)
                (root / "provider.tf").write_text('provider "aws" {\n}\n')
                workspace = Workspace(root, Path(scratch))
            plans[example.title] = {"digest": own, "plan": _plan(workspace, example)}
            saved[own] = (workspace.folder / "tfplan").read_bytes()
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(f"{json.dumps(title)}: {_line(plan)}" for title, plan in plans.items())
    (FOLDER / f"{rule_id}.json").write_text("{\n" + lines + "\n}\n")
    saved_plans.keep(rule_id, saved)
    return name


def _line(plan: dict[str, Any]) -> str:
    text = json.dumps(plan, sort_keys=True)
    return _TIMESTAMP.sub(r'\1"2026-01-01T00:00:00Z"', _LOOPBACK.sub("http://127.0.0.1:5000", text))


def _plan(workspace: Workspace, example: Example) -> dict[str, Any]:
    aws.server().reset()
    (workspace.folder / "terraform.tfstate").unlink(missing_ok=True)
    _write(workspace, example, example.before or "")
    if example.before is not None:
        workspace.apply()
    _write(workspace, example, example.hcl)
    return workspace.plan()


def _write(workspace: Workspace, example: Example, hcl: str) -> None:
    declared = {alias: account for alias, account in example.facts.items() if f'"{alias}"' in hcl}
    (workspace.folder / "main.tf").write_text(hcl)
    (workspace.folder / "provider.tf").write_text("" if _DEFAULT_PROVIDER.search(hcl) else 'provider "aws" {\n}\n')
    (workspace.folder / "provider_override.tf").write_text(override(declared))
