"""The S3 access points of a bucket, and their policies."""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.organization.surroundings import Stack
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, text

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


def access_points(stack: Stack, bucket: LogBucket) -> Iterator[AccessPoint]:
    """The access points that surely lead to `bucket`, multi-region ones too."""
    for instance in attached(stack, bucket, PLAIN).own:
        yield _access_point(stack, bucket, instance, vpc=instance.inside("vpc_configuration", "vpc_id"))
    for instance in _multi_region(stack, bucket):
        if _regions_hold(instance, bucket):
            yield _access_point(stack, bucket, instance, vpc=None)


def unclear_access_points(stack: Stack, bucket: LogBucket) -> list[Cause]:
    """Why there may be more access points of `bucket` in the input: those whose bucket isn't known."""
    unseen = (bucket.held_by or stack).estate.unseen
    doubts = [cause for cause in attached(stack, bucket, PLAIN).doubts if cause not in unseen]
    for instance in _multi_region(stack, bucket):
        named = [region.get("bucket") if isinstance(region, dict) else region for region in _regions(instance)]
        if any(not isinstance(name, str) for name in named) and not _regions_hold(instance, bucket):
            doubts.append(Cause(f"`{instance.address}` may lead to this bucket: its buckets aren't known"))
    return doubts


def _multi_region(stack: Stack, bucket: LogBucket) -> list[Instance]:
    estates = [one.estate for one in (stack, *bucket.beside)]
    return [found for estate in estates for found in estate.of_type(MULTI_REGION) if found.stays]


def _access_point(stack: Stack, bucket: LogBucket, instance: Instance, vpc: Value) -> AccessPoint:
    account = _account(stack.accounts, bucket, instance)
    arn = instance.now.get("arn")
    if not isinstance(arn, str | Symbol | Text):
        arn = Symbol(f"{instance.address}.arn", "arn")
        name = instance.now.get("name")
        if instance.type == PLAIN and isinstance(name, str | Symbol | Text):
            region = stack.accounts.region_of(instance)
            made = text(f"arn:{stack.accounts.partition}:s3:", region, ":", account, ":accesspoint/", name)
            arn = made if isinstance(made, str | Symbol | Text) else arn
    # Where another input holds the access point, it is what shows its policy.
    others = (one.estate for one in bucket.beside if one.estate.holds(instance))
    policy = _policy(next(others, stack.estate), instance, arn)
    if policy is not None:
        policy.value = stack.accounts.as_told(bucket.owned, policy.value)
    arn = stack.accounts.name_as_told(bucket.owned, arn)
    return AccessPoint(instance=instance, arn=arn, account=account, vpc=vpc, policy=policy)


def _account(accounts: Accounts, bucket: LogBucket, instance: Instance) -> str | Symbol:
    told = instance.now.get("account_id")
    if isinstance(told, str) and told:
        return told
    found = accounts.account_of(instance)
    if bucket.instance is not None and found == accounts.account_of(bucket.instance):
        return accounts.owner_of(bucket.instance)
    return found


def _policy(estate: Estate, instance: Instance, arn: str | Symbol | Text) -> Policy | None:
    kind, attribute = _POLICY_OF[instance.type]
    unclear: Policy | None = None
    for holder in estate.of_type(kind):
        if not holder.stays:
            continue
        is_plain = instance.type == PLAIN
        is_own = _is_for(estate, holder, attribute, instance, arn) if is_plain else _has_name(holder, instance)
        if is_own and not is_plain:
            return Policy(instance=holder, attribute="details", value=holder.inside("details", "policy"))
        if is_own:
            return policy_in(estate, holder, "policy")
        if is_own is None:
            cause = Cause(f"`{holder.address}` may be the policy of `{instance.address}`: whose it is isn't known")
            unclear = Policy(instance=holder, attribute="policy", value=Unknown(cause))
    shown = instance.now.get("policy") if instance.type == PLAIN else None
    if instance.type == PLAIN and (estate.configures(instance, "policy") or (isinstance(shown, str) and shown)):
        return policy_in(estate, instance, "policy")
    return unclear


def _has_name(holder: Instance, instance: Instance) -> bool | None:
    """Whether a policy names a multi-region access point; None where that isn't known."""
    name, own = holder.inside("details", "name"), instance.inside("details", "name")
    if name == own and not isinstance(name, Unknown):
        return True
    return False if isinstance(name, str) and isinstance(own, str) else None


def _is_for(
    estate: Estate, holder: Instance, attribute: str, instance: Instance, arn: str | Symbol | Text
) -> bool | None:
    """Whether a policy is an access point's, by its ARN or what that refers to; None where that isn't known."""
    named = holder.now.get(attribute)
    found = [other for other, _ in estate.follow(holder, attribute)]
    if found == [instance] or named == arn:
        return True
    return False if len(found) == 1 or (isinstance(named, str) and isinstance(arn, str)) else None


def _regions_hold(instance: Instance, bucket: LogBucket) -> bool:
    return isinstance(bucket.name, str) and any(
        isinstance(region, dict) and region.get("bucket") == bucket.name for region in _regions(instance)
    )


def _regions(instance: Instance) -> list[Value]:
    found = instance.inside("details", "region")
    return found if isinstance(found, list) else [found]
