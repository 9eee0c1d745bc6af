"""Root modules in a folder of folders: also those that Terragrunt and CDKTF leave behind.

A folder that another one calls as a module isn't a root.
Sources: HashiCorp, Terraform language, "Files and Directories"; Terragrunt, "Caching" (.terragrunt-cache);
CDK for Terraform, "Synthesizing" (cdktf.out/stacks/<name>).
"""

import os
import re
from collections.abc import Iterator

_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
#: Folders that hold copies, or nothing that anybody plans.
_SKIPPED = frozenset({".terraform", ".git", "node_modules", ".venv", "__pycache__"})
_DEEPEST = 12
_MOST = 20_000

_MODULE = re.compile(r"""(?:^|[{,\s])source"?\s*[=:]\s*"(\.{1,2}/[^"$]*)\"""")
_LARGEST = 2_000_000


def holds_configuration(folder: str) -> bool:
    """Whether a folder holds files of Terraform configuration."""
    try:
        return any(name.endswith(_SUFFIXES) and not name.startswith(".") for name in os.listdir(folder))
    except OSError:
        return False


def lies_by_configuration(named: str) -> bool:
    """Whether a file lies beside configuration, or in a folder above some: a cheap look, most plans lie alone."""
    if "://" in named or not os.path.isfile(named):
        return False
    beside = os.path.dirname(named) or "."
    if holds_configuration(beside):
        return True
    try:
        return any(holds_configuration(entry.path) for entry in os.scandir(beside) if _is_plain(entry))
    except OSError:
        return False


def _is_plain(entry: "os.DirEntry[str]") -> bool:
    return entry.is_dir() and not entry.name.startswith(".")


def roots_below(top: str) -> list[str]:
    """The root modules below a folder, as the user would name them."""
    found = list(_configured(top, 0, [_MOST]))
    called = {target for folder in found for target in _called(folder)}
    return [folder for folder in found if os.path.realpath(folder) not in called]


def _configured(folder: str, depth: int, left: list[int]) -> Iterator[str]:
    """Every folder with configuration, those above before those below."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    left[0] -= len(entries)
    if left[0] < 0:
        return
    if any(entry.name.endswith(_SUFFIXES) and not entry.name.startswith(".") for entry in entries):
        yield folder
    for entry in entries:
        if depth < _DEEPEST and entry.name not in _SKIPPED and entry.is_dir(follow_symlinks=False):
            hidden = entry.name.startswith(".") and entry.name != ".terragrunt-cache"
            if not hidden:
                yield from _configured(os.path.join(folder, entry.name), depth + 1, left)


def _called(folder: str) -> Iterator[str]:
    """The real paths of the folders that a folder's files call as modules."""
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith(_SUFFIXES) and os.path.isfile(path) and os.path.getsize(path) <= _LARGEST:
            with open(path, encoding="utf-8", errors="replace") as file:
                for source in _MODULE.findall(file.read()):
                    yield os.path.realpath(os.path.join(folder, source))
