"""The KMS keys of one input, found by what names them, and the policies on each."""

from collections.abc import Iterator
from functools import cached_property

from orgtrail.estate import Estate, Instance, Register
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.policies import Policy, going_of, policy_in, taken_by_chance
from orgtrail.values import Symbol, Text, Value, text

_MAX_HOPS = 4
_DEFAULT = "AWS's default key policy"


class Keys:
    """The keys that stay in an input, found by what names them."""

    def __init__(self, estate: Estate, accounts: Accounts) -> None:
        self._estate, self._accounts = estate, accounts
        self._keys = Register(self._staying("aws_kms_key", "aws_kms_replica_key"), _names_of_key)
        self._aliases = Register(self._staying("aws_kms_alias"), _names_of_alias)

    def _staying(self, *kinds: str) -> Iterator[Instance]:
        return (instance for instance in self._estate.of_type(*kinds) if instance.stays)

    def with_name(self, name: Value) -> Instance | None:
        """The key with an ARN, id or alias; None where it isn't of the input, or isn't known."""
        if not isinstance(name, str | Symbol | Text):
            return None
        alias = self._aliases.called(name)
        return self._keys.called(name) or (self.named(alias, "target_key_id") if alias else None)

    def named(self, instance: Instance, attribute: str) -> Instance | None:
        """The key that an attribute names by ARN, id or alias."""
        # A hostile plan may refer in circles.
        for _ in range(_MAX_HOPS):
            named = instance.now.get(attribute)
            if isinstance(named, str | Symbol | Text):
                key, alias = self._keys.called(named), self._aliases.called(named)
            else:
                found = [other for other, _ in self._estate.follow(instance, attribute)]
                key = found[0] if len(found) == 1 and found[0] in self._keys else None
                alias = found[0] if len(found) == 1 and found[0].type == "aws_kms_alias" else None
            if key is not None or alias is None:
                return key
            instance, attribute = alias, "target_key_id"
        return None

    @cached_property
    def _policies(self) -> dict[Instance, list[Instance]]:
        """The policy resources of each key."""
        found: dict[Instance, list[Instance]] = {}
        for holder in self._staying("aws_kms_key_policy"):
            key = self.named(holder, "key_id")
            if key is not None:
                found.setdefault(key, []).append(holder)
        return found

    def policies(self, key: Instance) -> Iterator[Policy]:
        """The policies on a key: a resource of their own, the key's argument, or the default that AWS gives it."""
        separate = self._policies.get(key, ())
        going = self._going.get(key)
        if separate and going is not None:
            yield from (taken_by_chance(holder, going) for holder in separate)
            return
        if separate:
            yield from (policy_in(self._estate, holder, "policy") for holder in separate)
            return
        shown = key.now.get("policy")
        configured = self._estate.configures(key, "policy")
        if configured or (isinstance(shown, str) and shown and going is None):
            yield policy_in(self._estate, key, "policy")
            return
        default = self._default(key)
        ground = f"`{going.address}` goes, and AWS's default key policy takes its place" if going else _DEFAULT
        yield Policy(instance=key, attribute="policy", value=default, grounds=(ground,))

    @cached_property
    def _going(self) -> dict[Instance, Instance]:
        return going_of(self._estate, "aws_kms_key_policy", "key_id", self._keys.called)

    def _default(self, key: Instance) -> Value:
        """The policy that KMS gives a key without one. Source: KMS Developer Guide, "Default key policy"."""
        root = text(f"arn:{self._accounts.partition}:iam::", self._accounts.account_of(key), ":root")
        statement: Value = {
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": {"AWS": root},
            "Action": "kms:*",
            "Resource": "*",
        }
        return {"Version": "2012-10-17", "Statement": [statement]}


def _names_of_key(key: Instance) -> Iterator[Value]:
    yield from (key.now[name] for name in ("arn", "key_id", "id") if name in key.now)
    yield Symbol(f"{key.address}.arn", "arn")
    yield Symbol(f"{key.address}.key_id", "key-id")


def _names_of_alias(alias: Instance) -> Iterator[Value]:
    yield from (alias.now[name] for name in ("name", "arn", "target_key_arn") if name in alias.now)
