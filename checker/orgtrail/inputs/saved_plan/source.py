"""The source inside a saved plan: every module of it, as it was planned."""

import os
import re
from pathlib import Path

import msgspec

from orgtrail.inputs.saved_plan.archive import Archive, RefusedError
from orgtrail.terraform.source.disk import Snapshot
from orgtrail.terraform.source.modules import Tree
from orgtrail.terraform.source.root_module import RootModule, source_of
from orgtrail.values import Cause

_LIST = "tfconfig/modules.json"

#: Why functions read no file, and what helps.
_CLOSED = Cause(
    "isn't in the saved plan, which holds .tf files only",
    "give --source DIR, the root module that it was made from",
)


class _Module(msgspec.Struct):
    key: str = msgspec.field(name="Key")
    folder: str = msgspec.field(name="Dir")


def read(archive: Archive, named: str, given: str | None, *, allow_outside: bool) -> RootModule:
    """The source. `named` is the file; what functions read lies in `given`, or beside the file where that is the root.

    Nothing is unpacked: the modules are read out of memory, and shown at the places that they were planned from.
    Raises RefusedError where it isn't whole.
    """
    modules = _modules(archive)
    root = next((_files(archive, one.key) for one in modules if one.key == ""), {})
    if not root:
        raise RefusedError("holds no source (`tfconfig`)")
    beside = os.path.dirname(named) or "."
    folder = given if given is not None else next((one for one in (beside, ".") if _is_here(root, one)), None)
    directory = Path(folder if folder is not None else beside)
    real = directory.resolve()
    snapshot = Snapshot(
        _folders(archive, modules, real),
        [(real / ".terraform" / "modules" / "modules.json", msgspec.json.encode({"Modules": modules}))],
    )
    closed = None if folder is not None else _CLOSED
    return source_of(Tree(directory, allow_outside=allow_outside, disk=snapshot, closed=closed))


def unpacked(archive: Archive) -> tuple[dict[str, bytes], str]:
    """The files of the source by relative paths, and where among them the root lies. Raises RefusedError."""
    modules = _modules(archive)
    # As deep as modules may lie above it.
    root = Path("/" + "/".join(["root"] * _DEEP))
    folders = _folders(archive, modules, root)
    common = os.path.commonpath([str(folder) for folder in folders])
    found = {
        os.path.relpath(folder / name, common): content
        for folder, inner in folders.items()
        for name, content in inner.items()
    }
    inside = os.path.relpath(root, common)
    listed = msgspec.json.encode({"Modules": modules})
    return found | {os.path.normpath(os.path.join(inside, ".terraform/modules/modules.json")): listed}, inside


_DEEP = 16


def _modules(archive: Archive) -> list[_Module]:
    content = archive.read(_LIST)
    if not content:
        raise RefusedError(f"holds no source (`{_LIST}`)")
    try:
        return msgspec.json.decode(content, type=list[_Module])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"holds a list of modules that can't be read ({error})") from None


def _files(archive: Archive, key: str) -> dict[str, bytes]:
    """The files of one module, by name."""
    start = f"tfconfig/m-{key}/"
    return {name.removeprefix(start): archive.read(name) for name in archive.names() if name.startswith(start)}


def _folders(archive: Archive, modules: list[_Module], root: Path) -> dict[Path, dict[str, bytes]]:
    by_key: dict[str, dict[str, bytes]] = {one.key: {} for one in modules}
    for name in archive.names():
        found = re.fullmatch(r"tfconfig/m-([^/]*)/([^/]+)", name)
        if found is None:
            continue
        if found[1] not in by_key:
            raise RefusedError(f"holds {name[:80]!r}, of a module that its list doesn't have")
        by_key[found[1]][found[2]] = archive.read(name)
    folders: dict[Path, dict[str, bytes]] = {}
    for one in modules:
        if "\0" in one.folder:
            raise RefusedError("holds a module whose folder has no name")
        place = Path(os.path.normpath(root / one.folder))
        if folders.setdefault(place, by_key[one.key]) != by_key[one.key]:
            raise RefusedError(f"holds two modules that differ for one folder, {one.folder[:80]!r}")
    return folders


def _is_here(root: dict[str, bytes], folder: str) -> bool:
    """Whether a folder is the root module: what isn't overridden stands there as it was planned."""
    for name, content in root.items():
        if name.startswith("override.") or "_override." in name:
            continue
        try:
            with open(os.path.join(folder, name), "rb") as file:
                if file.read(len(content) + 1) != content:
                    return False
        except (OSError, ValueError):
            return False
    return True
