"""What AWS Organizations and IAM show: the organization, trusted access, policies, the service-linked role."""

from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any

from orgtrail.audit import calls
from orgtrail.audit.aws import Account, Response
from orgtrail.errors import InputError
from orgtrail.evidence import Seen
from orgtrail.values import Cause, Rest, Unknown

CLOUDTRAIL = "cloudtrail.amazonaws.com"
SERVICE_LINKED_ROLE = "AWSServiceRoleForCloudTrail"

#: The policies that bound what accounts may do; the other types (tags, backups) have no say here.
_POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def see_organization(account: Account, pool: Executor) -> Iterator[Seen]:
    """The organization with its accounts and trusted services, its control policies, delegated administrators, role.

    Raises InputError where the account is outside every organization.
    """
    described = pool.submit(account.ask, calls.ORGANIZATION)
    accounts = pool.submit(account.list, calls.ACCOUNTS)
    services = pool.submit(account.list, calls.TRUSTED_SERVICES)
    roots = pool.submit(account.list, calls.ROOTS)
    delegated = pool.submit(account.list, calls.DELEGATED_ADMINISTRATORS, ServicePrincipal=CLOUDTRAIL)
    role = pool.submit(account.ask, calls.SERVICE_LINKED_ROLE, RoleName=SERVICE_LINKED_ROLE)
    answer = described.result()
    if not isinstance(answer, dict | Unknown):
        hint = "give a profile of its management account, or --role-arn"
        raise InputError("audit", f"account {account.id} isn't in an organization", "an account of one", hint)
    organization = _organization(account, answer, accounts.result(), services.result(), roots.result())
    yield organization
    for element in delegated.result():
        yield _delegated(organization, element)
    yield _role(account, role.result())
    types = (organization.values or {})["enabled_policy_types"]
    asked = [kind for kind in _POLICY_TYPES if kind in types or any(isinstance(known, Rest) for known in types)]
    for found in pool.map(lambda kind: (kind, account.list(calls.POLICIES, Filter=kind)), asked):
        yield from _policies(account, *found, pool)


def _organization(account: Account, answer: Response | Unknown, accounts: Any, services: Any, roots: Any) -> Seen:
    """The organization as Terraform's resource has it; of an account only the id is kept."""
    organization = answer if isinstance(answer, Unknown) else answer.get("Organization") or {}
    management = _member(organization, "MasterAccountId")
    ids = [_member(found, "Id") for found in accounts]
    rest = [found for found in accounts if isinstance(found, Rest)]
    if isinstance(management, Unknown):
        rest = [Rest(management.cause)]
        members: list[Any] = []
    else:
        members = [{"id": found} for found in ids if isinstance(found, str) and found != management]
    arn = _member(organization, "Arn")
    return Seen(
        type="aws_organizations_organization",
        address=arn if isinstance(arn, str) else f"the organization of account {account.id}",
        account=management if isinstance(management, str) else "",
        values={
            "id": _member(organization, "Id"),
            "arn": arn,
            "master_account_id": management,
            "feature_set": _member(organization, "FeatureSet"),
            "aws_service_access_principals": _services(account, management, services),
            "enabled_policy_types": [
                *(
                    kind.get("Type")
                    for root in roots
                    if isinstance(root, dict)
                    for kind in root.get("PolicyTypes") or []
                    if kind.get("Status") == "ENABLED"
                ),
                *(root for root in roots if isinstance(root, Rest)),
            ],
            "roots": [root if isinstance(root, Rest) else {"id": root.get("Id")} for root in roots],
            "non_master_accounts": [*members, *rest],
        },
    )


def _services(account: Account, management: Any, services: list[Any]) -> list[Any]:
    """The trusted services. An empty list that somebody else than the management account is shown says nothing."""
    names = [found if isinstance(found, Rest) else found.get("ServicePrincipal") for found in services]
    if not names and management != account.id:
        what = f"account {account.id} isn't the management account, and is shown no trusted services"
        return [Rest(Cause(what, "give a profile of the management account, or --role-arn"))]
    return names


def _delegated(organization: Seen, element: Any) -> Seen:
    listed = _member(element, "Id")
    return Seen(
        type="aws_cloudtrail_organization_delegated_admin_account",
        address=f"delegated administrator {listed}" if isinstance(listed, str) else "delegated administrators",
        account=organization.account,
        values={"account_id": listed, "service_principal": CLOUDTRAIL},
    )


def _role(account: Account, answer: Any) -> Seen:
    address = f"arn:aws:iam::{account.id}:role/aws-service-role/{CLOUDTRAIL}/{SERVICE_LINKED_ROLE}"
    values: dict[str, Any] | None = None
    if isinstance(answer, Unknown):
        values = {"aws_service_name": answer, "name": SERVICE_LINKED_ROLE, "arn": answer}
    elif isinstance(answer, dict):
        role = answer.get("Role") or {}
        address = role.get("Arn") or address
        values = {"aws_service_name": CLOUDTRAIL, "name": role.get("RoleName"), "arn": role.get("Arn")}
    return Seen(type="aws_iam_service_linked_role", address=address, account=account.id, values=values)


def _policies(account: Account, kind: str, listed: list[Any], pool: Executor) -> Iterator[Seen]:
    """Control policies with their content, and what they are attached to. AWS's own (FullAWSAccess) forbid nothing."""
    own = [found for found in listed if isinstance(found, dict) and not found.get("AwsManaged")]
    contents = pool.map(lambda found: account.ask(calls.POLICY, PolicyId=found.get("Id")), own)
    targets = pool.map(lambda found: account.list(calls.POLICY_TARGETS, PolicyId=found.get("Id")), own)
    for found, answer, attached in zip(own, contents, targets, strict=True):
        policy = answer.get("Policy") or {} if isinstance(answer, dict) else answer
        address = found.get("Arn") or f"policy {found.get('Id')}"
        yield Seen(
            type="aws_organizations_policy",
            address=address,
            account=account.id,
            values={
                "id": found.get("Id"),
                "arn": found.get("Arn"),
                "name": found.get("Name"),
                "type": kind,
                "content": _member(policy, "Content"),
            },
        )
        for target in attached:
            target_id = _member(target, "TargetId")
            yield Seen(
                type="aws_organizations_policy_attachment",
                address=f"{address} on {target_id if isinstance(target_id, str) else 'targets that may not be seen'}",
                account=account.id,
                values={"policy_id": found.get("Id"), "target_id": target_id},
            )
    for rest in listed:
        if isinstance(rest, Rest):
            hole = Unknown(rest.cause)
            yield Seen(
                type="aws_organizations_policy",
                address=f"policies of type {kind} that may not be seen",
                account=account.id,
                values={"id": hole, "name": hole, "type": kind, "content": hole},
            )


def _member(answer: Any, name: str) -> Any:
    """A member of an answer; a hole where the answer is one."""
    if isinstance(answer, Unknown):
        return answer
    if isinstance(answer, Rest):
        return Unknown(answer.cause)
    return answer.get(name) if isinstance(answer, dict) else None
