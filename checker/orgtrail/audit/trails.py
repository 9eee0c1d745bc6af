"""What CloudTrail shows: every trail of the account, in whatever region it has its home, and how it fares."""

import re
from collections.abc import Iterator
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Any

from orgtrail.arn import account_in
from orgtrail.audit import calls
from orgtrail.audit.aws import Account
from orgtrail.evidence import Seen
from orgtrail.values import Cause, Rest, Unknown

#: Terraform's attribute, and the member of CloudTrail's answer.
_ATTRIBUTES = {
    "name": "Name",
    "s3_bucket_name": "S3BucketName",
    "s3_key_prefix": "S3KeyPrefix",
    "kms_key_id": "KmsKeyId",
    "is_organization_trail": "IsOrganizationTrail",
    "is_multi_region_trail": "IsMultiRegionTrail",
    "include_global_service_events": "IncludeGlobalServiceEvents",
    "enable_log_file_validation": "LogFileValidationEnabled",
    "cloud_watch_logs_group_arn": "CloudWatchLogsLogGroupArn",
    "cloud_watch_logs_role_arn": "CloudWatchLogsRoleArn",
    "sns_topic_name": "SnsTopicARN",
}

#: What GetTrailStatus says that Terraform has no attribute for; times are written as ISO 8601 in UTC.
_STATUS = {
    "latest_delivery_error": "LatestDeliveryError",
    "latest_delivery_time": "LatestDeliveryTime",
    "latest_digest_delivery_error": "LatestDigestDeliveryError",
    "latest_cloud_watch_logs_delivery_error": "LatestCloudWatchLogsDeliveryError",
    "latest_notification_error": "LatestNotificationError",
    "start_logging_time": "StartLoggingTime",
}


def see_trails(account: Account, pool: Executor) -> list[Seen]:
    """Every trail of the account with its status, organization trails first; a hole where a listing was denied.

    DescribeTrails shows what has its home in this region and the shadows of multi-region and organization trails;
    ListTrails names those of all regions, which are then asked for where they are at home.
    """
    described = pool.submit(account.ask, calls.TRAILS, includeShadowTrails=True)
    listed = account.list(calls.TRAIL_NAMES)
    answer = described.result()
    found: dict[str, Any] = {}
    if isinstance(answer, dict):
        found = {trail.get("TrailARN", ""): trail for trail in answer.get("trailList") or []}
    names = {name.get("TrailARN", ""): name for name in listed if isinstance(name, dict)}
    missing = [(arn, name.get("HomeRegion")) for arn, name in names.items() if arn not in found]
    found |= pool.map(lambda one: (one[0], _at_home(account, *one)), missing)
    trails = list(pool.map(lambda one: _trail(account, *one), found.items()))
    trails += _not_listed(account, answer, listed)
    return sorted(trails, key=lambda seen: (seen.values or {}).get("is_organization_trail") is False)


def _at_home(account: Account, arn: str, region: str | None) -> Any:
    answer = account.ask(calls.TRAILS, region=region, trailNameList=[arn], includeShadowTrails=False)
    if not isinstance(answer, dict):
        return answer
    trails = answer.get("trailList") or []
    return trails[0] if trails else Unknown(Cause(f"CloudTrail in {region} doesn't describe {arn}, which it lists"))


def _trail(account: Account, arn: str, trail: Any) -> Seen:
    if not isinstance(trail, dict):
        hole = trail if isinstance(trail, Unknown) else Unknown(Cause(f"AWS doesn't describe {arn}"))
        return _unseen(account, arn, hole)
    region = trail.get("HomeRegion") or account.region
    status = account.ask(calls.TRAIL_STATUS, region=region, Name=arn)
    selectors = account.ask(calls.EVENT_SELECTORS, region=region, TrailName=arn)
    values: dict[str, Any] = {"id": arn, "arn": arn, "home_region": region}
    values |= {name: trail.get(member) for name, member in _ATTRIBUTES.items()}
    values["enable_logging"] = status.get("IsLogging") is True if isinstance(status, dict) else status
    if isinstance(status, dict):
        values["status"] = {name: _plain(status.get(member)) for name, member in _STATUS.items()}
        values["status"]["asked_time"] = _plain(datetime.now(UTC))
    else:
        values["status"] = status
    values |= _selectors(selectors)
    values["insight_selector"] = _insights(account.ask(calls.INSIGHT_SELECTORS, region=region, TrailName=arn))
    return Seen(type="aws_cloudtrail", address=arn, account=_owner(arn), values=values)


def _unseen(account: Account, address: str, hole: Unknown) -> Seen:
    """A trail of which nothing is known but that it may be there."""
    values: dict[str, Any] = dict.fromkeys((*_ATTRIBUTES, "home_region", "enable_logging", "status"), hole)
    values |= dict.fromkeys(("event_selector", "advanced_event_selector", "insight_selector", "arn", "id"), hole)
    if address.startswith("arn:"):
        values |= {"arn": address, "id": address, "name": address.rpartition("/")[2]}
    return Seen(type="aws_cloudtrail", address=address, account=_owner(address) or account.id, values=values)


def _not_listed(account: Account, described: Any, listed: list[Any]) -> Iterator[Seen]:
    """A stand-in for the trails that may exist where a listing had no answer: no rule may pass over them in silence."""
    for rest in listed:
        if isinstance(rest, Rest):
            yield _unseen(account, f"trails of account {account.id} that may not be listed", Unknown(rest.cause))
            return
    if isinstance(described, Unknown):
        address = f"shadow trails in {account.region} of account {account.id} that may not be described"
        yield _unseen(account, address, described)


def _selectors(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        return {"event_selector": answer, "advanced_event_selector": answer}
    return {
        "event_selector": [
            {
                "read_write_type": selector.get("ReadWriteType"),
                "include_management_events": selector.get("IncludeManagementEvents"),
                "exclude_management_event_sources": selector.get("ExcludeManagementEventSources") or [],
            }
            for selector in answer.get("EventSelectors") or []
        ],
        "advanced_event_selector": [
            {
                "name": selector.get("Name"),
                "field_selector": [
                    {_snake(name): value for name, value in field.items()}
                    for field in selector.get("FieldSelectors") or []
                ],
            }
            for selector in answer.get("AdvancedEventSelectors") or []
        ],
    }


def _insights(answer: Any) -> Any:
    if isinstance(answer, Unknown):
        return answer
    listed = answer.get("InsightSelectors") or [] if isinstance(answer, dict) else []
    # One that says of which events it is for others than management events is made from those.
    own = [one for one in listed if "Management" in (one.get("EventCategories") or ["Management"])]
    return [{"insight_type": one.get("InsightType")} for one in own]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _plain(value: Any) -> Any:
    return f"{value:%Y-%m-%dT%H:%M:%S%z}" if isinstance(value, datetime) else value or None


def _owner(arn: str) -> str:
    """The account in an ARN; empty where it isn't one."""
    return str(account_in(arn) or "")
