"""The blocks of a JSON configuration file.

JSON writes blocks and values of arguments alike; which is which only the schema tells: the language's own, and the
provider's. A block stands there as an object, or as one of a list of them.
Source: HashiCorp, Terraform language, "JSON Configuration Syntax".
"""

from collections.abc import Iterator

from orgtrail.provider.nested import Blocks, nested_blocks
from orgtrail.results import Place
from orgtrail.terraform.language.block import Attribute, Block, SourceFile
from orgtrail.terraform.language.json_tree import JsonObject, JsonScalar, JsonTree, JsonValue, ReadError, read_json

#: How many labels stand behind each block type of the language.
_LABELS = {
    "resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "provider": 1, "module": 1, "check": 1,
    "locals": 0, "terraform": 0, "moved": 0, "import": 0, "removed": 0,
}  # fmt: skip

#: The blocks of the language inside others, and how many labels those have that have any.
_META: Blocks = {
    "lifecycle": {"precondition": {}, "postcondition": {}},
    "provisioner": {"connection": {}},
    "connection": {},
    "timeouts": {},
}
_OF_LANGUAGE: dict[str, Blocks] = {
    "terraform": {"backend": {}, "cloud": {"workspaces": {}}, "provider_meta": {}},
    "variable": {"validation": {}},
    "output": {"precondition": {}},
    "check": {"data": {}, "assert": {}},
    "removed": {"lifecycle": {}, "provisioner": {"connection": {}}},
}
_INNER_LABELS = {"dynamic": 1, "provisioner": 1, "backend": 1, "provider_meta": 1, "data": 2}


def blocks_inside(kind: str, labels: tuple[str, ...]) -> Blocks:
    """The blocks that may stand in a top-level block, by name, with those that may stand in each of them."""
    match kind, labels:
        case (("resource" | "data" | "ephemeral"), (type_, *_)):
            return _META | nested_blocks("managed" if kind == "resource" else kind, type_)
        case "provider", (name, *_):
            return nested_blocks("provider", name)
    return _OF_LANGUAGE.get(kind, {})


def read_json_blocks(file: SourceFile) -> Iterator[Block]:
    """The blocks of one file, in reading order; what is wrong with it is put into `file.errors`."""
    try:
        tree = read_json(file.text)
    except ReadError as error:
        file.errors.append((Place(file.shown, error.line, error.column), str(error)))
        return
    if not tree.is_body(tree.root):
        _no_body(file, tree, tree.root, "a JSON file of Terraform is an object")
    reader = _Reader(file, tree)
    for body in tree.objects(tree.root):
        for key, value in body.items:
            if key.value in _LABELS:
                kind = str(key.value)
                yield from reader.labelled(kind, (), _LABELS[kind], key, value, None)


def read_json_assignments(file: SourceFile) -> dict[str, Attribute]:
    """What a file of variable values assigns, by name; what is wrong with it is put into `file.errors`."""
    try:
        tree = read_json(file.text)
    except ReadError as error:
        file.errors.append((Place(file.shown, error.line, error.column), str(error)))
        return {}
    pairs = [pair for body in tree.objects(tree.root) for pair in body.items]
    return {str(key.value): _attribute(file, tree, key, value) for key, value in pairs}


class _Reader:
    """Makes blocks of a JSON tree."""

    def __init__(self, file: SourceFile, tree: JsonTree) -> None:
        self._file = file
        self._tree = tree

    def labelled(
        self, kind: str, labels: tuple[str, ...], more: int, at: JsonValue, value: JsonValue, inside: "Blocks | None"
    ) -> Iterator[Block]:
        """The blocks of a kind in `value`, of whose labels `more` are still to come; `inside` None: the schema's."""
        tree = self._tree
        # Terraform takes null for no blocks at all.
        if not tree.is_body(value) and (more or not isinstance(value, JsonScalar) or value.value is not None):
            _no_body(self._file, tree, value, f"a `{kind}` block is an object")
        for inner in tree.objects(value):
            if more:
                for key, below in inner.items:
                    if key.value == "//":
                        continue
                    yield from self.labelled(kind, (*labels, str(key.value)), more - 1, key, below, inside)
            else:
                yield self._block(kind, labels, at, inner, blocks_inside(kind, labels) if inside is None else inside)

    def _block(self, kind: str, labels: tuple[str, ...], at: JsonValue, body: JsonObject, inside: Blocks) -> Block:
        def read(_: Block) -> tuple[list[Attribute], list[Block]]:
            attributes: list[Attribute] = []
            blocks: list[Block] = []
            for key, value in body.items:
                name = str(key.value)
                if name == "//":
                    continue
                if name == "dynamic" and inside and self._tree.is_body(value):
                    blocks.extend(self._dynamic(key, value, inside))
                elif name in inside and self._tree.is_body(value):
                    below = None if name == "data" else inside[name]
                    blocks.extend(self.labelled(name, (), _INNER_LABELS.get(name, 0), key, value, below))
                else:
                    attributes.append(_attribute(self._file, self._tree, key, value))
            return attributes, blocks

        return Block(self._file, kind, labels, *self._tree.position(at), read)

    def _dynamic(self, at: JsonValue, value: JsonValue, around: Blocks) -> Iterator[Block]:
        """Dynamic blocks: in the `content` of each stands what may stand in the block that it makes."""
        for named in self._tree.objects(value):
            for key, below in named.items:
                made = str(key.value)
                inside: Blocks = {"content": around.get(made, {})}
                yield from self.labelled("dynamic", (made,), 0, key, below, inside)


def _no_body(file: SourceFile, tree: JsonTree, value: JsonValue, what: str) -> None:
    file.errors.append((Place(file.shown, *tree.position(value)), f"{what}, or a list of them"))


def _attribute(file: SourceFile, tree: JsonTree, key: JsonValue, value: JsonValue) -> Attribute:
    text = tree.text[value.start : value.end]
    return Attribute(file, str(key.value), *tree.position(key), text, lambda: tree.node(value))
