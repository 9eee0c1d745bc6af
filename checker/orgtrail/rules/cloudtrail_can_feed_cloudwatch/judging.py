"""Whether CloudTrail may write into a trail's log group: the judging of `cloudtrail-can-feed-cloudwatch`."""

from collections.abc import Iterator, Sequence

import msgspec

from orgtrail.edits import AppendText, RepairPolicy
from orgtrail.estate import Instance
from orgtrail.iam import document
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_groups import LogGroup, found_log_groups
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.organization.roles import HeldDocument, Role, Roles
from orgtrail.organization.trails import Trail
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.results import Fix, OrderWitness, RequestWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.documents import joined
from orgtrail.rules.shared.going import destroyed
from orgtrail.rules.shared.joined import apart, told_of
from orgtrail.rules.shared.order import by_dependency, wait_for
from orgtrail.rules.shared.policies import all_of, stopped
from orgtrail.rules.shared.repairs import as_fix, beside
from orgtrail.rules.shared.verdicts import broken, if_organization, mending, proved, undecided, why_unknown
from orgtrail.values import Cause, Json, Symbol, Text, Unknown, Value, parts_of, show, text, unique

#: Source: CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring".
_TRUST: dict[str, Value] = {
    "Sid": "CloudTrailAssumes",
    "Effect": "Allow",
    "Principal": {"Service": CLOUDTRAIL},
    "Action": "sts:AssumeRole",
}
_GROUP, _ROLE = "cloud_watch_logs_group_arn", "cloud_watch_logs_role_arn"
_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")
_ANOTHER = "give the plan or state of the stack that holds it as another INPUT, or --evidence FILE"


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each organization trail that feeds a log group."""
    found = found_log_groups(domain.estate, domain.accounts, domain.organization_trails)
    groups = {group.trail: group for group in found}
    for trail in domain.organization_trails:
        group = groups.get(trail)
        role = trail.instance.now.get(_ROLE)
        if group is not None:
            yield if_organization([trail], _judge(domain, trail, group))
        elif role is not None and role != "" and not isinstance(role, Unknown):
            message = "the trail names a role for CloudWatch Logs, but no log group"
            yield if_organization(
                [trail], broken(trail.instance, _GROUP, message, "a log group's ARN with `:*` behind")
            )


def _judge(domain: Domain, trail: Trail, group: LogGroup) -> Finding:
    instance = trail.instance
    shape = _whole_group(instance.now.get(_GROUP))
    if shape is False:
        message = "the log group's ARN doesn't end in `:*`, and CloudTrail refuses it"
        found = broken(instance, _GROUP, message, "the log group's ARN with `:*` behind")
        appended = mending(f"append `:*` in the block of `{instance.block}`", AppendText(instance.block, _GROUP, ":*"))
        return msgspec.structs.replace(found, fix=appended)
    gone = destroyed(domain, trail, _GROUP, "aws_cloudwatch_log_group", _arns, "log group")
    if gone is not None:
        return gone
    named = instance.now.get(_ROLE)
    if named is None or named == "":
        message = "the trail names a log group, but no role that CloudTrail could write there with"
        return broken(instance, _ROLE, message, "a role that CloudTrail may assume")
    role = domain.roles.named(instance, _ROLE) or (_seen(domain, instance))
    if role is None:
        cause = named.cause if isinstance(named, Unknown) else Cause(f"the role `{show(named)}` isn't here", _ANOTHER)
        return undecided(trail.address, "whether the trail's role may write into the log group can't be seen", [cause])
    found = _assumed(domain, trail, role) or _written(domain, trail, group, role)
    found = told_of(domain, trail, found, role.instance)
    if found.verdict == "proved" and isinstance(shape, Unknown):
        return undecided(trail.address, "whether the log group's ARN ends in `:*` isn't known", [shape.cause])
    return found


def _arns(group: Instance) -> tuple[Value, ...]:
    arn = (group.before or {}).get("arn")
    return (f"{arn}:*", arn) if isinstance(arn, str) else ()


def _seen(domain: Domain, instance: Instance) -> Role | None:
    seen = domain.surroundings.seen
    return Roles(seen.estate, seen.accounts).named(instance, _ROLE) if seen else None


def _whole_group(arn: Value) -> bool | Unknown:
    """Whether the ARN of a log group ends as CloudTrail asks for."""
    if not isinstance(arn, str | Text):
        return Unknown(why_unknown(arn, "the log group's ARN isn't known"))
    end = parts_of(arn)[-1]
    if isinstance(end, Unknown):
        return end
    return isinstance(end, str) and end.endswith(":*")


def _assumed(domain: Domain, trail: Trail, role: Role) -> Finding | None:
    """Why CloudTrail may not assume the role; None where it may."""
    owned = domain.owned_of(trail)
    policy = domain.roles.trust(role)
    parsed = document.parse(document.for_everybody(domain.accounts.as_told(owned, policy.value), Resource="*"))
    target = Target((("role", domain.accounts.name_as_told(owned, role.arn)),))
    world = domain.world(owned, [trail])
    case = domain.ask(parsed, world, of=role.instance)
    outcome = case.everything_is_allowed(["cloudtrail"], ["sts:AssumeRole"], target)
    if outcome.verdict == "proved":
        return None
    address, at = role.address, ("assume_role_policy",)
    if outcome.witness is None:
        message = "it can't be shown that CloudTrail may assume the trail's role"
        return Finding(address=address, at=at, verdict="undecided", message=message, unknowns=unique(outcome.unknowns))
    message = f"CloudTrail may not assume `{role.address}`, so it can't write into the log group"
    fix = None if outcome.witness.denied_by else _added(domain, policy, _TRUST)
    return Finding(address=address, at=at, verdict="violated", message=message, witness=outcome.witness, fix=fix)


def _added(domain: Domain, policy: Policy, statement: dict[str, Value]) -> Fix | None:
    """One statement more for a policy of the role."""
    if not domain.estate.holds(policy.instance) or len(domain.estate.of_block(policy.instance.block)) > 1:
        return None
    return as_fix(domain, policy, RepairPolicy(policy.address, policy.attribute, (statement,)))


def _written(domain: Domain, trail: Trail, group: LogGroup, role: Role) -> Finding:
    held = domain.roles.permissions(role)
    outcome = _may_write(domain, trail, group, role, held.policies)
    if outcome.verdict == "undecided":
        message = "it can't be shown that the trail's role may write into the log group"
        return undecided(role.address, message, outcome.unknowns)
    if outcome.witness is not None:
        found = _stopped(domain, role, held.policies, outcome.witness)
        return msgspec.structs.replace(found, fix=_writing(domain, trail, group, role, held.policies, outcome.witness))
    if held.boundary is not None:
        limited = _may_write(domain, trail, group, role, [HeldDocument(held.boundary, role.instance)])
        if limited.witness is not None:
            return _stopped(domain, role, [], limited.witness, "permissions_boundary")
        if limited.verdict != "proved":
            message = "it can't be shown that the permissions boundary of the trail's role lets it write"
            return undecided(role.address, message, limited.unknowns)
    late = _late(domain, trail, group, role, held.policies)
    if late is not None and late.verdict != "proved":
        return late
    grounds = (f"CloudTrail may assume `{role.address}`", *outcome.because, *(late.because if late else ()))
    return proved(trail.address, "CloudTrail may write the events of all accounts into the log group", *grounds)


def _writing(
    domain: Domain, trail: Trail, group: LogGroup, role: Role, policies: Sequence[HeldDocument], seen: RequestWitness
) -> Fix | None:
    """All streams of the log group, which nobody but CloudTrail writes with this role, in the role's own policy."""
    owned = domain.owned_of(trail)
    arn = text(domain.accounts.name_as_told(owned, group.arn(domain.accounts.partition)), ":*")
    statement: dict[str, Value] = {
        "Sid": "CloudTrailWritesAllStreams",
        "Effect": "Allow",
        "Action": list(_ACTIONS),
        "Resource": arn,
    }
    added = HeldDocument({"Version": "2012-10-17", "Statement": [statement]}, role.instance)
    if seen.denied_by or _may_write(domain, trail, group, role, [*policies, added]).verdict != "proved":
        return None
    own = [
        one.holder for one in policies if one.holder.type == "aws_iam_role_policy" and domain.estate.holds(one.holder)
    ]
    if own:
        return _added(domain, policy_in(domain.estate, own[0], "policy"), statement)
    document_ = Json({"Version": "2012-10-17", "Statement": [statement]})
    reference = Symbol(f"{role.instance.type}.{role.instance.name}.name", "name")
    arguments: dict[str, Value] = {"role": reference, "policy": document_}
    return beside(domain, role.instance, "aws_iam_role_policy", arguments, trail.instance)


def _stopped(
    domain: Domain, role: Role, policies: Sequence[HeldDocument], seen: RequestWitness, by: str = ""
) -> Finding:
    """A finding that the role may not write; `by` is its argument that stops it, where its policies don't."""
    place = policies[0].holder if len(policies) == 1 and domain.estate.holds(policies[0].holder) else role.instance
    stream = seen.resource.rpartition(":log-stream:")[2]
    whose = "the member accounts'" if stream.startswith("o-") else "the management account's"
    message = f"{whose} events don't reach the log group: {seen.action} on the stream {stream} {stopped(seen)}"
    if by:
        message += f" in its {by}"
    # Whoever asks doesn't matter here: it is the role itself.
    witness = msgspec.structs.replace(seen, principal=show(role.instance.now.get("arn") or role.address), context={})
    at = (by,) if by else ()
    return Finding(address=place.address, at=at, verdict="violated", message=message, witness=witness)


def _may_write(domain: Domain, trail: Trail, group: LogGroup, role: Role, policies: Sequence[HeldDocument]) -> Outcome:
    """Whether policies allow the role what CloudTrail does with it, on every stream that it writes."""
    owned = domain.owned_of(trail)
    values = [domain.accounts.as_told(owned, one.document) for one in policies]
    parsed = joined([document.parse(document.for_everybody(value)) for value in values])
    account = domain.accounts.name_as_told(owned, role.account)
    world = msgspec.structs.replace(domain.world(owned, [trail]), owner_account=account, owner_allows=False)
    case = domain.ask(parsed, world, of=role.instance)

    def asked(stream: Value) -> Outcome:
        arn = text(domain.accounts.name_as_told(owned, group.arn(domain.accounts.partition)), ":log-stream:", stream)  # type: ignore[arg-type]
        assert isinstance(arn, str | Symbol | Text)  # noqa: S101 - no part is unknown
        target = Target((("log-stream", arn),))
        return all_of(case.everything_is_allowed(["owner"], [action], target) for action in _ACTIONS)

    own = asked(text(world.management_account, "_CloudTrail_", group.region, "*"))
    members = asked(text(world.organization_id, "_*"))
    if members.verdict == "violated":
        # AWS's page names no more of the members' streams; a policy that says more than it may be right.
        narrow = asked(text(world.organization_id, "_*_CloudTrail_", group.region, "*"))
        if narrow.verdict != "violated":
            what = (
                "AWS says of members' streams only that they begin with the organization's id, and the policy says more"
            )
            members = Outcome(
                "undecided", unknowns=(Cause(what, "let the role write streams named <organization id>_*"),)
            )
    return all_of([own, members])


def _together(waited: Sequence[Finding], found: Finding) -> Finding:
    """A finding that rests on what several rest on."""
    because = tuple(ground for one in waited for ground in one.because)
    return msgspec.structs.replace(found, because=because, order=tuple(step for one in waited for step in one.order))


def _late(
    domain: Domain, trail: Trail, group: LogGroup, role: Role, policies: Sequence[HeldDocument]
) -> Finding | None:
    """Whether a trail that is made, or gets another group or role, comes after what allows it; None: that's settled."""
    instance = trail.instance
    before = instance.before or {}
    same = all(before.get(name) == instance.now.get(name) for name in (_GROUP, _ROLE))
    if not instance.is_made and (same or instance.actions == ("no-op",)):
        return None
    there: list[HeldDocument] = []
    unclear: list[Cause] = []
    waited: list[Finding] = []
    missing: list[Instance] = []
    for one in policies:
        elsewhere = apart(domain, trail, one.holder)
        if elsewhere is not None:
            unclear += elsewhere.unknowns
            continue
        if one.holder is role.instance or not one.holder.is_made or not domain.estate.holds(one.holder):
            there.append(one)
            continue
        found = by_dependency(domain, instance, one.holder, "the trail")
        if found is None:
            missing.append(one.holder)
        elif found.verdict == "proved":
            there.append(one)
            waited.append(found)
        else:
            unclear += found.unknowns
    if not missing and not unclear:
        return _together(waited, proved(trail.address, "the trail comes after the role's policies"))
    if _may_write(domain, trail, group, role, there).verdict == "proved":
        return _together(waited, proved(trail.address, "the trail comes after what lets its role write"))
    if unclear:
        return undecided(trail.address, "whether the trail comes after its role's policies can't be told", unclear)
    holder = missing[0]
    return Finding(
        address=trail.address,
        verdict="violated",
        message=f"nothing makes the trail wait for `{holder.address}`, which lets its role write into the log group",
        witness=OrderWitness(trail.address, holder.address, f"{instance.block} -> {holder.block}"),
        fix=wait_for(instance, holder),
    )
