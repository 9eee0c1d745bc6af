"""Where query results over the logs go: the judging of `logs-not-queried-for-members`."""

from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.rules import Finding
from orgtrail.rules.shared.readers import readers
from orgtrail.rules.shared.routes import given_to, holding_logs, is_on_logs
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, causes, show, text

_ELSEWHERE = "write `expected_bucket_owner`, or give the plan or state of the stack that holds the bucket"


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each workgroup that tables on the logs may be queried in."""
    tables = [table for table in domain.estate.of_type("aws_glue_catalog_table") if table.stays]
    on_logs = [table for table in tables if is_on_logs(domain, table) is True]
    buckets = holding_logs(domain)
    if not on_logs or not buckets:
        return
    may_read = readers(domain, buckets[0].original.owned)
    for workgroup in domain.estate.of_type("aws_athena_workgroup"):
        if workgroup.stays and may_read.include(domain.accounts.account_of(workgroup)) is not False:
            yield _judge(domain, buckets[0], workgroup)


def _judge(domain: Domain, bucket: LogBucket, workgroup: Instance) -> Finding:
    result = ("configuration", "result_configuration")
    location = workgroup.inside(*result, "output_location")
    if location is None or location == "":
        return proved(workgroup.address, "whoever queries says where the results go")
    account = workgroup.inside(*result, "expected_bucket_owner") or _maker(domain, workgroup, location)
    found = given_to(
        domain, bucket, workgroup, account, "{} gets the results of queries over the logs", "configuration"
    )
    if isinstance(found, Unknown):
        message = "who gets the results of queries over the logs can't be told"
        return undecided(workgroup.address, message, [found.cause])
    ground = f"account {show(account)} may read the logs"
    return found or proved(workgroup.address, "results stay where the logs may be read", ground)


def _maker(domain: Domain, workgroup: Instance, location: Value) -> Value:
    """The account of the bucket in `s3://BUCKET/...`, where the input makes it."""
    found: Instance | None = None
    if isinstance(location, str | Text):
        parts = list(location.parts) if isinstance(location, Text) else [location]
        head = parts[0].removeprefix("s3://") if isinstance(parts[0], str) else parts[0]
        rest = [head, *parts[1:]]
        cut = next((place for place, one in enumerate(rest) if isinstance(one, str) and "/" in one), None)
        name = text(*rest) if cut is None else text(*rest[:cut], str(rest[cut]).partition("/")[0])
        found = domain.buckets.with_name(name) if isinstance(name, str | Symbol | Text) else None
    else:
        followed = [one for one in domain.estate.follow_all(workgroup, "configuration") if one is not None]
        buckets = [one for one in followed if one.type == "aws_s3_bucket"]
        found = buckets[0] if len(buckets) == 1 else None
    if found is not None:
        return domain.accounts.account_of(found)
    what = f"whose the bucket is that `{workgroup.address}` writes to ({show(location)}) isn't known"
    return Unknown(next(causes(location), Cause(what, _ELSEWHERE)))
