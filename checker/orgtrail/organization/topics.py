"""The SNS topics that tell of new log files: those of trails, and those that a log bucket notifies."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from orgtrail.estate import Estate, Instance, Register
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.policies import Policy, going_of, policy_in, taken_by_chance
from orgtrail.organization.surroundings import Stack
from orgtrail.organization.trails import Trail
from orgtrail.values import Cause, Rest, Symbol, Text, Unknown, Value, show, text

#: What a bucket notifies, by block, and the attribute that holds its ARN.
DESTINATIONS = {"topic": "topic_arn", "queue": "queue_arn", "lambda_function": "lambda_function_arn"}


class Topic(msgspec.Struct, kw_only=True, eq=False):
    """One topic. `instance` is None where the input doesn't hold it; `holder` names it, `name` is how."""

    name: Value
    instance: Instance | None
    holder: Instance
    bucket: LogBucket

    @property
    def address(self) -> str:
        """The Terraform address of the topic, or of what names it."""
        return (self.instance or self.holder).address


def found_topics(stack: Stack, topics: "Topics", buckets: Iterable[LogBucket]) -> list[Topic]:
    """Every topic that hears of log files in `buckets`, each once."""
    found: dict[str, Topic] = {}
    buckets = list(buckets)
    for topic in (*_of_trails(stack, topics, buckets), *_of_buckets(stack, topics, buckets)):
        found.setdefault(topic.instance.address if topic.instance else show(topic.name), topic)
    return list(found.values())


def notifications(stack: Stack, bucket: LogBucket) -> list[Instance]:
    """What says whom a bucket notifies, in this very input: one beside it, or evidence, speaks for itself."""
    own = attached(stack, bucket, "aws_s3_bucket_notification").own
    return [notification for notification in own if stack.estate.holds(notification)]


def destinations(notification: Instance) -> Iterator[tuple[str, int, Value]]:
    """What a bucket notification tells: kind of block, its place among those, and the ARN."""
    for kind, attribute in DESTINATIONS.items():
        listed = notification.now.get(kind)
        for index, one in enumerate(listed if isinstance(listed, list) else [] if listed is None else [listed]):
            if isinstance(one, Unknown | Rest):
                yield kind, index, Unknown(one.cause)
            elif isinstance(one, dict):
                yield kind, index, one.get(attribute)


class Topics:
    """The topics that stay in an input, found by what names them, and the policies on them."""

    def __init__(self, estate: Estate, accounts: Accounts) -> None:
        self._estate, self._accounts = estate, accounts
        staying = (topic for topic in estate.of_type("aws_sns_topic") if topic.stays)
        self._register = Register(staying, self._names)

    def _names(self, topic: Instance) -> Iterator[Value]:
        yield from (topic.now[name] for name in ("arn", "name") if name in topic.now)
        yield topic_arn(self._accounts, topic)

    def called(self, arn: str) -> Instance | None:
        """The topic with an ARN."""
        return self._register.called(arn)

    def named(self, instance: Instance, attribute: str, named: Value) -> Instance | None:
        """The topic resource that an attribute names, by name or ARN."""
        if isinstance(named, str | Symbol | Text) and (found := self._register.called(named)):
            return found
        followed = [other for other, _ in self._estate.follow(instance, attribute)]
        return followed[0] if len(followed) == 1 and followed[0] in self._register else None

    @cached_property
    def _policies(self) -> tuple[dict[Instance, Instance], Instance | None]:
        """The first policy resource of each topic; and one that may be anybody's."""
        own: dict[Instance, Instance] = {}
        anybodys = None
        for holder in self._estate.of_type("aws_sns_topic_policy"):
            if not holder.stays:
                continue
            named = holder.now.get("arn")
            topic = self.named(holder, "arn", named)
            if topic is not None:
                own.setdefault(topic, holder)
            elif not isinstance(named, str):
                anybodys = holder
        return own, anybodys

    @cached_property
    def _going(self) -> dict[Instance, Instance]:
        return going_of(self._estate, "aws_sns_topic_policy", "arn", self._register.called)

    def policy(self, topic: Instance) -> Policy | None:
        """The policy on a topic; None where it has AWS's default, which is for its own account."""
        own, anybodys = self._policies
        if topic in own and topic in self._going:
            return taken_by_chance(own[topic], self._going[topic])
        if topic in own:
            return policy_in(self._estate, own[topic], "policy")
        shown = topic.now.get("policy")
        is_kept = isinstance(shown, str) and shown != "" and topic not in self._going
        if self._estate.configures(topic, "policy") or is_kept:
            return policy_in(self._estate, topic, "policy")
        if anybodys is None:
            return None
        cause = Cause(f"`{anybodys.address}` may be the policy of `{topic.address}`: whose it is isn't known")
        return Policy(instance=anybodys, attribute="policy", value=Unknown(cause))


def topic_arn(accounts: Accounts, topic: Instance) -> str | Symbol | Text:
    """A topic's ARN: as AWS gave it, or as it will be."""
    arn, name = topic.now.get("arn"), topic.now.get("name")
    if isinstance(arn, str | Symbol | Text):
        return arn
    if isinstance(name, str | Symbol | Text):
        made = text(
            f"arn:{accounts.partition}:sns:", accounts.region_of(topic), ":", accounts.account_of(topic), ":", name
        )
        if isinstance(made, str | Symbol | Text):
            return made
    return Symbol(f"{topic.address}.arn", "arn")


def _of_trails(stack: Stack, topics: Topics, buckets: Iterable[LogBucket]) -> Iterator[Topic]:
    for trail, bucket in _by_trail(stack, buckets):
        named = trail.instance.now.get("sns_topic_name")
        if named is None or named == "":
            continue
        instance = topics.named(trail.instance, "sns_topic_name", named)
        if (
            instance is None
            and isinstance(named, Unknown)
            and not stack.estate.configures(trail.instance, "sns_topic_name")
        ):
            continue
        yield Topic(name=named, instance=instance, holder=trail.instance, bucket=bucket)


def _by_trail(stack: Stack, buckets: Iterable[LogBucket]) -> Iterator[tuple[Trail, LogBucket]]:
    of = {trail: bucket for bucket in buckets for trail in bucket.trails}
    return ((trail, of[trail]) for trail in stack.organization_trails if trail in of)


def _of_buckets(stack: Stack, topics: Topics, buckets: Iterable[LogBucket]) -> Iterator[Topic]:
    for bucket in buckets:
        for notification in notifications(stack, bucket):
            arns = [arn for kind, _, arn in destinations(notification) if kind == "topic"]
            followed = [
                other
                for other in stack.estate.follow_all(notification, "topic")
                if other and other.type == "aws_sns_topic"
            ]
            for arn in arns:
                instance = topics.named(notification, "topic", arn)
                if instance is None and not isinstance(arn, str) and len(arns) == len(followed) == 1:
                    instance = followed[0]
                yield Topic(name=arn, instance=instance, holder=notification, bucket=bucket)
