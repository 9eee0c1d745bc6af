"""The Terraform source of one root module: its blocks, their places, and its shape for the dependency graph."""

from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path

from orgtrail.address import first_step, read_block
from orgtrail.errors import InputError
from orgtrail.graph.configuration import (
    LocalConfig,
    ModuleCall,
    ModuleConfig,
    OutputConfig,
    ProviderConfig,
    Reference,
    ResourceConfig,
)
from orgtrail.lazy import LazyMapping
from orgtrail.results import Place
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import Attribute, Block
from orgtrail.terraform.source.modules import Loader, Module, Tree, provider_reference
from orgtrail.values import Cause

#: Arguments of a module call that are none of the module's variables.
CALL_ARGUMENTS = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


class RootModule:
    """A root module with every module that it calls, as far as they are there."""

    def __init__(self, tree: Tree, loader: Loader, root: Module) -> None:
        self.tree = tree
        self.root = root
        self._loader = loader

    @property
    def directory(self) -> Path:
        """The root module's folder."""
        return self.tree.root

    @property
    def errors(self) -> list[tuple[Place, str]]:
        """What could not be read: the place and what is wrong there."""
        return [error for folder in self._loader.folders.values() for error in folder.errors]

    @cached_property
    def modules(self) -> dict[tuple[str, ...], Module]:
        """Every module by the names of the calls that lead to it."""
        return {module.path: module for module in self.root.walk()}

    @property
    def missing(self) -> list[Cause]:
        """Why called modules aren't there."""
        return [cause for module in self.root.walk() for cause in module.missing.values()]

    def block(self, address: str) -> Block | None:
        """The block of a resource or data source by its address without instance keys."""
        found = self.find(address)
        return found[0].folder.resources[found[1]] if found else None

    def find(self, address: str) -> tuple[Module, str] | None:
        """The module of a block, and the block's address inside it."""
        block = read_block(address)
        module = self.modules.get(block.path)
        return (module, block.local) if module is not None and block.local in module.folder.resources else None

    def place(self, address: str, *path: str | int) -> Place | None:
        """Where a block, or what is inside it at `path`, is written."""
        block = self.block(address)
        return block.place(*path) if block is not None else None

    def tally(self) -> tuple[int, int, int]:
        """Of all expressions: how many there are at the top of blocks that were opened, were read, were refused."""
        found = [read for folder in self._loader.folders.values() for file in folder.files for read in file.tally]
        return len(found), sum(found), len(found) - sum(found)

    def configuration(self, planned: ModuleConfig | None = None) -> ModuleConfig:
        """The shape of the configuration, for the graph. References are read when the graph comes by.

        Called modules that aren't there are taken from `planned`, a plan's configuration.
        """
        return _configuration(self.root, planned)


def load_source(directory: Path, *, allow_outside: bool = False) -> RootModule:
    """The source of the root module in `directory`.

    Raises InputError where `directory` can't be read or holds no configuration. What is wrong inside files is in
    `errors` of the result.
    """
    if not directory.is_dir():
        raise InputError(str(directory), "isn't a folder", "a folder of .tf files")
    source = source_of(Tree(directory, allow_outside=allow_outside))
    if not source.root.folder.files and not source.root.folder.errors:
        raise InputError(str(directory), "holds no .tf, .tf.json or .tofu file", "a root module")
    return source


def source_of(tree: Tree) -> RootModule:
    """The source of the root module at the root of a tree."""
    loader = Loader(tree)
    return RootModule(tree, loader, loader.load())


def references(node: syntax.Node, attribute: Attribute) -> Iterator[Reference]:
    """Every reference in an expression, with its place."""
    for subject, root in syntax.traversals(node):
        place = Place(attribute.file.shown, root.line, root.column) if root.line else attribute.place
        yield Reference(subject, place)


def _of_attributes(attributes: Iterable[Attribute | None]) -> tuple[Reference, ...]:
    return tuple(
        found for attribute in attributes if attribute is not None for found in references(attribute.node, attribute)
    )


def _depends_on(attribute: Attribute | None) -> tuple[Reference, ...]:
    """What stands in a depends_on; older configurations and JSON write the references as strings."""
    if attribute is None:
        return ()
    from orgtrail.terraform.language.hcl import parse_expression

    node = attribute.node
    found: list[Reference] = []
    for item in node.items if isinstance(node, syntax.Tuple) else ():
        if isinstance(item, syntax.Literal) and isinstance(item.value, str):
            item = parse_expression(item.value, attribute.line, attribute.column)
        found += references(item, attribute)
    return tuple(found)


def _inside(block: Block) -> Iterator[Attribute]:
    """Every attribute of a block and of the blocks inside it, dynamic ones too, that can hold references."""
    for name, attribute in block.attributes.items():
        # `ignore_changes` names the block's own attributes.
        if block.kind != "lifecycle" or name == "replace_triggered_by":
            yield attribute
    for inner in block.blocks:
        if inner.kind != "connection" or inner.attributes:
            yield from _inside(inner)


def _hidden(block: Block, attributes: Iterable[Attribute]) -> Cause | None:
    """Why a block may refer to more than is seen: an expression in it could not be read."""
    if block.broken is not None:
        return block.broken
    for attribute in attributes:
        refused = _refused(attribute.node)
        if refused is not None:
            return refused.cause
    return None


def _refused(node: syntax.Node) -> syntax.Unreadable | None:
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, syntax.Unreadable):
            return at
        stack.extend(syntax.children(at))
    return None


def _place(block: Block) -> Place:
    return Place(block.file.shown, block.line, block.column)


_META = frozenset({"depends_on", "provider", "providers"})


def _iterators(block: Block) -> frozenset[str]:
    """The names that dynamic blocks inside a block bring in."""
    names: set[str] = set()
    for inner in block.blocks:
        if inner.kind == "dynamic" and inner.labels:
            iterator = inner.attributes.get("iterator")
            named = provider_reference(iterator.node) if iterator is not None else ""
            names.add(named or inner.labels[0])
        names |= _iterators(inner)
    return frozenset(names)


def _resource(module: Module, address: str) -> ResourceConfig:
    block = module.folder.resources[address]
    attributes = [attribute for attribute in _inside(block) if attribute.name not in _META]
    iterators = _iterators(block)
    found = tuple(
        reference for reference in _of_attributes(attributes) if first_step(reference.subject) not in iterators
    )
    return ResourceConfig(
        address=address,
        mode="managed" if block.kind == "resource" else block.kind,
        type=block.labels[0],
        name=block.labels[1],
        provider=module.provider_key(provider_of(block)),
        references=found,
        depends_on=_depends_on(block.attributes.get("depends_on")),
        hidden=_hidden(block, attributes),
        place=_place(block),
    )


def provider_of(block: Block) -> str:
    """The provider that a resource names (`aws.archive`), or that its type begins with."""
    named = block.attribute("provider")
    reference = provider_reference(named.node) if named is not None else ""
    return reference or block.labels[0].partition("_")[0]


def _output(block: Block) -> OutputConfig:
    attributes = [attribute for attribute in _inside(block) if attribute.name != "depends_on"]
    return OutputConfig(
        _of_attributes(attributes),
        _depends_on(block.attributes.get("depends_on")),
        _hidden(block, attributes),
        _place(block),
    )


def _call(module: Module, name: str, planned: ModuleConfig | None) -> ModuleCall:
    block = module.folder.calls[name]
    child = module.children.get(name)
    known = planned.calls.get(name) if planned is not None else None
    below = known.module if known is not None else None
    given = {key: value for key, value in block.attributes.items() if key not in CALL_ARGUMENTS}
    return ModuleCall(
        name=name,
        inputs=LazyMapping({key: partial(_given, attribute) for key, attribute in given.items()}),
        repetition=_of_attributes([block.attributes.get("count"), block.attributes.get("for_each")]),
        depends_on=_depends_on(block.attributes.get("depends_on")),
        module=_configuration(child, below) if child is not None else below,
        missing=module.missing.get(name),
        place=_place(block),
    )


def _given(attribute: Attribute) -> tuple[Reference, ...]:
    return _of_attributes([attribute])


def _local(attribute: Attribute) -> LocalConfig:
    return LocalConfig(_of_attributes([attribute]), attribute.place)


def _configuration(module: Module, planned: ModuleConfig | None) -> ModuleConfig:
    folder = module.folder
    return ModuleConfig(
        path=module.path,
        resources=LazyMapping({name: partial(_resource, module, name) for name in folder.resources}),
        calls={name: _call(module, name, planned) for name in folder.calls},
        outputs=LazyMapping({name: partial(_output, block) for name, block in folder.outputs.items()}),
        locals=LazyMapping({name: partial(_local, one) for name, one in folder.locals.items()}),
        providers={
            module.own_key(name): ProviderConfig(
                module.own_key(name), module.path, _of_attributes(_inside(block)), _place(block)
            )
            for name, block in folder.providers.items()
        },
    )
