"""What guards a log bucket or key beside its policy, as the input and evidence show it: SCPs, RCPs, S3's block.

What isn't shown to be attached stops nobody.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from orgtrail.iam.conditions import Operator
from orgtrail.iam.guards import Guard
from orgtrail.iam.statements import Condition, PolicyDocument
from orgtrail.iam.symbols import symbols_in, words_of
from orgtrail.organization.bucket_settings import attached
from orgtrail.organization.controls import SERVICE, Control, places
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.places import Below, Places
from orgtrail.organization.surroundings import Stack
from orgtrail.values import Cause, Unknown


def guards_of(stack: Stack) -> tuple[Guard, ...]:
    """The SCPs and RCPs of the organization that are attached."""
    found = list(_guards(stack, stack.controls))
    seen = stack.surroundings.seen
    if seen:
        own = {_id(control) for control in stack.controls} | _gone(stack)
        found += _guards(seen, [control for control in seen.controls if _id(control) not in own])
    for other in stack.surroundings.organizers(stack.accounts):
        # A symbol of another input isn't ours, whatever it is called.
        found += _guards(other, [one for one in other.controls if not symbols_in(words_of(one.parsed))])
    return tuple(found)


def _id(control: Control) -> object:
    own = control.policy.instance.now.get("id")
    return own if isinstance(own, str) else id(control)


def _gone(stack: Stack) -> set[object]:
    """The ids of policies that the plan destroys or detaches somewhere: what evidence says of them isn't true then."""
    destroyed = [one for one in stack.estate.of_type("aws_organizations_policy") if not one.stays]
    detached = [one for one in stack.estate.of_type("aws_organizations_policy_attachment") if not one.stays]
    return {(one.before or {}).get("id") for one in destroyed} | {
        (one.before or {}).get("policy_id") for one in detached
    }


def _guards(stack: Stack, controls: list[Control]) -> Iterator[Guard]:
    here = [control for control in controls if control.attached is not False and control.targets]
    if not here:
        return
    known = Places(stack.estate)
    for control in here:
        doubt = control.attached.cause if isinstance(control.attached, Unknown) else None
        if control.parsed.problems:
            doubt = Cause(f"AWS may refuse {control.called}: {control.parsed.problems[0]}")
        policy = _labelled(control)
        for place in places(known, control):
            unclear = place if isinstance(place, Cause) else None
            below = place if isinstance(place, Below) else Below(None, None)
            kind: Literal["SCP", "RCP"] = "SCP" if control.kind == SERVICE else "RCP"
            yield Guard(kind, control.called, policy, below.bound, below.free, unclear or doubt)


def _labelled(control: Control) -> PolicyDocument:
    """The policy with its statements named as those of this one."""
    statements = tuple(
        msgspec.structs.replace(
            statement,
            label=f"{statement.label} of {control.address}",
            conditions=tuple(one for one in statement.conditions if not _spares_linked_roles(one)),
        )
        for statement in control.parsed.statements
    )
    return msgspec.structs.replace(control.parsed, statements=statements)


def _spares_linked_roles(condition: Condition) -> bool:
    """Whether a condition excepts service-linked roles alone: no SCP or RCP binds them anyway, which a proof names."""
    operator, values = condition.operator, condition.values
    if condition.key != "aws:principalarn" or not isinstance(operator, Operator) or not operator.negated:
        return False
    return bool(values.values) and all(
        isinstance(value, str) and ":role/aws-service-role/" in value for value in (*values.values, *values.rest)
    )


def restricts_public(stack: Stack, bucket: LogBucket) -> bool | Cause:
    """Whether S3 lets only the owner's account and services into the bucket while its policy is public."""
    return _block(stack, bucket, "restrict_public_buckets")


def blocks_public_policy(stack: Stack, bucket: LogBucket) -> bool | Cause:
    """Whether S3 refuses to take a public policy for the bucket."""
    return _block(stack, bucket, "block_public_policy")


def _block(stack: Stack, bucket: LogBucket, setting: str) -> bool | Cause:
    """A setting of the bucket's public access block, or of its account's: the stricter one counts."""
    blocks = attached(stack, bucket, "aws_s3_bucket_public_access_block")
    holders = [*blocks.own]
    if bucket.owned is not None:
        owner = stack.accounts.account_of(bucket.owned)
        accounts = stack.estate.of_type("aws_s3_account_public_access_block")
        holders += [
            one
            for one in accounts
            if one.stays and owner in (one.now.get("account_id"), stack.accounts.account_of(one))
        ]
    doubts: list[Cause] = []
    for holder in holders:
        value = holder.now.get(setting)
        if value is True:
            return True
        if isinstance(value, Unknown):
            doubts.append(value.cause)
    return doubts[0] if doubts else False
