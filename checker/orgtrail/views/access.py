"""Who can do what on the log bucket and its key: a matrix of principals and actions, with a witness behind every yes.

`--before-after` compares what policies say now with what they will say, by meaning: what a plan newly allows and
denies.
"""

from collections.abc import Iterator

import msgspec

from orgtrail.iam import document
from orgtrail.iam.actions import BUCKET_GROUPS, KEY_GROUPS, group
from orgtrail.iam.document import PolicyKind
from orgtrail.iam.facts import ACCOUNT
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Case, Target
from orgtrail.iam.statements import NO_POLICY
from orgtrail.iam.symbols import words_of
from orgtrail.iam.world import World
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_keys import key_arn
from orgtrail.organization.policies import Policy
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.results import RequestWitness, Verdict
from orgtrail.values import Cause, Unknown, parts_of, show

#: Row of the matrix -> what it is called.
CLASSES: dict[ClassName, str] = {
    "member": "any member account",
    "management": "management account",
    "owner": "archive account",
    "trusted": "trusted accounts",
    "cloudtrail": "CloudTrail",
    "service": "other services, for anybody",
    "outside": "outside the organization",
    "anonymous": "anonymous",
}


#: So many accounts that only a policy names have a row of their own.
MOST_NAMED = 20


class Cell(msgspec.Struct, frozen=True):
    """One answer. `allowed` is yes, no or undecided; `stopped_by` says why not (or why it isn't known)."""

    subject: str
    principal: str
    action: str
    allowed: str
    witness: RequestWitness | None = None
    stopped_by: tuple[str, ...] = ()


class _Subject(msgspec.Struct, frozen=True, eq=False):
    """A bucket or key, with its policy after the plan and before it."""

    address: str
    after: Case
    before: Case
    target: Target
    groups: tuple[str, ...]


_ANSWERS: dict[Verdict, str] = {"proved": "no", "violated": "yes", "undecided": "undecided", "not-applicable": "no"}


def matrix(domain: Domain) -> list[Cell]:
    """The whole matrix: what every class of principals can do."""
    return [
        _cell(subject, called, action, subject.after.in_world(world).nobody_may([name], group(action), subject.target))
        for subject in _subjects(domain)
        for name, called, world in _rows(subject)
        for action in subject.groups
    ]


def changes(domain: Domain) -> list[Cell]:
    """What the plan newly allows (`+`) and newly denies (`-`); nothing where the meaning stays."""
    found: list[Cell] = []
    for subject in _subjects(domain):
        for name, called, world in _rows(subject):
            for action in subject.groups:
                for sign, old, new in (("+", subject.before, subject.after), ("-", subject.after, subject.before)):
                    change = new.in_world(world).after(old.policy)
                    outcome = change.newly_allowed([name], group(action), subject.target)
                    if outcome.verdict != "proved":
                        found.append(_cell(subject, called, f"{sign}{action}", outcome))
    return found


def _rows(subject: _Subject) -> Iterator[tuple[ClassName, str, World]]:
    """The classes to ask about, what they are called, and the world to ask in: each named member has a row, too."""
    world = subject.after.world
    for name, called in CLASSES.items():
        if name != "trusted" or world.trusted_accounts:
            yield name, called, world
        if name == "member":
            others = (world.management_account, world.owner_account, *world.trusted_accounts)
            for account in dict.fromkeys(world.member_accounts):
                if account not in others:
                    yield name, f"member {show(account)}", msgspec.structs.replace(world, only_member=account)
            for account in [one for one in _named(subject) if one not in (*others, *world.member_accounts)][
                :MOST_NAMED
            ]:
                # Whether it is of the organization isn't in the input; if it is, this is what it may.
                yield name, f"account {account}", msgspec.structs.replace(world, only_member=account)


def _named(subject: _Subject) -> list[str]:
    """The accounts that the policies name in full, in reading order."""
    words = [word for case in (subject.after, subject.before) for word in words_of(case.policy)]
    texts = (part for word in words for part in parts_of(word) if isinstance(part, str))
    return list(dict.fromkeys(account for one in texts for account in ACCOUNT.findall(one)))


def _cell(subject: _Subject, principal: str, action: str, outcome: Outcome) -> Cell:
    why = tuple(one.what + (f" ({one.settle})" if one.settle else "") for one in outcome.unknowns)
    if outcome.verdict == "proved":
        why = tuple(ground for ground in outcome.because if "cuts off" in ground) or ("nothing allows it",)
    return Cell(subject.address, principal, action, _ANSWERS[outcome.verdict], outcome.witness, why)


def _subjects(domain: Domain) -> Iterator[_Subject]:
    for bucket in domain.log_buckets:
        world = domain.world_of(bucket)
        policies: list[Policy | None] = [*bucket.policies]
        for policy in policies or [None]:
            after = domain.case(policy, "bucket", world)
            if policy is None and bucket.instance is None:
                after = domain.ask(document.parse(_UNSEEN), world, of=None)
            before = _before(domain, policy, "bucket", world) if policy else after
            objects, cause = protected_objects(domain.accounts, bucket, after.policy)
            if cause is not None:
                after = domain.ask(document.parse(Unknown(cause)), world, of=None)
            target = Target.logs(bucket_arn(domain.accounts, bucket), *objects)
            address = policy.address if policy else bucket.address
            yield _Subject(address, after, before, target, BUCKET_GROUPS)
    for key in domain.log_keys:
        world = domain.world_of(key)
        for policy in key.policies:
            yield _Subject(
                policy.address,
                domain.case(policy, "key", world),
                _before(domain, policy, "key", world),
                Target.key(key_arn(key)),
                KEY_GROUPS,
            )


def _before(domain: Domain, policy: Policy, kind: PolicyKind, world: World) -> Case:
    """What a policy says now, before the plan."""
    values = policy.instance.before
    held = document.parse(values.get(policy.attribute), kind) if values else NO_POLICY
    return domain.ask(held, world, of=policy.instance)


_UNSEEN = Unknown(Cause("the log bucket's policy isn't in this input", "check the stack that holds it"))
