"""Where text leaves: to standard output, to standard error, into files. It is harmless there, and files are whole.

Nothing else in the package prints or writes.
"""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from orgtrail.errors import InputError
from orgtrail.files import reason
from orgtrail.visible import Form, harmless, visible

if TYPE_CHECKING:
    from pathlib import Path


def show(text: str, form: Form = "text") -> None:
    """Print a document to standard output, whatever its encoding is."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(harmless(text, form).encode(encoding, errors="backslashreplace").decode(encoding))
    sys.stdout.flush()


def say(text: str) -> None:
    """Print lines about the run to standard error."""
    # A tab of a difference is the file's own; it moves nothing but what follows in its line.
    shown = harmless("\t".join(visible(part, keep_lines=True) for part in text.split("\t")), "text")
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(shown.encode(encoding, errors="backslashreplace").decode(encoding) + "\n")


def write_whole(file: str, content: str, form: Form = "text") -> None:
    """Write a document into a file, whole or not at all. Raises InputError where it can't be written.

    A link stays one, and a device or a pipe (`/dev/stdout`) is written to as it is.
    """
    from pathlib import Path

    try:
        if _takes_what_is_written(Path(file)):
            with Path(file).open("w", encoding="utf-8") as stream:
                stream.write(harmless(content, form))
        else:
            replace_all({Path(os.path.realpath(file)): harmless(content, form).encode()})
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(file, f"can't be written: {reason(error)}", "a file in a folder that is there") from None


def _takes_what_is_written(path: "Path") -> bool:
    """Whether nothing may be put in the place of what is there."""
    return path.exists() and (not path.is_file() or path.is_relative_to("/dev") or path.is_relative_to("/proc"))


def replace_all(contents: "Mapping[Path, bytes]") -> None:
    """Write several files, all of them or none: each beside its place first, then all are moved there.

    Where one can't be moved, those that were are put back. Raises OSError, and whatever interrupts it.
    """
    scratches: dict[Path, str] = {}
    kept: dict[Path, str] = {}
    moved: list[Path] = []
    try:
        for path, content in contents.items():
            scratches[path] = _scratch(path)
            _fill(scratches[path], content, _mode(path))
        for path in contents if len(contents) > 1 else ():
            # The old file stays under a name of its own until every new one is in its place.
            if path.exists():
                kept[path] = _scratch(path)
                _keep(path, kept[path])
        for path, scratch in scratches.items():
            moved.append(path)
            os.replace(scratch, path)
    except BaseException:
        # One that was moved has no scratch file any more. Where all were, it is done, whatever came after.
        done = [path for path in moved if not os.path.lexists(scratches[path])]
        for path in done if len(done) < len(contents) else ():
            if path in kept:
                os.replace(kept[path], path)
            else:
                os.unlink(path)
        raise
    finally:
        for name in (*scratches.values(), *kept.values()):
            if os.path.lexists(name):
                os.unlink(name)


def _keep(path: "Path", name: str) -> None:
    """Give a file a second name; where the file system knows no second names, a copy."""
    import shutil

    os.unlink(name)
    try:
        os.link(path, name)
    except OSError:
        shutil.copy2(path, name)


def _scratch(path: "Path") -> str:
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:200]}.")
    os.close(descriptor)
    return name


def _fill(name: str, content: bytes, mode: int) -> None:
    with open(name, "wb") as stream:
        stream.write(content)
        stream.flush()
        # A rename may reach the disk before what was written does.
        os.fsync(stream.fileno())
    os.chmod(name, mode)


def _mode(path: "Path") -> int:
    """The mode of the file that is there, else that of any new file: a scratch file is for its owner's eyes only."""
    if path.exists():
        return path.stat().st_mode & 0o777
    # The mask can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
