"""The trails of an Estate."""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.organization.accounts import Accounts
from orgtrail.values import Symbol, Text, Unknown, Value, text


class Trail(msgspec.Struct, kw_only=True, eq=False):
    """One CloudTrail trail that will exist."""

    instance: Instance
    name: Value
    bucket_name: Value
    prefix: Value
    kms_key: Value
    is_organization: bool | Unknown
    was_organization: bool

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.instance.address

    @property
    def becomes_organization(self) -> bool:
        """Whether the plan creates it as an organization trail, or turns it into one."""
        return self.is_organization is not False and (self.instance.is_made or not self.was_organization)


def found_trails(estate: Estate) -> Iterator[Trail]:
    """Every trail that exists when the plan is done."""
    for instance in estate.of_type("aws_cloudtrail"):
        if not instance.stays:
            continue
        values = instance.now
        is_organization = values.get("is_organization_trail")
        yield Trail(
            instance=instance,
            name=values.get("name"),
            bucket_name=values.get("s3_bucket_name"),
            prefix=values.get("s3_key_prefix") or "",
            kms_key=values.get("kms_key_id"),
            is_organization=is_organization if isinstance(is_organization, Unknown) else is_organization is True,
            was_organization=(instance.before or {}).get("is_organization_trail") is True,
        )


def trail_arn(accounts: Accounts, trail: Trail) -> str | Symbol | Text:
    """A trail's ARN: as AWS gave it, or as it will be (`arn:aws:cloudtrail:<region>:<account>:trail/<name>`)."""
    arn = trail.instance.now.get("arn")
    if isinstance(arn, str | Symbol | Text):
        return arn
    if not isinstance(trail.name, str | Symbol | Text):
        return Symbol(f"{trail.address}.arn", "arn")
    region = accounts.region_of(trail.instance)
    account = accounts.account_of(trail.instance)
    if trail.is_organization is True and isinstance(account, Symbol):
        # Whoever makes it, an organization trail belongs to the management account ("Organization delegated
        # administrator", CloudTrail User Guide).
        account = accounts.management_account
    made = text(f"arn:{accounts.partition}:cloudtrail:", region, ":", account, ":trail/", trail.name)
    return made if isinstance(made, str | Symbol | Text) else Symbol(f"{trail.address}.arn", "arn")
