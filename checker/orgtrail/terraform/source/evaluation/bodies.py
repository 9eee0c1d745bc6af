"""What stands inside a block, as values: its attributes and its nested blocks, dynamic ones expanded."""

from collections.abc import Iterator

from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import Attribute, Block
from orgtrail.terraform.language.expressions import Scope, elements, evaluate
from orgtrail.terraform.language.operations import EvaluationError, TooLarge
from orgtrail.values import Cause, Rest, Unknown, Value


def body(block: Block, scope: Scope, bound: dict[str, Value], subject: str) -> Value:
    """The attributes and nested blocks of a block as an object."""
    if block.broken is not None:
        return Unknown(block.broken)
    made: dict[str, Value] = {}
    for name, attribute in block.attributes.items():
        made[name] = value_of(attribute, scope, bound, f"{subject}.{name}")
    kinds: dict[str, list[Block]] = {}
    for inner in block.blocks:
        kind = inner.labels[0] if inner.kind == "dynamic" and inner.labels else inner.kind
        kinds.setdefault(kind, []).append(inner)
    for kind, blocks in kinds.items():
        made[kind] = nested(blocks, scope, bound, f"{subject}.{kind}")
    return made


def value_of(attribute: Attribute, scope: Scope, bound: dict[str, Value], subject: str) -> Value:
    """The value of one attribute; where it has an error, an Unknown that names `subject`."""
    try:
        return evaluate(attribute.node, scope, bound)
    except EvaluationError as error:
        return Unknown(Cause(f"`{subject}` can't be evaluated: {error}"))
    except TooLarge as error:
        return Unknown(Cause(f"`{subject}` isn't evaluated: {error}"))


def nested(blocks: list[Block], scope: Scope, bound: dict[str, Value], subject: str) -> list[Value]:
    """The nested blocks of one kind, dynamic ones expanded."""
    made: list[Value] = []
    for block in blocks:
        if block.kind == "dynamic":
            made += _dynamic(block, scope, bound, subject)
        else:
            inside = body(block, scope, bound, f"{subject}[{len(made)}]")
            made.append(inside)
    return made


def _dynamic(block: Block, scope: Scope, bound: dict[str, Value], subject: str) -> Iterator[Value]:
    for_each = block.attributes.get("for_each")
    content = next(block.nested("content"), None)
    if for_each is None or content is None:
        yield Rest(Cause(f"the dynamic block `{subject}` has no for_each or content"))
        return
    iterator = block.attributes.get("iterator")
    name = block.labels[0]
    if iterator is not None:
        match iterator.node:
            case syntax.Root(given) | syntax.Literal(str(given)):
                name = given
    collection = value_of(for_each, scope, bound, f"{subject} (for_each)")
    if collection is None:
        yield Rest(Cause(f"the for_each of the dynamic block `{subject}` is null"))
        return
    try:
        found = list(elements(collection))
    except EvaluationError as error:
        yield Rest(Cause(f"the for_each of the dynamic block `{subject}` can't be used: {error}"))
        return
    for number, (key, element) in enumerate(found):
        if isinstance(element, Rest):
            yield element
            continue
        # In a set, whose elements have no keys, the key is the element.
        names: dict[str, Value] = {"key": key, "value": element}
        yield body(content, scope, {**bound, name: names}, f"{subject}[{number}]")
