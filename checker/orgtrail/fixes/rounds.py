"""Edits of many results, made in the files of one source: what each file becomes. Nothing is written here."""

from collections.abc import Callable
from pathlib import Path

from orgtrail.address import read_call
from orgtrail.edits import AddToList, Edit, RepairPolicy
from orgtrail.fixes.arguments import defined, edited, with_definition
from orgtrail.fixes.repairs import is_own, repaired
from orgtrail.results import Result
from orgtrail.terraform.language.block import Attribute, Block
from orgtrail.terraform.language.hcl_edits import literal
from orgtrail.terraform.source.evaluation import Evaluation
from orgtrail.terraform.source.root_module import RootModule

#: Path to the old and the new text of each file that changes.
_Changed = dict[Path, tuple[str, str]]
_Named = set[tuple[str, str]]


class Round:
    """What one round changes, for which results, and the results whose fix turns out not to be mechanical.

    `text_of` reads a file as it stands.
    """

    def __init__(self, source: RootModule, evaluation: Evaluation, text_of: Callable[[Path], str]) -> None:
        self._source = source
        self._evaluation = evaluation
        self._text_of = text_of
        self._changed: _Changed = {}
        #: Files in which places were read as they are on disk: another change of them waits for the next round.
        self._settled: set[Path] = set()
        self.tried: list[Result] = []
        self.hopeless: _Named = set()

    @property
    def changed(self) -> _Changed:
        """Path to the old and the new text of each file that changes."""
        return {path: (old, _with_its_line_ends(old, new)) for path, (old, new) in self._changed.items()}

    def make(self, result: Result) -> None:
        """Make the edits of a result's fix that can be made now."""
        edits = result.fix.edits if result.fix else ()
        if sum(self._make(edit, result) for edit in edits):
            self.tried.append(result)

    def _make(self, edit: Edit, result: Result) -> bool:
        if isinstance(edit, RepairPolicy):
            return self._repair(edit, result)
        block = _block(self._source, edit.block)
        path = Path(block.file.shown) if block is not None else Path()
        if block is None or block.file.shown.endswith(".json") or path in self._settled:
            return False
        elsewhere = _list_elsewhere(self._source, edit) if isinstance(edit, AddToList) else None
        if elsewhere is not None and isinstance(edit, AddToList):
            path = Path(elsewhere.file.shown)
            if path in self._changed or not is_own(path, self._source.directory.resolve()):
                return False
            text = self._text_of(path)
            return self._settle(path, text, with_definition(text, elsewhere, literal(edit.value)))
        old, text = self._changed.get(path) or (block.file.text, block.file.text)
        new = edited(text, block, edit)
        if new != text:
            self._changed[path] = (old, new)
        return new != text

    def _repair(self, edit: RepairPolicy, result: Result) -> bool:
        found = repaired(self._source, self._evaluation, edit, self._text_of)
        if found is None:
            self.hopeless.add((result.rule, result.address))
            return False
        path, new = found
        return path not in self._changed and self._settle(path, self._text_of(path), new)

    def _settle(self, path: Path, old: str, new: str) -> bool:
        if new != old:
            self._changed[path] = (old, new)
            self._settled.add(path)
        return new != old


def _with_its_line_ends(old: str, new: str) -> str:
    """A changed text with the line ends that it had."""
    if "\r\n" not in old or old.count("\n") != old.count("\r\n"):
        return new
    return new.replace("\r\n", "\n").replace("\n", "\r\n")


def _list_elsewhere(source: RootModule, edit: AddToList) -> Attribute | None:
    """Where the list that an edit adds to is written out, if that isn't in the block itself."""
    found = source.find(edit.block)
    if found is None:
        return None
    written = found[0].folder.resources[found[1]].attribute(edit.name)
    attribute = defined(found[0], written) if written is not None else None
    is_here = attribute is written and (written is None or written.text.lstrip().startswith("["))
    return None if is_here else attribute


def _block(source: RootModule, address: str) -> Block | None:
    """A resource, data or module block by its address; None where it isn't in the folder itself."""
    found = source.block(address)
    if found is None:
        call = read_call(address)
        module = source.modules.get(call[0]) if call else None
        found = module.folder.calls.get(call[1]) if call and module is not None else None
    if found is None:
        return None
    return found if is_own(Path(found.file.shown), source.directory.resolve()) else None


def text_of(path: Path) -> str:
    """A file's text as it stands on disk, line ends and all, without a byte order mark."""
    return path.read_bytes().decode("utf-8-sig")
