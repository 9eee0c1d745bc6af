"""`orgtrail check --fix`: writes the suggested HCL into a folder's files, and leaves everything else as it stands.

Only the text of one argument is ever changed: a new argument goes before its block's closing brace, an element goes to
the end of a list, a value takes the place of another. What was written is checked again; a file whose fix doesn't make
its rule hold is put back.
"""

import difflib
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from orgtrail import engine
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.results import Report, Result
from orgtrail.terraform.blocks import Block, parser
from orgtrail.terraform.source import Source, load_source

#: Arguments that hold a list of which each fix adds one element.
LISTS = frozenset({"depends_on", "aws_service_access_principals"})

#: One fix may uncover the next (a list first, then the order); more rounds than this never help.
_ROUNDS = 4

_ARGUMENT = re.compile(r"(\w+)\s*=\s*(.+)")


def fix(named: str, settings: Settings, *, allow_dirty: bool, show: Callable[[str], None]) -> None:
    """Fix what is mechanical in the folder `named`; `show` is given the differences before a file is written.

    Raises InputError where `named` isn't a folder, or where a file to be changed has uncommitted changes and
    `allow_dirty` is false.
    """
    if not Path(named).is_dir():
        raise InputError(named, "isn't a folder, and --fix changes files of folders only", "a folder of .tf files")
    refused: set[tuple[str, str]] = set()
    touched: set[Path] = set()
    for _ in range(_ROUNDS):
        before = engine.check([named], settings)
        wanted = [one for one in before.results if _is_open(one) and (one.rule, one.address) not in refused]
        source = load_source(Path(named), allow_outside=settings.allow_outside)
        changed = _edit(source, wanted)
        if not changed:
            return
        for path, (old, new) in changed.items():
            # A file that an earlier round changed has changes of ours, which are shown already.
            if not allow_dirty and path not in touched:
                _refuse_dirty(path)
            show(_difference(path, old, new))
        for path, (_old, new) in changed.items():
            path.write_bytes(new.encode())
            touched.add(path)
        failed = _unproved(wanted, engine.check([named], settings))
        if failed:
            # One of the edits doesn't hold: put back what they share, and leave those out from now on.
            for path, (old, _new) in changed.items():
                path.write_bytes(old.encode())
            refused |= failed
            show("".join(f"put back: the fix doesn't make {rule} hold for {address}\n" for rule, address in failed))


def _is_open(result: Result) -> bool:
    return result.verdict == "violated" and not result.is_suppressed and bool(result.fix and result.fix.block)


def _unproved(wanted: Iterable[Result], after: Report) -> set[tuple[str, str]]:
    """The fixes that did nothing: the same rule says the same of the same subject."""
    still = {(one.rule, one.address, one.message) for one in after.results if one.verdict == "violated"}
    return {(one.rule, one.address) for one in wanted if (one.rule, one.address, one.message) in still}


def _edit(source: Source, results: Iterable[Result]) -> dict[Path, tuple[str, str]]:
    """Path to old and new text of every file that the fixes of `results` change."""
    changed: dict[Path, tuple[str, str]] = {}
    for result in results:
        block = _block(source, result.fix.block) if result.fix else None
        if result.fix is None or block is None or block.file.shown.endswith(".json"):
            continue
        path = Path(block.file.shown)
        old, text = changed.get(path) or (block.file.text, block.file.text)
        for line in result.fix.hcl.splitlines():
            argument = _ARGUMENT.fullmatch(line.strip())
            if argument is not None:
                text = _with_argument(text, block, argument[1], argument[2])
        if text != old:
            changed[path] = (old, text)
    return changed


def _block(source: Source, address: str) -> Block | None:
    """A resource, data or module block by its address; None where it isn't in the folder itself."""
    found = source.block(address)
    if found is None:
        steps = address.split(".")
        module = source.modules.get(tuple(steps[1:-2:2]))
        found = module.folder.calls.get(steps[-1]) if module is not None and steps[-2:-1] == ["module"] else None
    if found is None:
        return None
    inside = Path(found.file.shown).resolve()
    return found if inside.is_relative_to(source.directory.resolve()) and ".terraform" not in inside.parts else None


def _with_argument(text: str, block: Block, name: str, value: str) -> str:
    """`text` with one argument of a block set, or with one element more where it is a list."""
    data = text.encode()
    node = _find(parser().parse(data).root_node, block)
    if node is None:
        return text
    body = next((child for child in node.children if child.type == "body"), None)
    for attribute in body.children if body is not None else ():
        if attribute.type == "attribute" and attribute.children[0].text.decode() == name:
            expression = attribute.children[-1]
            start, end = expression.start_byte, expression.end_byte
            written = data[start:end].decode()
            replaced = _with_element(written, value, attribute.start_point[1]) if name in LISTS else value
            if replaced is None:
                return text
            return str(data[:start] + replaced.encode() + data[end:], "utf-8")
    closing = next(child for child in reversed(node.children) if child.type == "block_end")
    indent = " " * (node.start_point[1] + 2)
    start = data.rfind(b"\n", 0, closing.start_byte) + 1
    line = f"{indent}{name} = {value}\n".encode()
    if data[start : closing.start_byte].strip():
        # The block is written on one line.
        place = closing.start_byte
        return str(data[:place].rstrip(b" ") + b"\n" + line + b" " * node.start_point[1] + data[place:], "utf-8")
    return str(data[:start] + line + data[start:], "utf-8")


def _with_element(written: str, value: str, indent: int) -> str | None:
    """A list with one element more; None where it is there already or where the list isn't written out."""
    element = value.strip().removeprefix("[").removesuffix("]").strip()
    if not (written.startswith("[") and written.endswith("]")):
        return None
    inside = written[1:-1]
    if element in [one.strip() for one in re.split(r"[,\n]", inside)]:
        return None
    if not inside.strip():
        return f"[{element}]"
    if "\n" not in inside:
        return f"[{inside.rstrip().rstrip(',')}, {element}]"
    rows = inside.rstrip().split("\n")
    last, mark, comment = rows[-1].partition("#")
    comma = "" if last.rstrip().endswith(",") or not last.strip() else ","
    rows[-1] = f"{last.rstrip()}{comma}" + (f" {mark}{comment}" if mark else "")
    return "[" + "\n".join(rows) + f"\n{' ' * (indent + 2)}{element},\n{' ' * indent}]"


def _find(root: Any, block: Block) -> Any:
    """The syntax node of a block: the one of its kind and labels (blocks move when text is added above them)."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "block":
            words = [child.text.decode().strip('"') for child in node.children if child.type in _WORDS]
            if words == [block.kind, *block.labels]:
                return node
            continue
        pending += node.children
    return None


_WORDS = ("identifier", "string_lit")


def _difference(path: Path, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{path}", f"b/{path}", n=3
    )
    return "".join(lines)


def _refuse_dirty(path: Path) -> None:
    """Refuse a file whose present text git couldn't bring back."""
    done = subprocess.run(  # noqa: S603 - git, with one file name that no shell reads
        ["git", "-C", str(path.resolve().parent), "status", "--porcelain", "--", path.name],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode == 0 and done.stdout.strip():
        raise InputError(
            str(path),
            "has uncommitted changes, which --fix won't mix with its own",
            "a committed file",
            "commit it, or give --allow-dirty",
        )
