"""Edits of many results, made in the files of one source: what each file becomes. Nothing is written here."""

from collections.abc import Callable
from pathlib import Path

from orgtrail.address import local_type, module_prefix, read_block, read_call
from orgtrail.edits import AddResource, AddToList, Edit, RepairPolicy
from orgtrail.fixes.arguments import defined, edited, with_definition
from orgtrail.fixes.repairs import is_own, repaired
from orgtrail.fixes.spelling import Speller, UnspeakableError
from orgtrail.results import Result
from orgtrail.terraform.language.block import Attribute, Block
from orgtrail.terraform.language.hcl_edits import literal, shown
from orgtrail.terraform.source.evaluation import Evaluation
from orgtrail.terraform.source.root_module import RootModule
from orgtrail.values import Value

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
        #: Files in which a policy was changed, and for whom: what else would change policies in them waits for the
        #: next round, for it may hold by then.
        self._mended_for: dict[Path, int] = {}
        #: What is done already: several rules may ask for the same.
        self._done: list[Edit] = []
        self.tried: list[Result] = []
        self.hopeless: _Named = set()

    @property
    def changed(self) -> _Changed:
        """Path to the old and the new text of each file that changes."""
        return {path: (old, _with_its_line_ends(old, new)) for path, (old, new) in self._changed.items()}

    def make(self, result: Result) -> None:
        """Make the edits of a result's fix that can be made now."""
        edits = result.fix.edits if result.fix else ()
        if sum(edit in self._done or self._make_new(edit, result) for edit in edits):
            self.tried.append(result)

    def _make_new(self, edit: Edit, result: Result) -> bool:
        is_made = self._make(edit, result)
        if is_made:
            self._done.append(edit)
        return is_made

    def _make(self, edit: Edit, result: Result) -> bool:
        if isinstance(edit, RepairPolicy):
            return self._repair(edit, result)
        block = _block(self._source, edit.block)
        if block is None or block.file.shown.endswith(".json"):
            return False
        if isinstance(edit, AddResource) and self._is_taken(edit):
            self.hopeless.add((result.rule, result.address))
            return False
        elsewhere = _list_elsewhere(self._source, edit) if isinstance(edit, AddToList) else None
        if elsewhere is not None and isinstance(edit, AddToList):
            path = Path(elsewhere.file.shown)
            if not is_own(path, self._source.directory.resolve()):
                return False
            return self._set(path, with_definition(self._now(path), elsewhere, literal(edit.value)))
        path = Path(block.file.shown)
        try:
            return self._set(path, edited(self._now(path, block.file.text), block, edit, self._speller(edit)))
        except UnspeakableError:
            self.hopeless.add((result.rule, result.address))
            return False

    def _is_taken(self, edit: AddResource) -> bool:
        """Whether the source has a block of that name already, if only one that makes nothing (`count = 0`)."""
        prefix = module_prefix(read_block(edit.block).path)
        return self._source.find(f"{prefix}{edit.type}.{edit.name}") is not None

    def _speller(self, edit: Edit) -> Callable[[Value], str]:
        """Spells what has no spelling yet by what stands for it in the module of an edit's block."""
        found = self._source.find(edit.block)
        if found is None:
            return shown
        # What is made beside a bucket refers to it.
        nearby = (f"${{{found[1]}.arn}}",) if local_type(found[1]) == "aws_s3_bucket" else ()
        return Speller(self._evaluation, found[0], edit.block, borrowed=nearby)

    def _repair(self, edit: RepairPolicy, result: Result) -> bool:
        found = repaired(self._source, self._evaluation, edit, self._now)
        if found is None:
            # Another edit may be in the way; what can't be made without it never can.
            if not self._changed or repaired(self._source, self._evaluation, edit, self._text_of) is None:
                self.hopeless.add((result.rule, result.address))
            return False
        path, new = found
        if self._mended_for.setdefault(path, id(result)) != id(result):
            return False
        return self._set(path, new)

    def _now(self, path: Path, otherwise: str | None = None) -> str:
        """A file's text as the edits so far leave it."""
        if path in self._changed:
            return self._changed[path][1]
        return self._text_of(path) if otherwise is None else otherwise

    def _set(self, path: Path, new: str) -> bool:
        old = self._changed[path][0] if path in self._changed else self._text_of(path)
        is_new = new != self._now(path, old)
        if is_new:
            self._changed[path] = (old, new)
        return is_new


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
