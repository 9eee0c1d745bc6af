"""Records what `terraform graph -type=plan` says of every example and test configuration: `python -m tools.graphs`.

Kept is what the tests compare: for each block that ordering is about, the others that it comes after.
"""

import json
import re
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from workbench.terraform import REPOSITORY, Workspace

from tools.plans import cases

RECORD = REPOSITORY / "tests" / "terraform" / "graphs.json"
_EDGE = re.compile(r'^\s*"\[root\] (?P<source>.*?)" -> "\[root\] (?P<target>.*?)"\s*$', re.M)
_BLOCK = re.compile(
    r"(?:module\.[\w-]+\.)*(?:aws_cloudtrail|aws_s3_bucket|aws_s3_bucket_policy|aws_kms_key|aws_kms_key_policy"
    r"|(?:data\.)?aws_organizations_organization|aws_organizations_aws_service_access)\.[\w-]+"
)


def after(dot: str) -> dict[str, list[str]]:
    """For each block of interest in a graph, the blocks of interest that it waits for."""
    edges: dict[str, set[str]] = {}
    for found in _EDGE.finditer(dot.replace('\\"', "'")):
        edges.setdefault(found["source"], set()).add(found["target"])
    waits: dict[str, list[str]] = {}
    for node in {*edges, *(target for targets in edges.values() for target in targets)}:
        block = node.removesuffix(" (expand)")
        if not node.endswith(" (expand)") or not _BLOCK.fullmatch(block):
            continue
        seen: set[str] = set()
        pending = [node]
        while pending:
            for target in edges.get(pending.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
        blocks = {one.removesuffix(" (expand)") for one in seen if one.endswith(" (expand)")}
        waits[block] = sorted(one for one in blocks if _BLOCK.fullmatch(one))
    return dict(sorted(waits.items()))


def record(case: Path) -> tuple[str, dict[str, list[str]]]:
    """The waits of one configuration, as terraform's own graph has them."""
    aliases = json.loads((case / "expect.json").read_text()).get("aliases", {})
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace(case, Path(scratch), aliases=aliases)
        return f"{case.parent.relative_to(REPOSITORY)}/{case.name}", after(workspace.run("graph", "-type=plan"))


def main() -> None:
    chosen = [path for path in cases() if not sys.argv[1:] or path.name in sys.argv[1:]]
    with ProcessPoolExecutor(2) as pool:
        records = dict(pool.map(record, chosen))
    kept = json.loads(RECORD.read_text()) if sys.argv[1:] and RECORD.exists() else {}
    RECORD.write_text(json.dumps(dict(sorted({**kept, **records}.items())), indent=1) + "\n")
    print(f"{len(records)} graphs recorded")


if __name__ == "__main__":
    main()
