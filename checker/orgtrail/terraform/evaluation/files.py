"""What functions may read from disk: nothing outside of the source tree, nothing large, nothing special."""

import os
from pathlib import Path

from orgtrail import files
from orgtrail.terraform.modules import Tree
from orgtrail.terraform.operations import EvaluationError
from orgtrail.values import Cause, Unknown


class Reader:
    """Files of one source tree, by their paths as functions give them."""

    LARGEST = 1_000_000

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def _path(self, path: str) -> "Path | Unknown":
        found = Path(os.path.normpath(self.tree.root / path))
        if "\0" in path or not self.tree.holds(found):
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

    def absolute(self, path: str) -> "str | Unknown":
        """What `abspath()` makes of a path."""
        return os.path.normpath(self.tree.root / path)
