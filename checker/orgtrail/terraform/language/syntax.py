"""The tree that expressions are evaluated from. Every way to write Terraform (HCL, JSON, templates) ends in it.

Positions are kept only where somebody asks for them later: at the start of a traversal, for the graph's places.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from orgtrail.values import Cause


class Literal(msgspec.Struct, frozen=True):
    """A value that is written out: null, a bool, a number or a plain string."""

    value: bool | int | float | str | None


class Unreadable(msgspec.Struct, frozen=True):
    """An expression whose meaning could not be read; evaluates to an Unknown with this cause."""

    cause: Cause


class Root(msgspec.Struct, frozen=True):
    """The first name of a traversal (`var`, `aws_s3_bucket`, the variable of a for), and where it is written."""

    name: str
    line: int = 0
    column: int = 0


class GetAttribute(msgspec.Struct, frozen=True):
    """`of.name`."""

    of: "Node"
    name: str


class Index(msgspec.Struct, frozen=True):
    """`of[key]`, and the legacy `of.0`."""

    of: "Node"
    key: "Node"


class Splat(msgspec.Struct, frozen=True):
    """`of[*].steps` or `of.*.steps`; a step is a name or the node of an index."""

    of: "Node"
    steps: tuple["str | Node", ...]


class Call(msgspec.Struct, frozen=True):
    """`name(arguments)`; with `spread` the last argument is a list that stands for the rest of them (`...`)."""

    name: str
    arguments: tuple["Node", ...]
    spread: bool = False


class Tuple(msgspec.Struct, frozen=True):
    """`[items]`."""

    items: tuple["Node", ...]


class Object(msgspec.Struct, frozen=True):
    """`{key = value}`; a bare name as key is a Literal."""

    items: tuple[tuple["Node", "Node"], ...]


class Template(msgspec.Struct, frozen=True):
    """A string made of parts, each turned into a string."""

    parts: tuple["Node", ...]


class TemplateFor(msgspec.Struct, frozen=True):
    """`%{ for key, value in collection }body%{ endfor }`."""

    key: str
    value: str
    collection: "Node"
    body: "Node"


class Unary(msgspec.Struct, frozen=True):
    """`-operand` or `!operand`."""

    operator: str
    operand: "Node"


class Binary(msgspec.Struct, frozen=True):
    """`left operator right`."""

    operator: str
    left: "Node"
    right: "Node"


class Conditional(msgspec.Struct, frozen=True):
    """`condition ? then : otherwise`, and `%{ if }`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


class ForTuple(msgspec.Struct, frozen=True):
    """`[for key, value in collection : result if condition]`; `key` is empty where only one name is given."""

    key: str
    value: str
    collection: "Node"
    result: "Node"
    condition: "Node | None" = None


class ForObject(msgspec.Struct, frozen=True):
    """`{for key, value in collection : name => result... if condition}`."""

    key: str
    value: str
    collection: "Node"
    name: "Node"
    result: "Node"
    group: bool = False
    condition: "Node | None" = None


Node: TypeAlias = (
    Literal
    | Unreadable
    | Root
    | GetAttribute
    | Index
    | Splat
    | Call
    | Tuple
    | Object
    | Template
    | TemplateFor
    | Unary
    | Binary
    | Conditional
    | ForTuple
    | ForObject
)


#: The nodes directly inside each kind of node, in reading order; the others have none.
_CHILDREN: dict[type, Callable[[Any], Iterable[Node]]] = {
    GetAttribute: lambda node: (node.of,),
    Index: lambda node: (node.of, node.key),
    Splat: lambda node: (node.of, *(step for step in node.steps if not isinstance(step, str))),
    Call: lambda node: node.arguments,
    Tuple: lambda node: node.items,
    Object: lambda node: (one for pair in node.items for one in pair),
    Template: lambda node: node.parts,
    TemplateFor: lambda node: (node.collection, node.body),
    Unary: lambda node: (node.operand,),
    Binary: lambda node: (node.left, node.right),
    Conditional: lambda node: (node.condition, node.then, node.otherwise),
    ForTuple: lambda node: _present(node.collection, node.result, node.condition),
    ForObject: lambda node: _present(node.collection, node.name, node.result, node.condition),
}


def _present(*nodes: Node | None) -> Iterator[Node]:
    return (node for node in nodes if node is not None)


def children(node: Node) -> Iterable[Node]:
    """The nodes directly inside `node`, in reading order."""
    inside = _CHILDREN.get(type(node))
    return inside(node) if inside is not None else ()


def traversals(node: Node) -> Iterator[tuple[str, Root]]:
    """Every reference to something outside the expression, as Terraform writes it, with its start.

    `aws_s3_bucket.logs[var.n].arn` gives `aws_s3_bucket.logs` and `var.n`: an index that isn't written out ends the
    traversal. The names that for-expressions bring in are no references.
    """
    yield from _traversals(node, frozenset())


def _traversals(node: Node, bound: frozenset[str]) -> Iterator[tuple[str, Root]]:
    match node:
        case Root() | GetAttribute() | Index():
            yield from _traversal(node, bound)
        case Splat(of, steps):
            yield from _traversals(of, bound)
            for step in steps:
                if not isinstance(step, str):
                    yield from _traversals(step, bound)
        case ForTuple(key, value, collection) | ForObject(key, value, collection) | TemplateFor(key, value, collection):
            yield from _traversals(collection, bound)
            inner = bound | {key, value}
            for child in children(node):
                if child is not collection:
                    yield from _traversals(child, inner)
        case _:
            for child in children(node):
                yield from _traversals(child, bound)


def _traversal(node: Node, bound: frozenset[str]) -> Iterator[tuple[str, Root]]:
    steps: list[str] = []
    inside: list[Node] = []
    while not isinstance(node, Root):
        if isinstance(node, GetAttribute):
            steps.append(f".{node.name}")
            node = node.of
        elif isinstance(node, Index):
            match node.key:
                case Literal(bool()):
                    steps.clear()
                case Literal(int(number)):
                    steps.append(f"[{number}]")
                case Literal(str(name)):
                    steps.append(f'["{name}"]')
                case key:
                    steps.clear()
                    inside.append(key)
            node = node.of
        else:
            inside.append(node)
            steps.clear()
            break
    if isinstance(node, Root) and node.name not in bound:
        yield node.name + "".join(reversed(steps)), node
    for child in reversed(inside):
        yield from _traversals(child, bound)
