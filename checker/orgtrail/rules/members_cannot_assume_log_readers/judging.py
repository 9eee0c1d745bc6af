"""Who may assume which role, and what that role may read: the judging of `members-cannot-assume-log-readers`."""

import re
from collections.abc import Iterator
from functools import partial

import msgspec

from orgtrail.iam.action_names import action_matches
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.iam.statements import PolicyDocument, Statement
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.roles import Role
from orgtrail.results import FactWitness
from orgtrail.rules import Finding
from orgtrail.rules.members_cannot_assume_log_readers.reading import BLIND, RoleReading, parsing, services_only
from orgtrail.rules.members_cannot_assume_log_readers.role_chains import Chains, Known, by_assume_role
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.readers import readers
from orgtrail.values import Cause, Unknown, Value, parts_of, show, unique

#: Identity providers where everybody can get a token, and the claim that says whose it is. IAM User Guide, "Available
#: keys for AWS OIDC federation" and "Create a role for OpenID Connect federation".
_FOR_EVERYBODY = {
    "token.actions.githubusercontent.com": "sub",
    "gitlab.com": "sub",
    "app.terraform.io": "sub",
    "agent.buildkite.com": "sub",
    "cognito-identity.amazonaws.com": "aud",
    "accounts.google.com": "aud",
    "graph.facebook.com": "app_id",
    "www.amazon.com": "app_id",
}
#: How a `sub` begins that says whose the token is: with a whole name (`repo:acme/`), as `repo:acme*` is anybody's that
#: begins so.
_SAYS_WHOSE = re.compile(r"[a-z_]+:[^/:]+[/:]")


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each role of the owner's account, or the management account, that isn't for services only."""
    if not domain.log_buckets:
        return
    # One by one: most roles of a large plan are for services, and nothing of these is kept.
    trusts = ((role, domain.roles.trust(role).value) for role in domain.roles.found())
    parsed = parsing()
    roles = [(role, value) for role, value in trusts if not services_only(parsed(value, Resource="*"))]
    for bucket in domain.log_buckets:
        reading = RoleReading(domain, bucket, parsed)
        chains = Chains(domain, bucket, list(_around(domain, bucket, reading, roles)))
        for known in chains.known:
            finding = _judge(domain, bucket, reading, known, chains)
            if finding is not None:
                told = msgspec.structs.replace(finding, at=("assume_role_policy",))
                yield seen_from_here(told, bucket, known.role.instance)


def _around(
    domain: Domain, bucket: LogBucket, reading: RoleReading, roles: list[tuple[Role, Value]]
) -> Iterator[Known]:
    """The roles that are, or may be, of the account that owns a bucket, or of the management account."""
    for role, value in roles:
        other = domain.surroundings.other(role.instance)
        if other is not None and other not in bucket.beside:
            # It holds the bucket, too: the same stack at another time.
            continue
        of_owner, place = _place(domain, bucket, role)
        if place is not False:
            trusting = reading.trusting(value)
            everybody = tuple(_public_providers(trusting))
            yield Known(role, trusting, of_owner, place, partial(_assumed, domain, bucket, role, trusting), everybody)


def _judge(domain: Domain, bucket: LogBucket, reading: RoleReading, known: Known, chains: Chains) -> Finding | None:
    role, place = known.role, known.place
    if not isinstance(place, Unknown) and reading.is_blind(role):
        # Who may assume it is asked only of those that may read anything.
        return _reads_nothing(role, BLIND)
    way: tuple[Known, ...] = (known,)
    doubts = known.doubts
    if not known.is_open and not doubts:
        if isinstance(place, Unknown):
            return None
        found = chains.way_to(known)
        if not found:
            message = "nobody of a member account, or outside the organization, may assume the role"
            because = (*known.assumed.because, *_left_out(domain, bucket, known))
            return Finding(address=role.address, verdict="proved", message=message, because=because)
        way, doubts = (found, []) if isinstance(found, tuple) else (way, found)
    read = reading.by(role, known.of_owner)
    if read.verdict == "proved":
        return _reads_nothing(role, read)
    first = way[0]
    if read.witness and first.is_open and not isinstance(place, Unknown):
        by_way = f", by way of {' and '.join(f'`{one.role.address}`' for one in way)}," if first is not known else ""
        may = f"may assume{by_way} the role, which may call {read.witness.action} on the trail's objects"
        seen = first.assumed.witness
        if seen is not None:
            message = f"{seen.caller} {may}"
            return Finding(address=role.address, verdict="violated", message=message, witness=seen)
        named = next(one for one in first.everybody if isinstance(one, str))
        witness = FactWitness("assume_role_policy", named, "a condition on whose token it is")
        message = f"everybody whom {named} vouches for {may}"
        return Finding(address=role.address, verdict="violated", message=message, witness=witness)
    causes = [*doubts, *read.unknowns, *([place.cause] if isinstance(place, Unknown) else [])]
    message = "whether those who may assume the role may read the logs can't be told"
    return Finding(address=role.address, verdict="undecided", message=message, unknowns=unique(causes))


def _reads_nothing(role: Role, read: Outcome) -> Finding:
    message = "the role may not read or list the trail's objects"
    return Finding(address=role.address, verdict="proved", message=message, because=read.because)


def _left_out(domain: Domain, bucket: LogBucket, known: Known) -> Iterator[str]:
    """What a proof didn't look at: roles of the account that aren't here may lead to this one."""
    account = domain.accounts.name_as_told(bucket.owned, known.role.account)
    world = msgspec.structs.replace(domain.world(bucket.owned, bucket.trails), owner_account=account)
    case = domain.ask(by_assume_role(known.trusting), world, of=known.role.instance)
    if case.nobody_may(["owner"], ["sts:AssumeRole"], _target(domain, bucket, known.role)).verdict != "proved":
        yield "principals of its own account may; of those, the roles of this input were followed"


def _place(domain: Domain, bucket: LogBucket, role: Role) -> tuple[bool, bool | Unknown]:
    """Whether the role is of the owner's account, and whether it is of that one or the management account."""
    manager, owner, *_ = readers(domain, bucket.owned).accounts
    made_by = domain.accounts.account_of(bucket.instance) if bucket.instance else owner
    if role.account in (owner, made_by):
        return True, True
    if role.account == manager:
        return False, True
    if isinstance(role.account, str) and isinstance(owner, str) and isinstance(manager, str):
        return False, False
    settle = "give --management-account and --archive-account"
    return True, Unknown(Cause(f"whether account {show(role.account)} of the role owns the logs isn't known", settle))


# Who may assume it


def _assumed(domain: Domain, bucket: LogBucket, role: Role, trusting: PolicyDocument) -> Outcome:
    world = domain.world(bucket.owned, bucket.trails)
    case = domain.ask(by_assume_role(trusting), world, of=role.instance)
    return case.nobody_may(["member", "outside"], ["sts:AssumeRole"], _target(domain, bucket, role))


def _target(domain: Domain, bucket: LogBucket, role: Role) -> Target:
    return Target((("role", domain.accounts.name_as_told(bucket.owned, role.arn)),))


def _public_providers(trusting: PolicyDocument) -> Iterator[str | Unknown]:
    """The identity providers for everybody that a trust policy takes any token of."""
    for statement in trusting.statements:
        if statement.effect == "Deny" or not action_matches(statement, "sts:AssumeRoleWithWebIdentity", True, {}):
            continue
        for provider in statement.principals.unmapped:
            last = parts_of(provider)[-1]
            if not isinstance(last, str):
                yield Unknown(Cause(f"which identity provider `{show(provider)}` is isn't known"))
                continue
            issuer = last.rpartition(":oidc-provider/")[2]
            claim = _FOR_EVERYBODY.get(issuer)
            if claim is not None:
                tied = _is_tied(statement, f"{issuer}:{claim}")
                if tied is not True:
                    yield tied if isinstance(tied, Unknown) else issuer


def _is_tied(statement: Statement, key: str) -> bool | Unknown:
    """Whether a statement asks for tokens of somebody in particular."""
    for cause in statement.unknown_conditions:
        return Unknown(cause)
    others = False
    for condition in statement.conditions:
        if isinstance(condition.key, Unknown) or isinstance(condition.operator, Unknown):
            return Unknown(Cause(f"a condition of `{statement.label}` isn't known"))
        operator = condition.operator
        # A claim that every token has (`aud` of GitHub is the same for all) ties nothing; others may.
        others = others or (condition.key != key and not condition.key.endswith(":aud"))
        if condition.key != key or operator.negated:
            continue
        values = condition.values
        if values.rest or not all(isinstance(value, str) for value in values.values):
            return Unknown(Cause(f"the values of `{condition.spelled}` in `{statement.label}` aren't known"))
        if operator.family == "string" or all(_says_whose(str(value), key) for value in values.values):
            return True
    return Unknown(Cause(f"what the conditions of `{statement.label}` ask of a token isn't known")) if others else False


def _says_whose(pattern: str, key: str) -> bool:
    start = re.split("[*?]", pattern, maxsplit=1)[0]
    return start == pattern or (key.endswith(":sub") and _SAYS_WHOSE.match(start) is not None)
