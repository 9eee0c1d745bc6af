"""What IAM shows of the roles that somebody else than an AWS service may assume, and of their policies."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import Any

from orgtrail.audit import calls
from orgtrail.audit.aws import Account
from orgtrail.evidence import Seen
from orgtrail.values import Cause, Rest, Unknown


def see_roles(buckets: Iterable[Seen], trails: Iterable[Seen], owners: list[Account], pool: Executor) -> Iterator[Seen]:
    """The roles of the `owners`, those that the trails write with, too; a hole for those that can't be asked for."""
    writers = {(trail.values or {}).get("cloud_watch_logs_role_arn") for trail in trails}
    for found in pool.map(lambda owner: list(_roles(owner, writers)), owners):
        yield from found
    if any(bucket.type == "aws_s3_bucket" and not bucket.account for bucket in buckets):
        cause = Cause("the roles of the account that owns the log bucket weren't asked for", "give --archive-role-arn")
        yield _unseen("roles of the account that owns the log bucket", "", cause)


def _roles(owner: Account, writers: set[Any]) -> Iterator[Seen]:
    roles = owner.list(calls.ROLES, Filter=["Role"], MaxItems=1000)
    listed = [role for role in roles if isinstance(role, dict)]
    kept = [role for role in listed if role.get("Arn") in writers or not _is_for_services(role)]
    for missing in roles:
        if isinstance(missing, Rest):
            yield _unseen(f"roles of account {owner.id} that may not be listed", owner.id, missing.cause)
    used: set[str | None] = set()
    for role in kept:
        attached = [one.get("PolicyArn") for one in role.get("AttachedManagedPolicies") or []]
        boundary = (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        used |= {*attached, boundary}
        yield Seen(
            type="aws_iam_role",
            address=str(role.get("Arn")),
            account=owner.id,
            values={
                "arn": role.get("Arn"),
                "name": role.get("RoleName"),
                "path": role.get("Path"),
                "assume_role_policy": json.dumps(role.get("AssumeRolePolicyDocument")),
                "inline_policy": [
                    {"name": one.get("PolicyName"), "policy": json.dumps(one.get("PolicyDocument"))}
                    for one in role.get("RolePolicyList") or []
                ],
                "managed_policy_arns": attached,
                "permissions_boundary": boundary,
            },
        )
    # A policy that can't be seen is a hole by itself: nobody knows what an ARN stands for.
    policies = owner.list(calls.OWN_POLICIES, Filter=["LocalManagedPolicy"], MaxItems=1000) if kept else []
    for policy in policies:
        if isinstance(policy, Rest):
            values: dict[str, Any] = {"arn": Unknown(policy.cause), "policy": Unknown(policy.cause)}
            address = f"policies of account {owner.id} that may not be listed"
            yield Seen(type="aws_iam_policy", address=address, account=owner.id, values=values)
        elif policy.get("Arn") in used:
            values = {"arn": policy.get("Arn"), "name": policy.get("PolicyName"), "policy": _document(policy)}
            yield Seen(type="aws_iam_policy", address=str(policy.get("Arn")), account=owner.id, values=values)


def _document(policy: dict[str, Any]) -> str | None:
    """The document that counts among a policy's versions."""
    versions = policy.get("PolicyVersionList") or []
    found = next((one.get("Document") for one in versions if one.get("IsDefaultVersion")), None)
    return None if found is None else json.dumps(found)


def _is_for_services(role: dict[str, Any]) -> bool:
    """Whether nobody but AWS services may assume a role: most roles are like that, and of no interest here."""
    trust = role.get("AssumeRolePolicyDocument")
    listed = trust.get("Statement") if isinstance(trust, dict) else None
    statements = listed if isinstance(listed, list) else [listed]
    return all(
        isinstance(one, dict)
        and (
            one.get("Effect") == "Deny"
            or (isinstance(one.get("Principal"), dict) and set(one["Principal"]) <= {"Service"})
        )
        for one in statements
    )


def _unseen(address: str, account: str, cause: Cause) -> Seen:
    """Stands for roles of which nothing is known but that they may be there."""
    hole = Unknown(cause)
    values = {"arn": hole, "name": hole, "assume_role_policy": hole, "managed_policy_arns": [hole]}
    return Seen(type="aws_iam_role", address=address, account=account, values=values)
