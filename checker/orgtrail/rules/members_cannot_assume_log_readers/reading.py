"""What a role may read of one log bucket, by its own policies and the bucket's."""

from functools import cached_property
from typing import Protocol

import msgspec

from orgtrail.iam import document
from orgtrail.iam.actions import group
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.iam.reach import may_allow
from orgtrail.iam.statements import PolicyDocument, cut_name
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.organization.roles import Permissions, Role
from orgtrail.rules.members_cannot_assume_log_readers.role_chains import only
from orgtrail.rules.shared.documents import joined
from orgtrail.rules.shared.policies import out_of_sight
from orgtrail.values import Cause, Value

_READING = (*group("read"), *group("list"))
_SERVICES = frozenset(cut_name(action)[0] for action in _READING)
BLIND = Outcome("proved", because=("no policy of the role, nor the bucket's, lets it read or list them",))


class Parsed(Protocol):
    """Parses policies that name no principal (`Resource="*"`: that name no resource), each text once."""

    def __call__(self, value: Value, **more: Value) -> PolicyDocument:
        """The policy."""


def parsing() -> Parsed:
    """What parses the policies of roles: thousands of roles mostly trust in the same words."""
    known: dict[tuple[str, bool], PolicyDocument] = {}

    def parsed(value: Value, **more: Value) -> PolicyDocument:
        if not isinstance(value, str):
            return document.parse(document.for_everybody(value, **more))
        memo = value, bool(more)
        if memo not in known:
            known[memo] = document.parse(document.for_everybody(value, **more))
        return known[memo]

    return parsed


class RoleReading:
    """What roles may read of a log bucket. There may be thousands, whose policies mostly say the same as others'."""

    def __init__(self, domain: Domain, bucket: LogBucket, parsed: "Parsed") -> None:
        self._domain, self._bucket, self._parsed = domain, bucket, parsed
        self._arn = bucket_arn(domain.accounts, bucket)

    @cached_property
    def _shared(self) -> PolicyDocument:
        """The bucket's policy."""
        policies = self._bucket.policies
        return document.parse(self._told(policies[0].value) if policies else None)

    @cached_property
    def _is_for_services(self) -> bool:
        return not self._shared.problems and services_only(self._shared)

    def _told(self, value: Value) -> Value:
        return self._domain.accounts.as_told(self._bucket.owned, value)

    def trusting(self, trust: Value) -> PolicyDocument:
        """A role's trust policy. It has no resource: it is about the role that it belongs to."""
        return self._parsed(self._told(trust), Resource="*")

    def _own(self, held: Permissions) -> PolicyDocument:
        """All that a role's policies say, as one document for everybody."""
        return joined([self._parsed(self._told(one.document)) for one in held.policies])

    def is_blind(self, role: Role) -> bool:
        """Whether a look at the words of its policies shows that a role reads nothing."""
        return self._is_for_services and not may_allow(
            self._own(self._domain.roles.permissions(role)), _SERVICES, self._arn
        )

    def by(self, role: Role, of_owner: bool) -> Outcome:
        """Whether a role may not read or list the trail's objects."""
        if self.is_blind(role):
            return BLIND
        domain, bucket, shared = self._domain, self._bucket, self._shared
        held = domain.roles.permissions(role)
        own = self._own(held)
        objects, cause = protected_objects(domain.accounts, bucket, shared)
        world = msgspec.structs.replace(domain.world(bucket.owned, bucket.trails), owner_allows=False)
        target = Target.logs(self._arn, *objects)
        itself = only(domain.accounts.name_as_told(bucket.owned, role.arn))
        if of_owner:
            # In its own account, an Allow of the role's policies or of the bucket's will do.
            both = joined([own, shared, itself])
            outcome = domain.ask(both, world, of=role.instance).nobody_may(["owner"], _READING, target)
            if outcome.verdict != "proved" and held.boundary is not None:
                limit = document.parse(document.for_everybody(held.boundary))
                outcome = domain.ask(both, world, limit, of=role.instance).nobody_passes(["owner"], _READING, target)
        else:
            case = domain.ask(joined([own, itself]), world, shared, of=role.instance)
            outcome = case.nobody_passes(["management"], _READING, target)
            if outcome.verdict == "violated" and held.boundary is not None:
                what = f"`{role.address}` has a permissions boundary, and reads from another account"
                outcome = Outcome("undecided", unknowns=(Cause(what),))
        missing = out_of_sight(domain, bucket)
        if missing is not None and outcome.verdict != "proved":
            # A bucket policy that isn't here may deny the role.
            return Outcome("undecided", unknowns=missing)
        if outcome.verdict == "violated" and cause is not None:
            return Outcome("undecided", unknowns=(cause,))
        return BLIND if outcome.verdict == "proved" else outcome


def services_only(parsed: PolicyDocument) -> bool:
    """Whether nobody but AWS services is ever allowed."""
    return not parsed.rest and all(
        statement.effect == "Deny"
        or (
            not statement.not_principal
            and isinstance(statement.effect, str)
            and not statement.principals.everyone
            and not (statement.principals.aws or statement.principals.unmapped or statement.principals.rest)
        )
        for statement in parsed.statements
    )
