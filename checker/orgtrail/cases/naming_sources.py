"""Where names stand in HCL: the syntax around them tells."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from orgtrail.cases import words
from orgtrail.cases.renaming import Renaming
from orgtrail.terraform.language.blocks import parser


class SourceNames:
    """New names in sources; `path` is what becomes of a path, `declared` are the variables of for expressions."""

    def __init__(self, names: Renaming, path: Callable[[str], str], declared: set[str]) -> None:
        self.names = names
        self.path = path
        self.declared = declared

    def source(self, text: str) -> str:
        """A source with other names, without its comments."""
        data = text.encode()
        made: list[bytes] = []
        end = 0
        for start, stop, new in self._replacements(text):
            made += [data[end:start], new.encode()]
            end = stop
        made.append(data[end:])
        return b"".join(made).decode()

    def _replacements(self, text: str) -> Iterator[tuple[int, int, str]]:
        root = parser().parse(text.encode()).root_node
        chain: list[str] = []
        for node, around in _leaves(root):
            said = node.text.decode()
            if node.type == "comment":
                yield node.start_byte, node.end_byte, ""
            elif node.type == "identifier":
                yield node.start_byte, node.end_byte, self._identifier(said, node, around, chain)
            elif node.type in ("template_literal", "quoted_template_literal"):
                yield node.start_byte, node.end_byte, self._literal(said, node, around)

    def _identifier(self, said: str, node: Any, around: list[Any], chain: list[str]) -> str:
        kind = node.parent.type
        if kind == "variable_expr" and _is_key(around):
            return self.names.key(said)
        if kind == "get_attr":
            chain.append(said)
        elif kind == "variable_expr":
            chain[:] = [said]
        if kind in ("get_attr", "variable_expr"):
            return self._step(said, chain)
        if kind == "function_call" or (kind == "block" and node.parent.children[0] == node):
            return said
        if kind == "attribute":
            outer = _block_of(around)
            is_own = outer in ("module", "locals") and said not in words.META
            return self.names.name(said) if is_own else self.names.key(said) if said != "_" else said
        return said if said == "_" else self.names.name(said)

    def _step(self, said: str, chain: list[str]) -> str:
        if len(chain) == 1:
            is_word = said in words.known() or words.RESOURCE_TYPE.fullmatch(said)
            return said if is_word and said not in self.declared else self.names.name(said)
        before = chain[-2]
        is_label = (len(chain) == _SECOND or chain[0] == "data") and (
            words.RESOURCE_TYPE.fullmatch(before) or before in words.BEFORE_LABELS
        )
        is_output = len(chain) == _SECOND + 1 and chain[0] == "module"
        return self.names.name(said) if is_label or is_output else self.names.key(said)

    def _literal(self, said: str, node: Any, around: list[Any]) -> str:
        label = next((one for one in reversed(around) if one.type == "string_lit"), None)
        if label is not None and label.parent is not None and label.parent.type == "block":
            return self._label(said, label)
        heredoc = _heredoc_of(around)
        if heredoc is not None:
            return self._of_heredoc(said, node, list(_literals(heredoc)))
        at = _argument_of(around)
        if at in words.ACTIONS:
            return self.names.action(said)
        if at in words.KEYS:
            return self.names.condition_key(said)
        if _is_key(around):
            return self.names.key(said)
        if at == "source" and said.startswith("."):
            return self.path(said)
        if node.parent.type in ("quoted_template", "template_expr"):
            return self.names.piece(said)
        return self.names.value(said, is_name=at in words.MADE_UP)

    def _of_heredoc(self, said: str, node: Any, literals: list[Any]) -> str:
        """A piece of a heredoc: of JSON only what stands in quotes, which an interpolation may have opened before."""
        if not literals[0].text.decode().lstrip().startswith(("{", "[")):
            return self.names.value(said, is_name=True)
        opened = sum(one.text.count(b'"') for one in literals[: literals.index(node)]) % 2
        pieces = re.split('"', said)
        for position, piece in enumerate(pieces):
            if position % 2 == opened:
                continue
            follows = pieces[position + 1] if position + 1 < len(pieces) else ""
            is_key = follows.lstrip().startswith(":")
            if position in (0, len(pieces) - 1):
                # An interpolation stands before or behind it.
                pieces[position] = self.names.piece(piece)
            else:
                pieces[position] = self.names.key(piece) if is_key else self.names.said(piece)
        return '"'.join(pieces)

    def _label(self, said: str, label: Any) -> str:
        block = label.parent
        kind = block.children[0].text.decode()
        labels = [one for one in block.children if one.type == "string_lit"]
        first = labels[0] == label
        if kind in ("resource", "data", "ephemeral", "dynamic", "backend") and first:
            return said if words.RESOURCE_TYPE.fullmatch(said) or said in words.known() else self.names.name(said)
        if kind in ("provider", "provisioner"):
            return said
        return self.names.name(said)


_SECOND = 2


def _leaves(node: Any, around: "list[Any] | None" = None) -> Iterator[tuple[Any, list[Any]]]:
    above = around if around is not None else []
    if not node.children:
        yield node, above
        return
    above.append(node)
    for child in node.children:
        yield from _leaves(child, above)
    above.pop()


def _heredoc_of(around: list[Any]) -> Any:
    """The heredoc that a literal is a piece of; None where it is one of a string inside an interpolation."""
    for one in reversed(around):
        if one.type == "heredoc_template":
            return one
        if one.type in ("template_interpolation", "string_lit", "quoted_template"):
            return None
    return None


def _literals(node: Any) -> Iterator[Any]:
    """The literal pieces of a template, in order, those between its directives too."""
    for child in node.children:
        if child.type == "template_literal":
            yield child
        elif child.type != "template_interpolation":
            yield from _literals(child)


def _block_of(around: list[Any]) -> str:
    """The kind of the innermost block."""
    block = next((one for one in reversed(around) if one.type == "block"), None)
    return block.children[0].text.decode() if block is not None else ""


def _argument_of(around: list[Any]) -> str:
    """The argument or member whose value a leaf is part of."""
    for one in reversed(around):
        if one.type == "attribute":
            return str(one.children[0].text.decode())
        if one.type == "object_elem" and not _is_key([*around]):
            return str(one.children[0].text.decode().strip('"'))
    return ""


def _is_key(around: list[Any]) -> bool:
    """Whether a leaf is the name of a member of an object."""
    for position in range(len(around) - 1, 0, -1):
        if around[position - 1].type == "object_elem":
            return bool(around[position - 1].children[0] == around[position])
        if around[position].type in ("tuple", "function_call"):
            return False
    return False


def declared_in(text: str) -> Iterator[str]:
    """The names of the variables of for expressions: words like any other, and somebody's."""
    pending = [parser().parse(text.encode()).root_node]
    while pending:
        node = pending.pop()
        if node.type in ("for_intro", "template_for_start"):
            yield from (child.text.decode() for child in node.children if child.type == "identifier")
        pending += node.children
