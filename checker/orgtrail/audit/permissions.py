"""The least IAM policy that the audit needs, made from the table of calls."""

import json
from collections.abc import Iterable
from typing import Any

from orgtrail.audit.calls import ASSUME_ROLE, CALLS, SERVICE_LINKED_ROLE

#: The only role that is looked at. Its path is AWS's for service-linked roles.
ROLE = "arn:*:iam::*:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail"


def write(roles: Iterable[str | None] = ()) -> str:
    """The policy as JSON text. `roles` are those of `--role-arn` and `--archive-role-arn`, for who assumes them.

    The statement `LogBucketAndKey` is what the account of the bucket has to allow: the caller's own, or that of
    `--archive-role-arn`.
    """
    asked = [call for call in CALLS if call.needs_permission and call not in (ASSUME_ROLE, SERVICE_LINKED_ROLE)]
    statements = [
        _allow("OrganizationAndTrails", (call.name for call in asked if not call.archive)),
        _allow("ServiceLinkedRole", [SERVICE_LINKED_ROLE.name], ROLE),
        _allow("LogBucketAndKey", (call.name for call in asked if call.archive)),
    ]
    assumed = [role for role in roles if role]
    if assumed:
        statements.append(_allow("AssumeRoles", [ASSUME_ROLE.name], *assumed))
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"


def _allow(sid: str, actions: Iterable[str], *resources: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(set(actions)), "Resource": list(resources) or ["*"]}
