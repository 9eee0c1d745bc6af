"""The IAM roles of an Estate: who may assume them, and what their policies allow."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from orgtrail.estate import Estate, Instance, name_key
from orgtrail.iam.managed import managed_policy
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.values import Cause, Rest, Symbol, Text, Unknown, Value, causes, is_fixed, show, text

_INLINE = ("aws_iam_role_policy",)
#: What a role shows, where its own block doesn't set it, and the resources that may have set it: what they call it.
_SHOWN = {
    "inline_policy": ("aws_iam_role_policy", "name"),
    "managed_policy_arns": ("aws_iam_role_policy_attachment", "policy_arn"),
}
_MANAGED = ("aws_iam_role_policy_attachment", "aws_iam_policy_attachment")


class Role(msgspec.Struct, kw_only=True, eq=False):
    """One role that will exist."""

    instance: Instance
    accounts: Accounts

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.instance.address

    @property
    def account(self) -> str | Symbol:
        """The account that it is of. Asked of few: most roles are for services, in whichever account."""
        return self.accounts.account_of(self.instance)

    @property
    def arn(self) -> str | Symbol | Text:
        """Its ARN: as AWS gave it, or as it will be."""
        arn = self.instance.now.get("arn")
        if isinstance(arn, str | Symbol | Text):
            return arn
        name, path = self.instance.now.get("name"), self.instance.now.get("path") or "/"
        if isinstance(name, str | Symbol | Text) and isinstance(path, str):
            made = text(f"arn:{self.accounts.partition}:iam::", self.account, f":role{path}", name)
            if isinstance(made, str | Symbol | Text):
                return made
        return Symbol(f"{self.address}.arn", "arn")


class HeldDocument(msgspec.Struct, frozen=True):
    """One policy of a role: its document (an `Unknown` where nobody can read it), and what gives it to the role."""

    document: Value
    holder: Instance


class Permissions(msgspec.Struct, frozen=True):
    """The policies of a role. `boundary` is the document of its permissions boundary, None where it has none."""

    policies: tuple[HeldDocument, ...]
    boundary: Value


class Roles:
    """The roles of an input, and the policies of each. There may be thousands of both, so each is looked at once.

    `around` are those of inputs that are given together with it, as far as it is known whose they are.
    """

    def __init__(self, estate: Estate, accounts: Accounts, around: "Iterable[Roles]" = ()) -> None:
        self._estate, self._accounts = estate, accounts
        self._around = tuple(around)

    def found(self) -> Iterator[Role]:
        """Every role, service-linked ones apart: those trust AWS services only."""
        for instance in self._estate.passing("aws_iam_role"):
            if instance.stays:
                yield Role(instance=instance, accounts=self._accounts)
        for other in self._around:
            for role in other.found():
                # It has to be the very one that its input holds: who asks later knows it by that.
                kept = other._estate.instance(role.address) if isinstance(role.account, str) else None
                if kept is not None:
                    yield Role(instance=kept, accounts=role.accounts)

    def _of(self, role: Role) -> "Roles":
        """The roles of the input that holds one."""
        return next((other for other in self._around if other._accounts is role.accounts), self)

    def named(self, instance: Instance, attribute: str) -> Role | None:
        """The role that an attribute names by its ARN; None where the input doesn't show it."""
        value = instance.now.get(attribute)
        if is_fixed(value):
            return next((role for role in self.found() if role.arn == value), None)
        found = [other for other, _ in self._estate.follow(instance, attribute)]
        one = found[0] if len(found) == 1 and found[0].type == "aws_iam_role" and found[0].stays else None
        return Role(instance=one, accounts=self._accounts) if one else None

    def trust(self, role: Role) -> Policy:
        """The policy that says who may assume a role."""
        return policy_in(self._of(role)._estate, role.instance, "assume_role_policy")

    def permissions(self, role: Role) -> Permissions:
        """What a role's own policies, and those attached to it, are."""
        holding = self._of(role)
        return holding._permissions(role)

    def _permissions(self, role: Role) -> Permissions:
        found = [*self._in_role(role), *self._inline_of(role), *self._managed_of(role)]
        boundary = role.instance.now.get("permissions_boundary")
        limit = self._document(role.instance, "permissions_boundary", boundary) if boundary else None
        return Permissions(tuple(found), limit)

    def _in_role(self, role: Role) -> Iterator[HeldDocument]:
        instance = role.instance
        # Both are computed, too: for a role that isn't there yet they are unknown without meaning a policy.
        for attribute in ("inline_policy", "managed_policy_arns"):
            value = instance.now.get(attribute)
            if isinstance(value, Unknown):
                if self._estate.configures(instance, attribute):
                    yield HeldDocument(value, instance)
                continue
            if not isinstance(value, list) or not value:
                continue
            told = set() if self._estate.configures(instance, attribute) else self._told_elsewhere(instance, attribute)
            for one in value:
                if (one.get("name") if isinstance(one, dict) else one) in told:
                    continue
                if isinstance(one, Unknown | Rest):
                    yield HeldDocument(Unknown(one.cause), instance)
                elif isinstance(one, dict):
                    if one.get("policy"):
                        yield HeldDocument(one.get("policy"), instance)
                else:
                    yield HeldDocument(self._document(instance, attribute, one), instance)

    def _told_elsewhere(self, role: Instance, attribute: str) -> set[object]:
        """What a role shows of resources of their own: those say what will be, or that it goes."""
        called = _SHOWN[attribute][1]
        found: set[object] = set()
        for one in self._shown_by_name[attribute].get(name_key(role.now.get("name")), ()):
            told = (one.before or {}).get(called)
            # The configuration says no more which provider made what it doesn't hold any more.
            if isinstance(told, str) and not one.is_forgotten and (not one.stays or one.provider == role.provider):
                found.add(told)
        return found

    @cached_property
    def _shown_by_name(self) -> dict[str, dict[object, list[Instance]]]:
        """The resources that roles show, by the role that they are there for."""
        found: dict[str, dict[object, list[Instance]]] = {}
        for attribute, (kind, _) in _SHOWN.items():
            by_name = found[attribute] = {}
            for one in self._estate.of_type(kind):
                if one.before is not None:
                    by_name.setdefault(name_key(one.before.get("role")), []).append(one)
        return found

    def _inline_of(self, role: Role) -> Iterator[HeldDocument]:
        for holder, is_own in self._inline.of(role.instance):
            yield HeldDocument(policy_in(self._estate, holder, "policy").value if is_own is True else is_own, holder)

    def _managed_of(self, role: Role) -> Iterator[HeldDocument]:
        for holder, is_own in self._managed.of(role.instance):
            if is_own is True:
                yield HeldDocument(self._document(holder, "policy_arn", holder.now.get("policy_arn")), holder)
            else:
                yield HeldDocument(is_own, holder)

    @cached_property
    def _inline(self) -> "_ByRole":
        return _ByRole(self._estate, _INLINE)

    @cached_property
    def _managed(self) -> "_ByRole":
        return _ByRole(self._estate, _MANAGED)

    @cached_property
    def _policies(self) -> dict[object, Instance]:
        """The managed policies that the input makes, by address and by ARN; the first of an ARN counts."""
        found: dict[object, Instance] = {}
        for policy in self._estate.of_type("aws_iam_policy"):
            if policy.stays:
                found[policy] = policy
                arn = policy.now.get("arn")
                if isinstance(arn, str | Symbol | Text):
                    found.setdefault(name_key(arn), policy)
        return found

    @cached_property
    def _read_policies(self) -> dict[str, Value]:
        """The documents of managed policies that the input only reads, by ARN."""
        found: dict[str, Value] = {}
        for data in self._estate.of_type("aws_iam_policy", mode="data"):
            arn, policy = data.now.get("arn"), data.now.get("policy")
            if isinstance(arn, str) and isinstance(policy, str):
                found.setdefault(arn, policy)
        return found

    def _document(self, holder: Instance, attribute: str, arn: Value) -> Value:
        """The document of a managed policy that an attribute names by ARN."""
        followed = list(self._estate.follow(holder, attribute))
        policy = self._policies.get(name_key(arn)) if isinstance(arn, str | Symbol | Text) else None
        if policy is None and len(followed) == 1:
            policy = self._policies.get(followed[0][0])
        if policy is not None:
            return policy_in(self._estate, policy, "policy").value
        if isinstance(arn, str):
            document = self._read_policies.get(arn)
            if document is not None:
                return document
            document = managed_policy(arn)
            if document is not None:
                return document
        for data, read in followed:
            if data.mode == "data" and data.type == "aws_iam_policy" and read == "arn" and data.now.get("policy"):
                return data.now.get("policy")
        what = f"the policy `{show(arn)}` that `{holder.address}` attaches isn't in this input"
        settle = "give the plan or state of the stack that holds it as another INPUT, or read it with a data source"
        return Unknown(Cause(what, settle))


class _ByRole:
    """What names roles in `role` or `roles`, by the role that it names."""

    def __init__(self, estate: Estate, kinds: Iterable[str]) -> None:
        self._estate = estate
        self._holders: list[tuple[Instance, str]] = []
        #: Places in the list: by a name and the provider that makes both, by the address that a name comes from, and
        #: those of which neither is known.
        self._by_name: dict[tuple[object, str], dict[int, None]] = {}
        self._by_address: dict[str, dict[int, None]] = {}
        self._unclear: dict[int, None] = {}
        for holder in estate.of_type(*kinds):
            if holder.stays:
                self._put(holder, "roles" if holder.type == "aws_iam_policy_attachment" else "role")

    def _put(self, holder: Instance, attribute: str) -> None:
        place = len(self._holders)
        self._holders.append((holder, attribute))
        followed = [other for other, _ in self._estate.follow(holder, attribute)]
        for other in followed:
            self._by_address.setdefault(other.address, {})[place] = None
        for name in _names(holder, attribute):
            if is_fixed(name):
                self._by_name.setdefault((name_key(name), holder.provider), {})[place] = None
            if not followed:
                self._unclear[place] = None

    def of(self, role: Instance) -> Iterator[tuple[Instance, bool | Unknown]]:
        """Those that are surely the role's (True), and those of which it isn't known."""
        own = role.now.get("name")
        places = {**self._by_address.get(role.address, {})}
        if is_fixed(own):
            places |= self._by_name.get((name_key(own), role.provider), {})
        if not isinstance(own, str):
            places |= self._unclear
        else:
            places |= dict.fromkeys(self._unspelled)
        for place in sorted(places):
            holder, attribute = self._holders[place]
            answers = [self._names(holder, attribute, role, name) for name in _names(holder, attribute)]
            unclear = [one for one in answers if isinstance(one, Unknown)]
            if True in answers or unclear:
                yield holder, True if True in answers else unclear[0]

    @cached_property
    def _unspelled(self) -> list[int]:
        """Those of `_unclear` that name anything but a string: a string is surely not another one."""
        return [
            place for place in self._unclear if any(not isinstance(name, str) for name in _names(*self._holders[place]))
        ]

    def _names(self, holder: Instance, attribute: str, role: Instance, name: Value) -> bool | Unknown:
        """Whether one of the names in an attribute is the role's."""
        own = role.now.get("name")
        if isinstance(name, str) and isinstance(own, str):
            # Two accounts may have a role of one name each.
            return name == own and holder.provider == role.provider
        found = [other.address for other, _ in self._estate.follow(holder, attribute)]
        if found:
            if role.address not in found:
                return False
            if len(found) == 1:
                return True
        if name == own and isinstance(name, Symbol | Text):
            return True
        what = f"whether `{holder.address}` is for the role `{role.address}` isn't known"
        return Unknown(next(causes(name), Cause(what)))


def _names(holder: Instance, attribute: str) -> list[Value]:
    named = holder.now.get(attribute)
    return [name for name in (named if isinstance(named, list) else [named]) if name is not None]
