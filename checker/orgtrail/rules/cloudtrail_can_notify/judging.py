"""Whether CloudTrail may publish to a trail's topic: the judging of `cloudtrail-can-notify`."""

from collections.abc import Iterator

import msgspec

from orgtrail.edits import RepairPolicy
from orgtrail.estate import Instance
from orgtrail.iam import document
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_keys import arn_of_key
from orgtrail.organization.policies import Policy
from orgtrail.organization.topics import topic_arn
from orgtrail.organization.trails import Trail
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.results import FactWitness, Fix, OrderWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.documents import without_trail_context
from orgtrail.rules.shared.going import destroyed
from orgtrail.rules.shared.joined import apart, told_of
from orgtrail.rules.shared.order import by_dependency, wait_for
from orgtrail.rules.shared.policies import all_of, stopped
from orgtrail.rules.shared.repairs import as_fix, beside, trail_condition
from orgtrail.rules.shared.verdicts import if_organization, proved, undecided
from orgtrail.values import Cause, Json, Symbol, Unknown, Value, show, unique

_ANOTHER = "give the plan or state of the stack that holds it as another INPUT"
_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")
#: The key that AWS makes for SNS in each account; its policy is AWS's.
_AWS_KEY = "alias/aws/sns"


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each organization trail that names a topic."""
    for trail in domain.organization_trails:
        named = trail.instance.now.get("sns_topic_name")
        if named is None or named == "":
            continue
        topic = domain.topics.named(trail.instance, "sns_topic_name", named)
        joined = domain.surroundings.topic(named) if topic is None else None
        if joined is not None:
            yield if_organization([trail], told_of(domain, trail, _judge(domain, trail, joined), joined))
            continue
        if topic is None:
            if isinstance(named, Unknown) and not domain.estate.configures(trail.instance, "sns_topic_name"):
                continue
            gone = destroyed(domain, trail, "sns_topic_name", "aws_sns_topic", _arns, "topic")
            if gone is not None:
                yield if_organization([trail], gone)
                continue
            cause = Cause(f"the topic `{show(named)}` isn't in this input", _ANOTHER)
            cause = named.cause if isinstance(named, Unknown) else cause
            yield undecided(trail.address, "whether CloudTrail may publish to the trail's topic can't be seen", [cause])
            continue
        yield if_organization([trail], _judge(domain, trail, topic))


def _arns(topic: Instance) -> tuple[Value, ...]:
    arn = (topic.before or {}).get("arn")
    return (arn,) if isinstance(arn, str) else ()


def _judge(domain: Domain, trail: Trail, topic: Instance) -> Finding:
    if topic.now.get("fifo_topic") is True:
        # "Contain uppercase and lowercase ASCII letters, numbers, underscores, or hyphens": FIFO topics end in `.fifo`.
        message = f"`{topic.address}` is a FIFO topic, and CloudTrail takes no topic with a dot in its name"
        return _violated(topic.address, message, FactWitness("fifo_topic", "true", "a standard topic"))
    policy = (domain.surroundings.holder(topic) or domain).topics.policy(topic)
    if policy is None:
        message = f"`{topic.address}` has AWS's default policy, which doesn't let CloudTrail publish"
        witness = FactWitness("policy", "AWS's default", "a policy that allows CloudTrail sns:Publish for this trail")
        return _violated(topic.address, message, witness, _new_policy(domain, trail, topic))
    outcome = _may_publish(domain, trail, topic, policy)
    address, at = policy.address, (policy.attribute,)
    if outcome.verdict == "violated" and outcome.witness is not None:
        message = f"CloudTrail can't notify `{topic.address}`: its sns:Publish {stopped(outcome.witness)}"
        fix = None if outcome.witness.denied_by else _mended(domain, trail, topic, policy)
        return Finding(address=address, at=at, verdict="violated", message=message, witness=outcome.witness, fix=fix)
    if outcome.verdict == "undecided":
        message = "it can't be shown that CloudTrail may publish to the trail's topic"
        return Finding(address=address, at=at, verdict="undecided", message=message, unknowns=unique(outcome.unknowns))
    locked = _locked(domain, trail, topic)
    if locked is not None:
        return locked
    late = _late(domain, trail, topic, policy)
    if late is not None and late.verdict != "proved":
        return late
    grounds = (*policy.grounds, *outcome.because, *(late.because if late else ()))
    found = proved(address, f"CloudTrail may publish to `{topic.address}` for this trail", *grounds)
    return msgspec.structs.replace(found, order=late.order) if late else found


def _may_publish(domain: Domain, trail: Trail, topic: Instance, policy: Policy) -> Outcome:
    owned = domain.owned_of(trail)
    world = domain.world(owned, [trail])
    account = domain.accounts.name_as_told(owned, domain.accounts.account_of(topic))
    world = msgspec.structs.replace(world, owner_account=account)
    target = Target((("topic", domain.accounts.name_as_told(owned, topic_arn(domain.accounts, topic))),))
    parsed = document.parse(domain.accounts.as_told(owned, policy.value))
    case = domain.ask(parsed, world, of=policy.instance)
    return case.everything_is_allowed(["cloudtrail"], ["sns:Publish"], target)


def _violated(address: str, message: str, witness: FactWitness | OrderWitness, fix: Fix | None = None) -> Finding:
    return Finding(address=address, verdict="violated", message=message, witness=witness, fix=fix)


# What the topic is encrypted with


def _locked(domain: Domain, trail: Trail, topic: Instance) -> Finding | None:
    """Why CloudTrail can't use the key of an encrypted topic; None where it can, or where there is none."""
    named = topic.now.get("kms_master_key_id")
    if named is None or named == "":
        return None
    if isinstance(named, str) and named.endswith(_AWS_KEY):
        message = f"`{topic.address}` is encrypted with AWS's own key, which lets no service publish"
        witness = FactWitness("kms_master_key_id", named, "a key of yours whose policy allows CloudTrail")
        return _violated(topic.address, message, witness)
    home = domain.surroundings.holder(topic) or domain
    key = home.keys.named(topic, "kms_master_key_id")
    if key is None:
        if isinstance(named, Unknown) and not home.estate.configures(topic, "kms_master_key_id"):
            return None
        cause = named.cause if isinstance(named, Unknown) else Cause(f"the key `{show(named)}` isn't here", _ANOTHER)
        return undecided(topic.address, "whether CloudTrail may use the topic's key can't be seen", [cause])
    if key.now.get("is_enabled") is False:
        witness = FactWitness("is_enabled", "false", "true")
        return _violated(key.address, f"the key of `{topic.address}` is disabled: nothing can be published", witness)
    for policy in home.keys.policies(key):
        world = domain.world(key, [trail])
        case = domain.ask(without_trail_context(document.parse(policy.value, "key")), world, of=policy.instance)
        target = Target.key(arn_of_key(key))
        outcome = all_of(case.everything_is_allowed(["cloudtrail"], [action], target) for action in _KEY_ACTIONS)
        if outcome.verdict == "undecided":
            message = f"it can't be shown that CloudTrail may use the key of `{topic.address}`"
            return undecided(policy.address, message, outcome.unknowns)
        if outcome.witness is not None:
            message = f"CloudTrail can't use the key of `{topic.address}`: its {outcome.witness.action} is not allowed"
            return Finding(
                address=policy.address,
                at=(policy.attribute,),
                verdict="violated",
                message=message,
                witness=outcome.witness,
            )
    return None


# Order


def _late(domain: Domain, trail: Trail, topic: Instance, policy: Policy) -> Finding | None:
    """Whether a trail that is made, or pointed at another topic, comes after the policy; None where that's settled."""
    instance, holder = trail.instance, policy.instance
    if domain.surroundings.other(holder) is not None:
        return apart(domain, trail, holder)
    if holder is topic or not holder.is_made or not domain.estate.holds(holder):
        return None
    before = (instance.before or {}).get("sns_topic_name")
    if not instance.is_made and (instance.actions == ("no-op",) or before == instance.now.get("sns_topic_name")):
        return None
    found = by_dependency(domain, instance, holder, "the trail")
    if found is not None:
        return found
    message = f"nothing makes the trail wait for `{holder.address}`, the policy of its topic"
    witness = OrderWitness(instance.address, holder.address, f"{instance.block} -> {holder.block}")
    return _violated(instance.address, message, witness, wait_for(instance, holder))


# What mends it


def _statement(domain: Domain, trail: Trail, topic: Instance) -> dict[str, Value]:
    return {
        "Sid": "CloudTrailNotifies",
        "Effect": "Allow",
        "Principal": {"Service": CLOUDTRAIL},
        "Action": "sns:Publish",
        "Resource": Symbol(f"{topic.block}.arn", "reference"),
        "Condition": trail_condition(domain, domain.world(domain.owned_of(trail), [trail])),
    }


def _mended(domain: Domain, trail: Trail, topic: Instance, policy: Policy) -> Fix | None:
    """The statement that a topic's policy lacks, where that mends it."""
    if not domain.estate.holds(policy.instance) or len(domain.estate.of_block(policy.instance.block)) > 1:
        return None
    statement = _statement(domain, trail, topic)
    repair = RepairPolicy(policy.address, policy.attribute, (statement,))
    return as_fix(domain, policy, repair)


def _new_policy(domain: Domain, trail: Trail, topic: Instance) -> Fix | None:
    """The policy resource that a topic lacks, beside it; the trail waits for it."""
    policy = Json({"Version": "2012-10-17", "Statement": [_statement(domain, trail, topic)]})
    arguments: dict[str, Value] = {"arn": Symbol(f"{topic.type}.{topic.name}.arn", "arn"), "policy": policy}
    return beside(domain, topic, "aws_sns_topic_policy", arguments, trail.instance)
