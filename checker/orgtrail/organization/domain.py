"""The domain that rules speak of, put together: accounts, trusted access, trails, log buckets and keys, policies."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from orgtrail.config import Settings
from orgtrail.estate import Estate, Instance
from orgtrail.iam import document
from orgtrail.iam.document import PolicyKind
from orgtrail.iam.guards import Guard
from orgtrail.iam.prove import Case
from orgtrail.iam.statements import NO_POLICY, PolicyDocument
from orgtrail.iam.steps import STEPS_OF_FIXES, STEPS_OF_INPUT, Steps
from orgtrail.iam.world import World
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.bucket_policies import BucketPolicies
from orgtrail.organization.buckets import Buckets
from orgtrail.organization.controls import Control, found_controls
from orgtrail.organization.delegated import DelegatedAdministrator, found_administrators
from orgtrail.organization.guards import guards_of, restricts_public
from orgtrail.organization.keys import Keys
from orgtrail.organization.log_buckets import LogBucket, found_log_buckets, own_trails
from orgtrail.organization.log_keys import LogKey, found_key_copies, found_log_keys
from orgtrail.organization.policies import Policy
from orgtrail.organization.surroundings import Stack, Surroundings
from orgtrail.organization.trails import Trail, found_trails
from orgtrail.organization.trusted_access import COMMAND_TYPES, TrustedAccess, found_trusted_access
from orgtrail.organization.world import world_for
from orgtrail.secrets import Secrets
from orgtrail.values import Symbol

if TYPE_CHECKING:
    from orgtrail.evidence import Elsewhere
    from orgtrail.organization.policy_commands import PolicyCommand
    from orgtrail.organization.roles import Roles
    from orgtrail.organization.topics import Topics


#: What copies the objects of a bucket into another one.
_COPIED_BY = (
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket.replication_configuration",
    "aws_datasync_task",
    "aws_kinesis_firehose_delivery_stream",
)


class Domain:
    """What an Estate says about the organization trail, what the user was sure of (`settings`), and what is around it.

    `elsewhere` is evidence of the world around the Estate. `beside` are the domains of the inputs given together with
    this one, which may hold the bucket that a trail of this one names.
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
        seen = Domain(elsewhere.estate, Settings()) if elsewhere else None
        self.surroundings = Surroundings(elsewhere, seen, beside)
        self.accounts = Accounts(estate, settings, self.surroundings)
        #: The work for all that is asked of the policy engine, and each policy's part of it.
        self.steps = Steps(STEPS_OF_INPUT)
        self._steps_of: dict[Instance | None, Steps] = {}
        #: The work for all fixes: what makes a policy right is looked for by asking again and again.
        self.mending = Steps(STEPS_OF_FIXES)
        self._cases: dict[Policy | None, Case] = {}
        self._worlds: dict[tuple[Instance | None, tuple[Trail, ...]], World] = {}
        # What the settings say and the input contradicts is an error whatever rules are asked, so it is looked at now.
        _ = self.accounts.organization_id, self.accounts.management_account
        if elsewhere and seen:
            from orgtrail.organization.contradictions import refuse_contradictions

            refuse_contradictions(estate, self.trusted_access, elsewhere, seen.trusted_access)

    # The input

    @property
    def is_live(self) -> bool:
        """Whether this is a living organization, which shows what no plan can: whether a trail really delivers."""
        return self.estate.input.kind == "live"

    @property
    def secrets(self) -> Secrets:
        """What no report may print."""
        return self.estate.secrets.beside(self.surroundings.secrets)

    def homes(self, logs: LogBucket | LogKey) -> tuple[Stack, ...]:
        """What may say something of a bucket or key: the input itself, and others that are given together with it."""
        return (self, *logs.beside)

    # Subjects

    @cached_property
    def trusted_access(self) -> list[TrustedAccess]:
        """Everything in the input that enables trusted access, or shows whether it is enabled."""
        seen = self.surroundings.seen.trusted_access if self.surroundings.seen else ()
        others = self.surroundings.organizers(self.accounts)
        told = [access for other in others for access in other.trusted_access]
        return list(found_trusted_access(self.estate, self.accounts, seen, told))

    @cached_property
    def trails(self) -> list[Trail]:
        """Every trail that exists when the plan is done."""
        return list(found_trails(self.estate))

    @cached_property
    def organization_trails(self) -> list[Trail]:
        """The trails that are, or may be, organization trails."""
        return [trail for trail in self.trails if trail.is_organization is not False]

    @cached_property
    def controls(self) -> list[Control]:
        """The service control policies and resource control policies."""
        return list(found_controls(self.estate))

    @cached_property
    def guards(self) -> tuple[Guard, ...]:
        """The SCPs and RCPs that are attached, as the policy engine takes them."""
        return guards_of(self)

    @cached_property
    def delegated_administrators(self) -> list[DelegatedAdministrator]:
        """The accounts that are, were or will be registered as CloudTrail's delegated administrators."""
        return list(found_administrators(self.estate))

    @cached_property
    def policy_commands(self) -> "list[PolicyCommand]":
        """The commands of provisioners that set a policy beside Terraform."""
        if not any(instance.provisioners for instance in self.estate.of_type(*COMMAND_TYPES)):
            return []
        from orgtrail.organization.policy_commands import found_policy_commands

        return found_policy_commands(self.estate)

    @cached_property
    def buckets(self) -> Buckets:
        """The buckets that stay, found by what names them."""
        return Buckets(self.estate)

    @cached_property
    def bucket_policies(self) -> BucketPolicies:
        """The bucket policies that may let CloudTrail write."""
        return BucketPolicies(self.estate)

    @cached_property
    def keys(self) -> Keys:
        """The keys that stay, found by what names them."""
        return Keys(self.estate, self.accounts)

    @cached_property
    def topics(self) -> "Topics":
        """The topics that stay, found by what names them."""
        from orgtrail.organization.topics import Topics

        return Topics(self.estate, self.accounts)

    @cached_property
    def own_roles(self) -> "Roles":
        """The IAM roles of this very input, and the policies of each."""
        from orgtrail.organization.roles import Roles

        return Roles(self.estate, self.accounts)

    @cached_property
    def roles(self) -> "Roles":
        """The IAM roles, those of inputs that are given together with this one, too."""
        from orgtrail.organization.roles import Roles

        around = [other.own_roles for other in self.surroundings.beside if other.estate.has("aws_iam_role")]
        return Roles(self.estate, self.accounts, around)

    @cached_property
    def log_buckets(self) -> list[LogBucket]:
        """The buckets that organization trails write to, then those whose policy lets CloudTrail put objects."""
        return found_log_buckets(
            self.bucket_policies, self.accounts, self.buckets, self.surroundings, self.organization_trails
        )

    @cached_property
    def copies(self) -> list[LogBucket]:
        """The buckets that logs are copied to, as far as they can be seen."""
        if not any(self.estate.has(kind) for kind in _COPIED_BY):
            return []
        from orgtrail.organization.copies import found_copies

        return found_copies(self, self.log_buckets)

    @cached_property
    def key_copies(self) -> list[LogKey]:
        """The keys that decrypt what a log key encrypted: multi-Region keys have replicas."""
        return found_key_copies(self.estate, self.keys, self.log_keys) if self.estate.has("aws_kms_replica_key") else []

    @cached_property
    def log_keys(self) -> list[LogKey]:
        """The KMS keys that organization trails encrypt with."""
        return found_log_keys(self.accounts, self.keys, self.surroundings, self.organization_trails)

    @cached_property
    def _bucket_of(self) -> dict[Trail, LogBucket]:
        return {trail: bucket for bucket in self.log_buckets for trail in bucket.trails}

    def owned_of(self, trail: Trail) -> Instance | None:
        """What says whose the bucket is that an organization trail writes to; None where there is none."""
        bucket = self._bucket_of.get(trail)
        return bucket.owned if bucket else None

    # The world, and what is asked in it

    def world(self, owned: Instance | None, trails: Iterable[Trail]) -> World:
        """The facts in which the policy engine is asked about the bucket or key that `owned` makes."""
        asked = owned, tuple(trails)
        if asked not in self._worlds:
            self._worlds[asked] = world_for(self.accounts, *asked, self.guards)
        return self._worlds[asked]

    def world_of(self, logs: LogBucket | LogKey) -> World:
        """The facts in which the policy engine is asked about a log bucket or key, seen or only named."""
        if isinstance(logs, LogBucket) and logs.copy_of is not None:
            world = self._world_of_copy(logs, logs.copy_of)
        else:
            world = self.world(logs.owned, logs.trails)
        if isinstance(logs, LogKey):
            return world
        more: dict[str, Any] = {}
        if restricts := restricts_public(self, logs):
            more["restricts_public"] = restricts
        if not logs.trails and logs.copy_of is None:
            more["own_trails"] = tuple(own_trails(self, logs, self.trails))
            more["one_account"] = self.settings.one_account is True
        return msgspec.structs.replace(world, **more) if any(more.values()) else world

    def _world_of_copy(self, copy: LogBucket, source: LogBucket) -> World:
        """The world of a copy's source in its own account: whoever owns the source may read the copy."""
        world = self.world_of(source)
        maker = self.accounts.account_of(copy.instance or copy.policies[0].instance)
        account = self.accounts.name_as_told(source.owned, maker)
        if account == world.owner_account or not isinstance(account, str | Symbol):
            return world
        trusted = tuple(dict.fromkeys((*world.trusted_accounts, world.owner_account)))
        return msgspec.structs.replace(world, owner_account=account, trusted_accounts=trusted)

    def case(self, policy: Policy | None, kind: PolicyKind, world: World) -> Case:
        """A policy as the engine takes it (None: there is none). All rules ask the same case, and share its work."""
        if policy not in self._cases:
            parsed = self.read(policy, kind) if policy else NO_POLICY
            self._cases[policy] = self.ask(parsed, world, of=policy.instance if policy else None)
        return self._cases[policy].in_world(world)

    def has_taken(self, policy: Policy) -> bool:
        """Whether AWS has a policy already, as it is: what AWS has taken, it doesn't refuse."""
        return policy.is_unchanged and self.estate.input.kind != "policy"

    def read(self, policy: Policy, kind: PolicyKind) -> PolicyDocument:
        """The policy of a bucket or key, with all that AWS refuses of it."""
        parsed = document.parse(policy.value, kind)
        if self.has_taken(policy) or not parsed.statements:
            return parsed
        from orgtrail.iam.validity import refusals, refused_setter

        refused = (
            *refused_setter(policy.set_by, policy.owner),
            *refusals(parsed, kind, policy.bucket, self.accounts.partition),
        )
        return msgspec.structs.replace(parsed, problems=(*parsed.problems, *refused)) if refused else parsed

    def ask(
        self, policy: PolicyDocument, world: World, old: PolicyDocument | None = None, *, of: Instance | None
    ) -> Case:
        """The door to the policy engine: a policy (as a change of `old`) to be asked about, within the input's bound.

        `of` is the resource whose policy it is, however it was cut or joined: it has one floor for all of them.
        """
        if of not in self._steps_of:
            self._steps_of[of] = self.steps.for_policy()
        return Case(policy, world, self._steps_of[of], old)
