"""What shuts a policy: a Deny for everybody but those that the logs belong to, a condition where a statement is open.

As in `repairs`, the policy engine is asked whether it helps before anybody is told.
Source: IAM User Guide, "The confused deputy problem" and "AWS global condition context keys".
"""

from collections.abc import Callable, Iterator, Sequence

from orgtrail.edits import AddedCondition, RepairPolicy
from orgtrail.iam.actions import group
from orgtrail.iam.aws_accounts import LOAD_BALANCERS
from orgtrail.iam.prove import Case, Target
from orgtrail.iam.symbols import words_of
from orgtrail.organization.domain import Domain
from orgtrail.organization.policies import Policy
from orgtrail.results import Fix, RequestWitness
from orgtrail.rules.shared.repairs import (
    Ask,
    any_region,
    as_fix,
    as_repaired,
    bucket_of,
    first_that_proves,
    is_repeated,
    trails_of,
)
from orgtrail.values import Symbol, Text, Value, parts_of, text

#: Every way to alter, in few words; patterns that begin like nothing that only reads.
_ALTERING: tuple[Value, ...] = (
    "s3:Put*",
    "s3:Delete*",
    "s3:Replicate*",
    "s3:Update*",
    "s3:AbortMultipartUpload",
    "s3:BypassGovernanceRetention",
    "s3:ObjectOwnerOverrideToBucketOwner",
)
#: So many open statements of one policy are tied, one after another.
_MOST_TIED = 9


def guard(domain: Domain, policy: Policy, case: Case, target: Target, ask: Ask) -> Fix | None:
    """A Deny for everybody but the accounts that belong to the logs; CloudTrail passes, for it calls as a service."""
    return first_that_proves(domain, policy, case.policy, ask, _guards(policy, case, target))


def _guards(policy: Policy, case: Case, target: Target) -> Iterator[RepairPolicy]:
    arn = bucket_of(target)
    if arn is None:
        return
    resources: list[Value] = [arn, text(arn, "/*")]
    owners = [case.world.owner_account, case.world.management_account, *_load_balancers(case)]
    everybody = _denied("NobodyElse", ["s3:*"], resources, [*owners, *case.world.trusted_accounts])
    yield RepairPolicy(policy.address, policy.attribute, (everybody,))
    # Whoever is trusted to read isn't thereby trusted to alter.
    altering = _denied("NobodyElseAlters", _ALTERING, resources, owners)
    yield RepairPolicy(policy.address, policy.attribute, (altering,))
    yield RepairPolicy(policy.address, policy.attribute, (everybody, altering))


def guard_of_key(domain: Domain, policy: Policy, case: Case, target: Target, ask: Ask) -> Fix | None:
    """The same for a key: nobody else decrypts, or passes on the right to."""
    del target
    accounts = [case.world.owner_account, case.world.management_account, *case.world.trusted_accounts]
    statement = _denied("NobodyElseDecrypts", group("decrypt"), "*", accounts)
    repair = RepairPolicy(policy.address, policy.attribute, (statement,))
    return first_that_proves(domain, policy, case.policy, ask, [repair])


def guard_of_topic(
    domain: Domain, policy: Policy, case: Case, target: Target, ask: Ask, actions: Sequence[str]
) -> Fix | None:
    """The same for a topic, whose policy takes no action but those of topics: none of `actions` for anybody else."""
    topic = next((words for kind, words in target.resources if kind == "topic"), None)
    if not isinstance(topic, str | Symbol | Text):
        return None
    world = case.world
    accounts = [world.owner_account, world.management_account, *world.trusted_accounts]
    statement = _denied("NobodyElse", actions, topic, accounts)
    repair = RepairPolicy(policy.address, policy.attribute, (statement,))
    found = first_that_proves(domain, policy, case.policy, ask, [repair])
    return found or tie(domain, policy, case, target, ask)


def _denied(sid: str, actions: Sequence[Value], resource: Value, accounts: Sequence[Value]) -> dict[str, Value]:
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions[0] if len(actions) == 1 else list(actions),
        "Resource": resource,
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalAccount": list(dict.fromkeys(accounts))},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }


def _load_balancers(case: Case) -> list[Value]:
    """The accounts of AWS's load balancers that the policy lets in: their logs may lie in the same bucket."""
    known = [part for word in words_of(case.policy) for part in parts_of(word) if isinstance(part, str)]
    return [account for account in sorted(LOAD_BALANCERS) if any(account in one for one in known)]


def tie(domain: Domain, policy: Policy, case: Case, target: Target, ask: Ask) -> Fix | None:
    """The accounts that the logs belong to, as `aws:SourceAccount` of each statement that lets a service in for any."""
    del target
    world = case.world
    accounts = tuple(dict.fromkeys((world.management_account, world.owner_account, *world.trusted_accounts)))
    return _with_conditions(
        domain, policy, case, ask, lambda seen: seen.allowed_by, "StringEquals", "aws:SourceAccount", accounts
    )


def scope(domain: Domain, policy: Policy, case: Case, target: Target, ask: Ask) -> Fix | None:
    """The trail as a condition of each statement that lets CloudTrail write for anybody's trail."""
    del target
    arns = tuple(map(any_region, trails_of(domain, case.world)))
    if not arns or is_repeated(domain, policy):
        return None
    return _with_conditions(domain, policy, case, ask, lambda seen: seen.allowed_by, "ArnLike", "aws:SourceArn", arns)


def let_services_pass(domain: Domain, policy: Policy, case: Case, target: Target, ask: Ask) -> Fix | None:
    """A way out for AWS services in each Deny that stops CloudTrail."""
    del target
    return _with_conditions(
        domain, policy, case, ask, lambda seen: seen.denied_by, "BoolIfExists", "aws:PrincipalIsAWSService", ("false",)
    )


def _with_conditions(
    domain: Domain,
    policy: Policy,
    case: Case,
    ask: Ask,
    to_blame: Callable[[RequestWitness], tuple[str, ...]],
    operator: str,
    key: str,
    values: tuple[Value, ...],
) -> Fix | None:
    """A condition for each statement that a witness names, until there is no witness any more."""
    conditions: dict[str, AddedCondition] = {}
    for _ in range(_MOST_TIED):
        repair = RepairPolicy(policy.address, policy.attribute, conditions=tuple(conditions.values()))
        outcome = ask(as_repaired(case.policy, repair))
        if outcome.verdict == "proved":
            return as_fix(domain, policy, repair) if conditions else None
        names = to_blame(outcome.witness) if outcome.verdict == "violated" and outcome.witness else ()
        new = {name: AddedCondition(name, operator, key, values) for name in names if name not in conditions}
        if not new:
            return None
        conditions |= new
    return None
