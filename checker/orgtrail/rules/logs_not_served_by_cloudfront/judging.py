"""Whether a distribution serves the logs: the judging of `logs-not-served-by-cloudfront`."""

from collections.abc import Iterator

from orgtrail.estate import Instance, listed
from orgtrail.iam import document
from orgtrail.iam.action_names import action_matches
from orgtrail.iam.statements import Statement
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.results import FactWitness
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import out_of_sight
from orgtrail.rules.shared.routes import holding_logs
from orgtrail.rules.shared.verdicts import flag, proved, undecided
from orgtrail.values import Cause, Symbol, Unknown, Value, causes, show

_SERVICE = "cloudfront.amazonaws.com"


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each distribution with an origin in a bucket with logs."""
    for distribution in domain.estate.of_type("aws_cloudfront_distribution"):
        if not distribution.stays or flag(distribution, "enabled", default=True) is False:
            continue
        for bucket in holding_logs(domain):
            serves = _serves(domain, distribution, bucket)
            if serves is not False:
                yield _judge(domain, distribution, bucket, serves)


def _judge(domain: Domain, distribution: Instance, bucket: LogBucket, serves: bool | Unknown) -> Finding:
    message = "whether the distribution serves the logs can't be told"
    doubts = [serves.cause] if isinstance(serves, Unknown) else []
    missing = out_of_sight(domain, bucket)
    if missing is not None:
        return undecided(distribution.address, message, [*doubts, *missing])
    lets: list[bool | Unknown] = []
    for policy in bucket.policies:
        parsed = document.parse(policy.value)
        lets += [_lets_in(statement) for statement in parsed.statements if statement.effect != "Deny"]
        doubts += parsed.rest
    if True not in lets and not any(isinstance(one, Unknown) for one in lets) and not doubts:
        return proved(distribution.address, "the bucket's policy lets CloudFront read nothing")
    doubts += [one.cause for one in lets if isinstance(one, Unknown)]
    if True not in lets or isinstance(serves, Unknown):
        return undecided(distribution.address, message, doubts)
    if _is_signed(distribution):
        what = f"`{distribution.address}` serves the logs to those who have signed URLs or cookies; whoever they are"
        return undecided(distribution.address, message, [Cause(what)])
    return Finding(
        address=distribution.address,
        at=("origin",),
        verdict="violated",
        message=f"the distribution serves the objects of `{bucket.address}` to everybody on the internet",
        witness=FactWitness("origin", show(bucket.name), "no origin in the log bucket"),
    )


def _serves(domain: Domain, distribution: Instance, bucket: LogBucket) -> bool | Unknown:
    """Whether one of the origins is the bucket (`BUCKET.s3.amazonaws.com`, `BUCKET.s3.REGION.amazonaws.com`)."""
    doubt: bool | Unknown = False
    name = show(bucket.name)
    for one in distribution.blocks("origin"):
        host = one.get("domain_name") if isinstance(one, dict) else one
        if isinstance(host, Symbol):
            if bucket.instance is not None and host.identity.startswith(f"{bucket.instance.address}."):
                return True
            continue
        if isinstance(host, Unknown):
            followed = list(domain.estate.follow_all(distribution, "origin"))
            if bucket.instance in followed:
                return True
            if not any(other is not None and other.type == "aws_s3_bucket" for other in followed):
                doubt = host
            continue
        if show(host).startswith((f"{name}.s3.", f"{name}.s3-")):
            return True
    return doubt


def _lets_in(statement: Statement) -> bool | Unknown:
    """Whether a statement may let CloudFront, or an origin access identity, read objects."""
    if not action_matches(statement, "s3:GetObject", True, {}):
        return False
    principals = statement.principals
    if isinstance(statement.effect, Unknown) or principals.rest:
        return Unknown(Cause(f"part of `{statement.label}` in the bucket's policy isn't known"))
    named: list[Value] = [*principals.services, *principals.aws, *principals.unmapped]
    if principals.everyone or statement.not_principal or _SERVICE in principals.services:
        return True
    if any("CloudFront Origin Access Identity" in show(one) for one in named) or principals.unmapped:
        return True
    unclear = next((cause for one in named for cause in causes(one)), None)
    return Unknown(unclear) if unclear else False


def _is_signed(distribution: Instance) -> bool:
    """Whether every behavior asks viewers for signed URLs or cookies."""
    behaviors = [
        one
        for kind in ("default_cache_behavior", "ordered_cache_behavior")
        for one in listed(distribution.now.get(kind))
    ]
    return bool(behaviors) and all(
        isinstance(one, dict) and any(_is_listed(one.get(name)) for name in ("trusted_key_groups", "trusted_signers"))
        for one in behaviors
    )


def _is_listed(value: Value) -> bool:
    """Whether a list was written: the provider leaves one that nobody wrote unknown as a whole."""
    return isinstance(value, list) and bool(value)
