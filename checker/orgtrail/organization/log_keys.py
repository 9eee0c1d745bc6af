"""The KMS keys that organization trails encrypt with, and their policies."""

from collections.abc import Iterable

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.keys import Keys
from orgtrail.organization.policies import Policy, out_of_sight
from orgtrail.organization.surroundings import Stack, Surroundings
from orgtrail.organization.trails import Trail
from orgtrail.values import Cause, Symbol, Text, Value

_REPLICA = "aws_kms_replica_key"


class LogKey(msgspec.Struct, kw_only=True, eq=False):
    """One KMS key that a trail names. `instance` is None where nothing that was given holds the key itself.

    `held_by` is another input, given together with this one, where that holds the key; what is said of it is said of
    `holder` then.
    """

    name: Value
    instance: Instance | None
    holder: Instance
    policies: list[Policy]
    trails: list[Trail]
    held_by: Stack | None = None
    #: The other inputs that may hold something of it: its grants.
    beside: tuple[Stack, ...] = ()

    @property
    def out_of_sight(self) -> Cause:
        """Why the key can't be looked at, where `instance` is None."""
        return out_of_sight("KMS key", self.name, self.holder)

    @property
    def owned(self) -> Instance | None:
        """What shows who owns it; None where only a trail, anybody's, names it."""
        return self.instance

    @property
    def address(self) -> str:
        """The address of the key, or of the trail that names it."""
        return (self.holder if self.held_by or self.instance is None else self.instance).address


def found_log_keys(accounts: Accounts, keys: Keys, surroundings: Surroundings, trails: Iterable[Trail]) -> list[LogKey]:
    """Every key that an organization trail names, each once."""
    found: dict[str, LogKey] = {}
    for trail in trails:
        if trail.kms_key is None or trail.kms_key == "":
            continue
        own = keys.named(trail.instance, "kms_key_id")
        identity = own.address if own else repr(trail.kms_key)
        if identity not in found:
            joined = None if own else surroundings.key(trail, accounts)
            found[identity] = LogKey(
                name=trail.kms_key,
                instance=joined.instance if joined else own,
                holder=trail.instance,
                policies=joined.policies if joined else list(keys.policies(own)) if own else [],
                trails=[],
                held_by=joined.held_by if joined else None,
                beside=joined.beside if joined else surroundings.without_key(trail.kms_key),
            )
        found[identity].trails.append(trail)
    return list(found.values())


def found_key_copies(estate: Estate, keys: Keys, log_keys: Iterable[LogKey]) -> list[LogKey]:
    """The multi-Region keys of the input that decrypt what a log key encrypted, each under a policy of its own.

    Source: AWS KMS Developer Guide, "Multi-Region keys in AWS KMS".
    """
    found: list[LogKey] = []
    for key in log_keys:
        own = key.instance
        first = keys.named(own, "primary_key_arn") if own and own.type == _REPLICA else own
        replicas = [
            one for one in estate.of_type(_REPLICA) if one.stays and keys.named(one, "primary_key_arn") is first
        ]
        for other in (*([first] if first else []), *(replicas if first else [])):
            if other is not own:
                policies = list(keys.policies(other))
                made = LogKey(name=key.name, instance=other, holder=key.holder, policies=policies, trails=key.trails)
                found.append(made)
    return found


def key_arn(key: LogKey) -> str | Symbol | Text:
    """The ARN of a key, a symbol where AWS will only choose it."""
    if key.instance is not None:
        return arn_of_key(key.instance)
    named = key.name
    if isinstance(named, Symbol | Text) or (isinstance(named, str) and named.startswith("arn:")):
        return named
    return Symbol(f"{key.holder.address}.kms_key_id.arn", "arn")


def arn_of_key(key: Instance) -> str | Symbol | Text:
    """The ARN of a key that the input holds."""
    arn = key.now.get("arn")
    if isinstance(arn, Symbol | Text) or (isinstance(arn, str) and arn.startswith("arn:")):
        return arn
    return Symbol(f"{key.address}.arn", "arn")
