"""When lifecycle rules expire the logs: the judging of `logs-are-retained`."""

import re
from collections.abc import Iterator

import msgspec

from orgtrail.edits import SetArgument
from orgtrail.estate import Instance, listed
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.results import FactWitness, Fix
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.verdicts import mending, proved, undecided
from orgtrail.values import Cause, Unknown, Value, causes, show

_LIFECYCLE = "aws_s3_bucket_lifecycle_configuration"

#: What a lifecycle rule may expire: the block, the member of it that counts days, and what it then takes.
_EXPIRES = (
    ("expiration", "days", "the logs"),
    ("noncurrent_version_expiration", "noncurrent_days", "older versions of the logs"),
)
#: The same in the block on the bucket itself, as it was written before version 4 of the provider.
_INLINE = (
    ("expiration", "days", "the logs"),
    ("noncurrent_version_expiration", "days", "older versions of the logs"),
)

#: What every folder of CloudTrail is called, in the beginning.
_FOLDER = "CloudTrail"
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")


class _Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One lifecycle rule, wherever it is written; `expires` are the days by what they take."""

    holder: Instance
    at: tuple[str | int, ...]
    enabled: bool | Unknown
    prefix: Value
    is_tagged: bool
    expires: tuple[tuple[str, Value], ...]
    #: By what they take, where the days stand: the nested block and its argument.
    written: dict[str, tuple[str, str]] = {}


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each log bucket."""
    for bucket in domain.log_buckets:
        yield _judge(domain, bucket, domain.settings.retention_days)


def _judge(domain: Domain, bucket: LogBucket, days: int) -> Finding:
    resources = attached(domain, bucket, _LIFECYCLE)
    if bucket.instance is None and not resources.own:
        return undecided(bucket.address, "the lifecycle of the log bucket can't be seen", [bucket.out_of_sight])
    doubts: list[Cause] = [] if resources.own else [*resources.doubts]
    grounds: list[str] = []
    for one in _rules(domain, bucket, resources.own):
        answer = _reaches(bucket, one)
        if answer is False or one.enabled is False:
            continue
        for what, found in one.expires:
            if isinstance(found, int | float) and found >= days:
                grounds.append(f"`{one.holder.address}` expires {what} after {show(found)} days")
            elif isinstance(found, Unknown):
                doubts.append(found.cause)
            elif isinstance(answer, Unknown) or isinstance(one.enabled, Unknown):
                doubts += [doubt.cause for doubt in (answer, one.enabled) if isinstance(doubt, Unknown)]
            else:
                when = f"after {show(found)} days" if isinstance(found, int | float) else f"on {show(found)}"
                message = f"a lifecycle rule expires {what} {when}, and they are to be kept for {days}"
                witness = FactWitness(".".join(map(str, one.at)), when, f"at least {days} days")
                broken = Finding(
                    address=one.holder.address,
                    at=one.at,
                    verdict="violated",
                    message=message,
                    witness=witness,
                    fix=_longer(one, what, found, days),
                )
                return seen_from_here(broken, bucket, one.holder)
    if doubts:
        return undecided(bucket.address, "whether the logs are kept long enough isn't known", doubts)
    return proved(bucket.address, f"no lifecycle rule expires the logs before {days} days", *dict.fromkeys(grounds))


def _longer(one: _Rule, what: str, found: Value, days: int) -> Fix | None:
    """The days that a rule should count. A day in the calendar is somebody's choice."""
    if one.holder.mode != "managed" or not isinstance(found, int | float):
        return None
    block, member = one.written[what]
    edit = SetArgument(one.holder.block, member, days, (*one.at, block))
    return mending(f"set in the block of `{one.holder.block}`", edit)


def _rules(domain: Domain, bucket: LogBucket, own: tuple[Instance, ...]) -> Iterator[_Rule]:
    for holder in own:
        for index, one in enumerate(holder.blocks("rule")):
            yield _rule(holder, ("rule", index), one, _EXPIRES)
    if own or bucket.instance is None or not _shows_inline(domain, bucket):
        return
    for index, one in enumerate(bucket.instance.blocks("lifecycle_rule")):
        yield _rule(bucket.instance, ("lifecycle_rule", index), one, _INLINE)


def _shows_inline(domain: Domain, bucket: LogBucket) -> bool:
    """Whether the bucket's own `lifecycle_rule` counts: it is computed, too, and one that leaves is still shown."""
    instance = bucket.instance
    if instance is None:
        return False
    if domain.buckets.holders(_LIFECYCLE).of(instance, bucket.name):
        return False
    return domain.estate.configures(instance, "lifecycle_rule") or not isinstance(
        instance.attribute("lifecycle_rule"), Unknown
    )


def _rule(holder: Instance, at: tuple[str | int, ...], one: Value, names: tuple[tuple[str, str, str], ...]) -> _Rule:
    if not isinstance(one, dict):
        unknown = Unknown(next(causes(one), Cause(f"a rule of `{holder.address}` isn't known")))
        return _Rule(holder=holder, at=at, enabled=True, prefix="", is_tagged=False, expires=(("the logs", unknown),))
    status = one.get("status") if "status" in one else one.get("enabled")
    filters = [found for found in listed(one.get("filter")) if isinstance(found, dict)]
    nested = [found for each in filters for found in listed(each.get("and")) if isinstance(found, dict)]
    written = next((each.get("prefix") for each in (*nested, *filters, one) if each.get("prefix")), "")
    tags = [each.get(name) for each in (*nested, *filters) for name in ("tag", "tags") if each.get(name)]
    return _Rule(
        holder=holder,
        at=at,
        enabled=status if isinstance(status, Unknown) else status in ("Enabled", True),
        prefix=written,
        is_tagged=any(not isinstance(tag, Unknown) for tag in (*tags, *([one["tags"]] if one.get("tags") else []))),
        expires=tuple(_expiries(one, names)),
        written={what: (block, member) for block, member, what in names},
    )


def _expiries(one: dict[str, Value], names: tuple[tuple[str, str, str], ...]) -> Iterator[tuple[str, Value]]:
    for block, member, what in names:
        for found in listed(one.get(block)):
            if not isinstance(found, dict):
                yield what, Unknown(next(causes(found), Cause(f"an `{block}` of a lifecycle rule isn't known")))
                continue
            days, date = found.get(member), found.get("date")
            # Zero days are how the provider spells none.
            if isinstance(days, int | float | Unknown) and days != 0:
                yield what, days
            elif date:
                yield what, date


def _reaches(bucket: LogBucket, one: _Rule) -> bool | Unknown:
    """Whether a rule is for the trail's objects."""
    if one.is_tagged:
        return False
    if not isinstance(one.prefix, str):
        return Unknown(next(causes(one.prefix), Cause(f"a prefix in `{one.holder.address}` isn't known")))
    if not one.prefix:
        return True
    prefixes = [trail.prefix for trail in bucket.trails]
    unclear = next((prefix for prefix in prefixes if not isinstance(prefix, str)), None)
    if unclear is not None:
        return Unknown(next(causes(unclear), Cause("the trail's prefix isn't known")))
    folders = [f"{prefix}/AWSLogs/" if prefix else "AWSLogs/" for prefix in prefixes]
    if not prefixes and "AWSLogs/" in one.prefix:
        folders = [one.prefix[: one.prefix.index("AWSLogs/") + len("AWSLogs/")]]
    return any(
        folder.startswith(one.prefix) or (one.prefix.startswith(folder) and _is_cloudtrail(one.prefix, folder))
        for folder in folders or ["AWSLogs/"]
    )


def _is_cloudtrail(prefix: str, folder: str) -> bool:
    """Whether a prefix below `AWSLogs/` leads to a folder of CloudTrail, and not to that of another service."""
    steps = prefix.removeprefix(folder).split("/")
    if _ORGANIZATION.fullmatch(steps[0]):
        steps = steps[1:]
    service = steps[1] if len(steps) > 1 else ""
    return service.startswith(_FOLDER) or _FOLDER.startswith(service)
