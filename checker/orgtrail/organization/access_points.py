"""The S3 access points of a bucket, and their policies."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Instance
from orgtrail.organization.accounts import as_told, name_as_told
from orgtrail.organization.bucket_settings import attached, inner
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.organization.world import owner_of
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, text

if TYPE_CHECKING:
    from orgtrail.organization import Domain

PLAIN = "aws_s3_access_point"
MULTI_REGION = "aws_s3control_multi_region_access_point"
#: The resource that holds the policy of each kind, and the attributes in which it says whose and what.
_POLICY_OF = {
    PLAIN: ("aws_s3control_access_point_policy", "access_point_arn"),
    MULTI_REGION: ("aws_s3control_multi_region_access_point_policy", "details"),
}


class AccessPoint(msgspec.Struct, kw_only=True, eq=False):
    """One access point of a bucket.

    `vpc` is the only VPC that it takes requests from; None where it takes them from anywhere. `policy` is None where it
    has none: then it lets nobody of another account in.
    """

    instance: Instance
    arn: str | Symbol | Text
    account: str | Symbol
    vpc: Value
    policy: Policy | None

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.instance.address


def access_points(domain: "Domain", bucket: LogBucket) -> Iterator[AccessPoint]:
    """The access points that surely lead to `bucket`, multi-region ones too."""
    for instance in attached(domain, bucket, PLAIN).own:
        yield _access_point(domain, bucket, instance, vpc=inner(instance, "vpc_configuration", "vpc_id"))
    for instance in _multi_region(domain, bucket):
        if _regions_hold(instance, bucket):
            yield _access_point(domain, bucket, instance, vpc=None)


def unclear_access_points(domain: "Domain", bucket: LogBucket) -> list[Cause]:
    """Why there may be more access points of `bucket` in the input: those whose bucket isn't known."""
    beside = (bucket.beside or domain).estate.unseen
    doubts = [cause for cause in attached(domain, bucket, PLAIN).doubts if cause not in beside]
    for instance in _multi_region(domain, bucket):
        named = [region.get("bucket") if isinstance(region, dict) else region for region in _regions(instance)]
        if any(not isinstance(name, str) for name in named) and not _regions_hold(instance, bucket):
            doubts.append(Cause(f"`{instance.address}` may lead to this bucket: its buckets aren't known"))
    return doubts


def _multi_region(domain: "Domain", bucket: LogBucket) -> list[Instance]:
    estates = [domain.estate, *([bucket.beside.estate] if bucket.beside else [])]
    return [found for estate in estates for found in estate.of_type(MULTI_REGION) if found.stays]


def _access_point(domain: "Domain", bucket: LogBucket, instance: Instance, vpc: Value) -> AccessPoint:
    account = _account(domain, bucket, instance)
    arn = instance.now.get("arn")
    if not isinstance(arn, str | Symbol | Text):
        arn = Symbol(f"{instance.address}.arn", "arn")
        name = instance.now.get("name")
        if instance.type == PLAIN and isinstance(name, str | Symbol | Text):
            region = domain.region_of(instance)
            made = text(f"arn:{domain.partition}:s3:", region, ":", account, ":accesspoint/", name)
            arn = made if isinstance(made, str | Symbol | Text) else arn
    # Where the input beside this one holds the access point, it is what shows its policy.
    home = bucket.beside if bucket.beside and bucket.beside.holds(instance) else domain
    policy = _policy(home, instance, arn)
    if policy is not None:
        policy.value = as_told(domain, bucket.owned, policy.value)
    arn = name_as_told(domain, bucket.owned, arn)
    return AccessPoint(instance=instance, arn=arn, account=account, vpc=vpc, policy=policy)


def _account(domain: "Domain", bucket: LogBucket, instance: Instance) -> str | Symbol:
    told = instance.now.get("account_id")
    if isinstance(told, str) and told:
        return told
    found = domain.account_of(instance)
    if bucket.instance is not None and found == domain.account_of(bucket.instance):
        return owner_of(domain, bucket.instance)
    return found


def _policy(domain: "Domain", instance: Instance, arn: str | Symbol | Text) -> Policy | None:
    kind, attribute = _POLICY_OF[instance.type]
    unclear: Policy | None = None
    for holder in domain.estate.of_type(kind):
        if not holder.stays:
            continue
        named = holder.now.get(attribute)
        found = [other for other, _ in domain.estate.follow(holder, attribute)]
        if instance.type == MULTI_REGION:
            name, own = inner(holder, "details", "name"), inner(instance, "details", "name")
            if name == own and not isinstance(name, Unknown):
                value = inner(holder, "details", "policy")
                return Policy(instance=holder, attribute="details", value=value)
            settled = isinstance(name, str) and isinstance(own, str)
        elif (instance in found and len(found) == 1) or named == arn:
            return policy_in(domain, holder, "policy")
        else:
            settled = len(found) == 1 or (isinstance(named, str) and isinstance(arn, str))
        if not settled:
            cause = Cause(f"`{holder.address}` may be the policy of `{instance.address}`: whose it is isn't known")
            unclear = Policy(instance=holder, attribute="policy", value=Unknown(cause))
    shown = instance.now.get("policy") if instance.type == PLAIN else None
    if instance.type == PLAIN and (domain.estate.configures(instance, "policy") or (isinstance(shown, str) and shown)):
        return policy_in(domain, instance, "policy")
    return unclear


def _regions_hold(instance: Instance, bucket: LogBucket) -> bool:
    return isinstance(bucket.name, str) and any(
        isinstance(region, dict) and region.get("bucket") == bucket.name for region in _regions(instance)
    )


def _regions(instance: Instance) -> list[Value]:
    found = inner(instance, "details", "region")
    return found if isinstance(found, list) else [found]
