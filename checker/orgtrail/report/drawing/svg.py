"""A diagram as SVG: a file of its own, or a part of the HTML report. No script, no link, nothing from outside.

Source: W3C, "Scalable Vector Graphics (SVG) 2".
"""

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from orgtrail.address import read_block
from orgtrail.report.drawing import role_words
from orgtrail.report.drawing.layout import BOX_HEIGHT, BOX_WIDTH, Arrow, Corner, Rectangle, layout
from orgtrail.results import Diagram, DiagramEdge, DiagramNode
from orgtrail.visible import visible

#: How many signs of an address fit into a line of a box.
_FITS = 30

_STATES = {
    "depends": "comes before",
    "missing": "must come before, but nothing says so:",
    "possible": "may come before",
}

#: Colours of a file of its own; the HTML report has its own for light and dark.
STYLE = """
.og { font-family: system-ui, sans-serif; }
.og-box { fill: #f8fafc; stroke: #64748b; }
.og-role { font-size: 11px; fill: #475569; }
.og-name { font-size: 12px; fill: #0f172a; font-weight: 600; }
.og-trusted-access .og-box, .og-organization .og-box { fill: #dcfce7; stroke: #15803d; }
.og-trail .og-box { fill: #dbeafe; stroke: #1d4ed8; }
.og-policy .og-box, .og-bucket .og-box, .og-key .og-box { fill: #fef9c3; stroke: #a16207; }
.og-arrow { fill: none; stroke: #64748b; stroke-width: 1.5; }
.og-head { fill: #64748b; }
.og-missing .og-arrow { stroke: #dc2626; stroke-width: 2.5; stroke-dasharray: 7 5; }
.og-missing .og-head, .og-missing .og-label { fill: #dc2626; }
.og-possible .og-arrow { stroke: #a16207; stroke-width: 2; stroke-dasharray: 3 4; }
.og-possible .og-head, .og-possible .og-label { fill: #a16207; }
.og-label { font-size: 12px; font-weight: 700; paint-order: stroke; stroke: #fff; stroke-width: 5px; }
"""


def draw(diagram: Diagram) -> str:
    """The diagram as an SVG file."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + picture(diagram, style=STYLE) + "\n"


def picture(diagram: Diagram, *, style: str = "", identity: str = "order") -> str:
    """The diagram as an `svg` element. `identity` begins the ids in it, so that a page may hold several."""
    return "\n".join(_lines(diagram, style, identity))


def described(diagram: Diagram) -> Iterator[str]:
    """Each arrow as a sentence, for who can't see the picture."""
    for edge in diagram.edges:
        yield _sentence(edge)


def _lines(diagram: Diagram, style: str, identity: str) -> Iterator[str]:
    placed = layout(diagram)
    size = f'width="{placed.width:g}" height="{placed.height:g}" viewBox="0 0 {placed.width:g} {placed.height:g}"'
    labels = f'aria-labelledby="{identity}-title {identity}-desc"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" class="og" role="img" {size} {labels}>'
    yield f'<title id="{identity}-title">What comes before the organization trail</title>'
    yield f'<desc id="{identity}-desc">{_text(" ".join(described(diagram)))}</desc>'
    if style:
        yield f"<style>{style}</style>"
    # Missing edges are drawn last, so on top.
    order = {"depends": 0, "possible": 1, "missing": 2}
    for arrow in sorted(placed.arrows, key=lambda one: order[one.edge.state]):
        yield from _arrow(arrow)
    nodes = {node.address: node for node in diagram.nodes}
    for box in placed.boxes:
        yield from _box(box, nodes[box.address])
    yield "</svg>"


def _box(box: Rectangle, node: DiagramNode) -> Iterator[str]:
    left, top = box.x, box.y
    yield f'<g class="og-{node.role}"><title>{_text(box.address)}</title>'
    yield f'<rect class="og-box" x="{left:g}" y="{top:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"/>'
    yield f'<text class="og-role" x="{left + 12:g}" y="{top + 17:g}">{_text(_first_line(node))}</text>'
    for number, line in enumerate(_name(box.address)):
        yield f'<text class="og-name" x="{left + 12:g}" y="{top + 35 + 17 * number:g}">{_text(line)}</text>'
    yield "</g>"


def _first_line(node: DiagramNode) -> str:
    """What the box is, and the module around it."""
    modules = read_block(node.address).path
    words = role_words(node)
    return _cut(f"{words} · {'/'.join(modules)}" if modules else words, _FITS + 5)


def _name(address: str) -> tuple[str, ...]:
    """Type and name, without modules: they stand in the first line, and the whole address in the title."""
    kind, *names = read_block(address).names
    name = "".join(f".{one}" for one in names)
    short = kind + name
    if len(short) <= _FITS or not names:
        return (_cut(short, _FITS),)
    return _cut(kind, _FITS), _cut(name, _FITS)


def _arrow(arrow: Arrow) -> Iterator[str]:
    yield f'<g class="og-{arrow.edge.state}"><title>{_text(_sentence(arrow.edge))}</title>'
    *rest, (x, y) = arrow.points
    yield f'<path class="og-arrow" d="{_curve([*rest, (x, y - 8)])}"/>'
    yield f'<path class="og-head" d="M{x - 5:g} {y - 9:g}L{x + 5:g} {y - 9:g}L{x:g} {y:g}Z"/>'
    if arrow.edge.state != "depends":
        (fromx, fromy), (tox, toy) = arrow.points[-2], arrow.points[-1]
        word = "missing" if arrow.edge.state == "missing" else "perhaps"
        middle = f'x="{(fromx + tox) / 2:g}" y="{(fromy + toy) / 2 + 4:g}"'
        yield f'<text class="og-label" text-anchor="middle" {middle}>{word}</text>'
    yield "</g>"


def _curve(points: list[Corner]) -> str:
    """Straight where it runs beside boxes, a soft S from row to row."""
    x, y = points[0]
    steps = [f"M{x:g} {y:g}"]
    for (fromx, fromy), (tox, toy) in pairwise(points):
        middle = (fromy + toy) / 2
        steps.append(
            f"L{tox:g} {toy:g}" if fromx == tox else f"C{fromx:g} {middle:g} {tox:g} {middle:g} {tox:g} {toy:g}"
        )
    return "".join(steps)


def _sentence(edge: DiagramEdge) -> str:
    return f"{edge.earlier} {_STATES[edge.state]} {edge.later}" + (f" ({edge.why})" if edge.why else "") + "."


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _text(text: str) -> str:
    return escape(visible(text), quote=True)
