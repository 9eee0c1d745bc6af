"""The rule `bucket-is-hardened`."""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.address import instance_keys, module_prefix, read_block
from orgtrail.edits import AddResource, RepairPolicy, SetArgument
from orgtrail.estate import Instance
from orgtrail.iam import document
from orgtrail.iam.actions import group
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Target
from orgtrail.iam.public import is_public
from orgtrail.organization.bucket_settings import Attached, attached
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.policies import Policy, document_of
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import Requirement, flag, judge, undecided
from orgtrail.values import Cause, Symbol, Unknown, Value, show, text

_BLOCKS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")

#: The setting under which S3 refuses a public policy.
_PUBLIC_POLICY = "block_public_policy"

_CALLERS: tuple[ClassName, ...] = ("member", "management", "owner", "outside", "anonymous")

#: Takes every request with TLS out of the question.
_WITH_TLS = document.parse(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            }
        ],
    },
    "bucket",
)


@rule("warning", since="0.1.0")
def bucket_is_hardened(domain: Domain) -> Iterable[Finding]:
    """The log bucket keeps old versions, shuts out the public and ACLs, asks for TLS, and outlives its stack.

    Why:
        Each of these is a second lock behind the bucket policy. With versioning an overwritten log file can be brought
        back; a public access block and owner-enforced objects make a mistake in a policy or an ACL harmless;
        `force_destroy` lets one `terraform destroy` take the evidence along. Without them it breaks in the account that
        owns the bucket, and the management account is not told.

    Holds when:
        Versioning is enabled; all four settings of the public access block are on, for the bucket or its account;
        object ownership is `BucketOwnerEnforced`; `force_destroy` is false, its default; and a Deny statement of the
        bucket policy covers every request without TLS. S3 encrypts every object by itself since January 2023, so
        encryption always holds. What S3 sets for new buckets and anybody can switch off again has to be stated.

    Fix:
        Add `aws_s3_bucket_versioning`, `aws_s3_bucket_public_access_block` and `aws_s3_bucket_ownership_controls`, and
        a statement that denies everything where `aws:SecureTransport` is false.

    Sources:
        Amazon S3 User Guide, "Security best practices for Amazon S3"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
        Amazon S3 User Guide, "Default settings for new S3 buckets FAQ"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
        CloudTrail User Guide, "Security best practices in AWS CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
    """
    if domain.estate.input.kind == "policy":
        return
    for bucket in domain.log_buckets:
        if bucket.instance is None:
            yield undecided(bucket.address, "the settings of the log bucket can't be seen", [bucket.out_of_sight])
            continue
        yield judge(
            bucket.address, _requirements(domain, bucket), "the log bucket is hardened", "the log bucket isn't hardened"
        )


def _requirements(domain: Domain, bucket: LogBucket) -> Iterator[Requirement]:
    assert bucket.instance is not None  # noqa: S101 - asked only of buckets that the input holds
    yield _versioning(domain, bucket)
    yield from _public_access_block(domain, bucket)
    yield _setting(
        domain,
        bucket,
        "object ownership",
        attached(domain, bucket, "aws_s3_bucket_ownership_controls"),
        ("rule", "object_ownership"),
        "BucketOwnerEnforced",
    )
    destroys = flag(bucket.instance, "force_destroy", default=False)
    yield Requirement(
        attribute="force_destroy",
        holds=destroys if isinstance(destroys, Unknown) else not destroys,
        found=show(destroys),
        expected="false",
        edit=SetArgument(bucket.instance.block, "force_destroy", False),
        ground=f"`{bucket.address}.force_destroy` is false",
    )
    yield _tls(domain, bucket)


def _setting(
    domain: Domain, bucket: LogBucket, name: str, resources: Attached, path: tuple[str, ...], wanted: str
) -> Requirement:
    """The requirement that the one resource of its type has `wanted` at `path`."""
    *inside, argument = path
    if not resources.own:
        doubt = next(iter(resources.doubts), None)
        holds = Unknown(doubt) if doubt else False
        added = None if resources.lost else _beside(domain, bucket, _TYPES[name], {inside[0]: {argument: wanted}})
        return Requirement(attribute=name, holds=holds, found=_missing(resources), expected=wanted, edit=added)
    instance = resources.own[0]
    value = instance.inside(*path)
    found = value if isinstance(value, Unknown) else value == wanted
    return Requirement(
        attribute=name,
        holds=found,
        found=show(value),
        expected=wanted,
        edit=SetArgument(instance.block, argument, wanted, tuple(inside)) if instance.mode == "managed" else None,
        ground=f"{name} is {wanted}: `{instance.address}`",
    )


#: What states a setting.
_TYPES = {"versioning": "aws_s3_bucket_versioning", "object ownership": "aws_s3_bucket_ownership_controls"}


def _beside(domain: Domain, bucket: LogBucket, kind: str, arguments: dict[str, Value]) -> AddResource | None:
    """The resource that states a setting, beside the bucket: one for each, where the bucket's block makes several.

    None where its name is taken, or where another of the block's buckets may have one.
    """
    instance = bucket.instance
    if instance is None or instance.mode != "managed":
        return None
    local = f"{instance.type}.{instance.name}"
    made = f"{module_prefix(read_block(instance.block).path)}{kind}.{instance.name}"
    is_one_of_several = instance.address.endswith("]")
    if domain.estate.of_block(made) or (is_one_of_several and domain.estate.of_type(kind)):
        return None
    head: dict[str, Value] = {"bucket": Symbol(f"{local}.id", "name")}
    if is_one_of_several and instance_keys(instance.address)[-1].isdigit():
        head = {"count": Symbol(f"length({local})", "expression"), "bucket": Symbol(f"{local}[count.index].id", "name")}
    elif is_one_of_several:
        head = {"for_each": Symbol(local, "name"), "bucket": Symbol("each.value.id", "name")}
    return AddResource(instance.block, kind, instance.name, {**head, **arguments})


def _missing(resources: Attached) -> str:
    """What is found where nothing sets it."""
    return _gone(resources.lost) or "not stated"


def _gone(lost: tuple[Instance, ...]) -> str:
    """What is found where the plan replaces the bucket and leaves alone what set it; empty where it doesn't."""
    return f"gone with the old bucket (`{lost[0].address}`)" if lost else ""


def _versioning(domain: Domain, bucket: LogBucket) -> Requirement:
    resources = attached(domain, bucket, "aws_s3_bucket_versioning")
    instance = bucket.instance
    assert instance is not None  # noqa: S101 - asked only of buckets that the input holds
    inline = instance.inside("versioning", "enabled")
    # The block on the bucket itself is how it was written before version 4 of the provider, and shows what is there.
    if not resources.own and not resources.doubts and inline is True:
        return Requirement(
            attribute="versioning", holds=True, found="true", expected="", ground=f"`{instance.address}.versioning`"
        )
    return _setting(domain, bucket, "versioning", resources, ("versioning_configuration", "status"), "Enabled")


def _public_access_block(domain: Domain, bucket: LogBucket) -> Iterator[Requirement]:
    resources = attached(domain, bucket, "aws_s3_bucket_public_access_block")
    account = bucket.instance
    assert account is not None  # noqa: S101 - asked only of buckets that the input holds
    blocks = [
        *resources.own,
        *(
            block
            for block in domain.estate.of_type("aws_s3_account_public_access_block")
            if block.stays and domain.accounts.account_of(block) == domain.accounts.account_of(account)
        ),
    ]
    # S3 refuses a public policy under one of them: that is mended first.
    is_open = any(is_public(domain.read(policy, "bucket")) is True for policy in bucket.policies)
    wanted = [name for name in _BLOCKS if name != _PUBLIC_POLICY or not is_open]
    for name in _BLOCKS:
        states: list[Value] = [flag(block, name, default=False) for block in blocks]
        holds: bool | Unknown = True in states
        unclear = [state for state in states if isinstance(state, Unknown)]
        if not holds and unclear:
            holds = unclear[0]
        elif not holds and not resources.own and resources.doubts:
            holds = Unknown(resources.doubts[0])
        yield Requirement(
            attribute=name,
            holds=holds,
            found="false" if blocks else _missing(resources),
            expected="true",
            edit=_blocking(domain, bucket, name, resources, wanted),
            ground=f"{name}: `{blocks[0].address}`" if blocks else "",
        )


def _blocking(
    domain: Domain, bucket: LogBucket, name: str, resources: Attached, wanted: list[str]
) -> SetArgument | AddResource | None:
    """What turns on one of the `wanted` settings; where there is no block for the bucket, the first brings them all."""
    if resources.own:
        return SetArgument(resources.own[0].block, name, True) if name in wanted else None
    if resources.lost or name != _BLOCKS[0]:
        return None
    return _beside(domain, bucket, "aws_s3_bucket_public_access_block", dict.fromkeys(wanted, True))


def _tls(domain: Domain, bucket: LogBucket) -> Requirement:
    wanted = "a Deny for every request where aws:SecureTransport is false"
    if not bucket.policies:
        doubt = next(iter(domain.estate.unseen), None)
        holds: bool | Unknown = Unknown(doubt) if doubt else False
        found = (
            f"gone with the old bucket (`{bucket.lost[0].address}`)"
            if bucket.lost
            else "not asked for: there is no policy"
        )
        return Requirement(attribute="TLS", holds=holds, found=found, expected=wanted)
    policy = bucket.policies[0]
    outcome = _requires_tls(domain, bucket, policy)
    holds = outcome.verdict == "proved"
    if outcome.verdict == "undecided":
        holds = Unknown(next(iter(outcome.unknowns), Cause("part of the bucket policy isn't known")))
    ground = f"`{policy.address}` denies every request without TLS"
    return Requirement(
        attribute="TLS",
        holds=holds,
        found="not asked for",
        expected=wanted,
        edit=_asking_for_tls(domain, bucket, policy),
        ground=ground,
    )


def _asking_for_tls(domain: Domain, bucket: LogBucket, policy: Policy) -> RepairPolicy | None:
    """The statement, for a policy that is written in one place for this bucket alone."""
    if not domain.estate.holds(policy.instance) or len(domain.estate.of_block(policy.instance.block)) > 1:
        return None
    arn = bucket_arn(domain.accounts, bucket)
    statement: dict[str, Value] = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, text(arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    written = document_of(domain.estate, policy) or policy.instance
    as_blocks = written.type == "aws_iam_policy_document"
    return RepairPolicy(policy.address, policy.attribute, (statement,), as_blocks=as_blocks)


def _requires_tls(domain: Domain, bucket: LogBucket, policy: Policy) -> Outcome:
    """Whether every request without TLS is denied: with those that use TLS denied, too, nothing is left."""
    case = domain.case(policy, "bucket", domain.world_of(bucket))
    objects, _ = protected_objects(domain.accounts, bucket, case.policy)
    statements = (*case.policy.statements, *_WITH_TLS.statements)
    without = case.with_policy(msgspec.structs.replace(case.policy, statements=statements))
    actions = (*group("read"), *group("list"), *group("write"))
    return without.everybody_is_denied(_CALLERS, actions, Target.logs(bucket_arn(domain.accounts, bucket), *objects))
