"""What a check may import: counted in modules, since milliseconds differ from machine to machine."""

import subprocess
import sys
from pathlib import Path

PLAN = Path("examples/recommended-policy/plan.json").resolve()

#: Modules beyond Python's own start that one check of a plan may bring in. Raise it only with a reason.
#: What the provider knows, addresses, ARNs, steps, accounts, buckets, keys, one input and its judging are small files;
#: SCPs, RCPs, the public access block, services as callers and whether AWS takes a policy belong to every proof.
BUDGET = 209

#: What costs tens of milliseconds, opens sockets, or is for other commands only.
HEAVY = (
    "ast",
    "asyncio",
    "boto3",
    "botocore",
    "bz2",
    "concurrent",
    "dask",
    "distributed",
    "email",
    "fsspec",
    "hcl2",
    "html",
    "http",
    "importlib.metadata",
    "importlib.resources",
    "inspect",
    "ipaddress",
    "jinja2",
    "lark",
    "logging",
    "lzma",
    "multiprocessing",
    "orgtrail.engine.baseline",
    "orgtrail.engine.cluster",
    "orgtrail.config_file",
    "orgtrail.evidence",
    "pathlib",
    "random",
    "rich",
    "shutil",
    "ssl",
    "subprocess",
    "tempfile",
    "tomllib",
    "tree_sitter",
    "unittest",
    "urllib",
    "xml",
    "yaml",
    "zipfile",
)


def _command(*words: str) -> str:
    return f"import sys; sys.argv = {['orgtrail', 'check', *words]}; from orgtrail.cli import program; program()"


_CHECK = _command("--no-source", str(PLAN))


def _importers(command: str = _CHECK) -> dict[str, str]:
    """Each module that a check imports, with the chain of modules that asked for it, from `-X importtime`."""
    env = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    timed = [sys.executable, "-X", "importtime", "-c", command]
    done = subprocess.run(timed, capture_output=True, text=True, check=False, env=env, cwd=PLAN.parent)
    assert done.returncode in (0, 1, 3), done.stderr
    chain: list[str] = []
    found: dict[str, str] = {}
    # A module is printed after those that it imports, and two spaces further to the left.
    for line in reversed(done.stderr.splitlines()):
        _, bar, name = line.rpartition("|")
        if not bar or not line.startswith("import time:") or "imported package" in name:
            continue
        depth = (len(name) - len(name.lstrip()) - 1) // 2
        del chain[depth:]
        chain.append(name.strip())
        found.setdefault(name.strip(), " <- ".join(reversed(chain)))
    return found


def test_a_check_imports_nothing_heavy() -> None:
    found = _importers()
    assert "orgtrail.engine.run" in found
    heavy = {
        name: chain for name, chain in found.items() if any(name == one or name.startswith(f"{one}.") for one in HEAVY)
    }
    assert not heavy, "a check imports " + "; ".join(heavy.values())


def test_a_plan_with_a_plain_source_needs_no_grammar() -> None:
    """python-hcl2 and the grammar that it builds take longer than the rest of such a check."""
    found = _importers(_command(str(PLAN)))
    assert "tree_sitter" in found
    assert "hcl2" not in found, found["hcl2"]


def test_a_check_imports_few_modules() -> None:
    found = _importers()
    ours = sorted(name for name in found if name.startswith("orgtrail"))
    others = sorted(found.keys() - set(ours))
    assert len(found) <= BUDGET, f"{len(found)} modules; not ours: {', '.join(others)}; ours: {', '.join(ours)}"


_FORBIDDEN = f"""
import socket, sys

def refuse(*arguments, **named):
    raise AssertionError("a check opens a socket")

socket.socket = socket.create_connection = socket.getaddrinfo = refuse
sys.addaudithook(lambda event, _: refuse() if event.startswith("socket.") and event != "socket.gethostname" else None)
{_CHECK}
"""


def test_a_check_opens_no_socket() -> None:
    done = subprocess.run([sys.executable, "-c", _FORBIDDEN], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 3), done.stderr
    assert "yes  " in done.stdout
    assert "socket" not in done.stdout + done.stderr
