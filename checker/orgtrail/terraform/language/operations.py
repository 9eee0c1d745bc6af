"""What Terraform's operators and conversions do to values, with holes and unknowns taken along.

Source: HashiCorp, Terraform language, "Types and Values" and "Operators"; where those are silent, go-cty's code.
"""

import json
import math
import operator as operators
from collections.abc import Callable, Iterable, Iterator
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from orgtrail.values import (
    ALPHABETS,
    Cause,
    Json,
    Part,
    Rest,
    Symbol,
    Text,
    Unknown,
    Value,
    can_hold,
    causes,
    is_known,
    show,
    text,
)


class EvaluationError(Exception):
    """What Terraform would report as an error; `try()` and `can()` catch it."""


class TooLarge(Exception):  # noqa: N818 (no error of the user's: terraform itself might do it)
    """What orgtrail doesn't work out because of its size; the value is unknown, so `try()` doesn't catch it."""


#: No string that a configuration builds on purpose is longer.
MOST_CHARACTERS = 1_000_000
#: Digits of a whole number; terraform counts with 512 bits, and prints no more than matter.
MOST_DIGITS = 400


class Set(list["Value"]):
    """A list that Terraform knows as a set: no doubles, no index, keys are the elements themselves."""


class Lazy(dict[str, "Value"]):
    """An object whose attributes are worked out when somebody asks for them.

    `make` gives an attribute's value; `names` all names there are (asked for only where somebody walks over them).
    With `open_ended` any other name is `make`'s business too: a provider fills in more than anybody wrote.
    """

    def __init__(
        self, names: "Callable[[], Iterable[str]]", make: "Callable[[str], Value]", *, open_ended: bool = False
    ) -> None:
        super().__init__()
        self._names = names
        self._make = make
        self._order: tuple[str, ...] | None = None
        self.open_ended = open_ended

    def names(self) -> tuple[str, ...]:
        """All names there are, sorted."""
        if self._order is None:
            self._order = tuple(sorted(set(self._names())))
        return self._order

    def __missing__(self, name: str) -> Value:
        if not self.open_ended and name not in self.names():
            raise KeyError(name)
        value = self._make(name)
        super().__setitem__(name, value)
        return value

    def __contains__(self, name: object) -> bool:
        return name in self.names()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self.names())

    def __bool__(self) -> bool:
        return bool(self.names())

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None

    def keys(self) -> Any:
        """As of any dict."""
        return list(self.names())

    def values(self) -> Any:
        """As of any dict; works every attribute out."""
        return [self[name] for name in self.names()]

    def items(self) -> Any:
        """As of any dict; works every attribute out."""
        return [(name, self[name]) for name in self.names()]

    def get(self, name: str, default: Any = None) -> Any:
        """As of any dict."""
        try:
            return self[name]
        except KeyError:
            return default


#: Structures deeper than this are nobody's configuration, and would exhaust the stack.
DEEPEST = 100


def plain(value: Value, depth: int = 0) -> Value:
    """`value` without anything lazy in it and without marks: what other rooms may see."""
    if depth > DEEPEST:
        return Unknown(Cause(f"the value is nested deeper than {DEEPEST} levels"))
    if isinstance(value, dict):
        return {name: plain(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, depth + 1) for inner in value]
    return value


def first_cause(*values: Value) -> Cause | None:
    """The first cause inside any of `values`."""
    for value in values:
        for cause in causes(value):
            return cause
    return None


def blame(what: str, *values: Value) -> Unknown:
    """An Unknown for something that can't be worked out because of the holes in `values`."""
    cause = first_cause(*values)
    if cause is not None:
        return Unknown(cause)
    holes = next((value for value in values if not is_known(value)), None)
    return Unknown(Cause(f"{what} of `{show(holes)[:80]}` is known only after apply"))


def is_text(value: Value) -> bool:
    """Whether `value` is surely a string, if one with holes."""
    return isinstance(value, (str, Symbol, Text, Json))


# Numbers.

#: Terraform counts with 512 bits: about 154 decimal digits.
_PRECISE = Context(prec=154)


def number(value: Decimal | int | float) -> int | float:
    """`value` as an int where it is whole."""
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        if value.is_finite() and abs(value.adjusted()) > MOST_DIGITS:
            raise TooLarge(f"a number of more than {MOST_DIGITS} digits")
        if value == value.to_integral_value():
            return int(value)
        return float(value)
    if math.isinf(value) or math.isnan(value):
        raise EvaluationError("the result is no finite number")
    return int(value) if value.is_integer() else value


def show_number(value: int | float) -> str:
    """A number as Terraform turns it into a string: never with an exponent."""
    return str(value) if isinstance(value, int) else format(Decimal(repr(value)), "f")


def arithmetic(operator: str, left: Value, right: Value) -> Value:
    """`left operator right` for + - * / %."""
    a, b = to_number(left), to_number(right)
    if isinstance(a, Unknown):
        return a
    if isinstance(b, Unknown):
        return b
    if a is None or b is None:
        raise EvaluationError(f"`{operator}` needs numbers, not null")
    if isinstance(a, int) and isinstance(b, int) and operator in _WHOLE:
        if operator == "*" and a.bit_length() + b.bit_length() > 4096:
            raise EvaluationError("the number is too large")
        return _WHOLE[operator](a, b)
    x, y = Decimal(repr(a)), Decimal(repr(b))
    if operator in "/%" and not y:
        raise EvaluationError("division by zero")
    try:
        return number(_DECIMAL[operator](x, y))
    except InvalidOperation:
        raise EvaluationError(f"the numbers are too far apart for `{operator}`") from None


_WHOLE: dict[str, Callable[[int, int], int]] = {"+": operators.add, "-": operators.sub, "*": operators.mul}
_DECIMAL: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _PRECISE.add,
    "-": _PRECISE.subtract,
    "*": _PRECISE.multiply,
    "/": _PRECISE.divide,
    "%": _PRECISE.remainder,
}


def compare(operator: str, left: Value, right: Value) -> Value:
    """`left operator right` for < > <= >=."""
    a, b = to_number(left), to_number(right)
    if isinstance(a, Unknown):
        return a
    if isinstance(b, Unknown):
        return b
    if a is None or b is None:
        raise EvaluationError(f"`{operator}` needs numbers, not null")
    match operator:
        case "<":
            return a < b
        case ">":
            return a > b
        case "<=":
            return a <= b
    return a >= b


# Conversions between the primitive types.


def to_number(value: Value) -> "int | float | Unknown | None":
    """`value` as a number, as `tonumber()` takes it."""
    match value:
        case None:
            return None
        case bool():
            raise EvaluationError("a number is required, not a bool")
        case int() | float():
            return value
        case str():
            try:
                if not value or value != value.strip() or "_" in value or not value[-1].isdigit():
                    raise InvalidOperation
                return number(Decimal(value))
            except InvalidOperation:
                raise EvaluationError(f"a number is required, not `{value[:40]}`") from None
        case Unknown():
            return value
        case Symbol() | Text() | Json():
            return blame("the number", value)
    raise EvaluationError("a number is required")


def to_bool(value: Value) -> "bool | Unknown | None":
    """`value` as a bool, as `tobool()` takes it."""
    match value:
        case None | bool():
            return value
        case "true" | "1":
            return True
        case "false" | "0":
            return False
        case Unknown():
            return value
        case Symbol() | Text() | Json():
            return blame("the bool", value)
    raise EvaluationError("a bool is required")


def to_string(value: Value) -> "str | Symbol | Text | Json | Unknown | None":
    """`value` as a string, as `tostring()` takes it."""
    match value:
        case None | str() | Symbol() | Text() | Json() | Unknown():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return show_number(value)
    raise EvaluationError("a string is required")


def part(value: Value) -> "Part | Text":
    """`value` as a part of a string; null is an error."""
    string = to_string(value)
    if string is None:
        raise EvaluationError("a template can't hold null")
    return string


# Equality.


def equal(left: Value, right: Value) -> "bool | Unknown":
    """Terraform's `==`: types count, so `1 == "1"` is false."""
    if left is None or right is None:
        return _null_equal(left, right)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return blame("the comparison", left, right)
    for kind, same in _SAME:
        if isinstance(left, kind) or isinstance(right, kind):
            return isinstance(left, kind) and isinstance(right, kind) and same(left, right)
    return is_text(left) and is_text(right) and _texts_equal(left, right)


#: Values of one of these types, in this order (a bool is an int to Python), equal only values of the same.
_SAME: tuple[tuple[Any, Callable[[Any, Any], "bool | Unknown"]], ...] = (
    (bool, operators.eq),
    ((int, float), operators.eq),
    (list, lambda left, right: _lists_equal(left, right)),
    (dict, lambda left, right: _maps_equal(left, right)),
)


def _maps_equal(left: dict[str, Value], right: dict[str, Value]) -> "bool | Unknown":
    if set(left.keys()) != set(right.keys()):
        return False
    return _all(equal(left[name], right[name]) for name in left.keys())  # noqa: SIM118 (lazy objects)


def _null_equal(left: Value, right: Value) -> "bool | Unknown":
    other = right if left is None else left
    if other is None:
        return True
    return other if isinstance(other, Unknown) else False


def _all(answers: "Iterable[bool | Unknown]") -> "bool | Unknown":
    doubt: Unknown | None = None
    for answer in answers:
        if answer is False:
            return False
        if isinstance(answer, Unknown):
            doubt = answer
    return True if doubt is None else doubt


def _lists_equal(left: list[Value], right: list[Value]) -> "bool | Unknown":
    for one in (*left, *right):
        if isinstance(one, Rest):
            return Unknown(one.cause)
    if len(left) != len(right):
        return False
    return _all(map(equal, left, right))


def _texts_equal(left: Value, right: Value) -> "bool | Unknown":
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if first_cause(left, right) is None and left == right:
        return True
    a, b = _pieces(left), _pieces(right)
    if _clash(a[0], b[0], str.startswith) or _clash(a[-1], b[-1], str.endswith):
        return False
    for whole, other in ((left, right), (right, left)):
        if isinstance(whole, str):
            if isinstance(other, Symbol) and not (can_hold(other, whole) and (whole or other.kind not in ALPHABETS)):
                # An id or a name is never empty; an attribute of no such kind may be.
                return False
            position = 0
            for piece in _pieces(other):
                if isinstance(piece, str):
                    position = whole.find(piece, position)
                    if position < 0:
                        return False
                    position += len(piece)
    return blame("the comparison", left, right)


def _pieces(value: Value) -> tuple[Part, ...]:
    return value.parts if isinstance(value, Text) else (value,)  # type: ignore[return-value]


def _clash(one: Part, other: Part, meets: "Callable[[str, str], bool]") -> bool:
    """Whether two ends of strings can't both be there."""
    return isinstance(one, str) and isinstance(other, str) and not (meets(one, other) or meets(other, one))


# Unification: the one type that Terraform gives all elements of a list, set or map.


def unify(values: list[Value]) -> list[Value]:
    """`values` brought to one type: strings where any of them is one, objects and lists element by element."""
    kinds = {_kind(value) for value in values} - {"null", "unknown"}
    if kinds <= {"string", "number", "bool"} and len(kinds) > 1:
        if "string" not in kinds:
            raise EvaluationError("the elements must all have the same type")
        return [to_string(value) for value in values]
    if len(kinds) > 1:
        raise EvaluationError("the elements must all have the same type")
    return values


def _kind(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case list():
            return "list"
        case dict():
            return "object"
        case Unknown() | Rest():
            return "unknown"
    return "string"


#: Elements with holes that are compared with each other.
MOST_COMPARED = 500


def identity(value: Value) -> Any:
    """Something to hash that is the same for equal values; None for values with holes, which have to be compared."""
    if isinstance(value, (str, int, float, Symbol)):
        return (type(value) is bool, value)
    if isinstance(value, (list, dict)) and is_known(value):
        return json.dumps(plain(value), sort_keys=True)
    return None


def make_set(values: Iterable[Value]) -> Set:
    """A set of `values`, in Terraform's order: strings and numbers sorted, false before true."""
    found: list[Value] = []
    seen: set[Any] = set()
    open_ended: list[Value] = []
    for value in unify(list(values)):
        key = identity(value)
        if key is not None:
            if key in seen:
                continue
            seen.add(key)
        elif any(equal(value, other) is True for other in open_ended):
            continue
        else:
            open_ended.append(value)
            if len(open_ended) > MOST_COMPARED:
                raise TooLarge(f"a set of more than {MOST_COMPARED} elements that aren't known")
        found.append(value)
    if all(isinstance(value, str) for value in found):
        found.sort(key=lambda value: str(value).encode())
    elif all(isinstance(value, (int, float)) for value in found):
        found.sort(key=lambda value: value)  # type: ignore[arg-type,return-value]
    return Set(found)


def concatenate(values: Iterable[Value]) -> Value:
    """The string of all `values`, one after the other. Raises TooLarge."""
    parts = list(map(part, values))
    check_length("a template", sum(len(one) for one in parts if isinstance(one, str)))
    return "".join(map(str, parts)) if all(isinstance(one, str) for one in parts) else text(*parts)


def check_length(what: str, characters: int) -> None:
    """Raise TooLarge where `what` would make a string of so many characters."""
    if characters > MOST_CHARACTERS:
        raise TooLarge(f"{what} makes a string of more than {MOST_CHARACTERS} characters")


#: Characters that weigh as much as one element.
_CHARACTERS = 64


def weight(value: Value, most: int) -> int:
    """How much there is to walk over in `value`: elements at every level, and text by its length.

    A part that is shared counts wherever it stands, as whoever walks meets it again. Counting ends soon after `most`;
    what is lazy isn't looked into.
    """
    found = 0
    pending: list[Any] = [value]
    while pending and found <= most:
        one = pending.pop()
        found += 1
        if isinstance(one, str):
            found += len(one) // _CHARACTERS
        elif isinstance(one, list):
            # No more than can still be counted: the same list may hang below a thousand others.
            pending.extend(one[: most - found + 1])
            found += len(one) - len(one[: most - found + 1])
        elif isinstance(one, dict) and not isinstance(one, Lazy):
            pending.extend(one.values())
        elif isinstance(one, Text):
            pending.extend(one.parts)
        elif isinstance(one, Json):
            pending.append(one.value)
    return found
