"""The SNS topics that tell of new log files: those of trails, and those that a log bucket notifies."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Instance, Register
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.values import Cause, Rest, Symbol, Text, Unknown, Value, show, text

if TYPE_CHECKING:
    from orgtrail.organization import Domain

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


def found_topics(domain: "Domain") -> list[Topic]:
    """Every topic that hears of log files, each once."""
    found: dict[str, Topic] = {}
    for topic in (*_of_trails(domain), *_of_buckets(domain)):
        found.setdefault(topic.instance.address if topic.instance else show(topic.name), topic)
    return list(found.values())


def notifications(domain: "Domain", bucket: LogBucket) -> list[Instance]:
    """What says whom a bucket notifies, in this very input: one beside it, or evidence, speaks for itself."""
    own = attached(domain, bucket, "aws_s3_bucket_notification").own
    return [notification for notification in own if domain.holds(notification)]


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

    def __init__(self, domain: "Domain") -> None:
        self._domain = domain
        staying = (topic for topic in domain.estate.of_type("aws_sns_topic") if topic.stays)
        self._register = Register(staying, self._names)

    def _names(self, topic: Instance) -> Iterator[Value]:
        yield from (topic.now[name] for name in ("arn", "name") if name in topic.now)
        yield topic_arn(self._domain, topic)

    def named(self, instance: Instance, attribute: str, named: Value) -> Instance | None:
        """The topic resource that an attribute names, by name or ARN."""
        if isinstance(named, str | Symbol | Text) and (found := self._register.called(named)):
            return found
        followed = [other for other, _ in self._domain.estate.follow(instance, attribute)]
        return followed[0] if len(followed) == 1 and followed[0] in self._register else None

    @cached_property
    def _policies(self) -> tuple[dict[int, Instance], Instance | None]:
        """The first policy resource of each topic, by the topic's identity; and one that may be anybody's."""
        own: dict[int, Instance] = {}
        anybodys = None
        for holder in self._domain.estate.of_type("aws_sns_topic_policy"):
            if not holder.stays:
                continue
            named = holder.now.get("arn")
            topic = self.named(holder, "arn", named)
            if topic is not None:
                own.setdefault(id(topic), holder)
            elif not isinstance(named, str):
                anybodys = holder
        return own, anybodys

    def policy(self, topic: Instance) -> Policy | None:
        """The policy on a topic; None where it has AWS's default, which is for its own account."""
        own, anybodys = self._policies
        if id(topic) in own:
            return policy_in(self._domain, own[id(topic)], "policy")
        shown = topic.now.get("policy")
        if self._domain.estate.configures(topic, "policy") or (isinstance(shown, str) and shown):
            return policy_in(self._domain, topic, "policy")
        if anybodys is None:
            return None
        cause = Cause(f"`{anybodys.address}` may be the policy of `{topic.address}`: whose it is isn't known")
        return Policy(instance=anybodys, attribute="policy", value=Unknown(cause))


def topic_arn(domain: "Domain", topic: Instance) -> str | Symbol | Text:
    """A topic's ARN: as AWS gave it, or as it will be."""
    arn, name = topic.now.get("arn"), topic.now.get("name")
    if isinstance(arn, str | Symbol | Text):
        return arn
    if isinstance(name, str | Symbol | Text):
        made = text(f"arn:{domain.partition}:sns:", domain.region_of(topic), ":", domain.account_of(topic), ":", name)
        if isinstance(made, str | Symbol | Text):
            return made
    return Symbol(f"{topic.address}.arn", "arn")


def _of_trails(domain: "Domain") -> Iterator[Topic]:
    for trail in domain.organization_trails:
        named = trail.instance.now.get("sns_topic_name")
        bucket = domain.bucket_of(trail)
        if bucket is None or named is None or named == "":
            continue
        instance = domain.topics.named(trail.instance, "sns_topic_name", named)
        if (
            instance is None
            and isinstance(named, Unknown)
            and not domain.estate.configures(trail.instance, "sns_topic_name")
        ):
            continue
        yield Topic(name=named, instance=instance, holder=trail.instance, bucket=bucket)


def _of_buckets(domain: "Domain") -> Iterator[Topic]:
    for bucket in domain.log_buckets:
        for notification in notifications(domain, bucket):
            topics = [arn for kind, _, arn in destinations(notification) if kind == "topic"]
            followed = [
                other
                for other in domain.estate.follow_all(notification, "topic")
                if other and other.type == "aws_sns_topic"
            ]
            for arn in topics:
                instance = domain.topics.named(notification, "topic", arn)
                if instance is None and not isinstance(arn, str) and len(topics) == len(followed) == 1:
                    instance = followed[0]
                yield Topic(name=arn, instance=instance, holder=notification, bucket=bucket)
