"""A diagram as Mermaid's flowchart, which GitHub and GitLab draw inside Markdown. Source: Mermaid, "Flowcharts"."""

from collections.abc import Iterator

from orgtrail.report.drawing import role_words
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
    for node in diagram.nodes:
        yield f'  {names[node.address]}["{_quoted(role_words(node))}<br/>{_quoted(node.address)}"]'
    for edge in diagram.edges:
        yield f"  {names[edge.earlier]} {_ARROWS[edge.state]} {names[edge.later]}"
    for number, edge in enumerate(diagram.edges):
        if edge.state == "missing":
            yield f"  linkStyle {number} stroke:#dc2626,stroke-width:3px"
    for role, look in _CLASSES.items():
        members = [names[node.address] for node in diagram.nodes if node.role == role]
        if members:
            name = role.replace("-", "")
            yield f"  classDef {name} {look}"
            yield f"  class {','.join(members)} {name}"


def _quoted(text: str) -> str:
    """`text` inside a label: every sign that isn't plainly harmless as Mermaid's numeric entity."""
    harmless = "_.-: "
    return "".join(
        sign if sign.isalnum() or sign in harmless else f"#{ord(sign)};" for sign in visible(text, keep_lines=False)
    )
