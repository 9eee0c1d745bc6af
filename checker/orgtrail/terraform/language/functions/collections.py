"""Functions on lists, sets, maps and objects. Source: Terraform language, "Collection Functions", "Type Conversion"."""

from itertools import product

from orgtrail.terraform.language.functions.table import MOST_ELEMENTS, function, rest_of
from orgtrail.terraform.language.operations import (
    MOST_COMPARED,
    EvaluationError,
    Lazy,
    Set,
    TooLarge,
    blame,
    equal,
    identity,
    is_text,
    make_set,
    number,
    plain,
    to_bool,
    to_number,
    to_string,
    unify,
)
from orgtrail.values import Cause, Rest, Unknown, Value, is_known


def as_list(value: Value, name: str) -> list[Value]:
    """`value` as the list that it is."""
    if isinstance(value, list):
        return value
    raise EvaluationError(f"{name}() needs a list")


def as_map(value: Value, name: str) -> dict[str, Value]:
    """`value` as the object that it is."""
    if isinstance(value, dict):
        return value
    raise EvaluationError(f"{name}() needs a map or object")


def unknown_in(*values: Value) -> Unknown | None:
    """The first of `values` that is unknown as a whole."""
    return next((value for value in values if isinstance(value, Unknown)), None)


@function("concat", 1, None, holes=True)
def _concat(*lists: Value) -> Value:
    made: list[Value] = []
    for one in lists:
        if isinstance(one, Unknown):
            made.append(Rest(one.cause))
        else:
            made.extend(as_list(one, "concat"))
    return made


@function("flatten", holes=True)
def _flatten(value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    return list(_flat(as_list(value, "flatten"), 0))


def _flat(value: list[Value], depth: int) -> list[Value]:
    if depth > 50:
        raise EvaluationError("the lists are nested too deep")
    made: list[Value] = []
    for element in value:
        if isinstance(element, list):
            made.extend(_flat(element, depth + 1))
        elif isinstance(element, Unknown):
            # It may be a list itself, so any number of elements.
            made.append(Rest(element.cause))
        else:
            made.append(element)
    return made


@function("merge", 0, None, holes=True, null=True)
def _merge(*maps: Value) -> Value:
    lost = unknown_in(*maps)
    if lost is not None:
        return lost
    made: dict[str, Value] = {}
    for one in maps:
        if one is not None:
            made.update(as_map(one, "merge").items())
    return made


@function("compact", holes=True)
def _compact(value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    made: list[Value] = []
    for element in as_list(value, "compact"):
        if isinstance(element, Rest):
            made.append(element)
            continue
        string = to_string(element)
        if isinstance(string, Unknown):
            made.append(Rest(string.cause))
        elif string is not None and string != "":
            made.append(string)
    return made


@function("distinct", holes=True)
def _distinct(value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    made: list[Value] = []
    seen: set[object] = set()
    open_ended: list[Value] = []
    for element in unify(as_list(value, "distinct")):
        if isinstance(element, (Unknown, Rest)):
            made.append(Rest(element.cause))
            continue
        key = identity(element)
        if key is not None:
            if key in seen:
                continue
            seen.add(key)
        if len(open_ended) > MOST_COMPARED:
            raise TooLarge(f"a list of more than {MOST_COMPARED} elements that aren't known")
        others = open_ended if key is not None else [other for other in made if not isinstance(other, Rest)]
        if key is None:
            open_ended.append(element)
        answers = [equal(element, other) for other in others]
        if True in [answer for answer in answers if isinstance(answer, bool)]:
            continue
        doubt = next((answer for answer in answers if isinstance(answer, Unknown)), None)
        if doubt is not None and not is_text(element):
            made.append(Rest(doubt.cause))
        else:
            made.append(element)
    return made


@function("sort", holes=True)
def _sort(value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    strings: list[Value] = []
    for element in as_list(value, "sort"):
        strings.append(element if isinstance(element, Rest) else to_string(element))
    if None in strings:
        raise EvaluationError("sort() can't sort null")
    if len(strings) > 1 and not is_known(strings):
        return blame("the order", strings)
    return sorted(strings, key=lambda element: str(element).encode())


@function("reverse", holes=True)
def _reverse(value: Value) -> Value:
    return value if isinstance(value, Unknown) else as_list(value, "reverse")[::-1]


@function("slice", 3, 3, holes=True)
def _slice(value: Value, start: Value, end: Value) -> Value:
    lost = unknown_in(value, start, end)
    if lost is not None:
        return lost
    elements = as_list(value, "slice")
    first, last = to_number(start), to_number(end)
    if not isinstance(first, int) or not isinstance(last, int):
        raise EvaluationError("slice() needs whole numbers")
    rest = rest_of(elements[:last] if last >= 0 else elements)
    if rest is not None:
        return Unknown(rest.cause)
    if not 0 <= first <= last <= len(elements):
        raise EvaluationError("slice() reaches beyond its list")
    return elements[first:last]


@function("chunklist", 2, 2, holes=True)
def _chunklist(value: Value, size: Value) -> Value:
    lost = unknown_in(value, size)
    if lost is not None:
        return lost
    elements = as_list(value, "chunklist")
    rest = rest_of(elements)
    if rest is not None:
        return Unknown(rest.cause)
    length = to_number(size)
    if not isinstance(length, int) or length < 0:
        raise EvaluationError("chunklist() needs a size that isn't negative")
    if not length:
        return [elements] if elements else []
    return [elements[start : start + length] for start in range(0, len(elements), length)]


@function("element", 2, 2, holes=True)
def _element(value: Value, index: Value) -> Value:
    lost = unknown_in(value, index)
    if lost is not None:
        return lost
    elements = as_list(value, "element")
    position = to_number(index)
    if isinstance(position, Unknown):
        return position
    if not isinstance(position, int) or position < 0:
        raise EvaluationError("element() needs an index that isn't negative")
    if not elements:
        raise EvaluationError("element() needs a list that isn't empty")
    rest = rest_of(elements)
    return Unknown(rest.cause) if rest is not None else elements[position % len(elements)]


@function("index", 2, 2, holes=True)
def _index(value: Value, wanted: Value) -> Value:
    lost = unknown_in(value, wanted)
    if lost is not None:
        return lost
    for position, element in enumerate(as_list(value, "index")):
        if isinstance(element, Rest):
            return Unknown(element.cause)
        answer = equal(element, wanted)
        if isinstance(answer, Unknown):
            return answer
        if answer:
            return position
    raise EvaluationError("index() doesn't find the element")


@function("length", holes=True)
def _length(value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, str):
        # Terraform counts grapheme clusters; beyond ASCII that takes tables that Python doesn't have.
        return len(value) if value.isascii() else Unknown(Cause("the length of a string with characters beyond ASCII"))
    if isinstance(value, Set) and not is_known(plain(value)) and len(value) > 1:
        return blame("the length", value)
    if isinstance(value, list):
        rest = rest_of(value)
        return Unknown(rest.cause) if rest is not None else len(value)
    if isinstance(value, dict):
        return len(value)
    if is_text(value):
        return blame("the length", value)
    raise EvaluationError("length() needs a list, map, object or string")


@function("keys", holes=True)
def _keys(value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    names = sorted(as_map(value, "keys").keys(), key=str.encode)
    return [*names]


@function("values", holes=True)
def _values(value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    found = as_map(value, "values")
    return [found[key] for key in sorted(found.keys(), key=str.encode)]


@function("lookup", 2, 3, holes=True, null=True)
def _lookup(value: Value, key: Value, *default: Value) -> Value:
    lost = unknown_in(value, key)
    if lost is not None:
        return lost
    name = to_string(key)
    if not isinstance(name, str):
        return blame("the element", name)
    found = as_map(value, "lookup")
    if name in found:
        return found[name]
    if not default:
        raise EvaluationError(f"lookup() doesn't find `{name}`")
    chosen = default[0]
    if isinstance(chosen, (bool, int, float)) and any(isinstance(one, str) for one in found.values()):
        return to_string(chosen)
    return chosen


@function("contains", 2, 2, holes=True, null=True)
def _contains(value: Value, wanted: Value) -> Value:
    lost = unknown_in(value, wanted)
    if lost is not None:
        return lost
    doubt: Unknown | None = None
    for element in as_list(value, "contains"):
        if isinstance(element, Rest):
            doubt = Unknown(element.cause)
            continue
        answer = equal(element, wanted)
        if answer is True:
            return True
        if isinstance(answer, Unknown):
            doubt = answer
    return False if doubt is None else doubt


@function("zipmap", 2, 2, holes=True)
def _zipmap(keys: Value, values: Value) -> Value:
    lost = unknown_in(keys, values)
    if lost is not None:
        return lost
    names, elements = as_list(keys, "zipmap"), as_list(values, "zipmap")
    if not is_known(names):
        return blame("the keys", names)
    if len(names) != len(elements):
        raise EvaluationError("zipmap() needs as many keys as values")
    rest = rest_of(elements)
    return Unknown(rest.cause) if rest is not None else dict(zip(map(str, names), elements, strict=True))


@function("toset", holes=True, null=True)
def _toset(value: Value) -> Value:
    if value is None or isinstance(value, Unknown):
        return value
    return make_set(as_list(value, "toset"))


@function("tolist", holes=True, null=True)
def _tolist(value: Value) -> Value:
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, Set) and len(value) > 1 and not is_known(plain(value)):
        return blame("the order", value)
    return list(unify(as_list(value, "tolist")))


@function("tomap", holes=True, null=True)
def _tomap(value: Value) -> Value:
    if value is None or isinstance(value, Unknown):
        return value
    found = as_map(value, "tomap")
    names = sorted(found.keys(), key=str.encode)
    return dict(zip(names, unify([found[name] for name in names]), strict=True))


@function("tostring", holes=True, null=True)
def _tostring(value: Value) -> Value:
    return to_string(value)


@function("tonumber", holes=True, null=True)
def _tonumber(value: Value) -> Value:
    return to_number(value)


@function("tobool", holes=True, null=True)
def _tobool(value: Value) -> Value:
    return to_bool(value)


@function("coalesce", 1, None, holes=True, null=True)
def _coalesce(*values: Value) -> Value:
    converted = unify(list(values))
    for value in converted:
        if isinstance(value, Unknown):
            return value
        if value is not None and value != "":
            return value
    raise EvaluationError("coalesce() finds no value that is neither null nor empty")


@function("coalescelist", 1, None, holes=True, null=True)
def _coalescelist(*lists: Value) -> Value:
    for one in lists:
        if isinstance(one, Unknown):
            return one
        if one is None:
            continue
        elements = as_list(one, "coalescelist")
        if any(not isinstance(element, Rest) for element in elements):
            return elements
        rest = rest_of(elements)
        if rest is not None:
            return Unknown(rest.cause)
    raise EvaluationError("coalescelist() finds no list that isn't empty")


@function("one", holes=True, null=True)
def _one(value: Value) -> Value:
    if value is None or isinstance(value, Unknown):
        return value
    elements = as_list(value, "one")
    rest = rest_of(elements)
    if rest is not None:
        return Unknown(rest.cause)
    if len(elements) > 1:
        raise EvaluationError("one() needs a list of at most one element")
    return elements[0] if elements else None


def _sets(lists: tuple[Value, ...], name: str) -> "list[list[Value]] | Unknown":
    lost = unknown_in(*lists)
    return lost if lost is not None else [list(as_list(one, name)) for one in lists]


@function("setunion", 1, None, holes=True)
def _setunion(*lists: Value) -> Value:
    sets = _sets(lists, "setunion")
    return sets if isinstance(sets, Unknown) else make_set(element for one in sets for element in one)


@function("setintersection", 1, None)
def _setintersection(*lists: Value) -> Value:
    first, *others = [make_set(as_list(one, "setintersection")) for one in lists]
    return make_set(
        element for element in first if all(any(equal(element, one) is True for one in other) for other in others)
    )


@function("setsubtract", 2, 2)
def _setsubtract(left: Value, right: Value) -> Value:
    taken = as_list(right, "setsubtract")
    return make_set(
        element for element in as_list(left, "setsubtract") if not any(equal(element, one) is True for one in taken)
    )


@function("setproduct", 2, None, holes=True)
def _setproduct(*lists: Value) -> Value:
    sets = _sets(lists, "setproduct")
    if isinstance(sets, Unknown):
        return sets
    size = 1
    for one in sets:
        rest = rest_of(one)
        if rest is not None:
            return Unknown(rest.cause)
        size *= len(one)
    if size > MOST_ELEMENTS:
        return Unknown(Cause(f"setproduct() makes more than {MOST_ELEMENTS} elements"))
    made: list[Value] = [list(one) for one in product(*sets)]
    return Set(made) if all(isinstance(one, Set) for one in lists) else made


@function("range", 1, 3)
def _range(*limits: Value) -> Value:
    numbers = [to_number(limit) for limit in limits]
    if not all(isinstance(one, (int, float)) for one in numbers):
        raise EvaluationError("range() needs numbers")
    start, limit = (0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    down = limit < start  # type: ignore[operator]
    step = numbers[2] if len(numbers) == 3 else (-1 if down else 1)
    if not step or ((step < 0) is not down and limit != start):  # type: ignore[operator]
        raise EvaluationError("the step of range() must lead to its limit")
    made: list[Value] = []
    at = start
    while (at > limit) if step < 0 else (at < limit):  # type: ignore[operator]
        if len(made) >= 1024:
            raise EvaluationError("range() makes at most 1024 elements")
        made.append(number(at))  # type: ignore[arg-type]
        at = at + step  # type: ignore[operator]
    return made


@function("alltrue", holes=True)
def _alltrue(value: Value) -> Value:
    return _quantified(value, "alltrue", whole=True)


@function("anytrue", holes=True)
def _anytrue(value: Value) -> Value:
    return _quantified(value, "anytrue", whole=False)


def _quantified(value: Value, name: str, *, whole: bool) -> Value:
    if isinstance(value, Unknown):
        return value
    doubt: Unknown | None = None
    for element in as_list(value, name):
        answer = Unknown(element.cause) if isinstance(element, Rest) else to_bool(element)
        if isinstance(answer, Unknown):
            doubt = answer
        elif bool(answer) is not whole:
            return not whole
    return whole if doubt is None else doubt


@function("matchkeys", 3, 3)
def _matchkeys(values: Value, keys: Value, wanted: Value) -> Value:
    pairs = zip(as_list(values, "matchkeys"), as_list(keys, "matchkeys"), strict=True)
    searched = as_list(wanted, "matchkeys")
    return [value for value, key in pairs if any(equal(key, one) is True for one in searched)]


@function("transpose")
def _transpose(value: Value) -> Value:
    made: dict[str, list[Value]] = {}
    for key, names in as_map(value, "transpose").items():
        for name in as_list(names, "transpose"):
            made.setdefault(str(name), []).append(key)
    return {name: sorted(found, key=str) for name, found in sorted(made.items())}


def _marked(value: Value) -> Value:
    return value


for _name in ("sensitive", "nonsensitive"):
    # Sensitivity is the Estate's business; the value is the same.
    function(_name, holes=True, null=True)(_marked)


@function("issensitive", holes=True, null=True)
def _issensitive(value: Value) -> Value:
    return Unknown(Cause("orgtrail doesn't follow which values are sensitive"))


__all__ = ["Lazy", "as_list", "as_map", "unknown_in"]
