"""Modules as folders of files: which files count, how override files change them, where called modules are.

Nothing is fetched: a module that isn't local is found through `.terraform/modules/modules.json`, or not at all.
Source: HashiCorp, Terraform language, "Files and Directories", "Override Files", "Module Sources"; OpenTofu, "Files
and Directories" (a `.tofu` file takes the place of the `.tf` file with the same name).
"""

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import msgspec

from orgtrail.address import module_prefix, provider_name
from orgtrail.errors import InputError
from orgtrail.results import Place
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import Attribute, Block, SourceFile
from orgtrail.terraform.language.blocks import read_blocks
from orgtrail.terraform.source.disk import Disk
from orgtrail.values import Cause

#: Files larger than this aren't configuration.
LARGEST_FILE = 2_000_000
LARGEST_JSON_FILE = 16_000_000


def largest(name: str) -> int:
    """How many bytes a file of that name may have."""
    return LARGEST_JSON_FILE if name.endswith(".json") else LARGEST_FILE


#: Modules nested deeper than this call themselves.
DEEPEST_MODULE = 30
#: No configuration has more module calls.
MOST_MODULES = 20_000

_SUFFIXES = (".tofu.json", ".tf.json", ".tofu", ".tf")


class Tree:
    """The part of the disk that a source may read: the repository, or what its modules have in common.

    `root` is the folder of the root module as it was named; paths are shown as the user would write them. `disk` holds
    the configuration; what its functions read lies on this machine, unless `closed` says why nothing is read there.
    """

    def __init__(
        self, directory: Path, *, allow_outside: bool, disk: Disk | None = None, closed: Cause | None = None
    ) -> None:
        self.named = directory
        self.root = directory.resolve()
        self.allow_outside = allow_outside
        self.disk = disk or Disk()
        self.closed = closed
        self._is_snapshot = disk is not None
        self._repository = next(
            (folder for folder in (self.root, *self.root.parents) if (folder / ".git").exists()), None
        )
        #: What the folders that were taken in have in common.
        self._common = self.root

    def add(self, real: Path) -> str:
        """Take a module's folder in, by its real path; says what is wrong with it, or nothing."""
        folder, common = real, Path(os.path.commonpath([self._common, real]))
        if not self.allow_outside and not self._is_snapshot:
            if self._repository is not None and not real.is_relative_to(self._repository):
                return f"{self.show(folder)} is outside of the repository"
            if self._repository is None and len(common.parts) < 2:
                return f"{self.show(folder)} is outside of the source tree"
        self._common = common
        return ""

    def holds(self, path: Path) -> bool:
        """Whether a file may be read: it really lies inside the tree, wherever its name leads to."""
        if self.allow_outside:
            # What the kernel shows of this process and of devices is no source, whatever the user allows.
            return not any(path.resolve().is_relative_to(folder) for folder in ("/proc", "/sys", "/dev"))
        top = self._repository or self._common
        return path.resolve().is_relative_to(top)

    def show(self, path: Path) -> str:
        """`path` as a user in the working directory would write it."""
        shown = Path(os.path.normpath(self.named / os.path.relpath(path, self.root)))
        here = Path.cwd()
        return str(shown.relative_to(here) if shown.is_absolute() and shown.is_relative_to(here) else shown)


class Folder:
    """One module's folder, read once however often it is called."""

    def __init__(self, tree: Tree, directory: Path) -> None:
        self.tree = tree
        self.directory = directory
        self.files: list[SourceFile] = []
        self.errors: list[tuple[Place, str]] = []
        self.resources: dict[str, Block] = {}
        self.variables: dict[str, Block] = {}
        self.locals: dict[str, Attribute] = {}
        self.outputs: dict[str, Block] = {}
        self.calls: dict[str, Block] = {}
        self.providers: dict[str, Block] = {}
        self.terraform: list[Block] = []
        primary, overrides = self._names()
        for name in primary:
            for block in self._blocks(name):
                self._take(block, override=False)
        for name in overrides:
            for block in self._blocks(name):
                self._take(block, override=True)

    @cached_property
    def real(self) -> Path:
        """The folder itself, wherever its name leads to."""
        return self.tree.disk.really(self.directory)

    @cached_property
    def shown(self) -> str:
        """The folder as the user would write it."""
        return self.tree.show(self.directory)

    def _names(self) -> tuple[list[str], list[str]]:
        """The names of the primary files and of the override files, each in the order in which they count."""
        try:
            names = self.tree.disk.names(self.directory)
        except OSError as error:
            raise InputError(self.shown, (error.strerror or "can't be read").lower(), "a folder of .tf files") from None
        stems: dict[str, str] = {}
        for name in names:
            suffix = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), None)
            if suffix is None or name.startswith((".", "#")) or name.endswith("~"):
                continue
            stem = name.removesuffix(suffix)
            key = stem + (".json" if suffix.endswith(".json") else "")
            if key not in stems or ".tofu" in suffix:
                stems[key] = name
        chosen = sorted(stems.values())
        overrides = [name for name in chosen if _stem(name) == "override" or _stem(name).endswith("_override")]
        return [name for name in chosen if name not in overrides], overrides

    def _blocks(self, name: str) -> list[Block]:
        path = self.directory / name
        shown = self.tree.show(path)
        file = SourceFile(shown, b"")
        if self.tree.disk.is_link(path) and not self.tree.holds(path):
            self.errors.append((Place(shown), "leads out of the source tree (allow it with --allow-outside)"))
            return []
        try:
            file = SourceFile(shown, self.tree.disk.read(path, largest(name)))
        except OSError as error:
            self.errors.append((Place(shown), (error.strerror or "can't be read").lower()))
            return []
        blocks = read_blocks(file)
        self.files.append(file)
        self.errors += file.errors
        return blocks

    def _take(self, block: Block, *, override: bool) -> None:
        match block.kind, block.labels:
            case (("resource" | "data" | "ephemeral"), (kind, name)):
                prefix = "" if block.kind == "resource" else f"{block.kind}."
                _put(self.resources, f"{prefix}{kind}.{name}", block, override=override)
            case "variable", (name,):
                _put(self.variables, name, block, override=override)
            case "output", (name,):
                _put(self.outputs, name, block, override=override)
            case "module", (name,):
                _put(self.calls, name, block, override=override)
            case "provider", (name,):
                alias = block.attributes.get("alias")
                key = f"{name}.{alias.node.value}" if alias and isinstance(alias.node, syntax.Literal) else name
                _put(self.providers, key, block, override=override)
            case "check", (_,):
                for inner in block.nested("data"):
                    self._take(inner, override=override)
            case "locals", ():
                self.locals.update(block.attributes)
            case "terraform", ():
                self.terraform.append(block)


def _put(into: dict[str, Block], name: str, block: Block, *, override: bool) -> None:
    into[name] = into[name].merged(block) if override and name in into else block


def _stem(name: str) -> str:
    return os.path.splitext(name.removesuffix(".json"))[0]


class Module:
    """One call of a module: its folder, the names of the calls that lead to it, and the modules it calls."""

    def __init__(self, folder: Folder, path: tuple[str, ...], call: Block | None, parent: "Module | None") -> None:
        self.folder = folder
        self.path = path
        self.call = call
        self.parent = parent
        self.children: dict[str, Module] = {}
        #: Why a called module isn't there.
        self.missing: dict[str, Cause] = {}

    @property
    def prefix(self) -> str:
        """What stands before an address inside this module."""
        return module_prefix(self.path)

    def walk(self) -> "Iterator[Module]":
        """The module itself and every one below it that is there."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    def provider_key(self, reference: str) -> str:
        """The key of the provider configuration that `reference` (`aws`, `aws.alias`) leads to from here."""
        if reference in self.folder.providers and (self.parent is None or self._configures(reference)):
            return self.own_key(reference)
        if self.parent is None or self.call is None:
            return self.own_key(reference)
        passed = self.call.attributes.get("providers")
        if passed is not None and isinstance(passed.node, syntax.Object):
            for key, value in passed.node.items:
                if provider_reference(key) == reference:
                    return self.parent.provider_key(provider_reference(value) or reference)
        return self.parent.provider_key(provider_name(reference))

    def _configures(self, reference: str) -> bool:
        """Whether the module's own provider block is more than the empty one that old modules declare proxies by."""
        block = self.folder.providers[reference]
        return bool(set(block.attributes) - {"alias", "version"}) or bool(block.blocks)

    def own_key(self, reference: str) -> str:
        """The key of a provider configuration of this very module, such as `aws` or `module.logs:aws.archive`."""
        return f"{self.prefix.removesuffix('.')}:{reference}" if self.path else reference


def _is_above(folder: Path, module: Module) -> bool:
    """Whether a folder is that of `module`, or of one that calls it; `folder` may be its name or its real path."""
    above: Module | None = module
    while above is not None:
        if folder in (above.folder.real, above.folder.directory):
            return True
        above = above.parent
    return False


def provider_reference(node: syntax.Node) -> str:
    """`aws` or `aws.alias`, as a provider reference or the key of a providers map is written; empty for neither."""
    match node:
        case syntax.Root(name) | syntax.Literal(str(name)):
            return name
        case syntax.GetAttribute(syntax.Root(name), alias):
            return f"{name}.{alias}"
    return ""


class _Installed(msgspec.Struct):
    key: str = msgspec.field(name="Key")
    folder: str = msgspec.field(name="Dir", default="")


class _Manifest(msgspec.Struct):
    modules: list[_Installed] = msgspec.field(name="Modules", default_factory=list)


class Loader:
    """Loads a root module and everything that it calls."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.folders: dict[Path, Folder] = {}
        self._count = 0
        self._real: dict[str, Path] = {}
        #: Where a source that stands in a folder leads to, once it has been found to be fine.
        self._places: dict[tuple[Folder, str], Path] = {}

    def _resolved(self, directory: Path) -> Path:
        """Where a folder really is; asked once for each."""
        named = str(directory)
        if named not in self._real:
            self._real[named] = self.tree.disk.really(directory)
        return self._real[named]

    @cached_property
    def _installed(self) -> dict[str, str]:
        """Where terraform init put each called module, by the names of the calls, relative to the root module."""
        path = self.tree.root / ".terraform" / "modules" / "modules.json"
        try:
            content = self.tree.disk.read(path, LARGEST_JSON_FILE)
            return {one.key: one.folder for one in msgspec.json.decode(content, type=_Manifest).modules}
        except (OSError, msgspec.DecodeError):
            return {}

    def load(self) -> Module:
        """The root module, with all that it calls."""
        return self._module(self.tree.root, (), None, None)

    def _folder(self, directory: Path) -> Folder:
        real = self._resolved(directory)
        if real not in self.folders:
            self.folders[real] = Folder(self.tree, directory)
        return self.folders[real]

    def _module(self, directory: Path, path: tuple[str, ...], call: Block | None, parent: Module | None) -> Module:
        module = Module(self._folder(directory), path, call, parent)
        for name, block in module.folder.calls.items():
            found = self._find(module, name, block)
            if isinstance(found, Cause):
                module.missing[name] = found
            else:
                module.children[name] = self._module(found, (*path, name), block, module)
        return module

    def _find(self, module: Module, name: str, block: Block) -> Path | Cause:
        address = f"{module.prefix}module.{name}"
        self._count += 1
        if len(module.path) >= DEEPEST_MODULE or self._count > MOST_MODULES:
            return Cause(f"`{address}` isn't read: the modules are nested too deep, or call themselves")
        source = block.attributes.get("source")
        written = source.node.value if source is not None and isinstance(source.node, syntax.Literal) else None
        key = ".".join((*module.path, name))
        if isinstance(written, str) and written.startswith(("./", "../", ".\\", "..\\")):
            known = self._places.get((module.folder, written))
            if known is not None and not _is_above(known, module):
                return known
            directory = Path(os.path.normpath(module.folder.directory / written.replace("\\", "/")))
        elif key in self._installed:
            directory = Path(os.path.normpath(self.tree.root / self._installed[key]))
        else:
            what = f"`{address}` ({written})" if isinstance(written, str) else f"`{address}`"
            return Cause(f"{what} isn't installed", "run terraform init")
        if not self.tree.disk.is_folder(directory):
            settle = "run terraform init" if key in self._installed else "give the folder that holds it"
            return Cause(f"`{address}` isn't at {self.tree.show(directory)}", settle)
        if _is_above(self._resolved(directory), module):
            return Cause(f"`{address}` calls the module that it stands in: terraform refuses that")
        wrong = self.tree.add(self._resolved(directory))
        if wrong:
            return Cause(f"`{address}` isn't read: {wrong}", "allow it with --allow-outside")
        if isinstance(written, str):
            self._places[module.folder, written] = directory
        return directory
