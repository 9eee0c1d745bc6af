"""The KMS keys that organization trails encrypt with, and their policies."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Instance
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
    named = instance.now.get(attribute)
    keys = [key for key in domain.estate.of_type("aws_kms_key", "aws_kms_replica_key") if key.stays]
    if isinstance(named, str | Symbol | Text):
        for key in keys:
            if named in (key.now.get("arn"), key.now.get("key_id"), key.now.get("id")):
                return key
            if named in (Symbol(f"{key.address}.arn", "arn"), Symbol(f"{key.address}.key_id", "key-id")):
                return key
        for alias in domain.estate.of_type("aws_kms_alias"):
            if alias.stays and named in (alias.now.get("name"), alias.now.get("arn"), alias.now.get("target_key_arn")):
                return key_named(domain, alias, "target_key_id")
        return None
    found = [other for other, _ in domain.estate.follow(instance, attribute)]
    if len(found) == 1 and found[0].type == "aws_kms_alias":
        return key_named(domain, found[0], "target_key_id")
    return found[0] if len(found) == 1 and found[0] in keys else None


def _policies(domain: "Domain", key: Instance) -> Iterator[Policy]:
    """The policies on a key: a resource of their own, the key's argument, or the default that AWS gives it."""
    separate = [
        holder
        for holder in domain.estate.of_type("aws_kms_key_policy")
        if holder.stays and key_named(domain, holder, "key_id") is key
    ]
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
