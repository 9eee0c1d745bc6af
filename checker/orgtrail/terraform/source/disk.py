"""Where the files of a source come from: this machine's disk, or a snapshot that somebody took of them."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from orgtrail import files


class Disk:
    """The disk of this machine."""

    def names(self, folder: Path) -> list[str]:
        """The names of the files in a folder. Raises OSError."""
        return sorted(entry.name for entry in os.scandir(folder) if not entry.is_dir())

    def read(self, path: Path, most: int) -> bytes:
        """The content of a file of at most `most` bytes. Raises OSError."""
        return files.read(path, most)

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder of that name, which may be too long for one."""
        return os.path.isdir(path)

    def is_link(self, path: Path) -> bool:
        """Whether a name leads somewhere else."""
        return path.is_symlink()

    def really(self, path: Path) -> Path:
        """Where a path leads to."""
        return path.resolve()


class Snapshot(Disk):
    """Files in memory: their contents by name, by the folder that they stood in. Nothing is read from the disk."""

    def __init__(self, folders: Mapping[Path, Mapping[str, bytes]], loose: Iterable[tuple[Path, bytes]] = ()) -> None:
        self._folders = folders
        #: Files that stand in none of the folders, such as Terraform's list of modules.
        self._loose = dict(loose)

    def names(self, folder: Path) -> list[str]:
        """The names of the files in a folder."""
        return sorted(self._folders.get(folder, {}))

    def read(self, path: Path, most: int) -> bytes:
        """The content of a file. Raises OSError."""
        found = self._loose.get(path, self._folders.get(path.parent, {}).get(path.name))
        if found is None:
            raise FileNotFoundError(None, "isn't in the saved plan")
        if len(found) > most:
            raise OSError(None, f"is larger than {most // files.MEGABYTE} MB")
        return found

    def is_folder(self, path: Path) -> bool:
        """Whether a module stood there."""
        return path in self._folders

    def is_link(self, path: Path) -> bool:
        """Nothing is: what links led to was taken in."""
        return False

    def really(self, path: Path) -> Path:
        """The path itself."""
        return path
