"""What an access control list opens to everybody: the way into a bucket that its policy doesn't show."""

from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.organization import Domain, LogBucket
from orgtrail.organization.bucket_settings import attached, inner
from orgtrail.results import FactWitness
from orgtrail.rules import Finding
from orgtrail.rules._verdicts import flag, proved, undecided
from orgtrail.values import Cause, Rest, Unknown, Value, causes, show

#: Amazon S3 User Guide, "Access control list (ACL) overview": the groups that are everybody, and what lets them list.
_EVERYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
_OPENING = ("READ", "FULL_CONTROL")
_OPEN_CANNED = ("public-read", "public-read-write", "authenticated-read")


def judge_acls(domain: Domain) -> Iterator[Finding]:
    """One finding for each ACL on a log bucket: whether it lets everybody list the objects."""
    for bucket in domain.log_buckets:
        for acl in attached(domain, bucket, "aws_s3_bucket_acl").own:
            yield _judge(domain, bucket, acl)


def _judge(domain: Domain, bucket: LogBucket, acl: Instance) -> Finding:
    opened = _opening(acl)
    if opened is None:
        return proved(acl.address, "the bucket's ACL opens nothing to everybody")
    stopped = _stopped(domain, bucket)
    if isinstance(stopped, str):
        return proved(acl.address, "the bucket's ACL counts for nothing", stopped)
    doubts = [one.cause for one in (opened, stopped) if isinstance(one, Unknown)]
    if doubts:
        return undecided(acl.address, "whether the bucket's ACL opens it to everybody can't be told", doubts)
    message = f"anybody may list the trail's objects: the bucket's ACL grants {opened}"
    witness = FactWitness("acl", str(opened), "no grant to a group that is everybody")
    return Finding(address=acl.address, verdict="violated", message=message, witness=witness)


def _opening(acl: Instance) -> str | Unknown | None:
    """What an ACL grants to everybody, in words; None where that is nothing."""
    canned = acl.now.get("acl")
    if isinstance(canned, str) and canned in _OPEN_CANNED:
        return f"`{canned}`"
    unclear = [canned] if isinstance(canned, Unknown) else []
    grants = inner(acl, "access_control_policy", "grant")
    if isinstance(grants, Unknown):
        unclear.append(grants)
    for grant in grants if isinstance(grants, list) else []:
        if isinstance(grant, Rest | Unknown):
            unclear.append(Unknown(grant.cause))
            continue
        uri, permission = _first(grant, "grantee", "uri"), _first(grant, "permission")
        if uri in _EVERYBODY and permission in _OPENING:
            return f"{permission} to {show(uri).rpartition('/')[2]}"
        unclear += [Unknown(cause) for part in (uri, permission) for cause in causes(part)]
    return unclear[0] if unclear else None


def _first(value: Value, *path: str) -> Value:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
        value = value[0] if isinstance(value, list) and value else value
    return value


def _stopped(domain: Domain, bucket: LogBucket) -> str | Unknown | None:
    """Why ACLs don't count for a bucket; None where they do."""
    ownership = attached(domain, bucket, "aws_s3_bucket_ownership_controls")
    blocks = attached(domain, bucket, "aws_s3_bucket_public_access_block")
    doubts: list[Cause] = [*ownership.doubts, *blocks.doubts]
    for controls in ownership.own:
        owned = inner(controls, "rule", "object_ownership")
        if owned == "BucketOwnerEnforced":
            return f"`{controls.address}` enforces the bucket owner, which disables ACLs"
        doubts += causes(owned)
    holder = bucket.instance or bucket.holder
    account = [
        block
        for block in domain.estate.of_type("aws_s3_account_public_access_block")
        if block.stays and domain.account_of(block) == domain.account_of(holder)
    ]
    for block in (*blocks.own, *account):
        ignored = flag(block, "ignore_public_acls", default=False)
        if ignored is True:
            return f"`{block.address}` ignores public ACLs"
        if isinstance(ignored, Unknown):
            doubts.append(ignored.cause)
    return Unknown(doubts[0]) if doubts else None
