"""JSON as a tree whose branches can be taken away: plans, states, policies, and the policies inside their strings."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec

#: Where a branch stands: names of members and positions in lists, from the root on.
Route: TypeAlias = tuple[str | int, ...]


class Inside(msgspec.Struct):
    """A JSON document that is the text of a string."""

    value: Any


def read_tree(content: bytes) -> Any:
    """A document as a tree, with the documents inside its strings. Raises msgspec.DecodeError and RecursionError."""
    return _opened(msgspec.json.decode(content))


def _opened(value: Any) -> Any:
    match value:
        case dict():
            return {name: _opened(one) for name, one in value.items()}
        case list():
            return [_opened(one) for one in value]
        case str() if value.lstrip()[:1] in ("{", "["):
            try:
                inner = msgspec.json.decode(value)
            except (msgspec.DecodeError, RecursionError):
                return value
            return Inside(_opened(inner)) if isinstance(inner, dict | list) else value
    return value


def written_tree(tree: Any) -> bytes:
    """A tree as the text of a file."""
    return msgspec.json.format(msgspec.json.encode(closed(tree)), indent=1) + b"\n"


def closed(tree: Any) -> Any:
    """A tree as plain data, the documents inside strings as text again."""
    match tree:
        case Inside():
            return msgspec.json.encode(closed(tree.value)).decode()
        case dict():
            return {name: closed(one) for name, one in tree.items()}
        case list():
            return [closed(one) for one in tree]
    return tree


def size_of(tree: Any) -> int:
    """How many bytes a tree takes without spaces."""
    return len(msgspec.json.encode(closed(tree)))


#: What makes an entry of a plan or state one: without these, it is no entry that anybody could read.
_FRAME = frozenset({"address", "type", "name", "mode", "change", "values"})


def branches(tree: Any, depth: int, at: Route = ()) -> Iterator[Route]:
    """The routes to what may be taken away at a depth, the last first."""
    inner = tree.value if isinstance(tree, Inside) else tree
    members: list[tuple[str | int, Any]] = []
    match inner:
        case dict():
            frame = _FRAME if "address" in inner and "type" in inner else frozenset[str]()
            members = [(name, one) for name, one in inner.items() if depth > 1 or name not in frame]
        case list():
            members = list(enumerate(inner))
    for name, one in reversed(members):
        if depth > 1:
            yield from branches(one, depth - 1, (*at, name))
        elif at or name != "format_version":
            yield (*at, name)


def depth_of(tree: Any) -> int:
    """How deep a tree is."""
    inner = tree.value if isinstance(tree, Inside) else tree
    found = inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
    return 1 + max(map(depth_of, found), default=-1)


def without(tree: Any, cut: set[Route], at: Route = ()) -> Any:
    """A tree without some of its branches."""
    match tree:
        case Inside():
            return Inside(without(tree.value, cut, at))
        case dict():
            return {
                name: without(one, cut, here)
                for name, one in tree.items()
                for here in ((*at, name),)
                if here not in cut
            }
        case list():
            return [
                without(one, cut, here)
                for position, one in enumerate(tree)
                for here in ((*at, position),)
                if here not in cut
            ]
    return tree


def blocks_in(tree: Any) -> dict[str, list[Route]]:
    """The resources that a plan or state tells of, by the address of their block: all places that are about each."""
    from orgtrail.address import block_address

    found: dict[str, list[Route]] = {}

    def walk(value: Any, at: Route, prefix: str) -> None:
        if isinstance(value, list):
            for position, one in enumerate(value):
                walk(one, (*at, position), prefix)
            return
        if not isinstance(value, dict):
            return
        address = value.get("address")
        if isinstance(address, str) and "type" in value and "name" in value:
            found.setdefault(block_address(prefix + address), []).append(at)
            return
        for name, one in value.items():
            called = at[-1:] == ("module_calls",)
            walk(one, (*at, name), f"{prefix}module.{name}." if called else prefix)

    walk(tree, (), "")
    return found
