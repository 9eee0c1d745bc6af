"""What inputs that are given together know of each other beyond buckets and keys: the organization that they share.

A bucket is joined by its name and a key by its ARN, which are nobody else's. An organization has no such name in a
trail, so two inputs share one only where something says so: the user, or an account that both know.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orgtrail.estate import Instance
from orgtrail.values import Value

if TYPE_CHECKING:
    from orgtrail.organization import Domain
    from orgtrail.organization.trails import Trail


def share_organization(one: "Domain", other: "Domain") -> bool:
    """Whether two inputs surely belong to the same organization."""
    settings = one.settings
    if settings.organization_id is not None or settings.management_account is not None:
        # What the user tells is told of all inputs; one that contradicts it is refused.
        return True
    return bool(_acting(one) & _known(other)) or bool(_acting(other) & _known(one))


def _acting(domain: "Domain") -> set[str]:
    """The accounts in which an input's trails are made."""
    providers = {trail.provider for trail in domain.estate.of_type("aws_cloudtrail")}
    return {account for provider, account in domain.seen_accounts.items() if provider in providers}


def _known(domain: "Domain") -> set[str]:
    """The accounts of the organization that an input holds."""
    found: set[Value] = {organization.now.get("master_account_id") for organization in domain.organizations}
    if domain.organizations:
        # One that is still to be made has no id yet, but whoever makes it is its management account.
        found.add(domain.management_account)
    return {account for account in (*found, *domain.own_member_accounts) if isinstance(account, str)}


def organizers(domain: "Domain") -> "list[Domain]":
    """The other inputs that hold the organization of an input that doesn't hold it itself."""
    if domain.organizations:
        return []
    holding = [other for other in domain.beside if other.organizations and share_organization(domain, other)]
    found = {organization.now.get("id") for other in holding for organization in other.organizations}
    # Two organizations can't both be it.
    return holding if len({one for one in found if isinstance(one, str)}) < 2 else []


def organization_trails_beside(domain: "Domain") -> "list[Trail]":
    """The organization trails of other inputs that belong to the organization of this one."""
    return [
        trail
        for other in domain.beside
        if not other.organizations and other.organization_trails and share_organization(domain, other)
        for trail in other.organization_trails
    ]


def holds(domain: "Domain") -> Iterator[str]:
    """What others may join an input by, in the words of `wants`."""
    for instance in domain.estate.of_type("aws_s3_bucket", "aws_s3_bucket_policy"):
        yield f"bucket {instance.now.get('bucket')}"
    for key in domain.estate.of_type("aws_kms_key", "aws_kms_replica_key", "aws_kms_alias"):
        yield from (f"key {key.now.get(name)}" for name in ("arn", "key_id", "id", "name"))
    if domain.organizations:
        yield "organization"
        yield from (f"organization of {account}" for account in _known(domain))
    elif domain.organization_trails:
        yield "trail"
        yield from (f"trail of {account}" for account in _acting(domain))


def wants(domain: "Domain") -> Iterator[str]:
    """What an input lacks that another may hold, where it surely would be that."""
    yield from (f"bucket {bucket.name}" for bucket in domain.log_buckets if bucket.instance is None)
    yield from (f"key {key.name}" for key in domain.log_keys if key.instance is None)
    told = domain.settings.organization_id is not None or domain.settings.management_account is not None
    if domain.organizations:
        yield from ("trail",) if told else (f"trail of {account}" for account in _known(domain))
    elif domain.organization_trails:
        yield from ("organization",) if told else (f"organization of {account}" for account in _acting(domain))


def called(domain: "Domain", instance: Instance) -> str:
    """What messages call an instance that may be of another input."""
    other = domain.beside_of(instance)
    return f"`{instance.address}`" + (f" in {other.estate.input.path}" if other else "")
