"""The rule `logs-not-replicated-to-members`."""

from collections.abc import Iterable

from orgtrail.estate import Instance, listed
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.readers import readers
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown, Value, causes, show


@rule("error", since="0.1.0", answers="members kept out")
def logs_not_replicated_to_members(domain: Domain) -> Iterable[Finding]:
    """No replication rule copies the trail's objects into an account that may not read them.

    Why:
        Replication copies every new object as it is, past the policy of the log bucket: what the destination's account
        may do with the copies is decided in that account. A member account that holds the destination reads the logs of
        all others.

    Holds when:
        Every destination that a replication of the log bucket names is in the management account, the account that owns
        the bucket, or a trusted account. A rule that is disabled copies nothing. What guards a destination is judged
        where that bucket is a log bucket itself.

    Fix:
        Replicate into the account that owns the log bucket, or into one that may read the logs and say so with
        `--trusted-account`.

    Sources:
        Amazon S3 User Guide, "Configuring replication for buckets in different accounts"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
    """
    for bucket in domain.log_buckets:
        for replication in attached(domain, bucket, "aws_s3_bucket_replication_configuration").own:
            yield seen_from_here(_judge(domain, bucket, replication), bucket, replication)


def _judge(domain: Domain, bucket: LogBucket, replication: Instance) -> Finding:
    may_read = readers(domain, bucket.owned)
    doubts: list[Cause] = []
    grounds: list[str] = []
    for index, found in enumerate(replication.blocks("rule")):
        if isinstance(found, Unknown):
            doubts.append(found.cause)
            continue
        if not isinstance(found, dict) or found.get("status") == "Disabled":
            continue
        for destination in listed(found.get("destination")):
            account = _account(domain, replication, destination)
            allowed = may_read.include(account)
            if isinstance(allowed, Unknown):
                doubts.append(allowed.cause)
            elif allowed:
                grounds.append(f"`{replication.address}` copies into account {show(account)}")
            elif isinstance(enabled := found.get("status"), Unknown):
                doubts.append(enabled.cause)
            else:
                return Finding(
                    address=replication.address,
                    at=("rule", index),
                    verdict="violated",
                    message=f"every new log file is copied into account {account}, which may not read the logs",
                    witness=FactWitness("destination.account", str(account), "an account that may read the logs"),
                )
    if doubts:
        return undecided(replication.address, "where the logs are copied to can't be told", doubts)
    return proved(replication.address, "the logs are copied only where they may be read", *dict.fromkeys(grounds))


def _account(domain: Domain, replication: Instance, destination: Value) -> Value:
    """The account of a destination: as it is written, else the one that makes the bucket in this input."""
    if isinstance(destination, Unknown):
        return destination
    values = destination if isinstance(destination, dict) else {}
    account = values.get("account")
    if isinstance(account, Unknown):
        return account
    if account:
        return account
    named = values.get("bucket")
    for other in domain.estate.of_type("aws_s3_bucket"):
        name = other.now.get("bucket")
        if other.stays and isinstance(name, str) and named == f"arn:{domain.accounts.partition}:s3:::{name}":
            return domain.accounts.account_of(other)
    cause = next(causes(named), None)
    what = f"the account of the bucket that `{replication.address}` copies to isn't known"
    return Unknown(cause or Cause(what, "write `account` into the destination"))
