"""What the rules say and the reports print: verdicts, witnesses, places. Nothing here knows about Terraform or AWS."""

from typing import Literal, TypeAlias

import msgspec

from orgtrail.edits import Edit
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

    `context` holds only the condition keys that matter, `without` are those that it mustn't carry. `allowed_by` and
    `not_denied_by` name statements by Sid, or by `Statement[2]` (counted from 0) where there is none.
    """

    principal: str
    account: str
    action: str
    resource: str
    context: dict[str, str | list[str]]
    allowed_by: tuple[str, ...] = ()
    not_denied_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    #: Where nothing allows it: the statement that nearly does, and what of it fails.
    near_miss: str = ""
    #: The account that a service acts for; empty where nobody stands behind the caller.
    acting_for: str = ""
    #: Whether nothing names the account, which stands for all that are treated like it.
    any_account: bool = False
    without: tuple[str, ...] = ()

    @property
    def caller(self) -> str:
        """Whoever calls, in words: an account of which nothing more is known, or a service and for whom."""
        account = self.acting_for or self.account
        if not account:
            return "anybody without credentials"
        whose = f"any other account (here {account})" if self.any_account else f"account {account}"
        return f"{self.principal}, acting for {whose}," if self.acting_for else whose

    @property
    def member(self) -> str:
        """The account, of the organization, in words."""
        return f"any member account (here {self.account})" if self.any_account else f"the member account {self.account}"

    @property
    def stranger(self) -> str:
        """The account, outside the organization, in words; nobody's where there is none."""
        if not self.account:
            return "anybody without credentials"
        if self.any_account:
            return f"any account outside the organization (here {self.account})"
        return f"account {self.account}, outside the organization,"


class OrderWitness(msgspec.Struct, frozen=True):
    """What keeps `trail` from coming after `trusted_access`: `missing` is the dependency to add.

    Where `is_edge` is false the order isn't what is missing, but something in what should come first: a principal that
    it doesn't list, or that it stays at all.
    """

    trail: str
    trusted_access: str
    missing: str
    is_edge: bool = True


class FactWitness(msgspec.Struct, frozen=True):
    """A plain fact of the input that breaks a rule: what was found at `attribute`, and what was expected."""

    attribute: str
    found: str
    expected: str


Witness: TypeAlias = RequestWitness | OrderWitness | FactWitness


class LineChange(msgspec.Struct, frozen=True):
    """In a file, from a line on: so many lines are `taken` away, and the text `put` in their place."""

    file: str
    line: int
    taken: int
    put: str


class Fix(msgspec.Struct, frozen=True):
    """HCL that would make the rule hold. `where` says in words what to do with it, `place` where the block stands.

    `block` is the address of the block that `hcl` belongs into; empty where adding it is no mechanical step. The HCL
    shows the `edits`: what is done to the block, or to the policy that it holds, wherever that is written. Where there
    is source, `diff` is what the edits change in it, which `patch -p1` takes, and `changes` the same line by line.
    """

    where: str
    hcl: str
    place: Place | None = None
    block: str = ""
    edits: tuple[Edit, ...] = ()
    diff: str = ""
    changes: tuple[LineChange, ...] = ()


class Excerpt(msgspec.Struct, frozen=True):
    """The lines of a file that a result is about, from the line `first` on; `is_cut`: there are more than these."""

    file: str
    first: int
    lines: tuple[str, ...]
    is_cut: bool = False


class Step(msgspec.Struct, frozen=True):
    """One edge of the dependency graph that a proof goes along: `later` waits for `earlier`, because of `why`."""

    earlier: str
    later: str
    why: str


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
    excerpt: Excerpt | None = None
    #: The ids of what it takes for true beside the input: docs/assumptions.md tells of each.
    assumptions: tuple[str, ...] = ()
    #: The way through the dependency graph that it rests on, from what waits to what it waits for.
    order: tuple[Step, ...] = ()

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


class Fact(msgspec.Struct, frozen=True):
    """One thing that a run was told and took for true: its option's name, its value, who said so.

    `by` is the file that says it, empty where the command line does; `is_found` says that nobody named that file.
    """

    name: str
    value: str
    by: str = ""
    is_found: bool = False


class Configuration(msgspec.Struct, frozen=True):
    """What a run was told: the orgtrail.toml that it ran under, if any; facts; and the rules that weren't asked."""

    file: str = ""
    is_found: bool = False
    facts: tuple[Fact, ...] = ()
    not_asked: tuple[str, ...] = ()
    #: The day of the requests that were asked about.
    today: str = ""


class Notice(msgspec.Struct, frozen=True):
    """Something about the run itself that a reader should know, such as a suppression that nothing needs any more."""

    message: str
    place: Place | None = None


#: What a box of a diagram stands for.
NodeRole: TypeAlias = Literal["trusted-access", "organization", "key", "bucket", "policy", "trail", "between"]
#: depends: Terraform's graph holds it. missing: a rule needs it, and it isn't there. possible: it can't be ruled out.
EdgeState: TypeAlias = Literal["depends", "missing", "possible"]


class DiagramNode(msgspec.Struct, frozen=True):
    """One block in the picture of the order. `address` has no instance keys; `lacks` is what a rule misses in it."""

    address: str
    role: NodeRole
    lacks: str = ""


class DiagramEdge(msgspec.Struct, frozen=True):
    """`earlier` comes before `later`. `why` says in words what ties them (or what would).

    `cited_by` are the rules whose verdict rests on this edge, or misses it.
    """

    earlier: str
    later: str
    state: EdgeState
    why: str = ""
    cited_by: tuple[str, ...] = ()


class Diagram(msgspec.Struct, frozen=True):
    """The order in which Terraform makes things, cut down to what lies between trusted access and trail.

    Nodes stand so that earlier ones come first. `already` says what is there before anything is made.
    """

    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]
    already: str = ""


class AccessCell(msgspec.Struct, frozen=True):
    """Whether one kind of principal may do one kind of thing. `answer` is yes, no or unknown.

    `why` says in sentences what stops it, or what keeps it from being known; `statements` are the deciding ones by Sid.
    """

    action: str
    answer: Literal["yes", "no", "unknown"]
    why: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    witness: RequestWitness | None = None


class AccessRow(msgspec.Struct, frozen=True):
    """One kind of principal, with one cell for each action. Where it `must_stay_out`, a yes is a hole.

    `accounts` are those that it stands for, as far as they are known.
    """

    principal: str
    cells: tuple[AccessCell, ...]
    must_stay_out: bool = False
    accounts: tuple[str, ...] = ()


class AccessTable(msgspec.Struct, frozen=True):
    """Who may do what on one bucket or key; every row has the same actions in the same order.

    `title` is the address of what holds its policy, `name` what AWS calls it, or will, as far as that is known.
    """

    title: str
    rows: tuple[AccessRow, ...]
    name: str = ""
    kind: Literal["bucket", "key"] = "bucket"


class StatementText(msgspec.Struct, frozen=True):
    """One statement of a policy: its Sid (or `Statement[2]`), and its JSON as text with holes as `${address}`."""

    name: str
    effect: str
    json: str


class PolicyText(msgspec.Struct, frozen=True):
    """A policy to read. Where it can't be read as statements, `unknowns` says why, or `raw` holds its text."""

    address: str
    attribute: str
    statements: tuple[StatementText, ...]
    place: Place | None = None
    raw: str = ""
    unknowns: tuple[Cause, ...] = ()


class AccessChange(msgspec.Struct, frozen=True):
    """What a plan changes for one kind of principal on one bucket or key, `address`: what it newly may, or may no more.

    `answer` is yes, or unknown, where `why` says what isn't known. Where it `must_stay_out`, what it may is a hole.
    """

    address: str
    principal: str
    newly: Literal["allowed", "denied"]
    actions: tuple[str, ...]
    answer: Literal["yes", "unknown"]
    why: tuple[str, ...] = ()
    must_stay_out: bool = False


class Origin(msgspec.Struct, frozen=True):
    """What an input was read from: the SHA-256 of its file, and of the source beside it.

    That of a folder is the one of what `sha256sum FILE...` prints of its files, sorted by name.
    """

    digest: str = ""
    files: int = 0
    source_digest: str = ""


class ShownEvidence(msgspec.Struct, frozen=True):
    """Evidence that a run had: its file and who saw it when, and how old it was then."""

    ground: str
    hours: float
    is_stale: bool


class View(msgspec.Struct, frozen=True):
    """What one input looks like, for the formats that draw it.

    `changes` is None of what is no plan; `accounts` are who is who in it, and who says so.
    """

    input: str
    diagram: Diagram | None = None
    access: tuple[AccessTable, ...] = ()
    policies: tuple[PolicyText, ...] = ()
    changes: tuple[AccessChange, ...] | None = None
    origin: Origin = Origin()
    accounts: tuple[Fact, ...] = ()
    evidence: ShownEvidence | None = None


class OpenBefore(msgspec.Struct, frozen=True, order=True):
    """A result that was open in an earlier run: its rule, its address, and what it was."""

    rule: str
    address: str
    verdict: str


class Run(msgspec.Struct, frozen=True):
    """How a report came to be: when (in UTC, ISO 8601), and by which words of a command line; empty where unknown."""

    at: str = ""
    command: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """All that a report shows. `views` is filled only for the formats that draw them, one for each input.

    `fail_on` and `undecided` are what the run was told to count, for formats that mark each result as passed or failed.
    """

    inputs: tuple[Input, ...]
    results: tuple[Result, ...]
    exit_code: int
    notices: tuple[Notice, ...] = ()
    views: tuple[View, ...] = ()
    fail_on: Severity = "error"
    #: Of several inputs, why those couldn't be read that aren't in `inputs`: one line each. The exit code is 2 then.
    unreadable: tuple[str, ...] = ()
    undecided: Literal["fail", "warn"] = "fail"
    configuration: Configuration = Configuration()
    #: What the run is compared with, such as `baseline known.json`, and what was open there and isn't any more.
    baseline: str = ""
    mended: tuple[OpenBefore, ...] = ()
    run: Run = Run()

    def was_there_before(self, result: Result) -> bool:
        """Whether a result is set aside since the baseline holds it."""
        return bool(self.baseline) and result.suppression is not None and result.suppression.by == self.baseline

    def counts(self, result: Result) -> bool:
        """Whether a result makes the run fail (exit code 1 or 3)."""
        if result.is_suppressed:
            return False
        if result.verdict == "violated":
            return SEVERITIES.index(result.severity) >= SEVERITIES.index(self.fail_on)
        return result.verdict == "undecided" and result.severity == "error" and self.undecided == "fail"
