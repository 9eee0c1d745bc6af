"""Functions on strings. Source: HashiCorp, Terraform language, "String Functions"."""

import re
from decimal import Decimal

from orgtrail.terraform.language.functions.collections import as_list, unknown_in
from orgtrail.terraform.language.functions.table import MOST_ELEMENTS, function, rest_of
from orgtrail.terraform.language.operations import (
    EvaluationError,
    blame,
    check_length,
    concatenate,
    show_number,
    to_bool,
    to_number,
    to_string,
)
from orgtrail.values import (
    Cause,
    Json,
    Part,
    Rest,
    Symbol,
    Text,
    Unknown,
    Value,
    can_hold,
    encode_json,
    map_strings,
    parts_of,
    text,
)


def _string(value: Value, name: str) -> str:
    """`value` as the known string that it is, converted where Terraform converts."""
    string = to_string(value)
    if isinstance(string, str):
        return string
    raise EvaluationError(f"{name}() needs a string")


def _parts(value: Value, name: str) -> tuple[Part, ...]:
    """The parts of a string with holes."""
    string = to_string(value)
    if string is None:
        raise EvaluationError(f"{name}() needs a string, not null")
    return parts_of(string)


@function("join", 2, None, holes=True)
def _join(separator: Value, *lists: Value) -> Value:
    lost = unknown_in(separator, *lists)
    if lost is not None:
        return lost
    between = to_string(separator)
    made: list[Value] = []
    for one in lists:
        for element in as_list(one, "join"):
            if made:
                made.append(between)
            if isinstance(element, Rest):
                return Unknown(element.cause)
            if element is None:
                raise EvaluationError("join() can't join null")
            made.append(to_string(element))
    return concatenate(made)


@function("split", 2, 2, holes=True)
def _split(separator: Value, value: Value) -> Value:
    lost = unknown_in(separator, value)
    if lost is not None:
        return lost
    at = to_string(separator)
    if not isinstance(at, str):
        return blame("split()", at)
    fields: list[list[Part]] = [[]]
    for part in _parts(value, "split"):
        if isinstance(part, str):
            first, *others = list(part) if not at else part.split(at)
            fields[-1].append(first)
            fields += [[other] for other in others]
        elif not at or isinstance(part, Unknown) or any(can_hold(part, character) for character in at):
            return blame("split()", value)
        else:
            fields[-1].append(part)
    if not at and value == "":
        return []
    return [text(*field) for field in fields]


@function("replace", 3, 3, holes=True)
def _replace(value: Value, old: Value, new: Value) -> Value:
    lost = unknown_in(value, old, new)
    if lost is not None:
        return lost
    wanted, given = to_string(old), to_string(new)
    if not isinstance(wanted, str) or given is None:
        return blame("replace()", wanted)
    if isinstance(value, str) and isinstance(given, str):
        times = value.count(wanted) if wanted else len(value) + 1
        check_length("replace()", len(value) + times * len(given))
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        return _replace_pattern(value, wanted[1:-1], given)
    if isinstance(value, Json):
        return _replace_in_json(value, wanted, given)
    return _replace_in_parts(_parts(value, "replace"), wanted, given)


def _replace_in_parts(parts: tuple[Part, ...], wanted: str, given: "Part | Text") -> Value:
    made: list[Part | Text] = []
    for part in parts:
        if isinstance(part, str):
            pieces = part.split(wanted) if wanted else list(f" {part} ")
            for number, piece in enumerate(pieces):
                if number:
                    made.append(given)
                made.append(piece if wanted else piece.strip())
        elif isinstance(part, Json):
            inner = _replace_in_json(part, wanted, given)
            if isinstance(inner, Unknown):
                return inner
            made.append(inner)  # type: ignore[arg-type]
        elif not _safe(part, wanted):
            return blame("replace()", part)
        else:
            made.append(part)
    return text(*made)


def _safe(hole: Part, wanted: str) -> bool:
    """Whether `wanted` can't be inside the hole, nor reach into it."""
    return bool(wanted) and isinstance(hole, Symbol) and not any(can_hold(hole, character) for character in wanted)


#: What JSON writes outside of its strings.
_STRUCTURE = frozenset("{}[]:, truefalsn0123456789+-.E")


def _replace_in_json(value: Json, wanted: str, given: "Part | Text") -> Value:
    """`replace()` on a rendered document: inside its strings, as long as what is replaced is surely inside one."""
    if '"' in wanted or "\\" in wanted or not wanted or _STRUCTURE.issuperset(wanted):
        return blame("replace()", value)
    if isinstance(given, str) and ('"' in given or "\\" in given):
        return blame("replace()", value)
    if any(not _safe(hole, wanted) for hole in _holes(value.value)):
        return blame("replace()", value)
    if any(ord(character) < 32 or character in "<>&" for character in wanted):
        return blame("replace()", value)
    try:
        changed = map_strings(value.value, lambda string: _replace_in_parts((string,), wanted, given))
    except TypeError:
        return blame("replace()", value)
    return encode_json(changed)


def _holes(value: Value) -> list[Part]:
    match value:
        case Symbol() | Unknown():
            return [value]
        case Text(parts):
            return [part for part in parts if not isinstance(part, str)]
        case Rest(cause):
            return [Unknown(cause)]
        case Json(inner):
            return _holes(inner)
        case list():
            return [hole for element in value for hole in _holes(element)]
        case dict():
            return [hole for element in value.values() for hole in _holes(element)]
    return []


def _replace_pattern(value: Value, pattern: str, given: "Part | Text") -> Value:
    if not isinstance(value, str) or not isinstance(given, str):
        return blame("replace()", value if not isinstance(value, str) else given)
    compiled = compile_pattern(pattern)
    if isinstance(compiled, Unknown):
        return compiled

    def expand(found: "re.Match[str]") -> str:
        def group(reference: "re.Match[str]") -> str:
            name = reference[1] or reference[2]
            if reference[0] == "$$":
                return "$"
            try:
                return found.group(int(name) if name.isdigit() else name) or ""
            except (IndexError, KeyError):
                return ""

        return re.sub(r"\$\$|\$(\w+)|\$\{(\w+)\}", group, given)

    made: list[str] = []
    position = length = 0
    for found in compiled.finditer(value):
        made += (value[position : found.start()], expand(found))
        position = found.end()
        length += len(made[-1])
        check_length("replace()", length)
    return "".join((*made, value[position:]))


def compile_pattern(pattern: str, shown: str = "") -> "re.Pattern[str] | Unknown":
    """A pattern as Terraform reads it: by RE2, whose work grows with the text and never explodes.

    Python's own engine stands in for nothing: it reads other patterns, and may take forever on some. `shown` is the
    pattern as the user wrote it, where it is another one.
    Source: Terraform language, "regex Function": "the RE2 regular expression language".
    """
    named = f"the pattern `{(shown or pattern)[:40]}`"
    try:
        import re2  # type: ignore[import-untyped]
    except ImportError:
        return Unknown(Cause(f"{named} needs google-re2, which isn't installed", "install orgtrail with its extra re2"))
    if len(pattern) > LONGEST_PATTERN or "\\C" in pattern:
        return Unknown(Cause(f"{named} isn't one that orgtrail evaluates"))
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 22
    try:
        compiled: re.Pattern[str] = re2.compile(pattern, options)
    except re2.error as error:
        words = error.args[0] if error.args else ""
        said = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
        if "too large" in said:
            return Unknown(Cause(f"{named} is too large to evaluate"))
        raise EvaluationError(f"{named} isn't one that RE2 reads: {said[:80]}") from None
    return compiled


#: Patterns that people write are shorter.
LONGEST_PATTERN = 2_000


@function("regex", 2, 2)
def _regex(pattern: Value, value: Value) -> Value:
    compiled = compile_pattern(_string(pattern, "regex"))
    if isinstance(compiled, Unknown):
        return compiled
    found = compiled.search(_string(value, "regex"))
    if found is None:
        raise EvaluationError("regex() finds no match")
    return _match(compiled, found)


@function("regexall", 2, 2)
def _regexall(pattern: Value, value: Value) -> Value:
    compiled = compile_pattern(_string(pattern, "regexall"))
    if isinstance(compiled, Unknown):
        return compiled
    made: list[Value] = []
    for found in compiled.finditer(_string(value, "regexall")):
        if len(made) >= MOST_ELEMENTS:
            return Unknown(Cause(f"regexall() makes a list of more than {MOST_ELEMENTS} elements"))
        made.append(_match(compiled, found))
    return made


def _match(compiled: "re.Pattern[str]", found: "re.Match[str]") -> Value:
    if compiled.groupindex:
        return {name: found.group(name) for name in compiled.groupindex}
    return list(found.groups()) if compiled.groups else found.group(0)


def _ascii_case(value: Value, name: str, upper: bool) -> Value:
    """The value in upper or lower case; a symbol whose kind has no upper-case letters stays what it is in lower."""
    made: list[Part | Text] = []
    for part in _parts(value, name):
        if isinstance(part, str):
            made.append(part.upper() if upper else part.lower())
        elif isinstance(part, Unknown):
            return part
        elif not upper and isinstance(part, Symbol) and not any(can_hold(part, one) for one in "ABCXYZ"):
            made.append(part)
        else:
            return blame(f"{name}()", value)
    return text(*made)


@function("lower", holes=True)
def _lower(value: Value) -> Value:
    return _ascii_case(value, "lower", upper=False)


@function("upper", holes=True)
def _upper(value: Value) -> Value:
    return _ascii_case(value, "upper", upper=True)


@function("title")
def _title(value: Value) -> Value:
    written = _string(value, "title")
    return re.sub(r"(^|[^\w'])(\w)", lambda found: found[1] + found[2].upper(), written)


def _edges(value: Value, left: "str | None", right: "str | None", name: str) -> Value:
    """`value` without the characters of `left` at its start and `right` at its end; None leaves an end alone."""
    parts = list(_parts(value, name))
    if isinstance(parts[0], Unknown) and len(parts) == 1:
        return parts[0]
    for end, characters in ((0, left), (-1, right)):
        if characters is None:
            continue
        part = parts[end]
        if not isinstance(part, str):
            if not isinstance(part, Symbol) or any(can_hold(part, one) for one in characters):
                return blame(f"{name}()", value)
            continue
        trimmed = part.lstrip(characters) if end == 0 else part.rstrip(characters)
        if not trimmed and len(parts) > 1:
            return blame(f"{name}()", value)
        parts[end] = trimmed
    return text(*parts)


_WHITE = " \t\n\v\f\r\x85\xa0"


@function("trimspace", holes=True)
def _trimspace(value: Value) -> Value:
    return _edges(value, _WHITE, _WHITE, "trimspace")


@function("trim", 2, 2, holes=True)
def _trim(value: Value, characters: Value) -> Value:
    cut = to_string(characters)
    return _edges(value, cut, cut, "trim") if isinstance(cut, str) else blame("trim()", cut)


@function("trimprefix", 2, 2, holes=True)
def _trimprefix(value: Value, prefix: Value) -> Value:
    answer = _starts(value, prefix)
    if isinstance(answer, Unknown) or not answer:
        return answer if isinstance(answer, Unknown) else to_string(value)
    parts = _parts(value, "trimprefix")
    head = str(to_string(prefix))
    return text(str(parts[0])[len(head) :], *parts[1:])


@function("trimsuffix", 2, 2, holes=True)
def _trimsuffix(value: Value, suffix: Value) -> Value:
    answer = _ends(value, suffix)
    if isinstance(answer, Unknown) or not answer:
        return answer if isinstance(answer, Unknown) else to_string(value)
    parts = _parts(value, "trimsuffix")
    tail = str(to_string(suffix))
    return text(*parts[:-1], str(parts[-1])[: len(str(parts[-1])) - len(tail)])


@function("startswith", 2, 2, holes=True)
def _startswith(value: Value, prefix: Value) -> Value:
    return _starts(value, prefix)


@function("endswith", 2, 2, holes=True)
def _endswith(value: Value, suffix: Value) -> Value:
    return _ends(value, suffix)


def _starts(value: Value, prefix: Value) -> "bool | Unknown":
    return _meets(value, prefix, 0)


def _ends(value: Value, suffix: Value) -> "bool | Unknown":
    return _meets(value, suffix, -1)


def _meets(value: Value, edge: Value, end: int) -> "bool | Unknown":
    """Whether the start (0) or the end (-1) of `value` is `edge`."""
    if isinstance(value, Unknown):
        return value
    wanted = to_string(edge)
    if not isinstance(wanted, str):
        return blame("the comparison", wanted)
    if not wanted:
        return True
    parts = _parts(value, "startswith" if end == 0 else "endswith")
    part = parts[end]
    if isinstance(part, str):
        if (part.startswith if end == 0 else part.endswith)(wanted):
            return True
        shared = (wanted.startswith if end == 0 else wanted.endswith)(part)
        return blame("the comparison", value) if shared and len(parts) > 1 else False
    if isinstance(part, Symbol) and not can_hold(part, wanted[0] if end == 0 else wanted[-1]):
        return False
    return blame("the comparison", value)


@function("strcontains", 2, 2, holes=True)
def _strcontains(value: Value, wanted: Value) -> Value:
    lost = unknown_in(value, wanted)
    if lost is not None:
        return lost
    searched = to_string(wanted)
    if not isinstance(searched, str):
        return blame("the comparison", searched)
    parts = _parts(value, "strcontains")
    if any(isinstance(part, str) and searched in part for part in parts):
        return True
    return False if len(parts) == 1 and isinstance(parts[0], str) else blame("the comparison", value)


@function("substr", 3, 3)
def _substr(value: Value, offset: Value, length: Value) -> Value:
    written = _string(value, "substr")
    if not written.isascii():
        return Unknown(Cause("substr() of a string with characters beyond ASCII"))
    start, count = to_number(offset), to_number(length)
    if not isinstance(start, int) or not isinstance(count, int):
        raise EvaluationError("substr() needs whole numbers")
    if start < 0:
        start = max(0, start + len(written))
    return written[start:] if count < 0 else written[start : start + count]


@function("strrev")
def _strrev(value: Value) -> Value:
    written = _string(value, "strrev")
    return written[::-1] if written.isascii() else Unknown(Cause("strrev() of characters beyond ASCII"))


@function("chomp")
def _chomp(value: Value) -> Value:
    return _string(value, "chomp").rstrip("\r\n")


@function("indent", 2, 2)
def _indent(spaces: Value, value: Value) -> Value:
    count = to_number(spaces)
    if not isinstance(count, int) or not 0 <= count <= 1000:
        raise EvaluationError("indent() needs a number of spaces")
    written = _string(value, "indent")
    check_length("indent()", len(written) + count * written.count("\n"))
    return written.replace("\n", "\n" + " " * count)


_VERB = re.compile(
    r"%(?:\[(\d+)\])?(?P<flags>[-+# 0]*)(?P<width>\d+)?(?:\.(?P<precision>\d*))?(?:\[(\d+)\])?(?P<verb>.)", re.S
)


@function("format", 1, None, holes=True, null=True)
def _format(template: Value, *arguments: Value) -> Value:
    if isinstance(template, Unknown):
        return template
    pattern = to_string(template)
    if not isinstance(pattern, str):
        return blame("format()", pattern)
    return formatted(pattern, arguments)


def formatted(pattern: str, arguments: tuple[Value, ...]) -> Value:
    """What `format()` makes of `pattern`. Source: Terraform language, "format Function"."""
    made: list[Part | Text] = []
    position = taken = length = 0
    for found in _VERB.finditer(pattern):
        made.append(pattern[position : found.start()])
        position = found.end()
        if found["verb"] == "%":
            made.append("%")
            continue
        index = found[1] or found[5]
        number = int(index) - 1 if index else taken
        taken = number + 1
        if not 0 <= number < len(arguments):
            raise EvaluationError("format() has too few arguments")
        check_length("format()", _number_in(found["width"]) + _number_in(found["precision"]))
        shown = _verb(found, arguments[number])
        length += len(shown) if isinstance(shown, str) else 0
        check_length("format()", length)
        made.append(shown)
    if taken < len(arguments) and not re.search(r"%\[\d+\]", pattern):
        raise EvaluationError("format() has too many arguments")
    rest = pattern[position:]
    if "%" in rest:
        raise EvaluationError("format() has a `%` without a verb")
    made.append(rest)
    return text(*made)


def _number_in(digits: str | None) -> int:
    """A width or precision; what has more digits than any string is taken for the least of these."""
    return int(digits[:9]) if digits else 0


def _verb(found: "re.Match[str]", value: Value) -> "Part | Text":
    verb, flags = found["verb"], found["flags"]
    if isinstance(value, Unknown):
        return value
    if verb == "v" and not isinstance(value, bool):
        if isinstance(value, (list, dict)):
            return _encoded(value)
        if value is None:
            return Unknown(Cause("format() of null, which terraform itself leaves unknown"))
        if isinstance(value, (int, float)):
            return _padded(_shortest(value), found)
    if verb in "sv":
        return _as_string(found, value)
    if verb == "q":
        shown = to_string(value)
        if not isinstance(shown, str):
            return blame("format()", shown)
        return _padded(_encoded(shown), found)
    if verb == "t":
        return _as_bool(found, value)
    number = to_number(value)
    if isinstance(number, Unknown):
        return number
    if number is None:
        raise EvaluationError("format() can't show null as a number")
    return _padded(_number(verb, flags, found["precision"], number), found)


def _as_bool(found: "re.Match[str]", value: Value) -> "Part | Text":
    """What `%t` makes of a value."""
    answer = to_bool(value)
    if answer is None or isinstance(answer, Unknown):
        return answer or blame("format()", value)
    return _padded("true" if answer else "false", found)


def _as_string(found: "re.Match[str]", value: Value) -> "Part | Text":
    """What `%s` makes of a value: a hole stays one where nothing is done to it."""
    if value is None:
        raise EvaluationError("format() can't show null as a string")
    shown = to_string(value)
    if not isinstance(shown, str):
        plain = not found["flags"] and not found["width"] and found["precision"] is None
        return shown if plain and shown is not None else blame("format()", shown)
    if found["precision"] is not None:
        shown = shown[: int(found["precision"] or 0)]
    return _padded(shown, found)


def _encoded(value: Value) -> str:
    encoded = encode_json(value)
    if not isinstance(encoded, str):
        raise EvaluationError("format() can't show what isn't known as JSON")
    return encoded


def _number(verb: str, flags: str, precision: str | None, number: int | float) -> str:
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if verb in "dboxX":
        whole = int(number)
        if verb == "d":
            return format(whole, f"{sign}d")
        prefix = "#" if "#" in flags and verb != "d" else ""
        return format(whole, f"{sign}{prefix}{verb}")
    if verb in "fF":
        return format(Decimal(repr(number)), f"{sign}.{precision or (6 if precision is None else 0)}f")
    if verb in "eE":
        return _exponent(format(Decimal(repr(number)), f"{sign}.{precision or (6 if precision is None else 0)}{verb}"))
    if verb in "gG" and precision is None:
        return _shortest(number)
    raise EvaluationError(f"format() doesn't know the verb `%{verb}`")


def _exponent(shown: str) -> str:
    """A number in exponent form as Go writes it: the exponent has two digits at the least."""
    return re.sub(r"([eE][-+])(\d)$", r"\g<1>0\2", shown)


def _shortest(number: int | float) -> str:
    """The shortest form of a number, as Go's `%g` gives it: with an exponent outside of 1e-4 to 1e6."""
    exact = Decimal(repr(number)).normalize()
    if exact and not -4 <= exact.adjusted() < 6:
        return _exponent(f"{exact:e}")
    return f"{exact:f}"


def _padded(shown: str, found: "re.Match[str]") -> str:
    width = int(found["width"] or 0)
    if "-" in found["flags"]:
        return shown.ljust(width)
    if "0" in found["flags"]:
        sign = shown[:1] if shown[:1] in {"+", "-"} else ""
        return sign + shown[len(sign) :].rjust(width - len(sign), "0")
    return shown.rjust(width)


@function("formatlist", 1, None, holes=True, null=True)
def _formatlist(template: Value, *arguments: Value) -> Value:
    lost = unknown_in(template, *arguments)
    if lost is not None:
        return lost
    pattern = to_string(template)
    if not isinstance(pattern, str):
        return blame("formatlist()", pattern)
    lists = [argument for argument in arguments if isinstance(argument, list)]
    if len({len(one) for one in lists}) > 1:
        raise EvaluationError("formatlist() needs lists of one length")
    rest = next((rest for one in lists if (rest := rest_of(one)) is not None), None)
    if rest is not None:
        return [Rest(rest.cause)]
    rounds = len(lists[0]) if lists else 1
    made: list[Value] = []
    for number in range(rounds):
        row = tuple(argument[number] if isinstance(argument, list) else argument for argument in arguments)
        made.append(formatted(pattern, row))
    return made


__all__ = ["show_number"]
