"""Where DataSync copies the logs to: the judging of `logs-not-transferred-to-members`."""

from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.organization.copies import Destination, task_destination, tasks_from
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.rules import Finding
from orgtrail.rules.shared.routes import given_to, holding_logs
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown, show


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each task that reads from a bucket with logs."""
    for bucket in holding_logs(domain):
        for task in tasks_from(domain, bucket):
            yield _judge(domain, bucket, task)


def _judge(domain: Domain, bucket: LogBucket, task: Instance) -> Finding:
    message = "who gets the copies of the logs can't be told"
    place = task_destination(domain, task)
    if isinstance(place, Unknown):
        return undecided(task.address, message, [place.cause])
    if not isinstance(place, Destination):
        what = f"`{task.address}` copies the logs to `{place.address}`, and who reads there can't be followed"
        return undecided(task.address, message, [Cause(what, "set this result aside with a reason, if that is meant")])
    at = "destination_location_arn"
    found = given_to(domain, bucket, task, place.account, "{} gets copies of the logs", at)
    if isinstance(found, Unknown):
        return undecided(task.address, message, [found.cause])
    if found is not None:
        return found
    if show(place.name) not in {show(copy.name) for copy in domain.copies}:
        what = f"what guards the copies in `{show(place.name)}` isn't in this input"
        cause = Cause(what, "give the plan or state of the stack that holds that bucket as another INPUT")
        return undecided(task.address, message, [cause])
    ground = f"`{task.address}` copies into account {show(place.account)}"
    return proved(task.address, "the logs are copied only where they may be read", ground)
