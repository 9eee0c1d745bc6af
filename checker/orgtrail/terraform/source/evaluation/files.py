"""What functions may read from disk: nothing outside of the source tree, nothing large, nothing special."""

import os
from pathlib import Path

from orgtrail import files
from orgtrail.terraform.language.operations import EvaluationError
from orgtrail.terraform.source.modules import Tree
from orgtrail.values import Cause, Unknown


class Reader:
    """Files of one source tree, by their paths as functions give them."""

    LARGEST = 1_000_000
    #: No folder of policies holds so many files; below a provider's cache there may be any number.
    MOST_LISTED = 10_000

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def _path(self, path: str) -> "Path | Unknown":
        if self.tree.closed is not None:
            return Unknown(Cause(f"the file `{path[:80]}` {self.tree.closed.what}", self.tree.closed.settle))
        found = Path(os.path.normpath(self.tree.root / path))
        if "\0" in path or not self.tree.holds(found):
            if self.tree.allow_outside:
                return Unknown(Cause(f"the file `{path[:80]}` is the kernel's: /proc, /sys and /dev are never read"))
            return Unknown(
                Cause(f"the file `{path[:80]}` is outside of the source tree", "allow it with --allow-outside")
            )
        return found

    def read(self, path: str) -> "str | Unknown":
        """The text of a file. Raises EvaluationError where there is none."""
        found = self._path(path)
        if isinstance(found, Unknown):
            return found
        try:
            if not found.is_file():
                raise EvaluationError(f"there is no file `{path[:80]}`")
            return files.read(found, self.LARGEST).decode()
        except UnicodeDecodeError:
            raise EvaluationError(f"the file `{path[:80]}` isn't UTF-8") from None
        except OSError as error:
            return Unknown(Cause(f"the file `{path[:80]}` can't be read: {(error.strerror or '').lower()}"))

    def exists(self, path: str) -> "bool | Unknown":
        """Whether there is a file."""
        found = self._path(path)
        return found if isinstance(found, Unknown) else found.is_file()

    def under(self, folder: str, depth: int) -> "list[str] | Unknown":
        """The files in a folder and at most `depth` folders below it, each by its path from there."""
        top = self._path(folder)
        if isinstance(top, Unknown):
            return top
        found: list[str] = []
        seen = 0
        for here, folders, names in os.walk(top, followlinks=False):
            seen += len(folders) + len(names)
            if seen > self.MOST_LISTED:
                return Unknown(Cause(f"the folder `{folder[:80]}` holds more than {self.MOST_LISTED} files"))
            inside = os.path.relpath(here, top)
            steps = [] if inside == "." else inside.split(os.sep)
            if len(steps) >= depth:
                folders.clear()
            if any(os.path.islink(os.path.join(here, name)) for name in folders):
                # Terraform follows it, perhaps out of the tree or in circles.
                return Unknown(Cause(f"a folder in `{folder[:80]}` is a symbolic link"))
            found += ["/".join((*steps, name)) for name in names if os.path.isfile(os.path.join(here, name))]
        return found

    def absolute(self, path: str) -> "str | Unknown":
        """What `abspath()` makes of a path."""
        return os.path.normpath(self.tree.root / path)
