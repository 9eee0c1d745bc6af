"""Functions on paths and files. Source: HashiCorp, Terraform language, "Filesystem Functions"."""

import base64
import hashlib
import posixpath
import re
from typing import Any

from orgtrail.terraform.language.functions.strings import compile_pattern
from orgtrail.terraform.language.functions.table import Files, function
from orgtrail.terraform.language.operations import EvaluationError, make_set
from orgtrail.values import Cause, Unknown, Value


def _path(value: Value, name: str) -> str:
    if isinstance(value, str):
        return value
    raise EvaluationError(f"{name}() needs a path")


@function("file", files=True)
def _file(files: Files, path: Value) -> Value:
    return files.read(_path(path, "file"))


@function("fileexists", files=True)
def _fileexists(files: Files, path: Value) -> Value:
    return files.exists(_path(path, "fileexists"))


@function("fileset", 2, 2, files=True)
def _fileset(files: Files, folder: Value, pattern: Value) -> Value:
    wanted = _path(pattern, "fileset")
    if _UNCLEAR.search(_SET.sub("", wanted)):
        return Unknown(Cause(f"the pattern `{wanted[:80]}` isn't one that orgtrail evaluates"))
    accepted = compile_pattern(_as_regular_expression(wanted), shown=wanted)
    found = files.under(_path(folder, "fileset"), _ANY_DEPTH if "**" in wanted else wanted.count("/"))
    if isinstance(found, Unknown):
        return found
    if isinstance(accepted, Unknown):
        return accepted
    return make_set(name for name in sorted(found) if accepted.fullmatch(name))


_ANY_DEPTH = 64
_SET = re.compile(r"\[\^?[A-Za-z0-9._-]+\]")
_WILDCARD = re.compile(rf"\*\*/|\*\*|\*|\?|[{{}},]|{_SET.pattern}")
#: What readers of patterns differ on: `..`, an escape, a set of another form, a choice between whole paths.
_UNCLEAR = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|[\[\]\\]|\{[^}]*/|\{[^}]*\{")
_MEANS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}


def _as_regular_expression(pattern: str) -> str:
    """What a pattern of `fileset()` matches. Source: Terraform language, "fileset Function"."""
    made, end, depth = ["(?s:"], 0, 0
    for found in _WILDCARD.finditer(pattern):
        made.append(re.escape(pattern[end : found.start()]))
        depth += (found[0] == "{") - (found[0] == "}")
        comma = found[0] == "," and not depth
        made.append("," if comma else _MEANS.get(found[0], found[0]))
        end = found.end()
    return "".join((*made, re.escape(pattern[end:]), ")"))


@function("filebase64", files=True)
def _filebase64(files: Files, path: Value) -> Value:
    content = files.read(_path(path, "filebase64"))
    return content if isinstance(content, Unknown) else base64.b64encode(content.encode()).decode()


def _hash(name: str, algorithm: "Any") -> None:
    @function(f"file{name}", files=True)
    def implementation(files: Files, path: Value) -> Value:
        content = files.read(_path(path, f"file{name}"))
        return content if isinstance(content, Unknown) else algorithm(content.encode()).hexdigest()


for _name in ("md5", "sha1", "sha256", "sha512"):
    _hash(_name, lambda data, name=_name: hashlib.new(name, data, usedforsecurity=False))


@function("abspath", files=True)
def _abspath(files: Files, path: Value) -> Value:
    return files.absolute(_path(path, "abspath"))


@function("basename")
def _basename(path: Value) -> Value:
    written = _path(path, "basename")
    stripped = written.rstrip("/")
    return posixpath.basename(stripped) if stripped else ("/" if written else ".")


@function("dirname")
def _dirname(path: Value) -> Value:
    return posixpath.normpath(posixpath.split(_path(path, "dirname"))[0] or ".")


@function("pathexpand")
def _pathexpand(path: Value) -> Value:
    written = _path(path, "pathexpand")
    if not written.startswith("~"):
        return written
    return Unknown(Cause("the home directory is that of whoever runs terraform"))
