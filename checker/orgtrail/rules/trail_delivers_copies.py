"""The rule `trail-delivers-copies`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Unknown

#: What besides log files a trail delivers: the status that speaks of it, CloudTrail's name, and what it is.
_COPIES = {
    "latest_digest_delivery_error": ("LatestDigestDeliveryError", "digest files"),
    "latest_cloud_watch_logs_delivery_error": ("LatestCloudWatchLogsDeliveryError", "events to CloudWatch Logs"),
    "latest_notification_error": ("LatestNotificationError", "notifications to SNS"),
}


@rule("warning", since="0.1.0", live=True)
def trail_delivers_copies(domain: Domain) -> Iterable[Finding]:
    """The living organization trail delivers digests, CloudWatch Logs events and SNS notifications without an error.

    Why:
        Alarms hang on CloudWatch Logs and on SNS, the proof that nobody changed a log file on the digests. Each has a
        policy or a role of its own, and fails by itself while log files still arrive. What fails is missing for all
        accounts.

    Holds when:
        GetTrailStatus shows no error for any of the three. Plans and states don't show it.

    Fix:
        For CloudWatch Logs look at the trail's role and the log group, for SNS at the topic's policy, for digests at
        the bucket policy and at what is denied under `AWSLogs/.../CloudTrail-Digest/`.

    Sources:
        CloudTrail API Reference, "GetTrailStatus"
        https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
    """
    if not domain.is_live:
        return
    for trail in domain.organization_trails:
        status = trail.instance.now.get("status")
        if isinstance(status, Unknown):
            yield undecided(trail.address, "what else the trail delivers can't be told", [status.cause])
            continue
        errors = {name: status.get(name) for name in _COPIES} if isinstance(status, dict) else {}
        broken = [(*_COPIES[name], str(error)) for name, error in errors.items() if error]
        if broken:
            facts = ", ".join(f"{what} ({error})" for _, what, error in broken)
            attribute, _, error = broken[0]
            message = f"CloudTrail can't deliver {facts}"
            witness = FactWitness(attribute, error, "none")
            yield Finding(address=trail.address, verdict="violated", message=message, witness=witness)
        else:
            yield proved(trail.address, "nothing that the trail delivers besides log files has an error")
