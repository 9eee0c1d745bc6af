"""orgtrail beside checkers that install from the registry, on the same inputs in one run: cost, and what they see.

Each peer gets an environment of its own in .bench/, made at the first run. Two of them bring no checks: they run one
line of policy that we wrote, so their column says what reading the input costs, not what somebody could write.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from tools import figures

TIMES = 5
HOME = Path(".bench")
PEERS = ("checkov", "terraform-compliance", "c7n-left")
#: Example -> what is wrong with it.
EXAMPLES = {
    "no-ordering": "the trail doesn't come after trusted access",
    "other-service-only": "trusted access is for another service",
    "trusted-access-removed": "the plan switches trusted access off",
    "no-bucket-policy": "CloudTrail may not write to the bucket",
    "cloudtrail-shut-out": "a Deny stops CloudTrail",
    "organization-wide-read": "every account of the organization may read the logs",
    "member-account-root": "one member account may read the logs",
    "recommended-policy": "nothing",
}
GOOD = "recommended-policy"
#: What orgtrail is told as its users tell it; the others have no place for such facts.
FACTS = ("--management-account", "123456789012", "--archive-account", "123456789012")
#: What is timed; the others are only looked at.
TIMED = (GOOD,)
_FEATURE = """Feature: The trail
  Scenario: Every trail is one of the organization
    Given I have aws_cloudtrail defined
    Then it must have is_organization_trail
"""
_POLICY = """policies:
  - name: trail-of-the-organization
    resource: terraform.aws_cloudtrail
    filters:
      - is_organization_trail: false
"""


def installed(peer: str) -> str:
    """The version of a peer, installed where it isn't yet; empty where it can't be."""
    python = HOME / peer / "bin" / "python"
    if not python.exists():
        venv.create(HOME / peer, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", peer], check=False, capture_output=True)
    shown = subprocess.run([python, "-m", "pip", "show", peer], check=False, capture_output=True, text=True)
    return next((line.split()[1] for line in shown.stdout.splitlines() if line.startswith("Version:")), "")


def command(tool: str, example: str, scratch: Path) -> list[str]:
    plan = scratch / f"{example}.json"
    program = str((HOME / tool / "bin" / tool).absolute())
    match tool:
        case "orgtrail":
            source = str(Path("examples", example).absolute())
            return [
                sys.executable,
                "-m",
                "orgtrail",
                "check",
                str(plan),
                "--source",
                source,
                *FACTS,
                "--format",
                "json",
            ]
        case "checkov":
            return [program, "-f", str(plan), "--framework", "terraform_plan", "--quiet", "--compact", "-o", "json"]
        case "terraform-compliance":
            return [program, "-f", str(scratch / "features"), "-p", str(plan)]
    return [program, "run", "-p", str(scratch / "policies"), "-d", str(Path("examples", example).absolute())]


def run(called: list[str], folder: Path) -> tuple[float, int, str]:
    """Processor seconds, exit code and standard output of one run."""
    with (folder / "out").open("w+") as out:
        process = subprocess.Popen(called, stdout=out, stderr=subprocess.DEVNULL, cwd=folder, env=dict(os.environ))
        _, status, used = os.wait4(process.pid, 0)
        out.seek(0)
        return used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status), out.read()


def said(tool: str, code: int, out: str) -> set[str]:
    """The ids of what a tool finds wrong."""
    if tool == "orgtrail":
        open_ = ("violated", "undecided")
        return {f"{one['rule']} ({one['verdict']})" for one in json.loads(out)["results"] if one["verdict"] in open_}
    if tool == "checkov":
        found = json.loads(out)
        reports: list[Any] = found if isinstance(found, list) else [found]
        return {one["check_id"] for report in reports for one in report["results"]["failed_checks"]}
    return {"our line of policy"} if code else set()


def peers() -> None:
    """Cost and findings of every tool on every example."""
    versions = {peer: installed(peer) for peer in PEERS}
    tools = ["orgtrail", *(peer for peer, version in versions.items() if version)]
    seconds: dict[str, list[float]] = {tool: [] for tool in tools}
    found: dict[tuple[str, str], set[str]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        for name, text in (("features/trail.feature", _FEATURE), ("policies/trail.yaml", _POLICY)):
            (scratch / name).parent.mkdir()
            (scratch / name).write_text(text)
        for example in EXAMPLES:
            # On one line, as terraform writes it; one of the peers writes into the file that it reads.
            plan = json.loads(Path("examples", example, "plan.json").read_text())
            for tool in tools:
                (scratch / f"{example}.json").write_text(json.dumps(plan))
                runs = [run(command(tool, example, scratch), scratch) for _ in range(TIMES if example in TIMED else 1)]
                if example in TIMED:
                    seconds[tool].append(statistics.median(took for took, _, _ in runs))
                found[tool, example] = said(tool, *runs[-1][1:])
                print(f"  {example:<24} {tool:<22} {', '.join(sorted(found[tool, example])) or '-'}", flush=True)
    own = seconds["orgtrail"]
    costs: list[list[Any]] = [["orgtrail", "1.0", "its own rules, exact proofs"]]
    for peer in PEERS:
        if not versions[peer]:
            costs.append([peer, "can't be installed here", ""])
            continue
        ratio = statistics.median(other / mine for other, mine in zip(seconds[peer], own, strict=True))
        what = "all its checks of a plan" if peer == "checkov" else "one line of policy: it brings no checks"
        costs.append([f"{peer} {versions[peer]}", f"{ratio:.1f}", what])
    figures.write(
        "Beside its peers: cost",
        f"Processor time of a whole run on `{GOOD}`, medians of {TIMES}, as a multiple of orgtrail's.",
        ["tool", "times orgtrail", "what it runs"],
        costs,
    )
    rows: list[list[Any]] = []
    for example, wrong in EXAMPLES.items():
        mine = sorted(one for one in found["orgtrail", example] if one not in found["orgtrail", GOOD])
        theirs = "not installed"
        if versions["checkov"]:
            more = sorted(found["checkov", example] - found["checkov", GOOD])
            theirs = ", ".join(more) or "nothing that the good example doesn't get, too"
        if example == GOOD:
            mine = sorted(found["orgtrail", GOOD])
            theirs = ", ".join(sorted(found.get(("checkov", GOOD), ()))) or "nothing"
        rows.append([f"`{example}`", wrong, ", ".join(mine) or "nothing", theirs])
    figures.write(
        "Beside its peers: what they see",
        "What a tool reports beyond what it reports on `recommended-policy`, which is as AWS recommends it (its row "
        "holds everything). terraform-compliance and c7n-left check what their users write, so there is nothing to "
        "compare.",
        ["example", "what is wrong", "orgtrail", f"checkov {versions['checkov']}"],
        rows,
    )


if __name__ == "__main__":
    peers()
