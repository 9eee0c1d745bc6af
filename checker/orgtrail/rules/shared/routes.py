"""What the rules on copies share: whether something is about a log bucket, and whether an account may get it."""

from orgtrail.estate import Instance, listed
from orgtrail.organization.copies import is_same, named_bucket
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.results import FactWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.readers import readers
from orgtrail.values import Cause, Unknown, Value, causes, show


def holding_logs(domain: Domain) -> list[LogBucket]:
    """The log buckets, and the buckets that they are copied to."""
    return [*domain.log_buckets, *domain.copies]


def names_logs(domain: Domain, holder: Instance, block: str, arn: Value) -> LogBucket | Unknown | None:
    """The bucket with logs that an ARN names; unknown where it may be one, None where it is another."""
    found, name = named_bucket(domain, holder, block, arn)
    buckets = holding_logs(domain)
    sure = next((bucket for bucket in buckets if is_same(bucket, found, name)), None)
    if sure is not None or found is not None or not buckets:
        return sure
    if isinstance(name, str) and all(isinstance(bucket.name, str) for bucket in buckets):
        return None
    what = f"whether `{holder.address}` is about the log bucket isn't known ({show(arn)})"
    return Unknown(next(causes(arn), Cause(what)))


def written(domain: Domain, instance: Instance, attribute: str) -> list[Value]:
    """The elements or blocks of an argument that somebody wrote: what the provider computes is unknown by itself."""
    value = instance.now.get(attribute)
    if isinstance(value, Unknown) and not domain.estate.configures(instance, attribute):
        return []
    return listed(value)


def given_to(
    domain: Domain, bucket: LogBucket, holder: Instance, account: Value, message: str, *at: str | int
) -> Finding | Unknown | None:
    """A violation where `account` may not read the logs; `message` says of it `{}` what it gets. None where it may."""
    allowed = readers(domain, bucket.original.owned).include(account)
    if isinstance(allowed, Unknown):
        return allowed
    if allowed:
        return None
    witness = FactWitness(".".join(map(str, at)), show(account), "an account that may read the logs")
    told = message.format(f"account {show(account)}, which may not read the logs,")
    return Finding(address=holder.address, at=at, verdict="violated", message=told, witness=witness)


def is_on_logs(domain: Domain, table: Instance) -> bool | Unknown:
    """Whether the files of a table of the Glue catalog (`s3://BUCKET/...`) lie in a bucket with logs."""
    for one in table.blocks("storage_descriptor"):
        location = one.get("location") if isinstance(one, dict) else one
        if isinstance(location, Unknown):
            followed = list(domain.estate.follow_all(table, "storage_descriptor"))
            if any(bucket.instance in followed for bucket in holding_logs(domain) if bucket.instance):
                return True
            return location
        said = show(location)
        for bucket in holding_logs(domain):
            start = f"s3://{show(bucket.name)}"
            if said == start or said.startswith(f"{start}/"):
                return True
    return False
