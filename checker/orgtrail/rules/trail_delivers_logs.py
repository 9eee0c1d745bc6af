"""The rule `trail-delivers-logs`."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from orgtrail.organization.domain import Domain
from orgtrail.organization.trails import Trail
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown, Value

#: CloudTrail delivers within minutes of a call, and an organization's accounts aren't silent for a day: the AWS
#: services that act in them, and the audit itself, make calls.
LATEST_EXPECTED = timedelta(hours=24)


@rule("error", since="0.1.0", answers="logs delivered", live=True)
def trail_delivers_logs(domain: Domain) -> Iterable[Finding]:
    """The living organization trail delivers log files: without an error, and the latest at most a day ago.

    Why:
        A trail whose bucket policy, key policy or bucket went wrong stays there and says that it is logging. Only its
        status tells that S3 refuses the files, and CloudTrail doesn't deliver later what it couldn't deliver for weeks.
        Until then the events of every account are lost.

    Holds when:
        The trail is logging, GetTrailStatus shows no `LatestDeliveryError`, and `LatestDeliveryTime` is at most 24
        hours old. Plans and states don't show it.

    Fix:
        `AccessDenied` and `InvalidPolicy` point to the bucket policy (rule cloudtrail-can-write-logs), `NoSuchBucket`
        to a bucket that was deleted, `KMS...` to the key and its policy (rule cloudtrail-can-use-key). A trail that
        isn't logging starts with `aws cloudtrail start-logging`.

    Sources:
        CloudTrail API Reference, "GetTrailStatus"
        https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
    """
    if domain.is_live:
        for trail in domain.organization_trails:
            yield _judge(trail)


def _judge(trail: Trail) -> Finding:
    values = trail.instance.now
    status, logging = values.get("status"), values.get("enable_logging")
    if isinstance(status, Unknown):
        return undecided(trail.address, "whether the trail delivers log files can't be told", [status.cause])
    if not isinstance(status, dict):
        cause = Cause("the trail's status isn't in what was seen", "run `orgtrail audit` again")
        return undecided(trail.address, "whether the trail delivers log files can't be told", [cause])
    error = status.get("latest_delivery_error")
    if error:
        message = f"CloudTrail can't deliver log files: {error}"
        return _violated(trail, message, "LatestDeliveryError", str(error), "none")
    if logging is not True:
        return _violated(trail, "the trail isn't logging, so it delivers nothing", "IsLogging", "false", "true")
    asked = _time(status.get("asked_time"))
    delivered, started = _time(status.get("latest_delivery_time")), _time(status.get("start_logging_time"))
    last = delivered or started
    if asked is None or last is None:
        cause = Cause("GetTrailStatus shows neither a delivery nor when logging started", "look again later")
        return undecided(trail.address, "whether the trail delivers log files can't be told", [cause])
    if asked - last > LATEST_EXPECTED:
        hours = f"{(asked - last).total_seconds() / 3600:.0f} hours"
        message = f"no log file was delivered for {hours}, though the trail is logging"
        return _violated(trail, message, "LatestDeliveryTime", f"{delivered or 'never'}", "at most 24 hours ago")
    if delivered is None:
        cause = Cause(f"the trail is logging since {started} and has delivered nothing yet", "look again in an hour")
        return undecided(trail.address, "whether the trail delivers log files can't be told yet", [cause])
    return proved(trail.address, "the trail delivers log files", f"the latest was delivered at {delivered}, no error")


def _violated(trail: Trail, message: str, attribute: str, found: str, expected: str) -> Finding:
    witness = FactWitness(attribute, found, expected)
    return Finding(address=trail.address, verdict="violated", message=message, witness=witness)


def _time(value: Value) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
