"""A diagram as Mermaid's flowchart, which GitHub and GitLab draw inside Markdown. Source: Mermaid, "Flowcharts"."""

from collections.abc import Iterator

from orgtrail.report.drawing import by_module, role_words
from orgtrail.results import Diagram, NodeRole
from orgtrail.visible import visible

_ARROWS = {"depends": "-->", "missing": "-. missing .->", "possible": "-. perhaps .->"}

_CLASSES: dict[NodeRole, str] = {
    "trusted-access": "fill:#dcfce7,stroke:#15803d,color:#052e16",
    "trail": "fill:#dbeafe,stroke:#1d4ed8,color:#172554",
}


def draw(diagram: Diagram) -> str:
    """The diagram as Mermaid text: earlier things on top, missing edges dashed and red."""
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "flowchart TD"
    names = {node.address: f"n{number}" for number, node in enumerate(diagram.nodes)}
    yield from _boxes(diagram, names)
    for edge in diagram.edges:
        arrow = "==>" if edge.state == "depends" and edge.cited_by else _ARROWS[edge.state]
        yield f"  {names[edge.earlier]} {arrow} {names[edge.later]}"
    for number, edge in enumerate(diagram.edges):
        if edge.state == "missing":
            yield f"  linkStyle {number} stroke:#dc2626,stroke-width:3px"
    yield from _looks(diagram, names)


def _boxes(diagram: Diagram, names: dict[str, str]) -> Iterator[str]:
    """What is made, by the modules that it is in."""
    for number, (module, nodes) in enumerate(by_module(diagram).items()):
        if module:
            yield f'  subgraph m{number}["{_quoted(module)}"]'
        for node in nodes:
            lacks = f"<br/>lacks {_quoted(node.lacks)}" if node.lacks else ""
            yield f'    {names[node.address]}["{_quoted(role_words(node))}<br/>{_quoted(node.address)}{lacks}"]'
        if module:
            yield "  end"


def _looks(diagram: Diagram, names: dict[str, str]) -> Iterator[str]:
    """The colours of boxes; what lacks something is drawn as that."""
    for role, look in _CLASSES.items():
        members = [names[node.address] for node in diagram.nodes if node.role == role and not node.lacks]
        if members:
            name = role.replace("-", "")
            yield f"  classDef {name} {look}"
            yield f"  class {','.join(members)} {name}"
    for node in diagram.nodes:
        if node.lacks:
            yield f"  style {names[node.address]} stroke:#dc2626,stroke-dasharray:5 3"


def _quoted(text: str) -> str:
    """`text` inside a label: every sign that isn't plainly harmless as Mermaid's numeric entity."""
    harmless = "_.-: "
    return "".join(
        sign if sign.isalnum() or sign in harmless else f"#{ord(sign)};" for sign in visible(text, keep_lines=False)
    )
