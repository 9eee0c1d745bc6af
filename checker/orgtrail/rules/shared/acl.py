"""Access control lists of log buckets: ways into a bucket that its policy doesn't show.

Source: Amazon S3 User Guide, "Access control list (ACL) overview" and "Controlling ownership of objects and disabling
ACLs for your bucket".
"""

from collections.abc import Callable, Iterator

import msgspec

from orgtrail.edits import RemoveBlock, SetArgument
from orgtrail.estate import Instance, listed
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.results import FactWitness, Fix
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.verdicts import flag, mending, proved, undecided
from orgtrail.values import Cause, Unknown, Value, causes, show, unique

#: The groups that are everybody: with an AWS account, and without.
EVERYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"

_ALL_USERS, _AUTHENTICATED = EVERYBODY
#: What a canned ACL grants beside the owner's full control, as far as it is to a group.
_CANNED = {
    "public-read": ((_ALL_USERS, "READ"),),
    "public-read-write": ((_ALL_USERS, "READ"), (_ALL_USERS, "WRITE")),
    "authenticated-read": ((_AUTHENTICATED, "READ"),),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}


class Grant(msgspec.Struct, frozen=True):
    """One grant: a group by its URI, or a canonical user (or e-mail address) by `user`. `said` is how it is written."""

    permission: Value
    group: Value
    user: Value
    said: str
    #: Where it stands in the block of the ACL: the argument of a canned one, or the nested block.
    at: tuple[str | int, ...] = ()


class Acl(msgspec.Struct, frozen=True):
    """One ACL on a log bucket. `owner` is the canonical id of the bucket's owner where the ACL says it."""

    instance: Instance
    bucket: LogBucket
    grants: tuple[Grant, ...]
    owner: Value
    doubts: tuple[Cause, ...]


#: Whether a grant breaks a rule; unknown where part of it isn't known.
Breaks = Callable[[Acl, Grant], bool | Unknown]


def acls(domain: Domain) -> Iterator[Acl]:
    """Every ACL on a log bucket: a resource of its own, or written into the bucket's block."""
    for bucket in (*domain.log_buckets, *domain.copies):
        for instance in attached(domain, bucket, "aws_s3_bucket_acl").own:
            grants = instance.blocks("access_control_policy", "grant")
            owner = instance.inside("access_control_policy", "owner", "id")
            yield _acl(instance, bucket, instance.now.get("acl"), grants, owner)
        holder = bucket.instance
        if holder is None or holder.type != "aws_s3_bucket":
            continue
        estate = (bucket.held_by or domain).estate
        written = {name for name in ("acl", "grant") if estate.configures(holder, name)}
        if written:
            canned = holder.now.get("acl") if "acl" in written else None
            yield _acl(holder, bucket, canned, holder.blocks("grant") if "grant" in written else [], None)


def judge_acls(domain: Domain, breaks: Breaks, *, holds: str, broken: str, expected: str) -> Iterator[Finding]:
    """One finding for each ACL: `broken` says what a grant that breaks the rule does, the grant follows it."""
    for acl in acls(domain):
        yield seen_from_here(_judge(domain, acl, breaks, holds, broken, expected), acl.bucket, acl.instance)


def _judge(domain: Domain, acl: Acl, breaks: Breaks, holds: str, broken: str, expected: str) -> Finding:
    address = acl.instance.address
    doubts = [*acl.doubts]
    stopped_by: list[str] = []
    for grant in acl.grants:
        found = breaks(acl, grant)
        if found is False:
            continue
        stopped = _stopped(domain, acl.bucket, public=grant.group in EVERYBODY)
        if isinstance(stopped, str):
            stopped_by.append(stopped)
        elif isinstance(stopped, Unknown) or isinstance(found, Unknown):
            doubts += [one.cause for one in (found, stopped) if isinstance(one, Unknown)]
        else:
            witness = FactWitness("acl", grant.said, expected)
            message = f"{broken} {grant.said}"
            return Finding(
                address=address, verdict="violated", message=message, witness=witness, fix=_closed(acl, grant)
            )
    if doubts and not isinstance(stopped := _stopped(domain, acl.bucket, public=False), str):
        causes_ = [*doubts, *([stopped.cause] if isinstance(stopped, Unknown) else [])]
        return undecided(address, "what the bucket's ACL grants, and whether it counts, can't be told", causes_)
    if stopped_by or doubts:
        grounds = stopped_by or [str(stopped)]
        return proved(address, "the bucket's ACL counts for nothing", *dict.fromkeys(grounds))
    return proved(address, holds)


def _closed(acl: Acl, grant: Grant) -> Fix | None:
    """The ACL without a grant to everybody; whether an account that is named should be, somebody has to say."""
    if grant.group not in EVERYBODY or not grant.at or acl.instance.mode != "managed":
        return None
    block = acl.instance.block
    if grant.at == ("acl",):
        return mending(f"set in the block of `{block}`", SetArgument(block, "acl", "private"))
    return mending(f"take the grant out of the block of `{block}`", RemoveBlock(block, grant.at))


def _acl(instance: Instance, bucket: LogBucket, canned: Value, written: list[Value], owner: Value) -> Acl:
    grants: list[Grant] = []
    doubts: list[Cause] = [*causes(canned)]
    if isinstance(canned, str):
        granted = _CANNED.get(canned, ())
        grants += [Grant(permission, group, None, f"`{canned}`", ("acl",)) for group, permission in granted]
    path = ("access_control_policy", "grant") if instance.type == "aws_s3_bucket_acl" else ("grant",)
    for number, one in enumerate(written):
        if not isinstance(one, Unknown):
            grants += _grants(one, (*path, number))
        elif canned is None:
            # Beside a canned ACL the list is what AWS will make of it.
            doubts.append(one.cause)
    return Acl(instance, bucket, tuple(grants), owner, unique(doubts))


def _grants(written: Value, at: tuple[str | int, ...]) -> Iterator[Grant]:
    """A `grant` block; the old form inside a bucket lists several permissions and has no `grantee` block."""
    grantee = next(iter(listed(_part(written, "grantee"))), written)
    permissions = _part(written, "permission") or _part(written, "permissions")
    group, user = _part(grantee, "uri"), _part(grantee, "id") or _part(grantee, "email_address")
    for permission in listed(permissions) or [None]:
        to = show(group).rpartition("/")[2] if group else f"canonical user {show(user)}"
        yield Grant(permission, group or None, user or None, f"{show(permission)} to {to}", at)


def _part(value: Value, name: str) -> Value:
    if isinstance(value, Unknown):
        return value
    return value.get(name) if isinstance(value, dict) else None


def _stopped(domain: Domain, bucket: LogBucket, public: bool) -> str | Unknown | None:
    """Why an ACL, or what it grants to everybody (`public`), doesn't count for a bucket; None where it does."""
    ownership = attached(domain, bucket, "aws_s3_bucket_ownership_controls")
    doubts: list[Cause] = [*ownership.doubts]
    for controls in ownership.own:
        owned = controls.inside("rule", "object_ownership")
        if owned == "BucketOwnerEnforced":
            return f"`{controls.address}` enforces the bucket owner, which disables ACLs"
        doubts += causes(owned)
    if not public:
        return Unknown(doubts[0]) if doubts else None
    blocks = attached(domain, bucket, "aws_s3_bucket_public_access_block")
    doubts += blocks.doubts
    holder = bucket.owned or bucket.holder
    account = [
        block
        for where in domain.homes(bucket)
        for block in where.estate.of_type("aws_s3_account_public_access_block")
        if block.stays and domain.accounts.account_of(block) == domain.accounts.account_of(holder)
    ]
    for block in (*blocks.own, *account):
        ignored = flag(block, "ignore_public_acls", default=False)
        if ignored is True:
            return f"`{block.address}` ignores public ACLs"
        if isinstance(ignored, Unknown):
            doubts.append(ignored.cause)
    return Unknown(doubts[0]) if doubts else None
