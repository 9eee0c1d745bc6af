"""A diagram in DOT, Graphviz's language. Source: Graphviz, "DOT Language"."""

from collections.abc import Iterator

from orgtrail.report.drawing import role_words
from orgtrail.results import Diagram, NodeRole
from orgtrail.visible import visible

_EDGES = {
    "depends": "",
    "missing": 'color="#dc2626", fontcolor="#dc2626", penwidth=2, style=dashed, label="missing"',
    "possible": 'color="#a16207", fontcolor="#a16207", style=dashed, label="perhaps"',
}

_FILLS: dict[NodeRole, str] = {"trusted-access": "#dcfce7", "trail": "#dbeafe"}


def draw(diagram: Diagram) -> str:
    """The diagram as a DOT digraph: an edge leads from what comes earlier to what comes later."""
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "digraph orgtrail {"
    yield '  rankdir="TB"'
    yield '  node [shape=box, style="rounded,filled", fillcolor="#f8fafc", fontname="sans-serif"]'
    yield '  edge [fontname="sans-serif"]'
    for node in diagram.nodes:
        fill = _FILLS.get(node.role)
        # A line break is added after quoting, so that a backslash of the input can't make one.
        label = f'"{_escaped(role_words(node))}\\n{_escaped(node.address)}"'
        look = f', fillcolor="{fill}"' if fill else ""
        yield f"  {_quoted(node.address)} [label={label}{look}]"
    for edge in diagram.edges:
        look = _EDGES[edge.state]
        tip = f"tooltip={_quoted(edge.why)}" if edge.why else ""
        attributes = ", ".join(part for part in (look, tip) if part)
        yield f"  {_quoted(edge.earlier)} -> {_quoted(edge.later)}" + (f" [{attributes}]" if attributes else "")
    yield "}"


def _escaped(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'
