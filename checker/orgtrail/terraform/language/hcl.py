"""What an HCL expression means: python-hcl2's typed tree, made into the tree of `syntax.py`.

Only expressions that somebody asks about come here, one at a time: python-hcl2 reads some 2,000 a second. What it
refuses becomes a `Refused` node, so an unknown with that cause, never an error. Two things that HCL allows and
python-hcl2 8 doesn't are masked by spaces before it sees them, and read from the original text by position: the strip
marker of an interpolation (`${~ x ~}`) and line breaks just inside one. Plain literals and references, strings of
those, and lists of all three, most of what is written, need no grammar at all: where nothing else stands in the files,
python-hcl2 isn't even imported, which takes longer than the rest of a check of a small root module.
"""

import re
from functools import lru_cache
from typing import Any

from orgtrail.address import plain_steps
from orgtrail.terraform.language import syntax, templates
from orgtrail.terraform.language.operations import MOST_DIGITS
from orgtrail.values import Cause

_PLAIN = re.compile(
    r"""(?P<word>null|true|false)
    |(?P<integer>-?(?:0|[1-9][0-9]{0,17}))
    |"(?P<string>[^"\\$%\n]*)"
    |(?P<reference>[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+)""",
    re.VERBOSE,
)
_REFERENCE = r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+"
_SIMPLE_STRING = rf'"(?:[^"\\$%\n]|\$\{{{_REFERENCE}\}})*"'
_PART = re.compile(rf"\$\{{(?P<reference>{_REFERENCE})\}}|(?P<characters>[^$]+)")
_ELEMENT = rf"(?:{_SIMPLE_STRING}|{_REFERENCE}|null\b|true\b|false\b|(?:0|[1-9][0-9]{{0,17}})(?![\w.]))"
#: One element and what stands behind it: never two ways to read a text, so that a long list takes no longer than once.
_NEXT = re.compile(rf"\s*(?P<element>{_ELEMENT})\s*(?P<end>,|\Z)")
_WORDS = {"null": None, "true": True, "false": False}
_NUMBERED = re.compile(r"0|[1-9][0-9]*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_OPENING = re.compile(r"\s*<<(?P<flush>-?)(?P<marker>[^\W\d][\w-]*)\r?\n")
_HEREDOC = re.compile(r"<<(?P<flush>-?)[^\r\n]+\r?\n(?P<body>.*?)[ \t]*[^\s]+[ \t]*\r?\n?\Z", re.DOTALL)

#: No real expression is longer, or has more tokens; a hostile one would keep the grammar busy for minutes.
LONGEST = 400_000
MOST_TOKENS = 25_000
_TOKEN = re.compile(r'"[^"\\$%\n]*"|[\w.-]+|[^\s\w]')


def parse_expression(source: str, line: int = 1, column: int = 1) -> syntax.Node:
    """The tree of one HCL expression that starts at `line` and `column` of its file."""
    if len(source) > _SHORT:
        return _parsed(source, line, column)
    return _parsed_once(source, line, column)


#: Characters of an expression whose tree is kept, and how many are: of modules that are called, or were copied, many
#: times the same stands at the same place.
_SHORT, _KEPT = 2_000, 2_048


@lru_cache(_KEPT)
def _parsed_once(source: str, line: int, column: int) -> syntax.Node:
    return _parsed(source, line, column)


def _parsed(source: str, line: int, column: int) -> syntax.Node:
    if len(source) > LONGEST:
        return syntax.Unreadable(Cause(f"the expression at line {line} is longer than {LONGEST} characters"))
    plain = _PLAIN.fullmatch(source.strip())
    if plain is not None:
        return _plain(plain, line, column)
    if (simple := without_grammar(source, line, column)) is not None:
        return simple
    if (heredoc := _whole_heredoc(source, line)) is not None:
        return heredoc
    return by_grammar(source, line, column)


def by_grammar(source: str, line: int, column: int) -> syntax.Node:
    """The tree as python-hcl2 has it, whatever is written."""
    if has_many_tokens(source):
        return syntax.Unreadable(Cause(f"the expression at line {line} has more than {MOST_TOKENS} tokens"))
    import hcl2

    masked = mask(source)
    try:
        tree = hcl2.parses(f"_={masked}\n")
        attributes = [child for child in tree.body.children if type(child).__name__ == "AttributeRule"]
        if len(attributes) != 1:
            return _refuse(line, "it isn't one expression")
        return _Lowering(source, line, column).lower(attributes[0].expression)
    except RecursionError:
        return _refuse(line, "it is nested too deep")
    except _UnreadableError as error:
        return _refuse(line, str(error))
    except Exception as error:  # lark's and the transformer's own errors have no common base
        return _refuse(line, str(error).partition("\n")[0])


def parse_template(source: str, line: int = 1, column: int = 1, *, flush: bool = False) -> syntax.Node:
    """The tree of a template that starts at `line` and `column`; with `flush` indentation goes, as in `<<-`."""
    return templates.read_template(source, parse_expression, line, column, flush=flush)


def _whole_heredoc(source: str, line: int) -> syntax.Node | None:
    """The tree of an expression that is one heredoc; the grammar's own pattern for these goes back and forth."""
    opening = _OPENING.match(source)
    if opening is None:
        return None
    position = opening.end()
    while position < len(source):
        end = source.find("\n", position)
        end = len(source) if end < 0 else end
        if source[position:end].strip() == opening["marker"]:
            if source[end:].strip():
                return None
            return parse_template(source[opening.end() : position], line + 1, 1, flush=bool(opening["flush"]))
        position = end + 1
    return None


def has_many_tokens(source: str) -> bool:
    """Whether the grammar would take too long for `source`."""
    return len(source) > MOST_TOKENS and sum(1 for _ in _TOKEN.finditer(source)) > MOST_TOKENS


def _refuse(line: int, why: str) -> syntax.Unreadable:
    return syntax.Unreadable(Cause(f"python-hcl2 can't read the expression at line {line}: {why[:120]}"))


class _UnreadableError(Exception):
    """The typed tree holds something this module has no meaning for."""


def _place(source: str, offset: int, line: int, column: int) -> tuple[int, int]:
    """Line and column of a character of an expression that starts at `line` and `column`."""
    before = source[:offset]
    lines = before.count("\n")
    return (line + lines, offset - before.rfind("\n")) if lines else (line, column + offset)


def _plain(found: "re.Match[str]", line: int, column: int) -> syntax.Node:
    if (word := found["word"]) is not None:
        return syntax.Literal(_WORDS[word])
    if (integer := found["integer"]) is not None:
        return syntax.Literal(int(integer))
    if (string := found["string"]) is not None:
        return syntax.Literal(string)
    name, *steps = plain_steps(found["reference"])
    node: syntax.Node = syntax.Root(name, line, column)
    for step in steps:
        node = syntax.GetAttribute(node, step)
    return node


def without_grammar(source: str, line: int, column: int) -> syntax.Node | None:
    """The tree of a string of characters and references, or of a list of such and of plain expressions."""
    if source.startswith('"'):
        return _string(source, line, column) if _SIMPLE.fullmatch(source) else None
    if not (source.startswith("[") and source.endswith("]")) or len(source) > _SHORT:
        return None
    inside, position = source[1:-1], 0
    elements: list[syntax.Node] = []
    while not _SPACE.fullmatch(inside, position):
        found = _NEXT.match(inside, position)
        if found is None:
            return None
        element = found["element"]
        at = _place(source, found.start("element") + 1, line, column)
        plain = _PLAIN.fullmatch(element)
        elements.append(_plain(plain, *at) if plain else _string(element, *at))
        position = found.end()
    return syntax.Tuple(tuple(elements))


_SIMPLE, _SPACE = re.compile(_SIMPLE_STRING), re.compile(r"\s*")


def _string(written: str, line: int, column: int) -> syntax.Node:
    """The tree of a string of one line that holds characters and references."""
    pieces: list[templates.Piece] = []
    for part in _PART.finditer(written, 1, len(written) - 1):
        if part["reference"] is None:
            pieces.append(templates.literal(part["characters"]))
            continue
        name, *steps = plain_steps(part["reference"])
        node: syntax.Node = syntax.Root(name, line, column + part.start("reference"))
        for step in steps:
            node = syntax.GetAttribute(node, step)
        pieces.append(templates.Piece("value", node))
    found = templates.assemble(pieces)
    assert not isinstance(found, str)  # noqa: S101 - nothing here opens or ends
    return found


#: Characters inside interpolations, those of nested ones again and again, that are looked at to mask a file.
_MOST_WALKED = 4_000_000


def mask(source: str) -> str:
    """`source` with spaces for what python-hcl2's grammar lacks, at the same length."""
    if "${~" not in source and "~}" not in source and not re.search(r"\$\{\s*\n|\n\s*\}", source):
        return source
    characters = list(source)
    walked = 0
    for start in templates.interpolations(source):
        end = templates.end_of_expression(source, start + 2)
        walked += (len(source) if end is None else end) - start
        if walked > _MOST_WALKED:
            # Each is inside the one before it, or none has an end: nobody reads that.
            return source
        if end is None:
            continue
        if source[start + 2] == "~":
            characters[start + 2] = " "
        if source[end - 1] == "~":
            characters[end - 1] = " "
        left, right = start + 2, end - 1
        while left < end and characters[left].isspace():
            characters[left] = " "
            left += 1
        while right > start + 1 and characters[right].isspace():
            characters[right] = " "
            right -= 1
    return "".join(characters)


def unescape(source: str) -> str:
    """What the inside of a quoted string stands for, escapes resolved."""
    if "\\" not in source:
        return source
    return _ESCAPE.sub(_escaped, source)


def _escaped(found: "re.Match[str]") -> str:
    code = found[1]
    if code[0] in "uU" and len(code) > 1:
        point = int(code[1:], 16)
        # As Go writes what is no character: a surrogate, or a number beyond the last one.
        return "\ufffd" if 0xD800 <= point <= 0xDFFF or point > 0x10FFFF else chr(point)
    if code not in _ESCAPES:
        raise _UnreadableError(f"`\\{code}` is no escape")
    return _ESCAPES[code]


class _Lowering:
    """Makes one typed tree into `syntax` nodes; `source` is the text it was parsed from, behind `_=`."""

    def __init__(self, source: str, line: int, column: int) -> None:
        self.source = source
        self.line = line
        self.column = column

    def lower(self, rule: Any) -> syntax.Node:
        kind = type(rule).__name__
        handler = getattr(self, f"_{kind}", None)
        if handler is None:
            raise _UnreadableError(f"no meaning is known for {kind}")
        node: syntax.Node = handler(rule)
        return node

    def _place(self, offset: int) -> tuple[int, int]:
        return _place(self.source, offset, self.line, self.column)

    def _start(self, rule: Any) -> int:
        return int(rule._meta.start_pos) - 2

    def _end(self, rule: Any) -> int:
        return int(rule._meta.end_pos) - 2

    # The names of these methods are those of python-hcl2's rules.
    def _ExprTermRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        return self.lower(rule.expression)

    def _IdentifierRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        return syntax.Root(str(rule.token.value), *self._place(self._start(rule)))

    def _LiteralValueRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        return syntax.Literal(_WORDS[str(rule.token.value)])

    def _IntLitRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        written = str(rule.token.value)
        if len(written) > MOST_DIGITS:
            raise _UnreadableError(f"a number has more than {MOST_DIGITS} digits")
        return syntax.Literal(int(written))

    def _FloatLitRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        number = float(str(rule.token.value))
        if number in (float("inf"), float("-inf")):
            raise _UnreadableError("a number is larger than orgtrail counts")
        return syntax.Literal(int(number) if number.is_integer() else number)

    def _StringRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        pieces = self._pieces(rule.children[1:-1])
        node = templates.assemble(pieces)
        if isinstance(node, str):
            raise _UnreadableError(node)
        return node

    def _pieces(self, parts: list[Any]) -> list[templates.Piece]:
        pieces: list[templates.Piece] = []
        for part in parts:
            content = part.content if type(part).__name__ == "StringPartRule" else part
            kind = type(content).__name__
            if kind == "InterpolationRule":
                start, end = self._start(content), self._end(content)
                left = self.source[start + 2] == "~"
                right = self.source[end - 2] == "~"
                pieces.append(templates.Piece("value", self.lower(content.expression), "", "", left, right))
            elif kind in {"TemplateIfRule", "TemplateForRule"}:
                pieces += self._pieces(content.children)
            elif kind == "TemplateIfStartRule":
                condition = self.lower(content.condition)
                pieces.append(templates.Piece("if", condition, "", "", content.strip_open, content.strip_close))
            elif kind == "TemplateForStartRule":
                first = str(content.iterator.token.value)
                second = content.key_iterator
                key, value = (first, str(second.token.value)) if second is not None else ("", first)
                collection = self.lower(content.collection)
                pieces.append(templates.Piece("for", collection, key, value, content.strip_open, content.strip_close))
            elif kind in _ENDS:
                none = syntax.Literal(None)
                strips = (content.strip_open, content.strip_close)
                pieces.append(templates.Piece(_ENDS[kind], none, "", "", *strips))
            else:
                pieces.append(templates.literal(unescape(self._characters(content))))
        return pieces

    def _characters(self, token: Any) -> str:
        name = token.lark_name()
        written = str(token.value)
        if name in {"ESCAPED_INTERPOLATION", "ESCAPED_DIRECTIVE"}:
            return written[1:]
        if name == "STRING_CHARS":
            return written
        raise _UnreadableError(f"a string can't hold {name}")

    def _HeredocTemplateRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        start = self._start(rule)
        found = _HEREDOC.match(self.source[start : self._end(rule)])
        if found is None:
            raise _UnreadableError("the heredoc has no end")
        line, column = self._place(start + found.start("body"))
        return parse_template(found["body"], line, column, flush=bool(found["flush"]))

    _HeredocTrimTemplateRule = _HeredocTemplateRule

    def _ConditionalRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        return syntax.Conditional(self.lower(rule.condition), self.lower(rule.if_true), self.lower(rule.if_false))

    def _BinaryOpRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        operator = str(rule.binary_term.binary_operator.token.value).strip()
        return syntax.Binary(operator, self.lower(rule.expr_term), self.lower(rule.binary_term.expr_term))

    def _UnaryOpRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        operand = self.lower(rule.expr_term)
        operator = str(rule.operator).strip()
        match operand:
            case syntax.Literal(int(number)) | syntax.Literal(float(number)) if operator == "-" and not isinstance(
                number, bool
            ):
                return syntax.Literal(-number)
        return syntax.Unary(operator, operand)

    def _TupleRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        # `elements` of the typed tree leaves out what isn't derived from its ExpressionRule; the nodes don't.
        return syntax.Tuple(tuple(map(self.lower, _inner(rule))))

    def _ObjectRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        return syntax.Object(tuple((self._key(item.key), self.lower(item.expression)) for item in rule.elements))

    def _key(self, rule: Any) -> syntax.Node:
        if type(rule).__name__ == "ObjectElemKeyExpressionRule":
            return self.lower(rule.expression)
        value = rule.value
        if type(value).__name__ == "IdentifierRule":
            return syntax.Literal(str(value.token.value))
        return self.lower(value)

    def _FunctionCallRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        name = "::".join(str(one.token.value) for one in rule.identifiers)
        if rule.arguments is None:
            return syntax.Call(name, ())
        spread = any(_token(child) == "ELLIPSIS" for child in rule.arguments.children)
        return syntax.Call(name, tuple(map(self.lower, _inner(rule.arguments))), spread)

    def _GetAttrExprTermRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        return syntax.GetAttribute(self.lower(rule.expr_term), str(rule.get_attr.identifier.token.value))

    def _IndexExprTermRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        return self._index(self.lower(rule.children[0]), rule.children[1])

    def _index(self, of: syntax.Node, rule: Any) -> syntax.Index:
        if type(rule).__name__ == "ShortIndexRule":
            written = str(rule.index.value)
            if not _NUMBERED.fullmatch(written):
                raise _UnreadableError(f"`.{written}` is no index")
            return syntax.Index(of, syntax.Literal(int(written)))
        return syntax.Index(of, self.lower(rule.index_expression))

    def _FullSplatExprTermRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        steps = tuple(map(self._step, rule.attr_splat.get_attrs))
        return syntax.Splat(self.lower(rule.expr_term), steps)

    def _AttrSplatExprTermRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        # In `a.*.b[0]` the index is that of the whole list; in `a[*].b[0]` that of each element.
        accessors = list(rule.attr_splat.get_attrs)
        end = next((i for i, one in enumerate(accessors) if type(one).__name__ == "SqbIndexRule"), len(accessors))
        node: syntax.Node = syntax.Splat(self.lower(rule.expr_term), tuple(map(self._step, accessors[:end])))
        for accessor in accessors[end:]:
            if type(accessor).__name__ == "GetAttrRule":
                node = syntax.GetAttribute(node, str(accessor.identifier.token.value))
            else:
                node = self._index(node, accessor)
        return node

    def _step(self, accessor: Any) -> "str | syntax.Node":
        if type(accessor).__name__ == "GetAttrRule":
            return str(accessor.identifier.token.value)
        return self._index(syntax.Literal(None), accessor).key

    def _ForTupleExprRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        key, value, collection = self._intro(rule.for_intro)
        condition = self.lower(rule.condition.condition_expr) if rule.condition is not None else None
        return syntax.ForTuple(key, value, collection, self.lower(rule.value_expr), condition)

    def _ForObjectExprRule(self, rule: Any) -> syntax.Node:  # noqa: N802
        key, value, collection = self._intro(rule.for_intro)
        condition = self.lower(rule.condition.condition_expr) if rule.condition is not None else None
        name, result = self.lower(rule.key_expr), self.lower(rule.value_expr)
        return syntax.ForObject(key, value, collection, name, result, rule.ellipsis is not None, condition)

    def _intro(self, rule: Any) -> tuple[str, str, syntax.Node]:
        first = str(rule.first_iterator.token.value)
        second = rule.second_iterator
        key, value = (first, str(second.token.value)) if second is not None else ("", first)
        return key, value, self.lower(rule.iterable)


_ENDS = {"TemplateElseRule": "else", "TemplateEndifRule": "endif", "TemplateEndforRule": "endfor"}


def _token(child: Any) -> str:
    """The token's name of a leaf of the typed tree, empty for a rule or a hole."""
    return (
        str(child.lark_name()) if child is not None and hasattr(child, "value") and hasattr(child, "set_value") else ""
    )


def _inner(rule: Any) -> list[Any]:
    """The expressions inside brackets or between commas: neither tokens, nor line breaks, nor holes."""
    return [
        child
        for child in rule.children
        if child is not None and not _token(child) and type(child).__name__ != "NewLineOrCommentRule"
    ]
