"""Where subscription filters send the trail's events: the judging of `logs-not-streamed-to-members`."""

from collections.abc import Iterator

from orgtrail import jsontext
from orgtrail.estate import Instance
from orgtrail.organization.copies import stream_destinations, stream_named
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_groups import LogGroup, found_log_groups, is_with, named_group
from orgtrail.organization.surroundings import Stack
from orgtrail.rules import Finding
from orgtrail.rules.shared.joined import told_of
from orgtrail.rules.shared.readers import account_named, account_of_arn, readers
from orgtrail.rules.shared.verdicts import broken, proved, undecided, why_unknown
from orgtrail.values import Cause, Json, Text, Unknown, Value, show


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each subscription filter on a trail's log group, account-wide ones too."""
    groups = list(found_log_groups(domain.estate, domain.accounts, domain.organization_trails))
    for filter_ in domain.estate.of_type("aws_cloudwatch_log_subscription_filter"):
        if filter_.stays:
            yield from _judge(domain, filter_, groups)
    for policy in domain.estate.of_type("aws_cloudwatch_log_account_policy"):
        if policy.stays and policy.now.get("policy_type") == "SUBSCRIPTION_FILTER_POLICY":
            yield from _judge_account_wide(domain, policy, groups)
    for other in domain.surroundings.beside if groups else ():
        yield from _judge_beside(domain, other, groups)


def _judge_beside(domain: Domain, other: Stack, groups: list[LogGroup]) -> Iterator[Finding]:
    """One finding for each subscription filter of another input on a trail's log group."""
    for filter_ in other.estate.of_type("aws_cloudwatch_log_subscription_filter"):
        source = named_group(other.estate, filter_, "log_group_name") if filter_.stays else None
        group = next((one for one in groups if isinstance(source, str) and one.name == source), None)
        place = is_with(domain.accounts, filter_, group) if group else False
        if group is None or place is False:
            continue
        account = account_named(other, filter_, "destination_arn")
        found = _judge_destination(domain, filter_, group, "destination_arn", account)
        if isinstance(place, Unknown) and found.verdict == "violated":
            found = undecided(
                filter_.address, "whether the filter is on the trail's log group can't be told", [place.cause]
            )
        yield told_of(domain, group.trail, found, filter_)


def _judge(domain: Domain, filter_: Instance, groups: list[LogGroup]) -> Iterator[Finding]:
    source = named_group(domain.estate, filter_, "log_group_name")
    doubts: list[Cause] = []
    for group in groups:
        if isinstance(source, str) and isinstance(group.name, str):
            if source == group.name:
                account = account_named(domain, filter_, "destination_arn")
                yield _judge_destination(domain, filter_, group, "destination_arn", account)
                stream = stream_named(domain, filter_)
                if stream is not None:
                    yield _judge_stream(domain, stream, group)
                return
            continue
        doubts.append(why_unknown(source if not isinstance(source, str) else group.name, "the log group isn't known"))
    if doubts:
        yield undecided(filter_.address, "whether the filter is on the trail's log group can't be told", doubts)


def _judge_stream(domain: Domain, stream: Instance, group: LogGroup) -> Finding:
    """Where a Firehose stream puts the events that a filter sends it."""
    may_read = readers(domain, domain.owned_of(group.trail))
    seen = {show(copy.name) for copy in domain.copies}
    doubts: list[Cause] = []
    grounds: list[str] = []
    for place in stream_destinations(domain, stream):
        allowed = may_read.include(place.account)
        if isinstance(allowed, Unknown):
            doubts.append(allowed.cause)
        elif not allowed:
            message = f"`{stream.address}` puts every event of the trail into account {show(place.account)}, which may "
            return broken(stream, str(place.at[0]), f"{message}not read the logs", "a bucket where they may be read")
        elif show(place.name) not in seen:
            what = f"what guards the events in `{show(place.name)}` isn't in this input"
            doubts.append(Cause(what, "give the plan or state of the stack that holds that bucket as another INPUT"))
        else:
            grounds.append(f"`{stream.address}` writes into account {show(place.account)}")
    kind = stream.now.get("destination")
    if kind not in ("extended_s3", "s3"):
        what = f"`{stream.address}` sends on to `{show(kind)}`, and who reads there can't be followed"
        doubts.append(Cause(what, "set this result aside with a reason, if that is meant"))
    if doubts:
        return undecided(stream.address, "who gets the trail's events from Firehose can't be told", doubts)
    return proved(stream.address, "Firehose puts the events only where they may be read", *dict.fromkeys(grounds))


def _judge_account_wide(domain: Domain, policy: Instance, groups: list[LogGroup]) -> Iterator[Finding]:
    """A subscription filter for all log groups of an account and region, but those that its criteria leave out."""
    for group in groups:
        place = is_with(domain.accounts, policy, group)
        criteria = policy.now.get("selection_criteria")
        # The criteria can only leave groups out: `LogGroupName NOT IN ["a", "b"]`.
        if place is False or (
            isinstance(criteria, str) and isinstance(group.name, str) and f'"{group.name}"' in criteria
        ):
            continue
        account = _account_of_document(domain, policy.now.get("policy_document"))
        finding = _judge_destination(domain, policy, group, "policy_document", account)
        doubts = [place.cause] if isinstance(place, Unknown) else []
        if criteria is not None and not isinstance(criteria, str):
            doubts.append(why_unknown(criteria, "which log groups the policy leaves out isn't known"))
        elif criteria and not isinstance(group.name, str):
            doubts.append(why_unknown(group.name, "the log group isn't known"))
        if doubts and finding.verdict == "violated":
            finding = undecided(policy.address, "whether the policy is for the trail's log group can't be told", doubts)
        yield finding


def _account_of_document(domain: Domain, value: Value) -> Value:
    if not isinstance(value, str | Text | Json):
        return value
    try:
        found = jsontext.decode(value)
    except ValueError:
        return Unknown(Cause("the policy document isn't JSON"))
    arn = found.get("DestinationArn") if isinstance(found, dict) else found
    return account_of_arn(domain, arn) or Unknown(why_unknown(arn, "the destination isn't known"))


def _judge_destination(domain: Domain, sender: Instance, group: LogGroup, at: str, account: Value) -> Finding:
    allowed = readers(domain, domain.owned_of(group.trail)).include(account)
    if allowed is True:
        ground = f"account {show(account)} may read them"
        return proved(sender.address, "the events are sent only where they may be read", ground)
    if isinstance(allowed, Unknown):
        return undecided(sender.address, "who gets the trail's events can't be told", [allowed.cause])
    message = f"every event of the trail is sent to account {show(account)}, which may not read the logs"
    return broken(sender, at, message, "a destination in an account that may read them")
