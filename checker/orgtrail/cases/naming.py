"""Where names stand: in JSON by the member that holds them, in HCL by the syntax around them."""

import re
from collections.abc import Iterator
from typing import Any

from orgtrail.cases import words
from orgtrail.cases.bundle import Bundle
from orgtrail.cases.renaming import Renaming, patterns_in
from orgtrail.cases.trees import Inside
from orgtrail.terraform.language.blocks import parser

#: Members whose members are names of the user's.
_NAMED = frozenset(
    {"variables", "outputs", "module_calls", "tags", "tags_all", "output_changes", "locals", "provider_config"}
)
#: Members that hold an address, or a reference.
_ADDRESSES = frozenset(
    {"address", "previous_address", "module_address", "references", "depends_on", "provider_config_key"}
)
#: Arguments that hold what somebody made up, whatever word it is.
_MADE_UP = frozenset(
    [
        "name",
        "name_prefix",
        "bucket",
        "bucket_prefix",
        "id",
        "description",
        "display_name",
        "alias",
        "target_bucket",
        "s3_bucket_name",
        "s3_key_prefix",
        "prefix",
        "key_prefix",
        "email",
        "sid",
        "Sid",
        "Id",
        "role",
        "user",
        "group",
        "title",
        "comment",
        "default_value",
        "owner",
        "workspace",
        "function_name",
        "path",
        "key",
        "url",
        "host",
        "command",
        "interpreter",
        "index",
        "deposed",
    ]
)
_ACTIONS = frozenset({"Action", "NotAction", "actions", "not_actions"})
#: Arguments that hold condition keys.
_KEYS = frozenset({"variable"})


class Renamed:
    """A bundle with other names."""

    def __init__(self, bundle: Bundle) -> None:
        texts = {one for content in bundle.files.values() for one in _texts(content)}
        self.names = Renaming(patterns_in(texts), "\n".join(sorted(texts)).lower())
        self.declared: set[str] = set()
        for content in bundle.files.values():
            if isinstance(content, str):
                self.declared.update(_declared(content))
        self.bundle = bundle
        self.paths: dict[str, str] = {}

    def made(self) -> Bundle:
        """The bundle, its files, paths and settings with new names."""
        import msgspec

        files = {self.path(name): self._content(name, content) for name, content in self.bundle.files.items()}
        old = self.bundle
        value = self.names.value
        settings = msgspec.structs.replace(
            old.settings,
            organization_id=old.settings.organization_id and value(old.settings.organization_id),
            management_account=old.settings.management_account and value(old.settings.management_account),
            archive_account=old.settings.archive_account and value(old.settings.archive_account),
            trusted_accounts=tuple(value(one) for one in old.settings.trusted_accounts),
            bucket=old.settings.bucket and value(old.settings.bucket, is_name=True),
            assume_trusted_access=old.settings.assume_trusted_access and "said in the case",
            assume_no_other_trail=old.settings.assume_no_other_trail and "said in the case",
            variables=tuple(self._variable(one) for one in old.settings.variables),
            config=None,
        )
        return Bundle(
            files,
            self.path(old.named),
            settings,
            self.path(old.source) if old.source is not None else None,
            self.path(old.evidence) if old.evidence else None,
            tuple(self.path(one) for one in old.var_files),
        )

    def _variable(self, told: str) -> str:
        name, _, value = told.partition("=")
        return f"{self.names.name(name)}={self.names.value(value)}"

    def path(self, path: str) -> str:
        """A path, folder by folder; what everybody calls so stays."""
        return "/".join(one if one in _PATHS else self.names.name(one) for one in re.split("/", path))

    def _content(self, name: str, content: Any) -> Any:
        if name.endswith(".tf.json"):
            return self.configuration(content)
        if not isinstance(content, str):
            return self.tree(content)
        if name.endswith((".tf", ".tofu", ".tfvars")):
            return self.source(content)
        return self.names.value(content, is_name=True)

    # JSON

    def tree(self, tree: Any, at: str = "", above: str = "") -> Any:
        """A tree with other names; `at` is the member that holds it, `above` the one around that."""
        match tree:
            case Inside():
                return Inside(self.tree(tree.value, "policy", at))
            case dict():
                own = at in _NAMED or (at == "expressions" and above == "module_calls.")
                is_resource = "address" in tree and "type" in tree
                return {
                    self._member(name, own=own): self._labelled(name, one)
                    if is_resource and name in ("name", "index")
                    else self.tree(one, f"{at}." if own else at if name == "constant_value" else name, at)
                    for name, one in tree.items()
                }
            case list():
                return [self.tree(one, at, above) for one in tree]
            case str():
                return self._string(tree, at)
            case int() if not isinstance(tree, bool) and len(str(tree)) == _ACCOUNT:
                return int(self.names.value(str(tree), is_name=True))
        return tree

    def _member(self, name: str, *, own: bool) -> str:
        if own and "." in name:
            return self.names.reference(name)
        return self.names.name(name) if own and name != "aws" else self.names.key(name)

    def _labelled(self, member: str, value: Any) -> Any:
        return self.names.name(value) if isinstance(value, str) else value

    def _string(self, text: str, at: str) -> str:
        if at in _ADDRESSES or at == "resource":
            return self.names.reference(text)
        if at in _ACTIONS:
            return self.names.action(text)
        if at in _KEYS:
            return self.names.condition_key(text)
        if at == "name" and text in words.BEFORE_LABELS:
            return text
        return self.names.value(text, is_name=at in _MADE_UP or at in ("tags.", "tags_all."))

    def configuration(self, tree: Any) -> Any:
        """A configuration in JSON syntax: names are where HCL has labels."""
        made = {}
        for kind, inner in tree.items() if isinstance(tree, dict) else ():
            many = inner if isinstance(inner, list) else [inner]
            named = [self._labels(one, _LABELS.get(kind, 0), own=kind in ("module", "locals")) for one in many]
            made[kind] = named if isinstance(inner, list) else named[0]
        return made

    def _labels(self, body: Any, depth: int, *, own: bool) -> Any:
        if not depth or not isinstance(body, dict):
            return self._body(body, "", own=own)
        labelled = {}
        for name, inner in body.items():
            is_type = words.RESOURCE_TYPE.fullmatch(name) or name in words.BEFORE_LABELS
            labelled[name if is_type else self.names.name(name)] = (
                [self._labels(one, depth - 1, own=own) for one in inner]
                if isinstance(inner, list)
                else self._labels(inner, depth - 1, own=own)
            )
        return labelled

    def _body(self, body: Any, at: str, *, own: bool = False) -> Any:
        match body:
            case dict():
                return {
                    name if name in _META else self._member(name, own=own): self._body(one, name)
                    for name, one in body.items()
                }
            case list():
                return [self._body(one, at) for one in body]
            case str():
                if at in ("depends_on", "provider", "ignore_changes"):
                    return self.names.reference(body)
                if body.startswith("${") and body.endswith("}") and "(" in body:
                    # An expression of HCL, with strings and objects of its own.
                    return "${" + self.source(f"_ = {body[2:-1]}").removeprefix("_ = ") + "}"
                return self.names.template(body) if "${" in body else self._string(body, at)
        return self.tree(body, at)

    # HCL

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
            is_own = outer in ("module", "locals") and said not in _META
            return self.names.name(said) if is_own else self.names.key(said) if said != "_" else said
        return said if said == "_" else self.names.name(said)

    def _step(self, said: str, chain: list[str]) -> str:
        if len(chain) == 1:
            is_word = said in words.known() or words.RESOURCE_TYPE.fullmatch(said)
            return said if is_word and said not in self.declared else self.names.key(said)
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
        if node.parent.type == "heredoc_template":
            return self._of_heredoc(said, node)
        at = _argument_of(around)
        if at in _ACTIONS:
            return self.names.action(said)
        if at in _KEYS:
            return self.names.condition_key(said)
        if _is_key(around):
            return self.names.key(said)
        whole = node.parent.type != "quoted_template" and node.parent.type != "template_expr"
        return self.names.value(said, is_name=at in _MADE_UP or not whole)

    def _of_heredoc(self, said: str, node: Any) -> str:
        """A piece of a heredoc: of JSON only what stands in quotes, which an interpolation may have opened before."""
        literals = [one for one in node.parent.children if one.type == "template_literal"]
        if not literals[0].text.decode().lstrip().startswith(("{", "[")):
            return self.names.value(said, is_name=True)
        opened = sum(one.text.count(b'"') for one in literals[: literals.index(node)]) % 2
        pieces = re.split('"', said)
        for position, piece in enumerate(pieces):
            if position % 2 == opened:
                continue
            follows = pieces[position + 1] if position + 1 < len(pieces) else ""
            is_key = follows.lstrip().startswith(":")
            pieces[position] = self.names.key(piece) if is_key else self.names.action(piece)
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


#: How many labels stand before a body.
_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}
_ACCOUNT = 12
_SECOND = 2
_PATHS = {
    *(".", "..", "source", ".terraform", "modules", "modules.json"),
    *("main.tf", "variables.tf", "outputs.tf", "versions.tf", "providers.tf", "locals.tf", "data.tf"),
    *("plan.json", "state.json", "policy.json", "evidence.json"),
    *(f"{number}.tfvars{end}" for number in range(9) for end in ("", ".json")),
}
#: Arguments that every call of a module takes.
_META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


def _leaves(node: Any, around: "list[Any] | None" = None) -> Iterator[tuple[Any, list[Any]]]:
    above = around if around is not None else []
    if not node.children:
        yield node, above
        return
    above.append(node)
    for child in node.children:
        yield from _leaves(child, above)
    above.pop()


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


def _declared(text: str) -> Iterator[str]:
    """The names of the variables of for expressions: words like any other, and somebody's."""
    pending = [parser().parse(text.encode()).root_node]
    while pending:
        node = pending.pop()
        if node.type == "for_intro":
            yield from (child.text.decode() for child in node.children if child.type == "identifier")
        pending += node.children


def _texts(content: Any) -> Iterator[str]:
    """Every string of a file."""
    match content:
        case str():
            yield content
        case Inside():
            yield from _texts(content.value)
        case dict():
            for name, one in content.items():
                yield name
                yield from _texts(one)
        case list():
            for one in content:
                yield from _texts(one)
