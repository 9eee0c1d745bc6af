"""Who may read the logs: what every rule on a way around the bucket policy has to know."""

import msgspec

from orgtrail.estate import Instance
from orgtrail.organization import Domain
from orgtrail.organization.world import owner_of
from orgtrail.values import Cause, Symbol, Unknown, Value, show

_SETTLE = "give --management-account and --archive-account"


class Readers(msgspec.Struct, frozen=True):
    """The accounts that may read the logs: management account, owner of the logs, trusted accounts.

    `owner` is what the input itself says of the owner, where the user told more.
    """

    accounts: tuple[str | Symbol, ...]
    owner: str | Symbol | None = None

    def include(self, account: Value) -> bool | Unknown:
        """Whether `account` is one of them; unknown where it, or one of them, has no known id."""
        if account in self.accounts or (account is not None and account == self.owner):
            return True
        if isinstance(account, str) and all(isinstance(one, str) for one in self.accounts):
            return False
        if isinstance(account, Unknown):
            return account
        return Unknown(Cause(f"whether account {show(account)} may read the logs isn't known", _SETTLE))


def readers(domain: Domain, holder: Instance | None) -> Readers:
    """Who may read the logs that lie in what `holder` makes."""
    accounts = (domain.management_account, owner_of(domain, holder), *domain.settings.trusted_accounts)
    return Readers(accounts, domain.account_of(holder) if holder else None)


def account_in(arn: Value) -> str | None:
    """The account that an ARN names; None where it is no known ARN, or one without account."""
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[4] if len(parts) > 5 and parts[4] else None


def followed(domain: Domain, instance: Instance, attribute: str) -> Instance | None:
    """The one resource that an attribute's value comes from."""
    found = [other for other, _ in domain.estate.follow(instance, attribute)]
    return found[0] if len(found) == 1 else None


def account_named(domain: Domain, instance: Instance, attribute: str) -> Value:
    """The account in the ARN that an attribute holds, or that of the resource which it refers to."""
    value = instance.now.get(attribute)
    account = account_in(value)
    if account is not None:
        return account
    source = followed(domain, instance, attribute)
    if source is not None and source.mode == "managed" and source.type.startswith("aws_"):
        return domain.account_of(source)
    if isinstance(value, Unknown):
        return value
    return Unknown(Cause(f"the account of `{instance.address}.{attribute}` ({show(value)}) isn't known"))
