"""The picture of the order in the page: a row for each thing, its text as HTML, its arrows as two small pictures.

The upper one has the height of a line, the lower one stretches: so a row may be as high as its words, on any paper.
"""

from typing import Any

from orgtrail.address import read_block
from orgtrail.report.drawing import notes, role_words
from orgtrail.report.drawing.lanes import UPPER, Lanes, Row, lanes
from orgtrail.report.drawing.svg import upper
from orgtrail.results import Diagram


def rows(diagram: Diagram) -> list[dict[str, Any]]:
    """The rows of a picture."""
    placed = lanes(diagram)
    return [_row(row, placed, diagram) for row in placed.rows]


def _row(row: Row, placed: Lanes, diagram: Diagram) -> dict[str, Any]:
    node = row.node
    return {
        "rail": _rail(row, placed),
        "module": row.module if node is None else "",
        "name": read_block(node.address).local if node else "",
        "address": node.address if node else "",
        "role": role_words(node) if node else "",
        "notes": [_note(look, text) for look, text in notes(diagram, node)] if node else [],
    }


def _note(look: str, text: str) -> dict[str, str]:
    head, colon, rest = text.partition(": ")
    return {"look": look, "head": head + colon, "rest": rest}


def _rail(row: Row, placed: Lanes) -> Any:
    """The arrows beside a row. They hold numbers and words of ours, nothing of the input."""
    from markupsafe import Markup

    width = placed.width
    upper_part = "".join(upper(row, placed))
    lower = "".join(
        f'<g class="og-{look}"><path class="og-line" d="M{place} 0V10"/></g>' for look, place in row.running
    )
    size = f'width="{width}" height="10" viewBox="0 0 {width} 10" preserveAspectRatio="none"'
    made = (
        f'<svg width="{width}" height="{UPPER}" viewBox="0 0 {width} {UPPER}">{upper_part}</svg>'
        f'<svg class="rest" {size}>{lower}</svg>'
    )
    return Markup(made)  # noqa: S704
