"""`orgtrail check --fix`: writes the suggested HCL into a folder's files, and leaves everything else as it stands.

Text is only added or replaced where the fix is: a new argument goes before its block's closing brace (`arguments`), a
statement to the end of a policy, however that is written (`repairs`). What was written is checked again; where a fix
doesn't make its rule hold, or breaks another, its file is put back.
"""

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path

from orgtrail.address import read_call
from orgtrail.config import Settings
from orgtrail.edits import AddToList, Edit, RepairPolicy
from orgtrail.engine import run as engine
from orgtrail.errors import InputError
from orgtrail.files import reason
from orgtrail.fixes.arguments import defined, edited, with_definition
from orgtrail.fixes.repairs import is_own, repaired
from orgtrail.output import replace_all
from orgtrail.redaction import cleaned
from orgtrail.results import Report, Result
from orgtrail.terraform.language.block import Attribute, Block
from orgtrail.terraform.language.hcl_edits import literal
from orgtrail.terraform.source.described import describe_directory
from orgtrail.terraform.source.evaluation import Evaluation
from orgtrail.terraform.source.root_module import RootModule

#: One fix may uncover the next (a list first, then the order), and a round changes a policy's file once.
_ROUNDS = 40


def fix(named: str, settings: Settings, *, allow_dirty: bool, show: Callable[[str], None]) -> None:
    """Fix what is mechanical in the folder `named`; `show` is given the differences before a file is written.

    Raises InputError where `named` isn't a folder, or where a file to be changed has uncommitted changes and
    `allow_dirty` is false.
    """
    if not Path(named).is_dir():
        raise InputError(named, "isn't a folder, and --fix changes files of folders only", "a folder of .tf files")
    refused: set[tuple[str, str]] = set()
    touched: set[Path] = set()
    before = engine.check([named], settings)
    for _ in range(_ROUNDS):
        wanted = [one for one in before.results if _is_open(one) and (one.rule, one.address) not in refused]
        described = describe_directory(named, settings)
        described.hide_variables()
        made = _Round(described.source, described.evaluation)
        for result in wanted:
            made.make(result)
        changed, tried, hopeless = made.changed, made.tried, made.hopeless
        refused |= hopeless
        for rule, address in sorted(hopeless):
            show(f"left alone: what mends {rule} for {address} isn't mechanical\n")
        if not changed and not hopeless:
            return
        for path, (old, new) in changed.items():
            # A file that an earlier round changed has changes of ours, which are shown already.
            if not allow_dirty and path not in touched:
                _refuse_dirty(path)
            show(cleaned(_difference(path, old, new), described.evaluation.facts.secrets))
        _write({path: new for path, (_old, new) in changed.items()})
        touched |= changed.keys()
        after = engine.check([named], settings)
        failed = _failed(tried, before, after)
        if not failed:
            before = after
        else:
            # One of the edits doesn't hold: put back what they share, and leave those out from now on.
            _write({path: old for path, (old, _new) in changed.items()})
            refused |= failed
            show("".join(f"put back: the fix doesn't make {rule} hold for {address}\n" for rule, address in failed))


def _write(texts: dict[Path, str]) -> None:
    """Write all of these files or none. Raises InputError."""
    try:
        # A link stays one: what it leads to is replaced.
        replace_all({path.resolve(): new.encode() for path, new in texts.items()})
    except OSError as error:
        named = ", ".join(map(str, texts))
        raise InputError(named, f"can't be written, and nothing was: {reason(error)}", "files to write to") from None


def _is_open(result: Result) -> bool:
    """Whether there is something to mend. A folder may leave open which rule breaks, but not what is missing."""
    return (
        result.verdict in ("violated", "undecided")
        and not result.is_suppressed
        and bool(result.fix and result.fix.block)
    )


def _failed(tried: Iterable[Result], before: Report, after: Report) -> set[tuple[str, str]]:
    """The fixes that did nothing (the rule says the same of the same subject), or all where another rule breaks."""
    held = {(one.rule, one.address) for one in before.results if one.verdict != "violated"}
    opened = {(one.rule, one.address) for one in after.results if one.verdict == "violated"} & held
    if opened - {(one.rule, one.address) for one in tried}:
        return {(one.rule, one.address) for one in tried}
    same = {(one.rule, one.address, one.message) for one in after.results if one.verdict in ("violated", "undecided")}
    return {(one.rule, one.address) for one in tried if (one.rule, one.address, one.message) in same}


#: Path to the old and the new text of each file that changes.
_Changed = dict[Path, tuple[str, str]]
_Named = set[tuple[str, str]]


class _Round:
    """What one round changes, for which results, and the results whose fix turns out not to be mechanical."""

    def __init__(self, source: RootModule, evaluation: Evaluation) -> None:
        self._source = source
        self._evaluation = evaluation
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
            text = _text_of(path)
            return self._settle(path, text, with_definition(text, elsewhere, literal(edit.value)))
        old, text = self._changed.get(path) or (block.file.text, block.file.text)
        new = edited(text, block, edit)
        if new != text:
            self._changed[path] = (old, new)
        return new != text

    def _repair(self, edit: RepairPolicy, result: Result) -> bool:
        found = repaired(self._source, self._evaluation, edit, _text_of)
        if found is None:
            self.hopeless.add((result.rule, result.address))
            return False
        path, new = found
        return path not in self._changed and self._settle(path, _text_of(path), new)

    def _settle(self, path: Path, old: str, new: str) -> bool:
        if new != old:
            self._changed[path] = (old, new)
            self._settled.add(path)
        return new != old


def _text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


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


def _difference(path: Path, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{path}", f"b/{path}", n=3
    )
    return "".join(lines)


def _refuse_dirty(path: Path) -> None:
    """Refuse a file whose present text git couldn't bring back."""
    from orgtrail.fixes.version_control import is_kept

    if is_kept(path) is False:
        raise InputError(
            str(path),
            "has uncommitted changes, which --fix won't mix with its own",
            "a committed file",
            "commit it, or give --allow-dirty",
        )
