"""Everything a run can be told: the options of `check`, which orgtrail.toml names the same way.

`Settings` is what a check takes. Reading the file is `config_file.py`, which only a run that has one needs.
"""

import datetime
import os
from typing import Any, Literal

import msgspec

from orgtrail.errors import InputError
from orgtrail.results import Fact, Place, Severity

FILE = "orgtrail.toml"

Undecided = Literal["fail", "warn"]

#: What lies in the root of a repository.
_ROOTS = (".git", ".hg", ".jj", ".svn")


class Ignore(msgspec.Struct, frozen=True):
    """Sets the results of one rule aside, where the address fits `address` (`*` stands for anything).

    An address without instance keys fits every instance. `by` names where it is written; after `until` it doesn't
    count any more.
    """

    rule: str
    reason: str
    address: str = "*"
    until: datetime.date | None = None
    by: str = FILE
    place: Place | None = None


class ConfigFile(msgspec.Struct, frozen=True):
    """The orgtrail.toml of a run, as it is shown; the names of the settings that it gave.

    `is_found` says that nobody named it: it lay in the working directory or above, where a pull request may write it.
    """

    name: str
    is_found: bool
    settings: frozenset[str]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was told. Facts about the organization are None where nobody told them.

    Raises InputError for what can't be meant: a mistyped account would be taken for one that may read the logs.
    """

    #: The root module that the plans were made from.
    source: str | None = None
    #: Whether plans in JSON are read without the source that lies by them.
    no_source: bool = False
    #: Values of input variables for a directory, `NAME=VALUE` as terraform's `-var` takes them, and files of them.
    variables: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    organization_id: str | None = None
    management_account: str | None = None
    archive_account: str | None = None
    trusted_accounts: tuple[str, ...] = ()
    #: The bucket that a bare policy document is for.
    bucket: str | None = None
    #: What `orgtrail audit --save` wrote, and how many hours it may be old.
    evidence: str | None = None
    evidence_max_age: float = 24
    #: Why trusted access may be taken for granted; None where it may not.
    assume_trusted_access: str | None = None
    #: Why no other organization trail needs trusted access; None where one may.
    assume_no_other_trail: str | None = None
    #: How many days the logs have to be kept.
    retention_days: int = 365
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity = "error"
    undecided: Undecided = "fail"
    #: Whether `file()`, `templatefile()` and module sources may leave the source tree.
    allow_outside: bool = False
    #: Whether terraform is asked to show saved plans, which are read without it.
    with_terraform: bool = False
    #: Whether a run fails where no input holds an organization trail.
    require_trail: bool = False
    #: What is set aside; comments in the source add to it.
    suppressions: tuple[Ignore, ...] = ()
    #: Whether comments in the source may set results aside.
    inline_ignores: bool = True
    #: A file of results that were there before, which are set aside.
    baseline: str | None = None
    #: The day on which requests are asked about: what ends before it is over. None: the day of the run, in UTC.
    today: datetime.date | None = None
    #: Whether the trails are those of one account, where the input holds none: no organization's logs are asked about.
    one_account: bool | None = None
    #: Which of these an orgtrail.toml says, and which file that is.
    config: ConfigFile | None = None

    @property
    def day(self) -> datetime.date:
        """The day of the run, where nobody told another."""
        return self.today or datetime.datetime.now(datetime.UTC).date()

    def __post_init__(self) -> None:
        """Refuse what no fact about an organization can look like."""
        for option, given in (
            ("--management-account", (self.management_account,)),
            ("--archive-account", (self.archive_account,)),
            ("--trusted-account", self.trusted_accounts),
        ):
            for account in given:
                if account is not None and not (len(account) == 12 and account.isascii() and account.isdigit()):
                    raise InputError(option, f"`{account}` isn't the id of an account", "12 digits")
        if self.organization_id is not None and not _is_organization(self.organization_id):
            expected = "an id such as o-abcd123456"
            raise InputError("--organization-id", f"`{self.organization_id}` isn't the id of an organization", expected)
        for variable in self.variables:
            if "=" not in variable:
                raise InputError(f"--var {variable}", "has no value", "NAME=VALUE")
        if not self.evidence_max_age > 0:
            raise InputError("--evidence-max-age", f"{self.evidence_max_age:g} hours leave no evidence", "more than 0")
        if self.assume_trusted_access is not None and not self.assume_trusted_access.strip():
            raise InputError("--assume-trusted-access", "gives no reason", "words that say who manages it")
        if self.assume_no_other_trail is not None and not self.assume_no_other_trail.strip():
            raise InputError("--assume-no-other-trail", "gives no reason", "words that say how you know")
        if self.retention_days < 1:
            raise InputError("--retention-days", f"{self.retention_days} days keep no logs", "at least 1")


#: The settings that say what is so, beside the input, each with its option.
FACTS = {
    "organization_id": "organization-id",
    "management_account": "management-account",
    "archive_account": "archive-account",
    "trusted_accounts": "trusted-account",
    "bucket": "bucket",
    "evidence": "evidence",
    "assume_trusted_access": "assume-trusted-access",
    "assume_no_other_trail": "assume-no-other-trail",
    "today": "today",
    "one_account": "one-account",
    "variables": "var",
    "var_files": "var-file",
}


def facts_of(settings: Settings) -> tuple[Fact, ...]:
    """What a run was told and takes for true, with who says so. Of variables the names only: values may be secret."""
    found = []
    for name, option in FACTS.items():
        value = getattr(settings, name)
        file = settings.config if settings.config and name in settings.config.settings else None
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None:
                shown = one.partition("=")[0].strip() if name == "variables" else str(one)
                found.append(Fact(option, shown, file.name if file else "", bool(file and file.is_found)))
    return tuple(found)


def _is_organization(given: str) -> bool:
    """Source: Organizations API Reference, "Organization": `o-` and 10 to 32 lower-case letters or digits."""
    end = given.removeprefix("o-")
    return given.startswith("o-") and 10 <= len(end) <= 32 and end.isascii() and end.isalnum() and end == end.lower()


class Told(msgspec.Struct, frozen=True):
    """What an orgtrail.toml says: the settings it gives by their names in `Settings`, and those of the command."""

    settings: dict[str, Any] = {}
    formats: tuple[str, ...] = ()
    output: str | None = None
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False


def find(folder: str) -> str | None:
    """The path of a folder's orgtrail.toml, or of the nearest one above it inside the same repository.

    What lies above a repository's root, or above a folder of none, is somebody else's: it says nothing here.
    """
    here = os.path.realpath(folder)
    root = _root_of_repository(here)
    while not os.path.isfile(found := os.path.join(here, FILE)):
        if here == root:
            return None
        here = os.path.dirname(here)
    return found


def _root_of_repository(folder: str) -> str:
    """The root of the repository that a folder lies in; the folder itself where it lies in none."""
    here = folder
    while not any(os.path.lexists(os.path.join(here, mark)) for mark in _ROOTS):
        here, below = os.path.dirname(here), here
        if here == below:
            return folder
    return here
