"""What the rules on bucket and key policies share: what is asked of which policy, and how the answer reads."""

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from orgtrail.estate import NO_OP, Instance
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Case, Target
from orgtrail.iam.statements import PolicyDocument
from orgtrail.iam.steps import STEPS_AT_LEAST
from orgtrail.iam.world import World
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.log_keys import LogKey, key_arn
from orgtrail.organization.policies import Policy
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.results import Fix, RequestWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.verdicts import undecided
from orgtrail.values import Cause, Symbol, Text, Value, show, text, unique, with_symbol

#: Asks a policy a question about a bucket and the trail's objects in it.
Asked = Callable[[Case, Target], Outcome]
#: Says in words what a witness shows.
Saying = Callable[[RequestWitness], str]
#: What would make the answer about a policy a proof (`_repairs`); None where nothing mechanical does.
Mend = Callable[[Domain, Policy, Case, Target, Callable[[PolicyDocument], Outcome]], Fix | None]


def shut_by(name: str) -> Mend:
    """What `guarding` calls `name`; it is loaded for what is violated only."""

    def mend(
        domain: Domain, policy: Policy, case: Case, target: Target, ask: Callable[[PolicyDocument], Outcome]
    ) -> Fix | None:
        from orgtrail.rules.shared import guarding

        made: Mend = getattr(guarding, name)
        return made(domain, policy, case, target, ask)

    return mend


def ask_of_buckets(
    domain: Domain,
    question: Asked,
    proved: str,
    violated: Saying,
    mend: Mend | None = None,
    *,
    reads: bool = False,
    copies: bool = False,
) -> Iterator[Finding]:
    """One finding for each policy of each log bucket, and one for a log bucket without any.

    Where it is violated, `mend` is asked for a fix. `reads` says that trusted accounts may do what is asked for,
    `copies` that the same is asked of the buckets that the logs are copied to.
    """
    for bucket in (*domain.log_buckets, *(domain.copies if copies else ())):
        missing = out_of_sight(domain, bucket)
        if missing is not None:
            message = "the log bucket's policy can't be seen"
            yield Finding(address=bucket.address, verdict="undecided", message=message, unknowns=missing)
            continue
        world = domain.world_of(bucket)
        policies: list[Policy | None] = [*bucket.policies]
        for policy in policies or [None]:
            outcome = _answer(domain, bucket, policy, world, question)
            finding = _finding(bucket.address, policy, outcome, proved, violated, reads=reads)
            if policy:
                finding = _as_it_ends(domain, bucket, policy, world, question, violated, finding)
                finding = _unless_commanded(domain, finding, "bucket", bucket.name)
            else:
                finding = _without_lost(bucket, finding)
            if mend and policy and outcome.verdict == "violated" and domain.estate.holds(policy.instance):
                case, target, _ = _asked(domain, bucket, policy, world)
                finding = msgspec.structs.replace(finding, fix=_mended(domain, policy, case, target, question, mend))
            yield _from_beside(domain, _of_copy(finding, bucket), bucket, policy)


def _of_copy(finding: Finding, bucket: LogBucket) -> Finding:
    """A finding on a bucket that the logs are copied to says so."""
    if bucket.copy_of is None:
        return finding
    message = f"{finding.message} (in `{bucket.address}`, which `{bucket.holder.address}` copies them to)"
    return msgspec.structs.replace(finding, message=message)


def _without_lost(bucket: LogBucket, finding: Finding) -> Finding:
    """A finding on a bucket without a policy, which says so where the policy went with the old bucket."""
    if not bucket.lost:
        return finding
    why = bucket.lost[0].how_lost
    if finding.verdict == "proved":
        return msgspec.structs.replace(finding, because=(why, *finding.because))
    return msgspec.structs.replace(finding, message=f"{finding.message}: {why}")


def _as_it_ends(
    domain: Domain,
    bucket: LogBucket,
    policy: Policy,
    world: World,
    question: Asked,
    violated: Saying,
    finding: Finding,
) -> Finding:
    """A finding on one policy of a bucket, given that AWS keeps one policy a bucket, whichever resources set it."""
    holder = policy.instance
    outlived = holder.actions == ("create", "delete") and _stays_on(holder)
    if (bucket.leaving or outlived) and finding.verdict == "proved":
        bare = _answer(domain, bucket, None, world, question)
        going = bucket.leaving[0].address if bucket.leaving else policy.address
        if bare.witness is not None and (outlived or holder.actions in (NO_OP, ("forget",))):
            why = "destroying the old one last (create_before_destroy)" if outlived else f"destroying `{going}`"
            message = f"{violated(bare.witness)}: {why} takes the bucket's policy away"
            return Finding(address=policy.address, verdict="violated", message=message, witness=bare.witness)
        if bare.verdict != "proved":
            message = f"whether the bucket keeps the policy is left to luck: the plan destroys `{going}`, too"
            what = f"`{going}` is of the same bucket, and where it is destroyed last, it takes the policy away"
            settle = f"add a `moved` block from `{going}` to `{policy.address}`, so that one becomes the other"
            return undecided(policy.address, message, [Cause(what, settle)])
    others = [one.address for one in bucket.policies if one is not policy and not policy.is_perhaps]
    if not others:
        return finding
    note = f"`{others[0]}` sets the policy of the same bucket: the one that is applied last takes the other's place"
    if finding.verdict == "proved":
        return msgspec.structs.replace(finding, because=(*finding.because, note))
    return msgspec.structs.replace(finding, message=f"{finding.message}; {note}")


def _unless_commanded(domain: Domain, finding: Finding, of: str, name: Value) -> Finding:
    """A finding on a policy, given that a provisioner's command may set another one after it."""
    for command in domain.policy_commands if finding.verdict == "proved" else ():
        if command.of == of and not (command.bucket and isinstance(name, str) and command.bucket != name):
            what = f"a command of `{command.instance.address}` sets or deletes the {of}'s policy beside Terraform"
            settle = f"let a resource set the {of}'s policy, or check what is there with `orgtrail audit`"
            return undecided(
                finding.address, f"what the {of}'s policy is in the end isn't known", [Cause(what, settle)]
            )
    return finding


def _stays_on(holder: Instance) -> bool:
    """Whether what is replaced sets the policy of the same bucket as before."""
    before = (holder.before or {}).get("bucket")
    return isinstance(before, str) and before == holder.now.get("bucket")


def ask_of_keys(
    domain: Domain,
    question: Asked,
    proved: str,
    violated: Saying,
    mend: Mend | None = None,
    *,
    reads: bool = False,
    copies: bool = False,
) -> Iterator[Finding]:
    """One finding for each policy of each key that an organization trail encrypts with; the rest as for buckets."""
    for key in (*domain.log_keys, *(domain.key_copies if copies else ())):
        if key.instance is None:
            message = "the key's policy can't be seen"
            yield Finding(address=key.address, verdict="undecided", message=message, unknowns=(key.out_of_sight,))
            continue
        world = domain.world(key.instance, key.trails)
        for policy in key.policies:
            case, target = domain.case(policy, "key", world), Target.key(_asked_key(domain, key, policy))
            outcome = question(case, target)
            finding = _finding(key.address, policy, outcome, proved, violated, reads=reads)
            finding = _unless_commanded(domain, finding, "key", None)
            # A key without a policy of its own has none that could be added to.
            written = domain.estate.configures(policy.instance, policy.attribute)
            if mend and finding.verdict == "violated" and written and domain.estate.holds(policy.instance):
                finding = msgspec.structs.replace(finding, fix=_mended(domain, policy, case, target, question, mend))
            yield _from_beside(domain, finding, key, policy)


def _asked_key(domain: Domain, key: LogKey, policy: Policy) -> str | Symbol | Text:
    """The ARN of a key; one that AWS is still to choose is spelled as far as it will be, for patterns to match it."""
    arn = key_arn(key)
    if not isinstance(arn, Symbol) or key.instance is None or with_symbol(policy.value, arn, "") != policy.value:
        return arn
    if re.search(r":key/[^*?\"\],}]*[\"\],}]", show(policy.value)):
        # A key that is spelled out may be this one, if that is there already.
        return arn
    place = (domain.accounts.region_of(key.instance), ":", domain.accounts.account_of(key.instance))
    own = Symbol(f"{key.instance.address}.key_id", "key-id")
    made = text(f"arn:{domain.accounts.partition}:kms:", *place, ":key/", own)
    return made if isinstance(made, str | Symbol | Text) else arn


def _from_beside(domain: Domain, finding: Finding, joined: LogBucket | LogKey, policy: Policy | None) -> Finding:
    """What is found of another input's bucket or key, as said of this one's trail: its addresses aren't ours."""
    other = domain.surroundings.other(policy.instance) if policy else joined.held_by
    if other is None:
        return finding
    path = other.estate.input.path
    return _told_of(finding, joined, f"`{finding.address}` in {path}" if policy else path)


def seen_from_here(finding: Finding, joined: LogBucket | LogKey, holder: Instance) -> Finding:
    """A finding about what `holder` makes for a bucket or key: said of this input's trail where another holds it."""
    for other in joined.beside:
        if other.estate.holds(holder):
            return _told_of(finding, joined, f"`{finding.address}` in {other.estate.input.path}")
    return finding


def _told_of(finding: Finding, joined: LogBucket | LogKey, where: str) -> Finding:
    message = f"{finding.message} ({where})"
    return msgspec.structs.replace(finding, address=joined.address, at=(), message=message, fix=None)


def _mended(domain: Domain, policy: Policy, case: Case, target: Target, question: Asked, mend: Mend) -> Fix | None:
    """What would mend a policy; None where nothing does, or where mending others took all the work there is for it."""
    if domain.mending.left < STEPS_AT_LEAST:
        return None
    # The same question for the policy as it might be; all of them share one bound.
    steps = domain.mending.for_policy()
    return mend(domain, policy, case, target, lambda changed: question(case.with_policy(changed, steps), target))


def _answer(domain: Domain, bucket: LogBucket, policy: Policy | None, world: World, question: Asked) -> Outcome:
    if policy is not None and policy.kept is not None:
        kept, bare = (_answer(domain, bucket, one, world, question) for one in (policy.kept, None))
        return _either(policy, kept, bare)
    case, target, cause = _asked(domain, bucket, policy, world)
    outcome = question(case, target)
    if cause is not None and outcome.verdict == "violated":
        # The request gets through somewhere in the bucket; whether that is where the trail writes isn't known.
        return Outcome("undecided", unknowns=(cause,))
    return outcome


def _either(policy: Policy, kept: Outcome, bare: Outcome) -> Outcome:
    """The answer where a policy may go with the old bucket: it has to be the same with it and without."""
    cause = policy.instance.may_be_lost
    assert cause is not None  # noqa: S101 - asked only of policies that may be lost
    if kept.verdict == bare.verdict and kept.verdict != "undecided":
        return msgspec.structs.replace(kept, because=(*kept.because, f"and without the policy, too: {cause.what}"))
    return Outcome("undecided", unknowns=(cause, *kept.unknowns, *bare.unknowns))


def _asked(domain: Domain, bucket: LogBucket, policy: Policy | None, world: World) -> tuple[Case, Target, Cause | None]:
    """What a question about a bucket's policy is asked of; the cause says why the trail's objects aren't known."""
    case = domain.case(policy, "bucket", world)
    objects, cause = protected_objects(domain.accounts, bucket, case.policy)
    return case, Target.logs(bucket_arn(domain.accounts, bucket), *objects), cause


def out_of_sight(domain: Domain, bucket: LogBucket) -> tuple[Cause, ...] | None:
    """Why the policies of a bucket can't be seen; None where they can (or where it is seen that there are none)."""
    if bucket.policies:
        return None
    if bucket.instance is None:
        return (bucket.out_of_sight,)
    return (bucket.held_by or domain).estate.unseen or None


def _finding(
    subject: str, policy: Policy | None, outcome: Outcome, proved: str, violated: Saying, *, reads: bool
) -> Finding:
    found = _said(subject, policy, outcome, proved, violated, reads=reads)
    return msgspec.structs.replace(found, assumptions=outcome.assumptions)


def _said(
    subject: str, policy: Policy | None, outcome: Outcome, proved: str, violated: Saying, *, reads: bool
) -> Finding:
    grounds = (
        *(policy.grounds if policy else ("the bucket has no policy, so nothing is allowed by one",)),
        *outcome.because,
    )
    address, at = (policy.address, (policy.attribute,)) if policy else (subject, ())
    match outcome.verdict:
        case "proved":
            apart = (
                f"; what the policy lets {', '.join(outcome.but_for)} do is told of members" if outcome.but_for else ""
            )
            return Finding(address=address, at=at, verdict="proved", message=f"{proved}{apart}", because=grounds)
        case "violated" if outcome.witness is not None:
            message = violated(outcome.witness)
            account = outcome.witness.account
            if reads and policy and account and account in show(policy.value):
                # Somebody has written it there.
                message += f"; if it may, give --trusted-account {account}"
            return Finding(
                address=address,
                at=at,
                verdict="violated",
                message=message,
                witness=outcome.witness,
                because=outcome.because,
            )
    message = f"it can't be shown that {proved}"
    return Finding(address=address, at=at, verdict="undecided", message=message, unknowns=unique(outcome.unknowns))


def stopped(seen: RequestWitness) -> str:
    """What keeps CloudTrail from what it needs, and what was nearly right."""
    if seen.denied_by:
        return f"is denied by {', '.join(seen.denied_by)}"
    return "is allowed by nothing" + (f": {seen.near_miss}" if seen.near_miss else "")


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    """The answer to "do all hold": the first violated one, else the first undecided one, else all grounds."""
    seen = list(outcomes)
    for verdict in ("violated", "undecided"):
        for outcome in seen:
            if outcome.verdict == verdict:
                return outcome
    because = tuple(dict.fromkeys(ground for outcome in seen for ground in outcome.because))
    assumed = tuple(dict.fromkeys(one for outcome in seen for one in outcome.assumptions))
    return Outcome("proved", because=because, assumptions=assumed)
