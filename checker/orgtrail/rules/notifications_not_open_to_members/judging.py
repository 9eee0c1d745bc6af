"""Who hears of new log files: the judging of `notifications-not-open-to-members`."""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Instance
from orgtrail.iam import document
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Case, Target
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.policies import Policy
from orgtrail.organization.topics import (
    Topic,
    destinations,
    found_topics,
    notifications,
    topic_arn,
)
from orgtrail.results import FactWitness, Fix
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import all_of
from orgtrail.rules.shared.readers import account_named, account_of_arn, readers
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown, Value, show, unique

_ACTIONS = (
    "sns:Subscribe",
    "sns:AddPermission",
    "sns:SetTopicAttributes",
    "sns:Publish",
    "sns:RemovePermission",
    "sns:DeleteTopic",
)
#: What lets a service hear, or let others hear, for whoever configured it; that services publish is what they are for.
_HEARING = ("sns:Subscribe", "sns:AddPermission", "sns:SetTopicAttributes")
#: Protocols of subscriptions that lead to something of an AWS account.
_IN_AWS = ("sqs", "lambda", "firehose")


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each topic, each of its subscriptions, and each queue or function that a bucket notifies."""
    for topic in found_topics(domain, domain.topics, domain.log_buckets):
        yield _judge_topic(domain, topic)
        if topic.instance is not None:
            yield from _judge_subscriptions(domain, topic, topic.instance)
    for bucket in domain.log_buckets:
        for notification in notifications(domain, bucket):
            yield from _judge_notification(domain, bucket, notification)


def _judge_topic(domain: Domain, topic: Topic) -> Finding:
    if topic.instance is None:
        settle = "give the plan or state of the stack that holds it as another INPUT"
        cause = Cause(f"the topic `{show(topic.name)}` isn't in this input", settle)
        return undecided(topic.address, "the topic's policy isn't in this input", [cause])
    policy = domain.topics.policy(topic.instance)
    if policy is None:
        return proved(topic.address, "only the topic's own account uses it", "the topic has AWS's default policy")
    owned = topic.bucket.owned
    parsed = document.parse(domain.accounts.as_told(owned, policy.value))
    world = domain.world(owned, topic.bucket.trails)
    others = (*world.trusted_accounts, world.owner_account)
    account = domain.accounts.name_as_told(owned, domain.accounts.account_of(topic.instance))
    world = msgspec.structs.replace(world, owner_account=account, trusted_accounts=tuple(dict.fromkeys(others)))
    target = Target((("topic", domain.accounts.name_as_told(owned, topic_arn(domain.accounts, topic.instance))),))
    case = domain.ask(parsed, world, of=policy.instance)
    outcome = _open_to(case, target)
    grounds, at = (*policy.grounds, *outcome.because), (policy.attribute,)
    if outcome.verdict == "proved":
        message = "nobody who may not read the logs may use the topic"
        return Finding(address=policy.address, at=at, verdict="proved", message=message, because=grounds)
    if outcome.witness is None:
        message = "what isn't known of the topic's policy, or of the organization, decides"
        return Finding(
            address=policy.address, at=at, verdict="undecided", message=message, unknowns=unique(outcome.unknowns)
        )
    seen = outcome.witness
    message = f"{seen.caller} may call {seen.action} on the topic that tells of new log files"
    fix = _shut(domain, policy, case, target)
    return Finding(address=policy.address, at=at, verdict="violated", message=message, witness=seen, fix=fix)


def _open_to(case: Case, target: Target) -> Outcome:
    """Whether anybody who may not read the logs uses the topic, or has a service hear of it."""
    return all_of(
        (case.nobody_may(["member", "outside"], _ACTIONS, target), case.nobody_may(["service"], _HEARING, target))
    )


def _shut(domain: Domain, policy: Policy, case: Case, target: Target) -> Fix | None:
    """What shuts the topic's policy, where that is written here for this topic alone."""
    from orgtrail.rules.shared.guarding import guard_of_topic

    if not domain.estate.holds(policy.instance) or len(domain.estate.of_block(policy.instance.block)) > 1:
        return None
    return guard_of_topic(
        domain, policy, case, target, lambda changed: _open_to(case.with_policy(changed), target), _ACTIONS
    )


def _judge_subscriptions(domain: Domain, topic: Topic, instance: Instance) -> Iterator[Finding]:
    for subscription in domain.estate.of_type("aws_sns_topic_subscription"):
        protocol = subscription.now.get("protocol")
        if not subscription.stays or (isinstance(protocol, str) and protocol not in _IN_AWS):
            continue
        if domain.topics.named(subscription, "topic_arn", subscription.now.get("topic_arn")) is instance:
            account = account_named(domain, subscription, "endpoint")
            yield _judge_account(domain, topic.bucket, subscription, account, "endpoint")


def _judge_notification(domain: Domain, bucket: LogBucket, notification: Instance) -> Iterator[Finding]:
    for kind, index, arn in destinations(notification):
        if kind == "topic":
            continue
        account: Value = account_of_arn(domain, arn)
        if account is None:
            made = [one for one in domain.estate.follow_all(notification, kind) if one and one.type.startswith("aws_")]
            accounts = {domain.accounts.account_of(one) for one in made if one.mode == "managed"}
            what = f"whose the {kind} is that `{notification.address}` notifies isn't known"
            account = next(iter(accounts)) if len(accounts) == 1 else Unknown(Cause(what))
        yield _judge_account(domain, bucket, notification, account, kind, index)


def _judge_account(domain: Domain, bucket: LogBucket, instance: Instance, account: Value, *at: str | int) -> Finding:
    allowed = readers(domain, bucket.owned).include(account)
    if isinstance(allowed, Unknown):
        return undecided(instance.address, "who hears of new log files can't be told", [allowed.cause])
    if allowed:
        ground = f"account {show(account)} may read the logs"
        return proved(instance.address, "only those hear of new log files who may read them", ground)
    return Finding(
        address=instance.address,
        at=at,
        verdict="violated",
        message=f"account {show(account)}, which may not read the logs, hears of every new log file",
        witness=FactWitness(str(at[0]), show(account), "an account that may read the logs"),
    )
