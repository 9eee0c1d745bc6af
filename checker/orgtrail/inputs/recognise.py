"""Inputs: what the user names becomes an Estate. Recognised by content, never by name."""

import os
import re
import sys
from collections.abc import Callable
from typing import TypeVar

import msgspec

from orgtrail import files
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate
from orgtrail.inputs import remote

EXPECTED = "a plan or state as `terraform show -json` prints it, a folder of .tf files, a saved plan or a bucket policy"
STANDARD_INPUT = "-"
#: No plan is larger (bytes).
LARGEST = 4_000_000_000

T = TypeVar("T")

#: The first character that isn't white space. `bytes.strip` would copy the whole of a large file.
_FIRST = rb"\S"
_OFFSET = r"\(byte (\d+)\)"
_PATH = r" - at `(.+)`$"
_TYPES = r"Expected `(.+?)`, got `(.+?)`"
#: What msgspec calls types, in words of JSON.
_JSON = {
    "str": "a string",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "an array",
    "object": "an object",
}
_MADE = "give it as `terraform show -json` prints it"


#: How a saved plan begins.
_ZIP = b"PK\x03\x04"

_ABSENT = msgspec.Raw(b"")


class _Frame(msgspec.Struct):
    """The members that tell kinds of JSON apart; their values aren't looked at."""

    format_version: msgspec.Raw = _ABSENT
    resource_changes: msgspec.Raw = _ABSENT
    configuration: msgspec.Raw = _ABSENT
    planned_values: msgspec.Raw = _ABSENT
    values: msgspec.Raw = _ABSENT
    lineage: msgspec.Raw = _ABSENT
    serial: msgspec.Raw = _ABSENT
    statement: msgspec.Raw = msgspec.field(default=_ABSENT, name="Statement")
    evidence: msgspec.Raw = msgspec.field(default=_ABSENT, name="orgtrail_evidence")


def read(named: str, settings: Settings) -> Estate:
    """The Estate of one INPUT: a path, or `-` for standard input.

    Raises InputError where it can't be read, isn't any of the kinds, or contradicts the settings.
    """
    if remote.is_url(named):
        content = remote.content(named)
        if content.startswith(_ZIP):
            raise InputError(named, "is a saved plan, which terraform must show where it is", EXPECTED)
        return _from_content(named, content, settings)
    if named != STANDARD_INPUT and os.path.isdir(named):
        return _directory(named, settings)
    content = _content(named)
    if content.startswith(_ZIP):
        content = _show_saved_plan(named, settings)
    return _from_content(named, content, settings)


def _from_content(named: str, content: bytes, settings: Settings) -> Estate:
    content = _as_text(named, content)
    try:
        return _recognised(named, content)(settings)
    except RecursionError:
        raise _too_deep(named, content) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(named, f"isn't as Terraform writes it ({error})", EXPECTED) from None


def _content(named: str) -> bytes:
    """All of a file or of standard input; what can't be an input is refused at its beginning, it might never end."""
    try:
        if named == STANDARD_INPUT:
            found = files.bounded(iter(lambda: sys.stdin.buffer.read(1 << 20), b""), LARGEST)
        else:
            found = files.pieces(named, LARGEST, pipes=True)
        first = next(found, b"")
        if not first.startswith(_ZIP):
            # Where it is only white space so far, the brace may still come.
            _opening(named, _as_text(named, first[:4096] + b"{"))
        rest = b"".join(found)
        return first + rest if rest else first
    except OSError as error:
        raise InputError(named, files.reason(error), EXPECTED) from None
    except ValueError as error:
        raise InputError(repr(named), str(error), EXPECTED) from None


def _as_text(named: str, content: bytes) -> bytes:
    """`content` as UTF-8 without a byte order mark; other encodings and binary files are refused."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        hint = "PowerShell's `>` writes UTF-16: use `terraform show -json tfplan | Out-File -Encoding utf8 plan.json`"
        raise InputError(named, "is UTF-16 text", "UTF-8", hint)
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not re.search(_FIRST, content):
        raise InputError(named, "is empty", EXPECTED)
    if b"\x00" in content[:4096]:
        raise InputError(named, "is a binary file that isn't a saved plan", EXPECTED)
    return content


def _recognised(named: str, content: bytes) -> Callable[[Settings], Estate]:
    _opening(named, content)
    if b'"@level"' in content[:1000].split(b"\n", 1)[0]:
        raise _log_lines(named)
    frame = _decoded(named, content, _Frame)
    if bytes(frame.resource_changes) or bytes(frame.planned_values) or bytes(frame.configuration):
        return lambda settings: _plan(named, content, settings)
    if bytes(frame.format_version):
        return lambda settings: _state(named, content, settings)
    if bytes(frame.statement):
        return lambda settings: _policy(named, content, settings)
    if bytes(frame.lineage) or bytes(frame.serial):
        hint = "run `terraform show -json > state.json` and give that"
        raise InputError(named, "is a raw state file", EXPECTED, hint)
    if bytes(frame.evidence):
        raise InputError(named, "is evidence of `orgtrail audit --save`", EXPECTED, "give it as --evidence FILE")
    raise InputError(named, "is JSON of no kind that orgtrail knows", EXPECTED)


def _opening(named: str, content: bytes) -> None:
    """Refuse what doesn't begin as a JSON object does."""
    found = re.search(_FIRST, content)
    start = found.group() if found else b""
    if start != b"{":
        hint = "give the folder that holds it" if named.endswith((".tf", ".tofu", ".tf.json")) else ""
        raise InputError(
            named, f"starts with {start.decode(errors='replace')!r}, not with a JSON object", EXPECTED, hint
        )


def _log_lines(named: str) -> InputError:
    hint = "run `terraform plan -out=tfplan`, then `terraform show -json tfplan`"
    return InputError(
        named, "holds the log lines of `terraform plan -json`", "a plan as `terraform show -json` prints it", hint
    )


def _too_deep(named: str, content: bytes) -> InputError:
    from orgtrail.terraform.plans.plan import MAX_DEPTH, deep_place

    place = deep_place(content)
    line = 1 if place is None else content.count(b"\n", 0, place) + 1
    where = f"{named}:{line}"
    return InputError(where, f"is nested over {MAX_DEPTH} deep", EXPECTED)


def _decoded(named: str, content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise _malformed(named, content, error) from None
    except UnicodeDecodeError as error:
        raise InputError(named, f"isn't utf-8 text ({error.reason})", EXPECTED) from None


def _malformed(named: str, content: bytes, error: msgspec.DecodeError) -> InputError:
    """What msgspec says of a file, with its place."""
    message = str(error)
    if isinstance(error, msgspec.ValidationError):
        where = re.search(_PATH, message)
        found = re.sub(_PATH, "", message).replace("Object missing required field", "has no")
        at = where.group(1) if where else "$"
        types = re.fullmatch(_TYPES, found)
        if types:
            wanted = " or ".join(_JSON.get(one, one) for one in types.group(1).split(" | "))
            return InputError(f"{named}: {at}", f"is {_JSON.get(types.group(2), types.group(2))}", wanted, _MADE)
        return InputError(f"{named}: {at}", f"{found[0].lower()}{found[1:]}", hint=_MADE)
    offset = re.search(_OFFSET, message)
    if offset is None:
        return InputError(
            named, "is cut short: the JSON ends too early" if "truncated" in message else message, EXPECTED
        )
    place = int(offset.group(1))
    line = content.count(b"\n", 0, place) + 1
    column = place - content.rfind(b"\n", 0, place)
    what = re.sub(_OFFSET, "", message).removeprefix("JSON is malformed: ").strip()
    return InputError(f"{named}:{line}:{column}", f"isn't JSON ({what})", EXPECTED)


def _plan(named: str, content: bytes, settings: Settings) -> Estate:
    from orgtrail.terraform.plans.plan import Plan
    from orgtrail.terraform.plans.planned import estate_of_plan

    plan = _decoded(named, content, Plan)
    _check_version(named, plan.format_version)
    if plan.errored:
        raise InputError(named, "is the plan of a run that ended with errors", "a complete plan", "plan again")
    return estate_of_plan(plan, named, settings)


def _check_version(named: str, version: str) -> None:
    """Terraform may add members in minor versions, and change what is there in major ones."""
    if version.split(".")[0] not in {"0", "1"}:
        expected = "1.x (Terraform 0.12 to 1.x, OpenTofu 1.x)"
        raise InputError(named, f"has format_version {version}", expected, "a newer orgtrail may know it")


def _state(named: str, content: bytes, settings: Settings) -> Estate:
    from orgtrail.terraform.plans.plan import State
    from orgtrail.terraform.plans.planned import estate_of_state

    state = _decoded(named, content, State)
    _check_version(named, state.format_version or "1.0")
    return estate_of_state(state, named)


def _policy(named: str, content: bytes, settings: Settings) -> Estate:
    from orgtrail.inputs.bare_policy import estate_of_policy

    return estate_of_policy(named, content.decode(errors="replace"), settings)


def _directory(named: str, settings: Settings) -> Estate:
    from orgtrail.terraform.source.described import estate_of_directory

    return estate_of_directory(named, settings)


def _show_saved_plan(named: str, settings: Settings) -> bytes:
    """What terraform makes of a saved plan, run where its providers are installed."""
    import shutil
    import subprocess

    terraform = shutil.which("terraform") or shutil.which("tofu")
    hint = "run `terraform show -json FILE > plan.json` and give that"
    if terraform is None:
        raise InputError(named, "is a saved plan, and terraform isn't on PATH to read it", EXPECTED, hint)
    folder = settings.source or os.path.dirname(os.path.realpath(named))
    shown = subprocess.run(  # noqa: S603 - the program is terraform, its arguments aren't read by a shell
        [terraform, f"-chdir={folder}", "show", "-json", "-no-color", os.path.realpath(named)],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if shown.returncode != 0:
        lines = [line.strip(" │╷╵") for line in shown.stderr.decode(errors="replace").splitlines()]
        reason = " ".join(line for line in lines if line)[:300]
        raise InputError(named, f"terraform can't show this saved plan: {reason}", EXPECTED, hint)
    return shown.stdout
