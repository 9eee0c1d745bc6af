"""Who is who, as a provider's settings and a region's name say it: the account, the partition, the organization."""

from orgtrail.arn import account_in
from orgtrail.values import Symbol, Value

#: The one organization that an input is about, and its management account, where nobody told their ids.
ORGANIZATION_ID = Symbol("the organization's id", "organization-id")
MANAGEMENT_ACCOUNT = Symbol("the management account's id", "account-id")

#: The partitions beside `aws`, by how the names of their regions start. Source: botocore, `partitions.json`.
_PARTITIONS = {
    "us-gov-": "aws-us-gov",
    "cn-": "aws-cn",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


def partition_of(region: str) -> str:
    """The partition that a region belongs to."""
    return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")


def configured_account(settings: dict[str, Value]) -> str | None:
    """The account that a provider's settings pin down: the role that it assumes last, or its only allowed account.

    Source: Terraform Registry, hashicorp/aws, "AWS Provider", "Assuming an IAM Role", "IAM Role Chaining".
    """
    roles = _blocks(settings, "assume_role") or _blocks(settings, "assume_role_with_web_identity")
    arn = roles[-1].get("role_arn") if roles and isinstance(roles[-1], dict) else None
    account = account_in(arn)
    if isinstance(account, str):
        return account
    allowed = settings.get("allowed_account_ids")
    if isinstance(allowed, list) and len(allowed) == 1 and isinstance(allowed[0], str):
        return allowed[0]
    return None


def _blocks(settings: dict[str, Value], name: str) -> list[Value]:
    found = settings.get(name)
    return found if isinstance(found, list) else []
