"""Where the text of a policy stands in a source: followed from the argument that holds it to where it is written.

People write policies as `statement` blocks of a policy document, as an object that is encoded, as JSON in a heredoc or
in a file, here or behind a local, a module's variable or output. What isn't one of these isn't mended by a machine.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from orgtrail.fixes.syntax_nodes import every, expression_node, within
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import Attribute, Block
from orgtrail.terraform.language.json_tree import JsonArray, JsonObject, JsonScalar, JsonValue, ReadError, read_json
from orgtrail.terraform.language.operations import EvaluationError
from orgtrail.terraform.source.evaluation import Evaluation
from orgtrail.terraform.source.modules import Module
from orgtrail.terraform.source.root_module import RootModule

#: Definitions that are followed in a row; a hostile source may refer in circles.
_MOST_STEPS = 12


_Form: TypeAlias = Literal["document", "object", "list", "heredoc", "file"]


class Spot(msgspec.Struct, frozen=True, eq=False):
    """One place where statements are written.

    `form` is document (the block of a policy document), object (the expression of `attribute`), list (that is a list of
    statements), heredoc or file (a file
    of its own, whose text no expression may be put into). `block` is the resource or data source that it stands in.
    """

    form: _Form
    path: Path
    module: Module
    block: Block | None = None
    attribute: Attribute | None = None


#: What an expression takes a policy from: a kind and what identifies it.
_Lead: TypeAlias = "tuple[str, Any]"


def spots(
    source: RootModule, evaluation: Evaluation, address: str, module: Module, attribute: Attribute
) -> Iterator[Spot]:
    """Where the policy in an argument is written: its own place first, then the documents that it merges.

    `address` is that of the instance whose policy it is, `module` the module of that.
    """
    pending = [(module, attribute)]
    for _ in range(_MOST_STEPS):
        if not pending:
            return
        module, attribute = pending.pop(0)
        if attribute.file.shown.endswith(".json"):
            continue
        if attribute.text.startswith("<<"):
            yield Spot("heredoc", Path(attribute.file.shown), module, _holder(module, attribute), attribute)
            continue
        found = list(leads(attribute.node))
        if len(found) != 1:
            continue
        kind, named = found[0]
        if kind == "object":
            yield from _in_object(module, attribute, named)
        elif kind == "file":
            path = _file(source, evaluation, address, module, named)
            if path is not None:
                yield Spot("file", path, module)
        elif kind == "document":
            block = module.folder.resources.get(f"data.aws_iam_policy_document.{named}")
            if block is not None and not block.file.shown.endswith(".json"):
                yield Spot("document", Path(block.file.shown), module, block=block)
                pending += _merging(module, block)
        else:
            pending += definitions(module, kind, named)


def _in_object(module: Module, attribute: Attribute, policy: syntax.Object) -> Iterator[Spot]:
    """A policy that is written as an object, and the lists of its statements that stand somewhere else."""
    if any(_is_listed(value) for value in _statements(policy)):
        yield Spot("object", Path(attribute.file.shown), module, _holder(module, attribute), attribute)
    for home, place in _lists(module, policy):
        yield Spot("list", Path(place.file.shown), home, _holder(home, place), place)


def _merging(module: Module, block: Block) -> Iterator[tuple[Module, Attribute]]:
    """The documents that a policy document merges."""
    for name in ("source_policy_documents", "override_policy_documents"):
        if name in block.attributes:
            yield from _merged(module, block.attributes[name])


def _statements(policy: syntax.Object) -> Iterator[syntax.Node]:
    """What an object says its statements are; nothing where it isn't a policy."""
    for key, value in policy.items:
        if isinstance(key, syntax.Literal) and str(key.value).lower() == "statement":
            yield value


def _lists(module: Module, policy: syntax.Object) -> Iterator[tuple[Module, Attribute]]:
    """Where the statements of an object are listed, if that isn't in the object itself."""
    for value in _statements(policy):
        for kind, named in leads(value):
            yield from definitions(module, kind, named) if kind in ("local", "var", "module") else ()


def _is_listed(node: syntax.Node) -> bool:
    if isinstance(node, syntax.Call):
        return any(map(_is_listed, node.arguments))
    return isinstance(node, syntax.Tuple | syntax.Object | syntax.ForTuple)


def _holder(module: Module, attribute: Attribute) -> Block | None:
    """The resource that an attribute is an argument of; None where it is something else's."""
    blocks = module.folder.resources.values()
    return next((block for block in blocks if attribute in block.attributes.values()), None)


def definitions(module: Module, kind: str, named: Any) -> Iterator[tuple[Module, Attribute]]:
    """Where a local, a variable or a module's output is defined."""
    if kind == "local" and named in module.folder.locals:
        yield module, module.folder.locals[named]
    elif kind == "var" and module.parent is not None and module.call is not None:
        given = module.call.attributes.get(named)
        if given is not None:
            yield module.parent, given
    elif kind == "module" and named[0] in module.children:
        child = module.children[named[0]]
        output = child.folder.outputs.get(named[1])
        value = output.attributes.get("value") if output is not None else None
        if value is not None:
            yield child, value


def _merged(module: Module, attribute: Attribute) -> Iterator[tuple[Module, Attribute]]:
    """The documents in a list of documents."""
    node = attribute.node
    for item in node.items if isinstance(node, syntax.Tuple) else (node,):
        one = Attribute(attribute.file, attribute.name, attribute.line, attribute.column, "", lambda item=item: item)  # type: ignore[misc]
        yield module, one


def leads(node: syntax.Node) -> Iterator[_Lead]:
    """What a policy may come from in an expression; objects are not looked into."""
    match node:
        case syntax.Object():
            # What is merged with a policy, such as its version, is none.
            if any(True for _ in _statements(node)):
                yield "object", node
        case syntax.Call("file" | "templatefile", (path, *_)):
            yield "file", path
        case syntax.GetAttribute() | syntax.Index() | syntax.Splat():
            match _steps(node):
                case ["data", "aws_iam_policy_document", name, "json" | "minified_json"]:
                    yield "document", name
                case ["local" | "var" as kind, name]:
                    yield kind, name
                case ["module", call, output]:
                    yield "module", (call, output)
        case syntax.Conditional(_, then, otherwise):
            yield from leads(then)
            yield from leads(otherwise)
        case _:
            for child in syntax.children(node):
                yield from leads(child)


def _steps(node: syntax.Node) -> list[str]:
    """The names of a traversal without its indexes."""
    match node:
        case syntax.Root(name):
            return [name]
        case syntax.GetAttribute(of, name):
            return [*_steps(of), name]
        case syntax.Index(of):
            return _steps(of)
        case syntax.Splat(of, steps):
            return [*_steps(of), *(step for step in steps if isinstance(step, str))]
    return [""]


def _file(source: RootModule, evaluation: Evaluation, address: str, module: Module, node: syntax.Node) -> Path | None:
    try:
        written = evaluation.expression_near(node, module, address)
    except EvaluationError:
        return None
    if not isinstance(written, str):
        return None
    path = source.directory / written
    return path if path.is_file() else None


# The shape of what is written


class Shape(msgspec.Struct, frozen=True, eq=False):
    """The tree of a policy that isn't made of blocks. Places are characters of the file's `text`."""

    text: str
    root: JsonObject


def shape(spot: Spot, text: str) -> Shape | None:
    """The tree of an object, heredoc or file in the file's text; None where it can't be read."""
    if spot.form == "file":
        return _json_shape(text, 0, len(text))
    node = expression_node(spot.attribute, text, spot.block) if spot.attribute else None
    if node is None:
        return None
    data = text.encode()
    if spot.form == "heredoc":
        start, end = _characters(data, node.start_byte), _characters(data, node.end_byte)
        first, last = text.find("\n", start), text.rfind("\n", 0, end)
        return _json_shape(text, first + 1, last) if start < first < last else None
    if spot.form == "list":
        listed = within(node, "tuple")
        if listed is None:
            return None
        statements = _tree(data, listed)
        return Shape(text, JsonObject([(JsonScalar("Statement", 0, 0), statements)], statements.start, statements.end))
    trees = (_tree(data, one) for one in every(node, "object"))
    policies = (tree for tree in trees if isinstance(tree, JsonObject) and member(tree, "Statement") is not None)
    found = next(policies, None)
    return Shape(text, found) if found is not None else None


def _characters(data: bytes, position: int) -> int:
    return len(data[:position].decode())


def _tree(data: bytes, node: Any) -> JsonValue:
    """An HCL object or tuple as the tree of a JSON document; whatever else is a scalar without a value."""
    start, end = _characters(data, node.start_byte), _characters(data, node.end_byte)
    if node.type == "object":
        items = []
        for element in node.children:
            if element.type == "object_elem":
                key, value = element.children[0], element.children[-1]
                spelled = JsonScalar(
                    key.text.decode().strip('"'),
                    _characters(data, key.start_byte),
                    _characters(data, key.end_byte),
                )
                items.append((spelled, _tree(data, value)))
        return JsonObject(items, start, end)
    if node.type == "tuple":
        inner = [child for child in node.children if child.type == "expression"]
        return JsonArray([_tree(data, child) for child in inner], start, end)
    if node.type == "function_call" and node.children[0].text in (b"concat", b"flatten"):
        first = within(node, "tuple")
        if first is not None:
            return _tree(data, first)
    if node.type == "for_tuple_expr":
        # One object stands for many, so it can be changed, but nothing can be put beside it.
        made = next((child for child in node.children if child.type == "expression"), None)
        return JsonArray([_tree(data, made)] if made is not None else [], start, -1)
    if node.type in ("for_expr", "expression", "collection_value") and len(node.named_children) == 1:
        return _tree(data, node.named_children[0])
    return JsonScalar(None, start, end)


_OPENING = re.compile(r"[$%]\{")


def _json_shape(text: str, start: int, end: int) -> Shape | None:
    """JSON between two places of a text, in which interpolations stand for whatever they are."""
    masked = list(" " * start + text[start:end])
    position, quoted = start, False
    while position < end:
        character = text[position]
        if character == "\\" and quoted:
            position += 2
            continue
        if character == '"':
            quoted = not quoted
        elif _OPENING.match(text, position) and text[position - 1] != character:
            closing = _closing(text, position + 1, end)
            masked[position:closing] = ("x" if quoted else "1") * (closing - position)
            position = closing
            continue
        position += 1
    try:
        root = read_json("".join(masked)).root
    except (ReadError, RecursionError):
        return None
    return Shape(text, root) if isinstance(root, JsonObject) else None


def _closing(text: str, position: int, end: int) -> int:
    """Where the braces that open at `position` are closed."""
    depth = 0
    while position < end:
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        position += 1
        if depth == 0:
            break
    return position


def member(found: JsonObject, name: str) -> JsonValue | None:
    """The value of a member; names are compared without case."""
    return next((value for key, value in found.items if str(key.value).lower() == name.lower()), None)


__all__ = ["JsonArray", "JsonObject", "JsonValue", "Shape", "Spot", "member", "shape", "spots"]
