"""What comes through the access points of a log bucket: the judging of `logs-not-shared-through-access-points`."""

from collections.abc import Iterator

import msgspec

from orgtrail.iam import document
from orgtrail.iam.actions import group
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Case, Target
from orgtrail.iam.relocate import Move, relocated
from orgtrail.iam.statements import NO_POLICY, PolicyDocument
from orgtrail.iam.world import ThroughAccessPoint, World
from orgtrail.organization.access_points import AccessPoint, access_points, unclear_access_points
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import all_of, out_of_sight, seen_from_here
from orgtrail.rules.shared.readers import readers
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Symbol, Text, Unknown, show, text, unique

_OTHERS: tuple[ClassName, ...] = ("member", "outside", "anonymous")

#: What an access point of somebody else may let through: its policy is theirs to change.
_ANYTHING = document.parse(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
    }
)


def judge_access_points(domain: Domain, bucket: LogBucket) -> Iterator[Finding]:
    """One finding for each access point of `bucket`, or for the delegation to some that aren't here."""
    found = list(access_points(domain, bucket))
    for point in found:
        holder = point.policy.instance if point.policy else point.instance
        yield seen_from_here(_judge(domain, bucket, point), bucket, holder)
    doubts = unclear_access_points(domain, bucket)
    if doubts:
        yield undecided(bucket.address, "whether an access point leads to the log bucket can't be told", doubts)
    elif not found:
        yield from _delegation(domain, bucket)


def _judge(domain: Domain, bucket: LogBucket, point: AccessPoint) -> Finding:
    own = document.parse(point.policy.value) if point.policy else NO_POLICY
    holder = bucket.owned
    ownership = readers(domain, holder).include(point.account)
    if ownership is False:
        outcome = _through(domain, bucket, point, _ANYTHING)
    elif ownership is True:
        outcome = _through(domain, bucket, point, own)
    else:
        outcome = _agreed(_through(domain, bucket, point, own), _through(domain, bucket, point, _ANYTHING), ownership)
    address, at = (point.policy.address, (point.policy.attribute,)) if point.policy else (point.address, ())
    if outcome.verdict == "proved":
        message = "nobody who must not comes to the trail's objects through the access point"
        return msgspec.structs.replace(proved(address, message, *outcome.because), at=at)
    if outcome.witness is None:
        message = "what isn't known of the access point, or of the bucket policy, decides"
        return msgspec.structs.replace(undecided(address, message, outcome.unknowns), at=at)
    seen = outcome.witness
    if point.vpc is not None:
        what = f"who may send requests from the VPC `{show(point.vpc)}`, the only way to the access point, isn't known"
        return msgspec.structs.replace(undecided(address, "the network decides", [Cause(what)]), at=at)
    message = f"{seen.caller} may call {seen.action} on the trail's objects through the access point {show(point.arn)}"
    return Finding(
        address=address,
        at=at,
        verdict="violated",
        message=message,
        witness=seen,
    )


def _agreed(one: Outcome, other: Outcome, doubt: Unknown | bool) -> Outcome:
    """The answer where it isn't known whose the access point is: what both say."""
    if one.verdict == other.verdict or not isinstance(doubt, Unknown):
        return one
    return Outcome("undecided", unknowns=unique((doubt.cause, *one.unknowns, *other.unknowns)))


def _through(domain: Domain, bucket: LogBucket, point: AccessPoint, own: PolicyDocument) -> Outcome:
    """Whether nobody passes the access point's policy `own` and the bucket policy."""
    arn = bucket_arn(domain.accounts, bucket)
    moved = relocated(own, [Move(_joined(point.arn, "/object/"), _joined(arn, "/")), Move(point.arn, arn, whole=True)])
    origin = "Internet" if point.vpc is None else "VPC"
    world = _world(domain, bucket, ThroughAccessPoint(arn=point.arn, account=point.account, origin=origin))
    policies = [document.parse(policy.value) for policy in bucket.policies]
    objects, cause = protected_objects(domain.accounts, bucket, policies[0] if policies else NO_POLICY)
    target = Target.logs(arn, *objects)
    if own is not _ANYTHING:
        alone = domain.ask(moved, world, of=point.instance).nobody_may(_OTHERS, _actions(), target)
        if alone.verdict == "proved":
            grounds = alone.because if own is not NO_POLICY else ("the access point has no policy",)
            return msgspec.structs.replace(alone, because=tuple(f"access point: {ground}" for ground in grounds))
    missing = out_of_sight(domain, bucket)
    if missing is not None:
        return Outcome("undecided", unknowns=missing)
    outcome = all_of(
        _both(domain.ask(moved, world, policy, of=point.instance), target) for policy in policies or [NO_POLICY]
    )
    if cause is not None and outcome.verdict == "violated":
        return Outcome("undecided", unknowns=(cause,))
    return outcome


def _both(case: Case, target: Target) -> Outcome:
    outcome = case.nobody_passes(_OTHERS, _actions(), target)
    if outcome.verdict != "proved":
        return outcome
    return Outcome("proved", because=("no request of others passes both the access point's policy and the bucket's",))


def _delegation(domain: Domain, bucket: LogBucket) -> Iterator[Finding]:
    """A bucket policy that leaves access points of the owner to decide, where none is in the input."""
    for policy in bucket.policies:
        parsed = document.parse(policy.value)
        keys = {condition.key for statement in parsed.statements for condition in statement.conditions}
        if not any(isinstance(key, str) and key.startswith("s3:dataaccesspoint") for key in keys):
            continue
        account = readers(domain, bucket.owned).accounts[1]
        some = Symbol("an access point of the owner's account", "arn")
        world = _world(domain, bucket, ThroughAccessPoint(arn=some, account=account))
        objects, _ = protected_objects(domain.accounts, bucket, parsed)
        target = Target.logs(bucket_arn(domain.accounts, bucket), *objects)
        outcome = domain.ask(parsed, world, of=policy.instance).nobody_may(_OTHERS, _actions(), target)
        if outcome.verdict == "proved":
            message = "the bucket policy leaves nothing to access points"
            yield seen_from_here(proved(policy.address, message, *outcome.because), bucket, policy.instance)
            continue
        settle = "give the plan or state of the stack that holds them as another INPUT"
        what = "the bucket policy leaves it to access points who gets in, and none is in this input"
        finding = undecided(policy.address, "who gets in through access points can't be told", [Cause(what, settle)])
        yield seen_from_here(finding, bucket, policy.instance)


def _world(domain: Domain, bucket: LogBucket, way: ThroughAccessPoint) -> World:
    return msgspec.structs.replace(domain.world(bucket.owned, bucket.trails), access_point=way)


def _joined(arn: str | Symbol | Text, end: str) -> str | Symbol | Text:
    made = text(arn, end)
    assert isinstance(made, str | Text)  # noqa: S101 - it ends with a literal
    return made


def _actions() -> tuple[str, ...]:
    return (*group("read"), *group("list"), *group("write"), *group("delete"))
