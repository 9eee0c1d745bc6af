"""The CloudWatch Logs groups that organization trails feed: a second copy of all events."""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.arn import account_in, log_group_in, region_in
from orgtrail.estate import Estate, Instance
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.trails import Trail
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, causes, text


class LogGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The log group that a trail feeds: its name (or why that isn't known), and where it is."""

    trail: Trail
    name: Value
    account: str | Symbol
    region: str | Symbol

    def arn(self, partition: str) -> str | Symbol | Text:
        """Its ARN, without the `:*` that stands for its streams."""
        name = self.name if isinstance(self.name, str | Symbol | Text) else Symbol("the trail's log group")
        made = text(f"arn:{partition}:logs:", self.region, ":", self.account, ":log-group:", name)
        assert isinstance(made, str | Text)  # noqa: S101 - it starts with a literal
        return made


def found_log_groups(estate: Estate, accounts: Accounts, trails: Iterable[Trail]) -> Iterator[LogGroup]:
    """The log group of every organization trail that feeds one."""
    for trail in trails:
        arn = trail.instance.now.get("cloud_watch_logs_group_arn")
        if arn is None or arn == "":
            continue
        group = _group(estate, trail)
        place = group or trail.instance
        yield LogGroup(
            trail=trail,
            name=_name(arn, group),
            account=account_in(arn) or accounts.account_of(place),
            region=region_in(arn) or accounts.region_of(place),
        )


def named_group(estate: Estate, instance: Instance, attribute: str) -> Value:
    """The name of the log group that an attribute names, as it is written or as that of the group it refers to."""
    value = instance.now.get(attribute)
    found = [other for other, _ in estate.follow(instance, attribute)]
    return value if isinstance(value, str) else _name_of(found[0] if len(found) == 1 else None, value)


def is_with(accounts: Accounts, instance: Instance, group: LogGroup) -> bool | Unknown:
    """Whether what an instance sets for its account and region is for the log group, too."""
    pairs = ((accounts.account_of(instance), group.account), (accounts.region_of(instance), group.region))
    if any(isinstance(one, str) and isinstance(other, str) and one != other for one, other in pairs):
        return False
    if all(one == other for one, other in pairs):
        return True
    return Unknown(Cause(f"whether `{instance.address}` is in the account and region of the trail's log group"))


def _group(estate: Estate, trail: Trail) -> Instance | None:
    """The log group's resource, where the trail refers to it."""
    found = [other for other, _ in estate.follow(trail.instance, "cloud_watch_logs_group_arn")]
    return found[0] if len(found) == 1 and found[0].type == "aws_cloudwatch_log_group" else None


def _name(arn: Value, group: Instance | None) -> Value:
    """The name in `arn:...:log-group:NAME:*`."""
    # Its account and region may have holes; the name stands behind them.
    end = arn.parts[-1] if isinstance(arn, Text) else arn
    if isinstance(end, str) and ":log-group:" in end:
        return log_group_in(end)
    if isinstance(arn, str):
        return Unknown(Cause(f"`{arn}` is no ARN of a log group"))
    return _name_of(group, arn)


def _name_of(group: Instance | None, otherwise: Value) -> Value:
    name = group.now.get("name") if group and group.type == "aws_cloudwatch_log_group" else None
    if isinstance(name, str):
        return name
    return (
        otherwise
        if isinstance(otherwise, Unknown)
        else Unknown(next(causes(otherwise), Cause("the name of the trail's log group isn't known")))
    )
