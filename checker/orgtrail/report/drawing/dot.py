"""A diagram in DOT, Graphviz's language. Source: Graphviz, "DOT Language"."""

from collections.abc import Iterator

from orgtrail.report.drawing import by_module, role_words
from orgtrail.results import Diagram, DiagramNode, NodeRole
from orgtrail.visible import visible

_EDGES = {
    "depends": "",
    "missing": 'color="#dc2626", fontcolor="#dc2626", penwidth=2, style=dashed, label="missing"',
    "possible": 'color="#a16207", fontcolor="#a16207", style=dashed, label="perhaps"',
}

_CITED = "penwidth=2"
_FILLS: dict[NodeRole, str] = {"trusted-access": "#dcfce7", "trail": "#dbeafe"}


def draw(diagram: Diagram) -> str:
    """The diagram as a DOT digraph: an edge leads from what comes earlier to what comes later."""
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "digraph orgtrail {"
    yield '  rankdir="TB"'
    yield '  node [shape=box, style="rounded,filled", fillcolor="#f8fafc", fontname="sans-serif"]'
    yield '  edge [fontname="sans-serif"]'
    for number, (module, nodes) in enumerate(by_module(diagram).items()):
        if module:
            yield f"  subgraph cluster_{number} {{"
            yield f"    label={_quoted(module)}"
        yield from map(_node, nodes)
        if module:
            yield "  }"
    for edge in diagram.edges:
        look = _EDGES[edge.state] or (_CITED if edge.cited_by else "")
        tip = f"tooltip={_quoted(edge.why)}" if edge.why else ""
        attributes = ", ".join(part for part in (look, tip) if part)
        yield f"  {_quoted(edge.earlier)} -> {_quoted(edge.later)}" + (f" [{attributes}]" if attributes else "")
    yield "}"


def _node(node: DiagramNode) -> str:
    # Line breaks are added after quoting, so that a backslash of the input can't make one.
    lines = [role_words(node), node.address, *([f"lacks {node.lacks}"] if node.lacks else [])]
    label = "\\n".join(map(_escaped, lines))
    fill = _FILLS.get(node.role)
    look = ', color="#dc2626", style="rounded,dashed"' if node.lacks else f', fillcolor="{fill}"' if fill else ""
    return f'    {_quoted(node.address)} [label="{label}"{look}]'


def _escaped(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'
