"""What a result is about, in the source: the lines, the statement that a witness names, the edit as a difference.

Only results that somebody has to look at come here, and only where there is source.
"""

import difflib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from orgtrail.address import block_address
from orgtrail.edits import RepairPolicy
from orgtrail.fixes.policy_text import Spot, spots
from orgtrail.fixes.rounds import Round, text_of
from orgtrail.fixes.statements import regions
from orgtrail.results import Excerpt, LineChange, Place, RequestWitness, Result
from orgtrail.terraform.source.described import Described

#: Lines of an excerpt; a longer statement is cut, with a mark.
_MOST_LINES = 20


def with_source(results: Iterable[Result], described: Described) -> list[Result]:
    """Results with the lines that they are about, and with the differences that their fixes make."""
    listed = list(results)
    texts = {file.shown: file.text for module in described.source.root.walk() for file in module.folder.files}
    shown = [_with_excerpt(one, described, texts) if _is_open(one) else one for one in listed]
    differences = _differences([one for one in shown if _is_open(one)], described, texts)
    return [_with_difference(one, differences) for one in shown]


def _is_open(result: Result) -> bool:
    return result.verdict in ("violated", "undecided")


# Excerpts


def _with_excerpt(result: Result, described: Described, texts: dict[str, str]) -> Result:
    if result.location is None or result.location.line is None or result.location.file.endswith(".json"):
        return result
    found = _statement(result, described, texts) if isinstance(result.witness, RequestWitness) else None
    if found is not None:
        file, first, last, column = found
        excerpt = _excerpt(texts[file], file, first, last)
        return msgspec.structs.replace(result, location=Place(file, first, column), excerpt=excerpt)
    text = texts.get(result.location.file)
    if text is None:
        return result
    line = result.location.line
    return msgspec.structs.replace(result, excerpt=_excerpt(text, result.location.file, line, line))


def _excerpt(text: str, file: str, first: int, last: int) -> Excerpt:
    lines = text.split("\n")[first - 1 : last]
    cut = len(lines) > _MOST_LINES
    return Excerpt(file, first, tuple(line.rstrip("\r") for line in lines[:_MOST_LINES]), cut)


def _statement(result: Result, described: Described, texts: dict[str, str]) -> tuple[str, int, int, int] | None:
    """File, first and last line and column of the statement that lets a witness in."""
    witness = result.witness
    names = witness.allowed_by if isinstance(witness, RequestWitness) else ()
    for spot in _spots(result, described) if names else ():
        text = texts.get(str(spot.path))
        found = next(regions(spot, text, names[0]), None) if text is not None else None
        if text is not None and found is not None:
            start, end = found
            column = start - (text.rfind("\n", 0, start) + 1) + 1
            return str(spot.path), text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1, column
    return None


def _spots(result: Result, described: Described) -> Iterator[Spot]:
    """Where the policy that a result is about is written."""
    source = described.source
    found = source.find(block_address(result.address))
    if found is None:
        return
    for name in ("policy", "assume_role_policy", "access_policy", "inline_policy"):
        attribute = found[0].folder.resources[found[1]].attributes.get(name)
        if attribute is not None:
            yield from spots(source, described.evaluation, result.address, found[0], attribute)


# Differences


#: A difference, and the same line by line.
_Changes = tuple[str, tuple[LineChange, ...]]


def _differences(results: list[Result], described: Described, texts: dict[str, str]) -> dict[tuple[str, str], _Changes]:
    """What the fixes of each result change, by rule and address. Several edits of one block are one difference."""
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        if result.fix is not None and result.fix.block:
            alone = any(isinstance(edit, RepairPolicy) for edit in result.fix.edits)
            # Advice is nobody's to mend with what fails.
            key = (result.rule, result.address) if alone else (result.fix.block, str(result.severity == "error"))
            groups.setdefault(key, []).append(result)
    found: dict[tuple[str, str], _Changes] = {}
    for group in groups.values():
        made = Round(described.source, described.evaluation, _reader(texts))
        for result in group:
            made.make(result)
        shown = "".join(difference(path, old, new) for path, (old, new) in made.changed.items())
        lines = tuple(one for path, (old, new) in made.changed.items() for one in _line_changes(path, old, new))
        found |= {(one.rule, one.address): (shown, lines) for one in made.tried}
    return found


def _line_changes(path: Path, old: str, new: str) -> Iterator[LineChange]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for kind, start, end, first, last in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if kind != "equal":
            yield LineChange(str(path), start + 1, end - start, "".join(after[first:last]))


def _reader(texts: dict[str, str]) -> Callable[[Path], str]:
    def read(path: Path) -> str:
        known = texts.get(str(path))
        return known if known is not None else text_of(path)

    return read


def difference(path: Path, old: str, new: str) -> str:
    """The change of a file as a unified difference, which `patch -p1` takes; in `/`, where the file is elsewhere."""
    near = os.path.relpath(path)
    # `patch` writes to no path that is absolute or leads up.
    named = near if not near.startswith("..") else str(path.absolute()).lstrip("/")
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{named}", f"b/{named}", n=1
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _with_difference(result: Result, differences: dict[tuple[str, str], _Changes]) -> Result:
    found = differences.get((result.rule, result.address))
    if result.fix is None or found is None or not found[0]:
        return result
    return msgspec.structs.replace(result, fix=msgspec.structs.replace(result.fix, diff=found[0], changes=found[1]))
