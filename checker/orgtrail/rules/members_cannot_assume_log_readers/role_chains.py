"""Which roles lead to which: who may assume a role by way of others of the accounts that read the logs."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal

import msgspec

from orgtrail.iam import document
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.iam.statements import PolicyDocument, Statement
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.roles import Role
from orgtrail.rules.shared.documents import joined
from orgtrail.values import Cause, Symbol, Text, Unknown, Value

#: So many pairs of roles are looked at for one role. Ordinary plans have a handful; the bound keeps hostile ones short.
_MOST_PAIRS = 500

_ASSUME = ("sts:AssumeRole",)


class Known(msgspec.Struct, dict=True, eq=False):
    """A role that isn't for services only, and who may assume it by its own trust policy: asked when it matters.

    `of_owner` says whether it is of the account that owns the bucket; `place` whether of that one or the management
    account. `everybody` are the identity providers for everybody that it takes any token of.
    """

    role: Role
    trusting: PolicyDocument
    of_owner: bool
    place: Literal[True] | Unknown
    ask: Callable[[], Outcome]
    everybody: tuple[str | Unknown, ...]

    @cached_property
    def assumed(self) -> Outcome:
        """Whether nobody of a member account, and nobody outside, may assume it."""
        return self.ask()

    @property
    def is_open(self) -> bool:
        """Whether somebody who must not surely assumes it."""
        return self.assumed.witness is not None or any(isinstance(one, str) for one in self.everybody)

    @property
    def doubts(self) -> list[Cause]:
        """What isn't known of who assumes it."""
        return [*self.assumed.unknowns, *(one.cause for one in self.everybody if isinstance(one, Unknown))]


class Chains:
    """The roles around one log bucket, and which of them may assume which."""

    def __init__(self, domain: Domain, bucket: LogBucket, known: Sequence[Known]) -> None:
        self.domain, self.bucket, self.known = domain, bucket, known
        self._edges: dict[tuple[Known, Known], Outcome] = {}

    def way_to(self, last: Known) -> tuple[Known, ...] | list[Cause]:
        """The shortest way of others to assume `last` by: the first role is open to somebody who must not assume it.

        Without one, the causes for which there may be one.
        """
        if not any(one.is_open or one.doubts for one in self.known if one is not last):
            return []
        sure = self._search(last, surely=True)
        if sure is not None:
            return sure
        way = self._search(last, surely=False)
        if way is None:
            return []
        steps = [self._may_assume(one, other) for one, other in zip(way, (*way[1:], last), strict=True)]
        return [*way[0].doubts, *(cause for step in steps for cause in step.unknowns)]

    def _search(self, last: Known, *, surely: bool) -> tuple[Known, ...] | None:
        ways: list[tuple[Known, ...]] = [(last,)]
        seen = {last}
        for way in ways:
            for one in self.known:
                if one in seen:
                    continue
                verdict = self._may_assume(one, way[0]).verdict
                if verdict == "proved" or (surely and verdict != "violated"):
                    continue
                seen.add(one)
                if one.is_open or (not surely and one.doubts):
                    return (one, *way[:-1])
                ways.append((one, *way))
        return None

    def _may_assume(self, one: Known, other: Known) -> Outcome:
        """Whether `one` may not assume `other`: `violated` shows that it may."""
        memo = one, other
        if memo not in self._edges:
            if len(self._edges) >= _MOST_PAIRS:
                what = f"more than {_MOST_PAIRS} pairs of roles, of which one may assume the other, aren't looked at"
                return Outcome("undecided", unknowns=(Cause(what),))
            self._edges[memo] = self._asked(one, other)
        return self._edges[memo]

    def _asked(self, one: Known, other: Known) -> Outcome:
        owned = self.bucket.owned
        arn = self.domain.accounts.name_as_told(owned, one.role.arn)
        account = self.domain.accounts.name_as_told(owned, one.role.account)
        world = self.domain.world(owned, self.bucket.trails)
        world = msgspec.structs.replace(world, owner_account=account, owner_allows=False)
        target = Target((("role", self.domain.accounts.name_as_told(owned, other.role.arn)),))
        held = self.domain.roles.permissions(one.role)
        own = joined(
            [
                document.parse(document.for_everybody(self.domain.accounts.as_told(owned, it.document)))
                for it in held.policies
            ]
        )
        trusting = by_assume_role(other.trusting)
        both = joined([trusting, only(arn)])
        outcome = self.domain.ask(both, world, own, of=one.role.instance).nobody_passes(["owner"], _ASSUME, target)
        if outcome.verdict != "violated" and one.role.account == other.role.account:
            # A role that is named itself needs no policy of its own in the same account.
            denies = msgspec.structs.replace(own, statements=tuple(it for it in own.statements if it.effect != "Allow"))
            by_name = joined([_named_only(trusting), denies, only(arn)])
            named = self.domain.ask(by_name, world, of=one.role.instance).nobody_may(["owner"], _ASSUME, target)
            if outcome.verdict == "proved" or named.verdict == "violated":
                outcome = named
        if outcome.verdict == "violated" and held.boundary is not None:
            limit = joined([document.parse(document.for_everybody(held.boundary)), only(arn)])
            inside = self.domain.ask(limit, world, of=one.role.instance).nobody_may(["owner"], _ASSUME, target)
            if inside.verdict == "proved":
                return inside
            what = f"`{one.role.address}` has a permissions boundary, and may assume `{other.role.address}` without it"
            return Outcome("undecided", unknowns=(Cause(what),))
        return outcome


def by_assume_role(trusting: PolicyDocument) -> PolicyDocument:
    """A trust policy as sts:AssumeRole meets it: who comes from an identity provider calls something else."""
    statements = tuple(
        msgspec.structs.replace(one, principals=msgspec.structs.replace(one.principals, unmapped=()))
        for one in trusting.statements
    )
    return msgspec.structs.replace(trusting, statements=statements)


def _named_only(trusting: PolicyDocument) -> PolicyDocument:
    """A trust policy without what it leaves to the policies of whole accounts."""

    def named(statement: Statement) -> Statement:
        principals = statement.principals
        aws = tuple(name for name in principals.aws if not _is_account(name))
        return msgspec.structs.replace(statement, principals=msgspec.structs.replace(principals, aws=aws))

    statements = tuple(one if one.effect == "Deny" or one.not_principal else named(one) for one in trusting.statements)
    return msgspec.structs.replace(trusting, statements=statements)


def _is_account(name: Value) -> bool:
    if isinstance(name, Symbol):
        return name.kind == "account-id"
    last = name.parts[-1] if isinstance(name, Text) else name
    return isinstance(last, str) and (last.isdigit() or last.endswith(":root"))


def only(arn: Value) -> PolicyDocument:
    """A Deny for everybody but the role itself: what is left is asked by it."""
    statement: Value = {
        "Sid": "EverybodyElse",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": arn}},
    }
    return document.parse({"Version": "2012-10-17", "Statement": [statement]})
