"""Delegated administrators for CloudTrail: accounts that may make organization trails for the management account."""

from collections.abc import Iterator

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.values import Unknown, Value

OWN = "aws_cloudtrail_organization_delegated_admin_account"
COMMON = "aws_organizations_delegated_administrator"

#: What becomes of its trails when an account is deregistered (CloudTrail User Guide, "Organization delegated
#: administrator"), in every message that says that it happens.
LEFT_BEHIND = "the organization trails that it made stay and go on logging, for the management account owns them"


class DelegatedAdministrator(msgspec.Struct, frozen=True, kw_only=True):
    """One registration of an account as CloudTrail's delegated administrator.

    `is_for_cloudtrail` is unknown where the service isn't.
    """

    instance: Instance
    account: Value
    is_for_cloudtrail: bool | Unknown


def found_administrators(estate: Estate) -> Iterator[DelegatedAdministrator]:
    """Every registration, those that the plan takes back, too."""
    for instance in estate.of_type(OWN, COMMON):
        values = instance.now or instance.before or {}
        service = CLOUDTRAIL if instance.type == OWN else values.get("service_principal")
        known = service if isinstance(service, Unknown) else service == CLOUDTRAIL
        if known is not False:
            yield DelegatedAdministrator(instance=instance, account=values.get("account_id"), is_for_cloudtrail=known)


def listed_administrators(estate: Estate) -> list[str] | None:
    """All accounts that are registered, where a data source lists them; None where none does."""
    for data in estate.of_type("aws_organizations_delegated_administrators", mode="data"):
        listed = data.now.get("delegated_administrators")
        if data.now.get("service_principal") in (None, "", CLOUDTRAIL) and isinstance(listed, list):
            accounts = [one.get("id") if isinstance(one, dict) else one for one in listed]
            if all(isinstance(account, str) for account in accounts):
                # Without a service, the list holds administrators of any service: it can only rule accounts out.
                return [account for account in accounts if isinstance(account, str)]
    return None
