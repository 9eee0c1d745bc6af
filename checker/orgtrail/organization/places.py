"""Where accounts stand in the organization: below its root, in organizational units.

Source: AWS Organizations User Guide, "AWS Organizations terminology and concepts".
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from orgtrail.estate import Estate, Instance
from orgtrail.values import Symbol, Text, Unknown, Value, is_fixed

if TYPE_CHECKING:
    from orgtrail.iam.statements import Words

#: Shapes of ids (Organizations API Reference, "AttachPolicy", TargetId).
_ROOT = re.compile(r"r-[0-9a-z]{4,32}")
_UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
_ACCOUNT = re.compile(r"[0-9]{12}")
#: A hostile plan may nest units in a circle; AWS allows five levels.
_DEEPEST = 12

#: The data sources that list the accounts below a unit or root: the name of the list.
_LISTS = {
    "aws_organizations_organizational_unit_child_accounts": "accounts",
    "aws_organizations_organizational_unit_descendant_accounts": "accounts",
}


class Below(NamedTuple):
    """The accounts below one place. None for `bound`: all of the organization; None for `free`: all others."""

    bound: "tuple[Words, ...] | None"
    free: "tuple[Words, ...] | None"


def is_root(target: Value) -> bool:
    """Whether an id is that of a root; an organization has one."""
    if isinstance(target, Symbol):
        return target.kind == "root-id"
    return isinstance(target, str) and _ROOT.fullmatch(target) is not None


class Places:
    """The units and accounts of an input, by what they stand below."""

    def __init__(self, estate: Estate) -> None:
        self._units: dict[object, Value] = {}
        self._accounts: dict[object, tuple[Words, list[Value]]] = {}
        for unit in estate.of_type("aws_organizations_organizational_unit"):
            if unit.stays:
                self._units[_key(named_id(unit))] = followed(estate, unit, "parent_id")
        for account in estate.of_type("aws_organizations_account"):
            own = named_id(account)
            if account.stays and isinstance(own, str | Symbol):
                self._add(own, followed(estate, account, "parent_id"))
        for kind, name in _LISTS.items():
            for data in estate.of_type(kind, mode="data"):
                listed = data.now.get(name)
                for one in listed if isinstance(listed, list) else ():
                    own = one.get("id") if isinstance(one, dict) else None
                    if isinstance(own, str):
                        self._add(own, data.now.get("parent_id"))

    def _add(self, account: "Words", parent: Value) -> None:
        self._accounts.setdefault(_key(account), (account, []))[1].append(parent)

    def below(self, target: Value) -> Below:
        """The accounts below a root, a unit or (itself) an account."""
        if is_root(target):
            return Below(None, None)
        if isinstance(target, str) and _ACCOUNT.fullmatch(target):
            return Below((target,), None)
        known = self._accounts.get(_key(target))
        if known is not None:
            return Below((known[0],), None)
        bound, free = [], []
        for account, parents in self._accounts.values():
            chains = [self._chain(parent) for parent in parents]
            if any(_key(target) in map(_key, chain) for chain in chains):
                bound.append(account)
            elif any(is_root(chain[-1]) and self._differ(target, chain) for chain in chains):
                free.append(account)
        return Below(tuple(bound), tuple(free))

    def _differ(self, target: Value, chain: list[Value]) -> bool:
        """Whether ids that aren't written alike can't be the same: spelled out, or of units that are managed here."""
        if isinstance(target, str) and all(isinstance(one, str) for one in chain):
            return True
        return _key(target) in self._units and all(_key(one) in self._units or is_root(one) for one in chain)

    def _chain(self, place: Value) -> list[Value]:
        """A place and all above it, as far as the input shows."""
        chain = [place]
        while len(chain) < _DEEPEST and _key(chain[-1]) in self._units:
            chain.append(self._units[_key(chain[-1])])
        return chain

    def is_place(self, target: Value) -> bool:
        """Whether an id is known to be that of something a policy can be attached to."""
        if is_root(target) or _key(target) in self._units or _key(target) in self._accounts:
            return True
        return isinstance(target, str) and bool(_UNIT.fullmatch(target) or _ACCOUNT.fullmatch(target))


def named_id(instance: Instance) -> Value:
    """An instance's id; the symbol for it where it isn't there yet."""
    own = instance.now.get("id")
    return own if is_fixed(own) else Symbol(f"{instance.address}.id")


def followed(estate: Estate, instance: Instance, attribute: str) -> Value:
    """An id that an attribute names: as it is known, or as that of the one thing that it refers to."""
    value = instance.now.get(attribute)
    if not isinstance(value, Unknown):
        return value
    found = [other for other, read in estate.follow(instance, attribute) if read in ("id", "roots")]
    if len(found) != 1:
        return value
    if found[0].type == "aws_organizations_organization":
        return Symbol(f"{found[0].address}.roots", "root-id")
    return named_id(found[0])


def _key(value: Value) -> object:
    return value if isinstance(value, str | Symbol) else repr(value) if isinstance(value, Text) else (repr(value),)
