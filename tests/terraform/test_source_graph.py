"""The graph of the source, judged by `terraform graph -type=plan` (recorded by `python -m tools.graphs`)."""

import json
from pathlib import Path

import pytest

from orgtrail.graph.paths import Graph
from orgtrail.terraform.source.root_module import load_source

REPOSITORY = Path(__file__).resolve().parents[2]
RECORDS: dict[str, dict[str, list[str]]] = json.loads((Path(__file__).parent / "graphs.json").read_text())


@pytest.mark.parametrize("case", RECORDS)
def test_agrees_with_terraforms_graph(case: str) -> None:
    graph = Graph(load_source(REPOSITORY / case).configuration())
    for block, waits in RECORDS[case].items():
        start = graph.resource(block)
        assert start is not None, block
        reached = graph.reachable(start[0])
        for other in RECORDS[case]:
            goal = graph.resource(other)
            assert goal is not None
            if other != block:
                assert (goal[0] in reached) == (other in waits), f"{block} -> {other}"


def test_every_hop_has_a_place() -> None:
    case = REPOSITORY / "tests" / "configurations" / "depends-on-variable"
    graph = Graph(load_source(case).configuration())
    trail, organization = (
        graph.resource(address)
        for address in ("module.trail.aws_cloudtrail.org", "aws_organizations_organization.this")
    )
    assert trail is not None
    assert organization is not None
    hops = graph.path(trail[0], [organization[0]])
    assert hops is not None
    assert [(edge.how, Path(edge.place.file).name, edge.place.line) for edge in hops if edge.place] == [
        ("depends_on var.wait_for", "main.tf", 16),
        ("is given aws_organizations_organization.this.roots", "main.tf", 24),
    ]
