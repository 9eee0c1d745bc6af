"""Where boxes go: in rows, earlier things above later ones, few arrows crossing, no row wider than can be read.

The layered method of Sugiyama, Tagawa and Toda, with rows of bounded width: an arrow over several rows gets a bend in
each, so that it runs between boxes and not through them.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from orgtrail.results import Diagram, DiagramEdge

#: Boxes in one row.
WIDEST = 4
_SWEEPS = 8

BOX_WIDTH = 252
BOX_HEIGHT = 62
_GAP_X = 28
_BEND_WIDTH = 18
_GAP_Y = 58
_MARGIN = 16

Corner = tuple[float, float]


class Rectangle(msgspec.Struct, frozen=True):
    """A box's upper left corner; all have the size `BOX_WIDTH` x `BOX_HEIGHT`."""

    address: str
    x: float
    y: float


class Arrow(msgspec.Struct, frozen=True):
    """An arrow from the lower edge of a box through bends to the upper edge of a later one."""

    edge: DiagramEdge
    points: tuple[Corner, ...]


class Layout(msgspec.Struct, frozen=True):
    """The whole picture, in pixels."""

    width: float
    height: float
    boxes: tuple[Rectangle, ...]
    arrows: tuple[Arrow, ...]


#: A box by its address, or a bend by the number of its edge and its row.
_Cell = str | tuple[int, int]


def layout(diagram: Diagram) -> Layout:
    """Where everything of a diagram goes. The order of nodes must be one in which earlier things come first."""
    rows_of = _rows(diagram)
    chains = {
        number: _chain(number, edge, rows_of)
        for number, edge in enumerate(diagram.edges)
        if rows_of[edge.earlier] < rows_of[edge.later]
    }
    rows = _ordered(rows_of, chains.values())
    centers, width = _across(rows)
    boxes = tuple(Rectangle(address, centers[address] - BOX_WIDTH / 2, _top(row)) for address, row in rows_of.items())
    arrows = tuple(Arrow(diagram.edges[number], _points(chain, rows_of, centers)) for number, chain in chains.items())
    height = _top(max(rows_of.values(), default=-1) + 1) - _GAP_Y + _MARGIN
    return Layout(width, max(height, 2 * _MARGIN), boxes, arrows)


def _rows(diagram: Diagram) -> dict[str, int]:
    """The row of each box: below everything that comes before it, and in the first such row that has room."""
    before: dict[str, list[str]] = {node.address: [] for node in diagram.nodes}
    for edge in diagram.edges:
        before[edge.later].append(edge.earlier)
    rows: dict[str, int] = {}
    used: dict[int, int] = {}
    for node in diagram.nodes:
        row = max((rows[one] + 1 for one in before[node.address] if one in rows), default=0)
        while used.get(row, 0) >= WIDEST:
            row += 1
        rows[node.address] = row
        used[row] = used.get(row, 0) + 1
    return rows


def _chain(number: int, edge: DiagramEdge, rows: Mapping[str, int]) -> list[_Cell]:
    bends: list[_Cell] = [(number, row) for row in range(rows[edge.earlier] + 1, rows[edge.later])]
    return [edge.earlier, *bends, edge.later]


def _row_of(cell: _Cell, rows: Mapping[str, int]) -> int:
    return rows[cell] if isinstance(cell, str) else cell[1]


def _ordered(rows_of: Mapping[str, int], chains: Iterable[list[_Cell]]) -> list[list[_Cell]]:
    """Each row from left to right: by the middle of what a cell is tied to, swept down and up."""
    rows: list[list[_Cell]] = [[] for _ in range(max(rows_of.values(), default=-1) + 1)]
    above: dict[_Cell, list[_Cell]] = {}
    below: dict[_Cell, list[_Cell]] = {}
    for address, row in rows_of.items():
        rows[row].append(address)
    for chain in chains:
        for cell in chain[1:-1]:
            rows[_row_of(cell, rows_of)].append(cell)
        for earlier, later in pairwise(chain):
            above.setdefault(later, []).append(earlier)
            below.setdefault(earlier, []).append(later)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for swept in rows[1:] if down else rows[-2::-1]:
            neighbours = above if down else below
            places = {cell: place for one in rows for place, cell in enumerate(one)}
            swept.sort(key=lambda cell: _middle(cell, neighbours, places))
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _middle(cell: _Cell, neighbours: Mapping[_Cell, Sequence[_Cell]], places: Mapping[_Cell, int]) -> float:
    tied = neighbours.get(cell, ())
    return sum(places[one] for one in tied) / len(tied) if tied else places[cell]


def _crossings(rows: list[list[_Cell]], below: Mapping[_Cell, Sequence[_Cell]]) -> int:
    count = 0
    for row, under in pairwise(rows):
        places = {cell: place for place, cell in enumerate(under)}
        ends = [places[other] for cell in row for other in sorted(below.get(cell, ()), key=lambda one: places[one])]
        count += sum(left > right for number, left in enumerate(ends) for right in ends[number + 1 :])
    return count


def _across(rows: list[list[_Cell]]) -> tuple[dict[_Cell, float], float]:
    """The middle of every cell, each row in the middle of the picture; and the picture's width."""
    sizes = [sum(map(_size, row)) + _GAP_X * (len(row) - 1) for row in rows]
    width = max(sizes, default=0) + 2 * _MARGIN
    centers: dict[_Cell, float] = {}
    for row, size in zip(rows, sizes, strict=True):
        x = (width - size) / 2
        for cell in row:
            centers[cell] = x + _size(cell) / 2
            x += _size(cell) + _GAP_X
    return centers, width


def _size(cell: _Cell) -> float:
    return BOX_WIDTH if isinstance(cell, str) else _BEND_WIDTH


def _top(row: int) -> float:
    return _MARGIN + row * (BOX_HEIGHT + _GAP_Y)


def _points(chain: list[_Cell], rows: Mapping[str, int], centers: Mapping[_Cell, float]) -> tuple[Corner, ...]:
    first, *bends, last = chain
    points: list[Corner] = [(centers[first], _top(_row_of(first, rows)) + BOX_HEIGHT)]
    for bend in bends:
        top = _top(_row_of(bend, rows))
        points += [(centers[bend], top), (centers[bend], top + BOX_HEIGHT)]
    points.append((centers[last], _top(_row_of(last, rows))))
    return tuple(points)
