"""What the rules say and the reports print: verdicts, witnesses, places. Nothing here knows about Terraform or AWS."""

from typing import Any, Literal, TypeAlias

import msgspec

from orgtrail.values import Cause

#: proved: holds for every request and every value of what is unknown. violated: with a witness.
#: undecided: with the unknowns to blame.
Verdict: TypeAlias = Literal["proved", "violated", "undecided", "not-applicable"]
Severity: TypeAlias = Literal["error", "warning", "note"]

#: From the least to the most grave.
SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")

#: How a ground begins that is taken on the user's word.
ASSUMED = "assumed: "


class Place(msgspec.Struct, frozen=True):
    """Where in the user's files something stands, counted from 1; `line` is None where only the file is known."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class RequestWitness(msgspec.Struct, frozen=True):
    """The very request that gets through (or, for a claim that something is allowed, the one that doesn't).

    `context` holds only the condition keys that matter. `allowed_by` and `not_denied_by` name statements by Sid, or by
    `Statement[2]` (counted from 0) where there is none.
    """

    principal: str
    account: str
    action: str
    resource: str
    context: dict[str, str | list[str]]
    allowed_by: tuple[str, ...] = ()
    not_denied_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()


class OrderWitness(msgspec.Struct, frozen=True):
    """The dependency that isn't there: `trail` should come after `trusted_access`, and `missing` is the edge to add."""

    trail: str
    trusted_access: str
    missing: str


class FactWitness(msgspec.Struct, frozen=True):
    """A plain fact of the input that breaks a rule: what was found at `attribute`, and what was expected."""

    attribute: str
    found: str
    expected: str


Witness: TypeAlias = RequestWitness | OrderWitness | FactWitness


class Fix(msgspec.Struct, frozen=True):
    """HCL that would make the rule hold. `where` says in words what to do with it, `place` where the block stands.

    `block` is the address of the block that `hcl` belongs into; empty where adding it is no mechanical step.
    """

    where: str
    hcl: str
    place: Place | None = None
    block: str = ""


class Suppression(msgspec.Struct, frozen=True):
    """Who set a result aside, why, and until when. An expired one doesn't suppress any more, and says so."""

    by: str
    reason: str
    until: str | None = None
    expired: bool = False


class Result(msgspec.Struct, frozen=True):
    """One verdict on one subject of one input.

    `address` is the Terraform address (or ARN) of the subject, empty where a rule finds no subject in the input.
    `because` holds the grounds of a proof, `unknowns` what an undecided verdict hangs on, `witness` what a violated
    one shows.
    """

    rule: str
    verdict: Verdict
    severity: Severity
    input: str
    address: str
    message: str
    location: Place | None = None
    witness: Witness | None = None
    unknowns: tuple[Cause, ...] = ()
    because: tuple[str, ...] = ()
    suppression: Suppression | None = None
    fix: Fix | None = None

    @property
    def is_suppressed(self) -> bool:
        """Whether it is set aside; an expired suppression doesn't set anything aside any more."""
        return self.suppression is not None and not self.suppression.expired

    @property
    def is_assumed(self) -> bool:
        """Whether it is proved only because the user said so (`--assume-trusted-access`)."""
        return any(ground.startswith(ASSUMED) for ground in self.because)


class Input(msgspec.Struct, frozen=True):
    """One thing that was checked. `kind` is plan, state, directory, policy or live."""

    path: str
    kind: str
    terraform_version: str | None = None


class Report(msgspec.Struct, frozen=True):
    """All that a report shows. `access` and `graphs` are filled only for the formats that draw them."""

    inputs: tuple[Input, ...]
    results: tuple[Result, ...]
    exit_code: int
    extras: dict[str, Any] = {}
