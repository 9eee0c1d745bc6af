"""The picture of the order: what comes before an organization trail, and what is missing.

`views/ordering.py` finds it in an Estate; `svg`, `dot` and `mermaid` draw it, each with a function `draw` from a
`Diagram` to text. What is said of its parts in words is the same everywhere, and stands here.
"""

import importlib
from collections.abc import Callable, Iterator

from orgtrail.address import module_prefix, read_block
from orgtrail.results import Diagram, DiagramEdge, DiagramNode, NodeRole

#: Every way to draw, and the module that does it.
DRAWINGS = {
    "svg": "orgtrail.report.drawing.svg",
    "dot": "orgtrail.report.drawing.dot",
    "mermaid": "orgtrail.report.drawing.mermaid",
}

#: What a box is, in the words that stand in it.
ROLE_WORDS: dict[NodeRole, str] = {
    "trusted-access": "enables trusted access",
    "organization": "organization",
    "key": "key",
    "bucket": "bucket",
    "policy": "policy",
    "trail": "organization trail",
    "between": "carries the order",
}


def role_words(node: DiagramNode) -> str:
    """What a box is, for its first line."""
    if node.role == "between" and read_block(node.address).is_data:
        return "data source"
    return ROLE_WORDS[node.role]


def module_of(node: DiagramNode) -> str:
    """The address of the module that a node is in; empty for the root."""
    return module_prefix(read_block(node.address).path).removesuffix(".")


def by_module(diagram: Diagram) -> dict[str, list[DiagramNode]]:
    """The nodes by the module that they are in."""
    found: dict[str, list[DiagramNode]] = {}
    for node in diagram.nodes:
        found.setdefault(module_of(node), []).append(node)
    return found


def drawer(name: str) -> Callable[[Diagram], str]:
    """The function that draws a diagram as `name`, one of `DRAWINGS`."""
    draw: Callable[[Diagram], str] = importlib.import_module(DRAWINGS[name]).draw
    return draw


def described(diagram: Diagram) -> Iterator[str]:
    """The picture in sentences, for who can't see it."""
    if diagram.already:
        yield f"{diagram.already}."
    for node in diagram.nodes:
        if node.lacks:
            yield f"{node.address} lacks {node.lacks}."
    for edge in diagram.edges:
        yield _sentence(edge)


_STATES = {
    "depends": "comes before",
    "missing": "must come before, but nothing says so:",
    "possible": "may come before",
}


def _sentence(edge: DiagramEdge) -> str:
    return f"{edge.earlier} {_STATES[edge.state]} {edge.later}" + (f" ({edge.why})" if edge.why else "") + "."


def notes(diagram: Diagram, node: DiagramNode) -> Iterator[tuple[str, str]]:
    """What stands below a node: what it lacks, what it waits for and why, what it doesn't wait for; with its look.

    What is in the same module is called by its name there.
    """
    home = module_prefix(read_block(node.address).path)
    if node.lacks:
        yield "missing", f"lacks {node.lacks}"
    for edge in diagram.edges:
        if edge.later != node.address:
            continue
        earlier = f"`{edge.earlier.removeprefix(home)}`"
        match edge.state:
            case "missing":
                yield "missing", f"missing: nothing makes it wait for {earlier}"
            case "possible":
                yield "possible", f"perhaps after {earlier}: {edge.why}"
            case _:
                why = f": {edge.why}" if edge.why and edge.cited_by else ""
                yield ("cited" if edge.cited_by else "depends"), f"after {earlier}{why}"
