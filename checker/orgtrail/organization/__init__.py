"""The domain that rules speak of, found in an Estate: organization, trusted access, trails, log buckets, policies."""

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate, Instance
from orgtrail.iam import document
from orgtrail.iam.document import PolicyKind
from orgtrail.iam.prove import Case
from orgtrail.iam.statements import NO_POLICY, PolicyDocument
from orgtrail.iam.steps import STEPS_OF_FIXES, STEPS_OF_INPUT, Steps
from orgtrail.iam.world import World
from orgtrail.organization import accounts, neighbours
from orgtrail.organization.controls import Control, found_controls
from orgtrail.organization.delegated import DelegatedAdministrator, found_administrators
from orgtrail.organization.log_buckets import Buckets, LogBucket, found_log_buckets
from orgtrail.organization.log_keys import Keys, LogKey, found_log_keys
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.organization.trails import Trail, found_trails
from orgtrail.organization.trusted_access import CLOUDTRAIL, TrustedAccess, found_trusted_access
from orgtrail.organization.world import world_for
from orgtrail.provider.identity import MANAGEMENT_ACCOUNT, ORGANIZATION_ID, partition_of
from orgtrail.values import Symbol, Text, Value, show

if TYPE_CHECKING:
    from orgtrail.evidence import Elsewhere
    from orgtrail.organization.topics import Topics

__all__ = ["CLOUDTRAIL", "Domain", "LogBucket", "LogKey", "Policy", "Trail", "TrustedAccess"]


#: What of an input names the partition, where its providers don't: the resources that the rules are about.
_WITH_ARNS = (
    "aws_s3_bucket_policy",
    "aws_s3_bucket",
    "aws_cloudtrail",
    "aws_kms_key",
    "aws_organizations_organization",
)
_PARTITION = re.compile(r"\barn:(aws[a-z-]*):(?:s3:|cloudtrail:|kms:|organizations:)")


class Domain:
    """What an Estate says about the organization trail, what the user was sure of (`settings`), and what was seen.

    `elsewhere` is evidence of the world around the Estate; `seen` is the domain found in it. `beside` are the domains
    of the inputs given together with this one, which may hold the bucket that a trail of this one names.
    """

    def __init__(
        self,
        estate: Estate,
        settings: Settings,
        elsewhere: "Elsewhere | None" = None,
        beside: "Iterable[Domain]" = (),
    ) -> None:
        self.estate = estate
        self.settings = settings
        self.elsewhere = elsewhere
        self.beside = tuple(beside)
        self._cases: dict[int, tuple[Policy | None, Case]] = {}
        self._worlds: dict[tuple[int, int], tuple[Instance | None, list[Trail], World]] = {}
        #: The work for all that is asked of the policy engine, and each policy's part of it.
        self.steps = Steps(STEPS_OF_INPUT)
        self._steps_of: dict[int, tuple[Instance | None, Steps]] = {}
        #: The work for all fixes: what makes a policy right is looked for by asking again and again.
        self.mending = Steps(STEPS_OF_FIXES)
        self.seen = Domain(elsewhere.estate, Settings()) if elsewhere else None
        # What the settings say and the input contradicts is an error whatever rules are asked, so it is looked at now.
        _ = self.organization_id, self.management_account
        if self.elsewhere:
            from orgtrail.organization.contradictions import refuse_contradictions

            refuse_contradictions(self)

    # The organization

    @cached_property
    def organizations(self) -> list[Instance]:
        """The organization as a resource, then as a data source."""
        kind = "aws_organizations_organization"
        return [found for found in (*self.estate.of_type(kind), *self.estate.of_type(kind, mode="data")) if found.now]

    @cached_property
    def organization_id(self) -> str | Symbol:
        """The organization's id, or the symbol for it."""
        return self._fact("organization_id", "id", ORGANIZATION_ID)

    @cached_property
    def management_account(self) -> str | Symbol:
        """The management account's id, or the symbol for it."""
        told = self._fact("management_account", "master_account_id", MANAGEMENT_ACCOUNT)
        if isinstance(told, str):
            return told
        # Only the management account can hold the organization as a managed resource.
        for organization in self.estate.of_type("aws_organizations_organization"):
            account = self.seen_accounts.get(organization.provider)
            if account:
                return account
        return told

    def _fact(self, option: str, attribute: str, unknown: Symbol) -> str | Symbol:
        """An id that the input holds, or evidence does, or the user told: all who know it must agree."""
        told: str | None = getattr(self.settings, option)
        known = [(f"--{option.replace('_', '-')}", told)] if told is not None else []
        for organization in self.organizations:
            found = organization.now.get(attribute)
            if isinstance(found, str) and found:
                known.append((f"`{organization.address}` in {self.estate.input.path}", found))
                break
        # Stale evidence may still be of another organization; what it says is used for nothing else.
        fresh = known
        if self.seen and self.elsewhere and isinstance(shown := getattr(self.seen, option), str):
            known = [*known, (self.elsewhere.name, shown)]
            fresh = fresh if self.elsewhere.is_stale else known
        for (speaker, one), (other, another) in pairwise(known):
            if one != another:
                raise InputError(
                    speaker,
                    f"{one} contradicts {another}, which {other} holds",
                    hint="leave the option out, or give the input of the other organization",
                )
        if fresh:
            return fresh[-1][1]
        beside = (getattr(other, option) for other in self.organizers)
        return next((shown for shown in beside if isinstance(shown, str)), unknown)

    @cached_property
    def organizers(self) -> "list[Domain]":
        """The other inputs that hold the organization of this one, where this one doesn't."""
        return neighbours.organizers(self)

    @property
    def holds_for_others(self) -> frozenset[str]:
        """What inputs given together with this one may join it by."""
        return frozenset(neighbours.holds(self))

    @property
    def wants_of_others(self) -> frozenset[str]:
        """What this input lacks that another may hold."""
        return frozenset(neighbours.wants(self))

    def called(self, instance: Instance) -> str:
        """What messages call an instance that may be of another input."""
        return neighbours.called(self, instance)

    @cached_property
    def member_accounts(self) -> tuple[str | Symbol, ...]:
        """The ids of member accounts that the input names, and those that evidence or another input shows.

        An account that the plan makes has a symbol for its id: it is nobody's yet.
        """
        seen = self.seen.member_accounts if self.seen else ()
        beside = [one for other in self.organizers for one in other.member_accounts if isinstance(one, str)]
        made = [account.now.get("id") for account in self._account_resources if account.is_made]
        new = [one for one in made if isinstance(one, Symbol)] if self.estate.shows_before else []
        return tuple(dict.fromkeys((*self.own_member_accounts, *seen, *beside, *new)))

    @property
    def _account_resources(self) -> Iterable[Instance]:
        return self.estate.of_type("aws_organizations_account")

    @cached_property
    def own_member_accounts(self) -> tuple[str, ...]:
        """The ids of member accounts that the input itself names."""
        found: list[Value] = [account.now.get("id") for account in self._account_resources]
        for organization in self.organizations:
            listed = organization.now.get("non_master_accounts")
            if isinstance(listed, list):
                found += [account.get("id") for account in listed if isinstance(account, dict)]
        return tuple(account for account in found if isinstance(account, str))

    # Accounts

    @cached_property
    def seen_accounts(self) -> dict[str, str]:
        """The account behind each provider configuration that the input shows one for."""
        return accounts.seen_accounts(self)

    @property
    def secrets(self) -> set[str]:
        """What no report may print: what another input holds is as secret as what this one does."""
        return self.estate.secrets.union(*(other.estate.secrets for other in self.beside))

    @property
    def is_live(self) -> bool:
        """Whether this is a living organization, which shows what no plan can: whether a trail really delivers."""
        return self.estate.input.kind == "live"

    def is_elsewhere(self, instance: Instance | None) -> bool:
        """Whether an instance isn't of the input, but was seen outside it."""
        return bool(instance and self.seen and self.seen.estate.instance(instance.address) is instance)

    def beside_of(self, instance: Instance | None) -> "Domain | None":
        """The domain of another input, given together with this one, that holds an instance."""
        return next((other for other in self.beside if instance and other.holds(instance)), None)

    def holds(self, instance: Instance) -> bool:
        """Whether an instance is of this very input; others may have one at the same address."""
        return self.estate.instance(instance.address) is instance

    def account_of(self, instance: Instance) -> str | Symbol:
        """The account that an instance's provider acts in; a symbol where the input doesn't show it."""
        return accounts.account_of(self, instance)

    def region_of(self, instance: Instance) -> str | Symbol:
        """The region that an instance's provider acts in; a symbol where the input doesn't show it."""
        return accounts.region_of(self, instance)

    @cached_property
    def partition(self) -> str:
        """The AWS partition: as a provider's region says, else as an ARN in the input does, else `aws`."""
        regions = (settings.get("region") for settings in self.estate.providers.values())
        found = [partition_of(region) for region in regions if isinstance(region, str)]
        if not found:
            # The region may come from the environment; a state and a bare policy show no provider at all.
            shown = (value for one in self.estate.of_type(*_WITH_ARNS) for value in map(one.now.get, ("arn", "policy")))
            named = (_PARTITION.search(show(value)) for value in shown if isinstance(value, str | Text))
            found = [match.group(1) for match in named if match]
        return next((partition for partition in found if partition != "aws"), "aws")

    # What is looked at

    @cached_property
    def trusted_access(self) -> list[TrustedAccess]:
        """Everything in the input that enables trusted access, or shows whether it is enabled."""
        return list(found_trusted_access(self))

    @cached_property
    def trails(self) -> list[Trail]:
        """Every trail that exists when the plan is done."""
        return list(found_trails(self))

    @cached_property
    def organization_trails(self) -> list[Trail]:
        """The trails that are, or may be, organization trails."""
        return [trail for trail in self.trails if trail.is_organization is not False]

    @cached_property
    def organization_trails_beside(self) -> list[Trail]:
        """The organization trails of other inputs that belong to the organization of this one."""
        return neighbours.organization_trails_beside(self)

    @cached_property
    def controls(self) -> list[Control]:
        """The service control policies and resource control policies."""
        return list(found_controls(self))

    @cached_property
    def delegated_administrators(self) -> list[DelegatedAdministrator]:
        """The accounts that are, were or will be registered as CloudTrail's delegated administrators."""
        return list(found_administrators(self))

    @cached_property
    def buckets(self) -> Buckets:
        """The buckets that stay, found by what names them."""
        return Buckets(self.estate)

    @cached_property
    def keys(self) -> Keys:
        """The keys that stay, found by what names them."""
        return Keys(self.estate)

    @cached_property
    def topics(self) -> "Topics":
        """The topics that stay, found by what names them."""
        from orgtrail.organization.topics import Topics

        return Topics(self)

    @cached_property
    def log_buckets(self) -> list[LogBucket]:
        """The buckets that organization trails write to, then those whose policy lets CloudTrail put objects."""
        return found_log_buckets(self)

    def owned_of(self, trail: Trail) -> Instance | None:
        """What says whose the bucket is that an organization trail writes to; None where there is none."""
        bucket = self.bucket_of(trail)
        return bucket.owned if bucket else None

    def bucket_of(self, trail: Trail) -> LogBucket | None:
        """The log bucket that an organization trail writes to."""
        return self._buckets_of_trails.get(id(trail))

    @cached_property
    def _buckets_of_trails(self) -> dict[int, LogBucket]:
        return {id(trail): bucket for bucket in self.log_buckets for trail in bucket.trails}

    @cached_property
    def log_keys(self) -> list[LogKey]:
        """The KMS keys that organization trails encrypt with."""
        return found_log_keys(self)

    def policy(self, holder: Instance, attribute: str) -> Policy:
        """The policy in an attribute of a resource, put together from policy documents where it is still unknown."""
        return policy_in(self, holder, attribute)

    def world(self, owned: Instance | None, trails: list[Trail]) -> World:
        """The facts in which the policy engine is asked about the bucket or key that `owned` makes."""
        asked = id(owned), id(trails)
        if asked not in self._worlds:
            # Both are kept, so that nothing else can get their ids.
            self._worlds[asked] = owned, trails, world_for(self, owned, trails)
        return self._worlds[asked][2]

    def world_of(self, logs: LogBucket | LogKey) -> World:
        """The facts in which the policy engine is asked about a log bucket or key, seen or only named."""
        return self.world(logs.instance or logs.holder, logs.trails)

    def case(self, policy: Policy | None, kind: PolicyKind, world: World) -> Case:
        """A policy as the engine takes it (None: there is none). All rules ask the same case, and share its work."""
        known = self._cases.get(id(policy))
        if known is None:
            # The policy is kept, so that nothing else can get its id.
            parsed = document.parse(policy.value, kind) if policy else NO_POLICY
            known = policy, self.ask(parsed, world, of=policy.instance if policy else None)
            self._cases[id(policy)] = known
        return known[1].in_world(world)

    def ask(
        self, policy: PolicyDocument, world: World, old: PolicyDocument | None = None, *, of: Instance | None
    ) -> Case:
        """The door to the policy engine: a policy (as a change of `old`) to be asked about, within the input's bound.

        `of` is the resource whose policy it is, however it was cut or joined: it has one floor for all of them.
        """
        if id(of) not in self._steps_of:
            # The resource is kept, so that nothing else can get its id.
            self._steps_of[id(of)] = of, self.steps.for_policy()
        return Case(policy, world, self._steps_of[id(of)][1], old)
