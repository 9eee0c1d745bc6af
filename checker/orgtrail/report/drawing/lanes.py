"""Where things go in the picture of the order: one row each, earlier ones above, arrows in lanes on the left.

As `git log --graph` draws a history, so that names keep their room: on a phone, in print, and where there are sixty. A
row has an upper part of fixed height, with its dot and the ends of arrows, and a lower part in which lines only run
down, so that it may be as high as its text.
"""

from collections.abc import Iterator

import msgspec

from orgtrail.report.drawing import module_of
from orgtrail.results import Diagram, DiagramEdge, DiagramNode

#: Pixels: the upper part of a row, the middle of its dot, and that dot.
UPPER = 26
MIDDLE = 13
DOT = 5
_LANE = 12
_BEND = 6
_MARGIN = 8


class Stroke(msgspec.Struct, frozen=True):
    """One line in the upper part of a row, as the `d` of an SVG path; `look` is what its edge is."""

    look: str
    line: str
    head: str = ""


class Row(msgspec.Struct, frozen=True):
    """One thing that is made, or the module that those below are in (`node` is None).

    `strokes` are drawn in the upper part; `running` are lines through the lower one, each with its look.
    """

    module: str
    node: DiagramNode | None
    strokes: tuple[Stroke, ...] = ()
    running: tuple[tuple[str, int], ...] = ()


class Lanes(msgspec.Struct, frozen=True):
    """The whole picture: its rows, how wide the lanes are, and where in that the dots stand."""

    rows: tuple[Row, ...]
    width: int
    dot: int


class _Trunk(msgspec.Struct, frozen=True):
    """All arrows of one look from one row: one line, from which each bends off where it ends."""

    look: str
    source: int
    targets: tuple[int, ...]

    @property
    def first(self) -> int:
        return min(self.source, *self.targets)

    @property
    def last(self) -> int:
        return max(self.source, *self.targets)


def look_of(edge: DiagramEdge) -> str:
    """What an edge is to the eye: missing, possible, cited (a verdict rests on it), or depends."""
    return "cited" if edge.state == "depends" and edge.cited_by else edge.state


def lanes(diagram: Diagram) -> Lanes:
    """Where everything of a diagram goes."""
    headed = list(_headed(diagram))
    row_of = {node.address: row for row, (_, node) in enumerate(headed) if node is not None}
    straight, trunks = _trunks(diagram, row_of)
    lane_of = _lane_of(trunks)
    dot = _MARGIN + _LANE * (max(lane_of.values(), default=-1) + 1) + DOT
    places = {trunk: dot - _LANE * (lane + 1) for trunk, lane in lane_of.items()}
    rows = []
    for row, (module, node) in enumerate(headed):
        strokes: list[Stroke] = []
        running: list[tuple[str, int]] = []
        for look, first, last in straight:
            strokes += _straight(look, first, last, row, dot)
            running += [(look, dot)] * (first <= row < last)
        for trunk, place in places.items():
            strokes += _along(trunk, row, place, dot)
            running += [(trunk.look, place)] * (trunk.first <= row < trunk.last)
        rows.append(Row(module, node, tuple(strokes), tuple(running)))
    return Lanes(tuple(rows), dot + DOT + _MARGIN, dot)


def _headed(diagram: Diagram) -> Iterator[tuple[str, DiagramNode | None]]:
    """The nodes, and before the first of each module that module's name."""
    last = ""
    for node in diagram.nodes:
        module = module_of(node)
        if module != last:
            yield module or "root module", None
        last = module
        yield module, node


def _trunks(diagram: Diagram, row_of: dict[str, int]) -> tuple[list[tuple[str, int, int]], list[_Trunk]]:
    """Arrows to the next thing below, which run straight from dot to dot; and all others, those of one start as one."""
    next_to = dict(zip(row_of.values(), list(row_of.values())[1:], strict=False))
    straight: list[tuple[str, int, int]] = []
    found: dict[tuple[str, int], list[int]] = {}
    for edge in diagram.edges:
        look, source, target = look_of(edge), row_of[edge.earlier], row_of[edge.later]
        if next_to.get(source) == target and edge.state == "depends":
            straight.append((look, source, target))
        elif source != target:
            found.setdefault((look, source), []).append(target)
    return straight, [_Trunk(look, source, tuple(sorted(targets))) for (look, source), targets in found.items()]


def _lane_of(trunks: list[_Trunk]) -> dict[_Trunk, int]:
    """The lane of each trunk, counted from the dots: short ones near them, no two that meet in one."""
    taken: list[list[_Trunk]] = []
    found: dict[_Trunk, int] = {}
    for trunk in sorted(trunks, key=lambda one: (one.last - one.first, one.first, one.look)):
        free = (
            lane
            for lane, others in enumerate(taken)
            if all(other.last < trunk.first or trunk.last < other.first for other in others)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append(trunk)
        found[trunk] = lane
    return found


def _straight(look: str, first: int, last: int, row: int, dot: int) -> Iterator[Stroke]:
    """A line from dot to dot, as far as it runs through the upper part of a row."""
    if row == first:
        yield Stroke(look, f"M{dot} {MIDDLE + DOT}V{UPPER}")
    elif first < row < last:
        yield Stroke(look, f"M{dot} 0V{UPPER}")
    elif row == last:
        end = MIDDLE - DOT - 1
        yield Stroke(look, f"M{dot} 0V{end - 4}", f"M{dot - 4} {end - 5}H{dot + 4}L{dot} {end}Z")


def _along(trunk: _Trunk, row: int, place: int, dot: int) -> Iterator[Stroke]:
    """A trunk, as far as it runs through the upper part of a row, and what bends off it there."""
    if trunk.first < row < trunk.last:
        yield Stroke(trunk.look, f"M{place} 0V{UPPER}")
    if row == trunk.source:
        for down in {target > trunk.source for target in trunk.targets}:
            yield Stroke(trunk.look, f"M{dot - DOT} {MIDDLE}H{place + _BEND}{_bend(place, down=down)}")
    elif row in trunk.targets:
        end = dot - DOT - 1
        bend = _from_bend(place, above=trunk.source < row)
        yield Stroke(trunk.look, f"{bend}H{end - 4}", f"M{end - 5} {MIDDLE - 4}V{MIDDLE + 4}L{end} {MIDDLE}Z")


def _bend(place: int, *, down: bool) -> str:
    """From a row's middle into a lane."""
    end = MIDDLE + _BEND if down else MIDDLE - _BEND
    return f"Q{place} {MIDDLE} {place} {end}V{UPPER if down else 0}"


def _from_bend(place: int, *, above: bool) -> str:
    """Out of a lane into a row's middle."""
    start, corner = (0, MIDDLE - _BEND) if above else (UPPER, MIDDLE + _BEND)
    return f"M{place} {start}V{corner}Q{place} {MIDDLE} {place + _BEND} {MIDDLE}"
