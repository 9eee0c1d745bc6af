"""What SNS and CloudWatch Logs show of the topics and log groups that trails name."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import Any

from orgtrail.arn import last_segment, log_group_in, read_arn
from orgtrail.audit import calls
from orgtrail.audit.aws import Absent, Account
from orgtrail.evidence import Seen
from orgtrail.values import Cause, Rest, Unknown


def see_copies(trails: Iterable[Seen], owners: list[Account], pool: Executor) -> Iterator[Seen]:
    """Every topic that tells of log files and every log group with events, asked in the account its ARN names."""
    listed = [trail.values or {} for trail in trails]
    topics = {one["sns_topic_name"]: None for one in listed if isinstance(one.get("sns_topic_name"), str)}
    groups = {
        one["cloud_watch_logs_group_arn"]: None for one in listed if _is_arn(one.get("cloud_watch_logs_group_arn"))
    }
    for found in pool.map(lambda arn: list(_topic(arn, owners)), filter(_is_arn, topics)):
        yield from found
    for found in pool.map(lambda arn: list(_log_group(arn, owners)), groups):
        yield from found


def _is_arn(name: Any) -> bool:
    return read_arn(name) is not None


def _asked(arn: str, owners: list[Account]) -> tuple[Account | None, str, str, Unknown]:
    """Who is asked about an ARN, in which region, whose it is, and the hole where nobody can be."""
    named = read_arn(arn)
    region, account = (str(named.region), str(named.account)) if named else ("", "")
    owner = next((one for one in owners if one.id == account), None)
    cause = Cause(f"{arn} belongs to account {account}, which wasn't asked", "give --role-arn with a role of it")
    return owner, region, account, Unknown(cause)


def _topic(arn: str, owners: list[Account]) -> Iterator[Seen]:
    owner, region, account, hole = _asked(arn, owners)
    answer = owner.ask(calls.TOPIC, region=region, TopicArn=arn) if owner else hole
    if isinstance(answer, Absent):
        return
    policy = (answer.get("Attributes") or {}).get("Policy") if isinstance(answer, dict) else answer
    key = (answer.get("Attributes") or {}).get("KmsMasterKeyId") if isinstance(answer, dict) else answer
    values = {
        "arn": arn,
        "name": last_segment(arn),
        "region": region,
        "policy": policy,
        "kms_master_key_id": key,
    }
    yield Seen(type="aws_sns_topic", address=arn, account=account, values=values)
    if isinstance(policy, Unknown):
        yield Seen(
            type="aws_sns_topic_policy",
            address=f"policy of {arn}",
            account=account,
            values={"arn": arn, "policy": policy},
        )
    for one in owner.list(calls.TOPIC_SUBSCRIPTIONS, region=region, TopicArn=arn) if owner else [Rest(hole.cause)]:
        if isinstance(one, Rest):
            unseen = Unknown(one.cause)
            values = {"topic_arn": arn, "protocol": unseen, "endpoint": unseen}
            address = f"subscriptions of {arn} that may not be listed"
        else:
            values = {"topic_arn": arn, "protocol": one.get("Protocol"), "endpoint": one.get("Endpoint")}
            address = str(one.get("SubscriptionArn"))
            if values["protocol"] not in ("sqs", "lambda", "firehose"):
                # Addresses of people are nobody's business here.
                del values["endpoint"]
        yield Seen(type="aws_sns_topic_subscription", address=address, account=account, values=values)


def _log_group(arn: str, owners: list[Account]) -> Iterator[Seen]:
    owner, region, account, hole = _asked(arn, owners)
    name = log_group_in(arn)
    filters = owner.list(calls.SUBSCRIPTION_FILTERS, region=region, logGroupName=name) if owner else [Rest(hole.cause)]
    for one in filters:
        destination: Any = Unknown(one.cause) if isinstance(one, Rest) else one.get("destinationArn")
        what = "subscription filters that may not be listed" if isinstance(one, Rest) else one.get("filterName")
        values = {"log_group_name": name, "destination_arn": destination, "region": region}
        kind = "aws_cloudwatch_log_subscription_filter"
        yield Seen(type=kind, address=f"{what} of {arn}", account=account, values=values)
    policies = owner.list(calls.LOG_POLICIES, region=region) if owner else [Rest(hole.cause)]
    for one in policies:
        document: Any = Unknown(one.cause) if isinstance(one, Rest) else one.get("policyDocument")
        what = "that may not be listed" if isinstance(one, Rest) else one.get("policyName")
        values = {"policy_name": what, "policy_document": document, "region": region}
        kind = "aws_cloudwatch_log_resource_policy"
        address = f"resource policy {what} of CloudWatch Logs in {region} of account {account}"
        yield Seen(type=kind, address=address, account=account, values=values)
