"""Type constraints of variables, and what values become under them.

Source: HashiCorp, Terraform language, "Type Constraints" (with `optional()` and its defaults).
"""

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.operations import EvaluationError, Set, make_set, to_bool, to_number, to_string, unify
from orgtrail.values import Rest, Unknown, Value, is_known


class Member(msgspec.Struct, frozen=True):
    """One attribute of an object type; `default` is None where an absent optional one becomes null."""

    type: "Type"
    optional: bool = False
    default: syntax.Node | None = None


class Primitive(msgspec.Struct, frozen=True):
    """string, number, bool, or any."""

    name: str


class Collection(msgspec.Struct, frozen=True):
    """list, set or map of one element type."""

    name: str
    element: "Type"


class ObjectType(msgspec.Struct, frozen=True):
    """object({...})."""

    members: dict[str, Member]


class TupleType(msgspec.Struct, frozen=True):
    """tuple([...])."""

    elements: tuple["Type", ...]


Type: TypeAlias = Primitive | Collection | ObjectType | TupleType

ANY = Primitive("any")
_PRIMITIVES = frozenset({"string", "number", "bool", "any"})
_COLLECTIONS = frozenset({"list", "set", "map"})


def read_type(node: syntax.Node) -> Type:
    """The type that a constraint names; raises EvaluationError where it is none."""
    match node:
        case syntax.Root(name) | syntax.Literal(str(name)) if name in _PRIMITIVES:
            return Primitive(name)
        case syntax.Root(name) | syntax.Literal(str(name)) if name in _COLLECTIONS:
            return Collection(name, ANY)
        case syntax.Literal(str(written)):
            from orgtrail.terraform.language.hcl import parse_expression

            parsed = parse_expression(written)
            if not isinstance(parsed, syntax.Literal):
                return read_type(parsed)
        case syntax.Call(name, (element,)) if name in _COLLECTIONS:
            return Collection(name, read_type(element))
        case syntax.Call("object", (syntax.Object(items),)):
            return ObjectType({str(key.value): _member(of) for key, of in items if isinstance(key, syntax.Literal)})
        case syntax.Call("tuple", (syntax.Tuple(items),)):
            return TupleType(tuple(map(read_type, items)))
    raise EvaluationError("the type constraint can't be read")


def _member(node: syntax.Node) -> Member:
    match node:
        case syntax.Call("optional", (kind,)):
            return Member(read_type(kind), True)
        case syntax.Call("optional", (kind, default)):
            return Member(read_type(kind), True, default)
    return Member(read_type(node))


def convert(value: Value, wanted: Type, evaluate: Callable[[syntax.Node], Value]) -> Value:
    """`value` as a value of the type; `evaluate` works out defaults of optional attributes.

    Raises EvaluationError where Terraform would.
    """
    if value is None or isinstance(value, (Unknown, Rest)):
        return value
    match wanted:
        case Primitive("string"):
            return to_string(value)
        case Primitive("number"):
            return to_number(value)
        case Primitive("bool"):
            return to_bool(value)
        case Primitive():
            return value
        case Collection("map", element):
            return _to_map(value, element, evaluate)
        case Collection(name, element):
            return _to_list(value, name, element, evaluate)
        case ObjectType(members):
            if not isinstance(value, dict):
                raise EvaluationError("an object is required")
            return {name: _of_member(value, name, member, evaluate) for name, member in members.items()}
        case TupleType(kinds):
            if not isinstance(value, list) or len(value) != len(kinds):
                raise EvaluationError(f"a tuple of {len(kinds)} elements is required")
            return [convert(one, kind, evaluate) for one, kind in zip(value, kinds, strict=True)]
    raise EvaluationError("the type constraint can't be read")


def _to_map(value: Value, element: Type, evaluate: Callable[[syntax.Node], Value]) -> Value:
    if not isinstance(value, dict):
        raise EvaluationError("a map is required")
    names = sorted(value.keys(), key=str.encode)
    made = [convert(value[name], element, evaluate) for name in names]
    return dict(zip(names, unify(made) if element == ANY else made, strict=True))


def _to_list(value: Value, kind: str, element: Type, evaluate: Callable[[syntax.Node], Value]) -> Value:
    """`value` as a list or set."""
    if not isinstance(value, list):
        raise EvaluationError(f"a {kind} is required")
    elements = [convert(one, element, evaluate) for one in value]
    if kind == "set":
        return make_set(elements)
    if isinstance(value, Set) and len(value) > 1 and not all(map(is_known, value)):
        return Unknown(next(one.cause for one in value if isinstance(one, Unknown)))
    return list(unify(elements) if element == ANY else elements)


def _of_member(value: dict[str, Value], name: str, member: Member, evaluate: Callable[[syntax.Node], Value]) -> Value:
    given = value.get(name)
    if given is None:
        if name not in value and not member.optional:
            raise EvaluationError(f"the attribute `{name}` is required")
        if member.default is None:
            return None
        given = evaluate(member.default)
    return convert(given, member.type, evaluate)
