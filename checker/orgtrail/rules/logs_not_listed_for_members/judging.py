"""Who gets inventories of the log bucket: the judging of `logs-not-listed-for-members`."""

from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.copies import destination
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.routes import given_to, holding_logs
from orgtrail.rules.shared.verdicts import flag, proved, undecided
from orgtrail.values import Cause, Unknown, show


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each inventory of a bucket with logs."""
    for bucket in holding_logs(domain):
        for inventory in attached(domain, bucket, "aws_s3_bucket_inventory").own:
            yield seen_from_here(_judge(domain, bucket, inventory), bucket, inventory)


def _judge(domain: Domain, bucket: LogBucket, inventory: Instance) -> Finding:
    enabled = flag(inventory, "enabled", default=True)
    if enabled is False:
        return proved(inventory.address, "the inventory is disabled")
    message = "who gets the inventory of the log bucket can't be told"
    arn = inventory.inside("destination", "bucket", "bucket_arn")
    account = inventory.inside("destination", "bucket", "account_id")
    if isinstance(account, Unknown) and not domain.estate.configures(inventory, "destination"):
        return undecided(inventory.address, message, [account.cause])
    place = destination(domain, inventory, "destination", arn, account)
    found = given_to(domain, bucket, inventory, place.account, "{} gets the names of all log files", "destination")
    doubts: list[Cause] = [one.cause for one in (found, enabled) if isinstance(one, Unknown)]
    if doubts:
        return undecided(inventory.address, message, doubts)
    if isinstance(found, Finding):
        return found
    ground = f"account {show(place.account)} may read the logs"
    return proved(inventory.address, "the inventory goes only where the logs may be read", ground)
