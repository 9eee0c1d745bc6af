"""Everything a run can be told, in one frozen value: the options of `check`, which orgtrail.toml names the same way."""

from typing import Literal

import msgspec

from orgtrail.results import Severity


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was told. Facts about the organization are None where nobody told them."""

    #: The root module that the plans were made from.
    source: str | None = None
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
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity = "error"
    undecided: Literal["fail", "warn"] = "fail"
    #: Whether `file()`, `templatefile()` and module sources may leave the source tree.
    allow_outside: bool = False
