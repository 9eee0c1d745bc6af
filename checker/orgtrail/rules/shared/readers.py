"""Who may read the logs: what every rule on a way around the bucket policy has to know."""

import msgspec

from orgtrail.arn import account_in
from orgtrail.estate import Instance
from orgtrail.organization.surroundings import Stack
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


def readers(stack: Stack, holder: Instance | None) -> Readers:
    """Who may read the logs that lie in what `holder` makes."""
    accounts = (
        stack.accounts.management_account,
        stack.accounts.owner_of(holder),
        *stack.accounts.settings.trusted_accounts,
    )
    return Readers(accounts, stack.accounts.account_of(holder) if holder else None)


def account_of_arn(stack: Stack, arn: Value) -> str | Symbol | None:
    """The account in an ARN, or of the resource whose ARN it will be."""
    if isinstance(arn, Symbol) and arn.kind == "arn":
        made = stack.estate.instance(arn.identity.removesuffix(".arn"))
        return stack.accounts.account_of(made) if made is not None and made.mode == "managed" else None
    return account_in(arn)


def followed(stack: Stack, instance: Instance, attribute: str) -> Instance | None:
    """The one resource that an attribute's value comes from."""
    found = [other for other, _ in stack.estate.follow(instance, attribute)]
    return found[0] if len(found) == 1 else None


def account_named(stack: Stack, instance: Instance, attribute: str) -> Value:
    """The account in the ARN that an attribute holds, or that of the resource which it refers to."""
    value = instance.now.get(attribute)
    account = account_of_arn(stack, value)
    if account is not None:
        return account
    source = followed(stack, instance, attribute)
    if source is not None and source.mode == "managed" and source.type.startswith("aws_"):
        return stack.accounts.account_of(source)
    if isinstance(value, Unknown):
        return value
    return Unknown(Cause(f"the account of `{instance.address}.{attribute}` ({show(value)}) isn't known"))
