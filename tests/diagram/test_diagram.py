"""The picture of the order: what is in it, where things go, and what a reader of each drawing sees."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from workbench.run import orgtrail

from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.report.drawing import DRAWINGS, drawer
from orgtrail.report.drawing.layout import BOX_HEIGHT, BOX_WIDTH, WIDEST, Layout, layout
from orgtrail.results import Diagram, DiagramEdge, DiagramNode

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


def test_nothing_but_what_is_made_is_in_it() -> None:
    for node in diagram_of("separate-log-archive").nodes:
        last = node.address.split(".")
        assert not {"var", "local", "output", "provider"} & set(last[:-2:2]), node.address


# Where things go


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    count = draw(st.integers(1, 30))
    names = [f"aws_s3_bucket.n{number}" for number in range(count)]
    pairs = [(one, other) for one, other in itertools.combinations(range(count), 2)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=60)) if pairs else []
    edges = tuple(DiagramEdge(names[one], names[other], "depends") for one, other in chosen)
    return Diagram(tuple(DiagramNode(name, "between") for name in names), edges)


def boxes_hit(placed: Layout) -> Iterator[str]:
    """Boxes that an upright piece of an arrow runs through."""
    for arrow in placed.arrows:
        for (fromx, fromy), (tox, toy) in itertools.pairwise(arrow.points):
            for box in placed.boxes:
                inside = box.x < fromx < box.x + BOX_WIDTH and fromy < box.y + BOX_HEIGHT and box.y < toy
                if fromx == tox and inside:
                    yield box.address


@settings(deadline=None, max_examples=60)
@given(diagrams())
def test_boxes_keep_apart_and_time_runs_downwards(diagram: Diagram) -> None:
    placed = layout(diagram)
    where = {box.address: box for box in placed.boxes}
    assert set(where) == {node.address for node in diagram.nodes}
    for one, other in itertools.combinations(placed.boxes, 2):
        apart = abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
        assert apart, (one, other)
    for edge in diagram.edges:
        assert where[edge.earlier].y + BOX_HEIGHT < where[edge.later].y
    assert len(placed.arrows) == len(diagram.edges)
    assert all(box.x >= 0 and box.x + BOX_WIDTH <= placed.width for box in placed.boxes)
    assert all(box.y >= 0 and box.y + BOX_HEIGHT <= placed.height for box in placed.boxes)
    assert not list(boxes_hit(placed))


@pytest.mark.parametrize("count", [5, 60])
def test_it_stays_readable(count: int) -> None:
    names = [f"module.m{number // 6}.aws_s3_bucket.n{number}" for number in range(count)]
    edges = [DiagramEdge(names[number // 3], names[number], "depends") for number in range(1, count)]
    placed = layout(Diagram(tuple(DiagramNode(name, "between") for name in names), tuple(edges)))
    rows: dict[float, int] = {}
    for box in placed.boxes:
        rows[box.y] = rows.get(box.y, 0) + 1
    assert max(rows.values()) <= WIDEST
    # No wider than a row of boxes and the arrows that pass by.
    assert placed.width <= WIDEST * (BOX_WIDTH + 28) + count * 46


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
