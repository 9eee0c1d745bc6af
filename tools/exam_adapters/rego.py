"""A Rego rule as teams write one for OPA or conftest: nothing to everybody without a condition.

Needs an OPA binding: `--command` names the python that has `regopy` (PyPI).
"""

import functools
import json
import subprocess
from pathlib import Path

from tools.exam_adapters.inputs import bare_policy, packaged
from tools.exam_scoring import Case, Mark, cases, mark_peer

MODULE = Path(__file__).with_name("bucket.rego")
RULES = (
    "logs-not-public",
    "members-cannot-read-logs",
    "members-cannot-alter-logs",
    "outsiders-cannot-alter-logs",
)
_SCRIPT = """
import json, sys
from regopy import Interpreter
module, given = json.load(sys.stdin)
said = {}
for name, policy in given:
    rego = Interpreter()
    rego.add_module("bucket", module)
    rego.set_input(policy)
    said[name] = "denied" in str(rego.query("data.bucket.verdict"))
print(json.dumps(said))
"""


def version(command: str | None) -> str:
    """The version that the python has."""
    return f"regopy {packaged('regopy', command)}"


def ask(case: Case, command: str | None) -> Mark:
    """The mark of what the rule says of a bare policy."""
    denied = _found(command or "python3").get(case.name)
    if denied is None:
        return Mark("not asked")
    return mark_peer(case, dict.fromkeys(RULES, "violated" if denied else "proved"))


@functools.cache
def _found(command: str) -> dict[str, bool]:
    given = [(case.name, policy) for case in cases() if (policy := bare_policy(case)) is not None]
    told = json.dumps([MODULE.read_text(), given])
    run = subprocess.run([command, "-c", _SCRIPT], input=told, capture_output=True, text=True, check=True, timeout=600)
    found: dict[str, bool] = json.loads(run.stdout)
    return found
