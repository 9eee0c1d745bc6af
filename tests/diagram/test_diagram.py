"""The picture of the order: what is in it, where things go, and what a reader of each drawing sees."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from workbench.run import orgtrail

from orgtrail.address import block_address
from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.report.drawing import DRAWINGS, drawer
from orgtrail.report.drawing.lanes import lanes, look_of
from orgtrail.results import Diagram, DiagramEdge, DiagramNode, OrderWitness

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def diagram_of(example: str) -> Diagram:
    folder = EXAMPLES / example
    report = engine.check([str(folder / "plan.json")], Settings(source=str(folder)), views=True)
    diagram = report.views[0].diagram
    assert diagram is not None
    return diagram


def paths(diagram: Diagram, state: str) -> set[tuple[str, str]]:
    return {(edge.earlier, edge.later) for edge in diagram.edges if edge.state == state}


# What is in it


def test_a_missing_edge() -> None:
    diagram = diagram_of("no-ordering")
    assert paths(diagram, "missing") == {("aws_organizations_organization.this", "aws_cloudtrail.org")}
    assert ("aws_s3_bucket_policy.logs", "aws_cloudtrail.org") in paths(diagram, "depends")


@pytest.mark.parametrize(
    "example",
    ["ordered-by-local", "ordered-by-module-output", "ordered-by-module-depends-on", "ordered-by-bucket-policy"],
)
def test_an_order_that_holds_is_a_way_through_the_picture(example: str) -> None:
    diagram = diagram_of(example)
    assert not paths(diagram, "missing")
    known = paths(diagram, "depends")
    roles = {node.address: node.role for node in diagram.nodes}
    reached = {address for address, role in roles.items() if role == "trusted-access"}
    assert reached
    for _ in diagram.nodes:
        reached |= {later for earlier, later in known if earlier in reached}
    assert any(roles[address] == "trail" for address in reached)


def test_a_missing_principal_is_no_missing_edge() -> None:
    diagram = diagram_of("trusted-access-removed")
    assert not paths(diagram, "missing")
    organization = next(node for node in diagram.nodes if node.address == "aws_organizations_organization.this")
    # The organization is there, and doesn't enable trusted access: it has neither the role nor the colour of it.
    assert organization.role == "organization"
    assert organization.lacks.startswith('"cloudtrail.amazonaws.com" in')
    for name in DRAWINGS:
        drawn = drawer(name)(diagram)
        assert "lacks" in drawn
        assert "missing: nothing" not in drawn


@pytest.mark.parametrize("example", ["ordered-by-module-output", "one-module-each", "ordered-by-local"])
def test_it_holds_the_very_way_that_the_proof_cites(example: str) -> None:
    folder = EXAMPLES / example
    report = engine.check([str(folder / "plan.json")], Settings(source=str(folder)), views=True)
    proof = next(one for one in report.results if one.rule == "trusted-access-before-trail")
    diagram = report.views[0].diagram
    assert proof.order
    assert diagram is not None
    cited = {edge.later: edge for edge in diagram.edges if proof.rule in edge.cited_by}
    # From the trail back to what enables trusted access, each edge with the words of the proof.
    at = "".join(node.address for node in diagram.nodes if node.role == "trail")
    while at in cited:
        assert cited[at].why.partition(" (")[0] in " ".join(proof.because)
        at = cited[at].earlier
    assert [node.role for node in diagram.nodes if node.address == at] == ["trusted-access"]


@pytest.mark.parametrize("example", sorted(folder.parent.name for folder in EXAMPLES.glob("*/plan.json")))
def test_it_draws_what_verdicts_say_and_nothing_else(example: str) -> None:
    folder = EXAMPLES / example
    report = engine.check([str(folder / "plan.json")], Settings(source=str(folder)), views=True)
    diagram = report.views[0].diagram
    orders = [one for one in report.results if one.order and one.verdict == "proved"]
    gaps = [one.witness for one in report.results if isinstance(one.witness, OrderWitness)]
    if diagram is None:
        assert not orders
        return
    plan = json.loads((folder / "plan.json").read_text())
    there = {one["address"] for one in plan["resource_changes"]}
    there |= {one["address"] for one in held(plan.get("prior_state", {}).get("values", {}).get("root_module", {}))}
    blocks = {block_address(address) for address in there}
    drawn = {node.address for node in diagram.nodes}
    assert drawn <= blocks
    # Every way that a proof goes is a way through the picture, of edges that say which rule rests on them.
    known = {(edge.earlier, edge.later) for edge in diagram.edges if edge.cited_by and edge.state == "depends"}
    for one in orders:
        ends = [end for step in one.order for end in (step.later, step.earlier) if end in drawn]
        way = [name for name, _ in itertools.groupby(ends)]
        assert len(way) > 1, one.rule
        assert set(itertools.pairwise(reversed(way))) <= known
    assert {rule for edge in diagram.edges for rule in edge.cited_by if edge.state == "depends"} <= {
        one.rule for one in report.results if one.order
    }
    # What is missing is missing there, and is of the kind that the witness says.
    missing = {(block_address(one.trusted_access), block_address(one.trail)) for one in gaps if one.is_edge}
    assert paths(diagram, "missing") == missing
    lacking = {node.address for node in diagram.nodes if node.lacks}
    assert lacking == {block_address(one.trusted_access) for one in gaps if not one.is_edge} & drawn


def held(module: Any) -> Iterator[dict[str, Any]]:
    """The resources in the values of a state, those of its modules too."""
    yield from module.get("resources", ())
    for inner in module.get("child_modules", ()):
        yield from held(inner)


def test_what_the_plan_doesn_t_make_is_not_in_it() -> None:
    folder = EXAMPLES / "one-module-each"
    report = engine.check([str(folder / "plan.json")], Settings(source=str(folder)), views=True)
    diagram = report.views[0].diagram
    assert diagram is not None
    plan = json.loads((folder / "plan.json").read_text())
    made = {re.sub(r"\[[^]]*\]", "", one["address"]) for one in plan["resource_changes"]}
    assert {node.address for node in diagram.nodes} <= made


def test_nothing_but_what_is_made_is_in_it() -> None:
    for node in diagram_of("separate-log-archive").nodes:
        last = node.address.split(".")
        assert not {"var", "local", "output", "provider"} & set(last[:-2:2]), node.address


# Where things go


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    count = draw(st.integers(1, 30))
    modules = draw(st.lists(st.sampled_from(["", "module.a.", "module.a.module.b."]), min_size=count, max_size=count))
    names = [f"{module}aws_s3_bucket.n{number}" for number, module in enumerate(modules)]
    pairs = list(itertools.combinations(range(count), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=60)) if pairs else []
    states = draw(st.lists(st.sampled_from(["depends", "missing"]), min_size=len(chosen), max_size=len(chosen)))
    # What is missing may have to come first although it is made last.
    ends = [
        (other, one) if state == "missing" and other % 3 == 0 else (one, other)
        for (one, other), state in zip(chosen, states, strict=True)
    ]
    edges = tuple(
        DiagramEdge(names[one], names[other], state) for (one, other), state in zip(ends, states, strict=True)
    )
    return Diagram(tuple(DiagramNode(name, "between") for name in names), edges)


@settings(deadline=None, max_examples=60)
@given(diagrams())
def test_every_edge_can_be_followed_from_dot_to_dot(diagram: Diagram) -> None:
    placed = lanes(diagram)
    rows = {row.node.address: number for number, row in enumerate(placed.rows) if row.node is not None}
    assert list(rows) == [node.address for node in diagram.nodes]
    for edge in diagram.edges:
        first, last = sorted((rows[edge.earlier], rows[edge.later]))
        passing = [{place for look, place in row.running if look == look_of(edge)} for row in placed.rows[first:last]]
        # One and the same line runs through every row between the two.
        assert set.intersection(*passing), edge
        heads = [stroke for stroke in placed.rows[rows[edge.later]].strokes if stroke.head]
        assert look_of(edge) in {stroke.look for stroke in heads}
    for row in placed.rows:
        places = [place for _, place in row.running]
        assert len(places) == len(set(places)), "two lines in one lane"
        assert all(0 < place < placed.width for place in places)


def test_what_meets_nowhere_shares_a_lane() -> None:
    names = [f"aws_s3_bucket.n{number:02}" for number in range(60)]
    edges = [DiagramEdge(names[start], names[start + 2], "depends") for start in range(0, 57, 3)]
    placed = lanes(Diagram(tuple(DiagramNode(name, "between") for name in names), tuple(edges)))
    assert len({place for row in placed.rows for _, place in row.running}) == 1


def test_each_module_is_named_where_its_part_begins() -> None:
    nodes = tuple(DiagramNode(name, "between") for name in ("module.a.aws_t.x", "module.a.aws_t.y", "aws_t.z"))
    placed = lanes(Diagram(nodes, ()))
    assert [row.module for row in placed.rows if row.node is None] == ["module.a", "root module"]


# The command


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_command_draws(tmp_path: Path, name: str) -> None:
    folder = EXAMPLES / "no-ordering"
    file = tmp_path / "picture"
    command = ["graph", str(folder / "plan.json"), "--source", str(folder), "--format", name]
    ran = orgtrail(*command, "--output", str(file))
    assert ran.code == 0, ran.err
    assert file.read_text() == drawer(name)(diagram_of("no-ordering"))
    shown = orgtrail(*command)
    assert shown.out == file.read_text()
    assert "missing" in shown.out


def test_the_svg_says_in_words_what_it_shows() -> None:
    picture = etree.fromstring(drawer("svg")(diagram_of("no-ordering")).encode())
    description = picture.findtext("{http://www.w3.org/2000/svg}desc")
    assert description is not None
    missing = "aws_organizations_organization.this must come before, but nothing says so: aws_cloudtrail.org"
    assert missing in description


def test_an_input_without_a_trail_is_an_empty_picture(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"format_version": "1.2", "resource_changes": [], "configuration": {}}))
    for name in DRAWINGS:
        ran = orgtrail("graph", str(plan), "--format", name)
        assert ran.code == 0, ran.err
        assert not re.search(r"n0|aws_", ran.out)
