"""The picture of the order: what comes before an organization trail, and which edge is missing.

`ordering` finds it in an Estate; `svg`, `dot` and `mermaid` draw it, each with a function `draw` from a `Diagram` to
text.
"""

import importlib
from collections.abc import Callable

from orgtrail.address import read_block
from orgtrail.results import Diagram, DiagramNode, NodeRole

#: Every way to draw, and the module that does it.
DRAWINGS = {
    "svg": "orgtrail.report.drawing.svg",
    "dot": "orgtrail.report.drawing.dot",
    "mermaid": "orgtrail.report.drawing.mermaid",
}

#: What a box is, in the words that stand in it.
ROLE_WORDS: dict[NodeRole, str] = {
    "trusted-access": "trusted access",
    "organization": "organization",
    "key": "key",
    "bucket": "bucket",
    "policy": "policy",
    "trail": "organization trail",
    "between": "in between",
}


def role_words(node: DiagramNode) -> str:
    """What a box is, for its first line."""
    if node.role == "between" and read_block(node.address).is_data:
        return "data source"
    return ROLE_WORDS[node.role]


def drawer(name: str) -> Callable[[Diagram], str]:
    """The function that draws a diagram as `name`, one of `DRAWINGS`."""
    draw: Callable[[Diagram], str] = importlib.import_module(DRAWINGS[name]).draw
    return draw
