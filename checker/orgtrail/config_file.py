"""orgtrail.toml: what it may say, the place of what it may not say, and its JSON schema.

`read()` makes settings of it, together with what the command alone needs (formats, quiet ...). The JSON schema is made
from the same types, by `schema()`.
"""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec

from orgtrail import files
from orgtrail.config import FILE, Ignore, Told, Undecided
from orgtrail.errors import InputError
from orgtrail.results import Place, Severity

# The file. Descriptions end up in its JSON schema, which editors show.

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_Account = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$", description="An account's id: 12 digits.")]


class _IgnoreTable(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    rule: Annotated[str, msgspec.Meta(description="The rule's id.", min_length=1)]
    reason: Annotated[str, msgspec.Meta(description="Why the finding is acceptable.", min_length=1)]
    address: Annotated[str, msgspec.Meta(description="A Terraform address; * stands for anything.")] = "*"
    until: Annotated[datetime.date | None, msgspec.Meta(description="The last day on which it counts.")] = None


class _Assume(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename="kebab"):
    trusted_access: Annotated[
        _Text | None, msgspec.Meta(description="Why trusted access may be taken for granted.")
    ] = None
    no_other_trail: Annotated[_Text | None, msgspec.Meta(description="Why no other organization trail is there.")] = (
        None
    )


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename="kebab"):
    source: Annotated[_Text | None, msgspec.Meta(description="The root module that the plans were made from.")] = None
    no_source: Annotated[bool, msgspec.Meta(description="Read plans without the source that lies by them.")] = False
    require_trail: Annotated[bool, msgspec.Meta(description="Fail where no input holds an organization trail.")] = False
    var: Annotated[list[str], msgspec.Meta(description="NAME=VALUE of input variables for a directory.")] = []
    var_file: Annotated[list[str], msgspec.Meta(description="Files of variable values.")] = []
    organization_id: Annotated[
        Annotated[str, msgspec.Meta(pattern=r"^o-[a-z0-9]{10,32}$")] | None,
        msgspec.Meta(description="The organization's id."),
    ] = None
    management_account: _Account | None = None
    archive_account: _Account | None = None
    trusted_account: Annotated[list[_Account], msgspec.Meta(description="Accounts that may read the logs.")] = []
    bucket: Annotated[_Text | None, msgspec.Meta(description="The bucket that a bare policy is for.")] = None
    today: Annotated[
        datetime.date | None, msgspec.Meta(description="The day of the requests that are asked about.")
    ] = None
    one_account: Annotated[
        bool | None, msgspec.Meta(description="The trails are one account's, not an organization's.")
    ] = None
    evidence: Annotated[_Text | None, msgspec.Meta(description="What `orgtrail audit --save` saw.")] = None
    evidence_max_age: Annotated[
        Annotated[float, msgspec.Meta(gt=0)] | None, msgspec.Meta(description="How many hours evidence may be old.")
    ] = None
    assume_trusted_access: _Text | None = None
    assume_no_other_trail: _Text | None = None
    retention_days: Annotated[
        Annotated[int, msgspec.Meta(ge=1)] | None, msgspec.Meta(description="How many days logs have to be kept.")
    ] = None
    assume: _Assume | None = None
    select: Annotated[list[str], msgspec.Meta(description="The rules to run; all where it is empty.")] = []
    ignore: Annotated[
        list[str | _IgnoreTable],
        msgspec.Meta(description="Rules to leave out, or findings to set aside (as tables `[[ignore]]`)."),
    ] = []
    fail_on: Severity | None = None
    undecided: Undecided | None = None
    allow_outside: bool | None = None
    baseline: Annotated[_Text | None, msgspec.Meta(description="A file of results that were there before.")] = None
    format: Annotated[list[str], msgspec.Meta(description="Report formats: FORMAT or FORMAT=FILE.")] = []
    output: _Text | None = None
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False


def schema() -> dict[str, Any]:
    """The JSON schema of orgtrail.toml."""
    _, components = msgspec.json.schema_components([_File], ref_template="#/$defs/{name}")
    named = {name.lstrip("_"): part for name, part in components.items()}
    made: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **named.pop("File"),
        "title": FILE,
        "$defs": named,
    }
    text = msgspec.json.encode(made).replace(b"#/$defs/_", b"#/$defs/")
    tidy: dict[str, Any] = msgspec.json.decode(re.sub(rb'"title":"_', b'"title":"', text))
    return tidy


#: Bytes of a settings file, and parts of a dotted name in it.
LARGEST = 1_000_000
MOST_PARTS = 50


#: What only a file that somebody named may say, and why: whoever opens a pull request writes what lies about in it.
_FOR_NAMED_FILES = {
    "today": "which day it is",
    "one-account": "whose trails are asked about",
    "evidence": "what counts as seen",
    "evidence-max-age": "what counts as seen",
    "select": "which rules are asked",
    "fail-on": "what fails a run",
    "undecided": "what fails a run",
    "allow-outside": "to leave the source tree",
    "baseline": "what is set aside",
    "output": "which files are written",
}
#: Settings that name a path, which a file that was found may only do inside its own folder.
_PATHS = ("source", "var-file")


def read(path: Path, *, is_found: bool = False) -> Told:
    """What an orgtrail.toml says; `is_found`: nobody named it, so that it may say less (`docs/security.md`).

    Raises InputError, with file and line, for what it may not say.
    """
    import tomllib

    name = name_of(path)
    try:
        text = files.read(path, LARGEST, pipes=True).decode()
        _check_depth(name, text)
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"^(.*?) \(at line (\d+), column (\d+)\)$", str(error))
        where = f"{name}:{found[2]}:{found[3]}" if found else f"{name}:{text.count(chr(10)) + 1}"
        raise InputError(where, f"isn't TOML ({(found[1] if found else str(error)).lower()})") from None
    except RecursionError:
        raise InputError(name, "is nested too deeply", "tables and lists as docs/configuration.md shows them") from None
    except UnicodeDecodeError:
        raise InputError(name, "isn't UTF-8 text") from None
    except ValueError as error:
        raise InputError(name, f"isn't TOML ({str(error).partition(':')[0].lower()})") from None
    except OSError as error:
        raise InputError(name, (error.strerror or "can't be read").lower(), "a file that can be read") from None
    lines = _lines_of(text)
    try:
        file = msgspec.convert(data, type=_File)
    except msgspec.ValidationError as error:
        raise _refused(name, str(error), lines) from None
    if is_found:
        _check_found(data, path, name, lines)
    return _told(file, path, name, lines)


def _check_found(data: dict[str, Any], path: Path, shown: str, lines: dict[tuple[str | int, ...], int]) -> None:
    """Refuse what a file may not say that nobody named."""

    def refused(setting: str, found: str) -> InputError:
        where = f"{shown}:{lines.get((setting,), 1)}"
        return InputError(where, found, "a file that is named", f"give --config {shown}, or the option")

    root = path.resolve().parent
    for setting, value in data.items():
        if setting in _FOR_NAMED_FILES:
            meaning = _FOR_NAMED_FILES[setting]
            raise refused(setting, f"`{setting}` says {meaning}, which a file that was only found may not")
        if setting == "ignore" and any(isinstance(one, str) for one in value):
            raise refused(setting, "`ignore` leaves rules out, which a file that was only found may not")
        if setting == "format" and any("=" in one for one in value):
            raise refused(setting, "`format` names a file to write, which a file that was only found may not")
        for one in (value if isinstance(value, list) else [value]) if setting in _PATHS else []:
            if not (root / one).resolve().is_relative_to(root):
                raise refused(setting, f"`{setting}` leaves the folder, which a file that was only found may not")


def _check_depth(shown: str, text: str) -> None:
    """Refuse names of hundreds of parts: reading them takes time and memory by the square of their number."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > MOST_PARTS and re.sub(r'"[^"]*"|\'[^\']*\'', "", line).count(".") > MOST_PARTS:
            raise InputError(f"{shown}:{number}", f"has a name of more than {MOST_PARTS} parts")


#: The line of each setting, by its path in the file.
_Lines = dict[tuple[str | int, ...], int]


def _suppressions(file: _File, shown: str, lines: _Lines) -> Iterator[Ignore]:
    """What the file sets aside, with a reason each."""
    from orgtrail import rules

    for position, one in enumerate(file.ignore):
        if isinstance(one, _IgnoreTable):
            line = lines.get(("ignore", position, "rule"), lines.get(("ignore", position), 1))
            if one.rule not in rules.ids():
                raise rules.unknown(f"{shown}:{line}", one.rule)
            if not one.reason.strip():
                raise InputError(f"{shown}:{line}", f"`{one.rule}` is ignored without a reason", "words in `reason`")
            place = Place(shown, line)
            yield Ignore(one.rule, one.reason, one.address, one.until, str(place), place)


def _refuse_unknown(file: _File, shown: str, lines: _Lines) -> None:
    """Refuse names that no rule, and no format, has."""
    from orgtrail import rules
    from orgtrail.report import FORMATS

    named = [("select", one) for one in file.select] + [("ignore", one) for one in file.ignore]
    for setting, one in named:
        if isinstance(one, str) and one not in rules.ids():
            raise rules.unknown(f"{shown}:{lines.get((setting,), 1)}", one)
    for name, _ in _pairs(file.format):
        if name not in FORMATS:
            where = f"{shown}:{lines.get(('format',), 1)}"
            raise InputError(where, f"there is no format `{name}`", "one of " + ", ".join(FORMATS))


def _told(file: _File, path: Path, shown: str, lines: _Lines) -> Told:
    folder = path.parent

    def beside(name: str | None) -> str | None:
        """A path in the file is meant from the file's folder."""
        return None if name is None else str(_relative(folder / name))

    suppressions = list(_suppressions(file, shown, lines))
    _refuse_unknown(file, shown, lines)
    given: dict[str, Any] = {
        "source": beside(file.source),
        "variables": tuple(file.var),
        "var_files": tuple(str(beside(one)) for one in file.var_file),
        "organization_id": file.organization_id,
        "management_account": file.management_account,
        "archive_account": file.archive_account,
        "trusted_accounts": tuple(file.trusted_account),
        "bucket": file.bucket,
        "today": file.today,
        "one_account": file.one_account,
        "evidence": beside(file.evidence),
        "evidence_max_age": file.evidence_max_age,
        "assume_trusted_access": (file.assume and file.assume.trusted_access) or file.assume_trusted_access,
        "assume_no_other_trail": (file.assume and file.assume.no_other_trail) or file.assume_no_other_trail,
        "retention_days": file.retention_days,
        "select": tuple(file.select),
        "ignore": tuple(one for one in file.ignore if isinstance(one, str)),
        "fail_on": file.fail_on,
        "undecided": file.undecided,
        "allow_outside": file.allow_outside,
        "no_source": file.no_source or None,
        "require_trail": file.require_trail or None,
        "suppressions": tuple(suppressions),
        "baseline": beside(file.baseline),
    }
    formats = tuple("=".join([name, *map(str, filter(None, [beside(to or None)]))]) for name, to in _pairs(file.format))
    settings = {name: value for name, value in given.items() if value not in (None, ())}
    return Told(settings, formats, beside(file.output), file.quiet, file.verbose, file.no_color)


def _pairs(formats: list[str]) -> list[tuple[str, str]]:
    return [(name, file) for name, _, file in (one.partition("=") for one in formats)]


def _relative(path: Path) -> Path:
    """A path as short as it can be said from the working directory."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except (ValueError, OSError):
        return path


def name_of(path: Path) -> str:
    """The file as messages call it."""
    return str(_relative(path))


_AT = re.compile(r" - at `\$\.?(.*)`$")
_FIELD = re.compile(r"field `(.+?)`")


def _refused(shown: str, message: str, lines: dict[tuple[str | int, ...], int]) -> InputError:
    """What msgspec says of the file, as a line of it."""
    where = _AT.search(message)
    path: tuple[str | int, ...] = tuple(
        int(step[1:-1]) if step.startswith("[") else step
        for step in re.findall(r"\[\d+\]|[^.\[\]]+", where[1] if where else "")
    )
    found = _AT.sub("", message)
    field = _FIELD.search(found)
    expected = hint = ""
    if field and "unknown" in found:
        path = (*path, field[1])
        known = _IgnoreTable if path[:1] == ("ignore",) else _Assume if path[:1] == ("assume",) else _File
        names = msgspec.structs.fields(known)
        found = f"there is no setting `{field[1]}`"
        hint = _did_you_mean(field[1], [one.encode_name for one in names])
    else:
        name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        said, expected = _in_words(found, get_args(Undecided if path[:1] == ("undecided",) else Severity))
        found = f"`{name}` {said}"
    line = next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)
    return InputError(f"{shown}:{line}", found, expected, hint)


#: What msgspec calls types, as TOML writes them.
_TOML = {
    "str": "text in quotes",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list in brackets",
    "object": "a table",
    "date": "a day",
    "datetime": "a time",
    "time": "a time",
}
_TYPES = re.compile(r"Expected `(.+?)`, got `(.+?)`")
_LACKS = re.compile(r"Object missing required field `(.+?)`")
_CHOICE = re.compile(r"Invalid enum value '(.*)'")


def _in_words(found: str, choices: tuple[str, ...]) -> tuple[str, str]:
    """What msgspec found, and what it expected, in words of TOML; `choices` are those that a setting has."""
    if types := _TYPES.fullmatch(found):
        wanted = [_TOML.get(one, one) for one in types[1].split(" | ") if one != "null"]
        return f"is {_TOML.get(types[2], types[2])}", " or ".join(wanted)
    if lacks := _LACKS.fullmatch(found):
        return f"has no `{lacks[1]}`", f"`{lacks[1]} = ...` in it"
    if choice := _CHOICE.fullmatch(found):
        return f'is "{choice[1]}"', "one of " + ", ".join(f'"{one}"' for one in choices)
    if "[0-9]{12}" in found:
        return "isn't the id of an account", "12 digits in quotes"
    if "o-[a-z" in found:
        return "isn't the id of an organization", "an id such as o-abcd123456"
    if "RFC3339" in found:
        return "isn't a day", "one such as 2027-03-31"
    if "length >= 1" in found:
        return "is empty", "some words"
    if "> 0" in found:
        return "is no number of hours", "more than 0"
    return f"can't be used ({found[0].lower()}{found[1:]})", ""


def _did_you_mean(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.replace("_", "-"), known, n=1)
    return f"did you mean `{near[0]}`?" if near else "the settings are " + ", ".join(sorted(known))


_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*=""")
_STRINGS = re.compile(
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''.*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)


def _lines_of(text: str) -> dict[tuple[str | int, ...], int]:
    """Where each table and each key of a TOML text that can be read stands; tomllib doesn't say.

    Keys inside inline tables and dotted keys are found by the line of what holds them.
    """
    found: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    counts: dict[str, int] = {}
    depth = 0
    # Strings and comments are blanked out, line breaks in them kept, so that what looks like a key or bracket is one.
    blanked = _STRINGS.sub(lambda part: _blank(part.group(), text, part.start()), text)
    for number, line in enumerate(blanked.splitlines(), 1):
        if depth == 0:
            header = _HEADER.match(line)
            key = _KEY.match(line)
            if header and header[1] == "[[":
                position = counts.get(header[2], -1) + 1
                counts[header[2]] = position
                table = (header[2], position)
                found.setdefault((header[2],), number)
                found[table] = number
                continue
            if header:
                table = (header[2],)
                found[table] = number
                continue
            if key:
                found[(*table, key[1].strip("\"'"))] = number
        depth = max(0, depth + sum(line.count(sign) for sign in "[{") - sum(line.count(sign) for sign in "]}"))
    return found


def _blank(part: str, text: str, start: int) -> str:
    """A string or comment without its signs. A quoted key stays: it stands at the beginning of its line."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if not before.strip() and not part.startswith("#") and "\n" not in part:
        return part
    return "".join("\n" if sign == "\n" else "_" for sign in part) if not part.startswith("#") else ""
