"""Who is who, and who acts: the organization, its accounts, and the account and region behind a provider."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Protocol

from orgtrail.arn import account_in
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate, Instance
from orgtrail.provider.identity import MANAGEMENT_ACCOUNT, ORGANIZATION_ID, configured_account, partition_of
from orgtrail.values import Symbol, Text, Value, show, with_symbol

if TYPE_CHECKING:
    from orgtrail.evidence import Elsewhere

#: What a provider reads by a name that means something in its own account only, so that an ARN in the state shows which
#: account that is. The first few of each are looked at; there may be thousands.
_READ_BY_NAME = ("aws_iam_role", "aws_cloudwatch_log_group", "aws_kms_key")
_FEW = 20

#: What of an input names the partition, where its providers don't: the resources that the rules are about.
_WITH_ARNS = (
    "aws_s3_bucket_policy",
    "aws_s3_bucket",
    "aws_cloudtrail",
    "aws_kms_key",
    "aws_organizations_organization",
)
_PARTITION = r"\barn:(aws[a-z-]*):(?:s3:|cloudtrail:|kms:|organizations:)"


class WithAccounts(Protocol):
    """Another input, or evidence, that says something of accounts."""

    @property
    def accounts(self) -> "Accounts":
        """What it says of them."""


class Around(Protocol):
    """What accounts are to know of the world around their input."""

    @property
    def elsewhere(self) -> "Elsewhere | None":
        """Evidence of it."""

    @property
    def seen(self) -> WithAccounts | None:
        """The same, as a domain of its own."""

    def holder(self, instance: Instance) -> WithAccounts | None:
        """What holds an instance that isn't of the input."""

    def organizers(self, accounts: "Accounts") -> Sequence[WithAccounts]:
        """The other inputs that hold the organization of an input that doesn't hold it itself."""


def _lists_all(organization: Instance) -> bool:
    """Whether the provider lists every account of an organization."""
    listed = organization.now.get("non_master_accounts")
    return isinstance(listed, list) and all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in listed)


class Accounts:
    """The accounts of an input, as it shows them, as the user told, and as the world around it does."""

    def __init__(self, estate: Estate, settings: Settings, around: Around) -> None:
        self.estate, self.settings, self._around = estate, settings, around
        self._regions: dict[str, str | Symbol] = {}

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
            account = self.of_providers.get(organization.provider)
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
        seen, elsewhere = self._around.seen, self._around.elsewhere
        if seen and elsewhere and isinstance(shown := getattr(seen.accounts, option), str):
            known = [*known, (elsewhere.name, shown)]
            fresh = fresh if elsewhere.is_stale else known
        for (speaker, one), (other, another) in pairwise(known):
            if one != another:
                raise InputError(
                    speaker,
                    f"{one} contradicts {another}, which {other} holds",
                    hint="leave the option out, or give the input of the other organization",
                )
        if fresh:
            return fresh[-1][1]
        others = (getattr(other, option) for other in self._organizers)
        return next((shown for shown in others if isinstance(shown, str)), unknown)

    @cached_property
    def _organizers(self) -> "list[Accounts]":
        return [other.accounts for other in self._around.organizers(self)]

    @cached_property
    def members(self) -> tuple[str | Symbol, ...]:
        """The ids of member accounts that the input names, and those that evidence or another input shows.

        An account that the plan makes has a symbol for its id: it is nobody's yet.
        """
        seen = self._around.seen.accounts.members if self._around.seen else ()
        others = [one for other in self._organizers for one in other.members if isinstance(one, str)]
        made = [account.now.get("id") for account in self._resources if account.is_made]
        new = [one for one in made if isinstance(one, Symbol)] if self.estate.shows_before else []
        return tuple(dict.fromkeys((*self._own_members, *seen, *others, *new)))

    @cached_property
    def members_are_all(self) -> bool:
        """Whether the members that are shown are all that the organization has: its own list, or fresh evidence's."""
        seen, elsewhere = self._around.seen, self._around.elsewhere
        if seen and elsewhere and not elsewhere.is_stale and seen.accounts.members_are_all:
            return True
        return any(_lists_all(organization) for organization in self.organizations)

    @property
    def _resources(self) -> Iterable[Instance]:
        return self.estate.of_type("aws_organizations_account")

    @cached_property
    def _own_members(self) -> tuple[str, ...]:
        """The ids of member accounts that the input itself names."""
        found: list[Value] = [account.now.get("id") for account in self._resources]
        for organization in self.organizations:
            listed = organization.now.get("non_master_accounts")
            if isinstance(listed, list):
                found += [account.get("id") for account in listed if isinstance(account, dict)]
        return tuple(account for account in found if isinstance(account, str))

    @cached_property
    def ids_to_be_made(self) -> tuple[Symbol, ...]:
        """The ids that AWS is still to make up for what the plan makes: nobody has written one of them down."""
        if not self.estate.shows_before or not isinstance(self.organization_id, Symbol):
            return ()
        organizations = self.estate.of_type("aws_organizations_organization")
        return (self.organization_id,) if any(one.is_made for one in organizations) else ()

    @cached_property
    def of_organization(self) -> frozenset[str]:
        """The accounts of the organization that the input holds."""
        found: set[Value] = {organization.now.get("master_account_id") for organization in self.organizations}
        if self.organizations:
            # One that is still to be made has no id yet, but whoever makes it is its management account.
            found.add(self.management_account)
        return frozenset(account for account in (*found, *self._own_members) if isinstance(account, str))

    @cached_property
    def of_trails(self) -> frozenset[str]:
        """The accounts in which the input's trails are made."""
        providers = {trail.provider for trail in self.estate.of_type("aws_cloudtrail")}
        return frozenset(account for provider, account in self.of_providers.items() if provider in providers)

    def share_organization(self, other: "Accounts") -> bool:
        """Whether two inputs surely belong to the same organization."""
        if self.settings.organization_id is not None or self.settings.management_account is not None:
            # What the user tells is told of all inputs; one that contradicts it is refused.
            return True
        return not (
            self.of_trails.isdisjoint(other.of_organization) and other.of_trails.isdisjoint(self.of_organization)
        )

    # Who acts

    @cached_property
    def of_providers(self) -> dict[str, str]:
        """The account behind each provider configuration that the input shows one for."""
        found: dict[str, str] = {}
        for identity in self.estate.of_type("aws_caller_identity", mode="data"):
            account = identity.now.get("account_id")
            if isinstance(account, str):
                found[identity.provider] = account
        for organization in self.estate.of_type("aws_organizations_organization"):
            account = organization.now.get("master_account_id")
            if isinstance(account, str):
                found.setdefault(organization.provider, account)
        for key, settings in self.estate.providers.items():
            account = configured_account(settings)
            if account:
                found.setdefault(key, account)
        return {**self._shown_by_state(), **found}

    def _shown_by_state(self) -> dict[str, str]:
        """The account behind each provider configuration that holds something already, by the ARN of that."""
        shown: dict[str, set[str]] = {}
        for kind in _READ_BY_NAME if self.estate.shows_before else ():
            for instance in islice(self.estate.passing(kind), _FEW):
                owner = _owner(instance.before and instance.before.get("arn"))
                if owner:
                    shown.setdefault(instance.provider, set()).add(owner)
        return {provider: owners.pop() for provider, owners in shown.items() if len(owners) == 1}

    def account_of(self, instance: Instance) -> str | Symbol:
        """The account that an instance's provider acts in; a symbol where the input doesn't show it."""
        other = self._around.holder(instance)
        if other is not None:
            return other.accounts.account_of(instance)
        if not instance.provider:
            # A state doesn't say which provider configuration made what; an ARN says whose it is.
            whose = Symbol(f"the account that holds {instance.address}", "account-id")
            return _owner(instance.now.get("arn")) or whose
        seen = self.of_providers.get(instance.provider)
        if seen:
            return seen
        # Only the management account can hold the organization as a managed resource.
        if any(org.provider == instance.provider for org in self.estate.of_type("aws_organizations_organization")):
            return self.management_account
        return Symbol(f"the account of provider {instance.provider or 'aws'}", "account-id")

    def region_of(self, instance: Instance) -> str | Symbol:
        """The region that an instance is in: its own, else its provider's; a symbol where the input doesn't show it.

        Since version 6 of the provider a resource may set its region, and shows it.
        Source: Terraform Registry, hashicorp/aws, "Enhanced Region Support".
        """
        other = self._around.holder(instance)
        if other is not None:
            return other.accounts.region_of(instance)
        own = (instance.now or instance.before or {}).get("region")
        if isinstance(own, str | Symbol) and own != "":
            return own
        if own and self.estate.configures(instance, "region"):
            return Symbol(f"{instance.address}.region", "region")
        if instance.provider not in self._regions:
            self._regions[instance.provider] = self._region(instance.provider)
        return self._regions[instance.provider]

    def _region(self, provider: str) -> str | Symbol:
        region = self.estate.providers.get(provider, {}).get("region")
        if isinstance(region, str) and region:
            return region
        for data in self.estate.of_type("aws_region", mode="data"):
            name = data.now.get("name") or data.now.get("region")
            if data.provider == provider and isinstance(name, str):
                return name
        return Symbol(f"the region of provider {provider or 'aws'}", "region")

    @cached_property
    def partition(self) -> str:
        """The AWS partition: as a provider's region says, else as an ARN in the input does, else `aws`."""
        regions = (settings.get("region") for settings in self.estate.providers.values())
        found = [partition_of(region) for region in regions if isinstance(region, str)]
        if not found:
            # The region may come from the environment; a state and a bare policy show no provider at all.
            shown = (value for one in self.estate.of_type(*_WITH_ARNS) for value in map(one.now.get, ("arn", "policy")))
            named = (re.search(_PARTITION, show(value)) for value in shown if isinstance(value, str | Text))
            found = [match.group(1) for match in named if match]
        return next((partition for partition in found if partition != "aws"), "aws")

    # Whose the logs are

    def owner_of(self, owned: Instance | None) -> str | Symbol:
        """The account that owns a bucket or key: as the input shows it, else as the user told.

        Raises InputError where the two contradict each other; a key may well be another account's than the bucket.
        """
        told = self.settings.archive_account
        found = self.account_of(owned) if owned and self.estate.input.kind != "policy" else None
        of_bucket = owned is not None and not owned.type.startswith("aws_kms")
        if isinstance(found, str) and told is not None and found != told and of_bucket:
            raise InputError(
                "--archive-account",
                f"{told} contradicts {found}, the account that makes `{owned.address if owned else ''}`"
                f" in {self.estate.input.path}",
                hint="leave the option out, or give the account that owns the log bucket",
            )
        if isinstance(found, str):
            return found
        return told or found or Symbol("the account that owns the log bucket", "account-id")

    def as_told(self, owned: Instance | None, value: Value) -> Value:
        """`value` with the account of the logs' owner spelled, where the input leaves it open and the user told it.

        What is compared with the owner's account, or with an ARN of it, has to say it as the question does.
        """
        found, told = self.account_of(owned) if owned else None, self.settings.archive_account
        return with_symbol(value, found, told) if isinstance(found, Symbol) and told else value

    def name_as_told(self, owned: Instance | None, name: str | Symbol | Text) -> str | Symbol | Text:
        """The same for an ARN, or an account."""
        made = self.as_told(owned, name)
        return made if isinstance(made, str | Symbol | Text) else name


def _owner(arn: Value) -> str:
    """The account in an ARN; empty where there is none."""
    account = account_in(arn)
    return account if isinstance(account, str) else ""
