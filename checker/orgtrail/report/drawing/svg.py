"""A diagram as an SVG file. No script, no link, nothing from outside. The HTML report draws its rows by itself.

Source: W3C, "Scalable Vector Graphics (SVG) 2".
"""

from collections.abc import Iterator
from html import escape

from orgtrail.address import read_block
from orgtrail.report.drawing import described, notes, role_words
from orgtrail.report.drawing.lanes import DOT, MIDDLE, UPPER, Lanes, Row, lanes
from orgtrail.results import Diagram, DiagramNode
from orgtrail.visible import visible

#: Pixels: a line of text, below a row, and the width of a letter of fixed and of other width.
_LINE = 17
_BELOW = 12
_MONO, _SANS = 7.9, 6.4
_MARGIN = 12
#: Signs of a note; the whole stands in the description.
_LONGEST = 90

_STYLE = """
.og { font-family: system-ui, sans-serif; background: #fff; }
.og-name { font: 600 13px ui-monospace, Menlo, Consolas, monospace; fill: #14181f; }
.og-role, .og-note { font: 12px system-ui, sans-serif; fill: #525c6b; }
.og-module { font: 600 12px ui-monospace, Menlo, Consolas, monospace; fill: #525c6b; }
.og-line { fill: none; stroke: #8a94a3; stroke-width: 1.5; }
.og-head { fill: #8a94a3; }
.og-dot { fill: #fff; stroke: #14181f; stroke-width: 2; }
.og-trail .og-dot, .og-trusted-access .og-dot { fill: #14181f; }
.og-cited .og-line { stroke: #14181f; stroke-width: 2; }
.og-cited .og-head { fill: #14181f; }
.og-missing .og-line { stroke: #b3151b; stroke-width: 2.5; stroke-dasharray: 6 4; }
.og-missing .og-head { fill: #b3151b; }
.og-possible .og-line { stroke: #7a4d00; stroke-width: 2; stroke-dasharray: 2 4; }
.og-possible .og-head { fill: #7a4d00; }
.og-note.missing { fill: #b3151b; font-weight: 600; }
.og-note.possible { fill: #7a4d00; }
.og-lacks .og-dot { fill: #fff; stroke: #b3151b; stroke-dasharray: 3 2; }
"""


def draw(diagram: Diagram) -> str:
    """The diagram as an SVG file."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    placed = lanes(diagram)
    tops = [_MARGIN]
    for row in placed.rows:
        tops.append(tops[-1] + _height(row, diagram))
    width = placed.width + round(max((_width(row, diagram) for row in placed.rows), default=0)) + _MARGIN
    height = tops[-1] + _MARGIN
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    labels = 'aria-labelledby="order-title order-desc"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" class="og" role="img" {size} {labels}>'
    yield '<title id="order-title">What comes before the organization trail</title>'
    yield f'<desc id="order-desc">{_text(" ".join(described(diagram)))}</desc>'
    yield f"<style>{_STYLE}</style>"
    for row, top, end in zip(placed.rows, tops, tops[1:], strict=False):
        yield f'<g transform="translate(0 {top})">'
        yield from rail(row, placed, end - top)
        yield from _words(row, diagram, placed.width)
        yield "</g>"
    yield "</svg>"


def rail(row: Row, placed: Lanes, height: int) -> Iterator[str]:
    """The lines of one row of a height, and its dot."""
    for look, place in row.running:
        yield f'<g class="og-{look}"><path class="og-line" d="M{place} {UPPER}V{height}"/></g>'
    yield from upper(row, placed)


def upper(row: Row, placed: Lanes) -> Iterator[str]:
    """The upper part of a row. What is missing is drawn last, so on top."""
    order = ("depends", "cited", "possible", "missing")
    for stroke in sorted(row.strokes, key=lambda one: order.index(one.look)):
        head = f'<path class="og-head" d="{stroke.head}"/>' if stroke.head else ""
        yield f'<g class="og-{stroke.look}"><path class="og-line" d="{stroke.line}"/>{head}</g>'
    if row.node is not None:
        lacks = " og-lacks" if row.node.lacks else ""
        dot = f'<circle class="og-dot" cx="{placed.dot}" cy="{MIDDLE}" r="{DOT - 1}"/>'
        yield f'<g class="og-{row.node.role}{lacks}">{dot}</g>'


def _words(row: Row, diagram: Diagram, left: int) -> Iterator[str]:
    baseline = MIDDLE + 4
    if row.node is None:
        yield f'<text class="og-module" x="{left}" y="{baseline}">{_text(row.module)}</text>'
        return
    name, role = _name(row.node), role_words(row.node)
    yield f'<text class="og-name" x="{left}" y="{baseline}">{_text(name)}'
    yield f'<tspan class="og-role" dx="10">{_text(role)}</tspan></text>'
    for number, (look, note) in enumerate(_notes(row.node, diagram), 1):
        yield f'<text class="og-note {look}" x="{left}" y="{baseline + _LINE * number}">{_text(note)}</text>'


def _notes(node: DiagramNode, diagram: Diagram) -> list[tuple[str, str]]:
    """What there is to say of a node beyond its arrows."""
    return [(look, _cut(note.replace("`", ""))) for look, note in notes(diagram, node) if look != "depends"]


def _name(node: DiagramNode) -> str:
    return read_block(node.address).local


def _height(row: Row, diagram: Diagram) -> int:
    return UPPER + (_LINE * len(_notes(row.node, diagram)) + _BELOW if row.node is not None else 0)


def _width(row: Row, diagram: Diagram) -> float:
    if row.node is None:
        return _MONO * len(row.module)
    name = _MONO * len(_name(row.node)) + 10 + _SANS * len(role_words(row.node))
    return max(name, *(_SANS * len(note) for _, note in _notes(row.node, diagram)), 0)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _text(text: str) -> str:
    return escape(visible(text), quote=True)
