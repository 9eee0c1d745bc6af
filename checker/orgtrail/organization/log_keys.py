"""The KMS keys that organization trails encrypt with, and their policies."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Estate, Instance, Register
from orgtrail.organization.policies import Policy, out_of_sight, policy_in
from orgtrail.values import Cause, Symbol, Text, Value, text

if TYPE_CHECKING:
    from orgtrail.organization import Domain
    from orgtrail.organization.trails import Trail


class LogKey(msgspec.Struct, kw_only=True, eq=False):
    """One KMS key that a trail names. `instance` is None where the input doesn't hold the key itself.

    `beside` is the domain of another input, given together with this one, where that holds the key; what is said of it
    is said of `holder` then.
    """

    name: Value
    instance: Instance | None
    holder: Instance
    policies: list[Policy]
    trails: "list[Trail]"
    beside: "Domain | None" = None

    @property
    def out_of_sight(self) -> Cause:
        """Why the key can't be looked at, where `instance` is None."""
        return out_of_sight("KMS key", self.name, self.holder)

    @property
    def address(self) -> str:
        """The address of the key, or of the trail that names it."""
        return (self.holder if self.beside or self.instance is None else self.instance).address


def found_log_keys(domain: "Domain") -> list[LogKey]:
    """Every key that an organization trail names, each once."""
    keys: dict[str, LogKey] = {}
    for trail in domain.organization_trails:
        if trail.kms_key is None or trail.kms_key == "":
            continue
        instance = key_named(domain, trail.instance, "kms_key_id")
        identity = instance.address if instance else repr(trail.kms_key)
        if identity not in keys:
            policies = list(_policies(domain, instance)) if instance else []
            if instance is None and domain.seen and domain.elsewhere:
                # The key of another stack, as evidence shows it.
                instance = key_named(domain.seen, trail.instance, "kms_key_id")
                policies = list(_policies(domain.seen, instance)) if instance else []
                for policy in policies:
                    policy.grounds = (f"evidence: {domain.elsewhere.ground}", *policy.grounds)
            key = LogKey(name=trail.kms_key, instance=instance, holder=trail.instance, policies=policies, trails=[])
            keys[identity] = key if instance else _beside(domain, key)
        keys[identity].trails.append(trail)
    return list(keys.values())


def _beside(domain: "Domain", key: LogKey) -> LogKey:
    """A key that this input doesn't hold, as another input given together with it does; else as it was."""
    if not isinstance(key.name, str):
        return key
    held = [(other, found) for other in domain.beside if (found := key_named(other, key.holder, "kms_key_id"))]
    if key.name.startswith("alias/"):
        # Every account has aliases of its own, so the name alone joins nothing.
        own = domain.account_of(key.holder)
        held = [(other, found) for other, found in held if isinstance(own, str) and other.account_of(found) == own]
    if len(held) != 1:
        return key
    other, instance = held[0]
    policies = list(_policies(other, instance))
    for policy in policies:
        policy.grounds = (f"`{policy.address}` in {other.estate.input.path}", *policy.grounds)
    return LogKey(name=key.name, instance=instance, holder=key.holder, policies=policies, trails=[], beside=other)


def key_arn(domain: "Domain", key: LogKey) -> str | Symbol | Text:
    """The ARN of a key, a symbol where AWS will only choose it."""
    arn = key.instance.now.get("arn") if key.instance else key.name
    if isinstance(arn, Symbol | Text) or (isinstance(arn, str) and arn.startswith("arn:")):
        return arn
    return Symbol(f"{key.instance.address if key.instance else key.holder.address + '.kms_key_id'}.arn", "arn")


def key_named(domain: "Domain", instance: Instance, attribute: str) -> Instance | None:
    """The key resource that an attribute names by ARN, id or alias."""
    return domain.keys.named(instance, attribute)


class Keys:
    """The keys that stay in an input, found by what names them."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._keys = Register(self._staying("aws_kms_key", "aws_kms_replica_key"), _names_of_key)
        self._aliases = Register(self._staying("aws_kms_alias"), _names_of_alias)

    def _staying(self, *kinds: str) -> Iterator[Instance]:
        return (instance for instance in self._estate.of_type(*kinds) if instance.stays)

    def named(self, instance: Instance, attribute: str) -> Instance | None:
        """The key that an attribute names by ARN, id or alias."""
        named = instance.now.get(attribute)
        # A hostile plan may refer in circles.
        for _ in range(_MAX_HOPS):
            if isinstance(named, str | Symbol | Text):
                key, alias = self._keys.called(named), self._aliases.called(named)
            else:
                found = [other for other, _ in self._estate.follow(instance, attribute)]
                key = found[0] if len(found) == 1 and found[0] in self._keys else None
                alias = found[0] if len(found) == 1 and found[0].type == "aws_kms_alias" else None
            if key is not None or alias is None:
                return key
            instance, attribute = alias, "target_key_id"
            named = instance.now.get(attribute)
        return None

    @cached_property
    def policies(self) -> dict[int, list[Instance]]:
        """The policy resources of each key, by the key's identity."""
        found: dict[int, list[Instance]] = {}
        for holder in self._staying("aws_kms_key_policy"):
            key = self.named(holder, "key_id")
            if key is not None:
                found.setdefault(id(key), []).append(holder)
        return found


_MAX_HOPS = 4


def _names_of_key(key: Instance) -> Iterator[Value]:
    yield from (key.now[name] for name in ("arn", "key_id", "id") if name in key.now)
    yield Symbol(f"{key.address}.arn", "arn")
    yield Symbol(f"{key.address}.key_id", "key-id")


def _names_of_alias(alias: Instance) -> Iterator[Value]:
    yield from (alias.now[name] for name in ("name", "arn", "target_key_arn") if name in alias.now)


def _policies(domain: "Domain", key: Instance) -> Iterator[Policy]:
    """The policies on a key: a resource of their own, the key's argument, or the default that AWS gives it."""
    separate = domain.keys.policies.get(id(key), ())
    if separate:
        yield from (policy_in(domain, holder, "policy") for holder in separate)
        return
    shown = key.now.get("policy")
    if domain.estate.configures(key, "policy") or (isinstance(shown, str) and shown):
        yield policy_in(domain, key, "policy")
        return
    yield Policy(instance=key, attribute="policy", value=_default(domain, key), grounds=("AWS's default key policy",))


def _default(domain: "Domain", key: Instance) -> Value:
    """The policy that KMS gives a key without one. Source: KMS Developer Guide, "Default key policy"."""
    root = text(f"arn:{domain.partition}:iam::", domain.account_of(key), ":root")
    statement: Value = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
