"""The world around one input: evidence, and the inputs that are given together with it. All joins are made here.

A bucket is joined by its name and a key by its ARN, which are nobody else's. An organization has no such name in a
trail, so two inputs share one only where something says so: the user, or an account that both know.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Protocol

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.buckets import Buckets
from orgtrail.organization.controls import Control
from orgtrail.organization.keys import Keys
from orgtrail.organization.policies import Policy
from orgtrail.organization.trails import Trail
from orgtrail.organization.trusted_access import TrustedAccess
from orgtrail.secrets import Secrets
from orgtrail.values import Cause, Unknown, Value

if TYPE_CHECKING:
    from orgtrail.evidence import Elsewhere
    from orgtrail.organization.roles import Roles
    from orgtrail.organization.topics import Topics


class Stack(Protocol):
    """One input by itself: what others see of it that are given together with it, and what finders look into."""

    @property
    def estate(self) -> Estate:
        """All that the input holds."""

    @property
    def accounts(self) -> Accounts:
        """Who is who in it."""

    @property
    def surroundings(self) -> "Surroundings":
        """What is around it."""

    @property
    def buckets(self) -> Buckets:
        """Its buckets, by what names them."""

    @property
    def keys(self) -> Keys:
        """Its keys, by what names them."""

    @property
    def topics(self) -> "Topics":
        """Its topics, by what names them."""

    @property
    def own_roles(self) -> "Roles":
        """Its roles, and none of another input."""

    @property
    def organization_trails(self) -> list[Trail]:
        """Its organization trails."""

    @property
    def controls(self) -> list[Control]:
        """Its SCPs and RCPs."""

    @property
    def trusted_access(self) -> list[TrustedAccess]:
        """What it says of trusted access."""


class Joined(msgspec.Struct, frozen=True):
    """A bucket or key that an input only names, as it is found around it.

    `instance` may be missing where only its policies are there. `held_by` is the other input that holds it; None for
    evidence. `beside` are all other inputs that may hold something of it, and `lost` are its policies there that go
    with what the same run of inputs replaces.
    """

    instance: Instance | None
    policies: list[Policy]
    held_by: Stack | None = None
    beside: tuple[Stack, ...] = ()
    lost: tuple[Instance, ...] = ()


class Surroundings:
    """Evidence of the world around an input (`elsewhere`; `seen` is the domain in it), and the inputs beside it."""

    def __init__(
        self, elsewhere: "Elsewhere | None" = None, seen: Stack | None = None, beside: Iterable[Stack] = ()
    ) -> None:
        self.elsewhere, self.seen, self.beside = elsewhere, seen, tuple(beside)

    @property
    def secrets(self) -> list[Secrets]:
        """What no report may print: what another input holds is as secret as what this one does."""
        return [other.estate.secrets for other in self.beside]

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """All that is around the input: evidence, and the inputs beside it."""
        return (self.seen, *self.beside) if self.seen else self.beside

    def shows(self, instance: Instance | None) -> bool:
        """Whether an instance isn't of any input, but of evidence."""
        return bool(instance and self.seen and self.seen.estate.holds(instance))

    def holder(self, instance: Instance) -> Stack | None:
        """What holds an instance that isn't of the input: evidence, or another input."""
        return self.seen if self.shows(instance) else self.other(instance)

    def other(self, instance: Instance) -> Stack | None:
        """The other input that holds an instance."""
        return next((one for one in self.beside if one.estate.holds(instance)), None)

    def called(self, instance: Instance) -> str:
        """What messages call an instance that may be of another input."""
        other = self.other(instance)
        return f"`{instance.address}`" + (f" in {other.estate.input.path}" if other else "")

    # The organization

    def organizers(self, accounts: Accounts) -> Sequence[Stack]:
        """The other inputs that hold the organization of an input that doesn't hold it itself."""
        if accounts.organizations:
            return ()
        holding = [
            other
            for other in self.beside
            if other.accounts.organizations and accounts.share_organization(other.accounts)
        ]
        found = {organization.now.get("id") for other in holding for organization in other.accounts.organizations}
        # Two organizations can't both be it.
        return holding if len({one for one in found if isinstance(one, str)}) < 2 else ()

    def organization_trails(self, accounts: Accounts) -> list[Trail]:
        """The organization trails of other inputs that belong to the organization of this one."""
        return [
            trail
            for other in self.beside
            if not other.accounts.organizations
            and other.organization_trails
            and accounts.share_organization(other.accounts)
            for trail in other.organization_trails
        ]

    # Buckets and keys

    def bucket(self, name: Value) -> Joined | None:
        """A bucket that the input only names: as evidence shows it, else as the one other input that holds it does."""
        # Only a name that is written out joins: names of buckets are unique in a partition, addresses aren't.
        if not isinstance(name, str):
            return None
        instance = self.seen.buckets.with_name(name) if self.seen else None
        if self.seen and instance:
            return Joined(instance, self._with_ground(self.seen.buckets.policies(instance, name)))
        held = [(other, found) for other in self.beside if (found := other.buckets.with_name(name))]
        # Two inputs may be one stack at two times, and which of them counts isn't known.
        instance, held_by = (held[0][1], held[0][0]) if len(held) == 1 else (None, None)
        around = self.around(name, held_by)
        policies, lost = self._policies_around(name, instance, around if len(held) < 2 else self.beside)
        if instance is None and not policies:
            return None
        return Joined(instance, policies, held_by, around, lost)

    def around(self, name: str, held_by: Stack | None = None) -> tuple[Stack, ...]:
        """The inputs that may hold something of a bucket: whoever holds that itself, and all that don't."""
        return tuple(other for other in self.beside if other is held_by or other.buckets.with_name(name) is None)

    def policies_of(self, name: Value) -> tuple[list[Policy], tuple[Instance, ...]]:
        """The policies that other inputs set for a bucket of this one, and those that go with it."""
        return self._policies_around(name, None, self.around(name)) if isinstance(name, str) else ([], ())

    def _policies_around(
        self, name: str, instance: Instance | None, around: Iterable[Stack]
    ) -> tuple[list[Policy], tuple[Instance, ...]]:
        setters: list[list[Policy]] = []
        lost: list[Instance] = []
        for other in around:
            found = instance if instance is not None and other.estate.holds(instance) else None
            policies = other.buckets.policies(found, name)
            own = [policy for policy in policies if found or policy.instance.now.get("bucket") == name]
            if own:
                path = other.estate.input.path
                for policy in own:
                    policy.grounds = (f"`{policy.address}` in {path}", *policy.grounds)
                setters.append(own)
            every = other.buckets.holders("aws_s3_bucket_policy").of(found, name)
            lost += [one for one in every if one.lost_with is not None]
        sure = [own for own in setters if not any(policy.is_perhaps for policy in own)]
        written = [own for own in sure if not only_shown(own)]
        setters = written or sure or setters
        return (_settled_between(setters, self) if len(setters) > 1 else [*chain(*setters)]), tuple(lost)

    def key(self, trail: Trail, accounts: Accounts) -> Joined | None:
        """The key that a trail only names."""
        name = trail.kms_key
        if not isinstance(name, str):
            return None
        instance = self.seen.keys.with_name(name) if self.seen else None
        if self.seen and instance:
            return Joined(instance, self._with_ground(self.seen.keys.policies(instance)))
        held = [(other, found) for other in self.beside if (found := other.keys.with_name(name))]
        if name.startswith("alias/"):
            # Every account has aliases of its own, so the name alone joins nothing.
            own = accounts.account_of(trail.instance)
            held = [
                (other, one) for other, one in held if isinstance(own, str) and other.accounts.account_of(one) == own
            ]
        around = self.without_key(name)
        return _only(
            [Joined(found, list(other.keys.policies(found)), other, (other, *around)) for other, found in held]
        )

    def topic(self, arn: Value) -> Instance | None:
        """The topic with an ARN: as evidence shows it, else as the one other input that holds it does."""
        if not isinstance(arn, str) or not arn.startswith("arn:"):
            return None
        found = self.seen.topics.called(arn) if self.seen else None
        held = [topic for other in self.beside if (topic := other.topics.called(arn))]
        return found or (held[0] if len(held) == 1 else None)

    def without_key(self, name: Value) -> tuple[Stack, ...]:
        """The inputs that may hold something of a key (a grant), but not the key."""
        if not isinstance(name, str):
            return ()
        return tuple(other for other in self.beside if other.keys.with_name(name) is None)

    def _with_ground(self, policies: Iterable[Policy]) -> list[Policy]:
        found = list(policies)
        for policy in found:
            policy.grounds = (f"evidence: {self.elsewhere.ground if self.elsewhere else ''}", *policy.grounds)
        return found


def only_shown(policies: Sequence[Policy]) -> bool:
    """Whether policies are only what an existing bucket shows, whoever set it."""
    return all(one.instance.type == "aws_s3_bucket" and one.is_unchanged for one in policies)


def _settled_between(setters: Sequence[Sequence[Policy]], surroundings: Surroundings) -> list[Policy]:
    """One policy in place of those that several inputs set: which of them is there in the end isn't known."""
    first, second = setters[0][0], setters[1][0]
    called = " and ".join(surroundings.called(one.instance) for one in (first, second))
    cause = Cause(f"{called} both set the policy of this bucket", "give only the one that is applied last")
    return [Policy(instance=first.instance, attribute=first.attribute, value=Unknown(cause), is_perhaps=True)]


def _only(held: list[Joined]) -> Joined | None:
    """The one that is held. Two inputs may be one stack at two times, and which of them counts isn't known."""
    if len(held) != 1:
        return None
    joined = held[0]
    for policy in joined.policies:
        path = joined.held_by.estate.input.path if joined.held_by else ""
        policy.grounds = (f"`{policy.address}` in {path}", *policy.grounds)
    return joined
