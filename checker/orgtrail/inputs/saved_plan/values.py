"""Values as a saved plan holds them (MessagePack), and paths into them, as `show -json` shows them.

No schema is needed: attributes come with their names. What isn't known before the apply is an extension of type 0, or
of type 12 where Terraform knows something of it. A value whose type is only known with it comes behind its type.
Source: MessagePack specification; zclconf, go-cty, docs/marshal (the forms of unknown and dynamic values).
"""

from typing import Any

import msgspec

from orgtrail.inputs.saved_plan.wire import BrokenError, Message
from orgtrail.terraform.plans.plan import MAX_DEPTH

#: Steps of a path below a value: the names of attributes and keys, True at its end.
PathTree = dict[Any, Any]


class _Unknown:
    """What stands for a value that is known only after the apply."""


_UNKNOWN = _Unknown()
_PLAIN_UNKNOWN, _REFINED_UNKNOWN = 0, 12


def _extension(code: int, data: memoryview) -> _Unknown:
    if code not in (_PLAIN_UNKNOWN, _REFINED_UNKNOWN):
        raise BrokenError(f"a value is an extension of type {code}")
    return _UNKNOWN


_DECODER = msgspec.msgpack.Decoder(ext_hook=_extension)


def decoded(content: bytes) -> Any:
    """A value with marks for what is unknown; None where there is none. Raises BrokenError where it can't be read."""
    if not content:
        return None
    try:
        return _DECODER.decode(content)
    except BrokenError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenError(f"a value can't be read ({error})") from None
    except RecursionError:
        raise BrokenError(f"a value is nested over {MAX_DEPTH} deep") from None


def known_and_unknown(value: Any, depth: int = 0) -> tuple[Any, Any]:
    """A decoded value as `show -json` has it, and where it is unknown (`after` and `after_unknown`).

    Attributes and keys that are unknown are left out, elements that are stand as null.
    """
    if depth > MAX_DEPTH:
        raise BrokenError(f"a value is nested over {MAX_DEPTH} deep")
    if value is _UNKNOWN:
        return None, True
    if isinstance(value, dict):
        known: dict[str, Any] = {}
        unknown: dict[str, Any] = {}
        for name, inner in value.items():
            if not isinstance(name, str):
                raise BrokenError("the name of an attribute isn't a text")
            found, marks = known_and_unknown(inner, depth + 1)
            if marks is not True:
                known[name] = found
            if marks is not False:
                unknown[name] = marks
        return known, unknown
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], bytes):
            return known_and_unknown(_typed(value[1], _type(value[0])), depth + 1)
        both = [known_and_unknown(inner, depth + 1) for inner in value]
        return [found for found, _ in both], [marks for _, marks in both]
    if isinstance(value, bytes):
        raise BrokenError("a value is bytes")
    return value, False


def _type(content: bytes) -> Any:
    """A type as it stands before a value of it: a name, or a list of the kind and what is inside."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BrokenError("the type of a value can't be read") from None


def _typed(value: Any, kind: Any) -> Any:
    """A value whose numbers are numbers: those that no machine number equals are written as texts."""
    if kind == "number" and isinstance(value, str):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    if isinstance(kind, list) and len(kind) >= 2:
        inner = kind[1]
        if isinstance(value, dict):
            return {
                name: _typed(one, inner.get(name) if kind[0] == "object" and isinstance(inner, dict) else inner)
                for name, one in value.items()
            }
        if isinstance(value, list) and not (len(value) == 2 and isinstance(value[0], bytes)):
            several = kind[0] == "tuple" and isinstance(inner, list) and len(inner) == len(value)
            return [_typed(one, inner[place] if several else inner) for place, one in enumerate(value)]
    return value


def steps_of(paths: list[Message]) -> PathTree:
    """Paths as one tree of their steps. Raises BrokenError."""
    tree: PathTree = {}
    for path in paths:
        add(tree, [_step(step) for step in path.all_inside(1)])
    return tree


def add(tree: PathTree, steps: list[Any]) -> None:
    """Add a path. An empty one is the whole value; a step of None (an element of a set) is all that stands there."""
    if None in steps or not steps:
        steps = [*steps[: steps.index(None) if None in steps else 0], None]
    for step in steps[:-1]:
        below = tree.setdefault(step, {})
        if below is True:
            return
        tree = below
    tree[steps[-1]] = True


def _step(step: Message) -> Any:
    if 1 in step.found:
        return step.text(1)
    key = decoded(step.inside(2).blob(1))
    if isinstance(key, list) and len(key) == 2 and isinstance(key[0], bytes):
        key = key[1]
    # An element of a set is named by what it is.
    return key if isinstance(key, str | int) else None


def marked(value: Any, steps: Any) -> Any:
    """Where a value is marked, as `after_sensitive` has it: as deep as the paths go."""
    if steps is True or (isinstance(steps, dict) and None in steps):
        return True
    if not steps:
        return False
    if isinstance(value, dict):
        return {name: marked(value.get(name), inner) for name, inner in steps.items() if isinstance(name, str)}
    if isinstance(value, list):
        return [marked(inner, steps.get(position, False)) for position, inner in enumerate(value)]
    # What the path leads into isn't there: whatever is, is marked.
    return value is not None
