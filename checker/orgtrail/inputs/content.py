"""The bytes of an input, and JSON out of them: whatever is wrong is one line with its place."""

import re
import sys
from typing import TypeVar

import msgspec

from orgtrail import files
from orgtrail.errors import InputError

EXPECTED = "a plan or state as `terraform show -json` prints it, a folder of .tf files, a saved plan or a bucket policy"
STANDARD_INPUT = "-"
#: No plan is larger (bytes).
LARGEST = 4_000_000_000

#: How a zip begins, so a saved plan.
ZIP = b"PK\x03\x04"

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
MADE = "give it as `terraform show -json` prints it"


def content_of(named: str) -> bytes:
    """All of a file or of standard input; what can't be an input is refused at its beginning, it might never end."""
    try:
        if named == STANDARD_INPUT:
            found = files.bounded(iter(lambda: sys.stdin.buffer.read(1 << 20), b""), LARGEST)
        else:
            found = files.pieces(named, LARGEST, pipes=True)
        first = next(found, b"")
        if not first.startswith(ZIP):
            # Where it is only white space so far, the brace may still come.
            check_opening(named, as_text(named, first[:4096] + b"{"))
        rest = b"".join(found)
        return first + rest if rest else first
    except OSError as error:
        raise InputError(named, files.reason(error), EXPECTED) from None
    except ValueError as error:
        raise InputError(repr(named), str(error), EXPECTED) from None


def as_text(named: str, content: bytes) -> bytes:
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


def check_opening(named: str, content: bytes) -> None:
    """Refuse what doesn't begin as a JSON object does."""
    found = re.search(_FIRST, content)
    start = found.group() if found else b""
    if start != b"{":
        hint = "give the folder that holds it" if named.endswith((".tf", ".tofu", ".tf.json")) else ""
        raise InputError(
            named, f"starts with {start.decode(errors='replace')!r}, not with a JSON object", EXPECTED, hint
        )


def too_deep(named: str, content: bytes) -> InputError:
    """What JSON that is nested too deep is refused with."""
    from orgtrail.terraform.plans.plan import MAX_DEPTH, deep_place

    place = deep_place(content)
    line = 1 if place is None else content.count(b"\n", 0, place) + 1
    where = f"{named}:{line}"
    return InputError(where, f"is nested over {MAX_DEPTH} deep", EXPECTED)


def decoded(named: str, content: bytes, kind: type[T]) -> T:
    """Content as a type. Raises InputError, with the place of what is wrong."""
    try:
        # A plan of many small resources takes four times its size.
        files.require_memory(4 * len(content))
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise malformed(named, content, error) from None
    except UnicodeDecodeError as error:
        raise InputError(named, f"isn't utf-8 text ({error.reason})", EXPECTED) from None


def malformed(named: str, content: bytes, error: msgspec.DecodeError) -> InputError:
    """What msgspec says of a file, with its place."""
    message = str(error)
    if isinstance(error, msgspec.ValidationError):
        where = re.search(_PATH, message)
        found = re.sub(_PATH, "", message).replace("Object missing required field", "has no")
        at = where.group(1) if where else "$"
        types = re.fullmatch(_TYPES, found)
        if types:
            wanted = " or ".join(_JSON.get(one, one) for one in types.group(1).split(" | "))
            return InputError(f"{named}: {at}", f"is {_JSON.get(types.group(2), types.group(2))}", wanted, MADE)
        return InputError(f"{named}: {at}", f"{found[0].lower()}{found[1:]}", hint=MADE)
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
