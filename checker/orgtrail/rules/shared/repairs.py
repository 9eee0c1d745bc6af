"""What mends a policy: the statements that AWS recommends, and the right trail in them. What it shuts is in `guarding`.

Whether it does is asked of the policy engine before anybody is told; a fix that wouldn't help isn't one.
Source: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail" and "Configure AWS KMS key policies for
CloudTrail".
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from orgtrail.address import module_prefix, read_block
from orgtrail.edits import AddResource, DependsOn, Edit, RepairPolicy
from orgtrail.estate import Instance
from orgtrail.iam import document
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Case, Target
from orgtrail.iam.statements import NO_POLICY, Names, PolicyDocument, Statement
from orgtrail.iam.world import World
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.policies import Policy, document_of
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.organization.trails import Trail
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.results import Fix
from orgtrail.rules.shared.verdicts import mending
from orgtrail.values import Json, Part, Symbol, Text, Value, text

#: Asks a policy again.
Ask = Callable[[PolicyDocument], Outcome]

_SERVICE: Value = {"Service": CLOUDTRAIL}
#: Of so many statements that a policy may lack, the smallest set that mends it is looked for.
_MOST_STATEMENTS = 9


def delivery(domain: Domain, policy: Policy, case: Case, target: Target, ask: Ask) -> Fix | None:
    """The trail in the conditions of CloudTrail's statements, or AWS's statements that the policy lacks."""
    trails = trails_of(domain, case.world)
    statements = list(_delivering(case.world, target, _condition(domain, policy, case.world, trails)))
    return first_that_proves(domain, policy, case.policy, ask, _for_trails(domain, policy, trails, statements))


def encryption_with(actions: tuple[str, ...]) -> Callable[[Domain, Policy, Case, Target, Ask], Fix | None]:
    """The same for the policy of the key that the trail encrypts with, where CloudTrail has to call `actions`."""

    def encryption(domain: Domain, policy: Policy, case: Case, target: Target, ask: Ask) -> Fix | None:
        del target
        trails = trails_of(domain, case.world)
        statements = [one for arn in trails for one in _encrypting(arn, actions)]
        return first_that_proves(domain, policy, case.policy, ask, _for_trails(domain, policy, trails, statements))

    return encryption


def _encrypting(arn: Value, actions: tuple[str, ...]) -> Iterator[dict[str, Value]]:
    source: Value = {"aws:SourceArn": any_region(arn)}
    context: Value = {"kms:EncryptionContext:aws:cloudtrail:arn": any_region(arn)}
    yield {
        "Sid": "CloudTrailEncrypts",
        "Effect": "Allow",
        "Principal": _SERVICE,
        "Action": "kms:GenerateDataKey*",
        "Resource": "*",
        "Condition": {"ArnLike": source, "StringLike": context},
    }
    yield _allow("CloudTrailLooksAtTheKey", "kms:DescribeKey", "*", {"ArnLike": source})
    if "kms:Decrypt" in actions:
        yield _allow("CloudTrailDecryptsForTheBucketKey", "kms:Decrypt", "*", {"ArnLike": source})


def spelled_out(domain: Domain, policy: Policy, bucket: LogBucket) -> Fix | None:
    """The trail's ARN as text, where a policy refers to the trail that has to wait for it."""
    trails = trails_of(domain, domain.world_of(bucket))
    return (
        as_fix(domain, policy, RepairPolicy(policy.address, policy.attribute, trails=trails))
        if domain.estate.holds(policy.instance)
        else None
    )


def _for_trails(
    domain: Domain, policy: Policy, trails: tuple[Value, ...], statements: list[dict[str, Value]]
) -> Iterator[RepairPolicy]:
    """The smallest change first: the condition set right, one statement, all of them, both."""
    if not trails:
        return
    if is_repeated(domain, policy):
        # One text stands for many policies, and each has a trail of its own.
        yield from (RepairPolicy(policy.address, policy.attribute, (statement,)) for statement in reversed(statements))
        yield RepairPolicy(policy.address, policy.attribute, tuple(statements))
        return
    yield RepairPolicy(policy.address, policy.attribute, trails=trails)
    if len(statements) > _MOST_STATEMENTS:
        # Trails with a prefix each: there are too many to try one statement after another.
        yield RepairPolicy(policy.address, policy.attribute, tuple(statements))
        return
    for statement in reversed(statements):
        yield RepairPolicy(policy.address, policy.attribute, (statement,))
    for statement in statements:
        yield RepairPolicy(policy.address, policy.attribute, tuple(one for one in statements if one is not statement))
    yield RepairPolicy(policy.address, policy.attribute, tuple(statements))
    for statement in reversed(statements):
        yield RepairPolicy(policy.address, policy.attribute, (statement,), trails)


def _delivering(world: World, target: Target, condition: Value) -> Iterator[dict[str, Value]]:
    """AWS's three statements; where the trail writes stands in `target`."""
    bucket = bucket_of(target)
    if bucket is not None:
        yield _allow("CloudTrailChecksTheBucket", "s3:GetBucketAcl", bucket, condition)
    for kind, pattern in target.resources:
        if kind != "bucket":
            yield _write("CloudTrailWritesForTheManagementAccount", pattern, world.management_account, condition)
            yield _write("CloudTrailWritesForTheMembers", pattern, world.organization_id, condition)


def _write(sid: str, pattern: Value, owner: Value, condition: Value) -> dict[str, Value]:
    conditions: dict[str, Value] = {**condition} if isinstance(condition, dict) else {}
    text_equals = conditions.get("StringEquals")
    known = text_equals if isinstance(text_equals, dict) else {}
    conditions["StringEquals"] = {**known, "s3:x-amz-acl": "bucket-owner-full-control"}
    return _allow(sid, "s3:PutObject", _under(pattern, owner), conditions)


def is_repeated(domain: Domain, policy: Policy) -> bool:
    """Whether one text stands for the policies of several instances."""
    return len(domain.estate.of_block(policy.instance.block)) > 1


def _condition(domain: Domain, policy: Policy, world: World, trails: tuple[Value, ...]) -> Value:
    """What ties a statement to the trail, or to the organization where one text stands for several trails."""
    if is_repeated(domain, policy) or len(trails) != 1:
        return {"StringEquals": {"aws:SourceOrgID": world.organization_id}}
    return {"ArnLike": {"aws:SourceArn": any_region(trails[0])}}


def _allow(sid: str, action: str, resource: Value, condition: Value) -> dict[str, Value]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": _SERVICE,
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    }


def trails_of(domain: Domain, world: World) -> tuple[Value, ...]:
    """The ARNs of the trails, in a partition that is spelled out."""

    def spelled(part: Part) -> Part:
        return domain.accounts.partition if isinstance(part, Symbol) and part.kind == "partition" else part

    return tuple(text(*map(spelled, arn.parts)) if isinstance(arn, Text) else arn for arn in world.trail_arns)


def any_region(arn: Value) -> Value:
    """A trail's ARN, with `*` for a region that nothing here spells out."""
    if not isinstance(arn, Text):
        return arn
    parts = ("*" if isinstance(part, Symbol) and part.kind == "region" else part for part in arn.parts)
    return text(*parts)


def _under(pattern: Value, owner: Value) -> Value:
    """`.../AWSLogs/*` with what one account or the organization writes in place of everything."""
    parts = pattern.parts if isinstance(pattern, Text) else (pattern,)
    *start, end = parts
    return text(*start, str(end).removesuffix("*"), owner, "/*")  # type: ignore[arg-type]


def bucket_of(target: Target) -> str | Symbol | Text | None:
    """The ARN of the bucket that a question is about."""
    arn = next((words for kind, words in target.resources if kind == "bucket"), None)
    return arn if isinstance(arn, str | Symbol | Text) else None


def first_that_proves(
    domain: Domain, policy: Policy, parsed: PolicyDocument, ask: Ask, repairs: Iterable[RepairPolicy]
) -> Fix | None:
    """The first of `repairs` that makes the answer a proof."""
    for repair in repairs:
        if ask(as_repaired(parsed, repair)).verdict == "proved":
            return as_fix(domain, policy, repair)
    return None


def as_repaired(parsed: PolicyDocument, repair: RepairPolicy) -> PolicyDocument:
    """The policy as it would be."""
    added = document.parse({"Version": "2012-10-17", "Statement": list(repair.statements)}).statements
    statements = tuple(_with_conditions(_with_trails(one, repair), repair) for one in parsed.statements)
    return msgspec.structs.replace(parsed, statements=(*statements, *added))


def _with_trails(statement: Statement, repair: RepairPolicy) -> Statement:
    if not repair.trails or CLOUDTRAIL not in statement.principals.services or statement.effect != "Allow":
        return statement
    names = Names(values=repair.trails)  # type: ignore[arg-type]
    conditions = [
        msgspec.structs.replace(one, values=names) if one.key == "aws:sourcearn" else one
        for one in statement.conditions
    ]
    return msgspec.structs.replace(statement, conditions=tuple(conditions))


def _only_if(operator: str, key: str, values: tuple[Value, ...]) -> Value:
    condition: Value = {operator: {key: list(values)}}
    return {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}]}


def _with_conditions(statement: Statement, repair: RepairPolicy) -> Statement:
    added = [one for one in repair.conditions if one.statement == statement.label]
    conditions = [
        condition
        for one in added
        for condition in document.parse(_only_if(one.operator, one.key, one.values)).statements[0].conditions
    ]
    return msgspec.structs.replace(statement, conditions=(*statement.conditions, *conditions)) if added else statement


def trail_condition(domain: Domain, world: World) -> Value:
    """What ties a statement to the trails of a world."""
    trails = [any_region(arn) for arn in trails_of(domain, world)]
    return {"ArnLike": {"aws:SourceArn": trails[0] if len(trails) == 1 else trails}}


def beside(domain: Domain, holder: Instance, kind: str, arguments: dict[str, Value], waiting: Instance) -> Fix | None:
    """A new resource beside the block of what it is for, and named like that; in one module, `waiting` waits for it.

    None where the name is taken, and for one of several, which another may be added to.
    """
    made = f"{kind}.{holder.name}"
    path = read_block(holder.block).path
    taken = domain.estate.of_block(f"{module_prefix(path)}{made}")
    if taken or holder.mode != "managed" or holder.address != holder.block or not domain.estate.holds(holder):
        return None
    edits: list[Edit] = [AddResource(holder.block, kind, holder.name, arguments)]
    where = f"add beside the block of `{holder.block}`"
    if domain.estate.holds(waiting) and read_block(waiting.block).path == path:
        edits.append(DependsOn(waiting.block, made))
        where += f", and let `{waiting.block}` wait for it"
    return mending(where, *edits)


def new_policy(domain: Domain, bucket: LogBucket, trail: Trail) -> Fix | None:
    """AWS's policy for an organization trail, for a bucket that has none."""
    holder = bucket.instance
    objects, cause = protected_objects(domain.accounts, bucket, NO_POLICY)
    if holder is None or cause is not None:
        return None
    world = domain.world_of(bucket)
    target = Target.logs(bucket_arn(domain.accounts, bucket), *objects)
    statements = list(_delivering(world, target, trail_condition(domain, world)))
    policy = Json({"Version": "2012-10-17", "Statement": statements})  # type: ignore[dict-item]
    arguments: dict[str, Value] = {"bucket": Symbol(f"{holder.type}.{holder.name}.id", "name"), "policy": policy}
    return beside(domain, holder, "aws_s3_bucket_policy", arguments, trail.instance)


def as_fix(domain: Domain, policy: Policy, repair: RepairPolicy) -> Fix:
    """A repair of a policy as a fix that shows what is done."""
    written = document_of(domain.estate, policy) or policy.instance
    block = written.block
    done = []
    if repair.trails:
        done.append(f"name the trail in the conditions of CloudTrail's statements of `{block}`")
    if repair.statements:
        done.append(f"add to the statements of `{block}`")
    if repair.conditions:
        named = ", ".join(dict.fromkeys(f"`{one.statement}`" for one in repair.conditions))
        done.append(f"add a condition to {named} of `{block}`")
    if repair.words:
        done.append(f"spell in the policy of `{block}`")
    as_blocks = written.type == "aws_iam_policy_document"
    return mending(" and ".join(done), msgspec.structs.replace(repair, as_blocks=as_blocks))
