"""The rule `logs-not-streamed-to-members`."""

from collections.abc import Iterable

from orgtrail.estate import Instance
from orgtrail.organization import Domain
from orgtrail.organization.trails import Trail
from orgtrail.organization.world import owner_of
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules._verdicts import is_set, proved, undecided, why_unknown
from orgtrail.values import Cause, Text, Unknown, Value, show


@rule("error", since="0.1.0", answers="members kept out")
def logs_not_streamed_to_members(domain: Domain) -> Iterable[Finding]:
    """No subscription filter sends the trail's events from CloudWatch Logs into an account that may not read them.

    Why:
        A trail that feeds CloudWatch Logs keeps a second copy of the events of all accounts in a log group. A
        subscription filter sends them on as they come, and no bucket or key policy has a say in it.

    Holds when:
        Every subscription filter on the log group that an organization trail feeds sends to a destination in the
        management account, the account that owns the bucket, or a trusted account. What the destination does with the
        events then isn't followed. `orgtrail audit` doesn't look at this yet.

    Fix:
        Send them to an account that may read the logs, and say so with `--trusted-account`.

    Sources:
        Amazon CloudWatch Logs User Guide, "Cross-account cross-Region subscriptions"
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html
    """
    for filter_ in domain.estate.of_type("aws_cloudwatch_log_subscription_filter"):
        if filter_.stays:
            yield from _judge(domain, filter_)


def _judge(domain: Domain, filter_: Instance) -> Iterable[Finding]:
    source = _known(filter_.now.get("log_group_name"), _followed(domain, filter_, "log_group_name"))
    doubts: list[Cause] = []
    for trail in domain.organization_trails:
        if is_set(trail.instance.now.get("cloud_watch_logs_group_arn")) is False:
            continue
        group = _group_of(domain, trail)
        if isinstance(source, str) and isinstance(group, str):
            if source == group:
                yield _judge_destination(domain, filter_, trail)
                return
            continue
        doubts.append(why_unknown(source if not isinstance(source, str) else group, "the log group isn't known"))
    if doubts:
        yield undecided(filter_.address, "whether the filter is on the trail's log group can't be told", doubts)


def _judge_destination(domain: Domain, filter_: Instance, trail: Trail) -> Finding:
    destination = filter_.now.get("destination_arn")
    account: Value = _account_in(destination)
    if account is None:
        found = _followed(domain, filter_, "destination_arn")
        account = domain.account_of(found) if found is not None else None
    holder = trail.bucket.instance if trail.bucket else None
    trusted = [
        domain.management_account,
        owner_of(domain, holder),
        *domain.settings.trusted_accounts,
    ]
    if account in trusted:
        return proved(
            filter_.address, "the events are sent only where they may be read", f"account {show(account)} may read them"
        )
    if isinstance(account, str) and all(isinstance(one, str) for one in trusted):
        return Finding(
            address=filter_.address,
            at=("destination_arn",),
            verdict="violated",
            message=f"every event of the trail is sent to account {account}, which may not read the logs",
            witness=FactWitness("destination_arn", str(destination), "a destination in an account that may read them"),
        )
    cause = why_unknown(destination, "the account that gets the events isn't known")
    if isinstance(account, str):
        settle = "give --management-account and --archive-account"
        cause = Cause(f"whether account {account} may read the logs isn't known", settle)
    return undecided(filter_.address, "who gets the trail's events can't be told", [cause])


def _group_of(domain: Domain, trail: Trail) -> Value:
    """The name of the log group that a trail feeds: the trail names its ARN, `arn:...:log-group:NAME:*`."""
    arn = trail.instance.now.get("cloud_watch_logs_group_arn")
    # Its account and region may have holes; the name stands behind them.
    end = arn.parts[-1] if isinstance(arn, Text) else arn
    if isinstance(end, str) and ":log-group:" in end:
        return end.partition(":log-group:")[2].split(":")[0]
    if isinstance(arn, str):
        return Unknown(Cause(f"`{arn}` is no ARN of a log group"))
    return _known(arn, _followed(domain, trail.instance, "cloud_watch_logs_group_arn"))


def _known(named: Value, group: Instance | None) -> Value:
    """A log group's name as it is written, else that of the group which it refers to."""
    if isinstance(named, str):
        return named
    name = group.now.get("name") if group and group.type == "aws_cloudwatch_log_group" else None
    return name if isinstance(name, str) else named


def _followed(domain: Domain, instance: Instance, attribute: str) -> Instance | None:
    found = [other for other, _ in domain.estate.follow(instance, attribute)]
    return found[0] if len(found) == 1 else None


def _account_in(arn: Value) -> str | None:
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[4] if len(parts) > 5 and parts[4] else None
