"""Prowler's function on bucket policies. It isn't a dependency: `--command` names the python that has it.

Prowler looks at accounts; of its code only `is_policy_public` can be asked about a policy that isn't applied yet. It is
asked as Prowler's check of cross-account access asks it, and for services as its checks of confused deputies do.
"""

import functools
import json
import subprocess

from tools.exam_adapters.inputs import bare_policy, option, options, packaged
from tools.exam_scoring import Case, Mark, cases, mark_peer

ACCESS = (
    "logs-not-public",
    "members-cannot-read-logs",
    "members-cannot-alter-logs",
    "outsiders-cannot-alter-logs",
)
DEPUTY = ("cloudtrail-write-is-scoped", "logs-not-lent-to-services", "service-writes-are-scoped")
_SCRIPT = """
import json, sys
from prowler.providers.aws.services.iam.lib.policy import is_policy_public
said = {}
for name, policy, owner, trusted in json.load(sys.stdin):
    try:
        said[name] = [
            is_policy_public(policy, owner, is_cross_account_allowed=False, trusted_ips=[]) if not trusted else None,
            is_policy_public(policy, owner, check_cross_service_confused_deputy=True),
        ]
    except Exception as error:
        said[name] = f"{type(error).__name__}: {error}"
print("\\n" + json.dumps(said))
"""


def version(command: str | None) -> str:
    """The version that the python has."""
    return packaged("prowler", command)


def ask(case: Case, command: str | None) -> Mark:
    """The mark of what the function says; it fails on some policies, and that is said."""
    said = _found(command or "python3").get(case.name)
    if said is None:
        return Mark("not asked")
    if isinstance(said, str):
        return Mark("wrong", said)
    verdicts: dict[str, str] = {}
    for rules, public in zip((ACCESS, DEPUTY), said, strict=True):
        if public is not None:
            verdicts |= dict.fromkeys(rules, "violated" if public else "proved")
    return mark_peer(case, verdicts)


@functools.cache
def _found(command: str) -> dict[str, list[bool | None] | str]:
    given = [
        (case.name, policy, option(case, "--archive-account"), options(case, "--trusted-account"))
        for case in cases()
        if (policy := bare_policy(case)) is not None
    ]
    run = subprocess.run(
        [command, "-c", _SCRIPT], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=600
    )
    found: dict[str, list[bool | None] | str] = json.loads(run.stdout.strip().splitlines()[-1])
    return found
