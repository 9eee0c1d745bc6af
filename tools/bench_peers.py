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
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tools import figures
from tools.printed_plans import mixed, printed
from tools.source_trees import write_modules

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


class Given(NamedTuple):
    """What a tool is given: a plan, the folder that it was made from, or one of them."""

    plan: Path | None
    folder: Path | None


def command(tool: str, given: Given, scratch: Path) -> list[str] | None:
    """How a tool is called; None where it doesn't read what there is."""
    plan, folder = given
    program = str((HOME / tool / "bin" / tool).absolute())
    match tool:
        case "orgtrail":
            named = [str(plan), *(("--source", str(folder)) if folder else ("--no-source",))] if plan else [str(folder)]
            return [sys.executable, "-m", "orgtrail", "check", *named, *FACTS, "--format", "json"]
        case "checkov":
            framework, option = ("terraform_plan", "-f") if plan else ("terraform", "-d")
            return [
                program,
                option,
                str(plan or folder),
                "--framework",
                framework,
                "--quiet",
                "--compact",
                "-o",
                "json",
            ]
        case "terraform-compliance":
            return [program, "-f", str(scratch / "features"), "-p", str(plan)] if plan else None
    return [program, "run", "-p", str(scratch / "policies"), "-d", str(folder)] if folder else None


def _example(name: str, scratch: Path) -> Given:
    # On one line, as terraform writes it; one of the peers writes into the file that it reads.
    plan = scratch / f"{name}.json"
    plan.write_text(json.dumps(json.loads(Path("examples", name, "plan.json").read_text())))
    return Given(plan, Path("examples", name).absolute())


def _services(_: str, scratch: Path) -> Given:
    plan = scratch / "services.json"
    plan.write_bytes(msgspec.json.encode(printed(mixed(100))))
    return Given(plan, None)


def _modules(_: str, scratch: Path) -> Given:
    folder = scratch / "modules"
    if not folder.exists():
        write_modules(folder)
    return Given(None, folder)


#: What is timed, how it is made, and how often it runs.
SHAPES: dict[str, tuple[Callable[[str, Path], Given], int]] = {
    GOOD: (_example, TIMES),
    "existing-organization": (_example, TIMES),
    "100 services, a plan of 2 MB without its source": (_services, 3),
    "500 modules, a folder without a plan": (_modules, 1),
}


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


def _written(scratch: Path) -> None:
    """What the peers are told to check."""
    for name, text in (("features/trail.feature", _FEATURE), ("policies/trail.yaml", _POLICY)):
        (scratch / name).parent.mkdir()
        (scratch / name).write_text(text)


def _costs(versions: dict[str, str], scratch: Path) -> None:
    """Processor time of every tool on four shapes, as multiples of orgtrail's."""
    rows: list[list[Any]] = []
    for name, (make, times) in SHAPES.items():
        seconds: dict[str, float | None] = {}
        for tool in ("orgtrail", *PEERS):
            took = []
            for _ in range(times):
                called = command(tool, make(name, scratch), scratch) if versions.get(tool, "own") else None
                if called is not None:
                    took.append(run(called, scratch)[0])
            seconds[tool] = statistics.median(took) if took else None
        own = seconds["orgtrail"] or 1.0
        told = [f"{seconds[peer] / own:.1f}" if seconds[peer] else "doesn't read it" for peer in PEERS]  # type: ignore[operator]
        print(
            f"  {name:<50} orgtrail {own:.2f} s; {', '.join(map(' '.join, zip(PEERS, told, strict=True)))}", flush=True
        )
        rows.append([name, f"{own:.2f} s", *told])
    figures.write(
        "Beside its peers: cost",
        "Processor time of a whole run as a multiple of orgtrail's, medians of up to "
        f"{TIMES}. checkov makes all its checks; terraform-compliance and c7n-left bring none: one line of policy.",
        ["what", "orgtrail", *(f"{peer} {versions[peer]}".strip() for peer in PEERS)],
        rows,
    )


def peers() -> None:
    """Cost and findings of every tool on every example."""
    versions = {peer: installed(peer) for peer in PEERS}
    tools = ["orgtrail", *(peer for peer, version in versions.items() if version)]
    found: dict[tuple[str, str], set[str]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        _written(scratch)
        _costs(versions, scratch)
        for example in EXAMPLES:
            for tool in tools:
                called = command(tool, _example(example, scratch), scratch)
                found[tool, example] = said(tool, *run(called or [], scratch)[1:])
                print(f"  {example:<24} {tool:<22} {', '.join(sorted(found[tool, example])) or '-'}", flush=True)
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
