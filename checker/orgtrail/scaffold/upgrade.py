"""`orgtrail init --upgrade`: the modules that an earlier version copied give way to this version's."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from orgtrail.errors import InputError

STAMP = ".orgtrail.json"


class Stamp(msgspec.Struct, frozen=True):
    """What a version copied into `modules/`, and which one it was."""

    orgtrail: str
    #: Path below `modules/` -> SHA-256 of the file as it was copied.
    files: dict[str, str]


def stamp(modules: Path, version: str) -> None:
    """Note beside the modules what they are."""
    written = msgspec.json.encode(Stamp(version, digests(modules)), order="sorted")
    (modules / STAMP).write_bytes(msgspec.json.format(written, indent=2) + b"\n")


def digests(modules: Path) -> dict[str, str]:
    """The SHA-256 of every file of the modules, but for what Terraform leaves there."""
    return {
        str(path.relative_to(modules).as_posix()): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(modules.rglob("*"))
        if path.is_file() and path.name != STAMP and not any(part.startswith(".terraform") for part in path.parts)
    }


def read_stamp(folder: Path) -> Stamp:
    """What the modules in `folder` are. Raises InputError where `orgtrail init` didn't copy them."""
    file = folder / "modules" / STAMP
    try:
        return msgspec.json.decode(file.read_bytes(), type=Stamp)
    except FileNotFoundError:
        raise InputError(
            str(folder), f"has no modules/{STAMP}", "a folder that orgtrail init copied the modules into"
        ) from None
    except (msgspec.DecodeError, OSError) as error:
        raise InputError(str(file), str(error), "what orgtrail init wrote there") from None


def upgrade(folder: Path, version: str, copy: Callable[[Path, set[str]], None]) -> tuple[Stamp, list[str]]:
    """Put this version's modules in place of those in `folder`: what was there, and the files that are different now.

    `copy` writes this version's modules into a folder, those of the given names among them. Raises InputError where
    somebody changed a module: then nothing is written.
    """
    before = read_stamp(folder)
    modules = folder / "modules"
    now = digests(modules)
    if edited := sorted(name for name in {*before.files, *now} if before.files.get(name) != now.get(name)):
        named = ", ".join(edited[:5]) + (f" and {len(edited) - 5} more" if len(edited) > 5 else "")
        hint = "put them back, or keep them in a module of your own; nothing was written"
        raise InputError(str(modules), f"has changes of your own: {named}", hint=hint)
    # Made aside and then moved: what is there after a full disk or Ctrl-C is whole.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".orgtrail-") as scratch:
        fresh = Path(scratch) / "modules"
        copy(fresh, {name.partition("/")[0] for name in before.files})
        after = digests(fresh)
        stamp(fresh, version)
        modules.rename(Path(scratch) / "before")
        fresh.rename(modules)
    return before, sorted(name for name in {*before.files, *after} if before.files.get(name) != after.get(name))
