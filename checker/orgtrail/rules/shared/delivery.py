"""Whether a bucket policy lets CloudTrail deliver: for the trails of its world, or for the one that it names."""

import re
from collections.abc import Iterable

import msgspec

from orgtrail.arn import account_in, read_arn
from orgtrail.iam.log_objects import LOG
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Case, Target
from orgtrail.iam.statements import PolicyDocument, Statement, Words
from orgtrail.iam.world import World
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.rules.shared.policies import all_of
from orgtrail.values import Cause, Symbol, Text, Unknown, is_fixed, parts_of, show, text

#: The folder that CloudTrail writes to, under the trail's prefix.
_FOLDER = "AWSLogs/"
#: So many folders are looked into where the trail isn't in the input. Real policies have one or two.
_MOST_FOLDERS = 20
_MOST_TRAILS = 5
_MOST_ACCOUNTS = 20
_SETTLE = "give the plan or state of the stack that holds the trail as another INPUT"


def lets_cloudtrail_write(case: Case, target: Target) -> Outcome:
    """Whether a policy lets CloudTrail deliver for the trails of its world, or for the one that it names."""
    world = case.world
    if world.trail_arns:
        return _asked(case, target)
    if world.own_trails:
        # A trail of one account isn't asked for the organization's path.
        return all_of(_asked_of_own(case, target, account, arn) for account, arn in world.own_trails)
    outcome = _asked_without_trail(case, target)
    accounts = accounts_in_folders(case.policy) if outcome.verdict == "violated" else ()
    if not accounts or (world.one_account and accounts == (world.management_account,)):
        return outcome
    alone = all_of(_asked_without_trail(_of_one_account(case, account), target) for account in accounts)
    if world.one_account or alone.verdict != "proved":
        return alone if world.one_account else outcome
    named = ", ".join(map(show, accounts))
    what = f"the policy covers trails of {named} alone; whether one of the organization writes here isn't known"
    return Outcome("undecided", unknowns=(Cause(what, f"{_SETTLE}, or --one-account"),))


def _asked_of_own(case: Case, target: Target, account: Words, arn: Words) -> Outcome:
    """The answer for a trail of one account; where its region isn't known, for the one that the policy names so."""
    outcome = _asked(_of_one_account(case, account, arn), target)
    if outcome.verdict != "undecided":
        return outcome
    own = read_arn(arn)
    named = [one for one in _named_trails(case.policy, _of_one_account(case, account).world) if isinstance(one, str)]
    if own is None or isinstance(own.region, str) or len(named) != 1:
        return outcome
    meant = read_arn(named[0])
    if meant is None or (meant.account, meant.resource) != (own.account, own.resource):
        return outcome
    ground = f"the trail's region isn't in this input; it is taken to be `{show(named[0])}`, which the policy names"
    outcome = _asked(_of_one_account(case, account, named[0]), target)
    return msgspec.structs.replace(outcome, because=(*outcome.because, ground))


def _of_one_account(case: Case, account: Words, *arns: Words) -> Case:
    """The case as it is for a trail of one account."""
    return case.in_world(
        msgspec.structs.replace(
            case.world, management_account=account, trail_arns=arns, own_trails=(), one_account=True
        )
    )


def accounts_in_folders(policy: PolicyDocument) -> tuple[Words, ...]:
    """The accounts whose folders CloudTrail may write to, where the policy names such folders and no other."""
    found: dict[Words, None] = {}
    for statement in policy.statements:
        if statement.effect != "Allow" or "cloudtrail.amazonaws.com" not in statement.principals.services:
            continue
        for resource in statement.resources.values:
            parts = parts_of(resource)
            for index, part in enumerate(parts):
                _, folder, rest = part.partition(_FOLDER) if isinstance(part, str) else ("", "", "")
                if not folder:
                    continue
                owner = rest.partition("/")[0] if rest else parts[index + 1] if index + 1 < len(parts) else ""
                found[owner if isinstance(owner, str | Symbol) else Unknown(Cause(""))] = None
    return tuple(found) if len(found) <= _MOST_ACCOUNTS and all(map(_is_account, found)) else ()


def _is_account(owner: Words) -> bool:
    if isinstance(owner, Symbol):
        return owner.kind == "account-id"
    return isinstance(owner, str) and re.fullmatch("[0-9]{12}", owner) is not None


def _asked(case: Case, target: Target) -> Outcome:
    return all_of(
        case.everything_is_allowed(["cloudtrail"], [action], Target(resources))
        for action, resources in _needed(case.world, target)
    )


def _asked_without_trail(case: Case, target: Target) -> Outcome:
    """The answer where no trail of the input writes to the bucket: it has to be the same for all that may be meant."""
    bucket = tuple(entry for entry in target.resources if entry[0] == "bucket")
    folders = dict.fromkeys(_folder(pattern) for kind, pattern in target.resources if kind in ("object", LOG))
    if len(folders) > _MOST_FOLDERS:
        cause = Cause(
            f"the policy lets CloudTrail write to {len(folders)} folders, and the trail's isn't known", _SETTLE
        )
        return Outcome("undecided", unknowns=(cause,))
    outcomes = [_asked_in(case, Target((*bucket, (LOG, folder)))) for folder in folders]
    verdicts = {outcome.verdict for outcome in outcomes}
    if len(verdicts) < 2 or "undecided" in verdicts:
        undecided = [outcome for outcome in outcomes if outcome.verdict == "undecided"]
        return undecided[0] if undecided else all_of(outcomes)
    cause = Cause(
        "which prefix the trail writes under isn't in this input, and the policy covers one better than another",
        _SETTLE,
    )
    return Outcome("undecided", unknowns=(cause,))


def _folder(pattern: object) -> str | Symbol | Text:
    """Everything in the folder that CloudTrail would write to, were `pattern` where a policy lets it."""
    parts: list[object] = []
    for part in pattern.parts if isinstance(pattern, Text) else (pattern,):
        if isinstance(part, str) and _FOLDER in part:
            parts.append(part.partition(_FOLDER)[0])
            break
        parts.append(part.removesuffix("*") if isinstance(part, str) else part)
    made = text(*parts, f"{_FOLDER}*")  # type: ignore[arg-type]
    assert isinstance(made, str | Symbol | Text)  # noqa: S101 - no part is unknown
    return made


def _asked_in(case: Case, target: Target) -> Outcome:
    """The answer for one folder: for any trail, else for the one that the policy names."""
    outcome = _asked(case, target)
    if outcome.verdict != "violated" or not _depends_on_trail(case.policy):
        return outcome
    arns = list(_named_trails(case.policy, case.world))
    if 1 <= len(arns) <= _MOST_TRAILS:
        each = [_asked(case.in_world(msgspec.structs.replace(case.world, trail_arns=(arn,))), target) for arn in arns]
        if len(arns) == 1 or all(one.verdict == "proved" for one in each):
            names = " or ".join(f"`{show(arn)}`" for arn in arns)
            ground = f"no trail is in this input; it is taken to be {names}, which the policy names"
            outcome = all_of(each)
            return msgspec.structs.replace(outcome, because=(*outcome.because, ground))
    if any(
        case.nobody_may(["cloudtrail"], [action], Target(resources)).verdict == "proved"
        for action, resources in _needed(case.world, target)
    ):
        # No trail of the management account may at all, and an organization trail is one of its trails.
        return outcome
    cause = Cause(
        "which trail writes to the bucket isn't in this input, and the policy doesn't let every one",
        _SETTLE,
    )
    return Outcome("undecided", unknowns=(cause,))


def _source_arns(policy: PolicyDocument) -> Iterable[tuple[Statement, Words]]:
    for statement in policy.statements:
        for condition in statement.conditions:
            if condition.key == "aws:sourcearn":
                yield from ((statement, value) for value in condition.values.values)


def _depends_on_trail(policy: PolicyDocument) -> bool:
    return any(condition.key == "aws:sourcearn" for one in policy.statements for condition in one.conditions)


def _named_trails(policy: PolicyDocument, world: World) -> Iterable[str | Symbol | Text]:
    """The trails of the management account that the Allow statements name in full."""
    found: dict[str | Symbol | Text, None] = {}
    for statement, value in _source_arns(policy):
        if statement.effect != "Allow" or isinstance(value, Unknown) or not is_fixed(value):
            continue
        if statement.principals.services and CLOUDTRAIL not in statement.principals.services:
            continue
        if any(wildcard in show(value) for wildcard in "*?") or (isinstance(value, Text) and "${" in _literals(value)):
            continue
        if not _may_be_a_trail(value, world.partition):
            continue
        owner = account_in(value) if isinstance(value, str) else None
        if owner is None or owner == world.management_account or not isinstance(world.management_account, str):
            found[value] = None
    return found


def _may_be_a_trail(value: Words, partition: str) -> bool:
    """Whether an ARN may be a trail's of the bucket's own partition: no trail delivers into another one."""
    named = read_arn(value)
    if named is None:
        return True
    return all(
        said == wanted
        for said, wanted in ((named.service, "cloudtrail"), (named.partition, partition))
        if isinstance(said, str)
    )


def _literals(value: Text) -> str:
    return "".join(part for part in value.parts if isinstance(part, str))


def _needed(world: World, target: Target) -> Iterable[tuple[str, tuple[tuple[str, str | Symbol | Text], ...]]]:
    """What CloudTrail has to do: an action, and the resources that it does it on."""
    bucket = tuple(entry for entry in target.resources if entry[0] == "bucket")
    yield "s3:GetBucketAcl", bucket  # type: ignore[misc]
    owners = (world.management_account,) if world.one_account else (world.management_account, world.organization_id)
    for owner in owners:
        for kind, pattern in target.resources:
            if kind in ("object", LOG):
                yield "s3:PutObject", ((LOG, _under(pattern, owner)),)


def _under(pattern: object, owner: object) -> str | Symbol | Text:
    """`.../AWSLogs/*` with what one account or the organization writes in place of everything."""
    parts = pattern.parts if isinstance(pattern, Text) else (pattern,)
    *start, end = parts
    assert isinstance(end, str)  # noqa: S101 - the patterns of a trail's objects end with a literal
    made = text(*start, end.removesuffix("*"), owner, "/*")  # type: ignore[arg-type]
    assert isinstance(made, str | Symbol | Text)  # noqa: S101 - no part is unknown
    return made
