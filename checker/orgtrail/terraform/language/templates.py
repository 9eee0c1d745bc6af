"""Terraform's template language: `${...}`, `%{ if }`, `%{ for }`, `~`, in quoted strings, heredocs and files.

Quoted strings come here already taken apart by python-hcl2's tree; heredocs, template files and the strings of JSON
configuration are taken apart here. Both then go through `assemble()`.
Source: HashiCorp, Terraform language, "Strings and Templates".
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from orgtrail.terraform.language import syntax
from orgtrail.values import Cause

#: Reads the expression that starts at a line and column.
Expression: TypeAlias = Callable[[str, int, int], syntax.Node]


class Piece(msgspec.Struct):
    """One piece of a template: `kind` is text, value, if, else, endif, for or endfor.

    `left` and `right` say whether the piece strips the text before and after it (`~`).
    """

    kind: str
    node: syntax.Node
    key: str = ""
    value: str = ""
    left: bool = False
    right: bool = False


#: Interpolations and directives of one template. A policy has some dozens.
MOST_PIECES = 2_000


def literal(text: str) -> Piece:
    """A piece of plain text."""
    return Piece("text", syntax.Literal(text))


def read_template(source: str, expression: Expression, line: int, column: int, *, flush: bool = False) -> syntax.Node:
    """The tree of a template that starts at `line` and `column`; with `flush` indentation goes, as in `<<-`.

    `expression` reads what stands inside: an expression may hold templates, too.
    """
    if "${" not in source and "%{" not in source and not flush:
        return syntax.Literal(source)
    if source.count("${") + source.count("%{") > MOST_PIECES:
        return syntax.Unreadable(Cause(f"the template at line {line} has more than {MOST_PIECES} interpolations"))
    try:
        pieces = list(_split(source, expression, line, column))
        _strip(pieces)
        if flush:
            _flush(pieces)
        node = assemble(pieces, stripped=True)
    except RecursionError:
        node = "it is nested too deep"
    if isinstance(node, str):
        return syntax.Unreadable(Cause(f"the template at line {line} can't be read: {node}"))
    return node


def interpolations(source: str) -> Iterator[int]:
    """Where each `${` of `source` stands that isn't escaped."""
    for found in re.finditer(r"\$+\{", source):
        # `$${` is a literal `${`
        if len(found[0]) == 2:
            yield found.start()


def end_of_expression(source: str, start: int) -> int | None:
    """Where the `}` stands that closes the interpolation or directive whose inside begins at `start`."""
    depth = 0
    position = start
    while position < len(source):
        character = source[position]
        if character == '"':
            after = _end_of_string(source, position + 1)
            if after is None:
                return None
            position = after
            continue
        if character == "{":
            depth += 1
        elif character == "}":
            if not depth:
                return position
            depth -= 1
        position += 1
    return None


def _end_of_string(source: str, position: int) -> int | None:
    """Where the text goes on after the quoted string whose inside begins at `position`."""
    while position < len(source):
        character = source[position]
        if character == "\\":
            position += 2
        elif character == '"':
            return position + 1
        elif character in "$%" and source[position + 1 : position + 2] == "{":
            if source[position - 1] == character:
                position += 2
                continue
            end = end_of_expression(source, position + 2)
            if end is None:
                return None
            position = end + 1
        else:
            position += 1
    return None


_OPENING = re.compile(r"(\$|%)\{")
_DIRECTIVE = re.compile(
    r"(?P<else>else)|(?P<endif>endif)|(?P<endfor>endfor)|if\b(?P<condition>.*)"
    r"|for\s+(?P<first>[\w-]+)\s*(?:,\s*(?P<second>[\w-]+)\s*)?\s+in\b(?P<collection>.*)",
    re.DOTALL,
)


def _split(source: str, expression: Expression, line: int, column: int) -> Iterator[Piece]:
    position = 0
    text = ""
    while (found := _OPENING.search(source, position)) is not None:
        start = found.start()
        text += source[position:start]
        if start and source[start - 1] == found[1] and text.endswith(found[1]):
            text = text[:-1] + found[0]  # `$${` stands for `${`, `%%{` for `%{`
            position = found.end()
            continue
        end = end_of_expression(source, found.end())
        if end is None:
            cause = Cause(f"a template at line {line} opens `{found[0]}` and doesn't close it")
            yield Piece("value", syntax.Unreadable(cause))
            return
        if text:
            yield from _lines(text)
            text = ""
        inside = source[found.end() : end]
        left, right = inside.startswith("~"), inside.endswith("~")
        begin = found.end() + left
        inside = inside[left : len(inside) - right]
        before = source[:begin]
        where = (line + before.count("\n"), begin - before.rfind("\n")) if "\n" in before else (line, column + begin)
        if found[1] == "$":
            yield Piece("value", expression(inside.strip("\r\n"), *where), left=left, right=right)
        else:
            yield _directive(inside.strip(), expression, where, left=left, right=right)
        position = end + 1
    text += source[position:]
    if text:
        yield from _lines(text)


def _lines(text: str) -> Iterator[Piece]:
    """A piece for each line: a strip marker reaches no further than the line that it stands on."""
    yield from map(literal, re.findall(r"[^\n]*\n|[^\n]+", text))


def _directive(inside: str, expression: Expression, where: tuple[int, int], *, left: bool, right: bool) -> Piece:
    found = _DIRECTIVE.fullmatch(inside)
    if found is None:
        cause = Cause(f"`%{{ {inside[:40]} }}` at line {where[0]} is no directive that Terraform knows")
        return Piece("value", syntax.Unreadable(cause))
    for word in ("else", "endif", "endfor"):
        if found[word]:
            return Piece(word, syntax.Literal(None), left=left, right=right)
    if found["condition"] is not None:
        return Piece("if", expression(found["condition"].strip(), *where), left=left, right=right)
    key, value = (found["first"], found["second"]) if found["second"] else ("", found["first"])
    collection = expression(found["collection"].strip(), *where)
    return Piece("for", collection, key, value, left, right)


def _flush(pieces: list[Piece]) -> None:
    """Take the least indentation of all lines from every line, as `<<-` does.

    This is HCL's own reckoning, with its corners: blank lines neither count nor change, and a line after a stripped
    line break (`~}`) is no line start. Source: github.com/hashicorp/hcl, hclsyntax/parser_template.go.
    """
    least: int | None = None
    starts: list[Piece] = []
    at_start = True
    for piece in pieces:
        text = _text(piece)
        if at_start:
            at_start = False
            if text is None:
                least = 0
            elif text.strip() or not text.endswith("\n"):
                indent = len(text) - len(text.lstrip())
                least = indent if least is None else min(least, indent)
                starts.append(piece)
        if text is not None and text.endswith("\n"):
            at_start = True
    for piece in starts:
        piece.node = syntax.Literal((_text(piece) or "")[least:])


def _text(piece: Piece) -> str | None:
    """The text of a piece of text."""
    return str(piece.node.value) if piece.kind == "text" and isinstance(piece.node, syntax.Literal) else None


def assemble(pieces: list[Piece], *, stripped: bool = False) -> syntax.Node | str:
    """The tree of a template's pieces, or what is wrong with them."""
    if not stripped:
        _strip(pieces)
    cursor = iter(pieces)
    parts, end = _body(cursor, ())
    if end == "open":
        return "a directive isn't closed"
    if end is not None:
        return f"`%{{ {end} }}` closes nothing"
    known = [part.value for part in parts if isinstance(part, syntax.Literal) and isinstance(part.value, str)]
    if len(known) == len(parts):
        return syntax.Literal("".join(known))
    if len(parts) == 1 and len(pieces) == 1 and pieces[0].kind == "value":
        return parts[0]
    return syntax.Template(tuple(parts))


def _strip(pieces: list[Piece]) -> None:
    for number, piece in enumerate(pieces):
        if piece.kind != "text" or not isinstance(piece.node, syntax.Literal):
            continue
        text = str(piece.node.value)
        if number and pieces[number - 1].right:
            text = text.lstrip()
        if number + 1 < len(pieces) and pieces[number + 1].left:
            text = text.rstrip()
        piece.node = syntax.Literal(text)


def _body(cursor: Iterator[Piece], ends: tuple[str, ...]) -> tuple[list[syntax.Node], str | None]:
    parts: list[syntax.Node] = []
    for piece in cursor:
        match piece.kind:
            case "text" | "value":
                parts.append(piece.node)
            case "if":
                then, end = _body(cursor, ("else", "endif"))
                otherwise: list[syntax.Node] = []
                if end == "else":
                    otherwise, end = _body(cursor, ("endif",))
                if end != "endif":
                    return parts, end or "open"
                parts.append(
                    syntax.Conditional(piece.node, syntax.Template(tuple(then)), syntax.Template(tuple(otherwise)))
                )
            case "for":
                inside, end = _body(cursor, ("endfor",))
                if end != "endfor":
                    return parts, end or "open"
                parts.append(syntax.TemplateFor(piece.key, piece.value, piece.node, syntax.Template(tuple(inside))))
            case kind if kind in ends:
                return parts, kind
            case kind:
                return parts, kind
    return parts, "open" if ends else None
